"""Where reads go when there is a replica. A real one is tried by deploy/try.sh."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from governance import replica
from orgs.models import OrgUnit
from tests.conftest import NOON

ROUTER = replica.Router()


@pytest.fixture(autouse=True)
def there(monkeypatch):
    """A replica that answers, or does not: `there.answers`; `there.asked` counts."""
    monkeypatch.setattr(replica, "is_set_up", lambda: True)
    state = SimpleNamespace(answers=True, asked=0)

    def answer():
        state.asked += 1
        return state.answers

    monkeypatch.setattr(replica, "answers", answer)
    return state


def ask(middleware_of, method="get", cookies=None, at=NOON):
    request = getattr(RequestFactory(), method)("/")
    request.COOKIES.update(cookies or {})
    request.at = at
    return middleware_of(request)


def where(write=False):
    """A middleware whose view says where a read goes (after a write, or at once)."""

    def view(request):
        if write:
            ROUTER.db_for_write(OrgUnit)
        return HttpResponse(ROUTER.db_for_read(OrgUnit))

    return replica.replica(view)


@pytest.mark.parametrize(
    ("method", "cookies", "write", "alias"),
    [
        ("get", {}, False, "replica"),
        ("head", {}, False, "replica"),
        ("get", {"csrftoken": "x", "unit": "990101"}, False, "replica"),
        ("get", {"sessionid": "x"}, False, "default"),
        ("get", {replica.COOKIE: "1"}, False, "default"),
        ("get", {}, True, "default"),
        ("post", {}, False, "default"),
    ],
)
def test_where_a_request_reads(method, cookies, write, alias):
    assert ask(where(write), method, cookies).content.decode() == alias
    assert ROUTER.db_for_read(OrgUnit) == "default", "outside requests always the primary"


def test_who_sent_something_reads_it_back():
    cookie = ask(where(), "post").cookies[replica.COOKIE]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == ("1", replica.PIN_SECONDS, True)
    assert not ask(where()).cookies


def test_a_row_of_the_primary_is_followed_there():
    token = replica.reading.set(True)
    try:
        unit = OrgUnit()
        unit._state.db = "default"
        assert ROUTER.db_for_read(OrgUnit, instance=unit) == "default"
        unit._state.db = "replica"
        assert ROUTER.db_for_read(OrgUnit, instance=unit) == "replica"
        assert ROUTER.db_for_write(OrgUnit, instance=unit) == "default"
    finally:
        replica.reading.reset(token)


def test_while_the_replica_is_down_the_primary_serves_and_it_is_not_asked_each_time(there):
    one = where()
    there.answers = False
    assert ask(one).content == b"default"
    there.answers = True
    assert ask(one, at=NOON + replica.RETRY / 2).content == b"default"
    assert there.asked == 1
    assert ask(one, at=NOON + replica.RETRY).content == b"replica"


def test_a_replica_that_refuses_does_not_answer(monkeypatch):
    monkeypatch.undo()

    class Refusing:
        def close_if_health_check_failed(self):
            raise OperationalError

    monkeypatch.setattr(replica, "connections", {"replica": Refusing()})
    assert not replica.answers()


def test_without_a_replica_nothing_is_done(monkeypatch):
    monkeypatch.setattr(replica, "is_set_up", lambda: False)
    with pytest.raises(MiddlewareNotUsed):
        replica.replica(None)


def test_only_the_primary_is_migrated():
    assert ROUTER.allow_migrate("default", "orgs")
    assert not ROUTER.allow_migrate("replica", "orgs")
