"""The archive of a unit, to download and to verify at home."""

from django.contrib.auth.decorators import login_not_required
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from audit.models import Leaf
from governance.archive import FILES_LIMIT, Archive
from orgs.enums import Level
from orgs.views import place_or_404


@login_not_required  # anyone may keep and verify what is public
@require_safe
def archive(request, code):
    """Everything public of the unit as a ZIP; `?files=1` with the attachments, up to FILES_LIMIT of them. A street
    that published nothing itself has none: each place below it has its own.
    """
    unit, above, _below, phones = place_or_404(code)
    with_files = request.GET.get("files") == "1"
    newest = Leaf.objects.filter(path=unit.path).order_by("-index").values_list("index", flat=True).first()
    if newest is None and unit.level < Level.COMMUNITY:
        return render(request, "log/no_archive.html", {"unit": unit, "above": above, "phones": phones}, status=404)
    # What everyone may read changes with the log of the unit, and with the day.
    etag = f'"{unit.code}-{newest}-{request.today}-{int(with_files)}"'
    if unchanged := get_conditional_response(request, etag=etag):
        unchanged.headers["ETag"] = etag
        return unchanged
    held = Archive(unit, request.today)
    size = sum(attachment.size for attachment in held.files.values())
    if with_files and size > FILES_LIMIT:
        context = {"unit": unit, "above": above, "phones": phones, "size": size, "limit": FILES_LIMIT}
        return render(request, "log/archive_too_large.html", context, status=413)
    headers = {
        "Content-Disposition": f'attachment; filename="{unit.code}.zip"',
        "ETag": etag,
        "Cache-Control": "no-cache",
    }
    return StreamingHttpResponse(held.zipped(with_files=with_files), content_type="application/zip", headers=headers)
