"""Controls that the forms of all apps share."""

from django import forms


class DayInput(forms.DateInput):
    """A control for a day. Browsers show a day that is given only in this format, whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)
