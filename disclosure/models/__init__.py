"""Notices and their versions, objections, everyday announcements, and the counters of their numbers."""

from disclosure.models.announcements import Announcement
from disclosure.models.counters import Counter
from disclosure.models.notices import Notice
from disclosure.models.objections import Objection
from disclosure.models.postings import Posting
from disclosure.models.versions import NoticeAttachment, NoticeVersion

__all__ = ["Announcement", "Counter", "Notice", "NoticeAttachment", "NoticeVersion", "Objection", "Posting"]
