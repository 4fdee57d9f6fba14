"""The form above the list of what is due below. (`governance/forms.py` draws every form.)"""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class BelowFilter(forms.Form):
    """Which of the items to show. Unknown values are ignored."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    overdue = forms.BooleanField(label=_("overdue only"), required=False)

    def __init__(self, data, *, units):
        super().__init__(data)
        self.fields["unit"].choices = [("", gettext("all")), *((unit, unit) for unit in units)]

    def takes(self, item, on):
        """Whether the DeskItem `item` was asked for on the day `on`."""
        self.is_valid()
        given = self.cleaned_data
        return (not given.get("unit") or given["unit"] == item.unit) and (
            not given.get("overdue") or item.is_overdue(on)
        )

    @property
    def narrows(self):
        """Whether anything was chosen."""
        self.is_valid()
        return any(self.cleaned_data.values())
