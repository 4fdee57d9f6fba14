"""Accounts: one-time links, first login, login, throttling, passwords."""

import datetime
import re

import pytest
from django.contrib.auth import get_user
from django.core.management import call_command
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.models import Event
from governance import middleware
from orgs import actions
from orgs.actions.accounts import LINK_DAYS, TOKEN_ALPHABET, open_link, token_hash
from orgs.models import AccountLink, User
from orgs.permissions import PowerMissing
from tests import factories

NEW = "青禾-harvest-2026"


@pytest.fixture
def fresh(liuxi, at):
    """A person who has just been given an account: (person, account, token)."""
    person = liuxi.persons["方建国"]
    by = liuxi.people.administrator.user
    user, token = actions.create_account(person=person, username="fangjianguo", by=by, at=at)
    person.refresh_from_db()
    return person, user, token


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """Requests happen at noon of the tests' day, or at `clock["at"]`."""
    moment = {"at": at}
    monkeypatch.setattr(middleware, "now", lambda: moment["at"])
    return moment


def logged_in(client):
    return get_user(client).is_authenticated


def test_account_begins_without_password_and_with_its_powers(fresh, today):
    person, user, token = fresh
    assert not user.has_usable_password()
    assert person.user == user
    assert user.unitgrant_set.count() == 2, "the powers of the person's term"
    assert Event.objects.filter(verb="account_created", label=str(person)).exists()


def test_token_is_kept_as_a_hash_only_and_readable_on_paper(fresh):
    _person, user, token = fresh
    link = AccountLink.objects.get(user=user)
    assert link.token_hash == token_hash(token)
    assert token not in str(AccountLink.objects.values())
    assert set(token) <= set(TOKEN_ALPHABET) | {"-"}
    assert not any(token in str(event.data) for event in Event.objects.all())
    assert token_hash(token.lower().replace("-", "")) == link.token_hash


def test_first_login_chooses_the_password_once(fresh, client):
    _person, user, token = fresh
    url = reverse("first_login", args=[token])
    assert client.get(url).status_code == 200
    response = client.post(url, {"new_password1": NEW, "new_password2": NEW})
    assert response.url == reverse("login")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not logged_in(client), "the password is tried at once"
    for again in (client.get(url), client.post(url, {"new_password1": NEW + "x", "new_password2": NEW + "x"})):
        assert again.status_code == 410
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize(
    "answers",
    [("short", "short"), ("12345678901", "12345678901"), (NEW, NEW + "x"), ("fangjianguo1", "fangjianguo1"), ("", "")],
)
def test_first_login_refuses_weak_and_unequal_passwords(fresh, client, answers):
    _person, user, token = fresh
    url = reverse("first_login", args=[token])
    response = client.post(url, dict(zip(("new_password1", "new_password2"), answers, strict=True)))
    assert response.status_code == 200
    assert response.context["form"].errors
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert client.get(url).status_code == 200, "the link is not used up"


def test_link_expires(fresh, client, clock, at):
    token = fresh[2]
    clock["at"] = at + datetime.timedelta(days=LINK_DAYS, seconds=-1)
    assert client.get(reverse("first_login", args=[token])).status_code == 200
    clock["at"] = at + datetime.timedelta(days=LINK_DAYS)
    assert client.get(reverse("first_login", args=[token])).status_code == 410


def test_unknown_token_is_answered_like_a_used_one(db, client):
    assert client.get(reverse("first_login", args=["ABCDE-ABCDE-ABCDE-ABCDE-ABCDE"])).status_code == 410


def test_reset_replaces_link_and_password(fresh, liuxi, at):
    _person, user, token = fresh
    actions.choose_password(user=user, password=NEW, at=at, token=token)
    newer = actions.reset_account(user=user, by=liuxi.people.administrator.user, at=at)
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert open_link(token, at=at) is None
    assert open_link(newer, at=at).user == user
    newest = actions.reset_account(user=user, by=liuxi.people.administrator.user, at=at)
    assert open_link(newer, at=at) is None
    assert open_link(newest, at=at)


def test_link_is_used_once_even_by_two_at_a_time(fresh, at):
    """Both saw the page; the second write finds the link closed."""
    _person, user, token = fresh
    actions.choose_password(user=user, password=NEW, at=at, token=token)
    with pytest.raises(Stale):
        actions.choose_password(user=user, password="another-long-password", at=at, token=token)
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_closed_account_cannot_use_its_link_and_can_be_reopened(fresh, liuxi, at, client):
    _person, user, token = fresh
    by = liuxi.people.administrator.user
    actions.close_account(user=user, by=by, at=at)
    assert open_link(token, at=at) is None
    with pytest.raises(Refused):
        actions.reset_account(user=user, by=by, at=at)
    with pytest.raises(Stale):
        actions.close_account(user=user, by=by, at=at)
    assert actions.reopen_account(user=user, by=by, at=at).is_active
    with pytest.raises(Stale):
        actions.reopen_account(user=user, by=by, at=at)


@pytest.mark.parametrize("who", ["clerk", "secretary", "supervisor", "street", "stranger"])
def test_only_an_administrator_makes_and_resets_accounts(liuxi, at, who):
    by = getattr(liuxi.people, who).user
    with pytest.raises(PowerMissing):
        actions.create_account(person=liuxi.persons["邱莉"], username="qiuli", by=by, at=at)
    with pytest.raises(PowerMissing):
        actions.reset_account(user=liuxi.people.deputy.user, by=by, at=at)
    with pytest.raises(PowerMissing):
        actions.close_account(user=liuxi.people.deputy.user, by=by, at=at)
    assert not User.objects.filter(username="qiuli").exists()


