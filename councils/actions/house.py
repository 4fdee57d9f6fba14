"""What a community settled for itself: authorisations of the representatives, entered and ended.

Not by the clerk who calls the meetings: what binds every later meeting is entered by who answers for the records.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from audit import actions as audit
from councils.actions.common import Mistaken, already_done, create_once, today
from councils.models import Authorisation
from councils.models.house import MEETINGS_OF_ALL
from councils.permissions import require_at
from councils.procedures import why_not_delegable
from disclosure.actions.common import refuse_personal_data
from orgs.powers import Power


@transaction.atomic
def authorise_representatives(
    *, by, at, unit, token, given_on, categories=(), extent="", resolution=None, document="", until=None
):
    """Enter that the meeting of all authorised the representatives (URC 30); returns the Authorisation.

    `resolution` of the meeting of all of the same unit, or the `document` that says so. Everybody can read it. In a
    village never what the law reserves to the villagers' meeting. Needs `confirm_records`.
    """
    on = today(at)
    require_at(by, Power.CONFIRM_RECORDS, unit, on)
    if Authorisation.objects.filter(token=token).exists():
        raise already_done()
    errors = {}
    if given_on > on:
        errors["given_on"] = _("This day has not come yet.")
    if until and until < given_on:
        errors["until"] = _("The end lies before the beginning.")
    if not categories and not extent.strip():
        errors["categories"] = _("Say what the representatives may decide.")
    for category in categories:
        if reason := why_not_delegable(unit.kind, category):
            errors["categories"] = reason
    if resolution is not None and not _is_of_all(resolution, unit):
        errors["resolution"] = _("Only a resolution of the meeting of all of this unit authorises the representatives.")
    elif resolution is None and not document.strip():
        errors["document"] = _("Choose the resolution, or name the paper of the meeting.")
    if errors:
        raise Mistaken(errors)
    refuse_personal_data(unit, extent, document)
    row = create_once(
        lambda: Authorisation.objects.create(
            unit=unit,
            resolution=resolution,
            document=document.strip(),
            given_on=given_on,
            categories=sorted(set(categories)),
            extent=extent.strip(),
            until=until,
            token=token,
            entered_by=by,
            entered_at=at,
        )
    )
    _record(row, by=by, at=at, verb="authorise_representatives", categories=row.categories)
    return row


def _is_of_all(resolution, unit):
    matter = resolution.matter
    return matter.unit_id == unit.pk and matter.deciding_body in MEETINGS_OF_ALL


@transaction.atomic
def end_authorisation(*, by, at, authorisation, reason):
    """End an authorisation today, with a reason; what was registered under it stays. Needs `confirm_records`."""
    rows = Authorisation.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    row = rows.get(pk=authorisation.pk)
    require_at(by, Power.CONFIRM_RECORDS, row.unit, today(at))
    if row.ended_on is not None:
        raise already_done()
    if not reason.strip():
        raise Mistaken({"reason": _("Say why it ends.")})
    refuse_personal_data(row.unit, reason)
    row.ended_on, row.end_reason, row.ended_by = today(at), reason.strip(), by
    row.save(update_fields=["ended_on", "end_reason", "ended_by"])
    _record(row, by=by, at=at, verb="end_authorisation", reason=row.end_reason)
    return row


def _record(row, *, by, at, verb, **data):
    audit.record(by=by, verb=verb, at=at, label=str(row), url="", path=row.unit.path, data=data)
