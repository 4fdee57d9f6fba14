"""Every power a person can hold at a unit, one sentence each. Powers come only from terms (see governance/roles.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Power(models.TextChoices):
    """An object permission on `OrgUnit`."""

    RUN_MEETINGS = "run_meetings", _("Register matters, call meetings and enter their records")
    CONFIRM_RECORDS = "confirm_records", _("Confirm the records of meetings and votes")
    DRAFT_NOTICES = "draft_notices", _("Draft notices and announcements")
    REVIEW_NOTICES = "review_notices", _("Review notices for the affairs supervision committee")
    SIGN_NOTICES = "sign_notices", _("Sign residential, financial and compound notices")
    SIGN_PARTY_NOTICES = "sign_party_notices", _("Sign Party notices and open the counts of Party meetings")
    ANSWER_RESIDENTS = "answer_residents", _("Register and answer questions and objections")
    SEE_INTERNAL = "see_internal", _("See the internal records of the unit")
    SEE_PARTY_INTERNAL = "see_party_internal", _("See the internal records of the Party organisation of the unit")
    OVERSEE = "oversee", _("See what is due in the units below and remind them")
    MANAGE_UNITS = "manage_units", _("Keep the tree of units")
    MANAGE_TERMS = "manage_terms", _("Keep persons, terms and accounts")
