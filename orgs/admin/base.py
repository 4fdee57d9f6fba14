"""What every page of the administration shares: scope, refusals as form errors, tools with a page of their own."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from audit.errors import Refused
from orgs.models.words import labels
from orgs.permissions import PowerMissing, administration
from orgs.powers import Power


class ScopedAdmin(admin.ModelAdmin):
    """A list of what lies in the scope of the person's power.

    Subclasses name `tool_views`: {url word: method name}; a tool is a view of one object with its own page.
    """

    power = Power.MANAGE_TERMS
    path_field = "path"
    actions = None
    show_full_result_count = False
    list_per_page = 50
    change_form_template = "admin/orgs/change_form.html"
    tool_views = {}

    def held(self, request):
        """Where the person may administer."""
        return administration(request.user, self.power, on=request.today)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(self.in_scope(self.held(request)))

    def in_scope(self, held):
        return held.q(self.path_field)

    def has_module_permission(self, request):
        return bool(self.held(request))

    def has_view_permission(self, request, obj=None):
        # An object outside the scope is not in the queryset.
        return bool(self.held(request))

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_or_change_permission(self, request, obj=None):
        return self.has_view_permission(request, obj)

    def construct_change_message(self, request, form, formsets, add=False):
        """The columns that changed, in the words of the model: a form capitalises them, which has no Chinese."""
        message = super().construct_change_message(request, form, formsets, add)
        for part in message:
            if set(part) == {"changed"} and set(part["changed"]) == {"fields"}:
                part["changed"]["fields"] = labels(self.model, form.changed_data)
        return message

    # Refusals

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A refusal of the action is shown above the form, with everything that was typed."""
        if object_id and (obj := self.get_object(request, object_id)):
            extra_context = {**(extra_context or {}), "tools": self.tools(request, obj)}
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, PowerMissing) as refused:
            request.refusal = str(refused)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        class Refusing(form):
            def clean(self):
                self.add_error(None, refusal)
                return super().clean()

        return Refusing

    # Tools

    def get_urls(self):
        own = [
            path(f"<int:pk>/{word}/", self.admin_site.admin_view(self._tool(method)), name=self._tool_name(word))
            for word, method in self.tool_views.items()
        ]
        return own + super().get_urls()

    def _tool(self, method):
        def view(request, pk):
            obj = self.get_object(request, str(pk))
            if obj is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
            return getattr(self, method)(request, obj)

        return view

    def tools(self, request, obj):
        """[(label, url)] shown above the form of `obj`."""
        return []

    def tool_url(self, word, obj):
        return reverse(f"admin:{self._tool_name(word)}", args=[obj.pk])

    def _tool_name(self, word):
        return f"{self.opts.app_label}_{self.opts.model_name}_{word}"

    def tool_page(self, request, obj, title, *, form=None, formset=None, facts=(), lists=(), refusal="", button=""):
        """The page of a tool: what would happen, a form, and a button unless there is a `refusal`."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": title,
            "form": form,
            "formset": formset,
            "facts": facts,
            "lists": lists,
            "refusal": refusal,
            "button": button,
            "back": self.change_url(obj),
            "media": self.media
            + (form.media if form else forms.Media())
            + (formset.media if formset else forms.Media()),
        }
        return TemplateResponse(request, "admin/orgs/tool.html", context, status=409 if refusal and form else 200)

    def change_url(self, obj):
        return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])

    def done(self, request, obj, text):
        """Back to the page of `obj` with a message."""
        messages.success(request, text)
        return HttpResponseRedirect(self.change_url(obj))


def column(name, title):
    """A column of the field `name` of a model that has no words of its own for it."""

    @admin.display(description=title, ordering=name)
    def value(self, row):
        shown = getattr(row, f"get_{name}_display", None)
        return shown() if shown else getattr(row, name)

    return value


def titled(base, title):
    """The list filter `base` under a title, for such a field."""
    return type("Titled", (base,), {"title": property(lambda self: title, lambda self, name: None)})


class ListAdmin(ScopedAdmin):
    """A list to look at. Nothing is added, changed or deleted, and no row has a page of its own here.

    It shows facts and states; of texts only what everyone may read, because who keeps terms need not see the rest.
    """

    list_display_links = None

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=name)]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows shown with their owner; they are written elsewhere."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission
