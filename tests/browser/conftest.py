"""A place with people who log in, a clock that tests set, and browsers for several people at once."""

from collections import defaultdict

import pytest
from django.utils import translation

from governance import middleware
from tests.browser.axe import LookedAt
from tests.browser.desk import DESKTOP, PHONE, Clock, Desk
from tests.browser.town import build, community
from tests.snapshot import run_folder, told_once


@pytest.fixture(autouse=True)
def in_chinese():
    """Labels are looked for in Chinese, whatever language a test before this one has left behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(params=["phone without script", "desktop"])
def way(request):
    """How everybody of a journey is at work: what `desk_for` wants to know. It is made twice, as the worked case is;
    what residents do alone in all four (test_residents.py).
    """
    return {"phone": "phone" in request.param, "script": "without" not in request.param, "axe": True}


@pytest.fixture
def clock(monkeypatch):
    """The clock of the portal. It stands still until a test sets it."""
    clock = Clock(3, 2)
    monkeypatch.setattr(middleware, "now", clock)
    return clock


@pytest.fixture
def told(transactional_db, settings, tmp_path, tmp_path_factory):
    """`told(name, tell)`: what `tell()` does to the database, and its result. Told once in a test run, copied by every
    other test that asks for the same name.
    """
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()

    def tell_once(name, tell):
        return told_once(run_folder(tmp_path_factory), name, tell, settings.MEDIA_ROOT)

    return tell_once


@pytest.fixture
def town(told, clock):
    return told("town", lambda: build(clock))


@pytest.fixture
def place(town):
    """柳溪社区 in the town, with its people."""
    return community(town)


@pytest.fixture(scope="session")
def windows():
    """Windows that wait for their next user, by size and script: opening one takes most of a second."""
    return defaultdict(list)


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory):
    """What axe has looked at in this run."""
    return LookedAt(run_folder(tmp_path_factory) / "looked at by axe")


@pytest.fixture
def desk_for(browser, windows, looked_at, live_server, transactional_db):
    """`desk_for("linxiaowen")`: a desktop where that account is logged in; without one, a resident's phone."""
    desks = []

    def make(username=None, *, phone=None, script=True, axe=False, name=""):
        small = username is None if phone is None else phone
        waiting = windows[small, script]
        if waiting:
            page = waiting.pop()
        else:
            page = browser.new_context(
                viewport=PHONE if small else DESKTOP, java_script_enabled=script, locale="zh-CN", has_touch=small
            ).new_page()
        desk = Desk(page, live_server, name or username or "resident", looked_at=looked_at if axe and script else None)
        desks.append((waiting, desk))
        if username:
            desk.belongs_to(username)
        return desk

    yield make
    for waiting, desk in desks:
        desk.leave()
        waiting.append(desk.page)
