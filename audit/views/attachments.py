"""The one place that hands out files."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from audit import files
from audit.actions import location, record
from audit.enums import Audience
from audit.models import Attachment


@login_not_required  # public files are for everyone; internal ones ask the reader below
@require_safe
def attachment(request, pk, name):
    """A file: public for everyone, internal for those whom `settings.ATTACHMENT_READER` lets in, otherwise 404.

    What `settings.ATTACHMENT_WITHHELD` holds back is internal again.
    """
    kept = get_object_or_404(Attachment, pk=pk, name=name)
    public = kept.audience_on(request.today) == Audience.PUBLIC
    if public and import_string(settings.ATTACHMENT_WITHHELD)(kept, request.today):
        public = False
    if not public:
        may_read = import_string(settings.ATTACHMENT_READER)
        if not may_read(request.user, kept, request.today):
            raise Http404
        record(by=request.user, verb="view_attachment", at=request.at, obj=kept, path=kept.path)
    etag = f'"{kept.sha256}"'
    if public and etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        try:
            content = default_storage.open(location(kept.sha256))
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            content,
            as_attachment=kept.media_type not in files.SHOWN,
            filename=kept.name,
            content_type=kept.media_type,
        )
    if public:
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
