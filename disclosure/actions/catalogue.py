"""What places settle about their catalogue, and signing that there is nothing to report."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Mistaken, Refused, Stale
from audit.reasons import why_no_reason
from disclosure import permissions
from disclosure.actions.common import decide, lock_person, refuse_personal_data, today
from disclosure.catalogue import BOARD_OF_LETTER, ITEMS, PARTY_ITEMS, why_kept, why_looser
from disclosure.catalogue.items import MIN_DISPLAY
from disclosure.duties import NOTHING_TEXT
from disclosure.enums import Change
from disclosure.models import CatalogueChange, NothingToReport, duties_at
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing
from orgs.village import in_place


def _permit(reason):
    if reason:
        raise PowerMissing(reason)


def _settle(unit, kind, item="", *, by, at, token, reason, first_on, **columns):
    """One row, with its event; a day of the past or a second row for the same time is refused beside the field."""
    errors = {}
    if kind != Change.BEGINS and first_on < today(at):
        errors["first_on"] = _("Not before today: what was due before is judged by what held then.")
    if missing := why_no_reason(reason):
        errors["reason"] = missing
    if errors:
        raise Mistaken(errors)
    refuse_personal_data(unit, reason, columns.get("title", ""))
    if CatalogueChange.objects.filter(token=token).exists():
        raise Stale(_("This has been registered; there is no need to send it again."))
    try:
        with transaction.atomic():
            row = CatalogueChange.objects.create(
                unit=unit,
                kind=kind,
                item=item,
                reason=reason.strip(),
                first_on=first_on,
                token=token,
                entered_by=by,
                entered_at=at,
                **columns,
            )
    except IntegrityError as error:
        if "catalogue_change_one_at_a_time" in str(error):
            raise Mistaken({"first_on": _("The same is settled here for that time already; end it first.")}) from error
        raise
    _event("change_catalogue", row, by=by, at=at, kind=kind)
    return row


def _event(verb, row, *, by, at, **data):
    record(
        by=by,
        verb=verb,
        at=at,
        label=str(row),
        url="",
        path=row.unit.path,
        data={"item": row.item, "row": row.pk, **data},
    )


@transaction.atomic
def begin_duties(*, unit, first_on, reason, token, by, at):
    """Reckon duties at `unit` and below from `first_on` on, which may have passed. By whoever oversees it."""
    _permit(permissions.missing_oversight(unit, by, today(at)))
    return _settle(unit, Change.BEGINS, by=by, at=at, token=token, reason=reason, first_on=first_on)


@transaction.atomic
def add_item(*, unit, board, title, frequency, reason, first_on, token, by, at, display_days=None):
    """Add an item to the catalogue of a community; its key follows the last one (R-B01), and none is used again."""
    unit = OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    letter = next(letter for letter, own in BOARD_OF_LETTER.items() if own == board)
    _permit(permissions.missing_settling(unit, board, by, today(at)))
    least = MIN_DISPLAY[board]
    if display_days and display_days < least:
        raise Mistaken({"display_days": permissions.display_long_enough(display_days, least)})
    known = CatalogueChange.objects.filter(unit=unit, kind=Change.ADDED, item__startswith=f"{letter}-B").count()
    if known >= 99:
        raise Mistaken({"title": _("No more items can be added to this board.")})
    return _settle(
        unit,
        Change.ADDED,
        f"{letter}-B{known + 1:02d}",
        by=by,
        at=at,
        token=token,
        reason=reason,
        first_on=first_on,
        title=title.strip(),
        frequency=frequency,
        display_days=display_days or least,
        asked_days=least,
    )


@transaction.atomic
def tighten_item(*, unit, item, reason, first_on, token, by, at, frequency="", display_days=None):
    """Ask for an item of the catalogue more often, or displayed longer, at `unit` and below; never looser."""
    row = ITEMS[item]
    _permit(permissions.missing_settling(unit, row.board, by, today(at)))
    if not frequency and not display_days:
        raise Mistaken({"frequency": _("Say how often, or how long.")})
    if reason_often := why_looser(row, frequency, None):
        raise Mistaken({"frequency": reason_often})
    if reason_long := why_looser(row, "", display_days):
        raise Mistaken({"display_days": reason_long})
    return _settle(
        unit,
        Change.STRICTER,
        item,
        by=by,
        at=at,
        token=token,
        reason=reason,
        first_on=first_on,
        frequency=frequency,
        display_days=display_days,
        asked=row.duty,
        asked_days=row.min_display,
    )


@transaction.atomic
def leave_out(*, unit, item, reason, first_on, token, by, at):
    """Leave an item out at a community, with a public reason; in-Party items also at a street for all below."""
    row = ITEMS.get(item) or _own_item(unit, item)
    if row is None:
        raise Mistaken({"item": _("There is no such item here.")})
    _permit(permissions.missing_settling(unit, row.board, by, today(at)))
    if kept := why_kept(row) or permissions.may_leave_out(unit, row):
        raise Mistaken({"item": kept})
    return _settle(unit, Change.LEFT_OUT, item, by=by, at=at, token=token, reason=reason, first_on=first_on)


def _own_item(unit, key):
    change = CatalogueChange.objects.filter(unit=unit, kind=Change.ADDED, item=key).first()
    return change and change.row


@transaction.atomic
def switch_off_party_items(*, unit, reason, first_on, token, by, at):
    """Leave out every item that is for the Party organisation only, at `unit` and all below: not offered, not due."""
    return [
        leave_out(unit=unit, item=key, reason=reason, first_on=first_on, token=uuid.uuid5(token, key), by=by, at=at)
        for key in PARTY_ITEMS
    ]


@transaction.atomic
def end_change(*, change, last_on, by, at):
    """Enter the last day of what was settled, and of what was entered together with it; not before today."""
    rows = CatalogueChange.objects.select_for_update(of=("self",), no_key=True).select_related("unit").order_by("pk")
    row = rows.get(pk=change.pk)
    _permit(permissions.missing_ending(row, by, today(at)))
    if row.last_on is not None:
        raise Stale(_("This change has ended already."))
    if last_on < max(today(at), row.first_on):
        raise Mistaken({"last_on": _("Not before today, and not before its first day.")})
    for each in rows.filter(unit=row.unit_id, entered_at=row.entered_at):
        if each.together == row.together:
            each.last_on = last_on
            each.save(update_fields=["last_on"])
            _event("end_catalogue_change", each, by=by, at=at, last_on=last_on.isoformat())


@transaction.atomic
def sign_nothing(*, unit, item, period, by, at):
    """State with one's signature that there is nothing to disclose of `item` for `period`. Once, after the period."""
    person = lock_person(by)
    row = ITEMS.get(item) or _own_item(unit, item)
    on = today(at)
    if row is None:
        raise Refused(_("There is no such item here."))
    _permit(permissions.missing_signature(unit, row, by, on))
    items = [known for known in ITEMS.values() if known.key == item]
    duty = next((duty for duty in duties_at(unit, on=on, items=items) if _is(duty, unit, item, period)), None)
    decide(permissions.may_sign_nothing(duty, on), stale=bool(duty and duty.is_done))
    try:
        with transaction.atomic():
            statement = NothingToReport.objects.create(
                unit=unit,
                item=item,
                item_title="" if item in ITEMS else row.title,
                period_first=period.first,
                period_last=period.last,
                text=NOTHING_TEXT.format(title=in_place(_chinese(row.title), unit)),
                signed_by=person,
                signed_at=at,
                signed_on=on,
            )
    except IntegrityError as error:
        raise Stale(_("This has been registered; there is no need to send it again.")) from error
    record(
        by=by, verb="sign_nothing", at=at, label=f"{item} {period.code}", url="", path=unit.path, data={"item": item}
    )
    return statement


def _is(duty, unit, item, period):
    return (duty.unit, duty.item.key, duty.period) == (unit.pk, item, period)


def _chinese(title):
    """The official text is Chinese whatever language the signer reads (docs/adr/0004)."""
    with translation.override("zh-hans"):
        return str(title)
