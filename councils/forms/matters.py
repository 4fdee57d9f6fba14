"""Registering and changing a matter, and the filters of its lists."""

import calendar
import re
import uuid
from datetime import date

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.files import ACCEPT
from councils.actions.matters import procedure_choices
from councils.enums import InitiatorKind, LineKind, Origin, Status
from councils.forms.money import Yuan
from councils.forms.rules import FOUNDED, HALF_WIDTH, Day, WholeNumber
from councils.procedures import (
    CATEGORIES,
    OWNERS_ITEMS,
    STATUTORY_CALLS,
    NoProcedure,
    propose,
    why_not_asked_by,
    why_not_called,
)
from councils.registers import registered_for, why_base_unexplained
from disclosure import money
from orgs.enums import Level
from orgs.forms import Rows
from orgs.offices import BODY_KINDS
from orgs.village import form_in_place, in_place

MORE_ROWS = 3
FIRST_ROWS = 4
MOST_ROWS = 60


LAST_MONTH = (2099, 12)


class Month(forms.CharField):
    """A month as YYYY-MM from 1949-10 to 2099-12; its value is the first day of it, or the last."""

    widget = forms.TextInput(attrs={"type": "month"})

    def __init__(self, *, last=False, **options):
        super().__init__(**options)
        self.last = last

    def prepare_value(self, value):
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def to_python(self, value):
        text = super().to_python(value).translate(HALF_WIDTH)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})月?", text)
        if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
            raise forms.ValidationError(_("Please give the month as year-month, such as 2026-04."))
        year, month = int(found[1]), int(found[2])
        if not (FOUNDED.year, FOUNDED.month) <= (year, month) <= LAST_MONTH:
            raise forms.ValidationError(_("Please give a month from 1949-10 to 2099-12."))
        return date(year, month, calendar.monthrange(year, month)[1] if self.last else 1)


