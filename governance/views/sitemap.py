"""`/robots.txt` and `/sitemap.xml`: what search engines may read, a part for each street."""

from xml.sax.saxutils import escape

from django.contrib.auth.decorators import login_not_required
from django.db.models import CharField, Exists, Func, OuterRef, Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from councils.models import Consultation, Matter
from disclosure.models import Announcement, NoticeVersion
from disclosure.views.common import absolute, boards_of
from governance.models import SearchEntry
from governance.open_data.datasets import HIDDEN
from orgs.enums import Level
from orgs.models import OrgUnit

MOST = 50_000  # addresses in a file, by the protocol of sitemaps.org
# What no search engine needs: the desk, forms, prints and searches. Pages that name people in need say so themselves:
# a list of their addresses here would be a list of them.
CLOSED = (
    "/desk/",
    "/admin/",
    "/login/",
    "/look/",
    "/language/",
    "/search/",
    "/check/",
    "/u/*/data/",
    "/u/*/notices/*/object/",
    "/u/*/notices/*/received/",
    "/u/*/notices/*/share/",
    "/u/*/notices/*/poster",
    "/u/*/board/*/poster",
    "/u/*/*?",
)
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Behind(Func):
    """The first path that is not below a path any more ('0' follows '/')."""

    template = "left(%(expressions)s, -1) || '0'"
    output_field = CharField()


@login_not_required  # for search engines
@require_safe
def robots(request):
    """Which addresses search engines leave alone, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines.append(f"Sitemap: {absolute(request, reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required  # for search engines
@require_safe
def sitemap(request):
    """The parts: the streets, and whatever else has no street above it, where there is something to read. Two queries.

    Asked for together, units without anything above and units below something higher would be sought among all.
    """
    anything = SearchEntry.objects.public().filter(path__gte=OuterRef("path"), path__lt=Behind(OuterRef("path")))
    units = OrgUnit.objects.filter(Exists(anything), level__gte=Level.STREET).values_list("code", flat=True)
    codes = sorted([*units.filter(parent=None)[:MOST], *units.filter(parent__level__lt=Level.STREET)[:MOST]])
    parts = [absolute(request, reverse("sitemap_part", args=[code])) for code in codes[:MOST]]
    return _xml("sitemapindex", "sitemap", ((address, None) for address in parts))


@login_not_required  # for search engines
@require_safe
def sitemap_part(request, code):
    """The pages of a street and of all below it. Six queries."""
    top = OrgUnit.objects.filter(_is_top(), code=code).first()
    if top is None:
        raise Http404
    rows = [(absolute(request, path), day) for path, day in _pages(top, request.today)]
    return _xml("urlset", "url", rows[:MOST])


def _is_top():
    """Streets, and lower units that are directly below something higher than a street."""
    return Q(level__gte=Level.STREET) & (Q(parent=None) | Q(parent__level__lt=Level.STREET))


def _pages(top, on):
    """(path, day of the last change or None) of each page, the units first."""
    units = {unit.pk: unit for unit in OrgUnit.objects.within(top).filter(level__lt=Level.BUILDING)}
    for unit in units.values():
        yield unit.get_absolute_url(), None
        if unit.level >= Level.COMMUNITY:
            for board in boards_of(unit):
                yield reverse("board", args=[unit.code, board.value]), None
    versions = NoticeVersion.objects.public().published(on).current().exclude(notice__item__in=HIDDEN)
    versions = versions.filter(notice__unit__in=list(units)).select_related("notice").order_by("-published_on", "-id")
    for version in versions[:MOST]:
        version.notice.unit = units[version.notice.unit_id]
        changed = version.withdrawn_at and localdate(version.withdrawn_at)
        yield version.notice.get_absolute_url(), changed or version.published_on
    for rows in (
        Announcement.objects.shown(on),
        Matter.objects.filter(registered_on__lte=on),
        Consultation.objects.announced(on),
    ):
        for row in rows.filter(unit__in=list(units)).order_by("-pk")[:MOST]:
            row.unit = units[row.unit_id]
            # Matters and consultations go on, and nothing keeps the day of their last step: none is named.
            yield row.get_absolute_url(), getattr(row, "published_on", None)


def _xml(root, entry, rows):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">']
    for address, day in rows:
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        lines.append(f"<{entry}><loc>{escape(address)}</loc>{changed}</{entry}>")
    lines.append(f"</{root}>")
    return HttpResponse("\n".join(lines) + "\n", content_type="application/xml; charset=utf-8")
