"""The portal's own system checks."""

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.utils import OperationalError

from governance import checks


def ids(messages):
    return [message.id for message in messages]


def test_the_demo_is_refused_in_production(settings):
    settings.DEMO = True
    assert ids(checks.demo_is_off(None)) == ["portal.E001"]
    settings.DEMO = False
    assert checks.demo_is_off(None) == []


def test_switched_off_second_factors_are_told(settings):
    settings.SECOND_FACTOR = "off"
    assert ids(checks.second_factor_is_on(None)) == ["portal.W006"]
    settings.SECOND_FACTOR = "optional"
    assert checks.second_factor_is_on(None) == []


@pytest.mark.parametrize(
    ("address", "expected"), [("", ["portal.W002"]), ("http://x", ["portal.W002"]), ("https://x", [])]
)
def test_the_public_address_is_asked_for(settings, address, expected):
    settings.PORTAL_URL = address
    assert ids(checks.address_is_set(None)) == expected


def test_an_old_server_is_refused(db, monkeypatch):
    assert checks.server_is_recent(None, databases=["default"]) == []
    monkeypatch.setattr(connections["default"], "pg_version", 140011)
    assert ids(checks.server_is_recent(None, databases=["default"])) == ["portal.E004"]


def test_a_silent_server_is_named_once(monkeypatch):
    def silent(self):
        raise OperationalError("no answer")

    monkeypatch.delitem(vars(connections["default"]), "pg_version", raising=False)  # remembered
    monkeypatch.setattr(PostgreSQL, "pg_version", property(silent))
    monkeypatch.setattr(PostgreSQL, "cursor", silent)
    assert ids(checks.server_is_recent(None, databases=["default"])) == ["portal.E003"]
    assert checks.role_owns_nothing(None, databases=["default"]) == []


def test_without_being_asked_no_server_is_asked():
    assert checks.server_is_recent(None, databases=None) == []
    assert checks.role_owns_nothing(None, databases=None) == []


def test_an_owner_who_serves_is_warned_of(db):
    assert ids(checks.role_owns_nothing(None, databases=["default"])) == ["portal.W005"]
