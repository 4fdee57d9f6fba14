"""Who is not logged in is led to the login; who owes a password or a second factor sees to that first."""

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from orgs import unsent

# What an account owes, in this order: (how it is asked, the page that settles it, the pages that stay open).
DUTIES = (
    ("must_change_password", "password_change", ("password_change", "logout")),
    (
        "owes_second_factor",
        "second_factor_setup",
        ("second_factor_setup", "second_factor_qr", "password_change", "logout"),
    ),
)


class LoginMiddleware(LoginRequiredMiddleware):
    """Django's, with a word to who sends a form after the login has ended."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            if unsent.keep(request):
                said = _("You were logged out meanwhile. What you wrote is kept: log in again and save it.")
            else:
                said = _("You were logged out meanwhile, and what you sent was not saved. Log in again.")
            messages.warning(request, said)
        return super().handle_no_permission(request, view_func)


class DutyMiddleware:
    """Leads an account that owes something to the page for it, from every page that needs a login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Public pages do not ask who is there: they may come from a cache.
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        for owes, page, open_pages in DUTIES:
            if getattr(request.user, owes):
                return None if request.resolver_match.url_name in open_pages else redirect(page)
        return None
