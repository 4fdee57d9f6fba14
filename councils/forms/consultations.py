"""Calling and recording a consultation, and answering what was raised there."""

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.enums import ConsultationKind, PointOutcome
from councils.forms.meetings import ClockTime, PersonChoice
from councils.forms.rules import Day, WholeNumber
from orgs.forms import Rows

ROWS = 5
MOST_ROWS = 40
LONGEST = 20_000


class MatterChoice(forms.TypedChoiceField):
    """One of the matters given; cleaned to the Matter or None."""

    def __init__(self, matters, **options):
        known = {str(matter.pk): matter for matter in matters}
        choices = [("", "—"), *((key, f"{matter.number} {matter.short_title}") for key, matter in known.items())]
        super().__init__(choices=choices, coerce=known.get, empty_value=None, required=False, **options)


class ConsultationForm(forms.Form):
    """The call of a consultation. `matters`: those under way at the unit; `persons`: who may host it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=ConsultationKind.choices, widget=forms.RadioSelect)
    subject = forms.CharField(
        label=_("Subject"), max_length=120, help_text=_("For example 小区非机动车停放怎么办. Everyone may read this.")
    )
    draft = forms.CharField(
        label=_("Draft that is asked about"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Residents read it beforehand. A courtyard meeting needs a draft or a matter."),
    )
    held_on = Day(label=_("Date"))
    held_at = ClockTime(label=_("Time"), required=False)
    place = forms.CharField(label=_("Place"), max_length=100)
    called_on = Day(label=_("Announced on"))

    def __init__(self, data=None, *, matters, persons, **options):
        super().__init__(data, **options)
        self.fields["matter"] = MatterChoice(
            matters,
            label=_("Matter concerned"),
            help_text=_("When residents are heard on the plan of a matter under way."),
        )
        self.fields["host"] = PersonChoice(persons, label=_("Host"))
        self.order_fields(
            ("token", "kind", "subject", "matter", "draft", "held_on", "held_at", "place", "host", "called_on")
        )

    @property
    def columns(self):
        """What the action takes."""
        return self.cleaned_data


class PointRow(forms.Form):
    """One point; an empty row counts for nothing."""

    text = forms.CharField(label=_("Point"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    raised_by = forms.CharField(label=_("Raised by (internal)"), max_length=60, required=False)

    def clean(self):
        given = super().clean()
        if given.get("raised_by") and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say what was raised."))
        return given


class Points(Rows):
    """Rows of points."""

    @property
    def filled(self):
        """[(text, who raised it)] of the rows that say something."""
        rows = [form.cleaned_data for form in self.forms]
        return [(row["text"], row.get("raised_by", "")) for row in rows if row.get("text")]


PointsFormSet = forms.formset_factory(PointRow, formset=Points, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class RecordForm(forms.Form):
    """What came of the consultation; its points are a `PointsFormSet` beside it. Once `held`, only points are added."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    participants = WholeNumber(label=_("Residents who came"))
    others = forms.CharField(
        label=_("Others who came"),
        max_length=200,
        required=False,
        help_text=_("For example 街道城管办、物业企业. Everyone may read this."),
    )
    summary = forms.CharField(
        label=_("What was talked over"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In plain words, without names of residents. Everyone may read this."),
    )

    def __init__(self, *args, held, **options):
        super().__init__(*args, **options)
        if held:
            for name in ("participants", "others", "summary"):
                del self.fields[name]


class CallOffForm(forms.Form):
    """Why a consultation does not take place."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is called off"), max_length=200, help_text=_("Everyone may read this."))


class AnswerForm(forms.Form):
    """The answer to one point."""

    outcome = forms.ChoiceField(label=_("What became of it"), choices=PointOutcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who does what until when; or why it is not taken up. Everyone may read this."),
    )

    def __init__(self, data=None, *, matters, **options):
        super().__init__(data, **options)
        self.fields["matter"] = MatterChoice(
            matters, label=_("Matter"), help_text=_("Only when it was carried into a matter.")
        )
        self.order_fields(("outcome", "matter", "answer"))

    @property
    def columns(self):
        """What the action takes."""
        return self.cleaned_data


class ConsultationFilter(forms.Form):
    """What to show in a list of consultations."""

    text = forms.CharField(label=_("Word in the subject"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *ConsultationKind.choices])

    def filtered(self, consultations):
        """`consultations` narrowed down by what was chosen; what makes no sense is ignored."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("text"):
            consultations = consultations.filter(subject__icontains=given["text"])
        if given.get("kind"):
            consultations = consultations.filter(kind=given["kind"])
        return consultations

    @property
    def narrows(self):
        """Whether anything was chosen."""
        return self.is_valid() and any(self.cleaned_data.values())
