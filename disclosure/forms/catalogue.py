"""Forms of what a place settles about its catalogue, and the filter of what is overdue below a street."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure.catalogue import ITEMS, why_kept
from disclosure.enums import BY_STRICTNESS, Board, Cause, Change, Frequency
from disclosure.forms.fields import FilterForm
from orgs.village import in_place
from orgs.widgets import DayInput

_DAY = DayInput()


def _days_on_display(help_text):
    return forms.IntegerField(
        label=_("Days on display"), required=False, min_value=1, max_value=1000, help_text=help_text
    )


class ChangeForm(forms.Form):
    """From which day on, and why: what every change says."""

    first_on = forms.DateField(label=_("First day"), widget=_DAY)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone can read it."))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, unit, items, today):
        """`items`: {key: Item} as kept here, of the boards that this person may settle."""
        super().__init__(data, initial={"token": uuid.uuid4(), "first_on": today})
        self.fields["reason"].widget.attrs["autocomplete"] = "off"
        if "item" in self.fields:
            chosen = [(key, f"{key} {in_place(item.title, unit)}") for key, item in items.items() if self.offers(item)]
            self.fields["item"].choices = [("", _("Choose an item")), *chosen]
        if "board" in self.fields:
            boards = {item.board for item in items.values()} - {Board.COMPOUND}
            self.fields["board"].choices = [(board.value, board.label) for board in Board if board in boards]

    def offers(self, item):
        """Whether `item` is among the choices."""
        return True


class BeginForm(ChangeForm):
    """Duties are reckoned from a day on, which may have passed."""


class PartyForm(ChangeForm):
    """Everything that is for the Party organisation only is left out."""


class AddForm(ChangeForm):
    """An item of the community's own."""

    board = forms.ChoiceField(label=_("Board"))
    title = forms.CharField(label=_("Title"), max_length=60)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices)
    display_days = _days_on_display(_("Left empty: as the law asks."))
    field_order = ["board", "title", "frequency", "display_days", "first_on", "reason"]


class TightenForm(ChangeForm):
    """An item more often, or displayed longer."""

    item = forms.ChoiceField(label=pgettext_lazy("notice", "Item"))
    frequency = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[("", _("as in the catalogue")), *((word.value, word.label) for word in BY_STRICTNESS[:-1])],
    )
    display_days = _days_on_display(_("Left empty: as in the catalogue."))
    field_order = ["item", "frequency", "display_days", "first_on", "reason"]

    def offers(self, item):
        return item.key in ITEMS


class LeaveOutForm(ChangeForm):
    """An item that the law does not name is not kept here."""

    item = forms.ChoiceField(label=pgettext_lazy("notice", "Item"))
    field_order = ["item", "first_on", "reason"]

    def offers(self, item):
        return why_kept(item) is None


class LastDayForm(forms.Form):
    """The last day of a change."""

    last_on = forms.DateField(label=_("Last day"), widget=_DAY)


FORMS = {
    Change.BEGINS: BeginForm,
    Change.ADDED: AddForm,
    Change.STRICTER: TightenForm,
    Change.LEFT_OUT: LeaveOutForm,
    "party": PartyForm,
}


class OverdueFilter(FilterForm):
    """Which of the overdue duties to show. Wrong values are left out."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    board = forms.ChoiceField(label=_("Board"), required=False, choices=[("", _("All boards")), *Board.choices])
    cause = forms.ChoiceField(label=_("Waits because"), required=False, choices=[("", _("All causes")), *Cause.choices])

    def __init__(self, data, *, units):
        super().__init__(data)
        self.fields["unit"].choices = [("", _("All units")), *((unit.code, unit.name) for unit in units)]

    def takes(self, line):
        """Whether the line was asked for."""
        asked = {name: self.clean_value(name) for name in self.fields}
        have = {"unit": line.unit.code, "board": line.duty.item.board, "cause": line.duty.cause}
        return all(not value or value == have[name] for name, value in asked.items())
