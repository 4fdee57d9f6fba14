"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who may read a file."""

    PUBLIC = "public", _("everyone")
    UNIT = "unit", _("people with duties at the unit")
    PARTY = "party", _("the Party organisation of the unit")
