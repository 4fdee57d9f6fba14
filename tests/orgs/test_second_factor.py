"""The second factor: set up, asked for, used up, lost; who must have one; two at the same moment."""

import datetime
import re
import time

import pytest
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.errors import Refused, Stale
from audit.models import Event
from governance import middleware
from orgs import actions
from orgs.actions.second_factor import RECOVERY_CODES, codes_left, new_key, plain
from orgs.models import User
from orgs.permissions import PowerMissing
from tests import factories
from tests.conftest import NOON
from tests.transactional import WithoutLocks, committed, together

__all__ = ["committed"]
KEY = "31323334353637383930" * 2
STEP = 30  # seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Requests come at noon; the library's own clock stands still, early in a half minute, until a test moves it."""
    moment = {"at": NOON, "time": time.time() // STEP * STEP + 5}
    monkeypatch.setattr(middleware, "now", lambda: moment["at"])
    monkeypatch.setattr(time, "time", lambda: moment["time"])
    monkeypatch.setattr("django_otp.models.timezone.now", lambda: _aware(moment["time"]))
    return moment


def _aware(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def shown(clock, steps=0, key=KEY):
    """What the app shows, `steps` half minutes later or earlier."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = clock["time"] + steps * STEP
    return f"{totp.token():06d}"


@pytest.fixture
def account(liuxi):
    user = liuxi.people.clerk.user
    user.set_password(factories.PASSWORD)
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def codes(account, clock):
    """The recovery codes of `account`, whose second factor was set up a minute ago."""
    clock["time"] -= 2 * STEP
    codes = actions.set_up_second_factor(user=account, key=KEY, code=shown(clock), at=NOON)
    clock["time"] += 2 * STEP
    account.refresh_from_db()
    return codes


def check(account, code):
    return actions.check_code(user=account, code=code, at=NOON).accepted


def verbs(account):
    return list(Event.objects.filter(data__account=account.username).order_by("pk").values_list("verb", flat=True))


# Codes


@pytest.mark.django_db
def test_a_code_opens_once(account, codes, clock):
    assert check(account, shown(clock))
    assert not check(account, shown(clock)), "replayed"
    clock["time"] += STEP
    assert check(account, shown(clock))


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(account, codes, clock, steps, opens):
    clock["time"] += 4 * STEP
    assert check(account, shown(clock, steps)) is opens


@pytest.mark.django_db
def test_the_code_that_set_it_up_opens_nothing(account, clock):
    actions.set_up_second_factor(user=account, key=KEY, code=shown(clock), at=NOON)
    assert not check(account, shown(clock))


@pytest.mark.django_db
def test_wrong_codes_wait_longer_and_longer(account, codes, clock):
    wrong = f"{(int(shown(clock)) + 1) % 10**6:06d}"
    assert actions.check_code(user=account, code=wrong, at=NOON).is_early is False
    assert actions.check_code(user=account, code=shown(clock), at=NOON).is_early, "even the right one"
    clock["time"] += 1.1
    assert not check(account, wrong)
    clock["time"] += 1.1
    assert actions.check_code(user=account, code=shown(clock), at=NOON).is_early, "twice as long"
    clock["time"] += 1
    assert check(account, shown(clock))
    assert verbs(account)[-3:] == ["second_factor_wrong", "second_factor_wrong", "second_factor_passed"]


@pytest.mark.django_db
def test_recovery_codes_open_once_each_however_typed(account, codes):
    assert len(set(codes)) == RECOVERY_CODES == codes_left(account)
    first = actions.check_code(user=account, code=codes[0].lower().replace("-", " "), at=NOON)
    assert (first.accepted, first.codes_left) == (True, RECOVERY_CODES - 1)
    assert not check(account, codes[0])
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not any(plain(code) in kept or code in kept for code in codes), "hashes alone"
    assert not any(plain(code) in str(event.data) for event in Event.objects.all() for code in codes)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["１２３４５６", " 123 456 ", "123-456"])
def test_codes_are_compared_as_figures(code):
    assert plain(code) == "123456"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "0", "abcdef", "９" * 40, "\0", "😀" * 6, "٣" * 6])
def test_clumsy_codes_are_no_fault(account, codes, code):
    assert not check(account, code)


@pytest.mark.django_db
def test_other_peoples_codes_open_nothing(account, codes, liuxi, clock):
    other = liuxi.people.secretary.user
    assert not check(other, shown(clock))
    assert not check(other, codes[0])


# Renewing, removing, resetting


@pytest.mark.django_db
def test_new_recovery_codes_replace_the_old(account, codes):
    new = actions.renew_recovery_codes(user=account, at=NOON)
    assert not check(account, codes[1])
    StaticDevice.objects.update(throttling_failure_count=0)
    assert check(account, new[1])


@pytest.mark.django_db
def test_set_up_twice_or_with_a_wrong_code_changes_nothing(account, clock):
    with pytest.raises(Refused):
        actions.set_up_second_factor(user=account, key=KEY, code="000000", at=NOON)
    assert not TOTPDevice.objects.exists()
    actions.set_up_second_factor(user=account, key=KEY, code=shown(clock), at=NOON)
    with pytest.raises(Stale):
        actions.set_up_second_factor(user=account, key=new_key(), code="000000", at=NOON)
    assert TOTPDevice.objects.get().key == KEY


@pytest.mark.django_db
@pytest.mark.parametrize("verb", [actions.renew_recovery_codes, actions.remove_second_factor])
def test_what_is_not_there_cannot_be_changed(account, verb):
    with pytest.raises(Stale):
        verb(user=account, at=NOON)


@pytest.mark.django_db
def test_an_administrator_resets_and_others_do_not(account, codes, liuxi):
    for person in ("secretary", "street", "stranger", "clerk"):
        with pytest.raises((Refused, PowerMissing)):
            actions.reset_second_factor(user=account, by=getattr(liuxi.people, person).user, at=NOON)
    administrator = liuxi.people.administrator.user
    actions.reset_second_factor(user=account, by=administrator, at=NOON)
    account.refresh_from_db()
    assert (account.second_factor_at, TOTPDevice.objects.count(), codes_left(account)) == (None, 0, 0)
    event = Event.objects.get(verb="second_factor_reset")
    assert (event.actor_id, event.data) == (administrator.pk, {"account": account.username})
    with pytest.raises(Stale):
        actions.reset_second_factor(user=account, by=administrator, at=NOON)


@pytest.mark.django_db
def test_the_page_of_the_account_resets(account, codes, client_for, liuxi):
    keeper, phone = client_for(liuxi.people.administrator), client_for()
    phone.force_login(account, backend="orgs.backends.ScopeBackend")
    url = reverse("admin:orgs_user_second-factor", args=[account.pk])
    assert url in keeper.get(reverse("admin:orgs_user_change", args=[account.pk])).content.decode()
    assert keeper.get(url).status_code == 200
    account.refresh_from_db()
    assert account.second_factor_at, "looking changes nothing"
    assert keeper.post(url).status_code == 302
    assert phone.get(reverse("desk")).url.startswith(reverse("login")), "who is logged in is out"
    assert url not in keeper.get(reverse("admin:orgs_user_change", args=[account.pk])).content.decode()
    assert keeper.post(url).status_code == 200, "told that there is none"
    assert client_for(liuxi.people.clerk).post(url).status_code in (302, 403)


@pytest.mark.django_db
def test_nobody_resets_their_own(liuxi, clock):
    administrator = liuxi.people.administrator.user
    actions.set_up_second_factor(user=administrator, key=KEY, code=shown(clock), at=NOON)
    with pytest.raises(Refused):
        actions.reset_second_factor(user=administrator, by=administrator, at=NOON)


@pytest.mark.django_db
def test_the_keeper_resets_at_the_terminal(account, codes):
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
    call_command("reset_second_factor", account.username, verbosity=0)
    account.refresh_from_db()
    assert account.second_factor_at is None
    assert Event.objects.get(verb="second_factor_reset").actor == ""
    with pytest.raises(CommandError):
        call_command("reset_second_factor", account.username)


# Pages


def log_in(client, account, next_page=""):
    sent = {"username": account.username, "password": factories.PASSWORD, "next": next_page}
    return client.post(reverse("login"), sent, REMOTE_ADDR="10.1.0.1")


def send(client, code):
    return client.post(reverse("login_code"), {"code": code}, REMOTE_ADDR="10.1.0.1")


@pytest.mark.django_db
def test_the_password_alone_opens_nothing(client, account, codes, clock):
    where = reverse("desk_matters")
    assert log_in(client, account, where).url == reverse("login_code")
    assert not get_user(client).is_authenticated
    assert client.get(reverse("desk")).status_code == 302
    assert client.get(reverse("login_code")).status_code == 200
    key = client.session.session_key
    assert send(client, shown(clock)).url == where
    assert get_user(client) == account
    assert client.session.session_key != key
    assert "login_pending" not in client.session
    assert client.get(reverse("login_code")).url == reverse("desk")


@pytest.mark.django_db
def test_the_code_without_the_password_opens_nothing(client, account, codes, clock):
    assert send(client, shown(clock)).status_code == 409
    assert not get_user(client).is_authenticated


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["late", "password", "closed", "reset"])
def test_what_was_right_is_not_right_for_ever(client, account, codes, clock, change, liuxi):
    log_in(client, account)
    if change == "late":
        clock["at"] += datetime.timedelta(minutes=11)
    elif change == "password":
        actions.choose_password(user=account, password="another-password-1", at=NOON)
    elif change == "closed":
        actions.close_account(user=account, by=liuxi.people.administrator.user, at=NOON)
    else:
        actions.reset_second_factor(user=account, by=liuxi.people.administrator.user, at=NOON)
    assert send(client, shown(clock)).status_code == 409
    assert not get_user(client).is_authenticated


@pytest.mark.django_db
def test_a_recovery_code_opens_and_says_what_is_left(client, account, codes):
    log_in(client, account)
    response = send(client, codes[3])
    assert response.url == reverse("desk")
    assert str(RECOVERY_CODES - 1) in client.get(response.url).content.decode()


@pytest.mark.django_db
def test_who_guesses_codes_is_locked_out_like_who_guesses_passwords(client, account, codes, clock):
    log_in(client, account)
    wrong = f"{(int(shown(clock)) + 1) % 10**6:06d}"
    for _try in range(5):
        response = send(client, wrong)
        clock["time"] += 60
        wrong = f"{(int(shown(clock)) + 1) % 10**6:06d}"
    assert response.status_code == 429
    assert send(client, shown(clock)).status_code == 429, "the right code comes too late"
    assert log_in(client, account).status_code == 429
    assert not get_user(client).is_authenticated


@pytest.mark.django_db
def test_set_up_by_page(client, account, clock):
    client.force_login(account, backend="orgs.backends.ScopeBackend")
    other = client.__class__()
    other.force_login(account, backend="orgs.backends.ScopeBackend")
    assert client.get(reverse("second_factor_qr")).status_code == 404
    page = client.get(reverse("second_factor_setup"))
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    key = client.session["second_factor_draft"]
    image = client.get(reverse("second_factor_qr"))
    assert image.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in image.headers["Cache-Control"]
    wrong = client.post(reverse("second_factor_setup"), {"code": "12345"})
    assert wrong.context["form"].errors["code"]
    assert client.session["second_factor_draft"] == key, "the app keeps its secret"
    done = client.post(reverse("second_factor_setup"), {"code": shown(clock, key=key)})
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", done.content.decode())
    assert len(codes) == RECOVERY_CODES
    assert "second_factor_draft" not in client.session
    assert client.get(reverse("second_factor")).status_code == 200
    assert other.get(reverse("desk")).status_code == 302, "other sessions end"
    assert client.get(reverse("second_factor_setup")).url == reverse("second_factor")


@pytest.mark.django_db
def test_change_by_page_asks_for_a_code(client, account, codes, clock):
    client.force_login(account, backend="orgs.backends.ScopeBackend")
    url = reverse("second_factor")
    assert client.post(url, {"code": "1", "do": "remove"}).context["form"].errors["code"]
    new = client.post(url, {"code": shown(clock), "do": "codes"})
    assert len(re.findall(r"\b\w{4}-\w{4}-\w{4}\b", new.content.decode())) == RECOVERY_CODES
    clock["time"] += STEP
    assert client.post(url, {"code": shown(clock), "do": "remove"}).url == url
    account.refresh_from_db()
    assert account.second_factor_at is None
    assert client.get(url).status_code == 200, "this session goes on"
    assert verbs(account)[-4:] == [
        "second_factor_passed",
        "recovery_codes_renewed",
        "second_factor_passed",
        "second_factor_removed",
    ]


# Who must


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("duty", "person", "must"),
    [
        ("nobody", "administrator", False),
        ("administrators", "administrator", True),
        ("administrators", "clerk", False),
        ("everyone", "clerk", True),
    ],
)
def test_who_owes_one_can_do_nothing_before(client, liuxi, settings, duty, person, must):
    settings.SECOND_FACTOR_DUTY = duty
    client.force_login(getattr(liuxi.people, person).user, backend="orgs.backends.ScopeBackend")
    pages = [reverse("desk"), reverse("second_factor")]
    pages += [reverse("admin:index")] if person == "administrator" else []
    for page in pages:
        response = client.get(page)
        assert (response.status_code == 302 and response.url == reverse("second_factor_setup")) is must, page
    assert client.get(reverse("second_factor_setup")).status_code == 200
    assert client.get(reverse("home")).status_code == 200
    assert client.post(reverse("logout")).url == reverse("home")


@pytest.mark.django_db
def test_switched_off_nobody_is_asked(client, account, codes, settings):
    settings.SECOND_FACTOR = "off"
    assert log_in(client, account).url == reverse("desk")
    assert client.get(reverse("second_factor")).status_code == 200
    assert client.get(reverse("second_factor_setup")).url == reverse("second_factor")


def test_secrets_are_not_in_the_administration():
    from tests.pages import models

    assert not {model._meta.app_label for model in models()} & {"otp_totp", "otp_static", "auth"}


# At the same moment


@pytest.mark.slow
@pytest.mark.parametrize("locked", [True, False], ids=["locks", "without locks it must go wrong"])
def test_two_with_the_same_code(committed, monkeypatch, clock, locked):
    account = factories.liuxi().people.clerk.user
    actions.set_up_second_factor(user=account, key=KEY, code=shown(clock, -1), at=NOON)

    def run():
        return actions.check_code(user=User.objects.get(pk=account.pk), code=shown(clock), at=NOON).accepted

    if locked:
        assert sorted(together(run, run)) == [False, True]
    else:
        with WithoutLocks(monkeypatch, TOTPDevice):
            assert together(run, run) == [True, True]


INDEX = "second_factor_app_once"


@pytest.mark.slow
@pytest.mark.parametrize("guard", ["locks", "index", "nothing: it must go wrong"])
def test_set_up_twice_at_once(committed, monkeypatch, clock, guard):
    account = factories.liuxi().people.clerk.user

    def run():
        return actions.set_up_second_factor(user=account, key=KEY, code=shown(clock), at=NOON)

    if guard == "locks":
        found = together(run, run)
        assert {type(result) for result in found} == {Stale, list}
        assert TOTPDevice.objects.count() == 1
        return
    if guard != "index":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {INDEX}")
            cursor.execute("DROP INDEX second_factor_paper_once")
    try:
        with WithoutLocks(monkeypatch, TOTPDevice):
            found = together(run, run)
        assert TOTPDevice.objects.count() == (1 if guard == "index" else 2), found
    finally:
        if guard != "index":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM otp_totp_totpdevice")
                cursor.execute("DELETE FROM otp_static_statictoken")
                cursor.execute("DELETE FROM otp_static_staticdevice")
                cursor.execute(f"CREATE UNIQUE INDEX {INDEX} ON otp_totp_totpdevice (user_id)")
                cursor.execute("CREATE UNIQUE INDEX second_factor_paper_once ON otp_static_staticdevice (user_id)")


@pytest.mark.django_db
@pytest.mark.parametrize("model", [TOTPDevice, StaticDevice])
def test_the_database_keeps_one_of_each(account, codes, model):
    with pytest.raises(IntegrityError, match="second_factor_"), transaction.atomic():
        model.objects.create(user=account, name="another")
