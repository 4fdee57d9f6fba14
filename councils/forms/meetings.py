"""Calling a meeting, who came, minutes and papers."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.files import ACCEPT
from councils.actions.meetings import why_notice_too_short
from councils.enums import MeetingOutcome, Presence, RollMode, ScanKind
from councils.forms.rules import Day, SquareMetres, WholeNumber
from councils.voting import Contradiction, Counts, NoRuleInForce, UnknownMode, explain, modes_of, rule_for, tally


class ClockTime(forms.TimeField):
    """An hour of the day."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def people(persons):
    """Choices of persons, the first empty."""
    return [("", "—"), *((str(person.pk), person.name) for person in persons)]


class PersonChoice(forms.TypedChoiceField):
    """One of the persons given; cleaned to the Person or None."""

    def __init__(self, persons, **options):
        known = {str(person.pk): person for person in persons}
        super().__init__(choices=people(persons), coerce=known.get, empty_value=None, required=False, **options)


# State of a meeting in the list -> the filter for it, given the day.
STATES = {
    "coming": lambda on: Q(outcome="", held_on__gte=on),
    "unrecorded": lambda on: Q(outcome="", held_on__lt=on),
    "unconfirmed": lambda on: Q(outcome__in=[MeetingOutcome.VALID, MeetingOutcome.NO_QUORUM], confirmed_at=None),
    "confirmed": lambda on: Q(confirmed_at__isnull=False),
    "void": lambda on: Q(outcome=MeetingOutcome.NO_QUORUM),
    "called_off": lambda on: Q(outcome=MeetingOutcome.CALLED_OFF),
}
STATE_NAMES = {
    "coming": _("coming"),
    "unrecorded": _("attendance not entered"),
    "unconfirmed": _("waiting for confirmation"),
    "confirmed": _("confirmed"),
    "void": _("void, to be held again"),
    "called_off": _("called off"),
}


class MeetingFilter(forms.Form):
    """What to show in the list of meetings. Unknown values are ignored."""

    body = forms.ChoiceField(label=_("Body"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()])
    since = Day(label=_("Since"), required=False)

    def __init__(self, data, *, bodies):
        super().__init__(data)
        self.fields["body"].choices = [("", gettext("all")), *((str(body.pk), body.name) for body in bodies)]

    def filtered(self, meetings, on):
        """`meetings` narrowed down by what was chosen, on the day `on`."""
        self.is_valid()
        given = self.cleaned_data
        if given.get("body"):
            meetings = meetings.filter(body=given["body"])
        if given.get("state"):
            meetings = meetings.filter(STATES[given["state"]](on))
        if given.get("since"):
            meetings = meetings.filter(held_on__gte=given["since"])
        return meetings

    @property
    def narrows(self):
        """Whether anything was chosen."""
        return any(self.cleaned_data.values())


