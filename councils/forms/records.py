"""The record of a meeting: who came, changes of the roll, minutes and papers."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.files import ACCEPT
from councils.enums import Presence, ScanKind
from councils.forms.meetings import DIFFERS, PersonChoice
from councils.forms.rules import SquareMetres, WholeNumber
from councils.voting import Contradiction, Counts, explain, tally
from orgs.village import form_in_place

LONGEST_NAME = 60


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
                self.fields["roll_source"] = forms.CharField(
                    label=_("Source document"), max_length=200, required=False, help_text=DIFFERS
                )
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
        names = ("entitled", "roll_source", "present", "on_leave", "non_voting", "area_entitled", "area_present")
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
        names = ("present", "leave_note", "entitled", "roll_source", "area_entitled", "area_present")
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


class ProxyForm(forms.Form):
    """Somebody votes for another, by a written proxy."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    giver = forms.CharField(label=_("Who gives the proxy"), max_length=60)
    holder = forms.CharField(label=_("Who votes for them"), max_length=60)
    document = forms.CharField(
        label=_("Written proxy"), max_length=200, help_text=_("Its day, and where the paper is kept. Internal.")
    )

    def __init__(self, data=None, *, initial, by_ballots):
        super().__init__(data, initial=initial)
        if by_ballots:
            self.fields["giver"].help_text = _("The owner in full as on the fixed roll, or the number of the ballot.")


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
        form_in_place(self, meeting.unit)

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
            rows.append((place, name.strip(), capacity.strip()))
        return rows

    def clean(self):
        for place, name, capacity in self.observers:
            if max(len(name), len(capacity)) > LONGEST_NAME:
                self.add_error(
                    None,
                    gettext("Observer %(number)s: name and capacity have at most %(most)s characters each.")
                    % {"number": place + 1, "most": LONGEST_NAME},
                )
            elif capacity and not name:
                self.add_error(None, gettext("Observer %(number)s: the name is missing.") % {"number": place + 1})

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
            and wanted["chair"] in (None, meeting.chair)
            and wanted["recorder"] in (None, meeting.recorder)
        )


class ScanForm(forms.Form):
    """A scanned paper."""

    kind = forms.ChoiceField(label=_("What it is"), choices=ScanKind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=_("Image, PDF, Word or Excel; internal."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
