"""Finding a community: by name, code, street or pinyin initials."""

import re

from django.db.models import Q

from orgs.enums import Level
from orgs.models import OrgUnit

MOST_RESULTS = 40


def find_units(query, *, today):
    """Streets, communities and compounds that `query` names, at most MOST_RESULTS + 1, best first. One query.

    A code matches from its beginning, a name or address anywhere; the name of a street also finds its communities;
    two or more Latin letters match the initials of the name from their beginning.
    """
    query = query.strip()
    if not query:
        return []
    if re.fullmatch(r"[0-9-]+", query):
        match = Q(code__startswith=query)
    elif re.fullmatch(r"[A-Za-z]{2,}", query):
        match = Q(initials__startswith=query.lower()) | Q(name__icontains=query)
    else:
        of_street = Q(parent__name__contains=query, parent__level=Level.STREET)
        match = Q(name__contains=query) | Q(address__contains=query) | of_street
    units = OrgUnit.objects.open_on(today).filter(match, level__gte=Level.STREET, level__lte=Level.COMPOUND)
    return list(units.order_by("level", "code")[: MOST_RESULTS + 1])


def with_places(units):
    """`units` as (unit, units above it from the district down), so that equal names can be told apart. One query."""
    ids = {pk for unit in units for pk in unit.ancestor_ids}
    above = OrgUnit.objects.in_bulk(ids) if ids else {}
    chains = ([above[pk] for pk in unit.ancestor_ids if pk in above] for unit in units)
    return [
        (unit, [place for place in chain if place.level >= Level.DISTRICT])
        for unit, chain in zip(units, chains, strict=True)
    ]


def topmost(*, today):
    """The units to choose from when nothing is known: the highest layer that has more than one. One query."""
    shown = list(
        OrgUnit.objects.open_on(today).filter(level__lte=Level.COMMUNITY).order_by("level", "code")[: MOST_RESULTS + 1]
    )
    layers = {}
    for unit in shown:
        layers.setdefault(unit.level, []).append(unit)
    return next((layer for layer in layers.values() if len(layer) > 1), shown)
