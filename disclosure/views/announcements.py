"""Everyday announcements, public and at the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.errors import Refused
from audit.reasons import why_no_reason
from disclosure import actions, privacy
from disclosure.enums import AnnouncementKind
from disclosure.forms.everyday import EVERYDAY_FORMS, AnnouncementFilter
from disclosure.forms.reviews import ReasonForm
from disclosure.models import Announcement
from disclosure.permissions import may_replace
from disclosure.tables import ANNOUNCEMENTS, AnnouncementTable
from disclosure.views.common import dated, place
from orgs.listing import Listing
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing, scope
from orgs.powers import Power


@login_not_required  # residents have no accounts
@require_safe
def announcements(request, code):
    """The announcements of a unit, of one kind or all, newest first; those past their last day stay readable."""
    unit, above, _phones = place(code)
    rows = Announcement.objects.public().filter(unit=unit).select_related("successor")
    kind = request.GET.get("kind", "")
    if kind in AnnouncementKind.values:
        rows = rows.filter(kind=kind)
    context = {
        "unit": unit,
        "above": above,
        "kinds": [("", _("All")), *AnnouncementKind.choices],
        "kind": kind,
        "page": Paginator(rows, 20).get_page(request.GET.get("page")),
        "today": request.today,
    }
    return render(request, "disclosure/announcements.html", context)


@login_not_required  # residents have no accounts
@require_safe
def announcement(request, code, pk):
    """One announcement; a withdrawn one says so and why."""
    unit, above, _phones = place(code)
    record = Announcement.objects.filter(unit=unit, pk=pk).select_related("successor", "signed_by").first()
    if record is None:
        raise Http404
    record.unit = unit
    context = {"unit": unit, "above": above, "announcement": record, "today": request.today}
    return render(request, "disclosure/announcement.html", context)


def _units(request):
    """Where the user may announce something."""
    held = scope(request.user, Power.DRAFT_NOTICES, on=request.today)
    return OrgUnit.objects.filter(held.q()).open_on(request.today)


@require_safe
def desk_announcements(request):
    """The announcements of the units where the user has duties."""
    held = scope(request.user, Power.DRAFT_NOTICES, on=request.today)
    seen = held.q("unit__path") | scope(request.user, Power.SEE_INTERNAL, on=request.today).q("unit__path")
    form = AnnouncementFilter(request.GET)
    rows = (
        Announcement.objects.filter(seen)
        .filter(form.condition(request.today))
        .select_related("unit", "signed_by", "successor")
    )
    table = AnnouncementTable(rows, today=request.today, may_write=bool(held))
    listing = Listing(request, table, ANNOUNCEMENTS, filters=form, prepare=dated(request.today))
    return listing.page("disclosure/desk_announcements.html", {"may_write": bool(held), "today": request.today})


@require_http_methods(["GET", "HEAD", "POST"])
def desk_announcement_new(request):
    """Write and publish one of the kind `?kind=`."""
    units = _units(request)
    first = units.first()
    if first is None:
        raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": Power.DRAFT_NOTICES.label})
    kind = request.GET.get("kind", "")
    kind = AnnouncementKind(kind) if kind in AnnouncementKind.values else AnnouncementKind.ANNOUNCEMENT
    phone = first.office_phone
    return _write(request, kind, units, {"unit": first, "phone": phone.number if phone else ""})


@require_http_methods(["GET", "HEAD", "POST"])
def desk_announcement_correct(request, pk):
    """Write and publish the successor of one; the form holds its text."""
    seen = scope(request.user, Power.DRAFT_NOTICES, on=request.today).q("unit__path")
    old = get_object_or_404(Announcement.objects.filter(seen).select_related("unit", "successor"), pk=pk)
    if reason := may_replace(old):
        messages.error(request, reason)
        return redirect("desk_announcements")
    initial = {"unit": old.unit, "title": old.title} | EVERYDAY_FORMS[old.kind].fields_of(old)
    return _write(request, AnnouncementKind(old.kind), _units(request).filter(pk=old.unit_id), initial, supersedes=old)


def _write(request, kind, units, initial, supersedes=None):
    """The form of the kind, and what came of it."""
    form = EVERYDAY_FORMS[kind](request.POST or None, units=units, initial=initial, today=request.today)
    status, refused, made, warnings = 200, "", None, []
    if request.method == "POST" and form.is_valid():
        try:
            announcement = actions.publish_announcement(
                kind=kind, supersedes=supersedes, by=request.user, at=request.at, **form.cleaned_data
            )
        except Refused as error:
            refused, made, status = str(error), error.made, 409
            warnings = privacy.find(form.cleaned_data["text"])
        else:
            messages.success(request, _("Published."))
            return redirect(announcement)
    context = {"form": form, "kind": kind, "supersedes": supersedes, "warnings": warnings}
    context |= {"refused": refused, "made": made}
    return render(request, "disclosure/desk_announcement_new.html", context, status=status)


@require_POST
def desk_announcement_withdraw(request, pk):
    """Take one off the page, with a reason."""
    seen = scope(request.user, Power.DRAFT_NOTICES, on=request.today).q("unit__path")
    announcement = get_object_or_404(Announcement.objects.filter(seen), pk=pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw_announcement(
                announcement=announcement, reason=form.cleaned_data["reason"], by=request.user, at=request.at
            )
            messages.success(request, _("Withdrawn."))
        except Refused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, why_no_reason(""))
    return redirect("desk_announcements")
