"""Forms of boards, notices, objections and announcements."""

import re
from datetime import date

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.files import ACCEPT
from disclosure import catalogue, clocks, periods, permissions
from disclosure.enums import Board, Channel, Frequency, Kind, Outcome, Verdict
from orgs.models import Body, Person

_NUMBER = re.compile(r"^\D{0,12}?(?:〔?(?P<year>20\d\d)〕?)?\s*(?P<serial>\d{1,4})\s*号?$")


class DayInput(forms.DateInput):
    """A control for a day. Browsers show a day that is given only in this format, whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class FilterForm(forms.Form):
    """A GET form whose wrong values are left out instead of refused."""

    def clean_value(self, name):
        """The value of `name`, or "" when it is missing or wrong."""
        return self.cleaned_data.get(name, "") if self.is_valid() or hasattr(self, "cleaned_data") else ""

    @property
    def narrows(self):
        """Whether anything was looked for."""
        return any(self.data.get(name) for name in self.fields)


class BoardFilter(FilterForm):
    """What a resident looks for on a board: words or a number, an item, a year."""

    q = forms.CharField(label=_("Title or number"), required=False, max_length=60, widget=forms.TextInput)
    item = forms.ChoiceField(label=pgettext_lazy("notice", "Item"), required=False)
    year = forms.ChoiceField(label=pgettext_lazy("filter", "Year"), required=False)

    def __init__(self, data, *, board, years=()):
        super().__init__(data)
        self.fields["q"].widget.input_type = "search"
        self.fields["item"].choices = [("", _("All items")), *catalogue.choices(board, public_only=True)]
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]

    def condition(self):
        """The rows of `NoticeVersion` that match."""
        condition = Q()
        words = self.clean_value("q").strip()
        if words:
            condition &= search(words, "notice__")
        if self.clean_value("item"):
            condition &= Q(notice__item=self.clean_value("item"))
        # The list of years is known only after the numbers were counted, so the year is read as it stands.
        year = self.data.get("year", "")
        if re.fullmatch(r"20\d\d", year):
            condition &= Q(notice__year=int(year))
        return condition


def search(words, prefix="", title="title"):
    """Rows whose title holds `words`, or whose number they are: 3号, 〔2026〕3号, 柳溪居公〔2026〕3号."""
    condition = Q(**{f"{title}__icontains": words})
    match = _NUMBER.match(words)
    if match:
        number = Q(**{f"{prefix}serial": int(match["serial"])})
        if match["year"]:
            number &= Q(**{f"{prefix}year": int(match["year"])})
        condition |= number
    return condition


class DeskFilter(FilterForm):
    """What a member of staff looks for among notices."""

    q = forms.CharField(label=_("Title or number"), required=False, max_length=60)
    board = forms.ChoiceField(label=_("Board"), required=False, choices=[("", _("All boards")), *Board.choices])

    item = forms.ChoiceField(label=pgettext_lazy("notice", "Item"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", _("All items")), *catalogue.choices()]

    def condition(self):
        """The rows of `Notice` that match."""
        condition = Q()
        if self.clean_value("item"):
            condition &= Q(item=self.clean_value("item"))
        words = self.clean_value("q").strip()
        if words:
            condition &= search(words, title="versions__title")
        if self.clean_value("board"):
            condition &= Q(board=self.clean_value("board"))
        return condition


class ObjectionFilter(FilterForm):
    """What a member of staff looks for among questions, suggestions and objections."""

    q = forms.CharField(label=_("Summary or number of the notice"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    channel = forms.ChoiceField(label=_("Received"), required=False, choices=[("", _("All ways")), *Channel.choices])

    def condition(self):
        """The rows of `Objection` that match."""
        condition = Q()
        if words := self.clean_value("q").strip():
            condition &= search(words, "notice__", title="summary")
        for name in ("kind", "channel"):
            if value := self.clean_value(name):
                condition &= Q(**{name: value})
        return condition


class ManyFiles(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploads as a list."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": ACCEPT}))
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault("help_text", _("Images, PDF, Word, Excel or CSV, at most 20 MB each."))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        single = super().clean
        if not data:
            return [] if not self.required else [single(data, initial)]
        return [single(one, initial) for one in (data if isinstance(data, (list, tuple)) else [data])]


_TEXT = forms.Textarea(attrs={"rows": 16})
_TEXT_HELP = _(
    "Plain text. A new line begins a paragraph; 一、（一） 1. make headings and lists; rows pasted from Excel become a "
    "table. Periods, telephones, signature and date are added by the portal."
)


MOST_CHARACTERS = 50_000  # of a notice
MOST_ROWS = 500  # of its tables; what is longer hangs on no board and is a file


class DraftForm(forms.Form):
    """Title, text and periods of a notice."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(label=_("Text"), widget=_TEXT, help_text=_TEXT_HELP, max_length=MOST_CHARACTERS, strip=False)
    source = forms.FileField(
        label=_("Text from a Word or Excel file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx"}),
        help_text=_("Paragraphs, numbered headings and tables are put into the text; pictures are not."),
    )
    display_days = forms.IntegerField(
        label=_("Days on display"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Left empty: as the catalogue says. By law at least 15 days."),
    )
    window_days = forms.IntegerField(
        label=_("Days for objections"),
        required=False,
        min_value=0,
        max_value=60,
        help_text=_("Left empty: %(days)s days. 0: the notice does not ask for objections.")
        % {"days": clocks.WINDOW_DAYS},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def text_so_far(self):
        """The text as the preview shows it, of a form that may be unfinished and was looked through."""
        return self.data.get("text", "")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A browser would cut what is pasted without a word; here it comes back whole, with a message.
        self.fields["text"].widget.attrs.pop("maxlength", None)

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("Write the text of the notice."), code="required")
        if (rows := sum("\t" in line for line in text.splitlines())) > MOST_ROWS:
            raise forms.ValidationError(
                _("The tables have %(rows)s rows, a notice takes at most %(most)s. Attach the list as a file."),
                code="rows",
                params={"rows": rows, "most": MOST_ROWS},
            )
        return text

    def clean_source(self):
        if self.cleaned_data["source"]:
            raise forms.ValidationError(_("Press “Take the text over” to put the text of the file into the field."))


# How many periods before the present one a notice may be drafted for.
_PERIODS_BACK = {Frequency.MONTH: 12, Frequency.QUARTER: 6, Frequency.HALF_YEAR: 4, Frequency.YEAR: 3}


class NewNoticeForm(DraftForm):
    """A notice from nothing: what it discloses, in whose name, and its text."""

    item = forms.ChoiceField(label=_("What is disclosed"))
    period = forms.ChoiceField(
        label=_("For the period"),
        required=False,
        help_text=_("Only for what is disclosed regularly. With it, the calendar knows that this duty is done."),
    )
    issuer = forms.ModelChoiceField(
        label=_("Issued by"), queryset=Body.objects.none(), empty_label=_("Choose who issues it")
    )
    files = FilesField(required=False)
    field_order = ["item", "period", "issuer", "title", "text", "source", "display_days", "window_days", "files"]

    def __init__(self, *args, issuers, boards, kept, today, **kwargs):
        """`kept`: {id of a unit: {key: Item}}, the catalogue as each unit of the issuers keeps it."""
        super().__init__(*args, **kwargs)
        self.kept, self.today = kept, today
        # An address may ask for a period that is not among the recent ones.
        asked = periods.parse(self.data.get("period") or self.initial.get("period"))
        self.fields["period"].choices = [
            ("", _("None")),
            *([(asked.code, asked.label)] if asked else []),
            *(
                (frequency.label, [(period.code, period.label) for period in periods.recent(frequency, today, count)])
                for frequency, count in _PERIODS_BACK.items()
            ),
        ]
        self.fields["issuer"].queryset = issuers
        self.fields["issuer"].label_from_instance = lambda body: f"{body.name} ({body.unit.name})"
        self._narrow(issuers)
        self.fields["item"].choices = [
            ("", _("Choose an item")),
            *((Board(board).label, self._choices(board)) for board in boards),
        ]

    def _narrow(self, issuers):
        """Of an item that the address names only who may publish it is offered, and chosen where it is one body."""
        key = self.initial.get("item")
        fitting = [
            body
            for body in issuers
            if key in (own := self.kept.get(body.unit_id, {})) and body.kind in own[key].issuers
        ]
        if self.is_bound or not fitting:
            return
        self.fields["issuer"].queryset = issuers.filter(pk__in=[body.pk for body in fitting])
        if len(fitting) == 1:
            self.initial.setdefault("issuer", fitting[0].pk)

    def _choices(self, board):
        """Items of `board` that any of the units keeps."""
        items = {key: item for own in self.kept.values() for key, item in own.items() if item.board == board}
        return [(key, f"{key} {item.title}") for key, item in items.items()]

    def chosen(self):
        """(the item, the issuer) as far as they are chosen, for a form that is not finished; None for what is not."""
        key, issuer = self.data.get("item", ""), self.data.get("issuer", "")
        issuer = next((body for body in self.fields["issuer"].queryset if str(body.pk) == issuer), None)
        places = [self.kept[issuer.unit_id]] if issuer else self.kept.values()
        return next((own[key] for own in places if key in own), None), issuer

    def clean(self):
        data = super().clean()
        data["period"] = periods.parse(data.get("period"))
        if data.get("item") and data.get("issuer"):
            data["row"] = row = self.kept[data["issuer"].unit_id].get(data["item"])
            if row is None:
                self.add_error(
                    "item", _("This item is not in the catalogue of %(unit)s.") % {"unit": data["issuer"].unit}
                )
            elif reason := permissions.fits_item(data["period"], row):
                self.add_error("period", reason)
            elif reason := permissions.fits_issuer(data["issuer"], row):
                self.add_error("issuer", reason)
        return data


class CorrectionForm(DraftForm):
    """A new version with the reason for it."""

    reason = forms.CharField(label=_("Reason of the correction"), max_length=300)
    field_order = ["reason", "title", "text", "source", "display_days", "window_days"]


class AddFilesForm(forms.Form):
    """More files for a draft."""

    files = FilesField(required=True)


class OpinionForm(forms.Form):
    """What the reviewer says to a draft."""

    opinion = forms.CharField(label=_("Opinion"), required=False, max_length=500)


class AnswerToReviewForm(forms.Form):
    """What the committee answers to an objection of the reviewer when the draft is handed in again."""

    answer = forms.CharField(
        label=_("Answer to the objection"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the text stays as it is."),
    )


class PaperOpinionForm(forms.Form):
    """What was said to a draft on paper, with the scan of the signed sheet."""

    person = forms.ModelChoiceField(
        label=pgettext_lazy("opinion on paper", "Checked by"),
        queryset=Person.objects.none(),
        empty_label=_("Choose the member"),
    )
    names = forms.CharField(
        label=_("Names of the owners' representatives"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One name a line, as on the signed sheet. At least three agree before it is signed."),
    )
    verdict = forms.ChoiceField(label=_("Opinion"), widget=forms.RadioSelect, choices=Verdict, initial=Verdict.AGREED)
    text = forms.CharField(
        label=_("Words on the sheet"), required=False, max_length=500, help_text=_("An objection needs its reason.")
    )
    on = forms.DateField(label=_("Signed on"), widget=DayInput())
    scan = forms.FileField(
        label=_("Scan of the signed sheet"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("Internal: it never appears on a public page."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, members, **kwargs):
        """`members`: who may have signed; None where owners' representatives sign by name."""
        super().__init__(*args, **kwargs)
        if members is None:
            del self.fields["person"]
        else:
            del self.fields["names"]
            self.fields["person"].queryset = members

    def clean_names(self):
        return self.cleaned_data["names"].splitlines()


class SignForm(forms.Form):
    """When a signed notice goes on the board."""

    publish_on = forms.DateField(
        label=_("Day of publication"),
        required=False,
        widget=DayInput(),
        help_text=_("Left empty: today. At most %(days)s days ahead; until then only the desk sees it.")
        % {"days": permissions.SCHEDULE_AHEAD.days},
    )


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class RedactionForm(forms.Form):
    """What takes the place of a published text."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Masked text"),
        widget=forms.Textarea(attrs={"rows": 16}),
        max_length=200_000,
        help_text=_("Replace what must go by “×××” and leave everything else as it is."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone reads it. No names."))


class ObjectionForm(forms.Form):
    """What a resident writes on the page of a notice."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What would you like to say?"), widget=forms.Textarea(attrs={"rows": 6}), max_length=2000
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=60,
        help_text=_("Not shown to anybody outside the office. Signing with your name is encouraged."),
    )
    contact = forms.CharField(
        label=_("Telephone or other contact"),
        required=False,
        max_length=100,
        help_text=_("Only to reach you with the answer."),
    )

    def __init__(self, *args, objections_open=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            choice for choice in Kind.choices if objections_open or choice[0] != Kind.OBJECTION
        ]
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact"].widget.attrs["autocomplete"] = "tel"


class RegisterForm(ObjectionForm):
    """What came by telephone or in person, as the clerk enters it."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB]
    )
    received_on = forms.DateField(
        label=_("Received on"),
        widget=DayInput(),
        validators=[MinValueValidator(date(1949, 10, 1), _("Please give a day from 1949-10-01 on."))],
    )
    summary = forms.CharField(
        label=_("Summary for the public"),
        required=False,
        max_length=300,
        help_text=_("Without the name, telephone or door number of the resident."),
    )
    field_order = ["channel", "received_on", "kind", "text", "name", "contact", "summary"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What was said")
        self.fields["name"].label = _("Name of the resident")


class SummaryForm(forms.Form):
    """What the public may read before the answer."""

    summary = forms.CharField(
        label=_("Summary for the public"),
        max_length=300,
        help_text=_("Without the name, telephone or door number of the resident."),
    )


class AnswerForm(SummaryForm):
    """The one reply."""

    reply = forms.CharField(label=_("Reply"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind == Kind.OBJECTION:
            self.fields["outcome"].choices = [
                (Outcome.UPHELD, Outcome.UPHELD.label),
                (Outcome.NOT_UPHELD, Outcome.NOT_UPHELD.label),
            ]
        else:
            del self.fields["outcome"]
