"""Demo accounts have a published password: they open nothing outside the demo."""

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    account = factories.user_for(username="demo-clerk", password=factories.PASSWORD)
    account.is_demo = True
    account.save(update_fields=["is_demo"])
    return account


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_account_logs_in_only_in_the_demo(account, settings, demo):
    settings.DEMO = demo
    request = RequestFactory().post("/login/")
    found = authenticate(request, username="demo-clerk", password=factories.PASSWORD)
    assert (found == account) is demo


@pytest.mark.parametrize("demo", [True, False])
def test_a_session_of_a_demo_account_ends_with_the_demo(account, client, settings, demo):
    settings.DEMO = True
    client.force_login(account, backend="orgs.backends.ScopeBackend")
    settings.DEMO = demo
    logged_in = client.get("/").wsgi_request.user.is_authenticated
    assert logged_in is demo
