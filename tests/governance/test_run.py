"""`make run` for real: it starts, answers, is ended and killed in every way, and leaves nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from governance import database_roles, run, serving
from governance.backup import database
from governance.embedded import APP, OWNER, Server, postmaster
from tests.governance.processes import (
    MAKE_RUN,
    PATIENCE,
    PROJECT,
    clean_environment,
    end,
    free_port,
    members,
    output_of,
    start,
    started,
    stop_database,
    wait_for,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]


CONNECTED = """
    SELECT DISTINCT usename FROM pg_stat_activity
    WHERE datname = 'portal' AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
# Of the portal's tables: how many there are, the app role may work with, may empty or hang triggers on.
RIGHTS = """
    SELECT relname, array_remove(ARRAY[
        CASE WHEN has_table_privilege(%(app)s, oid, 'SELECT') THEN 'read' END,
        CASE WHEN has_table_privilege(%(app)s, oid, 'INSERT') THEN 'add' END,
        CASE WHEN has_table_privilege(%(app)s, oid, 'UPDATE') THEN 'change' END,
        CASE WHEN has_table_privilege(%(app)s, oid, 'DELETE') THEN 'delete' END,
        CASE WHEN has_table_privilege(%(app)s, oid, 'TRUNCATE, TRIGGER, REFERENCES') THEN 'own' END], NULL)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
# The public log only grows (audit/migrations/0006_log_rights.py).
SEALED = {
    "audit_leaf": ["read", "add"],
    "audit_checkpoint": ["read", "add"],
    "audit_treehead": ["read", "add", "change"],
    "audit_tile": ["read", "add", "change"],
}


@pytest.fixture(scope="module")
def var():
    """The folder of one portal, which every user can enter: prepared by the first test, used by all."""
    with tempfile.TemporaryDirectory(prefix="portal-run-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        assert not postmaster.running(folder / "pg" / "pgdata")


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def portal(var, port):
    """A portal that answers, started by make."""
    process = started(var, port)
    yield process
    end(process)
    stop_database(var)


def get(port, path="/"):
    """Status and headers of a page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def stopped(process, var):
    """Whether nothing is left of a portal: no process of its group and no database."""
    return not members(process.pid) and not postmaster.running(var / "pg" / "pgdata")


class TestWhileItRuns:
    """One portal from nothing, which these tests only ask."""

    @pytest.fixture(scope="class")
    @classmethod
    def port(cls):
        return free_port()

    @pytest.fixture(scope="class")
    @classmethod
    def portal(cls, var, port):
        process = started(var, port)
        yield process
        end(process)
        stop_database(var)

    def test_it_answers_from_nothing(self, var, port, portal):
        assert f"http://127.0.0.1:{port}/" in portal.said
        status, headers = get(port)
        assert status == 200
        assert headers["Content-Security-Policy"]
        assert get(port, "/no/such/page/")[0] == 404
        assert get(port, f"/search/?q={'a' * 8000}")[0] == 414
        for secret in ("secret-key", "pg/passwords.json"):
            assert (var / secret).stat().st_mode & 0o777 == 0o600
        assert len((var / "secret-key").read_text()) >= 50

    def test_pages_are_served_by_the_role_that_owns_nothing(self, var, port, portal):
        get(port)
        with Server(var / "pg") as server, psycopg.connect(server.url(), autocommit=True) as connection:
            owned = connection.execute("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [APP]).fetchone()
            rights = dict(connection.execute(RIGHTS, {"app": APP}).fetchall())
            may_create = connection.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [APP]).fetchone()
            # Whoever prepared it may be listed a moment longer.
            wait_for(lambda: {name for (name,) in connection.execute(CONNECTED).fetchall()} <= {APP})
            with psycopg.connect(server.url(APP)):
                assert connection.execute(database.OTHERS).fetchone()[0] > 0, "a restore sees that the portal runs"
        assert owned == (0,)
        assert rights == {table: SEALED.get(table, ["read", "add", "change", "delete"]) for table in rights}
        assert rights.keys() > SEALED.keys()
        assert may_create == (False,)

    def test_the_app_role_passes_the_database_checks(self, var, portal):
        with Server(var / "pg") as server:
            env = clean_environment(DATABASE_URL=server.url(APP), SECRET_KEY="x" * 60)
            command = [sys.executable, "manage.py", "check", "--database", "default", "--fail-level", "WARNING"]
            result = subprocess.run(command, check=False, env=env, capture_output=True, text=True, cwd=PROJECT)
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_the_whole_group_is_told_to_end(var, portal, number):
    """As when the terminal is closed."""
    os.killpg(portal.pid, number)
    output_of(portal)
    wait_for(lambda: stopped(portal, var))


