"""Fields and controls that several forms share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.actions import checked_file
from audit.errors import Refused
from audit.files import ACCEPT
from audit.log import codes
from disclosure import guard


class CodeField(forms.CharField):
    """A code of ten characters that somebody holds on paper, typed; its value is as it is kept."""

    def __init__(self, *, mistyped, **kwargs):
        self.mistyped = mistyped
        kwargs.setdefault(
            "help_text", _("Ten letters and figures, such as 7KM3P-X9Q4T. Capitals or not, it does not matter.")
        )
        typing = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=typing), **kwargs)

    def clean(self, value):
        text = super().clean(value)
        try:
            return codes.read(text)
        except codes.Mistyped as error:
            length = len(codes.plain(text))
            said = _("It has 10 characters; you entered %(number)s.") % {"number": length}
            raise forms.ValidationError(said if error.reason == "length" else self.mistyped) from None


class PublicReasonField(forms.CharField):
    """A reason that everyone reads. Its form names the `unit`, whose telephones may stand there."""

    unit = None

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("help_text", _("Everyone reads it: no names and no telephone numbers."))
        super().__init__(max_length=300, **kwargs)

    def validate(self, value):
        super().validate(value)
        if reason := guard.why_not_public(self.unit, value):
            raise forms.ValidationError(reason, code="personal")


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


class UploadField(forms.FileField):
    """A file of a kind that is kept, judged by its content; its value is a `Checked` file, as `store` takes it."""

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        try:
            return upload and checked_file(upload)
        except Refused as error:
            raise forms.ValidationError(str(error)) from None


class FilesField(UploadField):
    """Several uploads as a list of `Checked` files; each one that is not right is named."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": ACCEPT}))
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault("help_text", _("Images, PDF, Word, Excel or CSV, at most 20 MB each."))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        single = super().clean
        if not data:
            return [] if not self.required else [single(data, initial)]
        checked, faults = [], []
        for one in data if isinstance(data, (list, tuple)) else [data]:
            try:
                checked.append(single(one, initial))
            except forms.ValidationError as error:
                faults += [f"{one.name}：{message}" for message in error.messages]
        if faults:
            raise forms.ValidationError(faults)
        return checked
