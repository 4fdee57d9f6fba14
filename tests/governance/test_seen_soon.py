"""A correction reaches every reader within two seconds: real gunicorn with two workers, alone and behind real nginx."""

import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.servers import get, nginx_before, running
from benchmarks.servers import gunicorn as command_for
from disclosure import actions as disclosure
from tests.governance.processes import free_port
from tests.governance.test_pages import publish
from tests.transactional import committed

__all__ = ["committed"]

pytestmark = pytest.mark.slow
READERS = 8  # at once, each on a connection of its own, so that both workers answer
WITHIN = 2  # seconds


@pytest.fixture
def addresses(committed):
    """The ports of the portal and, where there is an nginx, of the one of deploy/nginx.conf before it."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    portal, front = free_port(), free_port()
    environment = {
        "DATABASE_URL": url,
        "APP_DATABASE_URL": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "True",  # no static files were collected for it
        "PORTAL_PAGE_CACHE": "1",
        "WEB_CONCURRENCY": "2",
    }
    # Not pytest's folder: nginx, started by root, reads as somebody else.
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        environment["PORTAL_VAR"] = str(folder / "var")
        stack.enter_context(running(command_for("governance.wsgi"), portal, name="the portal", **environment))
        if shutil.which("nginx"):
            stack.enter_context(nginx_before(folder, front, portal))
        yield [portal, front] if shutil.which("nginx") else [portal]


def titles(port, path, old, new):
    """Which of the two titles each of READERS at once reads."""

    def read(_reader):
        body = get(port, path)[2].decode()
        assert (old in body) != (new in body)
        return new if new in body else old

    with ThreadPoolExecutor(READERS) as readers:
        return set(readers.map(read, range(READERS)))


def test_a_correction_is_seen_within_two_seconds(addresses, liuxi, at):
    people, path = liuxi.people, liuxi.unit.get_absolute_url()
    version = publish(liuxi, "九月公开栏", at=at)
    old, new = version.title, "更正后的公开栏"
    for port in addresses:
        for _time in range(4):
            assert titles(port, path, old, new) == {old}
    now = timezone.now()
    version = disclosure.correct_notice(
        notice=version.notice, title=new, text="内容。", reason="数字有误", by=people.clerk.user, at=now
    )
    version = disclosure.submit_draft(version=version, by=people.clerk.user, at=now)
    if version.review_required:
        version = disclosure.review_notice(version=version, by=people.supervisor.user, at=now)
    disclosure.sign_notice(version=version, by=people.secretary.user, at=now)
    signed = time.monotonic()
    # Read without a pause, as in a rush; nobody asks after two seconds for the first time.
    while time.monotonic() < signed + WITHIN:
        for port in addresses:
            titles(port, path, old, new)
    for port in addresses:
        assert titles(port, path, old, new) == {new}
