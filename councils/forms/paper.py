"""Several past steps of a matter at once, from signed paper: one section for each sitting."""

from copy import deepcopy

from django import forms
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.files import ACCEPT
from councils.actions.meetings import (
    bodies_for,
    course_of,
    next_in_one_sitting,
    one_leads,
    registered_voters,
    why_nobody_entitled,
    why_not_by_committee,
    why_number_unexplained,
)
from councils.actions.past import PastSitting
from councils.enums import Method, TellerRole
from councils.forms.beside import BesideForm
from councils.forms.meetings import DIFFERS, ClockTime
from councils.forms.rules import Day, SquareMetres, WholeNumber
from councils.forms.votes import SHEET, TELLERS, VOTES, Dissent, count_errors, methods_of, why_same_teller
from councils.models import LocalRule
from councils.procedures import Deliberation, why_out_of_order
from councils.voting import (
    Contradiction,
    Counts,
    NoRuleInForce,
    explain,
    modes_of,
    rule_for,
    tally,
    tightened,
    vote_labels,
)


class PaperForm(forms.Form):
    """What the whole entry carries: its token and the state of the matter its writer saw."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SittingForm(forms.Form):
    """One sitting of one step as its signed paper says. Left as it was, it says nothing.

    `void` sections take a sitting to which too few came, before the one that decided; `local`: the local rules that
    tighten the law. The fields are those of the rule in force on the day that was typed, before that on
    `registered_on`; `others`: the matters that may come with it. After `is_valid()` of a section that was filled in:
    `explanation` of the computed result and `sitting` for the action.
    """

    held_on = Day(label=_("Date"))
    held_at = ClockTime(label=_("Time"), required=False)
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    entitled = WholeNumber(label=_("Entitled"))
    present = WholeNumber(label=_("Present"))
    on_leave = WholeNumber(label=_("On leave"), required=False)
    roll_source = forms.CharField(label=_("Source document"), max_length=200, required=False, help_text=DIFFERS)

    def __init__(
        self,
        data=None,
        files=None,
        *,
        step,
        bodies,
        seats,
        rules,
        registered_on,
        today,
        void=False,
        may_follow=False,
        local=(),
        others=(),
    ):
        self.step, self.void, self.today = step, void, today
        prefix = f"{step.key}-void" if void else step.key
        self.bodies = {str(body.pk): body for body in bodies}
        self.rules = rules
        self.local = local
        self.usual = bodies[0]
        key = rules[self.usual.pk]
        in_force = modes_of(key, _typed_day(data, prefix) or registered_on) or modes_of(key, today)
        self.rule = in_force[0]
        self.labels = vote_labels(self.rule.words)
        voters = sum(seat.votes for seat in seats[self.usual.pk])
        methods = methods_of(self.rule)
        super().__init__(
            data,
            files,
            prefix=prefix,
            empty_permitted=True,
            use_required_attribute=False,
            initial={"body": str(self.usual.pk), "entitled": voters or None, "method": methods[0].value},
        )
        self.explanation = self.sitting = None
        if len(bodies) > 1:
            self.fields["body"] = forms.TypedChoiceField(
                label=_("Body"),
                choices=[(key, body.name) for key, body in self.bodies.items()],
                coerce=self.bodies.get,
                widget=forms.RadioSelect,
            )
        if may_follow:
            self.fields["same_sitting"] = forms.BooleanField(
                label=_("held in the same sitting as the step before"),
                required=False,
                help_text=_("The secretary chairs the committee too (a local rule, not a national one)."),
            )
        modes = [(rule.mode, rule.mode_title) for rule in in_force if rule.mode]
        if modes:
            self.fields["rule_mode"] = forms.ChoiceField(label=_("Counted are"), choices=modes)
            self.initial["rule_mode"] = modes[0][0]
        self.fields["notice_on"] = Day(label=_("Called on"), required=bool(self.rule.notice_days))
        if self.rule.by_area:
            self.fields["area_entitled"] = SquareMetres(label=_("Whole area, m²"))
            self.fields["area_present"] = SquareMetres(label=_("Area taking part, m²"))
        if not void:
            self._add_vote(methods)
        others = () if self.rule.by_area or step.is_triage else others
        self.beside = [BesideForm(data, matter=row, section=prefix, labels=self.labels) for row in others]

    def _add_vote(self, methods):
        self.fields["method"] = forms.ChoiceField(
            label=_("Method"), choices=[(method.value, method.label) for method in methods]
        )
        for name, label in (
            ("issued", _("Ballots issued")),
            ("returned", _("Ballots returned")),
            ("valid", _("Valid ballots")),
            ("invalid", _("Invalid ballots")),
        ):
            self.fields[name] = WholeNumber(label=label)
        for name in VOTES:
            self.fields[name] = WholeNumber(label=self.labels[name])
        if self.rule.by_area:
            self.fields["area_for"] = SquareMetres(label=_("Area for, m²"))
        for role, label in TELLERS:
            self.fields[f"teller_{role}"] = forms.CharField(
                label=label, max_length=60, required=role != TellerRole.ANNOUNCER
            )
        self.fields["note"] = forms.CharField(label=_("Remark on the count"), max_length=200, required=False)
        self.fields |= {name: deepcopy(field) for name, field in Dissent.base_fields.items()}
        self.fields["minutes"] = forms.CharField(
            label=_("Minutes"),
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_("The essentials are enough when the signed minutes are added as a scan."),
        )
        self.fields["public_summary"] = forms.CharField(
            label=_("In plain words, for everyone"), max_length=300, required=False
        )
        self.fields["scan"] = forms.FileField(
            label=_("Scan of the signed minutes"),
            required=False,
            widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
            help_text=_("A file is not kept while numbers are still wrong; choose it again, or add it later."),
        )

    def has_changed(self):
        """Whether anything was entered beyond what the section proposes by itself."""
        return bool(set(self.changed_data) - set(self.initial)) or bool(self.taken)

    @property
    def taken(self):
        """The other matters that the sitting took too."""
        return [row for row in self.beside if row.taken]

    @property
    def is_filled(self):
        """Whether this sitting is to be entered."""
        return self.is_bound and self.has_changed()

    def _fields(self, *names):
        return [self[name] for name in names if name in self.fields]

    @property
    def when_and_where(self):
        return self._fields("body", "held_on", "held_at", "place", "notice_on", "rule_mode", "same_sitting")

    @property
    def attendance(self):
        return self._fields("entitled", "present", "on_leave", "roll_source", "area_entitled", "area_present")

    @property
    def sheet(self):
        return self._fields(*SHEET)

    @property
    def votes(self):
        return self._fields(*VOTES, "area_for")

    @property
    def signatures(self):
        return self._fields(*(f"teller_{role}" for role, _label in TELLERS), "note")

    @property
    def papers(self):
        return self._fields("minutes", "public_summary", "scan")

    @property
    def dissent(self):
        return self._fields("dissent", "dissenters")

    def clean(self):
        given = self.cleaned_data
        if given.get("method") != Method.SECRET:
            self._do_without(*SHEET, "teller_supervisor", "teller_counter")
        if any(name in self.errors for name in ("held_on", "entitled", "present", "on_leave")):
            return
        if given["held_on"] > self.today:
            self.add_error("held_on", _("This day has not come yet."))
        if given.get("notice_on") and given["notice_on"] > given["held_on"]:
            self.add_error("notice_on", _("A meeting cannot be held before it is called."))
        if given["present"] + (given["on_leave"] or 0) > given["entitled"]:
            self.add_error("present", _("Present must not be more than entitled."))
        if "held_on" in self.errors or "present" in self.errors:
            return
        body = given.get("body") or self.usual
        registered = registered_voters(body, given["held_on"])
        said = given.get("roll_source", "")
        reason = why_nobody_entitled(given["entitled"]) or why_number_unexplained(registered, given["entitled"], said)
        if reason:
            self.add_error("entitled", reason)
            return
        try:
            rule = rule_for(self.rules[body.pk], on=given["held_on"], mode=given.get("rule_mode"))
        except NoRuleInForce:
            self.add_error("held_on", _("No voting rule of this body was in force on that day."))
            return
        own = [row for row in self.local if row.rule_key == rule.key and row.is_in_force(given["held_on"])]
        rule = tightened(rule, [row.shares for row in own])
        came = self._tally(rule, dict.fromkeys((*VOTES, "invalid"), 0))
        if came is None:
            return
        if self.void or not came.quorum_met:
            self._do_without(*SHEET, *VOTES, "area_for", "teller_supervisor", "teller_counter", "minutes")
            self._clean_void(came)
        else:
            self._clean_vote(rule)
        if not self.errors:
            self.sitting = self._sitting(body)

    def _do_without(self, *names):
        """These fields are not needed after all: forget that they are empty."""
        for name in names:
            if name in self.errors and self.errors[name].as_data()[0].code == "required":
                del self.errors[name]
                self.cleaned_data[name] = None if isinstance(self.fields[name], WholeNumber) else ""

    def _clean_void(self, came):
        if came.quorum_met:
            self.add_error("present", _("Enough came: this sitting was valid. Enter it below with its vote."))
        elif not self.void and (self.taken or any(self.cleaned_data.get(name) for name in VOTES)):
            self.add_error("present", _("Too few came, so nothing can have been voted on. Please check."))
        else:
            self.explanation = explain(came)

    def _clean_vote(self, rule):
        given = self.cleaned_data
        if self.errors:
            return
        if reason := why_same_teller(given, given["method"]):
            self.add_error("teller_counter", reason)
        for name, reason in count_errors(self.labels, given, given["method"], given["present"]).items():
            self.add_error(name, reason)
        if not self.errors and (result := self._tally(rule, given)):
            self.explanation = explain(result)
            for row in self.taken:
                row.judge(rule, self.labels, given)
            if any(row.errors for row in self.taken):
                self.add_error(None, _("Please check the other matters of this sitting."))

    def _tally(self, rule, votes):
        given = self.cleaned_data
        counts = Counts(
            entitled=given["entitled"],
            present=given["present"],
            for_=votes["for"],
            against=votes["against"],
            abstain=votes["abstain"],
            invalid=votes.get("invalid") or 0,
            area_entitled=given.get("area_entitled"),
            area_participating=given.get("area_present"),
            area_for=votes.get("area_for", 0) if rule.by_area else None,
        )
        try:
            return tally(rule, counts)
        except Contradiction as contradiction:
            public = {"area_participating": "area_present"}
            for name, text in contradiction.errors.items():
                name = public.get(name, name)
                self.add_error(name if name in self.fields else None, text)
        return None

    def _sitting(self, body):
        given = self.cleaned_data
        fields = {
            name: given[name]
            for name in ("held_on", "held_at", "place", "entitled", "present", "area_entitled", "area_present")
            if given.get(name)
        }
        fields |= {"present": given["present"], "on_leave": given["on_leave"] or 0}
        fields |= {
            name: given[name] for name in ("notice_on", "rule_mode", "same_sitting", "roll_source") if given.get(name)
        }
        if not self.void and self.explanation.has_quorum:
            numbers = {"in_favour": given["for"], "against": given["against"], "abstain": given["abstain"]}
            if given["method"] == Method.SECRET:
                numbers |= {name: given[name] for name in SHEET}
            if given.get("area_for") is not None:
                numbers["area_for"] = given["area_for"]
            fields |= {
                "method": given["method"],
                "numbers": numbers,
                "tellers": tuple(
                    {"role": role.value, "name": given[f"teller_{role}"]}
                    for role, _label in TELLERS
                    if given[f"teller_{role}"]
                ),
                "note": given["note"],
                "dissent": given["dissent"],
                "dissenters": given["dissenters"],
                "beside": tuple(row.item for row in self.taken),
            }
        if not self.void:
            fields |= {"minutes": given["minutes"], "public_summary": given["public_summary"]}
        return PastSitting(
            step=self.step.key,
            body=body,
            roll_basis=gettext("Signed paper record"),
            **fields,
        )


def _typed_day(data, prefix):
    """The day of the sitting in `data`; None where none was typed, or no day."""
    try:
        return Day(required=False).clean((data or {}).get(f"{prefix}-held_on", ""))
    except forms.ValidationError:
        return None


class Together:
    """Several forms that are sent as one: what the error summary reads."""

    def __init__(self, forms):
        self.forms = forms
        self.is_bound = any(form.is_bound for form in forms)

    def non_form_errors(self):
        return []

    def is_valid(self):
        return not any(form.errors for form in self.forms)


def check_order(sections, matter):
    """Errors that one section alone cannot see: gaps, and days that do not follow each other. `sections` in order.

    A void section belongs to the step after it. Returns whether everything is in order.
    """
    filled = [form for form in sections if form.is_filled]
    if not filled:
        return False
    last = sections.index(filled[-1])
    for form in sections[:last]:
        if not form.void and not form.is_filled:
            form.add_error(
                None, _("This step comes before one that is filled in. Enter it too, or clear what follows.")
            )
    registered_on, lost = matter.registered_on, False
    last, opened_on = course_of(matter, confirmed=True)
    for form in filled:
        held_on, held_at = form.cleaned_data.get("held_on"), form.cleaned_data.get("held_at")
        if lost:
            form.add_error(None, _("The vote before was not carried or not valid: the matter goes no further here."))
        if held_on and held_on < registered_on:
            text = _("The matter was registered on %(day)s; no meeting about it can lie before.")
            form.add_error("held_on", text % {"day": formats.date_format(registered_on)})
        elif held_on:
            if reason := why_out_of_order((held_on, held_at), last, opened_on):
                form.add_error("held_on", reason)
            last = (held_on, held_at)
        lost = lost or bool(form.explanation and not form.void and not form.explanation.is_carried)
    return all(form.is_valid() for form in filled) and not any(form.errors for form in sections)


def sections_of(matter, today, data=None, files=None, others=()):
    """The sections in the order of the sittings: for each open step a void one and the one that decides.

    `others`: the matters that wait for the same step, which its sitting may have taken too.
    """
    open_step = matter.open_step(today)
    if not isinstance(open_step, Deliberation):
        return []
    steps = [step for step in matter.steps[matter.steps.index(open_step) :] if isinstance(step, Deliberation)]
    # What follows a triage depends on how the matter is sorted.
    steps = steps[:1] if steps[0].is_triage else steps
    existing, registered_on = bodies_for(matter, steps, today), matter.registered_on
    sections, seats, before = [], {}, None
    local = list(LocalRule.objects.at(matter.unit))
    for step in steps:
        bodies = existing[step.key]
        bodies = [body for body in bodies if why_not_by_committee(body, registered_on) is None] or bodies
        if not bodies:
            continue
        for body in bodies:
            if body.pk not in seats:
                seats[body.pk] = body.roll(registered_on)
        rules = {body.pk: matter.rule_key if step.binding else step.rules_of(body.kind)[0] for body in bodies}
        first = before and next_in_one_sitting(matter, before[0].key) == step and before[1]
        follows = bool(first) and any(one_leads(seats[first.pk], seats[body.pk]) for body in bodies)
        common = {"step": step, "bodies": bodies, "seats": seats, "rules": rules, "local": local}
        common |= {"registered_on": registered_on, "today": today}
        sections.append(SittingForm(data, files, void=True, **common))
        sections.append(SittingForm(data, files, may_follow=follows, others=() if sections[1:] else others, **common))
        before = (step, bodies[0])
    return sections
