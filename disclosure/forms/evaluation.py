"""Forms of evaluations by residents."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure import evaluation, permissions
from disclosure.enums import Answer
from disclosure.forms.fields import CodeField
from orgs.widgets import DayInput

_DAY = DayInput()


class SlipForm(forms.Form):
    """The code of a slip, typed."""

    code = CodeField(
        label=_("Code on the slip"),
        mistyped=_("This code is not right. Please compare it with your slip, letter by letter."),
    )


class EvaluationForm(forms.Form):
    """What is asked, when, and of how many households."""

    question = forms.CharField(
        label=pgettext_lazy("evaluation", "Question"),
        max_length=100,
        help_text=_("One question that can be answered by satisfied, fairly satisfied, not satisfied, do not know."),
    )
    opens_on = forms.DateField(label=pgettext_lazy("evaluation", "First day"), widget=_DAY)
    closes_on = forms.DateField(label=pgettext_lazy("evaluation", "Last day"), widget=_DAY)
    households = forms.IntegerField(
        label=_("Number of households"),
        min_value=1,
        max_value=evaluation.MOST_HOUSEHOLDS,
        help_text=_("As many slips are printed, one for each household."),
    )

    def __init__(self, *args, unit, today, **kwargs):
        opens_on = today + timedelta(evaluation.NOTICE_DAYS)
        initial = {"opens_on": opens_on, "closes_on": opens_on + timedelta(14), "households": unit.households}
        super().__init__(*args, initial=initial, **kwargs)
        self.today = today
        self.fields["opens_on"].help_text = _(
            "Local practice announces it %(days)s days ahead; no law asks for it. Slips are handed out in the meantime."
        ) % {"days": evaluation.NOTICE_DAYS}

    def clean(self):
        data = super().clean()
        days = data.get("opens_on"), data.get("closes_on")
        if all(days) and (reason := permissions.wrong_days(*days, self.today)):
            self.add_error("closes_on" if days[0] > self.today else "opens_on", reason)
        return data


class CallOffForm(forms.Form):
    """Why an evaluation ends before its end."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone reads it. No names."))


class PaperForm(forms.Form):
    """A bundle of paper slips: the codes that were cut off, and the answers that two tellers counted."""

    codes = forms.CharField(
        label=_("Codes that were cut off"),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        max_length=200_000,
        help_text=_("One in each line, typed or scanned."),
    )
    satisfied = forms.IntegerField(label=Answer.SATISFIED.label, min_value=0, max_value=evaluation.MOST_HOUSEHOLDS)
    fairly = forms.IntegerField(label=Answer.FAIRLY.label, min_value=0, max_value=evaluation.MOST_HOUSEHOLDS)
    unsatisfied = forms.IntegerField(label=Answer.UNSATISFIED.label, min_value=0, max_value=evaluation.MOST_HOUSEHOLDS)
    unaware = forms.IntegerField(label=Answer.UNAWARE.label, min_value=0, max_value=evaluation.MOST_HOUSEHOLDS)
    first_teller = forms.CharField(label=_("First teller"), max_length=30)
    second_teller = forms.CharField(label=_("Second teller"), max_length=30)

    def clean_codes(self):
        """A list; of a scanned address the code at its end."""
        lines = (line.strip().rstrip("/").rpartition("/")[2] for line in self.cleaned_data["codes"].splitlines())
        return [line for line in lines if line]

    def clean(self):
        data = super().clean()
        names = data.get("first_teller"), data.get("second_teller")
        if all(names) and (reason := permissions.wrong_tellers(*names)):
            self.add_error("second_teller", reason)
        return data

    def entered(self):
        """What `enter_paper` takes."""
        data = self.cleaned_data
        return {
            "slips": data["codes"],
            "counts": {answer: data[answer.value] for answer in Answer},
            "tellers": (data["first_teller"], data["second_teller"]),
        }
