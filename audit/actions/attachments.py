"""Keeping the files that belong to what was done."""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from audit import files, reading
from audit.actions.events import record
from audit.enums import Audience
from audit.errors import Refused
from audit.models import Attachment, AttachmentText


def location(sha256):
    """Where the content with this hash lies below MEDIA_ROOT."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep_file(where, make):
    """Keep what `make()` returns among the files at `where`, a name that the content decides. Made once."""
    if default_storage.exists(where):
        return
    kept = default_storage.save(where, ContentFile(make()))
    if kept != where:
        # Somebody kept the same content a moment before.
        default_storage.delete(kept)


def store(upload, *, audience, path, by, at):
    """Keep an uploaded file under the hash of its content; returns its Attachment.

    The content decides what it is (`audit/files.py`), not the name. `audience` and the id path `path` of the unit say
    who may read it. Equal files are kept once, with a row for each use. Raises Refused.
    """
    if upload.size > settings.UPLOAD_LIMIT:
        raise files.too_large(settings.UPLOAD_LIMIT)
    checked = files.check(upload.read(), upload.name, limit=settings.UPLOAD_LIMIT)
    sha256 = hashlib.sha256(checked.content).hexdigest()
    keep_file(location(sha256), lambda: checked.content)
    attachment = Attachment.objects.create(
        sha256=sha256,
        name=checked.name,
        media_type=checked.media_type,
        size=len(checked.content),
        audience=audience,
        path=path,
        uploader_id=by.pk,
        uploader=str(by),
        uploaded_at=at,
    )
    if audience == Audience.PUBLIC:
        keep_text(attachment, checked.content)
    record(by=by, verb="store_attachment", at=at, obj=attachment, path=path, data={"sha256": sha256})
    return attachment


def keep_text(attachment, content=None):
    """Keep what the file says, once for each content, so that it is found; `content`: read from the store without."""
    if not AttachmentText.objects.filter(sha256=attachment.sha256).exists():
        if content is None:
            with default_storage.open(location(attachment.sha256)) as kept:
                content = kept.read()
        text = reading.plain_text(content, attachment.media_type)
        AttachmentText.objects.bulk_create([AttachmentText(sha256=attachment.sha256, text=text)], ignore_conflicts=True)


def publish_file(attachment, *, by, at, on=None):
    """A row of its own through which everybody may read the same content, from the day `on` if it is given; the
    internal row stays internal."""
    if attachment.audience == Audience.PUBLIC:
        return attachment
    if attachment.audience == Audience.PARTY:
        raise Refused(_("Files of the Party organisation are not published."))
    public = Attachment.objects.create(
        sha256=attachment.sha256,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        audience=Audience.PUBLIC,
        path=attachment.path,
        uploader_id=attachment.uploader_id,
        uploader=attachment.uploader,
        uploaded_at=attachment.uploaded_at,
        public_from=on,
    )
    keep_text(public)
    record(by=by, verb="publish_attachment", at=at, obj=public, path=attachment.path)
    return public


def keep_internal(attachment, *, by, at):
    """Take back a file that everybody may read, or may from a day to come: its unit alone goes on reading it."""
    attachment.audience, attachment.public_from = Audience.UNIT, None
    attachment.save(update_fields=["audience", "public_from"])
    record(by=by, verb="keep_attachment_internal", at=at, obj=attachment, path=attachment.path)
