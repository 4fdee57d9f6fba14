"""Notices and their versions, objections, everyday announcements, and the counters of their numbers."""

from disclosure.models.announcements import Announcement
from disclosure.models.attachments import NoticeAttachment
from disclosure.models.catalogue import CatalogueChange, NothingToReport
from disclosure.models.counters import Counter
from disclosure.models.duties import duties_at, duty_counts, overdue_at
from disclosure.models.evaluation import Evaluation, PaperCount, Slip, SlipUse
from disclosure.models.guard import FileScan, PrivacyOverride
from disclosure.models.notices import Notice
from disclosure.models.objections import Objection
from disclosure.models.opinions import Opinion
from disclosure.models.postings import Posting
from disclosure.models.redactions import Redaction
from disclosure.models.versions import NoticeVersion

__all__ = [
    "Announcement",
    "CatalogueChange",
    "Counter",
    "FileScan",
    "Evaluation",
    "NothingToReport",
    "Notice",
    "NoticeAttachment",
    "NoticeVersion",
    "Objection",
    "Opinion",
    "PaperCount",
    "Posting",
    "PrivacyOverride",
    "Redaction",
    "Slip",
    "SlipUse",
    "duties_at",
    "duty_counts",
    "overdue_at",
]