def test_impatient_ctrl_c(var, portal):
    for _ in range(5):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(portal.pid, signal.SIGINT)
        time.sleep(0.05)
    output_of(portal)
    wait_for(lambda: stopped(portal, var))


def test_only_make_is_told_to_end(var, portal):
    os.kill(portal.pid, signal.SIGTERM)
    output_of(portal)
    wait_for(lambda: stopped(portal, var))


def test_only_the_server_is_told_to_end(var, portal):
    make = portal.pid
    master = int(
        subprocess.run(["ps", "-o", "pid=", "--ppid", str(make)], check=True, capture_output=True, text=True).stdout
    )
    os.kill(master, signal.SIGTERM)
    output_of(portal)
    wait_for(lambda: stopped(portal, var))


def test_it_comes_back_after_everything_was_killed(var, port, portal, record_property):
    database = postmaster.running(var / "pg" / "pgdata")
    os.killpg(portal.pid, signal.SIGKILL)
    os.kill(database, signal.SIGKILL)
    begun = time.monotonic()
    again = started(var, port)
    record_property("second_start_seconds", round(time.monotonic() - begun, 2))
    # Nothing was done a second time.
    assert again.said.strip() == f"The portal answers at http://127.0.0.1:{port}/ - Ctrl-C stops it."
    assert get(port)[0] == 200
    os.killpg(again.pid, signal.SIGTERM)
    output_of(again)
    wait_for(lambda: stopped(again, var))


def test_it_adopts_what_a_killed_one_left(var, port, portal):
    database = postmaster.running(var / "pg" / "pgdata")
    master = next(pid for pid in members(portal.pid) if parent(pid) == portal.pid)
    for pid in (portal.pid, master):  # the workers notice by themselves
        os.kill(pid, signal.SIGKILL)
    again = started(var, port)
    assert postmaster.running(var / "pg" / "pgdata") == database
    assert get(port)[0] == 200
    os.killpg(again.pid, signal.SIGTERM)
    output_of(again)
    wait_for(lambda: stopped(again, var))
    wait_for(lambda: not members(portal.pid))


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_interrupted_while_it_prepares(var, port):
    process = start(*MAKE_RUN, env=clean_environment(PORTAL_VAR=str(var), PORT=str(port), PORTAL_DEMO="False"))
    wait_for(lambda: postmaster.status(var / "pg" / "pgdata") == "ready")
    os.killpg(process.pid, signal.SIGTERM)
    output_of(process)
    wait_for(lambda: stopped(process, var))


def test_a_busy_port_is_one_line(port, monkeypatch):
    monkeypatch.setattr(run, "PORT_WITHIN", 0.5)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(run.CannotRun) as refusal:
        run.wait_for(port)
    assert str(refusal.value).endswith(f"make run PORT={port + 1}")
    assert "\n" not in str(refusal.value)


def test_a_port_that_becomes_free_is_awaited(port):
    busy = socket.create_server(("127.0.0.1", port))
    freed = threading.Timer(0.5, busy.close)
    freed.start()
    run.wait_for(port)
    assert run.port_problem(port) is None
    freed.join()


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(run.CannotRun, match="PORT must be a number"):
        run.chosen_port()


