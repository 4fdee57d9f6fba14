"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who may read a file."""

    PUBLIC = "public", _("everyone")
    UNIT = "unit", _("people with duties at the unit")
    PARTY = "party", _("the Party organisation of the unit")


class LeafKind(models.TextChoices):
    """What a leaf of the public log says was made public."""

    PUBLICATION = "publication", _("publication")
    CORRECTION = "correction", _("correction")
    WITHDRAWAL = "withdrawal", _("withdrawal")
    RESOLUTION = "resolution", _("resolution")
    REDACTION = "redaction", _("redaction")