def test_account_refusals(fresh, liuxi, at):
    by = liuxi.people.administrator.user
    with pytest.raises(Stale):
        actions.create_account(person=fresh[0], username="other", by=by, at=at)
    with pytest.raises(Refused):
        actions.create_account(person=liuxi.persons["邱莉"], username="fangjianguo", by=by, at=at)
    with pytest.raises(Refused):
        actions.create_account(person=liuxi.persons["邱莉"], username="qiu li!", by=by, at=at)
    with pytest.raises(Refused):
        actions.close_account(user=by, by=by, at=at)
    root = User.objects.create(username="root", is_superuser=True)
    with pytest.raises(Refused):
        actions.reset_account(user=root, by=by, at=at)


def test_createsuperuser_works_without_an_email_address(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW)
    call_command("createsuperuser", username="root", interactive=False)
    root = User.objects.get(username="root")
    assert root.is_superuser and root.is_staff and root.check_password(NEW)


# Login


@pytest.fixture
def account(liuxi):
    user = liuxi.people.clerk.user
    user.set_password(factories.PASSWORD)
    user.save(update_fields=["password"])
    return user


def log_in(client, password=factories.PASSWORD, username="linxiaowen", **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_login_and_logout(account, client):
    assert client.get(reverse("login")).status_code == 200
    assert log_in(client).url == reverse("desk")
    assert logged_in(client)
    assert client.get(reverse("login")).url == reverse("desk")
    assert client.get(reverse("logout")).status_code == 405, "a link must not log anybody out"
    assert logged_in(client)
    assert client.post(reverse("logout")).url == reverse("home")
    assert not logged_in(client)
    assert client.post(reverse("logout")).url == reverse("home")


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/desk/units/990101001001/composition/", "/desk/units/990101001001/composition/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_login_goes_on_to_pages_of_this_host_only(account, client, target, lands):
    assert log_in(client, next=target).url == lands


def test_a_form_sent_after_the_login_ended_is_not_lost_in_silence(client, db):
    page = client.post(reverse("matter_new"), {"title": "写了很久"}, follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("login"))
    assert len(page.context["messages"]) == 1
    assert not client.get(reverse("desk"), follow=True).context["messages"]


def test_wrong_password_says_nothing_about_the_account(account, client):
    wrong = log_in(client, password="wrong")
    unknown = log_in(client, username="nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert not logged_in(client)


def test_a_name_longer_than_any_account_is_a_wrong_one(client, db):
    answer = client.post(reverse("login"), {"username": "长" * 10000, "password": "x" * 10000})
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()


def test_five_wrong_passwords_lock_the_account_from_there(account, client):
    for _n in range(4):
        assert log_in(client, password="wrong").status_code == 200
    fifth = log_in(client, password="wrong")
    assert fifth.status_code == 429
    assert "orgs/locked_out.html" in [template.name for template in fifth.templates]
    assert log_in(client).status_code == 429, "the right password does not help while locked"
    elsewhere = client.post(
        reverse("login"), {"username": "linxiaowen", "password": factories.PASSWORD}, REMOTE_ADDR="192.0.2.7"
    )
    assert elsewhere.status_code == 302, "nobody can lock somebody else out from afar"


def test_success_forgets_earlier_failures(account, client):
    for _round in range(2):
        for _n in range(4):
            log_in(client, password="wrong")
        assert log_in(client).status_code == 302
        client.logout()


def test_closed_account_is_out_at_the_next_click(account, client, liuxi, at):
    log_in(client)
    actions.close_account(user=account, by=liuxi.people.administrator.user, at=at)
    assert client.get(reverse("password_change")).status_code == 302
    assert not logged_in(client)
    assert log_in(client).status_code == 200


def test_a_given_password_must_be_changed_first(account, client):
    User.objects.filter(pk=account.pk).update(must_change_password=True)
    log_in(client)
    for name in ("desk", "composition"):
        args = ["990101001001"] if name == "composition" else []
        assert client.get(reverse(name, args=args)).url == reverse("password_change")
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("password_change")).status_code == 200
    bad = client.post(reverse("password_change"), {"old_password": "x", "new_password1": NEW, "new_password2": NEW})
    assert set(bad.context["form"].errors) == {"old_password"}
    good = {"old_password": factories.PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("password_change"), good).url == reverse("desk")
    account.refresh_from_db()
    assert account.check_password(NEW) and not account.must_change_password
    assert logged_in(client), "this session goes on"
    assert client.get(reverse("desk")).status_code == 200


def test_pages_of_accounts_have_no_inline_script_or_style(account, fresh, client):
    pages = [client.get(reverse("login")), client.get(reverse("first_login", args=[fresh[2]]))]
    pages.append(client.get(reverse("first_login", args=["X"])))
    log_in(client)
    pages.append(client.get(reverse("password_change")))
    for page in pages:
        html = page.content.decode()
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)


def test_account_pages_are_not_kept_by_caches(fresh, client):
    response = client.get(reverse("first_login", args=[fresh[2]]))
    assert "no-store" in response["Cache-Control"]
