"""The words of the councils: where a matter stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a matter stands. A status follows from the last step validly done, or says how the matter ended."""

    REGISTERED = "registered", pgettext_lazy("matter", "registered")
    PROPOSED = "proposed", pgettext_lazy("matter", "proposed")
    CONFERRED = "conferred", pgettext_lazy("matter", "conferred")
    REVIEWED = "reviewed", pgettext_lazy("matter", "reviewed")
    RESOLVED = "resolved", pgettext_lazy("matter", "resolved")
    DISCLOSED = "disclosed", pgettext_lazy("matter", "resolution on display")
    IMPLEMENTING = "implementing", pgettext_lazy("matter", "being implemented")
    ACCEPTED = "accepted", pgettext_lazy("matter", "accepted")
    OUTCOME_DISCLOSED = "outcome_disclosed", pgettext_lazy("matter", "outcome on display")
    CLOSED = "closed", pgettext_lazy("matter", "closed")
    # Waiting for the people who brought it
    RETURNED = "returned", pgettext_lazy("matter", "returned for changes")
    SHELVED = "shelved", pgettext_lazy("matter", "shelved")
    # Ends
    DECLINED = "declined", pgettext_lazy("matter", "declined with reasons")
    WITHDRAWN = "withdrawn", pgettext_lazy("matter", "withdrawn")
    REJECTED = "rejected", pgettext_lazy("matter", "voted down")
    VOID = "void", pgettext_lazy("matter", "void, to be held again")
    REVOKED = "revoked", pgettext_lazy("matter", "resolution revoked by law")
