"""What spares the portal work in a rush: kept pages, and the stamps that say whether they still hold.

A public page has a stamp: a digest, from one cheap query, of everything that may change what it shows. Its ETag is made
of the stamp, so a browser that has the page gets 304. Each worker keeps the pages it made. For PAGE_CACHE_SECONDS it
hands one out again without asking; after that only while the stamp is still the same (docs/adr/0011). What has no stamp
and is the same for all (a QR code, a checkpoint of the log) has the digest of its content as ETag.
"""

import hashlib
import threading
import time
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from governance import replica
from governance.context import LARGE_COOKIE, UNIT_COOKIE
from governance.stamps import SAY_UNCHANGED, STAMPS

MOST_PAGES = 300  # that a worker keeps
LARGEST = 200_000  # bytes; what is larger, an export say, is made for each reader
KEEP = "no-cache"  # browsers may keep a page, and ask each time whether it still holds
# Who sends one of these cookies gets pages made for them alone.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages", replica.COOKIE)
# What else of a visitor's cookies shows on a page.
SEEN = (settings.LANGUAGE_COOKIE_NAME, LARGE_COOKIE, UNIT_COOKIE)


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent, and until when (of `time.monotonic`) it needs no question."""

    etag: str
    headers: tuple
    cookies: SimpleCookie
    content: bytes
    fresh_until: float
    match: object  # which page it is, for the log

    def again(self):
        """The same answer once more."""
        response = HttpResponse(self.content, headers=dict(self.headers))
        response.cookies = self.cookies
        return response

    def answer(self, request):
        """The same answer for another visitor; 304 for one who has it."""
        request.resolver_match = self.match
        return get_conditional_response(request, etag=self.etag, response=self.again())


class Pages:
    """The pages that this worker keeps, the oldest leaving first."""

    def __init__(self, most=MOST_PAGES):
        self.most, self._kept, self._lock = most, {}, threading.Lock()

    def get(self, key):
        return self._kept.get(key)

    def keep(self, key, page):
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = page
            while len(self._kept) > self.most:
                del self._kept[next(iter(self._kept))]


def is_for_all(request):
    """Whether the answer depends on nothing but the address and the cookies of SEEN. HEAD is answered like GET, and the
    server leaves the body out.
    """
    return request.method in ("GET", "HEAD") and not any(name in request.COOKIES for name in PERSONAL)


def kept_pages(get_response):
    """Outermost but for the log: hands out a page that is fresh, and keeps what `stamped_pages` marked to be kept."""
    pages = Pages()

    def middleware(request):
        if not settings.PAGE_CACHE_SECONDS or not is_for_all(request):
            return get_response(request)
        seen = [request.COOKIES.get(name, "") for name in SEEN]
        key = (request.scheme, request.headers.get("host"), request.get_full_path(), *seen)
        request.kept_page = kept = pages.get(key)
        asked_at = time.monotonic()
        # nginx, which has a second of its own, asks for what holds now; so does a browser that loads a page anew.
        if kept and asked_at < kept.fresh_until and request.headers.get("Cache-Control") != "no-cache":
            return kept.answer(request)
        response = get_response(request)
        etag = getattr(response, "keep_as", None)
        if etag and set(response.cookies) <= {UNIT_COOKIE}:
            headers = tuple((name, value) for name, value in response.headers.items())
            fresh_until = asked_at + settings.PAGE_CACHE_SECONDS
            page = Kept(etag, headers, response.cookies, response.content, fresh_until, request.resolver_match)
            pages.keep(key, page)
            return get_conditional_response(request, etag=etag, response=response)
        return response

    middleware.pages = pages
    return middleware


class StampedPages:
    """Innermost: answers with the kept page while its stamp is the same, and gives new ones their ETag."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        etag = getattr(request, "page_etag", None)
        if etag and response.status_code in (200, 304) and not self.is_made_for_one(request, response):
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = KEEP
            if response.status_code == 200 and len(response.content) <= LARGEST:
                response.keep_as = etag
        elif is_same_for_all(request, response):
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response.headers["ETag"] = etag
            return get_conditional_response(request, etag=etag, response=response)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def is_made_for_one(self, request, response):
        """A page with a form's token, or one whose view says itself how long it may be kept."""
        if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.streaming:
            return True
        return response.headers.get("Cache-Control", KEEP) != KEEP

    def process_view(self, request, view, args, kwargs):
        """The stamp is read before the page is made: what changes meanwhile changes the next stamp."""
        stamp = STAMPS.get(request.resolver_match.view_name)
        if not settings.PAGE_CACHE_SECONDS or stamp is None or not is_for_all(request):
            return None
        facts = [release(), request.get_full_path(), str(request.today), request.LANGUAGE_CODE, stamp(request, kwargs)]
        facts += [request.COOKIES.get(name, "") for name in (LARGE_COOKIE, UNIT_COOKIE)]
        if request.resolver_match.view_name in SAY_UNCHANGED:
            facts.append(f"{request.at:%H%M}")
        digest = hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]
        # Strong: the same bytes. Only sheets of Excel hold the moment at which they were written.
        weak = "W/" if request.resolver_match.view_name.endswith("_xlsx") else ""
        request.page_etag = f'{weak}"{digest}"'
        kept = getattr(request, "kept_page", None)
        if kept and kept.etag == request.page_etag:
            return kept.again()
        return get_conditional_response(request, etag=request.page_etag)


def is_same_for_all(request, response):
    """Whether the view says how its answer may be kept, but not how to ask for it again."""
    kept = response.headers.get("Cache-Control", "")
    if kept != KEEP and "immutable" not in kept or "ETag" in response.headers or response.cookies:
        return False
    return is_for_all(request) and response.status_code == 200 and not response.streaming


@cache
def release():
    """A digest of the program and its settings: a page made by another version is another page."""
    digest = hashlib.sha256()
    for pattern in ("*/**/*.py", "templates/**/*.html", "static/**/*.*", "locale/**/*.mo"):
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            if path.is_file() and not path.is_relative_to(settings.VAR_DIR):
                digest.update(path.read_bytes())
    shown = {name: str(getattr(settings, name)) for name in dir(settings) if name.startswith("PORTAL_")}
    digest.update(repr(sorted(shown.items())).encode())
    return digest.hexdigest()
