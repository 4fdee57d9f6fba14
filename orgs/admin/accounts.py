"""Accounts with their printed one-time links; the grants, to look at."""

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.errors import Refused
from orgs import actions
from orgs.actions.accounts import LINK_DAYS
from orgs.admin.base import ScopedAdmin
from orgs.admin.people import person_field
from orgs.models import Term, UnitGrant, User
from orgs.permissions import EVERYWHERE, PowerMissing
from orgs.powers import Power


class AccountForm(forms.ModelForm):
    """A new account: for whom, and its name."""

    person = person_field()

    class Meta:
        model = User
        fields = ["person", "username", "is_staff"]


@admin.register(User)
class UserAdmin(ScopedAdmin):
    list_display = ["username", "person", "is_active", "is_staff", "last_login"]
    list_select_related = ["person"]
    search_fields = ["username", "person__name"]
    tool_views = {"reset": "reset", "second-factor": "second_factor", "close": "close", "reopen": "reopen"}

    def in_scope(self, held):
        """Accounts of persons with a term in the scope, or with none anywhere yet."""
        if held == EVERYWHERE:
            return Q()
        own = Term.objects.filter(person__user=OuterRef("pk"))
        return Q(person__isnull=False) & (Exists(own.filter(held.q("body__unit__path"))) | ~Exists(own))

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = AccountForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["person", "username", "is_staff"]
        return [
            "username",
            "person",
            "is_active",
            "is_staff",
            "keeps_everything",
            "last_login",
            "created_at",
            "second_factor_at",
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.get_fields(request, obj)

    # Django's own words for it promise every power.
    @admin.display(description=gettext_lazy("keeps all units and accounts (no other power)"), boolean=True)
    def keeps_everything(self, user):
        return user.is_superuser

    def save_model(self, request, obj, form, change):
        if not change:
            facts = {name: form.cleaned_data[name] for name in ("person", "username", "is_staff")}
            user, request.token = actions.create_account(by=request.user, at=request.at, **facts)
            obj.pk = user.pk

    def response_add(self, request, obj, post_url_continue=None):
        return self.link_page(request, obj, request.token)

    def tools(self, request, obj):
        if not obj.is_active:
            return [(_("Reopen"), self.tool_url("reopen", obj))]
        factor = [(_("Remove the second factor"), self.tool_url("second-factor", obj))] if obj.second_factor_at else []
        return [
            (_("New one-time link"), self.tool_url("reset", obj)),
            *factor,
            (_("Close"), self.tool_url("close", obj)),
        ]

    def link_page(self, request, user, token):
        """The link for printing, shown this once: the portal keeps only its hash."""
        url = (settings.PORTAL_URL or f"{request.scheme}://{request.get_host()}") + reverse("first_login", args=[token])
        code = segno.make(url, error="m").svg_inline(scale=4, border=2, svgclass=None, lineclass=None, omitsize=False)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": _("One-time link for %(person)s") % {"person": user},
            "account": user,
            "url": url,
            "code": mark_safe(code),  # made by segno from our own address
            "days": LINK_DAYS,
            "back": self.change_url(user),
        }
        response = TemplateResponse(request, "admin/orgs/link.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _confirm(self, request, user, title, button, verb, text):
        refusal = ""
        if request.method == "POST":
            try:
                result = verb(user=user, by=request.user, at=request.at)
                return self.link_page(request, user, result) if text is None else self.done(request, user, text)
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        facts = [(_("account"), user.username), (_("person"), getattr(user, "person", ""))]
        return self.tool_page(request, user, title, facts=facts, refusal=refusal, button=(button, "confirm"))

    def reset(self, request, user):
        title = _("Take the password away and print a new link")
        if user == request.user:
            title = _("This is your own account: you are logged out at once, and only the new link lets you in again")
        return self._confirm(request, user, title, _("New one-time link"), actions.reset_account, None)

    def second_factor(self, request, user):
        title = _("Remove the second factor: telephone and recovery codes are lost, and you know the person")
        done = _("The second factor is removed. The password alone opens the account until a new one is set up.")
        return self._confirm(request, user, title, _("Remove the second factor"), actions.reset_second_factor, done)

    def close(self, request, user):
        title = _("Close the account %(account)s") % {"account": user.username}
        return self._confirm(request, user, title, _("Close"), actions.close_account, _("The account is closed."))

    def reopen(self, request, user):
        title = _("Reopen the account %(account)s") % {"account": user.username}
        return self._confirm(request, user, title, _("Reopen"), actions.reopen_account, _("The account is open again."))


@admin.register(UnitGrant)
class UnitGrantAdmin(ScopedAdmin):
    """What follows from the terms. Only `sync_grants` writes it."""

    path_field = "content_object__path"
    list_display = fields = ["account", "power_label", "unit", "reach", "held_term"]
    readonly_fields = ["account", "power_label", "unit", "held_term"]
    list_select_related = ["user__person", "permission", "content_object", "term__person", "term__body"]
    search_fields = ["user__username", "term__person__name", "content_object__name"]

    @admin.display(description=gettext_lazy("account"), ordering="user")
    def account(self, grant):
        return grant.user

    @admin.display(description=gettext_lazy("term"), ordering="term")
    def held_term(self, grant):
        return grant.term

    @admin.display(description=gettext_lazy("power"))
    def power_label(self, grant):
        return Power(grant.permission.codename).label

    @admin.display(description=gettext_lazy("unit"), ordering="content_object__path")
    def unit(self, grant):
        return grant.content_object

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
