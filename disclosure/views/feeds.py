"""Atom feeds (RFC 4287): the newest of a unit, and of one of its boards."""

import datetime
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure import archive
from disclosure.catalogue import ITEMS
from disclosure.models import Announcement, NoticeVersion
from disclosure.text import printable
from disclosure.views.boards import board_name
from disclosure.views.common import absolute, boards_of, place

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
    """The newest notices and announcements of a unit."""
    unit, _above, _phones = place(code)
    entries = [*_notices(request, unit), *_announcements(request, unit)]
    return _answer(request, unit, entries, _("%(unit)s: notices and announcements") % {"unit": unit.name})


@login_not_required  # readers of feeds have no accounts
@require_safe
def board_feed(request, code, board):
    """The newest notices of one board."""
    unit, _above, _phones = place(code)
    if board not in boards_of(unit):
        raise Http404
    title = _("%(unit)s: %(board)s") % {"unit": unit.name, "board": board_name(board, unit)}
    return _answer(request, unit, _notices(request, unit, notice__board=board), title)


def _notices(request, unit, **conditions):
    """The entries of the notices that changed last; never of items that name people in need. Two queries."""
    first = NoticeVersion.objects.lasting().filter(notice=OuterRef("notice")).order_by("number")
    versions = (
        NoticeVersion.objects.public()
        .published(request.today)
        .current()
        .filter(notice__unit=unit, **conditions)
        .exclude(notice__item__in=[key for key, item in ITEMS.items() if item.noindex])
        .select_related("notice", "signed_by", "reviewed_by")
        .annotate(first_at=Subquery(first.values("signed_at")[:1]), changed_at=Coalesce("withdrawn_at", "signed_at"))
        .order_by("-changed_at", "-id")[:FEED_LENGTH]
    )
    for version in versions:
        version.notice.unit = unit
    texts = archive.public_texts(versions, request.today)
    for version in versions:
        notice = version.notice
        title, text = f"{version.title} {notice.short_number}", texts[version.pk]
        if version.withdrawn_at:
            title, text = _("Withdrawn: %(title)s") % {"title": title}, version.withdrawn_reason
        elif version.correction_reason:
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
                (_scheme(request, "board"), notice.board, board_name(notice.board, unit)),
                (_scheme(request, "item"), notice.item, str(notice.row.title)),
            ],
        }


def _announcements(request, unit):
    """The entries of the announcements that are shown. One query."""
    rows = Announcement.objects.filter(unit=unit).shown(request.today).order_by("-signed_at")[:FEED_LENGTH]
    for row in rows:
        row.unit = unit
        yield {
            "title": row.title,
            "text": row.text,
            "record": row,
            "id": _tag(request, row.published_on.year, f"announcement-{row.pk}"),
            "first": row.signed_at,
            "updated": row.signed_at,
            "author": unit.name,
            "labels": [(_scheme(request, "board"), ANNOUNCEMENTS, _("Announcements"))],
        }


def _answer(request, unit, entries, title):
    """The feed of the newest FEED_LENGTH of `entries`."""
    entries = sorted(entries, key=lambda entry: entry["updated"], reverse=True)[:FEED_LENGTH]
    address = absolute(request, request.path)
    atom = Feed(
        title=title,
        link=absolute(request, reverse("unit", args=[unit.code])),
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
        # A feed has a date of its own, even an empty one: that of the day it is asked.
        atom.latest_post_date = lambda: datetime.datetime.combine(request.today, datetime.time(), datetime.UTC)
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


def _tag(request, year, name):
    """A tag URI (RFC 4151) that stays the same whatever becomes of addresses and codes: the portal's host and a key."""
    return f"tag:{urlsplit(absolute(request, '/')).hostname},{year}:{name}"


def _scheme(request, name):
    """The list that a category is taken from, at the page that explains it."""
    return absolute(request, f"/data/#{name}")
