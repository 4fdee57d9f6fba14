"""Forms of the pages for login, password and second factor, the filter of the list of terms; rows of other forms."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("At least 10 characters, not digits alone, no common word and nothing like your account.")


class Rows(forms.BaseFormSet):
    """Rows of a form. What a browser never sends, a number of rows that cannot be, is refused in our own words."""

    def full_clean(self):
        super().full_clean()
        if self._non_form_errors:
            self._non_form_errors = self.error_class([_("The rows did not arrive whole. Please open the page again.")])


class LoginForm(AuthenticationForm):
    """Account and password. It does not tell which of the two was wrong."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The account or the password is not right. After five wrong tries you have to wait."),
    }

    def clean_username(self):
        """The account, no longer than any is: the log of failed logins holds no more."""
        return self.cleaned_data["username"][: self.username_field.max_length]


class _NewPassword:
    """Plain words for the two fields of a new password."""

    error_messages = {"password_mismatch": _("The two passwords are not the same.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = PASSWORD_HINT
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""


class FirstPasswordForm(_NewPassword, SetPasswordForm):
    """The password that the owner of a one-time link chooses."""


class ChangePasswordForm(_NewPassword, PasswordChangeForm):
    """A new password, with the old one."""

    error_messages = {
        **_NewPassword.error_messages,
        "password_incorrect": _("The old password is not right."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Old password")


class TermFilter(forms.Form):
    """Which terms of a unit to show. Unknown values are ignored."""

    STATES = {
        "": lambda on: Q(ended_on=None) | Q(ended_on__gt=on),
        "overdue": lambda on: (Q(ended_on=None) | Q(ended_on__gt=on)) & Q(due_on__lte=on),
        "ended": lambda on: Q(ended_on__lte=on),
        "all": lambda on: Q(),
    }

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    body = forms.ChoiceField(label=pgettext_lazy("term", "Body"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("in office")),
            ("overdue", _("in office until handover")),
            ("ended", _("left office")),
            ("all", _("all")),
        ],
    )
    below = forms.BooleanField(label=_("with the units below"), required=False)

    def __init__(self, data, *, bodies):
        super().__init__(data)
        self.fields["body"].choices = [("", gettext("all")), *((str(body.pk), body.name) for body in bodies)]

    def condition(self, unit, on):
        """The rows of `Term` that were asked for: of `unit`, on the day `on`."""
        self.is_valid()
        given = self.cleaned_data
        condition = self.STATES[given.get("state", "")](on) & Q(person__name__icontains=given.get("name", ""))
        if given.get("body"):
            return condition & Q(body=given["body"])
        if given.get("below"):
            return condition & Q(body__unit__path__gte=unit.path, body__unit__path__lt=unit.path[:-1] + "0")
        return condition & Q(body__unit=unit)

    @property
    def narrows(self):
        """Whether anything was chosen."""
        return any(self.cleaned_data.values())


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code where one opens as well."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("6 digits from the authenticator app, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


class AppCodeForm(CodeForm):
    """The code that the app shows, which proves that it has the secret."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The 6 digits that the app shows now.")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
