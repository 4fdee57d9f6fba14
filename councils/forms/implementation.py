"""What is entered while a resolution is carried out: contractor, milestones, acceptance, costs, evaluation."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from councils.enums import LineKind, MilestoneKind
from councils.forms.money import Yuan
from councils.forms.rules import Day, WholeNumber
from disclosure import money
from orgs.village import form_in_place

ENTERED = (MilestoneKind.STARTED, MilestoneKind.COMPLETED, MilestoneKind.TRIAL, MilestoneKind.OTHER)


class Part(forms.Form):
    """One of the forms of the page. `seen` is the version of the matter that its reader saw."""

    key = ""
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, matter, today):
        super().__init__(data, prefix=self.key, initial={"seen": matter.version, **self.first(matter, today)})
        self.matter = matter
        form_in_place(self, matter.unit)

    def first(self, matter, today):
        """What stands in the fields at first."""
        return {"on": today.isoformat()}

    @property
    def columns(self):
        """What the action takes."""
        return self.cleaned_data


class SelectionForm(Part):
    """How the contractor was chosen."""

    key = "selection"
    on = Day(label=_("Day"))
    method = forms.CharField(label=_("How"), max_length=60, help_text=_("For example 询价比选 or 公开招标."))
    offers = WholeNumber(label=_("Number of offers"))
    result = forms.CharField(
        label=_("Result"), max_length=200, help_text=_("For example 最低价中选. Everyone may read this.")
    )
    supervised = forms.BooleanField(label=_("The supervision committee was present"), required=False)


class MilestoneForm(Part):
    """What happened on a day."""

    key = "milestone"
    kind = forms.ChoiceField(
        label=_("What"), choices=[(kind.value, kind.label) for kind in ENTERED], widget=forms.RadioSelect
    )
    on = Day(label=_("Day"))
    text = forms.CharField(
        label=_("What happened"),
        max_length=200,
        required=False,
        help_text=_("Needed for other events. Everyone may read this."),
    )

    def first(self, matter, today):
        known = {row.kind for row in matter.milestones.all()}
        return super().first(matter, today) | {"kind": next((kind for kind in ENTERED if kind not in known), "other")}


class AcceptanceForm(Part):
    """The acceptance of the work."""

    key = "acceptance"
    on = Day(label=_("Day"))
    passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("accepted")), ("no", _("refused, to be put right"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    signers = forms.CharField(
        label=_("Who signed"),
        max_length=200,
        help_text=_("For example 社区“两委”、居务监督委员会、居民代表5人签字. Everyone may read this."),
    )


class EvaluationForm(Part):
    """What the residents said, on paper forms."""

    key = "evaluation"
    on = Day(label=_("Day"))
    issued = WholeNumber(label=_("Forms given out"))
    returned = WholeNumber(label=_("Forms returned"))
    satisfied = WholeNumber(label=_("Satisfied"))
    fairly = WholeNumber(label=_("Fairly satisfied"))
    unsatisfied = WholeNumber(label=_("Not satisfied"))
    note = forms.CharField(label=_("What was said, and what was done about it"), max_length=200, required=False)

    number_names = ("issued", "returned", "satisfied", "fairly", "unsatisfied")

    @property
    def numbers(self):
        return [self[name] for name in self.number_names]

    def clean(self):
        given = super().clean()
        numbers = [given.get(name) for name in self.number_names]
        if None not in numbers:
            issued, returned, *answers = numbers
            if returned > issued:
                self.add_error("returned", _("More forms came back than were issued."))
            if sum(answers) != returned:
                self.add_error(
                    "satisfied",
                    gettext("The answers add up to %(sum)s, but %(returned)s forms came back.")
                    % {"sum": sum(answers), "returned": returned},
                )
        return given


class CostsForm(Part):
    """What was really spent, line by line; both sides of the budget have the same sum."""

    key = "costs"

    def __init__(self, data=None, *, matter, today):
        super().__init__(data, matter=matter, today=today)
        for line in matter.lines.all():
            self.fields[str(line.pk)] = Yuan(
                label=line.label,
                help_text=gettext("Planned: %(amount)s yuan") % {"amount": money.yuan(line.planned)},
                error_messages={"required": _("Enter a number.")},
            )

    def first(self, matter, today):
        return {str(line.pk): money.yuan(line.actual) for line in matter.lines.all() if line.actual is not None}

    @property
    def sides(self):
        """[(heading, fields, planned total, total typed or None)] of items and sources."""
        given = getattr(self, "cleaned_data", {})
        found = []
        for kind, heading in ((LineKind.ITEM, _("Items of cost")), (LineKind.SOURCE, _("Sources of money"))):
            lines = [line for line in self.matter.lines.all() if line.kind == kind]
            amounts = [given.get(str(line.pk)) for line in lines] if given else [line.actual for line in lines]
            typed = None if None in amounts else sum(amounts)
            found.append((heading, [self[str(line.pk)] for line in lines], self.matter.total(kind), typed))
        return found

    def clean(self):
        given = super().clean()
        if not self.errors:
            items, sources = (
                sum(given[str(line.pk)] for line in self.matter.lines.all() if line.kind == kind)
                for kind in (LineKind.ITEM, LineKind.SOURCE)
            )
            if items != sources:
                raise forms.ValidationError(
                    gettext("The items of cost add up to %(items)s yuan, the sources of money to %(sources)s yuan.")
                    % {"items": money.yuan(items), "sources": money.yuan(sources)}
                )
        return given

    @property
    def columns(self):
        given = self.cleaned_data
        return {
            "seen": given["seen"],
            "actual": {line.pk: given[str(line.pk)] for line in self.matter.lines.all()},
        }


class OutcomeForm(Part):
    """What the notice of the outcome says beyond the record."""

    key = "outcome"
    supervision = forms.CharField(
        label=_("Opinion of the supervision committee"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example 程序规范，账目清楚，结果属实。"),
    )
    leftover = forms.CharField(
        label=_("What is still to be done"),
        max_length=300,
        required=False,
        help_text=_("Left empty: everything that was resolved is done."),
    )


PARTS = (SelectionForm, MilestoneForm, AcceptanceForm, CostsForm, EvaluationForm, OutcomeForm)
