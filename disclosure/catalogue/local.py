"""The catalogue as a place keeps it (pure): items it added, stricter frequencies, longer displays, what it left out."""

from dataclasses import replace

from django.utils.translation import gettext as _

from disclosure.catalogue.items import ITEMS, local_item
from disclosure.enums import BY_STRICTNESS, Change, Frequency


def stricter_than(item):
    """The frequencies a place may ask for instead of the catalogue's: all that are more often."""
    return BY_STRICTNESS[: BY_STRICTNESS.index(item.duty)] if item.duty in BY_STRICTNESS else ()


def why_looser(item, frequency, days):
    """Why a place may not ask for `item` this often or this long (None: as in the catalogue); None when it may."""
    if frequency and frequency not in stricter_than(item):
        return _("The catalogue asks for “%(item)s” %(frequency)s; a place may only ask for it more often.") % {
            "item": item.title,
            "frequency": item.duty.label,
        }
    if days and days <= item.min_display:
        return _("The catalogue asks for %(days)s days; a place may only ask for more.") % {"days": item.min_display}
    return None


def why_kept(item):
    """Why no place may leave `item` out; None when it may."""
    if item.statutory:
        return _("“%(item)s” is named by the law (%(basis)s) and cannot be left out.") % {
            "item": item.title,
            "basis": item.basis,
        }
    return None


def as_kept(changes):
    """{key: Item} as kept where `changes` hold: rows with `kind`, `item`, `title`, `frequency` and `display_days`.

    Of several for one item the strictest counts, wherever it was set.
    """
    items = dict(ITEMS)
    for change in changes:
        if change.kind == Change.ADDED:
            items[change.item] = local_item(change.item, change.title, change.frequency, change.display_days)
    for change in changes:
        if change.kind == Change.STRICTER and change.item in items:
            items[change.item] = _tightened(items[change.item], change)
    for change in changes:
        if change.kind == Change.LEFT_OUT:
            items.pop(change.item, None)
    return items


def _tightened(item, change):
    frequencies = item.frequencies
    if change.frequency and BY_STRICTNESS.index(change.frequency) < BY_STRICTNESS.index(item.duty):
        frequencies = (Frequency(change.frequency),)
    return replace(item, frequencies=frequencies, min_display=max(item.min_display, change.display_days or 0))
