"""What a community settled for itself, entered at the desk."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.forms.rules import Day
from councils.procedures import delegable


class AuthorisationForm(forms.Form):
    """The meeting of all lets its representatives decide: which matters, by which resolution or paper, until when."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    given_on = Day(label=_("Given on"))
    resolution = forms.TypedChoiceField(label=_("Resolution of the meeting"), required=False, empty_value=None)
    document = forms.CharField(
        label=_("Or the paper of the meeting"),
        max_length=200,
        required=False,
        help_text=_("Day and number of the resolution on paper. Everyone can read it."),
    )
    categories = forms.MultipleChoiceField(
        label=_("What the representatives may decide"), required=False, widget=forms.CheckboxSelectMultiple
    )
    extent = forms.CharField(
        label=_("Extent in words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Limits and conditions, as the resolution puts them."),
    )
    until = Day(label=_("Until"), required=False)

    def __init__(self, data=None, *, unit, resolutions):
        super().__init__(data, initial={"token": uuid.uuid4()})
        known = {str(row.pk): row for row in resolutions}
        titles = [(key, f"{row.matter.number} {row.matter.short_title}") for key, row in known.items()]
        self.fields["resolution"].choices = [("", "—"), *titles]
        self.fields["resolution"].coerce = known.get
        self.fields["categories"].choices = [(row.code, row.title) for row in delegable(unit.kind)]
        if not self.fields["categories"].choices:
            del self.fields["categories"]
        if not known:
            del self.fields["resolution"]


class EndForm(forms.Form):
    """Something that was settled ends, with a reason."""

    reason = forms.CharField(label=_("Why it ends"), max_length=200)
