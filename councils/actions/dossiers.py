"""Downloads of dossiers and archives."""

from django.db import transaction

from audit.actions import record as record_event
from councils.actions.common import person_of


@transaction.atomic
def note_download(*, by, at, verb, label, url, path, pieces):
    """Write down that somebody took a dossier or an archive away: `pieces` papers, or dossiers of a year."""
    person_of(by)
    record_event(by=by, verb=verb, at=at, label=label, url=url, path=path, data={"pieces": pieces})
