"""Turns of a matter and faults in its procedure: each a form with a reason that everyone may read."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.enums import Fault, Ground, TurnKind, Verdict
from councils.forms.rules import Day
from councils.procedures import grounds_of
from orgs.village import form_in_place

MOST = 2000
PUBLIC = _("Everyone may read this; no names of residents, nothing from inside a Party meeting.")
REASONS = {
    TurnKind.ANSWERED: (_("What the letter says"), PUBLIC),
    TurnKind.RAISED_AGAIN: (_("Why it is raised again, and what is different"), PUBLIC),
}
DAYS = {
    TurnKind.ANSWERED: _("Told on"),
    TurnKind.REVOKED: _("Revoked on"),
}
GROUNDS = {
    TurnKind.ANSWERED: _("How it was given"),
    TurnKind.RAISED_AGAIN: _("Does the substance change?"),
    TurnKind.WITHDRAWN: _("Who takes it back"),
    TurnKind.REVOKED: _("By whom"),
    TurnKind.CHANGED: _("What changes"),
}


class Seen(forms.Form):
    """A form of a matter: `seen` is the version that its reader saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, matter, **initial):
        super().__init__(data, initial={"seen": matter.version, **initial})
        self.matter = matter


class TurnForm(Seen):
    """One turn of `matter`: its ground where there are any, the day, the document, the reason."""

    ground = forms.ChoiceField(widget=forms.RadioSelect)
    on = Day(label=_("Decided on"))
    resolved_in = forms.TypedChoiceField(
        label=_("Matter in which it was decided"),
        required=False,
        empty_value=None,
        help_text=_("Confirmed resolutions here of the body that overturned it; not for a court."),
    )
    document = forms.CharField(
        label=pgettext_lazy("turn", "Document"),
        max_length=120,
        required=False,
        help_text=_("For example the number of the ruling or of the letter."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 6}), help_text=PUBLIC
    )

    def __init__(self, data=None, *, matter, row, today, overturning=()):
        super().__init__(data, matter=matter, on=today.isoformat())
        known = {str(other.pk): other for other in overturning}
        resolved_in = self.fields["resolved_in"]
        resolved_in.choices = [("", _("none")), *((key, f"{other.number} {other}") for key, other in known.items())]
        resolved_in.coerce = known.get
        fitting = grounds_of(row, decider=matter.deciding_body, status=matter.status)
        if fitting:
            self.fields["ground"].label = GROUNDS[row.kind]
            self.fields["ground"].choices = [(ground.value, Ground(ground).label) for ground in fitting]
        else:
            del self.fields["ground"]
        if row.kind != TurnKind.REVOKED:
            del self.fields["resolved_in"]
            if row.kind != TurnKind.ANSWERED:
                del self.fields["document"]
        self.fields["on"].label = DAYS.get(row.kind, self.fields["on"].label)
        reason = self.fields["reason"]
        reason.label, reason.help_text = REASONS.get(row.kind, (reason.label, reason.help_text))
        form_in_place(self, matter.unit, *({"ground"} & set(self.fields)))

    @property
    def columns(self):
        """What the action takes."""
        return self.cleaned_data


class FindingForm(Seen):
    """A fault that the supervision committee found in one of the `steps` done."""

    step = forms.ChoiceField(label=_("Which step"), widget=forms.RadioSelect)
    fault = forms.ChoiceField(label=_("Kind of fault"), choices=Fault.choices, widget=forms.RadioSelect)
    on = Day(label=_("Found on"))
    text = forms.CharField(
        label=_("What was found, and on what basis"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=PUBLIC,
    )

    def __init__(self, data=None, *, matter, steps, today):
        super().__init__(data, matter=matter, on=today.isoformat())
        self.fields["step"].choices = steps
        form_in_place(self, matter.unit, "fault")


class AnswerForm(Seen):
    """What the committee answers to a finding."""

    verdict = forms.ChoiceField(label=_("Answer"), choices=Verdict.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Reason"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 5}), help_text=PUBLIC
    )


class NoteForm(Seen):
    """What the street says to a finding that the committee did not agree with."""

    note = forms.CharField(
        label=_("What the street says"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 5}), help_text=PUBLIC
    )