class LineForm(forms.Form):
    """One line of the budget; an empty one counts for nothing."""

    label = forms.CharField(label=_("What for"), max_length=60, required=False)
    amount = Yuan(label=_("Amount (yuan)"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # The heads of the columns are the labels for the eye; for the ear each field has its own.
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self):
        given = self.cleaned_data
        label, amount = given.get("label"), given.get("amount")
        if "amount" in given and label and amount is None:
            self.add_error("amount", _("The amount is missing."))
        if "label" in given and amount is not None and not label:
            self.add_error("label", _("Say what this amount is for."))
        return given


class Lines(Rows):
    """One side of the budget: items of cost, or sources of money."""

    @property
    def filled(self):
        """[(label, fen)] of the lines with both."""
        rows = [getattr(form, "cleaned_data", {}) for form in self.forms]
        return [(row["label"], row["amount"]) for row in rows if row.get("label") and row.get("amount") is not None]

    @property
    def total(self):
        return sum(amount for _label, amount in self.filled)


LinesFormSet = formset_factory(LineForm, formset=Lines, extra=FIRST_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class Budget:
    """Both sides of the budget of one form: `items` and `sources`, which must add up to the same sum.

    `data` was sent and is to be judged; `lines` are those of a matter; `typed` was sent and is shown again as it was,
    with some empty rows more on the side `more` (an "item" or a "source").
    """

    def __init__(self, data=None, *, lines=(), typed=None, more=""):
        if typed is None:
            rows = {
                kind: [{"label": line.label, "amount": money.yuan(line.planned)} for line in lines if line.kind == kind]
                for kind in LineKind
            }
        else:
            rows = {kind: _typed_rows(typed, kind, MORE_ROWS * (kind == more)) for kind in LineKind}
        self.items, self.sources = (
            LinesFormSet(data, prefix=kind.value, initial=None if data else rows[kind])
            for kind in (LineKind.ITEM, LineKind.SOURCE)
        )
        if typed is not None:
            self.items.extra = self.sources.extra = 0

    def is_valid(self):
        """Whether every line is whole and both sides have the same sum."""
        valid = [side.is_valid() for side in (self.items, self.sources)]
        if all(valid) and self.items.total != self.sources.total:
            self.sources.non_form_errors().append(
                gettext("The items of cost add up to %(items)s yuan, the sources of money to %(sources)s yuan.")
                % {"items": money.yuan(self.items.total), "sources": money.yuan(self.sources.total)}
            )
            return False
        if all(valid):
            return self._told_apart()
        return False

    def _told_apart(self):
        good = True
        for side in (self.items, self.sources):
            labels = [label for label, _amount in side.filled]
            if len(set(labels)) != len(labels):
                side.non_form_errors().append(gettext("A line of the budget is there twice."))
                good = False
        return good

    @property
    def lines(self):
        """(kind, label, fen) of every line, as the actions take them."""
        return [
            (kind.value, label, amount)
            for kind, side in ((LineKind.ITEM, self.items), (LineKind.SOURCE, self.sources))
            for label, amount in side.filled
        ]


def _typed_rows(data, prefix, more):
    """The rows of the formset `prefix` as they were sent, with `more` empty ones."""
    sent = data.get(f"{prefix}-TOTAL_FORMS", "")
    number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else FIRST_ROWS
    names = ("label", "amount")
    rows = [{name: data.get(f"{prefix}-{place}-{name}", "") for name in names} for place in range(number)]
    return [*rows, *({} for _row in range(more))][:MOST_ROWS]


class OfficerChoice(forms.TypedChoiceField):
    """Somebody who holds an office at the unit; the value is the Term."""

    def __init__(self, terms, **options):
        known = {str(term.pk): term for term in terms}
        choices = [("", "—"), *((key, f"{term.person.name}（{title_of(term)}）") for key, term in known.items())]
        super().__init__(choices=choices, coerce=known.get, empty_value=None, required=False, **options)


def title_of(term):
    """The office of a term with its body: 社区居民委员会副主任; an office that is called like its body stands alone."""
    unit = term.body.unit
    titles = (BODY_KINDS[term.body.kind].title_in(unit.is_village), term.title)
    body, office = (in_place(title, unit) for title in titles)
    return office if office == body else f"{body}{office}"


class TextForm(forms.Form):
    """What of a matter may change until the first meeting deals with it."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("For example 关于将社区闲置用房改造为老年助餐点的事项")
    )
    short_title = forms.CharField(
        label=_("Short title"),
        max_length=40,
        help_text=_("Named in the titles of the notices, for example 老年助餐点改造."),
    )
    origin = forms.ChoiceField(label=_("Origin"), choices=Origin.choices, widget=forms.RadioSelect)
    origin_text = forms.CharField(
        label=_("How it came up"),
        max_length=300,
        required=False,
        help_text=_("Everyone may read this. Name no resident."),
    )
    plan = forms.CharField(
        label=_("Proposal"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Reasons, what is to be done, budget, who is in charge."),
    )
    motion = forms.CharField(
        label=_("What is decided"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The sentence that is voted on; it stands word for word in the resolution notice."),
    )
    responsible = forms.ChoiceField(label=_("Person in charge"))
    responsible_title = forms.CharField(
        label=_("Title of the person in charge"),
        max_length=60,
        required=False,
        help_text=_("As it is to be printed, for example 居委会副主任; left empty it is taken from the register."),
    )
    starts_on = Month(label=_("Planned from"), required=False)
    ends_on = Month(label=_("Planned to"), required=False, last=True)

    def __init__(self, data=None, files=None, *, terms, typed=None, initial=None):
        """`typed` was sent and is shown again without being judged."""
        sent = {} if typed is None else {name: typed.get(name, "") for name in self.base_fields}
        super().__init__(data, files, initial={**(initial or {}), **sent})
        self.fields["responsible"] = OfficerChoice(terms, label=self.fields["responsible"].label)

    def clean(self):
        given = super().clean()
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return given

    @property
    def columns(self):
        """What the actions write."""
        given = self.cleaned_data
        term = given["responsible"]
        return {
            **{name: given[name] for name in ("title", "short_title", "origin", "origin_text", "plan", "motion")},
            "responsible": term and term.person,
            "responsible_title": (given["responsible_title"] or title_of(term)) if term else "",
            "starts_on": given["starts_on"],
            "ends_on": given["ends_on"],
        }


class MatterForm(TextForm):
    """A new matter of `unit`. After `is_valid()` it has the `proposal` of procedure and deciding body.

    `authorisations` of the representatives, past ones too: the register may be on paper.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", "—"), *((row.code, row.title) for row in CATEGORIES.values())]
    )
    registered_on = Day(
        label=_("Registered on"), help_text=_("The day in the register; it may have been kept on paper before.")
    )
    initiator_kind = forms.ChoiceField(
        label=_("Put forward jointly by"), choices=[("", _("nobody jointly")), *InitiatorKind.choices], required=False
    )
    initiator_count = WholeNumber(label=_("How many"), required=False)
    initiator_base = WholeNumber(label=_("Of how many"), required=False)
    statutory_call = forms.ChoiceField(
        label=_("Call by law"),
        required=False,
        help_text=_(
            "Only when a meeting is demanded by law: then the matter goes straight to the vote of the deciding body."
        ),
    )
    counted_on = Day(label=_("Signatures counted on"), required=False)
    counted_by = forms.CharField(
        label=_("Signatures counted by"), max_length=100, required=False, help_text=_("Internal.")
    )
    base_source = forms.CharField(
        label=_("Register they are counted against"),
        max_length=200,
        required=False,
        help_text=_("For example the list of representatives of 1 March. Add the signed request below."),
    )
    difference = forms.CharField(
        label=_("Why the number differs from the portal's register"),
        max_length=200,
        required=False,
        help_text=_("Only when it does. Everyone reads it. No names."),
    )
    owners_item = forms.TypedChoiceField(
        label=_("Item of Civil Code article 278"),
        choices=[("", "—"), *((row.number, row.title) for row in OWNERS_ITEMS.values())],
        coerce=int,
        empty_value=None,
        required=False,
    )
    common_parts = forms.BooleanField(label=_("It touches common parts of the owners"), required=False)
    procedure = forms.CharField(label=_("Procedure"), required=False, widget=forms.HiddenInput)
    deciding_body = forms.ChoiceField(label=_("Who decides"), widget=forms.RadioSelect, required=False)
    files = forms.FileField(
        label=_("Attachment"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("A drawing, an estimate, the signed request. Kept inside; not shown to the public."),
    )
    field_order = (
        "token",
        "title",
        "short_title",
        "category",
        "registered_on",
        "origin",
        "origin_text",
        "initiator_kind",
        "initiator_count",
        "initiator_base",
        "statutory_call",
    )

    def __init__(self, data=None, files=None, *, unit, terms, today, typed=None, authorisations=(), raised=None):
        """`raised`: the point of a consultation that the matter comes from."""
        self.authorisations = authorisations
        initial = {"token": uuid.uuid4(), "registered_on": today.isoformat(), "origin": Origin.RESIDENTS}
        if raised is not None:
            initial |= {"origin_text": raised.text, "plan": raised.text}
        super().__init__(data, files, terms=terms, typed=typed, initial=initial)
        self.unit, self.today, self.proposal = unit, today, None
        self.choices = []
        own = set(self._deciders())
        calls = [(call.key, call.label) for call in STATUTORY_CALLS.values() if call.body in own]
        self.fields["statutory_call"].choices = [("", gettext("nobody calls by law")), *calls]
        self.fields["deciding_body"].choices = [(kind, BODY_KINDS[kind].title) for kind in own]
        if unit.level == Level.COMPOUND:
            own_kinds = [(row.code, row.title) for row in CATEGORIES.values() if row.in_compounds]
            self.fields["category"].choices = [("", "—"), *own_kinds]
        else:
            del self.fields["owners_item"]
        form_in_place(self, unit, "category", "origin", "initiator_kind")

    @property
    def in_force(self):
        """The authorisations of the representatives in force today."""
        return [row for row in self.authorisations if row.is_in_force(self.today)]

    def _deciders(self):
        """The kinds of body that may decide at this unit."""
        try:
            plain = propose(level=self.unit.level, kind=self.unit.kind, category="M04")
        except NoProcedure:
            return ()
        return plain.procedure.deciding_step.bodies

    def clean_registered_on(self):
        given = self.cleaned_data["registered_on"]
        if given and given > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return given

    def clean(self):
        given = super().clean()
        kind, count, base = (given.get(name) for name in ("initiator_kind", "initiator_count", "initiator_base"))
        if kind and not count and "initiator_count" not in self.errors:
            self.add_error("initiator_count", _("Say how many put it forward."))
        if count and not kind:
            self.add_error("initiator_kind", _("Say who they are."))
        if count and base and base < count:
            self.add_error("initiator_base", _("This is fewer than put it forward. Please check."))
        call = STATUTORY_CALLS.get(given.get("statutory_call"))
        if call and not base and "initiator_base" not in self.errors:
            self.add_error("initiator_base", _("A call by law needs the number they are counted against."))
        elif call and count and base:
            on = given.get("registered_on") or self.today
            if reason := why_not_called(call, count, base, on):
                self.add_error("statutory_call", reason)
        if call:
            if kind and (reason := why_not_asked_by(call, kind)):
                self.add_error("initiator_kind", reason)
            for name in ("counted_on", "counted_by", "base_source"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A call by law needs this: the signatures are counted."))
            if base and given.get("counted_on"):
                registered = registered_for(kind, self.unit, given["counted_on"])
                if reason := why_base_unexplained(registered, base, given.get("difference") or "", call.basis):
                    self.add_error("difference", reason)
        if given.get("category"):
            self._propose(given)
        return given

    def _propose(self, given):
        try:
            proposal = propose(
                level=self.unit.level,
                kind=self.unit.kind,
                category=given["category"],
                owners_item=given.get("owners_item"),
                common_parts=given.get("common_parts", False),
                representatives_authorised=any(
                    row.covers(given["category"], given.get("registered_on") or self.today)
                    for row in self.authorisations
                ),
                call=given.get("statutory_call") or None,
            )
        except NoProcedure as none:
            self.add_error("category", str(none))
            return
        if self.unit.level not in proposal.procedure.levels:
            self.add_error("category", " ".join(proposal.reasons))
            return
        self.proposal = proposal
        self.choices = procedure_choices(self.unit, proposal, given.get("registered_on") or self.today)
        reason = self.chosen.why_not if self.chosen else _("This procedure is for other places.")
        if reason:
            self.add_error("procedure", reason)
            return
        chosen = given.get("deciding_body")
        if chosen and chosen not in dict(self.alternatives):
            self.add_error("deciding_body", _("This matter cannot be left to that body."))

    @property
    def chosen(self):
        """The `Choice` that was made of the procedures, by default the proposed one; None for an unknown one."""
        value = self.cleaned_data.get("procedure") or self.proposal.procedure.key
        return next((choice for choice in self.choices if choice.value == value), None)

    @property
    def alternatives(self):
        """[(kind, title)] of the bodies that may decide, the proposed one first; the law leaves only the wider one."""
        bodies = [self.proposal.body]
        widest = self.chosen.procedure.deciding_step.bodies[-1]
        if widest not in bodies and not self.cleaned_data.get("statutory_call"):
            bodies.append(widest)
        return [(kind, BODY_KINDS[kind].title) for kind in bodies]

    @property
    def columns(self):
        given = self.cleaned_data
        own = {
            name: given[name]
            for name in ("category", "registered_on", "initiator_kind", "statutory_call", "common_parts", "token")
        }
        own |= {
            name: given[name] if given["initiator_kind"] else None for name in ("initiator_count", "initiator_base")
        }
        own |= {
            "owners_item": given.get("owners_item"),
            **{name: given[name] for name in ("counted_on", "counted_by", "base_source", "difference")},
            "deciding_body": given.get("deciding_body") or "",
            "procedure": given.get("procedure") or "",
        }
        return super().columns | own


class EditForm(TextForm):
    """The text of a registered matter. `seen` is the version it was opened at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, matter, terms, typed=None):
        held = next((term for term in terms if term.person_id == matter.responsible_id), None)
        initial = {
            **{
                name: getattr(matter, name)
                for name in ("title", "short_title", "origin", "origin_text", "plan", "motion")
            },
            "responsible": held and str(held.pk),
            "responsible_title": matter.responsible_title,
            "starts_on": matter.starts_on,
            "ends_on": matter.ends_on,
            "seen": matter.version,
        }
        super().__init__(data, terms=terms, typed=typed, initial=initial)
        form_in_place(self, matter.unit, "origin")


# Lists

GROUPS = [
    ("", _("all")),
    ("open", _("under way")),
    ("closed", _("closed and disclosed")),
    ("sorted", _("settled or passed on")),
    ("ended", _("not adopted")),
]


class PublicFilter(forms.Form):
    """What to show in the public list."""

    text = forms.CharField(label=_("Word in the title"), max_length=60, required=False)
    status = forms.ChoiceField(label=_("Status"), choices=GROUPS, required=False)

    def filtered(self, matters, on):
        """`matters` (with progress) narrowed down to what was chosen, on the day `on`."""
        self.is_valid()
        if text := self.cleaned_data.get("text"):
            matters = matters.named(text)
        if status := self.cleaned_data.get("status"):
            matters = matters.standing(status, on)
        return matters

    @property
    def narrows(self):
        """Whether anything was chosen."""
        return any(self.cleaned_data.values())


class DeskFilter(forms.Form):
    """What to show in the list at the desk; `units` and `years` are those of the reader's matters."""

    text = forms.CharField(label=_("Word in the title, or number"), max_length=60, required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data, *, units, years):
        super().__init__(data)
        self.fields["status"].choices = [
            ("", gettext("all")),
            ("open", gettext("under way")),
            *((status.value, status.label) for status in Status),
        ]
        self.fields["unit"].choices = [("", gettext("all")), *((unit.code, unit.name) for unit in units)]
        self.fields["year"].choices = [("", gettext("all")), *((str(year), str(year)) for year in years)]

    def filtered(self, matters, on):
        """`matters` (with progress) narrowed down to what was chosen, on the day `on`."""
        self.is_valid()
        given = self.cleaned_data
        if text := given.get("text"):
            matters = matters.named(text)
        if given.get("unit"):
            matters = matters.filter(unit__code=given["unit"])
        if given.get("year"):
            matters = matters.filter(year=given["year"])
        if given.get("status"):
            matters = matters.standing(given["status"], on)
        return matters

    @property
    def narrows(self):
        """Whether anything was chosen."""
        return any(self.cleaned_data.values())
