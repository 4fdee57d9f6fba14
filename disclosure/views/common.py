"""What the pages share: the place they belong to, the day for a record of a list, the address for paper."""

from functools import wraps

from django.conf import settings
from django.urls import reverse

from disclosure.enums import Board
from orgs.enums import Level, PhoneKind
from orgs.views import place_or_404


def place(code):
    """(the unit with this code, those above it, telephones of its office and of supervision). One query; Http404."""
    unit, above, _below, phones = place_or_404(code)
    return unit, above, [phone for phone in phones if phone.kind != PhoneKind.SERVICE]


def boards_of(unit):
    """The boards that exist at `unit`: the three affairs, or 小区公开 and Party affairs at compounds."""
    if unit.level >= Level.COMPOUND:
        return (Board.COMPOUND, Board.PARTY)
    return (Board.PARTY, Board.RESIDENTIAL, Board.FINANCIAL)


def kept_by_nobody(view):
    """For pages whose address holds the code of one person: no cache, no search engine, no page that follows."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def dated(today):
    """What gives each record of a list the day `today` as `on`, for its cells in a sheet."""
    return lambda record: setattr(record, "on", today)


def absolute(request, path):
    """The address of `path` as it is printed and put into QR codes: `settings.PORTAL_URL` or that of the request."""
    return settings.PORTAL_URL + path if settings.PORTAL_URL else request.build_absolute_uri(path)


def printed_address(request, notice, check):
    """Where paper leads: to the check of the code `check`, which shows the original; without a code to the notice."""
    return absolute(request, reverse("check_record", args=[check]) if check else notice.get_absolute_url())
