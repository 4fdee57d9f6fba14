"""What every request carries before a view sees it: the moment and the language."""

from django.conf import settings
from django.http import Http404, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from disclosure.text import straight
from governance.views.errors import too_long, wrong_method

MOST_QUERY = 4096  # bytes: some 450 Chinese characters


def now():
    """The moment. The only place of the portal that reads the clock for a request; tests replace it."""
    return timezone.now()


def moment(get_response):
    """`request.at` (aware datetime) and `request.today` (date in the portal's time zone)."""

    def middleware(request):
        request.at = now()
        request.today = timezone.localdate(request.at)
        return get_response(request)

    return middleware


def language(get_response):
    """Chinese unless the visitor chose otherwise; a browser's Accept-Language is no choice."""
    known = dict(settings.LANGUAGES)

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def length(get_response):
    """More than MOST_QUERY after the question mark gets a page that says so; before the login, which would repeat it in
    an address of its own.
    """

    def middleware(request):
        if len(request.META.get("QUERY_STRING", "")) > MOST_QUERY:
            return too_long(request)
        return get_response(request)

    return middleware


class StraightText:
    """No field of any form keeps marks that turn the direction of writing. Behind the check against forged forms, which
    reads what was sent and answers what cannot be read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Take the marks out of what was sent."""
        if request.method != "POST":
            return
        for name, values in list(request.POST.lists()):
            plain = [straight(value) for value in values]
            if plain != values:
                request.POST = request.POST.copy()
                request.POST.setlist(name, plain)


def address(get_response):
    """No page has a NUL in its address, which the database refuses. Who follows the login to an address that only takes
    forms, as after a night with a form left open, gets a page that says so instead of an empty one.
    """

    def middleware(request):
        if "\0" in request.path_info:
            raise Http404
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
            return wrong_method(request, response["Allow"])
        return response

    return middleware
