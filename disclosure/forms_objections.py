"""Forms about objections at the desk and on the receipt, beside the reply itself."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure import clocks
from disclosure.enums import Channel, Feedback
from disclosure.forms import DayInput, SummaryForm
from orgs.models import Person

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
