"""What a community settled for itself: authorisations of the representatives and stricter numbers.

Not by the clerk who calls the meetings: what binds every later meeting is entered by who answers for the records.
"""

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import actions as audit
from audit.errors import Mistaken
from councils.actions.common import already_done, create_once, today
from councils.models import Authorisation, LocalRule
from councils.models.house import MEETINGS_OF_ALL
from councils.permissions import require_at, require_settling
from councils.procedures import why_not_delegable
from councils.procedures.parts import rules_settled_at
from councils.voting import LooserThanLaw, modes_of, share_text, stricter
from disclosure.actions.common import refuse_personal_data
from orgs.models import OrgUnit
from orgs.powers import Power


@transaction.atomic
def authorise_representatives(
    *, by, at, unit, token, given_on, categories=(), extent="", resolution=None, document="", until=None
):
    """Enter that the meeting of all authorised the representatives (URC 30); returns the Authorisation.

    `resolution` of the meeting of all of the same unit, or the `document` that says so. Everybody can read it. In a
    village never what the law reserves to the villagers' meeting. One at a time for each category. Needs
    `confirm_records`.
    """
    on = today(at)
    require_at(by, Power.CONFIRM_RECORDS, unit, on)
    if Authorisation.objects.filter(token=token).exists():
        raise already_done()
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
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
    errors = errors or _already_authorised(unit, given_on, until, sorted(set(categories)), extent.strip())
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


def _already_authorised(unit, given_on, until, categories, extent):
    """{field: which standing authorisation of `unit` says the same, or covers a category in the same days}; or {}."""
    for row in Authorisation.objects.of(unit).standing_between(given_on, until):
        both = [code for code in categories if code in row.categories]
        if both or (row.given_on, row.categories, row.extent) == (given_on, categories, extent):
            text = _("An authorisation given on %(day)s stands already (%(source)s); end it first.")
            words = {"day": date_format(row.given_on, "DATE_FORMAT"), "source": row.source}
            return {"categories" if both else "extent": text % words}
    return {}


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


@transaction.atomic
def adopt_local_rule(
    *,
    by,
    at,
    unit,
    token,
    rule_key,
    document,
    adopted_on,
    in_force_from,
    in_force_until=None,
    quorum=None,
    passing=None,
    call_days=None,
):
    """Enter numbers stricter than the law's for `unit` and all below it; returns the LocalRule.

    `quorum` and `passing` are `Share`s, judged against every mode of the rule in force on the first day: looser than
    the law is refused. `call_days` from 1 to 365. At a community by who answers for its records (`confirm_records`), at
    a street by who keeps its terms (`manage_terms`): not by the clerk whose meetings are judged by it.
    """
    on = today(at)
    require_settling(by, unit, on)
    if LocalRule.objects.filter(token=token).exists():
        raise already_done()
    errors = {}
    if rule_key not in rules_settled_at(unit.level, unit.kind):
        errors["rule_key"] = _("No body of this unit decides by this rule.")
    for name, share in (("quorum", quorum), ("passing", passing)):
        if share and (reason := _why_looser(rule_key, in_force_from, {name: share})):
            errors[name] = reason
    if not (quorum or passing or call_days):
        errors["quorum"] = _("Enter at least one number.")
    if call_days is not None and not 1 <= call_days <= 365:
        errors["call_days"] = _("Between 1 and 365 days.")
    if adopted_on > on:
        errors["adopted_on"] = _("This day has not come yet.")
    if in_force_from < adopted_on:
        errors["in_force_from"] = _("It cannot be in force before it is adopted.")
    if in_force_until and in_force_until < in_force_from:
        errors["in_force_until"] = _("The end lies before the beginning.")
    if not document.strip():
        errors["document"] = _("This is needed.")
    if errors:
        raise Mistaken(errors)
    refuse_personal_data(unit, document)
    columns = {"call_days": call_days}
    for name, share in (("quorum", quorum), ("passing", passing)):
        if share:
            columns |= {f"{name}_part": share.part, f"{name}_whole": share.whole, f"{name}_strict": share.strict}
    try:
        row = create_once(
            lambda: LocalRule.objects.create(
                unit=unit,
                rule_key=rule_key,
                document=document.strip(),
                adopted_on=adopted_on,
                in_force_from=in_force_from,
                in_force_until=in_force_until,
                token=token,
                entered_by=by,
                entered_at=at,
                **columns,
            )
        )
    except IntegrityError as error:
        if "local_rule_one_at_a_time" in str(error):
            raise Mistaken({"in_force_from": _("Another local rule is in force then; end it first.")}) from error
        raise
    _record(row, by=by, at=at, verb="adopt_local_rule", rule=rule_key)
    return row


def _why_looser(key, on, numbers):
    """Why the share is looser than the law in force on the day `on`; None when it is not."""
    laws = modes_of(key, on)
    if not laws:
        return _("No voting rule of this body was in force on that day.")
    for law in laws:
        try:
            stricter(law, **numbers)
        except LooserThanLaw:
            least = law.quorums[0].share if "quorum" in numbers else law.passing
            return _("This is looser than the law, which asks for %(share)s (%(basis)s).") % {
                "share": share_text(least),
                "basis": law.basis,
            }
    return None


@transaction.atomic
def end_local_rule(*, by, at, rule, last_day):
    """Enter the last day of a local rule, not before today; meetings called under it keep its numbers."""
    row = LocalRule.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=rule.pk)
    require_settling(by, row.unit, today(at))
    if row.in_force_until is not None:
        raise already_done()
    if last_day < max(today(at), row.in_force_from):
        raise Mistaken({"last_day": _("Not before today, and not before its first day.")})
    row.in_force_until = last_day
    row.save(update_fields=["in_force_until"])
    _record(row, by=by, at=at, verb="end_local_rule", until=last_day.isoformat())
    return row


def _record(row, *, by, at, verb, **data):
    audit.record(by=by, verb=verb, at=at, label=str(row), url="", path=row.unit.path, data=data)
