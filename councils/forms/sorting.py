"""How a joint meeting sorted a matter."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class SortingForm(forms.Form):
    """One of the ways of the triage, with the reason that everyone reads. `seen` is the version of the meeting."""

    way = forms.ChoiceField(label=_("Sorted as"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Reason, and what follows"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Everyone may read this: how it is settled, who helps, or which level takes it over. Name no resident."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, item, before=None):
        initial = {"seen": item.meeting.version, "way": before and before.way, "note": before and before.note}
        super().__init__(data, initial=initial)
        between = pgettext("between name and value", ": ")
        self.fields["way"].choices = [(way.key, f"{way.label}{between}{way.then}") for way in item.step_row.ways]
