"""Accounts: made for a person, opened with a one-time link on paper, never with an e-mail."""

import datetime
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Stale
from orgs.models import AccountLink, Person, User
from orgs.permissions import require_administration_of
from orgs.signals import terms_changed

LINK_DAYS = 14
# Letters and digits that are not mistaken for each other on paper.
TOKEN_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_GROUPS, TOKEN_GROUP = 5, 5  # 25 characters: 122 bits


def token_hash(token):
    """What is kept of a token; upper and lower case and the dashes do not matter."""
    return hashlib.sha256(token.upper().replace("-", "").encode()).hexdigest()


def _new_link(user, at):
    """Close the account's open link and make a new one; returns the token, which is nowhere else."""
    user.links.filter(closed_at=None).update(closed_at=at)
    groups = ("".join(secrets.choice(TOKEN_ALPHABET) for _n in range(TOKEN_GROUP)) for _g in range(TOKEN_GROUPS))
    token = "-".join(groups)
    AccountLink.objects.create(
        user=user,
        token_hash=token_hash(token),
        created_at=at,
        expires_at=at + datetime.timedelta(days=LINK_DAYS),
    )
    return token


@transaction.atomic
def create_account(*, person, username, by, at, is_staff=False):
    """Make the account of a person, without a password; returns (account, token of its one-time link)."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_administration_of(by, person, at=at)
    if person.user_id:
        raise Stale(_("%(person)s has an account already.") % {"person": person})
    user = User(username=User.normalize_username(username), is_staff=is_staff, created_at=at)
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from None
    user.save(force_insert=True)
    person.user = user
    person.save(update_fields=["user"])
    terms_changed.send(Person, persons=[person.pk])
    record(by=by, verb="account_created", obj=person, at=at, data={"account": user.username, "staff": is_staff})
    return user, _new_link(user, at)


def lock_for_administrator(user, by, at):
    """The account, locked, for an administrator who may change it. Raises Refused or PowerMissing."""
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    if user.is_superuser and not by.is_superuser:
        raise Refused(_("Only a superuser changes the account of a superuser."))
    require_administration_of(by, getattr(user, "person", None), at=at)
    return user


@transaction.atomic
def reset_account(*, user, by, at):
    """Take the password away and return the token of a new one-time link."""
    user = lock_for_administrator(user, by, at)
    if not user.is_active:
        raise Refused(_("The account is closed."))
    user.set_unusable_password()
    user.save(update_fields=["password"])
    record(by=by, verb="account_reset", obj=user, at=at, data={"account": user.username})
    return _new_link(user, at)


@transaction.atomic
def close_account(*, user, by, at):
    """Nobody can log in with the account any more; who is logged in is out at the next click."""
    user = lock_for_administrator(user, by, at)
    if user.pk == by.pk:
        raise Refused(_("Nobody closes their own account; ask another administrator."))
    if not user.is_active:
        raise Stale(_("The account is closed."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.links.filter(closed_at=None).update(closed_at=at)
    record(by=by, verb="account_closed", obj=user, at=at, data={"account": user.username})
    return user


@transaction.atomic
def reopen_account(*, user, by, at):
    """The account can be used again with its old password."""
    user = lock_for_administrator(user, by, at)
    if user.is_active:
        raise Stale(_("The account is open."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by=by, verb="account_reopened", obj=user, at=at, data={"account": user.username})
    return user


def open_link(token, *, at):
    """The unused, unexpired link with this token and an open account, or None."""
    return (
        AccountLink.objects.filter(
            token_hash=token_hash(token), closed_at=None, expires_at__gt=at, user__is_active=True
        )
        .select_related("user__person")
        .first()
    )


@transaction.atomic
def choose_password(*, user, password, at, token=None):
    """Set the password that the owner chose, either with the `token` of their link (used up by it) or logged in."""
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    if token is not None and not AccountLink.objects.filter(
        user=user, token_hash=token_hash(token), closed_at=None, expires_at__gt=at
    ).update(closed_at=at):
        raise Stale(_("This link has been used or has expired. Ask for a new one."))
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(by=user, verb="password_chosen", obj=user, at=at, data={"account": user.username})
    return user
