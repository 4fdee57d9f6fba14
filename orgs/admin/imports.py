"""Importing a sheet into a list of the administration: upload, preview row by row, confirm."""

import io

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.errors import Refused
from orgs import actions
from orgs.exports import MEDIA_TYPES, write_template
from orgs.imports.plan import Change, counts, fingerprint, template_notes
from orgs.imports.preview import pack, read_upload, unpack
from orgs.listing import download
from orgs.permissions import PowerMissing
from orgs.sheets import BadSheet

SHOWN = 200  # rows of each kind on the page


class SheetForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Sheet (XLSX or CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )


class ImportAdmin:
    """Adds `import/` to a ScopedAdmin. `importer`: what is imported."""

    importer = None
    list_tools = ("import",)

    def get_urls(self):
        name = f"orgs_{self.opts.model_name}_import"
        return [path("import/", self.admin_site.admin_view(self.import_view), name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        address = reverse(f"admin:orgs_{self.opts.model_name}_import")
        tool = {"import_url": address, "import_title": self.importer.title}
        return super().changelist_view(request, {**(extra_context or {}), **tool})

    def import_view(self, request):
        """Upload, preview and confirmation, all at one address. Nothing is written before the confirmation."""
        if not self.has_module_permission(request):
            raise PowerMissing(_("You have no power to do this: %(power)s.") % {"power": self.importer.power.label})
        kind = request.GET.get("template", "")
        if kind in MEDIA_TYPES:
            return self._template(kind)
        form = SheetForm(request.POST or None, request.FILES or None)
        if request.method != "POST":
            return self._page(request, SheetForm())
        if "packed" in request.POST:
            return self._confirm(request)
        if not form.is_valid():
            return self._page(request, form)
        try:
            upload = read_upload(
                self.importer.key, form.cleaned_data["file"], self.importer.lines, self.importer.columns
            )
            return self._preview(request, upload)
        except BadSheet as reason:
            form.add_error("file", str(reason))
            return self._page(request, form)

    def _preview(self, request, upload, refusal="", status=200):
        planned = self.importer.plan(upload.lines, request.user, request.today)
        found = counts(planned)
        groups = [
            (change, [row for row in planned if row.change == change][:SHOWN], found[change]) for change in Change
        ]
        good = not found[Change.BAD] and found[Change.UNCHANGED] < len(planned)
        packed = pack(upload, request.user, fingerprint(planned)) if good else ""
        context = {"upload": upload, "found": found, "groups": groups, "packed": packed, "refusal": refusal}
        return self._page(request, SheetForm(), status=status, **context)

    def _confirm(self, request):
        kept = unpack(request.POST["packed"], request.user, self.importer.key)
        if kept is None:
            form = SheetForm()
            return self._page(request, form, refusal=_("Choose the sheet again; its preview was lost."), status=409)
        upload, seen = kept
        try:
            found = actions.import_sheet(
                kind=upload.kind,
                lines=upload.lines,
                token=upload.token,
                name=upload.name,
                sha256=upload.sha256,
                seen=seen,
                by=request.user,
                at=request.at,
            )
        except (Refused, PowerMissing) as refused:
            return self._preview(request, upload, refusal=str(refused), status=409)
        said = _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
        messages.success(request, said % {change.value: number for change, number in found.items()})
        return HttpResponseRedirect(reverse(f"admin:orgs_{self.opts.model_name}_changelist"))

    def _template(self, kind):
        out = io.BytesIO()
        headings = [column.names[0] for column in self.importer.columns]
        write_template(kind, self.importer.title, headings, template_notes(self.importer.columns), out)
        return download(out.getvalue(), kind, str(self.importer.title))

    def _page(self, request, form, status=200, **context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.importer.title,
            "form": form,
            "columns": self.importer.columns,
            "kinds": list(MEDIA_TYPES),
            "back": reverse(f"admin:orgs_{self.opts.model_name}_changelist"),
        }
        return TemplateResponse(request, "admin/orgs/import.html", context, status=status)
