"""Fields and controls that several forms share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.files import ACCEPT


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
