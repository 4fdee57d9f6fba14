"""kill -9 at random moments while two clerks record: what was acknowledged is there, and nothing is there by half.

A clerk registers a matter, calls its first meeting, enters the attendance and the vote, through the portal's own forms.
Meanwhile gunicorn's workers, the database server, or everything at once is killed, again and again. What was answered
with a redirect counts as acknowledged. A form that got no answer is sent once more, as a person would do it.

Meanwhile two processes publish notices (tests/governance/publisher.py) and are killed as well: what they said is
published is signed, numbered and in the public log, which verify_log finds whole.
"""

import contextlib
import datetime
import http.client
import http.cookiejar
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import psycopg
import pytest

from governance.demo import PASSWORD
from governance.demo.walk import SHANGHAI
from governance.embedded import APP, Server, postmaster
from tests.forms import forms_of
from tests.governance.processes import (
    PATIENCE,
    PROJECT,
    clean_environment,
    end,
    free_port,
    members,
    start,
    started,
    stop_database,
    wait_for,
)
from tests.governance.publisher import PUBLISHED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]
STEPS = 200
PUBLICATIONS = 200
EVERY = 33  # acknowledged steps between two kills
CLERKS = ("linxiaowen", "qianyuan")
GONE = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


def filled_in(page):
    """What a browser would send of the form with the field `seen`, untouched but for the first of unchosen radios."""
    form = next(form for form in forms_of(page) if form.method == "post" and "seen" in form.types)
    chosen = {name: values[0] for name, values in form.options.items() if form.types[name] == "radio"}
    return chosen | form.sent


def spelled(number):
    """A UUID in letters: in digits it may look like somebody's card or telephone, which no title may have."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in number.hex)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to the caller."""

    def redirect_request(self, *args, **options):
        return None


class Clerk:
    """Somebody at the desk: a session, and what was acknowledged to them."""

    def __init__(self, base, name):
        self.base, self.name = base, name
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), NoRedirect())
        self.done = []  # (verb, id)
        self.unit = None

    def ask(self, path, data=None):
        """(status, where a redirect leads, text)."""
        if data is not None:
            data = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": self.cookie("csrftoken")}).encode()
        try:
            with self.opener.open(self.base + path, data, timeout=PATIENCE / 2) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode()

    def cookie(self, name):
        return next((cookie.value for cookie in self.jar if cookie.name == name), "")

    def log_in(self):
        self.ask("/login/")
        status, _where, text = self.ask("/login/", {"username": self.name, "password": PASSWORD})
        assert status == 302, text

    def send(self, path, data):
        """Send a form, once more after no answer; the id in the redirect's address. None when it stayed unanswered."""
        for _attempt in range(2):
            try:
                status, where, text = self.ask(path, data)
            except GONE:
                self.wait()
                continue
            if status == 302 and (found := re.match(r"/desk/[a-z]+/([0-9]+)/", where)):
                return int(found[1])
            if status < 500:
                raise AssertionError(f"{path}: {status} {where} {re.findall('<p class=.error.*?</p>', text)}")
            self.wait()
        return None

    def page(self, path):
        """The text of a page, as soon as the portal answers."""
        while True:
            with contextlib.suppress(*GONE):
                status, _where, text = self.ask(path)
                if status == 200:
                    return text
                assert status >= 500, (path, status)
            self.wait()

    @staticmethod
    def wait():
        time.sleep(0.2)

    def matter(self, today):
        """Take one matter to the vote of its first meeting; an unanswered step leaves it where it is."""
        number = uuid.uuid4()
        lines = {
            f"{side}-{name}": value
            for side in ("item", "source")
            for name, value in {
                "TOTAL_FORMS": "1",
                "INITIAL_FORMS": "0",
                "0-label": "费用",
                "0-amount": "1200",
            }.items()
        }
        words = {"title": f"断电时登记的事项{spelled(number)}", "short_title": "断电时登记的事项", "plan": "照常办理。"}
        fixed = {"unit": self.unit, "token": number, "category": "M04", "registered_on": today, "origin": "residents"}
        matter = self.step(
            "register_matter",
            "/desk/matters/new/",
            words | fixed | lines | {"motion": "照常办理。", "step": "register"},
        )
        if matter is None:
            return
        address = f"/desk/matters/{matter}/call/propose/"
        roll = {"roll_mode": "counted", "entitled": "7", "roll_basis": "任职登记尚未补录"}
        given = {"held_on": today, "held_at": "09:00", "place": "会议室"} | roll
        meeting = self.step("call_meeting", address, filled_in(self.page(address)) | given)
        if meeting is None:
            return
        address = f"/desk/meetings/{meeting}/attendance/"
        if self.step("record_attendance", address, filled_in(self.page(address)) | {"present": "6"}) is None:
            return
        place = re.search(rf"/desk/meetings/{meeting}/vote/[0-9]+/", self.page(f"/desk/meetings/{meeting}/"))[0]
        self.step("record_vote", place, filled_in(self.page(place)) | {"for": "5", "against": "1", "abstain": "0"})

    def step(self, verb, path, data):
        row = self.send(path, data)
        if row is not None:
            self.done.append((verb, row))
        return row


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="portal-killed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        stop_database(folder)


