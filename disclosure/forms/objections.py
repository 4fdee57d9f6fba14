"""Forms of questions, suggestions and objections."""

import uuid
from datetime import date

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.log import codes
from disclosure import clocks, guard, permissions, sealed
from disclosure.enums import Channel, Feedback, Kind, Outcome
from disclosure.forms.boards import search
from disclosure.forms.fields import CodeField, FilterForm
from orgs.models import Person
from orgs.widgets import DayInput


class ObjectionFilter(FilterForm):
    """What a member of staff looks for among questions, suggestions and objections."""

    q = forms.CharField(label=_("Summary, number of the notice or of the receipt"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    channel = forms.ChoiceField(label=_("Received"), required=False, choices=[("", _("All ways")), *Channel.choices])

    def condition(self):
        """The rows of `Objection` that match."""
        condition = Q()
        if words := self.clean_value("q").strip():
            condition &= search(words, "notice__", title="summary") | _receipt(words)
        for name in ("kind", "channel"):
            if value := self.clean_value(name):
                condition &= Q(**{name: value})
        return condition


def _receipt(words):
    """The row whose receipt has the code `words`, as somebody reads it over the telephone."""
    try:
        return Q(receipt__in=sealed.digests_of(codes.read(words), "receipt"))
    except codes.Mistyped:
        return Q(pk__in=[])


class ReceiptForm(forms.Form):
    """The number of a receipt, typed."""

    code = CodeField(
        label=_("Number of the receipt"),
        mistyped=_("This number is not right. Please compare it with your receipt, letter by letter."),
    )


class ObjectionForm(forms.Form):
    """What a resident writes on the page of a notice."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What would you like to say?"), widget=forms.Textarea(attrs={"rows": 6}), max_length=2000
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=60,
        help_text=_("Not shown to anybody outside the office. Signing with your name is encouraged."),
    )
    contact = forms.CharField(
        label=_("Telephone or other contact"),
        required=False,
        max_length=100,
        help_text=_("Only to reach you with the answer."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)  # the same when sent twice

    def __init__(self, *args, objections_open=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            choice for choice in Kind.choices if objections_open or choice[0] != Kind.OBJECTION
        ]
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact"].widget.attrs["autocomplete"] = "tel"


class RegisterForm(ObjectionForm):
    """What came by telephone or in person, as the clerk enters it."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB]
    )
    received_on = forms.DateField(
        label=_("Received on"),
        widget=DayInput(),
        validators=[MinValueValidator(date(1949, 10, 1), _("Please give a day from 1 October 1949 on."))],
    )
    summary = forms.CharField(
        label=_("Summary for the public"),
        required=False,
        max_length=300,
        help_text=_("Without the name, telephone or door number of the resident."),
    )
    field_order = ["channel", "received_on", "kind", "text", "name", "contact", "summary"]

    def __init__(self, *args, notice, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.notice, self.today = notice, today
        self.fields["text"].label = _("What was said")
        self.fields["name"].label = _("Name of the resident")
        self.fields["name"].help_text = _("Not shown to anybody outside the office.")
        self.fields["contact"].help_text = _("Only to reach the resident with the answer.")

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day it came lies in the future."))
        if not self.notice.published_versions(day):
            raise forms.ValidationError(_("The day it came lies before the publication of the notice."))
        return day

    def clean(self):
        data = super().clean()
        names = [data.get("name", "")]
        reasons = {"summary": guard.personal_data(self.notice.unit, data.get("summary", ""), names=names)}
        if data.get("kind") and data.get("received_on"):
            reasons["kind"] = permissions.may_object(self.notice, data["kind"], data["received_on"])
        for name, reason in reasons.items():
            if reason:
                self.add_error(name, reason)
        return data


class SummaryForm(forms.Form):
    """What the public may read before the answer."""

    summary = forms.CharField(
        label=_("Summary for the public"),
        max_length=300,
        help_text=_("Without the name, telephone or door number of the resident."),
    )


class AnswerForm(SummaryForm):
    """The one reply."""

    reply = forms.CharField(label=_("Reply"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind == Kind.OBJECTION:
            self.fields["outcome"].choices = [
                (Outcome.UPHELD, Outcome.UPHELD.label),
                (Outcome.NOT_UPHELD, Outcome.NOT_UPHELD.label),
            ]
        else:
            del self.fields["outcome"]


_SAID = [
    (Feedback.SATISFIED, pgettext_lazy("feedback", "satisfied")),
    (Feedback.NOT_SATISFIED, pgettext_lazy("feedback", "not satisfied")),
]


class InterimForm(SummaryForm):
    """What has been done so far, and by when the reply comes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].label = _("Summary for the public (interim reply)")  # beside that of the reply

    reply = forms.CharField(
        label=_("What has been done so far"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    until = forms.DateField(
        label=_("The reply comes by"),
        widget=DayInput(),
        help_text=_("At most %(days)s days after receipt.") % {"days": clocks.INTERIM_DAYS},
    )


class OwnerForm(forms.Form):
    """Who looks after the reply."""

    owner = forms.ModelChoiceField(
        label=_("Responsible for the reply"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("everybody who answers residents here"),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people


class FeedbackForm(forms.Form):
    """What the resident says to the reply, on the receipt."""

    feedback = forms.ChoiceField(label=_("Are you satisfied with the reply?"), widget=forms.RadioSelect, choices=_SAID)


class ToldFeedbackForm(FeedbackForm):
    """The same as told by telephone or in person."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["feedback"].label = _("What the resident says")


class SupervisionForm(forms.Form):
    """What the supervision committee says."""

    opinion = forms.CharField(
        label=_("Opinion of the supervision committee, for everyone to read"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
