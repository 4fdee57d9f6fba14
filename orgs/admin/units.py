"""The tree of units: level by level, search, telephones, move with preview, close."""

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.actions import record
from audit.errors import Refused
from orgs import actions
from orgs.admin.base import ReadOnlyInline, ScopedAdmin
from orgs.admin.imports import ImportAdmin
from orgs.enums import Level
from orgs.imports import UNITS
from orgs.models import Body, OrgUnit, Phone
from orgs.permissions import EVERYWHERE, PowerMissing
from orgs.powers import Power

PARENT = "parent__id__exact"


class LevelByLevel(ChangeList):
    """Without a search or a parent the list shows the top of what the person administers."""

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        if self.query or PARENT in request.GET:
            return rows
        held = self.model_admin.held(request)
        if held == EVERYWHERE:
            return rows.filter(parent=None)
        return rows.filter(Q(path__in=[*held.units, *held.trees]))


class PhoneInline(admin.TabularInline):
    """Telephones of the office. A wrong number can be taken away; the change is recorded."""

    model = Phone
    extra = 1

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class BodyInline(ReadOnlyInline):
    model = Body
    fields = readonly_fields = ["name", "kind", "established_on", "dissolved_on"]


class MoveForm(forms.Form):
    """Where to; typed as a code, because a list of all units would be long."""

    parent = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        to_field_name="code",
        widget=forms.TextInput,
        label=gettext_lazy("Code of the unit above"),
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units
        self.fields["parent"].error_messages["invalid_choice"] = _("There is no such unit in your area.")


@admin.register(OrgUnit)
class OrgUnitAdmin(ImportAdmin, ScopedAdmin):
    importer = UNITS
    power = Power.MANAGE_UNITS
    list_display = ["code", "opens", "kind", "below", "closed_on"]
    list_display_links = ["code"]
    ordering = ["code"]
    search_fields = ["name"]
    search_help_text = gettext_lazy("Part of the name, the beginning of the code, or pinyin initials")
    change_list_template = "admin/orgs/unit_list.html"
    raw_id_fields = ["parent"]
    fields = [
        "parent",
        "level",
        "kind",
        "code",
        "name",
        "short_name",
        "households",
        "residents",
        "address",
        "office_hours",
        "opened_on",
        "closed_on",
    ]
    tool_views = {"move": "move", "close": "close"}

    def get_queryset(self, request):
        below = OrgUnit.objects.filter(parent=OuterRef("pk")).order_by().values("parent").annotate(number=Count("pk"))
        return super().get_queryset(request).annotate(number_below=Subquery(below.values("number")))

    def get_changelist(self, request, **kwargs):
        return LevelByLevel

    def get_search_results(self, request, queryset, search_term):
        word = search_term.strip()
        if not word or "\x00" in word:
            return queryset, False
        if word.isascii():
            return queryset.filter(Q(code__startswith=word.upper()) | Q(initials__startswith=word.lower())), False
        return queryset.containing(word), False

    def changelist_view(self, request, extra_context=None):
        parent = self.get_object(request, request.GET.get(PARENT, ""))
        trail = [*OrgUnit.objects.ancestors_of(parent), parent] if parent else []
        return super().changelist_view(request, {**(extra_context or {}), "trail": trail, "parent": parent})

    @admin.display(description=pgettext_lazy("of a thing", "name"), ordering="name")
    def opens(self, unit):
        """The name, leading to the units below it."""
        if not unit.number_below:
            return unit.name
        return format_html('<a href="?{}={}">{}</a>', PARENT, unit.pk, unit.name)

    @admin.display(description=gettext_lazy("units below"))
    def below(self, unit):
        return unit.number_below or ""

    def get_readonly_fields(self, request, obj=None):
        return ["closed_on"] if obj is None else ["parent", "level", "code", "closed_on"]

    def get_inlines(self, request, obj):
        return [] if obj is None else [PhoneInline, BodyInline]

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        parent = self.get_object(request, request.GET.get("parent", ""))
        if parent:
            initial |= {"level": min(parent.level + 1, Level.BUILDING), "code": parent.code}
        return initial

    def save_model(self, request, obj, form, change):
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            actions.change_unit(unit=obj, facts=facts, by=request.user, at=request.at)
        else:
            actions.open_unit(unit=obj, by=request.user, at=request.at)

    def save_formset(self, request, form, formset, change):
        rows = formset.save()
        if rows or formset.deleted_objects:
            data = {
                "now": [f"{row.label} {row.number}" for row in rows],
                "gone": [f"{row.label} {row.number}" for row in formset.deleted_objects],
            }
            unit = form.instance
            record(by=request.user, verb="phones_changed", obj=unit, at=request.at, path=unit.path, data=data)

    def tools(self, request, obj):
        listed = reverse("admin:orgs_orgunit_changelist")
        add = reverse("admin:orgs_orgunit_add")
        add_body = reverse("admin:orgs_body_add")
        return [
            (_("Units below"), f"{listed}?{PARENT}={obj.pk}"),
            (_("Add a unit below"), f"{add}?parent={obj.pk}"),
            (_("Add a body"), f"{add_body}?unit={obj.pk}"),
            (_("Move"), self.tool_url("move", obj)),
            (_("Close"), self.tool_url("close", obj)),
            (_("Composition of its bodies"), reverse("composition", args=[obj.code])),
        ]

    def move(self, request, unit):
        """First the preview, then the move."""
        form = MoveForm(request.POST or None, units=self.get_queryset(request))
        facts, refusal = [], ""
        if request.method == "POST" and form.is_valid():
            preview = actions.preview_move(unit, form.cleaned_data["parent"], on=request.today)
            refusal = preview.reason or ""
            if not refusal and "confirm" in request.POST:
                try:
                    actions.move_unit(unit=unit, parent=preview.parent, by=request.user, at=request.at)
                    return self.done(request, unit, _("The unit has been moved."))
                except (Refused, PowerMissing) as refused:
                    refusal = str(refused)
            facts = [
                (_("From"), " › ".join(str(place) for place in preview.old_place)),
                (_("To"), " › ".join(str(place) for place in preview.new_place)),
                (_("Units that move, with this one"), preview.units),
                (_("Bodies of these units"), preview.bodies),
                (_("Running terms whose powers move along"), preview.running_terms),
            ]
        button = _("Move now") if facts and not refusal else _("Show what would change")
        return self.tool_page(
            request,
            unit,
            _("Move %(unit)s") % {"unit": unit},
            form=form,
            facts=facts,
            refusal=refusal,
            button=(button, "confirm" if facts and not refusal else "preview"),
        )

    def close(self, request, unit):
        """What stands in the way, or what closing does; then the closing."""
        if request.method == "POST":
            try:
                actions.close_unit(unit=unit, by=request.user, at=request.at)
                return self.done(request, unit, _("The unit is closed."))
            except (Refused, PowerMissing) as refused:
                self.message_user(request, str(refused), level="ERROR")
        closing = actions.preview_close(unit, on=request.today)
        return self.tool_page(
            request,
            unit,
            _("Close %(unit)s") % {"unit": unit},
            lists=[
                (_("Open units below"), closing.children),
                (_("Running terms"), [f"{term.body}: {term}" for term in closing.terms]),
                (_("Bodies that are dissolved with it"), closing.bodies),
            ],
            refusal=closing.reason or "",
            button="" if closing.reason else (_("Close from today on"), "confirm"),
        )
