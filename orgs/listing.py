"""One list as its reader filtered and sorted it: a page of it as a table, or all of it as a sheet.

A list is a queryset, a `Table` class for its heads, sorting and rows, a filter form, and an `Export` (its columns as a
sheet). Every list of the portal, at the desk and in public, is shown and exported through `Listing`.
"""

from functools import partial
from io import BytesIO

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django_tables2 import RequestConfig

from audit.actions import record
from orgs.exports import MEDIA_TYPES, too_long, write
from orgs.models import ExportLayout
from orgs.permissions import scopes

PER_PAGE = 25
KINDS = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
CHUNK = 1000


class CountedPaginator(Paginator):
    """A paginator that was told the number of rows, and so does not count them again."""

    def __init__(self, *args, total, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = total


class Listing:
    """The rows of `table` for this request.

    `unit`: the one unit that all of them belong to. `addresses`: on a public page, where its sheets are, by kind; at
    the desk the page itself answers `?export=`. `prepare(record)` gives a record what its row and its cells show
    beyond its columns; `total` is the number of rows where that is known; `filters` the form above the list.
    """

    def __init__(self, request, table, export, *, filters=None, prepare=None, total=None, unit=None, addresses=None):
        self.request, self.table, self.export, self.filters = request, table, export, filters
        self.unit, self.addresses, self.prepare = unit, addresses, prepare or (lambda row: None)
        paginate = {"per_page": PER_PAGE}
        if total is not None:
            paginate["paginator_class"] = partial(CountedPaginator, total=total)
        RequestConfig(request, paginate=paginate).configure(table)
        self.number = table.paginator.count

    def page(self, template, context=()):
        """The page of the list, or the sheet that `?export=` asks for."""
        kind = self.request.GET.get("export", "")
        if kind in MEDIA_TYPES and not self.addresses:
            return self.sheet(kind)
        for row in self.rows:
            self.prepare(row)
        context = {"listing": self, "table": self.table, "form": self.filters} | dict(context)
        return render(self.request, template, context)

    @property
    def rows(self):
        """The records of this page."""
        return [row.record for row in self.table.paginated_rows]

    def sheet(self, kind, title=""):
        """All rows as filtered and sorted, in the columns of the street: CSV or XLSX. At the desk this is an event.

        Its file is called by `title`, or as the list is.

        A filter that cannot be makes no sheet: one of all rows would look like an answer.
        """
        if self.filters is not None and self.filters.errors:
            reason = " ".join(error for errors in self.filters.errors.values() for error in errors)
            return render(self.request, "not_done.html", {"reason": reason}, status=400)
        if reason := too_long(self.number):
            return render(self.request, "not_done.html", {"reason": reason}, status=409)
        columns = self.export.columns(ExportLayout.objects.nearest(self.export.key, self._paths()))
        out = BytesIO()
        write(kind, self.export.title, columns, self._records(), out)
        if not self.addresses:
            data = {"list": self.export.key, "rows": self.number, "kind": kind}
            label = str(self.export.title)
            record(by=self.request.user, verb="list_exported", at=self.request.at, label=label, data=data)
        return download(out.getvalue(), kind, f"{title or self.export.title}-{self._place()}{self.request.today}")

    def _place(self):
        return f"{self.unit.name}-" if self.unit else ""

    def _records(self):
        rows = self.table.data.data
        if hasattr(rows, "iterator"):
            rows = rows.prefetch_related(*self.export.related).iterator(CHUNK)
        for row in rows:
            self.prepare(row)
            yield row

    def _paths(self):
        """The id paths below which all rows lie."""
        if self.unit:
            return [self.unit.path]
        held = scopes(self.request.user, on=self.request.today).values()
        return {path for scope in held for path in (*scope.units, *scope.trees)}

    @property
    def links(self):
        """[(name of the kind, address)]: this list as a sheet, with filter and sorting, all pages."""
        query = self.request.GET.copy()
        query.pop(self.table.prefixed_page_field, None)
        found = []
        for kind, name in KINDS.items():
            if not self.addresses:
                query["export"] = kind
            words = f"?{query.urlencode()}" if query else ""
            found.append((name, f"{self.addresses[kind] if self.addresses else ''}{words}"))
        return found


def download(content, kind, name):
    """`content` as a file of this kind that the browser keeps under `name`, which may be Chinese."""
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.{kind}")}
    return HttpResponse(content, content_type=MEDIA_TYPES[kind], headers=headers)
