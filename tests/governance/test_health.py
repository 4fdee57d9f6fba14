"""/healthz: what a load balancer asks."""

import shutil
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from governance import health

pytestmark = pytest.mark.django_db
WELL = {"database": True, "migrations": True, "files": True}


def test_well_by_one_query_and_without_a_cookie(client, django_assert_num_queries):
    health.known_migrations()
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, WELL)
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"


def test_a_probe_needs_no_host_name_and_no_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_other_methods(client):
    head = client.head("/healthz")
    assert (head.status_code, head.content) == (200, b"")
    assert client.post("/healthz").status_code == 405


def test_a_database_that_does_not_answer(client, monkeypatch):
    def refuse():
        raise OperationalError("password of portal_app")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == WELL | {"database": False, "migrations": False}
    assert b"password" not in response.content


def test_a_migration_that_is_missing_and_one_too_many(client):
    recorder = MigrationRecorder(connection)
    recorder.record_applied("orgs", "9999_of_a_newer_portal")
    assert client.get("/healthz").status_code == 200
    recorder.record_unapplied("orgs", "0001_initial")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == WELL | {"migrations": False}


def test_files_that_cannot_be_kept(client, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "not" / "made"
    assert client.get("/healthz").json() == WELL
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1000))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == WELL | {"files": False}
