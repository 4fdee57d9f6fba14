"""Every list that can be exported: what a street may lay out in its own columns."""

from councils.tables import MATTERS
from councils.tables_consultations import CONSULTATIONS
from councils.tables_meetings import MEETINGS
from disclosure.tables import ANNOUNCEMENTS, BOARD, NOTICES, OBJECTIONS
from governance.tables import BELOW
from orgs.tables_terms import TERMS

EXPORTS = {
    export.key: export
    for export in (MATTERS, MEETINGS, CONSULTATIONS, NOTICES, BOARD, OBJECTIONS, ANNOUNCEMENTS, BELOW, TERMS)
}
