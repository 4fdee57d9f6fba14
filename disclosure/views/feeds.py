"""Atom feeds (RFC 4287): the newest of a unit, and of one of its boards; of a street and above, of all below it."""

import datetime
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure import archive
from disclosure.catalogue import ITEMS
from disclosure.models import Announcement, NoticeVersion
from disclosure.text import printable
from disclosure.views.boards import board_at_signature, board_name
from disclosure.views.common import absolute, boards_of, place
from orgs.enums import Level

FEED_LENGTH = 40
ANNOUNCEMENTS = "announcements"


class Feed(Atom1Feed):
    """An entry's `text` is plain text; its `labels` are categories: (scheme, term, label)."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["text"], {"type": "text"})
        for scheme, term, label in item["labels"]:
            handler.addQuickElement("category", "", {"scheme": scheme, "term": term, "label": label})


@login_not_required  # readers of feeds have no accounts
@require_safe
def feed(request, code):
    """The newest notices and announcements of a unit, or of all places below it."""
    unit, _above, _phones = place(code)
    entries = [*_notices(request, unit), *_announcements(request, unit)]
    page = reverse("unit", args=[unit.code])
    return _answer(request, unit, page, entries, _("%(unit)s: notices and announcements") % {"unit": unit.name})


@login_not_required  # readers of feeds have no accounts
@require_safe
def board_feed(request, code, board):
    """The newest notices of one board, or of that board at all places below."""
    unit, _above, _phones = place(code)
    if board not in boards_of(unit):
        raise Http404
    title = _("%(unit)s: %(board)s") % {"unit": unit.name, "board": board_name(board, unit)}
    page = reverse("board", args=[unit.code, board])
    return _answer(request, unit, page, _notices(request, unit, notice__board=board), title)


def _places(unit, field):
    """The condition on `field` of what the feed of `unit` holds, and whether that is more than its own."""
    if unit.level >= Level.COMMUNITY:
        return Q(**{field: unit}), False
    return Q(**{f"{field}__path__gte": unit.path, f"{field}__path__lt": unit.path[:-1] + "0"}), True


def _notices(request, unit, **conditions):
    """The entries of the notices that changed last; never of items that name people in need. Two queries.

    Of all places below a street: what is displayed, and what was withdrawn. An archived text belongs to its own place,
    where it is known whose names stay (`archive.of_public_office`).
    """
    here, is_wide = _places(unit, "notice__unit")
    if is_wide:
        here &= Q(displayed_until__gte=request.today) | Q(withdrawn_at__isnull=False)
    first = NoticeVersion.objects.lasting().filter(notice=OuterRef("notice")).order_by("number")
    versions = (
        NoticeVersion.objects.public()
        .published(request.today)
        .current()
        .with_corrects()
        .filter(here, **conditions)
        .exclude(notice__item__in=[key for key, item in ITEMS.items() if item.noindex])
        .select_related("notice__unit", "signed_by", "reviewed_by")
        .annotate(first_at=Subquery(first.values("signed_at")[:1]), changed_at=Coalesce("withdrawn_at", "signed_at"))
        .order_by("-changed_at", "-id")[:FEED_LENGTH]
    )
    texts = archive.public_texts([version for version in versions if not version.withdrawn_at], request.today)
    for version in versions:
        notice = version.notice
        title, text = f"{version.title} {notice.number}", texts.get(version.pk)
        if version.withdrawn_at:
            title, text = _("Withdrawn: %(title)s") % {"title": title}, version.withdrawn_reason
        elif version.is_correction:
            title = _("Corrected: %(title)s") % {"title": title}
        yield {
            "title": title,
            "text": text,
            "record": notice,
            "id": _tag(request, notice.year, f"notice-{notice.pk}"),
            "first": version.published_at if version.number == 1 else version.first_at,
            "updated": version.withdrawn_at or version.published_at,
            "author": version.issuer_name,
            "labels": [
                (_scheme(request, "board"), notice.board, board_at_signature(notice)),
                (_scheme(request, "item"), notice.item, str(notice.row.title)),
            ],
        }


def _announcements(request, unit):
    """The entries of the announcements that are shown. One query."""
    here, is_wide = _places(unit, "unit")
    rows = Announcement.objects.filter(here).shown(request.today).select_related("unit").order_by("-signed_at", "-id")
    for row in rows[:FEED_LENGTH]:
        yield {
            "title": _("%(unit)s: %(title)s") % {"unit": row.unit.name, "title": row.title} if is_wide else row.title,
            "text": row.text,
            "record": row,
            "id": _tag(request, row.published_on.year, f"announcement-{row.pk}"),
            "first": row.signed_at,
            "updated": row.signed_at,
            "author": row.unit.name,
            "labels": [(_scheme(request, "board"), ANNOUNCEMENTS, _("Announcements"))],
        }


def _answer(request, unit, page, entries, title):
    """The feed of the newest FEED_LENGTH of `entries`, which people read at the address `page`."""
    entries = sorted(entries, key=lambda entry: entry["updated"], reverse=True)[:FEED_LENGTH]
    address = absolute(request, request.path)
    atom = Feed(
        title=title,
        link=absolute(request, page),
        description="",
        language=request.LANGUAGE_CODE,
        feed_url=address,
        feed_guid=address,
        author_name=unit.name,
    )
    for entry in entries:
        atom.add_item(
            title=printable(entry["title"]),
            link=absolute(request, entry["record"].get_absolute_url()),
            description=None,
            text=printable(entry["text"]),
            unique_id=entry["id"],
            pubdate=entry["first"],
            updateddate=entry["updated"],
            author_name=entry["author"],
            labels=entry["labels"],
        )
    if not entries:
        # A feed has a date of its own, even an empty one: the beginning of the day on which it is asked.
        midnight = datetime.datetime.combine(request.today, datetime.time(), timezone.get_default_timezone())
        atom.latest_post_date = lambda: midnight
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


def _tag(request, year, name):
    """A tag URI (RFC 4151) that stays the same whatever becomes of addresses and codes: the portal's host and a key."""
    return f"tag:{urlsplit(absolute(request, '/')).hostname},{year}:{name}"


def _scheme(request, name):
    """The list that a category is taken from, at the page that explains it."""
    return absolute(request, f"/data/#{name}")
