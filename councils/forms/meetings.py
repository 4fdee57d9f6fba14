"""Finding and calling meetings, and the small forms of a verb that needs a reason or nothing."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from councils.actions.meetings import why_notice_too_short
from councils.enums import MeetingOutcome, RollMode
from councils.forms.rules import MOST_DIGITS, Day, SquareMetres, WholeNumber
from councils.voting import NoRuleInForce, UnknownMode, modes_of, rule_for


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


DIFFERS = _("Says why the number is not the one of the register of terms, when it is not.")


class Beside:
    """Another matter that the meeting may take too: whether it was ticked, and the version its reader saw."""

    def __init__(self, matter, data, ticked):
        self.matter = matter
        self.name, self.seen_name = f"with_{matter.pk}", f"seen_{matter.pk}"
        self.chosen = ticked if data is None else self.name in data
        given = data.get(self.seen_name, "") if data is not None else ""
        self.seen = int(given) if given.isdecimal() and len(given) < MOST_DIGITS else 0


class CallForm(forms.Form):
    """The call of a meeting about one matter at one step, and about others that wait for the same step.

    `bodies`: those that may hold the step; `seats` their members by body id; `rules` the voting rule key by body id;
    `then`: the body that may hold the next step in the same sitting; `others`: the matters that may come with it;
    `ticked`: the ids of those that are chosen to begin with.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    body = forms.TypedChoiceField(label=_("Body"), widget=forms.RadioSelect)
    held_on = Day(label=_("Date"))
    held_at = ClockTime(label=_("Time"))
    voting_from = Day(
        label=_("Voting in writing from"),
        required=False,
        help_text=_("When owners hand in their ballots during several days: the date above is then the last of them."),
    )
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
    roll_source = forms.CharField(label=_("Source document"), max_length=200, required=False, help_text=DIFFERS)

    def __init__(self, data=None, *, bodies, seats, rules, persons, today, initial, others=(), ticked=(), then=None):
        super().__init__(data, initial={"notice_on": today.isoformat(), **initial})
        self.beside = [Beside(matter, data, matter.pk in ticked) for matter in others]
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
            del self.fields["area_entitled"], self.fields["voting_from"]
        self.fields["chair"] = PersonChoice(persons, label=_("Chair"))
        self.fields["recorder"] = PersonChoice(persons, label=_("Recorder"))
        if then is not None:
            self.fields["then"] = forms.TypedChoiceField(
                label=_("Next step"),
                required=False,
                choices=[
                    ("", _("at a meeting of its own")),
                    (str(then.pk), _("in the same sitting, right after: %(body)s") % {"body": then.name}),
                ],
                coerce={str(then.pk): then}.get,
                empty_value=None,
                widget=forms.RadioSelect,
                help_text=_(
                    "The secretary chairs the committee too, so both steps may be held in one sitting (a local rule, "
                    "not a national one). Each keeps its own roll, vote and minutes."
                ),
            )
        if not any(any(seat.votes for seat in own) for own in seats.values()):
            self.fields["roll_mode"].help_text = _("Nobody holds a seat here by the register of terms.")

    def hold_together(self):
        """The procedure holds the next step in the same meeting: nothing else is offered."""
        if field := self.fields.get("then"):
            field.choices = list(field.choices)[1:]
            field.required = True
            field.help_text = _("This procedure takes both votes in one meeting. Each keeps its own roll and minutes.")
            self.initial["then"] = field.choices[0][0]

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
            first_day = given.get("voting_from") or held_on
            if reason := why_notice_too_short(rule, notice_on, first_day, given.get("urgent_reason", "")):
                self.add_error("held_on" if first_day == held_on else "voting_from", reason)

    def fields_of(self, *names):
        """The bound fields of `names` that the form has."""
        return [self[name] for name in names if name in self.fields]

    @property
    def period(self):
        return self.fields_of("voting_from")

    @property
    def chosen(self):
        """The other matters that were ticked."""
        return [row for row in self.beside if row.chosen]

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


class MendForm(forms.Form):
    """When and where a meeting really was, and who led it; with the reason of the change."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    held_on = Day(label=_("Date"))
    held_at = ClockTime(label=_("Time"), required=False)
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    notice_on = Day(label=_("Called on"), help_text=_("The day on which the members were told."))
    urgent_reason = forms.CharField(label=_("Why it is urgent"), max_length=200, required=False)

    def __init__(self, data=None, *, meeting, persons):
        names = ("held_at", "place", "urgent_reason")
        initial = {name: getattr(meeting, name) for name in names} | {
            "seen": meeting.version,
            "held_on": meeting.held_on.isoformat(),
            "notice_on": meeting.notice_on.isoformat(),
            "chair": str(meeting.chair_id or ""),
            "recorder": str(meeting.recorder_id or ""),
        }
        super().__init__(data, initial=initial)
        self.fields["chair"] = PersonChoice(persons, label=_("Chair"))
        self.fields["recorder"] = PersonChoice(persons, label=_("Recorder"))
        self.fields["reason"] = forms.CharField(label=_("What was wrong"), max_length=200)

    def arguments(self):
        """The arguments of `mend_meeting` beside who, when and which meeting."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


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
