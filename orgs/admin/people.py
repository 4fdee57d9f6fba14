"""Bodies, persons, terms: appoint, hand over, end, suspend; who holds which power and from which term."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget, ForeignKeyRawIdWidget
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.errors import Refused
from orgs import actions
from orgs.actions.terms import kept_apart
from orgs.admin.base import ReadOnlyInline, ScopedAdmin
from orgs.admin.imports import ImportAdmin
from orgs.enums import Reach, Standing
from orgs.forms import Rows
from orgs.imports import PERSONS, TERMS
from orgs.models import Body, Kinship, OrgUnit, Person, Term, UnitGrant
from orgs.offices import BODY_KINDS, kinds_at
from orgs.permissions import PowerMissing, in_reach
from orgs.powers import Power

OFFICES = [
    (kind.title, [(post.key, post.title) for post in kind.offices]) for kind in BODY_KINDS.values() if kind.offices
]


def person_field(**options):
    """A person by number, with the magnifier that opens the list."""
    widget = ForeignKeyRawIdWidget(Term._meta.get_field("person").remote_field, admin.site)
    return forms.ModelChoiceField(Person.objects.all(), widget=widget, label=gettext_lazy("person"), **options)


def date_field(label, **options):
    return forms.DateField(label=label, widget=AdminDateWidget, **options)


class KinshipForm(forms.Form):
    """A near relative to declare, or one to end."""

    relative = person_field(required=False, help_text=gettext_lazy("Near relatives by what they declared themselves."))
    relation = forms.CharField(
        label=gettext_lazy("relation"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("For example 夫妻 or 兄弟."),
    )
    ended = forms.ChoiceField(label=gettext_lazy("No longer a near relative"), required=False)

    def __init__(self, data=None, *, known, person):
        super().__init__(data)
        rows = [(key, f"{row.relative_of(person)} ({row.relation})") for key, row in known.items()]
        self.fields["ended"].choices = [("", "---------"), *rows]

    def clean(self):
        given = super().clean()
        if not given.get("ended") and "relative" not in self.errors:
            for name in ("relative", "relation"):
                if not given.get(name):
                    self.add_error(name, _("This is needed."))
        return given


class TermInline(ReadOnlyInline):
    model = Term
    fields = readonly_fields = ["person", "title", "standing", "started_on", "due_on", "ended_on"]
    ordering = ["-ended_on", "office", "seat", "id"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "body")

    @admin.display(description=gettext_lazy("office"))
    def title(self, term):
        return term.title


class HandOverForm(forms.Form):
    """The day, and what the new terms rest on."""

    on = date_field(gettext_lazy("First day of the new terms"))
    due_on = date_field(gettext_lazy("due to end on"), required=False)
    source = forms.CharField(label=gettext_lazy("source of the appointment"), max_length=200)


class SeatForm(forms.Form):
    """One seat after the handover. Without a person the office is ended and stays vacant."""

    office = forms.ChoiceField(label=gettext_lazy("office"), required=False)
    seat = forms.IntegerField(label=gettext_lazy("seat"), required=False, min_value=1)
    person = person_field(required=False)

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [("", "---------"), *offices]

    def clean(self):
        if self.cleaned_data.get("person") and not self.cleaned_data.get("office"):
            raise forms.ValidationError(_("Choose the office of this person."))
        return self.cleaned_data


SeatFormSet = forms.formset_factory(SeatForm, formset=Rows, extra=3)


class DayForm(forms.Form):
    on = date_field(gettext_lazy("First day without it"))


@admin.register(Body)
class BodyAdmin(ScopedAdmin):
    path_field = "unit__path"
    list_display = ["name", "kind", "unit", "established_on", "dissolved_on"]
    list_select_related = ["unit"]
    list_filter = ["kind"]
    search_fields = ["name"]
    raw_id_fields = ["unit"]
    fields = ["unit", "kind", "name", "established_on", "dissolved_on"]
    tool_views = {"hand_over": "hand_over", "dissolve": "dissolve"}

    def get_readonly_fields(self, request, obj=None):
        return ["dissolved_on"] if obj is None else ["unit", "kind", "dissolved_on"]

    def get_inlines(self, request, obj):
        return [] if obj is None else [TermInline]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Only the kinds that may stand at the unit, when it is known."""
        unit = OrgUnit.objects.filter(pk=request.GET["unit"]).first() if request.GET.get("unit", "").isdigit() else None
        if db_field.name == "kind" and unit:
            kwargs["choices"] = [("", "---------"), *((row.key, row.title) for row in kinds_at(unit.level, unit.kind))]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            actions.change_body(body=obj, facts=facts, by=request.user, at=request.at)
        else:
            actions.establish_body(body=obj, by=request.user, at=request.at)

    def tools(self, request, obj):
        if obj.dissolved_on:
            return []
        add = reverse("admin:orgs_term_add")
        return [
            (_("Appoint"), f"{add}?body={obj.pk}"),
            (_("Hand over"), self.tool_url("hand_over", obj)),
            (_("Dissolve"), self.tool_url("dissolve", obj)),
        ]

    def hand_over(self, request, body):
        """换届: the running terms of the offices in the list end, and the new ones begin on the same day."""
        offices = [(post.key, post.title) for post in body.row.offices]
        order = [key for key, _title in offices]
        terms = sorted(body.terms.running_on(request.today), key=lambda term: (order.index(term.office), term.pk))
        now = [{"office": term.office, "seat": term.seat, "person": term.person_id} for term in terms]
        form = HandOverForm(request.POST or None)
        rows = SeatFormSet(request.POST or None, initial=now, prefix="seats", form_kwargs={"offices": offices})
        refusal = ""
        if request.method == "POST" and form.is_valid() and rows.is_valid():
            filled = [row.cleaned_data for row in rows if row.cleaned_data.get("office")]
            try:
                actions.hand_over(
                    body=body,
                    offices={row["office"] for row in filled},
                    successors=[(row["office"], row["person"], row["seat"]) for row in filled if row["person"]],
                    by=request.user,
                    at=request.at,
                    **form.cleaned_data,
                )
                return self.done(request, body, _("The body has been handed over."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        return self.tool_page(
            request,
            body,
            _("Hand over %(body)s") % {"body": body},
            form=form,
            formset=rows,
            refusal=refusal,
            button=(_("Hand over"), "confirm"),
        )

    def dissolve(self, request, body):
        form, refusal = DayForm(request.POST or None), ""
        if request.method == "POST" and form.is_valid():
            try:
                actions.dissolve_body(body=body, on=form.cleaned_data["on"], by=request.user, at=request.at)
                return self.done(request, body, _("The body is dissolved."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("Dissolve %(body)s") % {"body": body}
        return self.tool_page(request, body, title, form=form, refusal=refusal, button=(_("Dissolve"), "confirm"))


class SuspendForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("reason of the suspension"), max_length=200)


@admin.register(Person)
class PersonAdmin(ImportAdmin, ScopedAdmin):
    importer = PERSONS
    list_display = ["name", "note", "user", "suspended_on"]
    list_select_related = ["user"]
    search_fields = ["name", "note", "user__username"]
    fields = ["name", "gender", "note", "user", "suspended_on", "suspension_reason", "offices_held", "powers_held"]
    tool_views = {"suspend": "suspend", "reinstate": "reinstate", "relatives": "relatives"}

    def in_scope(self, held):
        return in_reach(held)

    def get_readonly_fields(self, request, obj=None):
        request.shown_on = request.today
        self_made = ["user", "suspended_on", "suspension_reason"]
        return self_made if obj is None else [*self_made, "offices_held", "powers_held"]

    def get_fields(self, request, obj=None):
        return ["name", "gender", "note"] if obj is None else self.fields

    def get_object(self, request, object_id, from_field=None):
        person = super().get_object(request, object_id, from_field)
        if person:
            person.shown_on = request.today
        return person

    @admin.display(description=gettext_lazy("offices"))
    def offices_held(self, person):
        rows = [
            (self_link(term), term.body, term.title, term.started_on, term.ended_on or "")
            for term in person.terms.select_related("body").order_by("-started_on", "-id")
        ]
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{} {}</a> {} – {}</li>', rows))

    @admin.display(description=gettext_lazy("powers, and the term each comes from"))
    def powers_held(self, person):
        """One query: the grants of the account whose terms run on the day of the page."""
        if person.suspended_on and person.suspended_on <= person.shown_on:
            return _("None: the person is suspended.")
        grants = (
            UnitGrant.objects.filter(user=person.user_id, term__person=person)
            .filter(term__in=Term.objects.running_on(person.shown_on))
            .select_related("permission", "content_object", "term__body")
            .order_by("content_object__level", "permission__codename", "term")
        )
        rows = [
            (
                Power(grant.permission.codename).label,
                grant.content_object,
                Reach(grant.reach).label,
                self_link(grant.term),
                f"{grant.term.body} {grant.term.title}",
            )
            for grant in grants
        ]
        if not rows:
            return _("None.")
        return format_html("<ul>{}</ul>", format_html_join("", '<li>{} · {} ({}) ← <a href="{}">{}</a></li>', rows))

    def save_model(self, request, obj, form, change):
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            actions.change_person(person=obj, facts=facts, by=request.user, at=request.at)
        else:
            actions.add_person(person=obj, by=request.user, at=request.at)

    def tools(self, request, obj):
        add = reverse("admin:orgs_user_add")
        account = (
            (_("Account"), reverse("admin:orgs_user_change", args=[obj.user_id]))
            if obj.user_id
            else (_("Create an account"), f"{add}?person={obj.pk}")
        )
        relatives = (_("Near relatives"), self.tool_url("relatives", obj))
        if obj.suspended_on:
            return [account, relatives, (_("Reinstate"), self.tool_url("reinstate", obj))]
        return [account, relatives, (_("Suspend"), self.tool_url("suspend", obj))]

    def relatives(self, request, person):
        """Declare a near relative, or note that somebody no longer is one."""
        standing = Kinship.objects.of(person).standing_on(request.today).select_related("one", "other")
        known = {str(row.pk): row for row in standing}
        form, refusal = KinshipForm(request.POST or None, known=known, person=person), ""
        if request.method == "POST" and form.is_valid():
            who = {"by": request.user, "at": request.at}
            try:
                if form.cleaned_data["ended"]:
                    actions.end_kinship(kinship=known[form.cleaned_data["ended"]], **who)
                else:
                    kinship = actions.declare_kinship(
                        person=person,
                        relative=form.cleaned_data["relative"],
                        relation=form.cleaned_data["relation"],
                        **who,
                    )
                    if reason := kept_apart(kinship, request.today):
                        messages.warning(request, reason)
                return self.done(request, person, _("Saved."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("Near relatives of %(person)s") % {"person": person}
        facts = [(row.relation, row.relative_of(person)) for row in known.values()]
        button = (_("Save"), "confirm")
        page = self.tool_page(request, person, title, form=form, facts=facts, button=button)
        if refusal:
            form.add_error(None, refusal)
            page.status_code = 409
        return page

    def suspend(self, request, person):
        form, refusal = SuspendForm(request.POST or None), ""
        if request.method == "POST" and form.is_valid():
            try:
                actions.suspend_person(person=person, by=request.user, at=request.at, **form.cleaned_data)
                return self.done(request, person, _("The person is suspended; all powers ended at once."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("Suspend %(person)s") % {"person": person}
        return self.tool_page(request, person, title, form=form, refusal=refusal, button=(_("Suspend"), "confirm"))

    def reinstate(self, request, person):
        refusal = ""
        if request.method == "POST":
            try:
                actions.reinstate_person(person=person, by=request.user, at=request.at)
                return self.done(request, person, _("The person is reinstated."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("Reinstate %(person)s") % {"person": person}
        facts = [(_("suspended from"), person.suspended_on), (_("reason of the suspension"), person.suspension_reason)]
        return self.tool_page(request, person, title, facts=facts, refusal=refusal, button=(_("Reinstate"), "confirm"))


def self_link(term):
    return reverse("admin:orgs_term_change", args=[term.pk])


class StateFilter(admin.SimpleListFilter):
    """Terms that run, are overdue, or have ended, on the day of the request."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("running", _("in office")), ("overdue", _("in office until handover")), ("ended", _("left office"))]

    def queryset(self, request, queryset):
        if self.value() == "running":
            return queryset.running_on(request.today)
        if self.value() == "overdue":
            return queryset.overdue_on(request.today)
        if self.value() == "ended":
            return queryset.filter(ended_on__lte=request.today)
        return queryset


class TermForm(forms.ModelForm):
    """An appointment; the office must be one of the body's."""

    office = forms.ChoiceField(label=gettext_lazy("office"), choices=[("", "---------"), *OFFICES])

    def clean(self):
        body, office = self.cleaned_data.get("body"), self.cleaned_data.get("office")
        if body and office and office not in {post.key for post in body.row.offices}:
            self.add_error("office", _("%(body)s has no such office.") % {"body": body})
        return super().clean()

    def _get_validation_exclusions(self):
        # Overlaps are judged by the action, under its lock and with a reason.
        return super()._get_validation_exclusions() | {"person", "seat"}


class StandingForm(forms.Form):
    standing = forms.ChoiceField(label=gettext_lazy("standing"), choices=Standing.choices)
    on = date_field(gettext_lazy("from"))
    source = forms.CharField(label=gettext_lazy("source of the appointment"), max_length=200)


@admin.register(Term)
class TermAdmin(ImportAdmin, ScopedAdmin):
    importer = TERMS
    form = TermForm
    path_field = "body__unit__path"
    list_display = ["person", "title", "body", "started_on", "due_on", "ended_on"]
    list_select_related = ["person", "body"]
    list_filter = [StateFilter]
    search_fields = ["person__name", "body__name"]
    raw_id_fields = ["person", "body"]
    fields = ["body", "office", "person", "seat", "standing", "started_on", "due_on", "source"]
    tool_views = {"end": "end", "standing": "standing"}

    @admin.display(description=gettext_lazy("office"))
    def title(self, term):
        return term.title

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else [*self.get_fields(request, obj)]

    def get_fields(self, request, obj=None):
        if obj is None:
            return self.fields
        return ["body", "title", "person", "seat", "standing", "started_on", "due_on", "ended_on", "source"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        form = super().get_form(request, obj, change, **kwargs)
        number = request.GET.get("body", "")
        body = Body.objects.filter(pk=number).first() if number.isdigit() else None
        if obj is None and body:
            choices = [("", "---------"), *((post.key, post.title) for post in body.row.offices)]
            form.base_fields["office"].choices = choices
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            facts = {name: form.cleaned_data[name] for name in self.fields}
            term = actions.appoint(by=request.user, at=request.at, **facts)
            obj.pk, obj.due_on = term.pk, term.due_on

    def tools(self, request, obj):
        if obj.ended_on:
            return []
        return [(_("End"), self.tool_url("end", obj)), (_("Change the standing"), self.tool_url("standing", obj))]

    def end(self, request, term):
        form, refusal = DayForm(request.POST or None), ""
        if request.method == "POST" and form.is_valid():
            try:
                actions.end_term(term=term, on=form.cleaned_data["on"], by=request.user, at=request.at)
                return self.done(request, term, _("The term is ended; its powers end with it."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("End the term: %(term)s") % {"term": term}
        return self.tool_page(request, term, title, form=form, refusal=refusal, button=(_("End"), "confirm"))

    def standing(self, request, term):
        form, refusal = StandingForm(request.POST or None), ""
        if request.method == "POST" and form.is_valid():
            try:
                new = actions.change_standing(term=term, by=request.user, at=request.at, **form.cleaned_data)
                return self.done(request, new, _("A new term with this standing has begun."))
            except (Refused, PowerMissing) as refused:
                refusal = str(refused)
        title = _("Change the standing: %(term)s") % {"term": term}
        return self.tool_page(request, term, title, form=form, refusal=refusal, button=(_("Save"), "confirm"))
