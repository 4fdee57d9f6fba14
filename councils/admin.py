"""The procedures of streets in the administration: built from the parts of those in the code, and checked like them."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.errors import Refused
from councils.actions.procedures import (
    define_procedure,
    end_procedure,
    field_errors,
    why_not_changeable,
    why_not_sound,
)
from councils.models import LocalProcedure, LocalStep
from councils.procedures.local import LAST_PARTS, PARTS
from councils.procedures.parts import FITTING
from councils.procedures.steps import At
from councils.voting import versions_of
from orgs.admin.base import ScopedAdmin
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.offices import BODY_KINDS
from orgs.permissions import PowerMissing
from orgs.powers import Power
from orgs.widgets import DayInput

# Rows offered for a new procedure before those that every one ends with, and empty ones behind.
FIRST_PARTS = ("suggest", "propose", "consult")
EMPTY_ROWS = 2
MOST_ROWS = 24
# What nobody chooses where the law says who does a step, with what is offered there.
LEFT_ALONE = {"at": At.HERE.value, "alternative": False, "rule": "", "audience": ""}
STEP_FIELDS = ["position", "part", "label", "body_kind", "at", "alternative", "rule", "audience", "with_before"]


class StepForm(forms.ModelForm):
    """One row. It counts as soon as it says which step it is, even where it was offered so."""

    part = forms.ChoiceField(
        label=gettext_lazy("step"), choices=[("", "—"), *((part.key, part.title) for part in PARTS.values())]
    )
    body_kind = forms.ChoiceField(
        label=gettext_lazy("held by"),
        required=False,
        choices=[("", gettext_lazy("as the law says")), *((key, BODY_KINDS[key].title) for key in FITTING)],
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("voting rule"),
        required=False,
        choices=[
            ("", gettext_lazy("the usual one")),
            *((key, versions_of(key)[0].title) for key in dict.fromkeys(k for keys in FITTING.values() for k in keys)),
        ],
    )

    class Meta:
        model = LocalStep
        fields = STEP_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label  # a cell has no label of its own

    def has_changed(self):
        return bool(self.data.get(self.add_prefix("part"))) if self.is_bound else super().has_changed()

    def clean(self):
        given = super().clean()
        part = PARTS.get(given.get("part"))
        if part and part.fixed and given.get("body_kind"):
            self.add_error("body_kind", _("The law says who does this; leave it empty."))
        elif part and not part.fixed and not given.get("body_kind"):
            self.add_error("body_kind", _("Say which body holds this step."))
        for name, usual in LEFT_ALONE.items() if part and part.fixed else ():
            if given.get(name, usual) != usual:
                self.add_error(name, _("The law fixes this; leave it as it was offered."))
        return given


class StepFormSet(forms.BaseInlineFormSet):
    """The rows of one procedure; together they are checked as the procedures in the code are."""

    @property
    def steps(self):
        """The LocalSteps in their order."""
        rows = [form for form in self.forms if form.has_changed() and not self._should_delete_form(form)]
        return [form.instance for form in sorted(rows, key=lambda form: form.cleaned_data.get("position") or 0)]

    def get_unique_error_message(self, unique_check):
        """Django would name the column."""
        return _("Two rows have the same number in the order.")

    def clean(self):
        super().clean()
        if any(self.errors) or not self.instance.place or not self.instance.in_force_from:
            return
        reasons = why_not_sound(self.instance, self.steps)
        if reasons:
            raise forms.ValidationError([forms.ValidationError(reason) for reason in reasons])


class StepInline(admin.TabularInline):
    """The steps, one row each; another body that may hold the same step is a row below."""

    model = LocalStep
    form, formset = StepForm, StepFormSet
    template = "admin/councils/steps.html"
    fields = STEP_FIELDS
    max_num = MOST_ROWS

    def get_extra(self, request, obj=None, **kwargs):
        return EMPTY_ROWS if obj else len(offered(request)) + EMPTY_ROWS

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class ProcedureForm(forms.ModelForm):
    """The facts about a procedure; the street is typed as its code, because a list of all would be long."""

    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        to_field_name="code",
        widget=forms.TextInput,
        label=gettext_lazy("Code of the street"),
    )

    streets = OrgUnit.objects.none()

    class Meta:
        model = LocalProcedure
        fields = [
            "unit",
            "key",
            "title",
            "place",
            "about",
            "supervised",
            "document",
            "adopted_on",
            "in_force_from",
            "in_force_until",
            "confirmed",
        ]
        error_messages = {"key": {"invalid": gettext_lazy("Please use Latin letters, digits and hyphens only.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].queryset = self.streets
            self.fields["unit"].error_messages["invalid_choice"] = _("There is no such unit in your area.")

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            for name, reason in field_errors(self.instance).items():
                self.add_error(name if name in self.fields else None, reason)


def copied(request):
    """The version that a new one is to be made from, as `?from=` says; None without one."""
    asked = request.GET.get("from", "")
    return LocalProcedure.objects.filter(pk=asked).first() if asked.isascii() and asked.isdigit() else None


def offered(request):
    """The rows that a new procedure begins with: those of the version it is made from, or the usual ones."""
    before = copied(request)
    if before:
        return [{name: getattr(step, name) for name in STEP_FIELDS} for step in before.steps.all()]
    return [{"position": place, "part": part} for place, part in enumerate((*FIRST_PARTS, *LAST_PARTS), start=1)]


class EndForm(forms.Form):
    """The last day of a version."""

    in_force_until = forms.DateField(label=gettext_lazy("in force until"), widget=DayInput())


@admin.register(LocalProcedure)
class LocalProcedureAdmin(ScopedAdmin):
    """Everything is written by `define_procedure`; a version in use can only be ended or followed by another."""

    power = Power.MANAGE_UNITS
    path_field = "unit__path"
    form = ProcedureForm
    inlines = [StepInline]
    list_display = ["title", "unit", "version", "place", "in_force_from", "in_force_until", "confirmed"]
    list_select_related = ["unit"]
    view_on_site = False
    tool_views = {"end": "end"}

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.streets = OrgUnit.objects.filter(self.held(request).q("path"), level=Level.STREET)
        return form

    def get_readonly_fields(self, request, obj=None):
        return ["unit", "key"] if obj else []

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or why_not_changeable(obj) is None)

    def get_inlines(self, request, obj):
        return [] if obj and obj.is_used else super().get_inlines(request, obj)

    def get_changeform_initial_data(self, request):
        before = copied(request)
        if before:
            names = [name for name in ProcedureForm.Meta.fields if name not in ("unit", "in_force_until", "confirmed")]
            return {name: getattr(before, name) for name in names} | {"unit": before.unit.code}
        streets = list(OrgUnit.objects.filter(self.held(request).q("path"), level=Level.STREET)[:2])
        return {"unit": streets[0].code} if len(streets) == 1 else {}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        if not obj.pk and request.method != "POST":
            given["initial"] = offered(request)
        return given

    def save_model(self, request, obj, form, change):
        """Written with its steps."""

    def save_related(self, request, form, formsets, change):
        define_procedure(by=request.user, at=request.at, procedure=form.instance, steps=formsets[0].steps)

    def construct_change_message(self, request, form, formsets, add=False):
        return []

    def tools(self, request, obj):
        add = reverse("admin:councils_localprocedure_add")
        return [
            (_("Preview"), obj.get_absolute_url()),
            (_("New version"), f"{add}?from={obj.pk}"),
            (_("End"), self.tool_url("end", obj)),
        ]

    def end(self, request, procedure):
        """The last day on which a matter may begin with this version."""
        form = EndForm(request.POST or None, initial={"in_force_until": request.today})
        refusal = ""
        if request.method == "POST" and form.is_valid():
            try:
                until = form.cleaned_data["in_force_until"]
                end_procedure(by=request.user, at=request.at, procedure=procedure, until=until)
                return self.done(request, procedure, _("Saved."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        return self.tool_page(
            request,
            procedure,
            _("End %(procedure)s") % {"procedure": procedure},
            form=form,
            facts=[(_("Matters that began with it"), procedure.matters.count())],
            refusal=refusal,
            button=(_("Save"), "confirm"),
        )
