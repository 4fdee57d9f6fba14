"""Pages of disclosure: the public ones need no login, those below `/desk/` do."""

from disclosure.views.announcements import (
    announcement,
    announcements,
    desk_announcement_correct,
    desk_announcement_new,
    desk_announcement_withdraw,
    desk_announcements,
)
from disclosure.views.batch import desk_review_batch
from disclosure.views.boards import board, board_sheet
from disclosure.views.calendar import desk_calendar, desk_nothing
from disclosure.views.catalogue import catalogue
from disclosure.views.desk import (
    desk_notice,
    desk_notice_act,
    desk_notices,
)
from disclosure.views.drafts import (
    desk_notice_correct,
    desk_notice_edit,
    desk_notice_files,
    desk_notice_new,
    desk_notice_new_relief,
)
from disclosure.views.evaluations import (
    desk_evaluation,
    desk_evaluation_call_off,
    desk_evaluation_new,
    desk_evaluation_paper,
    desk_evaluation_slips,
    slip,
    slip_done,
    slip_entry,
)
from disclosure.views.feeds import board_feed, feed
from disclosure.views.notices import notice, notice_qr
from disclosure.views.objections import desk_objection, desk_objection_new, desk_objections
from disclosure.views.overdue import desk_duties
from disclosure.views.paper import desk_notice_paper
from disclosure.views.posters import board_poster, board_poster_pdf, notice_poster, notice_poster_pdf
from disclosure.views.postings import desk_notice_postings
from disclosure.views.receipts import notice_object, notice_received, receipt
from disclosure.views.redaction import desk_notice_redact
from disclosure.views.settling import desk_catalogue, desk_catalogue_end, desk_catalogue_new
from disclosure.views.sharing import announcement_share, notice_picture, notice_share

__all__ = [
    "desk_evaluation",
    "desk_evaluation_call_off",
    "desk_evaluation_new",
    "desk_evaluation_paper",
    "desk_evaluation_slips",
    "slip",
    "slip_done",
    "slip_entry",
    "announcement",
    "announcement_share",
    "announcements",
    "board",
    "board_feed",
    "board_poster",
    "board_poster_pdf",
    "board_sheet",
    "catalogue",
    "desk_announcement_correct",
    "desk_announcement_new",
    "desk_announcement_withdraw",
    "desk_announcements",
    "desk_calendar",
    "desk_catalogue",
    "desk_catalogue_end",
    "desk_catalogue_new",
    "desk_duties",
    "desk_nothing",
    "desk_notice",
    "desk_notice_act",
    "desk_notice_correct",
    "desk_notice_edit",
    "desk_notice_files",
    "desk_notice_new",
    "desk_notice_new_relief",
    "desk_notice_paper",
    "desk_notice_postings",
    "desk_notice_redact",
    "desk_notices",
    "desk_objection",
    "desk_objection_new",
    "desk_objections",
    "desk_review_batch",
    "feed",
    "notice",
    "notice_object",
    "notice_picture",
    "notice_poster",
    "notice_poster_pdf",
    "notice_qr",
    "notice_received",
    "receipt",
    "notice_share",
]
