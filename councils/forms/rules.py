"""The counts of one vote as they come in a query: whole numbers and areas, exactly as written or refused."""

import re
from datetime import date

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from councils.voting import (
    MOST_HEADS,
    Counts,
    NoRuleInForce,
    UnknownMode,
    attendance_labels,
    rule_for,
    tally,
    validate,
    versions_of,
    vote_labels,
)
from orgs.widgets import DayInput

# People type full-width digits with a Chinese input method.
HALF_WIDTH = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
TOO_LARGE = _("This number is too large.")
MOST_DIGITS = 12
FOUNDED = date(1949, 10, 1)  # nothing that is entered here is older than the country

HEADS = ("entitled", "present", "for", "against", "abstain", "invalid")
AREAS = ("area_entitled", "area_participating", "area_for")


class WholeNumber(forms.CharField):
    """A whole number of people or ballots. Refuses what `int()` would let pass: `+5`, `1_000`, `1e3`, other scripts."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    pattern = re.compile(r"[0-9]+")
    malformed = _("Please give a whole number, such as 63.")
    default_error_messages = {"required": _("Please fill in this number.")}

    def to_python(self, value):
        text = super().to_python(value).translate(HALF_WIDTH)
        if not text:
            return None
        if text.startswith("-") and self.pattern.fullmatch(text[1:]):
            raise forms.ValidationError(_("Numbers below zero are not possible here."))
        if not self.pattern.fullmatch(text):
            raise forms.ValidationError(self.malformed)
        text = text.lstrip("0") or "0"
        if len(text) > MOST_DIGITS:
            raise forms.ValidationError(TOO_LARGE)
        return self.number(text)

    def number(self, text):
        if int(text) > MOST_HEADS:
            raise forms.ValidationError(TOO_LARGE)
        return int(text)


class SquareMetres(WholeNumber):
    """An area in m² with at most two decimals, as a whole number of 0.01 m²."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    pattern = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
    malformed = _("Please give an area in m² with at most two decimals, such as 60000 or 88.25.")

    def number(self, text):
        whole, _point, hundredths = text.partition(".")
        return int(whole or "0") * 100 + int(hundredths.ljust(2, "0"))


class Day(forms.CharField):
    """A day as YYYY-MM-DD, not before `first`."""

    widget = DayInput

    def __init__(self, *, first=FOUNDED, **options):
        super().__init__(**options)
        self.first = first

    def to_python(self, value):
        text = super().to_python(value).translate(HALF_WIDTH)
        if not text:
            return None
        try:
            given = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        except ValueError:
            given = None
        if given is None:
            raise forms.ValidationError(_("Please give the day as year-month-day, such as 2026-03-31."))
        if given < self.first:
            raise forms.ValidationError(
                _("Please give a day from %(first)s on.") % {"first": date_format(self.first, "DATE_FORMAT")}
            )
        return given


class RuleForm(forms.Form):
    """A query about one rule. After `is_valid()` it has `rule` and, when counts were asked for, `result`.

    `with_counts` is False where a page only shows the rule of a day and mode: then counts may be missing.
    """

    def __init__(self, data=None, *, key, today, with_counts=True):
        super().__init__(data, initial={"on": today.isoformat()})
        self.key, self.today, self.with_counts = key, today, with_counts
        self.rule = self.result = None
        newest = versions_of(key)[0]
        for name, label in self._heads(newest).items():
            self.fields[name] = WholeNumber(label=label, required=name != "invalid")
        for name, label in (
            ("area_entitled", _("Whole area, m²")),
            ("area_participating", _("Area taking part, m²")),
            ("area_for", _("Area for, m²")),
        ):
            self.fields[name] = SquareMetres(label=label, required=newest.by_area)
        self.modes = dict.fromkeys((rule.mode, rule.mode_title) for rule in versions_of(key) if rule.mode)
        self.fields["mode"] = forms.CharField(label=_("Counted are"), required=False)
        if self.modes:
            self.fields["mode"].widget = forms.Select(choices=list(self.modes))
        self.fields["on"] = Day(label=_("Day of the meeting"), required=False, first=date.min)
        self.by_area = newest.by_area

    @staticmethod
    def _heads(rule):
        votes = vote_labels(rule.words)
        return dict(zip(HEADS, (*attendance_labels(rule.words), *votes.values()), strict=True))

    @property
    def head_fields(self):
        return [self[name] for name in HEADS]

    @property
    def area_fields(self):
        return [self[name] for name in AREAS if self.by_area or name in self.errors]

    @property
    def day_fields(self):
        return [self[name] for name in ("mode", "on") if name == "on" or self.modes or name in self.errors]

    def clean(self):
        if not self.with_counts:
            for name in (*HEADS, *AREAS):
                self.errors.pop(name, None)
        for name in self.fields:
            if len(self.data.getlist(name)) > 1:
                self.add_error(name, _("This was given more than once."))
        if "on" in self.errors or "mode" in self.errors:
            return
        self.rule = self._rule(self.cleaned_data["on"] or self.today, self.cleaned_data["mode"])
        if self.rule is None or self.errors or not self.with_counts:
            return
        given = self.cleaned_data
        counts = Counts(
            entitled=given["entitled"],
            present=given["present"],
            for_=given["for"],
            against=given["against"],
            abstain=given["abstain"],
            invalid=given["invalid"] or 0,
            **{name: given[name] for name in AREAS},
        )
        for name, reason in validate(counts, self.rule).items():
            self.add_error(name, reason)
        if not self.errors:
            self.result = tally(self.rule, counts)

    def _rule(self, on, mode):
        try:
            return rule_for(self.key, on=on, mode=mode)
        except NoRuleInForce:
            first = versions_of(self.key)[-1].in_force_from
            self.add_error(
                "on",
                _("On %(day)s no rule for this meeting was in force that we know of; the first is of %(first)s.")
                % {"day": date_format(on, "DATE_FORMAT"), "first": date_format(first, "DATE_FORMAT")},
            )
        except UnknownMode:
            self.add_error("mode", _("This meeting is not held in this way."))
        return None