def test_a_command_works_on_the_portals_database(var):
    show = "import os; print(os.environ['DATABASE_URL'].split(':')[1], os.environ['APP_DATABASE_URL'].split(':')[1])"
    process = start(
        sys.executable, "-m", "governance.run", sys.executable, "-c", show, env=clean_environment(PORTAL_VAR=str(var))
    )
    assert output_of(process).splitlines()[-1] == f"//{OWNER} //{APP}"
    assert not postmaster.running(var / "pg" / "pgdata")


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    env = clean_environment(PORTAL_VAR=str(tmp_path), DATABASE_URL="postgres://x@127.0.0.1:1/none")
    process = start(sys.executable, "-m", "governance.run", "true", env=env)
    said = output_of(process)
    assert process.returncode == 1
    assert said.startswith("DATABASE_URL does not work: ")
    assert said.count("\n") == 1


# -- a server in DATABASE_URL ------------------------------------------------------------------------------------------


@pytest.fixture
def given(db):
    """The address of the tests' own database, as a stranger would put it into DATABASE_URL."""
    login = settings.DATABASES["default"]
    host = login["HOST"]
    options = {"host": host, "port": login["PORT"] or "5432", "dbname": login["NAME"], "user": login["USER"]}
    with psycopg.connect(**options, password=login["PASSWORD"]) as connection:
        may = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        is_superuser = connection.execute(may).fetchone()[0]
    where = f"/{login['NAME']}?host={database_roles.quote(host, safe='')}&port={options['port']}"
    return database_roles.with_login(f"postgres://{where}", login["USER"], login["PASSWORD"]), is_superuser


def test_an_owner_who_may_makes_the_app_role(given, tmp_path):
    url, is_superuser = given
    role = f"{database_roles.database_name(url)}_app"
    if not is_superuser:
        pytest.skip("the owner of this server may not make roles")
    try:
        first, advice = database_roles.app_address(url, tmp_path)
        assert advice is None
        assert database_roles.app_address(url, tmp_path) == (first, None)
        with psycopg.connect(first) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("TRUNCATE django_session")
        assert (tmp_path / f"password-{role}").stat().st_mode & 0o777 == 0o600
        again = tmp_path / "another clone"
        again.mkdir()
        assert database_roles.app_address(url, again)[1] is None
    finally:
        with psycopg.connect(url) as connection:
            name = database_roles.sql.Identifier(role)
            if connection.execute("SELECT to_regrole(quote_ident(%s))", [role]).fetchone()[0]:
                connection.execute(database_roles.sql.SQL("DROP OWNED BY {}").format(name))
                connection.execute(database_roles.sql.SQL("DROP ROLE {}").format(name))


def test_an_owner_who_may_not_is_told_what_to_do(var, tmp_path):
    with Server(var / "pg") as server:
        address, advice = database_roles.app_address(server.url(), tmp_path)
    assert address is None
    assert "APP_DATABASE_URL" in advice


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://o:p@db:5433/x?sslmode=require", "postgres://a%20b:s%2F@db:5433/x?sslmode=require"),
        ("postgres:///x?host=%2Ftmp%2Fs&user=o&password=p", "postgres://a%20b:s%2F@/x?host=%2Ftmp%2Fs"),
        ("postgres://o@/x", "postgres://a%20b:s%2F@/x"),
    ],
)
def test_another_login_keeps_the_server(url, expected):
    assert database_roles.with_login(url, "a b", "s/") == expected


# -- what it prints ----------------------------------------------------------------------------------------------------


def test_logins_are_aligned_for_chinese_too():
    lines = serving.login_lines([("书记", "secretary", "one"), ("Clerk of it", "clerk", "two")])
    assert lines == [
        "  Sign in as   user name  password",
        "  书记         secretary  one",
        "  Clerk of it  clerk      two",
    ]


def test_no_logins_no_table():
    assert serving.login_lines([]) == []


def test_logins_are_for_the_demo_only(monkeypatch):
    monkeypatch.setenv("PORTAL_DEMO", "False")
    assert serving.demo_logins() == []
