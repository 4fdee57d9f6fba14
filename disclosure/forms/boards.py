"""What residents and staff look for among notices."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disclosure import catalogue
from disclosure.enums import Board
from disclosure.forms.fields import FilterForm

_NUMBER = re.compile(r"^\D{0,12}?(?:〔?(?P<year>20\d\d)〕?)?\s*(?P<serial>\d{1,4})\s*号?$")


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
