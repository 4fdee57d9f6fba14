"""A place with people who log in by form, a clock that tests set, and browsers for several people at once."""

import pytest
from django.utils import translation

from governance import middleware
from governance.demo import PASSWORD, places
from orgs.models import User
from tests.browser.desk import DESKTOP, PHONE, Clock, Desk


@pytest.fixture(autouse=True)
def in_chinese():
    """Labels are looked for in Chinese, whatever language a test before this one has left behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def clock(monkeypatch):
    """The clock of the portal. It stands still until a test sets it."""
    clock = Clock(3, 2)
    monkeypatch.setattr(middleware, "now", clock)
    return clock


@pytest.fixture
def town(transactional_db, clock):
    """青禾街道 with its communities, bodies and people, and nothing that ever happened there."""
    clock.set(1, 12)
    built = places.build(clock())
    User.objects.update(is_demo=False)
    return built


@pytest.fixture
def desk_for(live_server, new_context, town):
    """`desk_for("linxiaowen")`: a desktop logged in as that account; without one, a resident's phone."""

    def make(username=None, *, password=PASSWORD, phone=None, script=True, axe=False, name=""):
        small = username is None if phone is None else phone
        context = new_context(
            viewport=PHONE if small else DESKTOP, java_script_enabled=script, locale="zh-CN", has_touch=small
        )
        desk = Desk(context, live_server, name or username or "resident", axe=axe and script)
        if username:
            desk.log_in(username, password)
        return desk

    return make