class CallForm(forms.Form):
    """The call of a meeting about one matter at one step.

    `bodies`: those that may hold the step; `seats` their members by body id; `rules` the voting rule key by body id.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    body = forms.TypedChoiceField(label=_("Body"), widget=forms.RadioSelect)
    held_on = Day(label=_("Date"))
    held_at = ClockTime(label=_("Time"))
    place = forms.CharField(label=_("Place"), max_length=100)
    notice_on = Day(label=_("Called on"), help_text=_("The day on which the members were told."))
    urgent_reason = forms.CharField(
        label=_("Why it is urgent"),
        max_length=200,
        required=False,
        help_text=_("Only when there was no time for the notice that the law asks for."),
    )
    rule_mode = forms.CharField(label=_("Counted are"), required=False)
    roll_mode = forms.ChoiceField(
        label=_("Roll"),
        widget=forms.RadioSelect,
        choices=[
            (RollMode.NAMED, _("by name: each member is marked present or not")),
            (RollMode.COUNTED, _("by number: the sign-in sheet stays on paper")),
        ],
    )
    entitled = WholeNumber(
        label=_("Entitled"), required=False, help_text=_("With a roll by number; it may also be entered later.")
    )
    area_entitled = SquareMetres(label=_("Whole area, m²"), required=False)
    roll_basis = forms.CharField(
        label=_("Basis of the number"), max_length=200, required=False, help_text=_("For example: register of members")
    )
    roll_source = forms.CharField(label=_("Source document"), max_length=200, required=False)

    def __init__(self, data=None, *, bodies, seats, rules, persons, today, initial):
        super().__init__(data, initial={"notice_on": today.isoformat(), **initial})
        self.bodies = {str(body.pk): body for body in bodies}
        self.rules = rules
        self.today = today
        body = self.fields["body"]
        body.coerce = self.bodies.get
        body.choices = [(key, row.name) for key, row in self.bodies.items()]
        if len(self.bodies) == 1:
            body.widget = forms.HiddenInput()
        modes = dict.fromkeys(
            (rule.mode, rule.mode_title) for key in set(rules.values()) for rule in modes_of(key, today) if rule.mode
        )
        if modes:
            self.fields["rule_mode"].widget = forms.Select(choices=list(modes))
        else:
            del self.fields["rule_mode"]
        if not any(row.by_area for key in set(rules.values()) for row in modes_of(key, today)):
            del self.fields["area_entitled"]
        self.fields["chair"] = PersonChoice(persons, label=_("Chair"))
        self.fields["recorder"] = PersonChoice(persons, label=_("Recorder"))
        if not any(any(seat.votes for seat in own) for own in seats.values()):
            self.fields["roll_mode"].help_text = _("Nobody holds a seat here by the register of terms.")

    def clean(self):
        given = self.cleaned_data
        body, held_on, notice_on = given.get("body"), given.get("held_on"), given.get("notice_on")
        if body is None or held_on is None or notice_on is None:
            return
        if held_on < notice_on:
            self.add_error("held_on", _("A meeting cannot be held before it is called."))
            return
        try:
            rule = rule_for(self.rules[body.pk], on=held_on, mode=given.get("rule_mode") or None)
        except NoRuleInForce:
            self.add_error("held_on", _("No voting rule of this body was in force on that day."))
        except UnknownMode:
            self.add_error("rule_mode", _("This body does not vote in that way."))
        else:
            if reason := why_notice_too_short(rule, notice_on, held_on, given.get("urgent_reason", "")):
                self.add_error("held_on", reason)

    def fields_of(self, *names):
        """The bound fields of `names` that the form has."""
        return [self[name] for name in names if name in self.fields]

    @property
    def people(self):
        return self.fields_of("chair", "recorder")

    @property
    def roll(self):
        return self.fields_of("rule_mode", "roll_mode")

    @property
    def number(self):
        return self.fields_of("entitled", "area_entitled")

    @property
    def number_source(self):
        return self.fields_of("roll_basis", "roll_source")


class Marked:
    """One person on the attendance form: the entry, what was chosen, the reason and what is wrong."""

    def __init__(self, entry, presence, reason, error=""):
        self.entry, self.presence, self.reason, self.error = entry, presence, reason, error
        self.name = f"presence_{entry.pk}"
        self.reason_name = f"reason_{entry.pk}"

    @property
    def choices(self):
        """(value, label, chosen) of the three radios."""
        return [(value, label, value == self.presence) for value, label in Presence.choices]


class AttendanceForm(forms.Form):
    """Who came to `meeting`: by name a mark for each on the roll (`rows`), by number the numbers.

    Everybody on a named roll is present until somebody says otherwise, so that only the exceptions are entered.
    After `is_valid()`: `counts`, `explanation` of the quorum, and `arguments()` for the action.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, meeting, entries=()):
        super().__init__(data, initial={"seen": meeting.version, "entitled": meeting.entitled, "on_leave": 0})
        self.meeting, self.entries = meeting, list(entries)
        self.explanation = None
        if not meeting.is_named:
            if not meeting.roll_frozen_at:
                self.fields["entitled"] = WholeNumber(label=_("Entitled"))
            self.fields["present"] = WholeNumber(label=_("Present"), help_text=_("number on the sign-in sheet"))
            self.fields["on_leave"] = WholeNumber(label=_("On leave"), required=False)
            self.fields["non_voting"] = WholeNumber(
                label=_("Without a vote"), required=False, help_text=_("probationary members, guests")
            )
            if meeting.rule.by_area:
                if not meeting.roll_frozen_at:
                    self.fields["area_entitled"] = SquareMetres(label=_("Whole area, m²"))
                self.fields["area_present"] = SquareMetres(label=_("Area taking part, m²"))
            self.fields["leave_note"] = forms.CharField(label=_("Reasons of leave"), max_length=200, required=False)

    @property
    def numbers(self):
        """The bound fields that are numbers."""
        names = ("entitled", "present", "on_leave", "non_voting", "area_entitled", "area_present")
        return [self[name] for name in names if name in self.fields]

    @property
    def rows(self):
        """A `Marked` for everybody on a named roll, as typed or all present."""
        rows = []
        for entry in self.entries:
            if self.is_bound:
                presence = self.data.get(f"presence_{entry.pk}", "")
                reason = self.data.get(f"reason_{entry.pk}", "").strip()
            else:
                presence, reason = entry.presence or Presence.PRESENT.value, entry.leave_reason
            error = "" if presence in Presence.values else gettext("Choose one.")
            rows.append(Marked(entry, presence, reason[:100], error if self.is_bound else ""))
        return rows

    @property
    def absent(self):
        """How many stayed away without leave; known once the rest is."""
        return self.counts.entitled - self.counts.present - self.on_leave if self.explanation else None

    def clean(self):
        if self.errors:
            return
        given, meeting = self.cleaned_data, self.meeting
        if meeting.is_named:
            self.marks = {row.entry.pk: (row.presence, row.reason) for row in self.rows}
            if any(row.error for row in self.rows):
                self.add_error(None, _("Say of everyone on the roll whether they came."))
                return
            voters = [row.presence for row in self.rows if row.entry.votes]
            entitled, present = len(voters), voters.count(Presence.PRESENT)
            self.on_leave = voters.count(Presence.LEAVE)
        else:
            entitled = given.get("entitled", meeting.entitled)
            present, self.on_leave = given["present"], given["on_leave"] or 0
            if present + self.on_leave > entitled:
                self.add_error(
                    "present",
                    _(
                        "Present must not be more than entitled. %(present)s present and %(leave)s on leave are more "
                        "than %(entitled)s."
                    )
                    % {"present": present, "leave": self.on_leave, "entitled": entitled},
                )
                return
        area = given.get("area_entitled", meeting.area_entitled)
        self.counts = Counts(
            entitled=entitled,
            present=present,
            area_entitled=area,
            area_participating=given.get("area_present"),
            area_for=0 if meeting.rule.by_area else None,
        )
        try:
            self.explanation = explain(tally(meeting.rule, self.counts))
        except Contradiction as contradiction:
            public = {"area_participating": "area_present"}
            for name, text in contradiction.errors.items():
                name = public.get(name, name)
                self.add_error(name if name in self.fields else None, text)

    def arguments(self):
        """The arguments of `record_attendance` beside who, when and which meeting."""
        given = self.cleaned_data
        if self.meeting.is_named:
            return {"marks": self.marks}
        names = ("present", "leave_note", "entitled", "area_entitled", "area_present")
        return {name: given[name] for name in names if name in given} | {
            "on_leave": given["on_leave"] or 0,
            "non_voting": given["non_voting"] or 0,
        }


