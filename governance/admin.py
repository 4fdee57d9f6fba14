"""The layouts of exports: a street chooses the columns of each list, their headings and their order."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from governance.exports import EXPORTS
from orgs import actions
from orgs.admin.base import ScopedAdmin
from orgs.enums import Level
from orgs.models import ExportLayout, LayoutColumn, OrgUnit
from orgs.powers import Power

LISTS = [(export.key, export.title) for export in EXPORTS.values()]


class LayoutForm(forms.ModelForm):
    """Whose layout, of which list. Both stay as they are once it is made."""

    sheet = forms.ChoiceField(label=_("list"), choices=[("", "---------"), *LISTS])


class ColumnFormSet(forms.BaseInlineFormSet):
    """The columns of one list, each under a heading of its own."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        export, seen = EXPORTS[self.instance.sheet], set()
        for form in self.forms:
            given = form.cleaned_data
            if not given.get("key") or given.get("DELETE"):
                continue
            heading = given["heading"].strip() or str(export.field(given["key"]).heading)
            if heading in seen:
                form.add_error("heading", _("Another column has this heading."))
            seen.add(heading)


class ColumnInline(admin.TabularInline):
    """One row for each column; a row without its tick for deletion is in the sheet."""

    model = LayoutColumn
    formset = ColumnFormSet
    fields = ["position", "key", "heading"]
    extra = 2

    def get_formset(self, request, obj=None, **kwargs):
        """Only columns that the list has."""
        choices = [("", "---------"), *((field.key, field.heading) for field in EXPORTS[obj.sheet].fields)]
        column = forms.ChoiceField(label=_("column"), choices=choices)
        own = type("ColumnForm", (forms.ModelForm,), {"key": column})
        return super().get_formset(request, obj, form=own, **kwargs)

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(ExportLayout)
class ExportLayoutAdmin(ScopedAdmin):
    power = Power.MANAGE_UNITS
    path_field = "unit__path"
    form = LayoutForm
    fields = ["unit", "sheet"]
    list_display = ["unit", "title"]
    list_select_related = ["unit"]

    @admin.display(description=_("list"))
    def title(self, layout):
        return EXPORTS[layout.sheet].title if layout.sheet in EXPORTS else layout.sheet

    def get_queryset(self, request):
        """Those of lists that the portal still has."""
        return super().get_queryset(request).filter(sheet__in=EXPORTS)

    def get_fields(self, request, obj=None):
        return self.fields if obj is None else ["unit", "title"]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else ["unit", "title"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **({} if obj is None else {"form": forms.ModelForm}), **kwargs)

    def get_inlines(self, request, obj):
        return [] if obj is None else [ColumnInline]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        streets = OrgUnit.objects.filter(self.held(request).q(), level=Level.STREET).open_on(request.today)
        return super().formfield_for_foreignkey(db_field, request, queryset=streets, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            usual = [(field.key, "") for field in EXPORTS[obj.sheet].fields]
            actions.add_layout(layout=obj, columns=usual, by=request.user, at=request.at)

    def save_formset(self, request, form, formset, change):
        formset.save()
        if formset.has_changed():
            actions.note_layout(layout=form.instance, verb="layout_changed", by=request.user, at=request.at)

    def response_add(self, request, obj, post_url_continue=None):
        """On to the columns."""
        return HttpResponseRedirect(self.change_url(obj))

    def has_delete_permission(self, request, obj=None):
        return self.has_view_permission(request, obj)

    def delete_model(self, request, obj):
        actions.remove_layout(layout=obj, by=request.user, at=request.at)

    def get_deleted_objects(self, objs, request):
        """What Django would list needs no permission of its own: the columns go with their layout."""
        return [str(obj) for obj in objs], {}, set(), []
