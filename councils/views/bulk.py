"""Last year's matters with their meetings from a sheet: upload, preview with the computed results, confirm."""

import io
import uuid

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from audit.actions import record
from audit.errors import Refused
from councils import actions
from councils.actions.past import enter_past_steps
from councils.forms.bulk import COLUMNS, MATTER, MOST_ROWS, matter_of, reason_of, sittings_of
from councils.forms.paper import check_order, sections_of
from councils.models import Matter
from councils.views.registering import registering_units, supervisor_of
from orgs import sheets
from orgs.exports import MEDIA_TYPES, write_template
from orgs.imports.cells import BadCell
from orgs.imports.plan import Change, Planned, bad, counts, fingerprint, template_notes
from orgs.imports.preview import pack, read_upload, unpack
from orgs.listing import download
from orgs.models import OrgUnit
from orgs.permissions import PowerMissing, refusal
from orgs.powers import Power

KIND = "matters"
TITLE = gettext_lazy("Matters from a sheet")


class BulkForm(forms.Form):
    """Whose matters, and the file."""

    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=gettext_lazy("Unit"), to_field_name="code", empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("Sheet (XLSX or CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=gettext_lazy("One line for each matter, with up to four meetings."),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = OrgUnit.objects.filter(pk__in=[unit.pk for unit in units])


@require_http_methods(["GET", "HEAD", "POST"])
def matters_from_sheet(request):
    """Upload, preview and confirmation at one address. Nothing is kept before the confirmation."""
    units = registering_units(request.user, request.today)
    if not units:
        raise PowerMissing(refusal(request.user, Power.RUN_MEETINGS, "", on=request.today))
    if (kind := request.GET.get("template", "")) in MEDIA_TYPES:
        return _template(kind)
    if request.method != "POST":
        return _page(request, BulkForm(units=units))
    if "packed" in request.POST:
        return _confirm(request, units)
    form = BulkForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _page(request, form)
    unit = form.cleaned_data["unit"]
    try:
        upload = read_upload(f"{KIND}:{unit.code}", form.cleaned_data["file"], lines_of, COLUMNS)
        return _preview(request, form, unit, upload)
    except sheets.BadSheet as reason:
        form.add_error("file", str(reason))
        return _page(request, form)


def lines_of(rows):
    """The lines of a sheet. Raises BadSheet: none, or too many."""
    lines = sheets.lines(rows, COLUMNS)
    if not lines:
        raise sheets.BadSheet(_("There is no row below the headings."))
    if len(lines) > MOST_ROWS:
        raise sheets.BadSheet(
            _("The sheet has %(number)s rows; at most %(most)s are imported at once. Divide it.")
            % {"number": len(lines), "most": MOST_ROWS}
        )
    return lines


def enter_lines(*, unit, lines, token, by, at):
    """Register the matters of `lines` at `unit` and enter their meetings; [Planned] with number and results.

    Each line is entered as it would be by hand; one that fails is undone and says why. For the caller to keep or to
    undo: it runs inside a transaction.
    """
    # Two sheets for one unit wait for each other, so that neither misses a title of the other.
    OrgUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    planned = []
    for line in lines:
        label = line.values["title"][:120]
        try:
            with transaction.atomic():
                planned.append(_enter_line(unit, line, token, by, at))
        except (BadCell, Refused, PowerMissing) as reason:
            planned.append(bad(line, label, reason))
    return planned


def _enter_line(unit, line, token, by, at):
    fields = matter_of(line.values)
    known = Matter.objects.filter(unit=unit, year=fields["registered_on"].year, title=fields["title"]).first()
    if known:
        raise BadCell(_("It is registered already as %(number)s.") % {"number": known.number})
    own = uuid.uuid5(uuid.UUID(token), str(line.number))
    matter = actions.register_matter(by=by, at=at, unit=unit, token=own, supervisor=supervisor_of(unit), **fields)
    today = timezone.localdate(at)
    empty = sections_of(matter, today)
    data = sittings_of(line.values, empty)
    said = [matter.number]
    if data:
        sections = sections_of(matter, today, data, {})
        for section in sections:
            section.full_clean()
        if not check_order(sections, matter):
            raise BadCell(reason_of(sections) or _("The meetings of this matter cannot be true. Please check."))
        filled = [section for section in sections if section.is_filled]
        enter_past_steps(
            by=by,
            at=at,
            matter=matter,
            seen=matter.version,
            token=own,
            sittings=[section.sitting for section in filled],
        )
        said += [f"{section.step.label}{_(': ')}{section.explanation.verdict}" for section in filled]
    return Planned(line.number, matter.title, Change.NEW, _("; ").join(str(part) for part in said))


def _tried(request, unit, upload):
    """What would happen: everything is done and undone."""
    with transaction.atomic():
        planned = enter_lines(unit=unit, lines=upload.lines, token=upload.token, by=request.user, at=request.at)
        transaction.set_rollback(True)
    return planned


def _preview(request, form, unit, upload, refusal="", status=200):
    planned = _tried(request, unit, upload)
    found = counts(planned)
    packed = "" if found[Change.BAD] else pack(upload, request.user, fingerprint(planned))
    context = {"unit": unit, "upload": upload, "planned": planned, "found": found, "packed": packed}
    return _page(request, form, status=status, refusal=refusal, **context)


def _confirm(request, units):
    unit = next((unit for unit in units if unit.code == request.POST.get("unit")), None)
    kept = unit and unpack(request.POST["packed"], request.user, f"{KIND}:{unit.code}")
    form = BulkForm(units=units, initial={"unit": unit and unit.code})
    if not kept:
        return _page(request, form, status=409, refusal=_("Choose the sheet again; its preview was lost."))
    upload, seen = kept
    first = uuid.uuid5(uuid.UUID(upload.token), str(upload.lines[0].number))
    if Matter.objects.filter(token=first).exists():
        messages.warning(request, _("This sheet has been imported; there is no need to send it again."))
        return redirect("desk_matters")
    with transaction.atomic():
        planned = enter_lines(unit=unit, lines=upload.lines, token=upload.token, by=request.user, at=request.at)
        same = fingerprint(planned) == seen
        if same:
            data = {"kind": KIND, "sha256": upload.sha256, "new": len(planned)}
            where = {"label": f"{unit} {upload.name}", "path": unit.path}
            record(by=request.user, verb="sheet_imported", at=request.at, data=data, **where)
        else:
            transaction.set_rollback(True)
    if not same:
        reason = _("Something has changed since this preview. Look at the new one and confirm again.")
        return _preview(request, form, unit, upload, refusal=reason, status=409)
    number = len(planned)
    text = ngettext(
        "%(number)s matter is registered; its records wait for another person to confirm them.",
        "%(number)s matters are registered; their records wait for another person to confirm them.",
        number,
    )
    messages.success(request, text % {"number": number})
    return redirect("desk_matters")


def _template(kind):
    out = io.BytesIO()
    write_template(kind, TITLE, [column.names[0] for column in COLUMNS], template_notes(COLUMNS), out)
    return download(out.getvalue(), kind, str(TITLE))


def _page(request, form, status=200, **context):
    shown = COLUMNS[: len(MATTER) + (len(COLUMNS) - len(MATTER)) // 4]
    context |= {"form": form, "columns": shown, "kinds": list(MEDIA_TYPES), "most": MOST_ROWS}
    return render(request, "councils/bulk.html", context, status=status)