class RollChangeForm(forms.Form):
    """A change of a frozen roll, with its reason: one person's attendance, or the numbers."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, meeting, entries=()):
        super().__init__(
            data,
            initial={name: getattr(meeting, name) for name in ("entitled", "present", "on_leave")}
            | {"seen": meeting.version},
        )
        self.meeting = meeting
        if meeting.is_named:
            self.fields["entry"] = EntryChoice(entries, label=_("Person"))
            self.fields["presence"] = forms.ChoiceField(
                label=_("Attendance"), choices=Presence.choices, widget=forms.RadioSelect
            )
            self.fields["leave_reason"] = forms.CharField(label=_("Reason of leave"), max_length=100, required=False)
        else:
            for name, label in (("entitled", _("Entitled")), ("present", _("Present")), ("on_leave", _("On leave"))):
                self.fields[name] = WholeNumber(label=label)
            if meeting.rule.by_area:
                self.fields["area_entitled"] = SquareMetres(label=_("Whole area, m²"), required=False)
                self.fields["area_present"] = SquareMetres(label=_("Area taking part, m²"), required=False)
        self.fields["reason"] = forms.CharField(label=_("Why the roll changes"), max_length=300)

    @property
    def numbers(self):
        """The bound fields that are numbers."""
        names = ("entitled", "present", "on_leave", "area_entitled", "area_present")
        return [self[name] for name in names if name in self.fields]

    @property
    def others(self):
        """The other bound fields, in order."""
        names = {field.name for field in self.numbers} | {"seen"}
        return [field for field in self if field.name not in names]

    def arguments(self):
        """The arguments of `change_roll` beside who, when and which meeting."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen" and value is not None}


