"""Forms of a draft: a new notice, a correction, its files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from disclosure import clocks, periods, permissions
from disclosure.enums import Board, Frequency
from disclosure.forms.fields import FilesField, PublicReasonField
from orgs.models import Body

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
        max_value=1000,
        widget=forms.NumberInput(attrs={"min": 1}),
        help_text=_("Left empty: as the catalogue says. At least 15 days for most items."),
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

    def __init__(self, *args, least=None, usual=None, **kwargs):
        """`least`: the fewest days on display that its item asks for, `usual`: those of a form that leaves them empty;
        None: its item is chosen in the form.
        """
        super().__init__(*args, **kwargs)
        self.least, self.usual = least, usual
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

    def clean_display_days(self):
        days = self.cleaned_data["display_days"]
        if None not in (days, self.least) and (reason := permissions.display_long_enough(days, self.least)):
            raise forms.ValidationError(reason, code="min_value")
        return days

    def clean(self):
        data = super().clean()
        self._window_fits(self.usual)
        return data

    def _window_fits(self, usual):
        """The days for objections end with those on display, which are `usual` where none are given."""
        days, window = self.cleaned_data.get("display_days") or usual, self.cleaned_data.get("window_days")
        if days and window and window > days and "display_days" not in self.errors:
            reason = _("The days for objections end with those on display: at most %(days)s.") % {"days": days}
            self.add_error("window_days", reason)

    def clean_source(self):
        if self.cleaned_data["source"]:
            raise forms.ValidationError(_("Press “Take the text over” to put the text of the file into the field."))


# How many periods before the present one a notice may be drafted for.
_PERIODS_BACK = {Frequency.MONTH: 12, Frequency.QUARTER: 6, Frequency.HALF_YEAR: 4, Frequency.YEAR: 3}


class SubjectForm(DraftForm):
    """A draft and what it is about: which item it discloses, for which period, in whose name."""

    item = forms.ChoiceField(label=_("What is disclosed"))
    period = forms.ChoiceField(
        label=_("For the period"),
        required=False,
        help_text=_("Only for what is disclosed regularly. With it, the calendar knows that this duty is done."),
    )
    issuer = forms.ModelChoiceField(
        label=_("Issued by"), queryset=Body.objects.none(), empty_label=_("Choose who issues it")
    )
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
        self.fields["issuer"].label_from_instance = lambda body: f"{body.name}（{body.unit.name}）"
        self.fields["item"].choices = [
            ("", _("Choose an item")),
            *((Board(board).label, self._choices(board)) for board in boards),
        ]

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

    def _too_few(self, days, row):
        """Why these days on display are too few for `row`, or for every item while none is chosen; None if not."""
        if days is None:
            return None
        if row:
            return permissions.display_long_enough(days, row.min_display)
        fewest = (item.min_display for own in self.kept.values() for item in own.values())
        least = min(fewest, default=clocks.DISPLAY_DAYS)
        if days >= least:
            return None
        return _("The display period must be at least %(days)s days, for most items %(usual)s.") % {
            "days": least,
            "usual": clocks.DISPLAY_DAYS,
        }

    def clean(self):
        """All that does not fit the item is said at once, each beside its field."""
        data = super().clean()
        data["period"] = periods.parse(data.get("period"))
        issuer, days = data.get("issuer"), data.get("display_days")
        data["row"] = row = self.chosen()[0] if data.get("item") else None
        reasons = {"display_days": self._too_few(days, row)}
        if row:
            self._window_fits(row.display_days)
            reasons["period"] = permissions.fits_item(data["period"], row)
            reasons["issuer"] = issuer and permissions.fits_issuer(issuer, row)
        elif data.get("item"):
            reasons["item"] = _("This item is not in the catalogue of %(unit)s.") % {"unit": issuer.unit}
        for name, reason in reasons.items():
            if reason:
                self.add_error(name, reason)
        return data


class NewNoticeForm(SubjectForm):
    """A notice from nothing, with its first files."""

    files = FilesField(required=False)

    def __init__(self, *args, issuers, **kwargs):
        super().__init__(*args, issuers=issuers, **kwargs)
        self._narrow(issuers)

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


class CorrectionForm(DraftForm):
    """A new version with the reason for it."""

    reason = PublicReasonField(label=_("Reason of the correction"))
    field_order = ["reason", "title", "text", "source", "display_days", "window_days"]

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].unit = unit


class AddFilesForm(forms.Form):
    """More files for a draft."""

    files = FilesField(required=True)
