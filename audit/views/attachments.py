"""The one place that hands out files."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
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

    What `settings.ATTACHMENT_GONE` holds back is internal again, and nobody reads any more what went by law: the
    answer is then 410 with the reason.
    """
    kept = get_object_or_404(Attachment, pk=pk)
    gone, public = None, kept.audience_on(request.today) == Audience.PUBLIC
    if kept.withheld_id is None and kept.name != name:
        raise Http404
    if public or kept.withheld_id is not None:
        gone = import_string(settings.ATTACHMENT_GONE)(kept, request.today)
        public = public and gone is None
    if not public:
        may_read = kept.withheld_id is None and import_string(settings.ATTACHMENT_READER)
        if not (may_read and may_read(request.user, kept, request.today)):
            return _no_more(request, gone)
        data = {"attachment": kept.pk, "sha256": kept.sha256}
        label = kept.sha256[:12]
        record(by=request.user, verb="view_attachment", at=request.at, label=label, path=kept.path, data=data)
    etag = f'"{kept.sha256}"'
    response = get_conditional_response(request, etag=etag) if public else None
    if response is None:
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
    # Asked for again each time: a file may be withheld tomorrow.
    response.headers["Cache-Control"] = "public, no-cache" if public else "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _no_more(request, gone):
    """The answer 410 with why a file is `gone`; Http404 without a reason that everyone may read."""
    if gone is None:
        raise Http404
    response = render(request, "gone.html", {"gone": gone}, status=410)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