class EntryChoice(forms.TypedChoiceField):
    """One of the entries of a roll; cleaned to the RollEntry."""

    def __init__(self, entries, **options):
        known = {str(entry.pk): entry for entry in entries}
        choices = [("", "—"), *((key, f"{entry.name} {entry.capacity}".strip()) for key, entry in known.items())]
        super().__init__(choices=choices, coerce=known.get, empty_value=None, **options)


class RecusalForm(forms.Form):
    """Somebody present takes no part in the vote."""

    prefix = "recusal"
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why this person takes no part"), max_length=200)

    def __init__(self, data=None, *, meeting, entries=()):
        super().__init__(data, initial={"seen": meeting.version})
        present = [entry for entry in entries if entry.presence == Presence.PRESENT and not entry.recused]
        self.fields["entry"] = EntryChoice(present, label=_("Person"))
        self.order_fields(["seen", "entry", "reason"])


class ReasonForm(forms.Form):
    """A verb that needs nothing but a reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data=None, *, row, label=None, help_text=""):
        super().__init__(data, initial={"seen": row.version})
        if label:
            self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text


class SeenForm(forms.Form):
    """A verb that needs nothing: it only says which state of the record its reader saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class MinutesForm(forms.Form):
    """The minutes of a meeting, its sentence for everyone, the supervision committee's opinion, and who sat in."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.CharField(
        label=_("Minutes"),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("What was said and by whom, dissent and abstentions with their reasons. Internal."),
    )
    public_summary = forms.CharField(
        label=_("In plain words, for everyone"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that residents read on the page of the matter. No private data."),
    )
    supervision_opinion = forms.CharField(
        label=_("Opinion of the supervision committee"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    PLACES = 6

    def __init__(self, data=None, *, meeting, persons, draft=""):
        super().__init__(
            data,
            initial={
                "seen": meeting.version,
                "minutes": meeting.minutes or draft,
                "public_summary": meeting.public_summary,
                "supervision_opinion": meeting.supervision_opinion,
                "chair": str(meeting.chair_id or ""),
                "recorder": str(meeting.recorder_id or ""),
            },
        )
        self.meeting = meeting
        self.fields["chair"] = PersonChoice(persons, label=_("Chair"))
        self.fields["recorder"] = PersonChoice(persons, label=_("Recorder"))
        self.places = max(self.PLACES, len(meeting.observers) + 2)

    @property
    def observers(self):
        """(number, name, capacity) of every row of people who sat in without a vote."""
        kept = self.meeting.observers
        rows = []
        for place in range(self.places):
            if self.is_bound:
                name = self.data.get(f"observer_name_{place}", "")
                capacity = self.data.get(f"observer_capacity_{place}", "")
            else:
                name, capacity = (kept[place]["name"], kept[place]["capacity"]) if place < len(kept) else ("", "")
            rows.append((place, name.strip()[:60], capacity.strip()[:60]))
        return rows

    def arguments(self):
        """The arguments of `record_minutes` beside who, when and which meeting."""
        names = ("minutes", "public_summary", "supervision_opinion", "chair", "recorder")
        observers = [{"name": name, "capacity": capacity} for _place, name, capacity in self.observers if name]
        return {name: self.cleaned_data[name] for name in names} | {"observers": observers}

    @property
    def says_the_same(self):
        """Whether the record already holds exactly this: then the form was sent twice."""
        wanted, meeting = self.arguments(), self.meeting
        return (
            wanted["minutes"].strip() == meeting.minutes
            and wanted["public_summary"].strip() == meeting.public_summary
            and wanted["supervision_opinion"].strip() == meeting.supervision_opinion
            and wanted["observers"] == meeting.observers
        )


class ScanForm(forms.Form):
    """A scanned paper."""

    kind = forms.ChoiceField(label=_("What it is"), choices=ScanKind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("Image, PDF, Word or Excel; internal."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
