"""Forms of the login and password pages."""

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("At least 10 characters, not digits alone, no common word and nothing like your account.")


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
