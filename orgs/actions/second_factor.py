"""The second factor of an account: an authenticator app (RFC 6238) and recovery codes on paper.

django-otp keeps the secret, takes a code once only, allows for a clock that is half a minute off, and makes who
guesses wait longer and longer. It reads the clock itself: a code belongs to the real half minute in which it is typed.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from audit.actions import record
from audit.errors import Refused, Stale
from orgs.actions.accounts import TOKEN_ALPHABET, lock_for_administrator
from orgs.models import User

CODE_DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_GROUPS, RECOVERY_GROUP = 3, 4  # 12 characters: 58 bits


@dataclass(frozen=True)
class Verdict:
    """What came of a code: accepted or not, and how many recovery codes are left after one was used up."""

    accepted: bool
    is_early: bool = False  # after wrong codes; it was not even looked at
    codes_left: int | None = None


def new_key():
    """A new secret, as 40 hexadecimal digits."""
    return default_key()


def otp_address(user, key):
    """What the QR code says: the secret in the form that authenticator apps read."""
    return TOTPDevice(user=user, key=key).config_url


def plain(code):
    """A code as it is compared: however it was typed, with full-width figures, spaces or dashes."""
    code = unicodedata.normalize("NFKC", code).upper()
    return "".join(character for character in code if character.isalnum())


def recovery_hash(code):
    """What is kept of a recovery code."""
    return hashlib.sha256(plain(code).encode()).hexdigest()[:16]


@transaction.atomic
def check_code(*, user, code, at):
    """Try a code of the app, or use up a recovery code. A wrong one is recorded too, and makes the next one wait."""
    code = plain(code)
    if code.isdecimal() and len(code) == CODE_DIGITS:
        devices, token = TOTPDevice.objects, code
    else:
        devices, token = StaticDevice.objects, recovery_hash(code)
    # The lock makes two who send the same code take turns, so that the second finds it used.
    device = devices.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return Verdict(False)
    if not device.verify_is_allowed()[0]:
        return Verdict(False, is_early=True)
    accepted = device.verify_token(token)
    left = device.token_set.count() if accepted and isinstance(device, StaticDevice) else None
    verb = ("recovery_code_used" if left is not None else "second_factor_passed") if accepted else "second_factor_wrong"
    data = {"account": user.username} | ({} if left is None else {"left": left})
    record(by=user, verb=verb, obj=user, at=at, data=data)
    return Verdict(accepted, codes_left=left)


@transaction.atomic
def set_up_second_factor(*, user, key, code, at):
    """Tie the app with this secret to the account once it shows the right code; returns the recovery codes."""
    user = _locked(user)
    if user.second_factor_at:
        raise Stale(_("The account has a second factor already."))
    device = TOTPDevice.objects.create(user=user, name="app", key=key)
    if not device.verify_token(plain(code)):
        raise Refused(_("This is not the code that the app shows now. Wait for the next one and check the clock."))
    _set_since(user, at)
    record(by=user, verb="second_factor_set_up", obj=user, at=at, data={"account": user.username})
    return _new_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(*, user, at):
    """New recovery codes; the old ones open nothing any more. The caller has checked a code."""
    user = _locked(user)
    if not user.second_factor_at:
        raise Stale(_("The account has no second factor."))
    record(by=user, verb="recovery_codes_renewed", obj=user, at=at, data={"account": user.username})
    return _new_recovery_codes(user)


@transaction.atomic
def remove_second_factor(*, user, at):
    """The password alone opens the account again; who owes a second factor sets up a new one at once, as for a new
    telephone. The caller has checked a code.
    """
    user = _locked(user)
    if not user.second_factor_at:
        raise Stale(_("The account has no second factor."))
    _remove(user)
    record(by=user, verb="second_factor_removed", obj=user, at=at, data={"account": user.username})
    return user


@transaction.atomic
def reset_second_factor(*, user, by, at):
    """After the telephone and the recovery codes are lost: an administrator who knows the person removes the factor.

    `by` None is the portal's keeper at the terminal. Who is logged in with the account is out at the next click.
    """
    user = lock_for_administrator(user, by, at) if by else _locked(user)
    if by and user.pk == by.pk:
        raise Refused(_("Nobody resets their own second factor; use a recovery code or ask another administrator."))
    if not user.second_factor_at:
        raise Stale(_("The account has no second factor."))
    _remove(user)
    record(by=by, verb="second_factor_reset", obj=user, at=at, data={"account": user.username})
    return user


def codes_left(user):
    """How many recovery codes the account has. One query."""
    return StaticToken.objects.filter(device__user=user).count()


def _locked(user):
    return User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)


def _set_since(user, at):
    user.second_factor_at = at
    user.save(update_fields=["second_factor_at"])


def _remove(user):
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    _set_since(user, None)


def _new_recovery_codes(user):
    """Replace the recovery codes; only their hashes are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="paper")
    codes = [
        "-".join(
            "".join(secrets.choice(TOKEN_ALPHABET) for _character in range(RECOVERY_GROUP))
            for _group in range(RECOVERY_GROUPS)
        )
        for _code in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=recovery_hash(code)) for code in codes)
    return codes
