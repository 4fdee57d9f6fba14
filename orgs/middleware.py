"""Who is not logged in is led to the login; who was given a password must choose their own before anything else."""

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.shortcuts import redirect
from django.utils.translation import gettext as _

EXEMPT = ("password_change", "logout")


class LoginMiddleware(LoginRequiredMiddleware):
    """Django's, with a word to who sends a form after the login has ended."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            messages.warning(
                request, _("You were logged out meanwhile, and what you sent was not saved. Log in again.")
            )
        return super().handle_no_permission(request, view_func)


class PasswordChoiceMiddleware:
    """Leads an account with `must_change_password` to the page of passwords, from every page that needs a login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Public pages do not ask who is there: they may come from a cache.
        if not getattr(view, "login_required", True) or request.resolver_match.url_name in EXEMPT:
            return None
        if request.user.is_authenticated and request.user.must_change_password:
            return redirect("password_change")
        return None
