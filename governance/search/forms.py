"""What somebody looks for."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from disclosure import catalogue
from disclosure.enums import Board
from governance.models import Kind
from governance.search.text import MOST_CHARACTERS

YEARS = 8


class SearchForm(forms.Form):
    """Words, a place, a kind, a board and its items, a year, an order. What is not offered counts as not chosen."""

    q = forms.CharField(label=gettext_lazy("Words to look for"), required=False, max_length=MOST_CHARACTERS)
    unit = forms.ChoiceField(label=pgettext_lazy("filter", "Place"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("filter", "Kind"), required=False)
    board = forms.ChoiceField(label=pgettext_lazy("filter", "Board"), required=False)
    item = forms.ChoiceField(label=pgettext_lazy("notice", "Item"), required=False)
    year = forms.ChoiceField(label=pgettext_lazy("filter", "Year"), required=False)
    order = forms.ChoiceField(label=pgettext_lazy("filter", "Order"), required=False)

    def __init__(self, data, *, places, today, public_only):
        super().__init__(data)
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs["autocomplete"] = "off"
        self.fields["unit"].choices = [("", _("Everywhere")), *((unit.code, unit.name) for unit in places)]
        self.fields["kind"].choices = [("", _("Everything")), *Kind.choices]
        self.fields["board"].choices = [("", _("All boards")), *Board.choices]
        if (board := data.get("board", "")) in Board.values:
            items = catalogue.choices(board, public_only=public_only)
            self.fields["item"].choices = [("", _("All items")), *items]
        else:
            del self.fields["item"]  # offered once a board is chosen: there are ninety
        years = range(today.year, today.year - YEARS, -1)
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]
        self.fields["order"].choices = [
            ("", pgettext("order", "Best first")),
            ("new", pgettext("order", "Newest first")),
        ]
        self.is_valid()

    def chosen(self, name):
        """The value of a field, or "" when it is none that is offered."""
        return self.cleaned_data.get(name, "")

    @property
    def query(self):
        """What was typed, cut to the length that is searched."""
        return self.data.get("q", "")[:MOST_CHARACTERS].strip()
