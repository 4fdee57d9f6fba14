"""`/data/` and what it explains: everything public as JSON and CSV, page by page."""

import datetime
from io import BytesIO
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure.views.common import absolute
from governance.open_data.datasets import DATASETS
from governance.open_data.schema import schema
from orgs import exports
from orgs.enums import Level
from orgs.models import OrgUnit
from orgs.views import place_or_404

MOST_ROWS = 200  # of one answer
DIGITS = 18  # of an id at most


class Mistake(Exception):
    """A parameter that cannot be read."""


@login_not_required  # open data
@require_safe
def data(request):
    """What there is, at which addresses, under which terms; with `?unit=` the addresses of that unit."""
    unit = OrgUnit.objects.filter(code=request.GET.get("unit", "").replace("\0", "")).first()
    code = unit.code if unit else _("<code>")
    sets = [(row, f"/u/{code}/data/{row.key}", reverse("data_schema", args=[row.key])) for row in DATASETS.values()]
    context = {"unit": unit, "code": code, "datasets": sets, "licence": licence(), "most": MOST_ROWS}
    return render(request, "governance/data.html", context)


@login_not_required  # open data
@require_safe
def data_schema(request, name):
    """The description of a dataset for programs."""
    dataset = _dataset(name)
    described = schema(dataset, absolute(request, request.path))
    response = JsonResponse(described, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Type"] = "application/schema+json"
    return response


@login_not_required  # open data
@require_safe
def unit_data(request, code, name, kind):
    """Rows of a unit and of all below it, as JSON or CSV. Four queries at most."""
    dataset = _dataset(name)
    unit, *_around = place_or_404(code)
    try:
        after, since = _parameters(request, dataset)
    except Mistake as mistake:
        return HttpResponse(f"{mistake}\n", status=400, content_type="text/plain; charset=utf-8")
    rows = dataset.page(_units(dataset, unit), on=request.today, after=after, since=since, number=MOST_ROWS + 1)
    following = _next(request, rows[MOST_ROWS - 1].pk) if len(rows) > MOST_ROWS else None
    write = _csv if kind == "csv" else _json
    response = write(request, dataset, unit, rows[:MOST_ROWS], following)
    links = [f'<{absolute(request, reverse("data_schema", args=[name]))}>; rel="describedby"']
    if following:
        links.append(f'<{following}>; rel="next"')
    response.headers["Link"] = ", ".join(links)
    return response


def licence():
    """The terms of use as the office sets them."""
    return settings.PORTAL_DATA_LICENCE or _("Free to use. Please name the source and the day of the data.")


def _dataset(name):
    if name not in DATASETS:
        raise Http404
    return DATASETS[name]


def _parameters(request, dataset):
    """(`after`, `updated_since`) of the address. Raises Mistake."""
    for name in ("after", "updated_since"):
        if len(request.GET.getlist(name)) > 1:
            raise Mistake(_("“%(name)s” may be given once only.") % {"name": name})
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) <= DIGITS):
        raise Mistake(_("“after” is the id of a row, a whole number."))
    if (text := request.GET.get("updated_since")) is None:
        return int(after), None
    if dataset.changed is None:
        raise Mistake(_("These data do not say when they changed; leave “updated_since” out."))
    try:
        since = parse_date(text)
    except ValueError:
        since = None
    if since is None:
        raise Mistake(_("“updated_since” is a day, such as 2026-03-08."))
    return int(after), since


def _units(dataset, unit):
    """The condition for the rows of `unit` and of all below it.

    Of a street or less its units are counted out: the database then looks them up and does not walk all rows of the
    country in the order of their ids.
    """
    if unit.level >= Level.STREET:
        return Q(**{f"{dataset.unit}__in": list(OrgUnit.objects.within(unit).values_list("pk", flat=True))})
    return Q(**{f"{dataset.unit}__path__gte": unit.path, f"{dataset.unit}__path__lt": unit.path[:-1] + "0"})


def _next(request, last):
    """The address of the rows behind `last`."""
    query = {name: request.GET[name] for name in ("updated_since",) if name in request.GET} | {"after": last}
    return absolute(request, f"{request.path}?{urlencode(query)}")


def _json(request, dataset, unit, rows, following):
    document = {
        "dataset": dataset.key,
        "schema": absolute(request, reverse("data_schema", args=[dataset.key])),
        "licence": licence(),
        "unit": {"code": unit.code, "name": unit.name},
        "on": request.today.isoformat(),
        "next": following,
        "rows": [{field.name: _plain(field.value(row, request.today)) for field in dataset.fields} for row in rows],
    }
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _plain(value):
    match value:
        case datetime.datetime():
            return timezone.localtime(value).isoformat(timespec="seconds")
        case datetime.date():
            return value.isoformat()
        case _:
            return value


def _csv(request, dataset, unit, rows, following):
    columns = [
        (field.name, exports.Field(field.name, field.name, lambda row, field=field: field.value(row, request.today)))
        for field in dataset.fields
    ]
    out = BytesIO()
    exports.write("csv", dataset.title, columns, rows, out)
    return HttpResponse(out.getvalue(), content_type=exports.MEDIA_TYPES["csv"])
