"""Forms of the way from a draft to the board and off it."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.files import SHOWN
from disclosure import permissions
from disclosure.enums import Verdict
from disclosure.forms.fields import PublicReasonField, UploadField
from orgs.models import Person
from orgs.widgets import DayInput

_BETWEEN_NAMES = re.compile(r"[\r\n、，,；;]+")


class OpinionForm(forms.Form):
    """What the reviewer says to a draft."""

    opinion = forms.CharField(label=_("Opinion"), required=False, max_length=500)


class AnswerToReviewForm(forms.Form):
    """What the committee answers to an objection of the reviewer when the draft is handed in again."""

    answer = forms.CharField(
        label=_("Answer to the objection"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the text stays as it is."),
    )


class PaperOpinionForm(forms.Form):
    """What was said to a draft on paper, with the scan of the signed sheet."""

    person = forms.ModelChoiceField(
        label=pgettext_lazy("opinion on paper", "Checked by"),
        queryset=Person.objects.none(),
        empty_label=_("Choose the member"),
    )
    names = forms.CharField(
        label=_("Names of the owners' representatives"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One full name a line, as on the sheet and on the roll of owners. At least three agree before it is signed."
        ),
    )
    verdict = forms.ChoiceField(label=_("Opinion"), widget=forms.RadioSelect, choices=Verdict, initial=Verdict.AGREED)
    text = forms.CharField(
        label=_("Words on the sheet"), required=False, max_length=500, help_text=_("An objection needs its reason.")
    )
    on = forms.DateField(label=_("Signed on"), widget=DayInput())
    scan = UploadField(
        label=_("Scan of the signed sheet"),
        widget=forms.FileInput(attrs={"accept": ",".join(SHOWN)}),
        help_text=_("PDF, JPG or PNG. Internal: it never appears on a public page."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, version, today, members, **kwargs):
        """`members`: who may have signed; None where owners' representatives sign by name."""
        super().__init__(*args, **kwargs)
        self.version, self.today = version, today
        if members is None:
            del self.fields["person"]
        else:
            del self.fields["names"]
            self.fields["person"].queryset = members

    def clean_on(self):
        day = self.cleaned_data["on"]
        if reason := permissions.paper_day_fits(self.version, day, self.today):
            raise forms.ValidationError(reason)
        return day

    def clean_names(self):
        names = [name.strip() for name in _BETWEEN_NAMES.split(self.cleaned_data["names"]) if name.strip()]
        if reason := permissions.why_no_names(self.version, names):
            raise forms.ValidationError(reason)
        return names

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        if reason := permissions.why_no_sheet(scan):
            raise forms.ValidationError(reason)
        return scan


class SignForm(forms.Form):
    """When a signed notice goes on the board."""

    publish_on = forms.DateField(
        label=_("Day of publication"),
        required=False,
        widget=DayInput(),
        help_text=_("Left empty: today. At most %(days)s days ahead; until then only the desk sees it.")
        % {"days": permissions.SCHEDULE_AHEAD.days},
    )


class ReasonForm(forms.Form):
    """Why something is returned or let through: for the desk."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class PublicReasonForm(forms.Form):
    """Why something is withdrawn: for everyone, or for the desk where nobody else could read it (`internal`)."""

    reason = PublicReasonField()

    def __init__(self, *args, unit, internal=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].unit = unit
        if internal:
            self.fields["reason"].help_text = _("Shown at the desk only: no names and no telephone numbers.")


class RedactionForm(PublicReasonForm):
    """What takes the place of a published text."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Masked text"),
        widget=forms.Textarea(attrs={"rows": 16}),
        max_length=200_000,
        help_text=_("Replace what must go by “×××” and leave everything else as it is."),
    )
    files = forms.TypedMultipleChoiceField(
        label=_("Files that must go"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("A file cannot be masked: it is withheld whole, with its name, and nobody reads it any more."),
    )
    field_order = ["title", "text", "files", "reason"]

    def __init__(self, *args, files, **kwargs):
        """`files`: the NoticeAttachments of the version."""
        super().__init__(*args, **kwargs)
        self.fields["files"].choices = [(row.pk, row.name_shown_at(place)) for place, row in enumerate(files, 1)]
        if not files:
            del self.fields["files"]
