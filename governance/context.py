"""What every page knows. No queries: a public page may come from a cache, and an error page from nothing."""

import re

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LARGE_COOKIE = "large"
UNIT_COOKIE = "unit"  # code of the community last looked at; no personal data

# Entries of the menus: (label, URL name, part of the address that marks it as current).
# Those of a community are sections of its page and carry an anchor instead of a URL name.
UNIT_MENU = (
    (_("Boards"), "boards", r"/(board|notices|announcements)/"),
    (pgettext_lazy("menu", "Matters"), "matters", r"/matters/"),
    (pgettext_lazy("menu", "Meetings"), "meetings", r"/meetings/"),
)
RULES = (_("Rules of procedure"), "councils:rules", r"^/rules/")
CHECK = (pgettext_lazy("menu", "Check"), "check", r"^/check/")
SEARCH = (pgettext_lazy("menu", "Search"), "search", r"^/search/")
DESK_MENU = (
    (_("Desk"), "desk", r"^/desk/$"),
    (pgettext_lazy("menu", "Matters"), "desk_matters", r"^/desk/matters/"),
    (pgettext_lazy("menu", "Meetings"), "desk_meetings", r"^/desk/meetings/"),
    (pgettext_lazy("menu", "Consultations"), "desk_consultations", r"^/desk/consultations/"),
    (pgettext_lazy("menu", "Notices"), "desk_notices", r"^/desk/(notices|announcements)/"),
    (pgettext_lazy("menu", "Objections"), "desk_objections", r"^/desk/objections/"),
    (pgettext_lazy("menu", "Search"), "desk_search", r"^/desk/search/"),
)


def page(request):
    """The visitor's display preferences and what masthead and footer show."""
    code = request.COOKIES.get(UNIT_COOKIE, "")
    return {
        "is_debug": settings.DEBUG,
        "is_large": request.COOKIES.get(LARGE_COOKIE) == "1",
        "html_lang": "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh-Hans",
        "last_code": code if re.fullmatch(r"[0-9A-Z-]{2,24}", code) else "",
        "portal": {
            "place": settings.PORTAL_PLACE,
            "sponsor": settings.PORTAL_SPONSOR,
            "icp": settings.PORTAL_ICP,
            "psb": settings.PORTAL_PSB,
            "phone": settings.PORTAL_PHONE,
        },
    }


def public_menu(path, code):
    """Entries of the public menu as (label, URL, current) for the community `code`, which may be empty.

    The search then looks there first; everywhere is one choice away.
    """
    entries = [(_("Home"), reverse("home"), path == "/")]
    if code:
        page = reverse("unit", args=[code])
        entries += [(label, f"{page}#{anchor}", bool(re.search(mark, path))) for label, anchor, mark in UNIT_MENU]
        label, name, mark = SEARCH
        entries.append((label, f"{reverse(name)}?unit={code}", bool(re.search(mark, path))))
    return entries + _existing((CHECK,) if code else (SEARCH, RULES, CHECK), path)


def desk_menu(path):
    """Entries of the staff menu as (label, URL, current)."""
    return _existing(DESK_MENU, path)


def _existing(entries, path):
    """`entries` whose page exists, as (label, URL, current)."""
    existing = []
    for label, name, mark in entries:
        try:
            existing.append((label, reverse(name), bool(re.search(mark, path))))
        except NoReverseMatch:
            continue
    return existing
