"""What the pages share: the place they belong to, counted paging, the address for paper."""

from functools import partial

from django.conf import settings
from django.core.paginator import Paginator
from django_tables2 import RequestConfig

from disclosure.enums import Board
from orgs.enums import Level, PhoneKind
from orgs.views import place_or_404

PER_PAGE = 25


def place(code):
    """(the unit with this code, those above it, telephones of its office and of supervision). One query; Http404."""
    unit, above, _below, phones = place_or_404(code)
    return unit, above, [phone for phone in phones if phone.kind != PhoneKind.SERVICE]


def boards_of(unit):
    """The boards that exist at `unit`: the three affairs, or 小区公开 and Party affairs at compounds."""
    if unit.level >= Level.COMPOUND:
        return (Board.COMPOUND, Board.PARTY)
    return (Board.PARTY, Board.RESIDENTIAL, Board.FINANCIAL)


class CountedPaginator(Paginator):
    """A paginator that was told the number of rows, and so does not count them again."""

    def __init__(self, *args, total, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = total


def paged(request, table, total=None):
    """`table` sorted and cut to a page by the query of the request; `total` rows when that is known."""
    paginate = {"per_page": PER_PAGE}
    if total is not None:
        paginate["paginator_class"] = partial(CountedPaginator, total=total)
    return RequestConfig(request, paginate=paginate).configure(table)


def absolute(request, path):
    """The address of `path` as it is printed and put into QR codes: `settings.PORTAL_URL` or that of the request."""
    return settings.PORTAL_URL + path if settings.PORTAL_URL else request.build_absolute_uri(path)
