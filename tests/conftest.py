"""Shared fixtures: the worked case's community, its people, and clients logged in as them."""

import datetime
import gc
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.signals import setting_changed
from django.test import Client, TransactionTestCase, override_settings
from django.test.client import ClientHandler
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from audit import log_files
from disclosure import printing
from tests import factories
from tests.governance.processes import PATIENCE
from tests.snapshot import Stage, migrated_once, run_folder, several_processes
from tests.transactional import empty, filled
from tests.world import whole_world, world  # noqa: F401 (fixtures)

TODAY = datetime.date(2026, 11, 22)
STAGE = pytest.StashKey[Stage]()
NOON = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


# How long an example takes says something of the machine, nothing of the rule.
# Every run tries the same examples: rare ones are found by who looks for them (pytest --hypothesis-profile=search).
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("search", **CALM)
hypothesis_settings.register_profile("portal", derandomize=True, **CALM)
hypothesis_settings.load_profile("portal")

# Whole files go to one process (`--dist loadfile`). Those that take longest begin first: none is left for the end.
LONGEST = (
    "governance/test_killed.py",
    "test_every_page.py",
    "browser/test_axe.py",  # what axe has seen here no journey shows it again
    "browser/test_worked_case.py",
    "test_hostile_input.py",
    "browser/test_paths.py",
    "governance/test_run.py",
    "governance/test_embedded.py",
    "governance/test_backup.py",
    "test_party_internal.py",
    "test_every_url.py",
    "browser/",
    "test_one_per_fact.py",
    "councils/test_meeting_pages.py",
    "councils/test_turns.py",
    "councils/test_matter_pages.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The longest files first, the others as they come."""

    def place(item):
        path = str(item.path)
        return next((number for number, name in enumerate(LONGEST) if f"tests/{name}" in path), len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish():
    """What is there by now stays to the end: the collector need not look through it again and again, and seldom through
    the rest.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """The story of the last test stays for this one, if it asks for the same."""
    uses_database = "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db")
    if uses_database and STAGE in item.config.stash:
        item.config.stash[STAGE].set_for(item)


@pytest.fixture(autouse=True, scope="session")
def plain_settings():
    """Fast password hashes, static files straight from their sources, no duty of a second factor; for the live server
    too.
    """
    with tempfile.TemporaryDirectory() as log, plain(Path(log)):
        yield


def plain(log):
    """The settings of tests; `log` is where the public log keeps its keys."""
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    return override_settings(
        LOG_DIR=log,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_ROOT=settings.BASE_DIR / "static",
        STORAGES={**settings.STORAGES, **static},
        PAGE_CACHE_SECONDS=0,
        SECOND_FACTOR="optional",
        SECOND_FACTOR_DUTY="nobody",
    )


@pytest.fixture(autouse=True, scope="session")
def no_hurry():
    """A busy machine may take its time to print and to draw a page."""
    expect.set_options(timeout=PATIENCE * 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "SECONDS", PATIENCE)
        yield


@pytest.fixture(autouse=True, scope="session")
def one_middleware():
    """Clients share the middleware as long as no setting changes: to load it takes longer than many a page does."""
    load, loaded = ClientHandler.load_middleware, {}

    def once(handler):
        if loaded and not settings.PAGE_CACHE_SECONDS:  # with it, each client has pages of its own
            vars(handler).update(loaded)
        else:
            load(handler)
            loaded.update({name: value for name, value in vars(handler).items() if "_middleware" in name})

    def forget(**_setting):
        loaded.clear()

    setting_changed.connect(forget)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "load_middleware", once)
        yield
    setting_changed.disconnect(forget)


@pytest.fixture(autouse=True)
def alone():
    """No test finds what another left in the process: counted requests, the language of the last page."""
    cache.clear()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_checkpoint(plain_settings):
    """What one test signed is not there for the next one, whose database knows nothing of it."""
    yield
    (settings.LOG_DIR / log_files.CHECKPOINT).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings, django_db_blocker, tmp_path_factory):
    """Of several processes one migrates; all find a copy of its database, and keep it."""
    if django_db_keepdb or not several_processes():
        return django_db_keepdb
    with django_db_blocker.unblock():
        migrated_once(run_folder(tmp_path_factory))
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tmp_path_factory, pytestconfig):
    """After a test that commits, all goes but what migrations put in. Django's own flush meets the triggers that refuse
    TRUNCATE, and writes every permission anew.
    """
    with django_db_blocker.unblock():
        seeded = filled()
    stage = pytestconfig.stash[STAGE] = Stage(run_folder(tmp_path_factory), django_db_blocker)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty(seeded))
        yield
    with django_db_blocker.unblock():
        stage.clear()


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Pages are opened at noon of TODAY, on whatever day and at whatever hour the tests run."""
    monkeypatch.setattr("governance.middleware.now", lambda: NOON)


@pytest.fixture
def today():
    return TODAY


@pytest.fixture
def at():
    """The moment that tests pass to actions."""
    return NOON


@pytest.fixture
def told(db, request, pytestconfig):
    """`told(name, tell)`: what `tell()` returns and writes into the database, told once in the whole run.

    Once in a test: a second story would take the place of the first.
    """
    names = []

    def tell_once(name, tell):
        names.append(name)
        assert len(names) == 1, f"one test, two stories: {names}"
        return pytestconfig.stash[STAGE].tell(request.node, name, tell)

    yield tell_once
    ContentType.objects.clear_cache()  # their numbers were those of the story


@pytest.fixture
def liuxi(told):
    """柳溪社区 with its bodies and people (see `tests.factories.liuxi`)."""
    return told("liuxi", factories.liuxi)


@pytest.fixture
def people(liuxi):
    """clerk, secretary, deputy, member, supervisor, street, administrator, stranger: persons with accounts."""
    return liuxi.people


@pytest.fixture
def client_for(db):
    """`client_for(person)`: a client logged in as that person; None is a visitor."""

    def make(person=None, **options):
        client = Client(**options)
        if person is not None:
            client.force_login(factories.user_for(person), backend="orgs.backends.ScopeBackend")
        return client

    return make
