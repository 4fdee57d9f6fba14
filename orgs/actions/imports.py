"""A sheet is imported: all of it as the preview showed it, or nothing."""

import json

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from audit.errors import Refused, Stale
from orgs.imports import IMPORTERS
from orgs.imports.plan import Change, counts, fingerprint
from orgs.models import Import
from orgs.models.words import labels
from orgs.permissions import require_administration


def changed_meanwhile():
    """The answer when the preview no longer says what would happen."""
    return Stale(_("Something has changed since this preview. Look at the new one and confirm again."))


def done_already():
    """The answer to a preview confirmed twice."""
    return Stale(_("This sheet has been imported; there is no need to send it again."))


def import_sheet(*, kind, lines, token, name, sha256, seen, by, at):
    """Write what the `lines` of a sheet say; returns {Change: how many}. One transaction: all or nothing.

    `token` and `seen` (the fingerprint of its plan) come from the preview. Raises Stale when it was done already or
    would do something else by now, Refused when a row is bad. Needs the power of the importer at each row.
    """
    try:
        with transaction.atomic():
            return _import(IMPORTERS[kind], lines, token, name, sha256, seen, by, at)
    except IntegrityError as error:
        # Somebody appointed or opened one of them in another way at this very moment.
        raise (done_already() if "token" in str(error) else changed_meanwhile()) from error


def _import(importer, lines, token, name, sha256, seen, by, at):
    require_administration(by, importer.power, None, at=at)
    # The row comes first: a second confirmation waits here for the first and then finds its token used.
    done = Import.objects.create(token=token, kind=importer.key, name=name, sha256=sha256, done_by=by, done_at=at)
    with connection.cursor() as cursor:
        # One import at a time: the plan below must see what the one before wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orgs_import'))")
    planned = importer.plan(lines, by, timezone.localdate(at))
    if fingerprint(planned) != seen:
        raise changed_meanwhile()
    found = counts(planned)
    if found[Change.BAD]:
        raise Refused(_("Nothing was imported: rows cannot be imported. Mend the sheet and choose it again."))
    importer.write(planned, by, at)
    _note_history(planned, by, at)
    data = {"kind": importer.key, "sha256": sha256, "token": str(token)}
    data |= {change.value: number for change, number in found.items()}
    record(by=by, verb="sheet_imported", label=str(done), at=at, data=data)
    return found


def _note_history(planned, by, at):
    """What was written stands in the history of each object in the administration, as what its form changes does."""
    entries = []
    for plan in planned:
        if plan.change not in (Change.NEW, Change.CHANGED):
            continue
        is_new, row = plan.change == Change.NEW, plan.row
        said = {"added": {}} if is_new else {"changed": {"fields": labels(type(row), plan.facts)}}
        entries.append(
            LogEntry(
                user_id=by.pk,
                content_type=ContentType.objects.get_for_model(row),
                object_id=str(row.pk),
                object_repr=str(row)[:200],
                action_flag=ADDITION if is_new else CHANGE,
                change_message=json.dumps([said]),
                action_time=at,
            )
        )
    LogEntry.objects.bulk_create(entries, batch_size=2000)
