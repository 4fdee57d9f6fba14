"""Accounts and the one-time links that open them."""

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgs.models.units import OrgUnit


class AccountManager(BaseUserManager):
    """Django's commands make accounts with this; accounts have no e-mail address."""

    def create_user(self, username, password=None, **facts):
        user = self.model(username=self.model.normalize_username(username), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **facts):
        """For `createsuperuser`: who sets the portal up. Such an account has no power in the communities."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a name to log in with. What it may do comes from the terms of its person."""

    username = models.CharField(_("account"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    is_demo = models.BooleanField(_("account of the demo, with a published password"), default=False, editable=False)
    created_at = models.DateTimeField(_("made at"), null=True, editable=False)
    second_factor_at = models.DateTimeField(_("second factor since"), null=True, editable=False)

    objects = AccountManager()
    EMAIL_FIELD = None
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        person = getattr(self, "person", None)
        return person.name if person else self.username

    def get_short_name(self):
        """How the administration addresses the person, and names them in the history of a row."""
        return str(self)

    get_full_name = get_short_name

    @property
    def is_asked_for_code(self):
        """Whether the password alone does not open the account."""
        return self.second_factor_at is not None and settings.SECOND_FACTOR != "off"

    @property
    def owes_second_factor(self):
        """Whether the account may do nothing before it has a second factor."""
        owing = {"everyone": True, "administrators": self.is_staff or self.is_superuser, "nobody": False}
        return self.second_factor_at is None and owing[settings.SECOND_FACTOR_DUTY]

    def get_session_auth_hash(self):
        """Sessions end when the password changes, and also when the second factor comes or goes."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self):
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret=None):
        state = self.password + (f" {self.second_factor_at.timestamp()}" if self.second_factor_at else "")
        return salted_hmac("orgs.session", state, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm, obj=None):
        """Django lets a superuser pass every question; a question about a unit is answered by the backend alone."""
        if isinstance(obj, OrgUnit):
            return any(backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm"))
        return super().has_perm(perm, obj)


class AccountLink(models.Model):
    """A one-time link, printed for its owner, that lets them choose a password. Only the token's hash is kept.

    `closed_at` is when it was used or replaced by a newer one.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links", verbose_name=_("account"))
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(closed_at=None), name="link_open_once_per_account"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="link_expires_after_creation"),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="link_keeps_a_hash"),
        ]

    def __str__(self):
        return f"{self.user.username} {self.created_at:%Y-%m-%d}"
