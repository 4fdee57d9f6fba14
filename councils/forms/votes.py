"""The counts of a vote, as the tellers wrote them down."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from councils.enums import Choice, Method, Presence, TellerRole
from councils.forms.rules import SquareMetres, WholeNumber
from councils.voting import Ballot, Contradiction, Counts, explain, passing_texts, tally, vote_labels

SHEET = ("issued", "returned", "valid", "invalid")
VOTES = ("for", "against", "abstain")
TELLERS = (
    (TellerRole.SUPERVISOR, _("Supervises the count")),
    (TellerRole.COUNTER, _("Counts the votes")),
    (TellerRole.ANNOUNCER, _("Reads out the votes")),
)
# How a vote is usually taken where the rule leaves it open, the usual way first.
METHODS = {
    Ballot.SECRET: (Method.SECRET,),
    Ballot.NAMED: (Method.NAMED,),
    Ballot.LOCAL: (Method.SECRET, Method.HANDS, Method.NAMED),
}


def methods_of(rule):
    """The ways in which a vote under `rule` may be taken, the usual one first."""
    return METHODS.get(rule.ballot, (Method.HANDS, Method.NAMED, Method.SECRET))


def sum_text(labels, numbers):
    """“同意45+反对3+弃权3+无效1”: the parts of a sum, named. `numbers`: {kind: count}."""
    parts = (gettext("%(label)s %(number)s") % {"label": labels[kind], "number": n} for kind, n in numbers.items())
    return gettext(" + ").join(parts)


def difference_text(difference):
    """“多1票” or “少2票”."""
    text = gettext("%(n)s too many") if difference > 0 else gettext("%(n)s too few")
    return text % {"n": abs(difference)}


def ballots_disagree(labels, numbers, returned):
    """Why the votes do not agree with the ballots returned, with the sum; None when they do."""
    total = sum(numbers.values())
    if total == returned:
        return None
    return gettext(
        "The votes do not add up to the ballots returned. Please check. %(sum)s = %(total)s votes, %(returned)s "
        "returned, %(difference)s."
    ) % {
        "sum": sum_text(labels, numbers),
        "total": total,
        "returned": returned,
        "difference": difference_text(total - returned),
    }


def too_many_votes(labels, numbers, present):
    """Why the votes are more than people who could vote, with the sum; None when they are not."""
    total = sum(numbers.values())
    if total <= present:
        return None
    return gettext(
        "The votes add up to more than the number present. Please check. %(sum)s = %(total)s votes, %(present)s "
        "present, %(difference)s."
    ) % {
        "sum": sum_text(labels, numbers),
        "total": total,
        "present": present,
        "difference": difference_text(total - present),
    }


def count_errors(labels, given, method, present):
    """What is wrong with the sums of a count: {field: sentence with its arithmetic}. `given` is complete."""
    if method != Method.SECRET:
        reason = too_many_votes(labels, {kind: given[kind] for kind in VOTES}, present)
        return {"abstain": reason} if reason else {}
    errors = {}
    if given["issued"] > present:
        errors["issued"] = gettext("%(issued)s ballots for %(present)s present, %(difference)s.") % {
            "issued": given["issued"],
            "present": present,
            "difference": difference_text(given["issued"] - present),
        }
    if given["returned"] > given["issued"]:
        errors["returned"] = gettext("More ballots came back than were issued.")
    valid = given["valid"] + given["invalid"]
    if valid != given["returned"]:
        errors["valid"] = gettext(
            "Valid and invalid ballots do not add up to those returned: %(valid)s + %(invalid)s = %(total)s, "
            "%(returned)s returned, %(difference)s."
        ) % {
            "valid": given["valid"],
            "invalid": given["invalid"],
            "total": valid,
            "returned": given["returned"],
            "difference": difference_text(valid - given["returned"]),
        }
    votes = {kind: given[kind] for kind in (*VOTES, "invalid")}
    if reason := ballots_disagree(labels, votes, given["returned"]):
        errors["abstain"] = reason
    return errors


def why_same_teller(given, method):
    """Why the tellers typed in `given` cannot be those of a secret ballot; None when they can."""
    if method == Method.SECRET and given.get("teller_supervisor", "") == given.get("teller_counter"):
        return gettext("Nobody supervises a count of their own.")
    return None


class Dissent(forms.Form):
    """What those who voted otherwise said, for everyone and without names, and who they were."""

    dissent = forms.CharField(
        label=_("Dissenting opinions"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the minutes and, where the step is public, shown to everyone. No names here."),
    )
    dissenters = forms.CharField(
        label=_("Who dissented"), max_length=200, required=False, help_text=_("For the minutes alone.")
    )


class VoterRow:
    """One voter on a named vote: the entry and the choice typed."""

    def __init__(self, entry, choice):
        self.entry, self.choice = entry, choice
        self.name = f"ballot_{entry.pk}"


class VoteForm(Dissent):
    """The counts of one vote of `meeting`, taken by `method`.

    A named vote on a named roll takes each person's choice (`rows`) and sums up by itself. After `is_valid()`:
    `explanation` of the result and `arguments()` for the action.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    method = forms.ChoiceField(choices=Method.choices, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Remark on the count"),
        max_length=200,
        required=False,
        help_text=_("For example why a ballot is invalid: two boxes ticked."),
    )

    def __init__(self, data=None, *, meeting, method, entries=(), vote=None, correcting=False):
        super().__init__(data, initial={"seen": meeting.version, "method": method, **_initial(vote)})
        self.meeting, self.rule = meeting, meeting.rule
        self.method = data.get("method", method) if data is not None else method
        self.labels = vote_labels(self.rule.words)
        self.voters = [
            entry for entry in entries if entry.votes and not entry.recused and entry.presence == Presence.PRESENT
        ]
        self.left_out = [entry for entry in entries if entry.votes and entry.recused]
        self.by_person = self.method == Method.NAMED and meeting.is_named
        self.present = len(self.voters) if meeting.is_named else meeting.present
        self.explanation = None
        if not meeting.is_named and not self.rule.by_area:
            self.fields["recused"] = WholeNumber(
                label=_("Recused"),
                required=False,
                help_text=_("How many present take no part: the matter is their own or a close relative's."),
            )
            self.fields["recusal_note"] = forms.CharField(
                label=_("Who is recused and why"), max_length=200, required=False, help_text=_("For the minutes alone.")
            )
        if self.method == Method.SECRET:
            for name, label in (
                ("issued", _("Ballots issued")),
                ("returned", _("Ballots returned")),
                ("valid", _("Valid ballots")),
                ("invalid", _("Invalid ballots")),
            ):
                self.fields[name] = WholeNumber(label=label)
        if not self.by_person:
            for name in VOTES:
                self.fields[name] = WholeNumber(label=self.labels[name])
        if self.rule.by_area:
            self.fields["area_for"] = SquareMetres(label=_("Area for, m²"))
        for role, label in TELLERS:
            self.fields[f"teller_{role}"] = forms.CharField(
                label=label, max_length=60, required=self.method == Method.SECRET and role != TellerRole.ANNOUNCER
            )
        if correcting:
            self.fields["reason"] = forms.CharField(label=_("What was wrong with the count"), max_length=300)

    @property
    def sheet_fields(self):
        return [self[name] for name in SHEET if name in self.fields]

    @property
    def vote_fields(self):
        return [self[name] for name in (*VOTES, "area_for") if name in self.fields]

    @property
    def teller_fields(self):
        return [self[f"teller_{role}"] for role, _label in TELLERS]

    @property
    def recusal_fields(self):
        return [self[name] for name in ("recused", "recusal_note") if name in self.fields]

    @property
    def dissent_fields(self):
        return [self["dissent"], self["dissenters"]]

    @property
    def is_secret(self):
        return self.method == Method.SECRET

    @property
    def rows(self):
        """A `VoterRow` for everyone who can vote, as typed; nothing chosen is no vote."""
        kept = self.initial.get("ballots", {})
        return [
            VoterRow(
                entry, self.data.get(f"ballot_{entry.pk}", "") if self.is_bound else kept.get(entry.pk, Choice.FOR)
            )
            for entry in self.voters
        ]

    @property
    def choices(self):
        """(value, label) of the radios of a named vote, in the words of the meeting."""
        return [(kind, self.labels[kind]) for kind in VOTES]

    @property
    def condition(self):
        """How many must agree, in words, for a result that cannot be computed yet."""
        return passing_texts(self.rule)

    def clean_method(self):
        method = self.cleaned_data["method"]
        if method not in methods_of(self.rule):
            raise forms.ValidationError(_("This vote is not taken in this way: its rule asks for another."))
        return method

    def clean(self):
        given = self.cleaned_data
        if self.by_person:
            self.ballots = {row.entry.pk: row.choice for row in self.rows if row.choice in Choice.values}
            chosen = list(self.ballots.values())
            given |= {kind: chosen.count(kind) for kind in VOTES}
        if any(name not in given for name in (*VOTES, *(SHEET if self.is_secret else ()))):
            return
        if bool(given.get("recused")) != bool(given.get("recusal_note")):
            wrong = "recusal_note" if given.get("recused") else "recused"
            self.add_error(wrong, _("Say how many take no part, who and why."))
        if reason := why_same_teller(given, self.method):
            self.add_error("teller_counter", reason)
        present = max(self.present - (given.get("recused") or 0), 0)
        for name, reason in count_errors(self.labels, given, self.method, present).items():
            self.add_error(name if name in self.fields else None, reason)
        if self.errors:
            return
        counts = Counts(
            entitled=self.meeting.entitled,
            present=self.meeting.present,
            for_=given["for"],
            against=given["against"],
            abstain=given["abstain"],
            invalid=given.get("invalid", 0),
            area_entitled=self.meeting.area_entitled,
            area_participating=self.meeting.area_present,
            area_for=given.get("area_for"),
        )
        try:
            self.explanation = explain(tally(self.rule, counts))
        except Contradiction as contradiction:
            for name, text in contradiction.errors.items():
                self.add_error(name if name in self.fields else None, text)

    def arguments(self):
        """The arguments of `record_vote` beside who, when and which item."""
        given = self.cleaned_data
        tellers = [{"role": role.value, "name": given[f"teller_{role}"]} for role, _label in TELLERS]
        names = ("note", "dissent", "dissenters")
        arguments = {"method": self.method, "tellers": tellers} | {name: given[name] for name in names}
        if self.recusal_fields:
            arguments |= {"recused": given["recused"] or 0, "recusal_note": given["recusal_note"]}
        if self.by_person:
            arguments["ballots"] = self.ballots
        else:
            arguments |= {"in_favour": given["for"], "against": given["against"], "abstain": given["abstain"]}
        for name in (*SHEET, "area_for"):
            if name in given:
                arguments[name] = given[name]
        return arguments


def _initial(vote):
    """What a correction starts from: the count it corrects."""
    if vote is None:
        return {}
    names = ("against", "abstain", "invalid", "issued", "returned", "valid", "note", "dissent", "dissenters")
    return (
        {name: getattr(vote, name) for name in names}
        | {"recused": vote.recused or None, "recusal_note": vote.recusal_note}
        | {"for": vote.in_favour}
        | {f"teller_{teller['role']}": teller["name"] for teller in vote.tellers}
    )
