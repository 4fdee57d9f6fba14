"""The administration: for who keeps units or terms, each within the own scope. It has no login page of its own."""

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.permissions import administration
from orgs.powers import Power

# Django's groups, because powers come from terms alone; the secrets of second factors, because nobody may read them.
CLOSED = {"auth", "otp_totp", "otp_static"}


class PortalAdmin(AdminSite):
    """No step, ballot, notice or amount is changed here; no row is deleted here."""

    site_title = site_header = gettext_lazy("Administration")
    index_title = gettext_lazy("Units, people, terms and accounts")

    def has_permission(self, request):
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return any(administration(user, power, on=request.today) for power in (Power.MANAGE_UNITS, Power.MANAGE_TERMS))

    def register(self, model_or_iterable, admin_class=None, **options):
        """All but what stays closed."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([model for model in models if model._meta.app_label not in CLOSED], admin_class, **options)

    # Open to everyone: it only leads to the one login page, or says why the administration stays closed.
    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        if request.user.is_authenticated:
            raise PermissionDenied(_("The administration is for those who keep units, terms and accounts."))
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