class Portal:
    """The portal as `make run` starts it, and three ways to kill it."""

    def __init__(self, var):
        self.var, self.port = var, free_port()
        self.start()

    def start(self):
        self.process = started(self.var, self.port, PORTAL_DEMO="True")
        # What it says later would fill the pipe.
        self.listener = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.listener.start()

    def database(self):
        return postmaster.running(self.var / "pg" / "pgdata")

    def kill_database(self):
        os.kill(self.database(), signal.SIGKILL)
        wait_for(lambda: not self.database())
        with Server(self.var / "pg"):  # started again, as a service manager would do it
            pass

    def kill_workers(self):
        for pid in members(self.process.pid)[2:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_everything(self):
        database = self.database()
        os.kill(database, signal.SIGKILL)
        self.end()
        self.start()

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.listener.join()
        end(self.process)


def settings_of(var, server):
    """The environment of a process beside the portal, as the app role."""
    return clean_environment(DATABASE_URL=server.url(APP), SECRET_KEY="x" * 60, PORTAL_VAR=str(var))


class Publishers:
    """Processes that publish, and the numbers that they said."""

    def __init__(self, portal):
        with Server(portal.var / "pg") as server:
            self.env = settings_of(portal.var, server)
        self.said, self.running = [], []
        self.start(2)

    def start(self, count):
        """Begin so many more, as long as there is something left to publish."""
        for _number in range(count if len(self.said) < PUBLICATIONS else 0):
            process = start(sys.executable, "-m", "tests.governance.publisher", env=self.env)
            listener = threading.Thread(target=self.listen, args=(process,), daemon=True)
            listener.start()
            self.running.append((process, listener))

    def listen(self, process):
        for line in process.stdout:
            verb, _space, number = line.strip().partition(" ")
            if verb == PUBLISHED:
                self.said.append(number)

    def kill(self, count):
        for _number in range(min(count, len(self.running))):
            process, listener = self.running.pop(0)
            os.killpg(process.pid, signal.SIGKILL)
            listener.join()
            end(process)


def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(var):
    portal, stop, failures = Portal(var), threading.Event(), []
    publishers = Publishers(portal)
    chance = random.Random(seed := random.randrange(10**6))
    try:
        clerks = [Clerk(f"http://127.0.0.1:{portal.port}", name) for name in CLERKS]
        prepare(var, clerks)
        threads = [threading.Thread(target=work, args=(clerk, stop, failures), daemon=True) for clerk in clerks]
        for thread in threads:
            thread.start()
        for kills, aim in enumerate(range(EVERY, STEPS + 1, EVERY)):
            wait_for(lambda aim=aim: acknowledged(clerks) >= aim or failures)
            if failures:
                break
            time.sleep(chance.uniform(0, 0.2))
            publishers.kill(kills % 2)
            (portal.kill_everything, portal.kill_database, portal.kill_workers)[kills % 3]()
            publishers.start(kills % 2)
        wait_for(lambda: acknowledged(clerks) >= STEPS or failures)
        stop.set()
        wait_for(lambda: len(publishers.said) >= PUBLICATIONS)
        publishers.kill(2)
        for thread in threads:
            thread.join(PATIENCE)
        assert not failures, (seed, failures)
        check(var, clerks)
        check_log(var, publishers.said)
    finally:
        stop.set()
        publishers.kill(len(publishers.running))
        portal.end()


def work(clerk, stop, failures):
    """Take matter after matter until told to stop. What was begun yesterday may be refused at midnight."""
    while not stop.is_set():
        today = date_here()
        try:
            clerk.matter(today)
        except Exception as error:
            if not stop.is_set() and today == date_here():
                failures.append(repr(error))
                return


def date_here():
    return datetime.datetime.now(SHANGHAI).date().isoformat()


def acknowledged(clerks):
    return sum(len(clerk.done) for clerk in clerks)


def prepare(var, clerks):
    """Log everybody in and find out where they work."""
    with Server(var / "pg") as server, psycopg.connect(server.url()) as database:
        for clerk in clerks:
            clerk.log_in()
            clerk.unit = database.execute(
                """SELECT unit.code FROM orgs_term term JOIN orgs_body body ON body.id = term.body_id
                JOIN orgs_orgunit unit ON unit.id = body.unit_id JOIN orgs_person person ON person.id = term.person_id
                JOIN orgs_user account ON account.id = person.user_id
                WHERE account.username = %s AND body.kind = 'community_staff'""",
                [clerk.name],
            ).fetchone()[0]


OURS = "SELECT id FROM councils_matter WHERE short_title = '断电时登记的事项'"
SITTINGS = f"SELECT meeting_id FROM councils_agendaitem WHERE matter_id IN ({OURS})"
# What must not be found: a row without what belongs to it, or an event of something that is not there.
HALF_DONE = {
    "a matter without its budget": f"""
        SELECT matter_id FROM councils_budgetline WHERE matter_id IN ({OURS}) GROUP BY matter_id HAVING count(*) <> 2
        UNION {OURS} AND id NOT IN (SELECT matter_id FROM councils_budgetline)""",
    "a matter registered twice": "SELECT title FROM councils_matter GROUP BY title HAVING count(*) > 1",
    "a gap in the numbers": """
        SELECT counter.id FROM disclosure_counter counter WHERE series = 'matter' AND last <> (
            SELECT count(*) FROM councils_matter matter
            WHERE matter.unit_id = counter.unit_id AND matter.year = counter.year)""",
    "a meeting without agenda": """
        SELECT id FROM councils_meeting WHERE id NOT IN (SELECT meeting_id FROM councils_agendaitem)""",
    "an attendance by half": f"""
        SELECT id FROM councils_meeting WHERE id IN ({SITTINGS})
        AND ((outcome = '') <> (present IS NULL) OR (outcome = '') <> (roll_frozen_at IS NULL))""",
    "a publication without leaf or event, or a leaf without publication": """
        SELECT coalesce(leaf.number, notice.number) FROM disclosure_notice notice
        JOIN disclosure_noticeversion version ON version.notice_id = notice.id AND version.signed_at IS NOT NULL
            AND version.number = 1 AND notice.audience = 'public'
        FULL JOIN audit_leaf leaf ON leaf.subject = 'notice/' || notice.id || '/1'
        WHERE leaf.index IS NULL OR leaf.kind = 'publication' AND notice.id IS NULL
        UNION SELECT notice.number FROM disclosure_notice notice WHERE serial IS NOT NULL AND NOT EXISTS (
            SELECT FROM audit_event WHERE verb = 'sign_notice' AND data ->> 'number' = notice.number)""",
    "a vote that changed nothing": f"""
        SELECT item.id FROM councils_vote vote JOIN councils_agendaitem item ON item.id = vote.item_id
        JOIN councils_meeting meeting ON meeting.id = item.meeting_id
        WHERE meeting.id IN ({SITTINGS}) AND (meeting.present <> vote.present OR meeting.outcome <> 'valid')""",
}
# verb -> the rows it leaves, as the address that its event names.
TRACES = {
    "register_matter": f"SELECT '/desk/matters/' || id || '/' FROM ({OURS}) AS ours",
    "call_meeting": f"SELECT '/desk/meetings/' || meeting_id || '/' FROM ({SITTINGS}) AS ours",
    "record_attendance": f"""SELECT '/desk/meetings/' || id || '/' FROM councils_meeting
        WHERE outcome <> '' AND id IN ({SITTINGS})""",
    "record_vote": f"""SELECT '/desk/meetings/' || item.meeting_id || '/' FROM councils_vote vote
        JOIN councils_agendaitem item ON item.id = vote.item_id WHERE item.matter_id IN ({OURS})""",
}


def check(var, clerks):
    """Everything acknowledged is there, with its event; nothing is there by half or twice."""
    with Server(var / "pg") as server, psycopg.connect(server.url()) as database:

        def column(query, *values):
            return [value for (value,) in database.execute(query, values).fetchall()]

        for fault, query in HALF_DONE.items():
            assert column(query) == [], fault
        begun = column(f"SELECT min(registered_at) FROM councils_matter WHERE id IN ({OURS})")[0]
        for verb, query in TRACES.items():
            rows = column(query)
            events = column("SELECT url FROM audit_event WHERE verb = %s AND recorded_at >= %s", verb, begun)
            assert sorted(rows) == sorted(events), verb
            kept = {int(row.split("/")[3]) for row in rows}
            told = {row for clerk in clerks for own, row in clerk.done if own == verb}
            assert told <= kept, (verb, told - kept)
            assert len(told) > STEPS // 8


def check_log(var, numbers):
    """Every publication that was said to be done is signed and in the log, and the log is whole."""
    assert len(numbers) == len(set(numbers)) >= PUBLICATIONS
    with Server(var / "pg") as server:
        with psycopg.connect(server.url()) as database:
            leaves = database.execute("SELECT number FROM audit_leaf WHERE kind = 'publication'").fetchall()
            rights = "SELECT has_table_privilege(%s, 'audit_leaf', 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
            assert database.execute(rights, [APP]).fetchone() == (False,)
        assert not set(numbers) - {number for (number,) in leaves}
        command = [sys.executable, "manage.py", "verify_log"]
        options = {"capture_output": True, "text": True, "cwd": PROJECT, "env": settings_of(var, server)}
        done = subprocess.run(command, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The public log is whole" in done.stdout
