"""The form of a list of people who receive aid: rows instead of a text."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from disclosure import relief, starts
from disclosure.forms.drafts import MOST_CHARACTERS, NewNoticeForm
from orgs.widgets import DayInput

_MOST_FAULTS = 5  # shown at once


class ReliefForm(NewNoticeForm):
    """A new notice whose text is made from a list (`disclosure/relief.py`); its `text` is that list as it was typed."""

    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Left empty: the usual title of the item.")
    )
    decided_by = forms.CharField(label=_("Confirmed by"), max_length=40, help_text=_("For example 青禾街道办事处."))
    decided_on = forms.DateField(label=_("Confirmed on"), widget=DayInput())
    text = forms.CharField(
        label=_("The list"),
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": "张三　最低生活保障　860元/月　2026年7月起"}),
        help_text=_(
            "One row each: name, category of the aid, amount or number, period. Paste it from Excel, or type it with "
            "blanks or full-width commas between. A first row with headings may be there. Minors as 张**."
        ),
        max_length=MOST_CHARACTERS,
        strip=False,
    )
    field_order = [
        *("item", "period", "issuer", "decided_by", "decided_on", "text", "source"),
        *("title", "display_days", "window_days", "files"),
    ]

    def _choices(self, board):
        return [(key, label) for key, label in super()._choices(board) if key in relief.KEYS]

    def clean_text(self):
        """The rows; each fault names its row and column."""
        rows, faults = relief.read(self.cleaned_data["text"])
        if left := len(faults) - _MOST_FAULTS:
            more = ngettext("%(n)s more place is not right.", "%(n)s more places are not right.", left) % {"n": left}
            faults = [*faults[:_MOST_FAULTS], more] if left > 0 else faults
        if faults:
            raise ValidationError([str(fault) for fault in faults])
        return rows

    def clean_decided_by(self):
        """On one line and without tabs, which would make a table of the opening."""
        return " ".join(self.cleaned_data["decided_by"].split())

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean(self):
        data = super().clean()
        row, issuer, period = (data.get(name) for name in ("row", "issuer", "period"))
        if row and row.key not in relief.KEYS:
            self.add_error("item", _("This item has no list of people who receive aid."))
        elif row and issuer and not data.get("title"):
            data["title"] = starts.skeleton(row, issuer.unit, period)[0][:120]
        if row and row.key in relief.KEYS and {"text", "decided_by", "decided_on"} <= data.keys():
            data["text"] = relief.compose(
                row.key,
                data["text"],
                decided_by=data["decided_by"],
                decided_on=data["decided_on"],
                period=starts.chinese(period) if period else "",
            )
        return data

    def text_so_far(self):
        made = self.cleaned_data.get("text", "")
        return made if isinstance(made, str) and made else super().text_so_far()
