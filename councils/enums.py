"""The words of the councils: where a matter stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a matter stands. A status follows from the last step validly done, or says how the matter ended."""

    REGISTERED = "registered", _("registered")
    PROPOSED = "proposed", _("proposed")
    CONFERRED = "conferred", _("conferred")
    REVIEWED = "reviewed", _("reviewed")
    RESOLVED = "resolved", _("resolved")
    DISCLOSED = "disclosed", _("resolution on display")
    IMPLEMENTING = "implementing", _("being implemented")
    ACCEPTED = "accepted", _("accepted")
    OUTCOME_DISCLOSED = "outcome_disclosed", _("outcome on display")
    CLOSED = "closed", _("closed")
    # Waiting for the people who brought it
    RETURNED = "returned", _("returned for changes")
    SHELVED = "shelved", _("shelved")
    # Ends
    DECLINED = "declined", _("declined with reasons")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REJECTED = "rejected", _("voted down")
    VOID = "void", _("void, to be held again")
    REVOKED = "revoked", _("resolution revoked by law")
