"""Keeping the files that belong to what was done."""

import hashlib
from functools import partial, reduce
from operator import or_

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audit import files, reading
from audit.actions.events import record
from audit.enums import Audience
from audit.errors import Refused
from audit.models import WITHHELD, Attachment, AttachmentText


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


def drop_made(folder):
    """Delete the files in `folder`, which are made again when somebody asks for them."""
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else ()
    for name in names:
        default_storage.delete(f"{folder}/{name}")


def checked_file(upload):
    """An uploaded file as a `files.Checked`, no larger than files may be here. Raises Refused."""
    if upload.size > settings.UPLOAD_LIMIT:
        raise files.too_large(settings.UPLOAD_LIMIT)
    return files.check(upload.read(), upload.name, limit=settings.UPLOAD_LIMIT)


@transaction.atomic
def store(upload, *, audience, path, by, at):
    """Keep an uploaded file, or one that was checked, under the hash of its content; returns its Attachment.

    The content decides what it is (`audit/files.py`), not the name. `audience` and the id path `path` of the unit say
    who may read it. Equal files are kept once, with a row for each use. Raises Refused.
    """
    checked = upload if isinstance(upload, files.Checked) else checked_file(upload)
    sha256 = hashlib.sha256(checked.content).hexdigest()
    _lock_content(sha256)
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
    _event("store_attachment", attachment, by=by, at=at)
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
    if attachment.withheld_id is not None:
        raise Refused(_("One of the files was withheld by law. Remove it first."))
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
    _event("publish_attachment", public, by=by, at=at)
    return public


def keep_internal(attachment, *, by, at):
    """Take back a file that everybody may read, or may from a day to come: its unit alone goes on reading it."""
    attachment.audience, attachment.public_from = Audience.UNIT, None
    attachment.save(update_fields=["audience", "public_from"])
    _event("keep_attachment_internal", attachment, by=by, at=at)


def withhold_file(attachment, *, leaf, by, at):
    """Withhold a file from everybody, for good, because the redaction `leaf` of the public log says so.

    Its name goes at once, its content as soon as the transaction is committed (`drop_content`).
    """
    if attachment.withheld_id is None:
        _close([attachment.pk], leaf)
        _event("withhold_attachment", attachment, by=by, at=at)
        transaction.on_commit(partial(drop_content, attachment.sha256), robust=True)


def drop_content(sha256):
    """Delete a content of which a row is withheld, with what was read of it for the search, unless some record uses it.

    A row that nothing refers to (the upload behind a published file) is no use of it: it is withheld too.
    """
    with transaction.atomic():
        _lock_content(sha256)
        rows = Attachment.objects.filter(sha256=sha256)
        leaf = rows.exclude(withheld=None).order_by("withheld_id").values_list("withheld_id", flat=True).first()
        open_rows = rows.filter(withheld=None)
        if leaf is None or open_rows.filter(_is_in_use()).exists():
            return
        _close(open_rows.values_list("pk", flat=True), leaf)
        AttachmentText.objects.filter(sha256=sha256).delete()
        default_storage.delete(location(sha256))


def drop_withheld():
    """`drop_content` for everything withheld: what a process that died had left."""
    for sha256 in set(Attachment.objects.exclude(withheld=None).values_list("sha256", flat=True)):
        drop_content(sha256)


def _close(pks, leaf):
    """Mark rows as withheld; those of the Party organisation stay with it."""
    rows = Attachment.objects.filter(pk__in=list(pks))
    closed = {"withheld": leaf, "name": WITHHELD, "public_from": None}
    rows.filter(audience=Audience.PUBLIC).update(audience=Audience.UNIT, **closed)
    rows.filter(withheld=None).update(**closed)


def _is_in_use():
    """The condition that some record of any app refers to a file."""
    relations = [field for field in Attachment._meta.get_fields(include_hidden=True) if field.is_relation]
    users = [relation for relation in relations if relation.auto_created]
    return reduce(
        or_, (Exists(user.related_model.objects.filter(**{user.field.name: OuterRef("pk")})) for user in users)
    )


def _lock_content(sha256):
    """Until the end of the transaction nobody else keeps or deletes the content with this hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def _event(verb, attachment, *, by, at):
    """Record it without the name of the file: an event is never redacted."""
    data = {"attachment": attachment.pk, "sha256": attachment.sha256}
    record(by=by, verb=verb, at=at, label=attachment.sha256[:12], path=attachment.path, data=data)
