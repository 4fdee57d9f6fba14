"""Notices on physical boards: when they hung, and a photograph. Optional; nothing asks for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import keep_internal, publish_file, record
from audit.enums import Audience
from audit.errors import Mistaken, Refused
from audit.reasons import why_no_reason
from disclosure import permissions
from disclosure.actions.common import decide, lock_notice, lock_person, today
from disclosure.models import Posting
from disclosure.named import names_residents
from orgs.permissions import require
from orgs.powers import Power


@transaction.atomic
def enter_posting(*, notice, posted_on, by, at, others=(), taken_down_on=None, photo=None, photo_public=False):
    """Enter that a published notice hung on a physical board, and `others` beside it; returns its Posting.

    `photo` is an internal image (an Attachment) of the board. With `photo_public` the person declares that neither
    people nor personal data can be seen on it, and everyone may look at it; but not where a notice on it names
    residents, for they would be read there after the display.
    """
    notices = [lock_notice(pk) for pk in sorted({notice.pk, *(other.pk for other in others)})]
    person = lock_person(by)
    for each in notices:
        require(by, Power.DRAFT_NOTICES, each.unit.path, on=today(at))
        wrong = permissions.wrong_posting(each, posted_on, taken_down_on, today(at))
        if wrong and each.pk != notice.pk:
            decide(_of(each, *wrong.values()))
        _refuse(wrong)
    if photo and not photo.media_type.startswith("image/"):
        raise Refused(_("Choose an image."))
    for each in notices:
        same = each.postings.filter(posted_on=posted_on).exists()
        reason = _("This has been registered; there is no need to send it again.") if same else None
        decide(_of(each, reason) if reason and others else reason, stale=True)
    if photo and photo_public:
        for each in notices:
            reason = _why_not_photographed(each)
            decide(_of(each, reason) if reason and others else reason)
        photo = publish_file(photo, by=by, at=at)
    postings = {}
    for each in notices:
        posting = Posting.objects.create(
            notice=each,
            posted_on=posted_on,
            taken_down_on=taken_down_on,
            photo=photo,
            entered_by=person,
            entered_at=at,
        )
        _event("enter_posting", posting, by=by, at=at, photo_public=bool(photo and photo_public))
        postings[each.pk] = posting
    return postings[notice.pk]


@transaction.atomic
def take_down(*, posting, taken_down_on, by, at, together=False):
    """Enter the day a notice was taken down from the physical board, once; with `together` also the day of what was
    entered with it and still hangs.
    """
    rows = posting.together.filter(taken_down_on=None) if together else Posting.objects.none()
    for pk in sorted({posting.notice_id, *rows.values_list("notice", flat=True)}):
        lock_notice(pk)
    locked = Posting.objects.select_for_update(of=("self",)).order_by("pk")
    posting = locked.get(pk=posting.pk)
    decide(_("It has been taken down already.") if posting.taken_down_on else None, stale=True)
    for each in [posting, *locked.filter(pk__in=rows)]:
        require(by, Power.DRAFT_NOTICES, each.notice.unit.path, on=today(at))
        _refuse(permissions.wrong_posting(each.notice, each.posted_on, taken_down_on, today(at)))
        each.taken_down_on = taken_down_on
        each.save(update_fields=["taken_down_on"])
        _event("take_down", each, by=by, at=at)
    return posting


@transaction.atomic
def take_back_photo(*, posting, reason, by, at):
    """Show the photograph of a posting to its unit alone: something can be seen on it that is not for everyone."""
    notice = lock_notice(posting.notice_id)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("photo").get(pk=posting.pk)
    require(by, Power.DRAFT_NOTICES, notice.unit.path, on=today(at))
    is_public = posting.photo and posting.photo.audience == Audience.PUBLIC
    decide(None if is_public else _("This photograph is not public."), stale=True)
    decide(why_no_reason(reason))
    keep_internal(posting.photo, by=by, at=at)
    _event("take_back_photo", posting, by=by, at=at, reason=reason.strip())
    return posting


def _of(notice, reason):
    """`reason` with the number of the notice that it is about."""
    return _("%(number)s: %(reason)s") % {"number": notice.number, "reason": reason}


def _refuse(wrong):
    if wrong:
        raise Mistaken(wrong)


def _why_not_photographed(notice):
    """Why not everyone may look at a photograph of the notice, or None."""
    if notice.row.noindex or names_residents(notice.current):
        return _(
            "The notice names residents. They could be read on the photograph after the display: keep it internal."
        )
    return None


def _event(verb, posting, *, by, at, **data):
    notice = posting.notice
    record(
        by=by,
        verb=verb,
        at=at,
        label=notice.number,
        url=notice.desk_url,
        path=notice.unit.path,
        data={"notice": notice.pk, "posting": posting.pk, **data},
    )
