"""Which duties there are and what was done about them: one set-based query for a unit, a street or a province."""

from functools import cache

from django.conf import settings
from django.db import connections, router

from disclosure import duties, periods
from disclosure.catalogue import ITEMS, local_item
from disclosure.enums import BY_STRICTNESS, Board, Cause, Change, Frequency
from disclosure.models.notices import Notice
from orgs.enums import Level

# Compounds publish what is theirs, communities the three affairs.
_LEVEL = {Board.COMPOUND: Level.COMPOUND}

# Duties are units × items × periods. `candidate` has those of the catalogue, of stricter places and of added items;
# `duty` leaves out what a stricter frequency replaced and what was left out; `paper` is what was drafted or published;
# `said` adds what was signed as nothing to report, so that duties are joined once and not looked up one by one.
# A community's duties begin where a unit above it (or itself) says so, never before it opened; a compound's only by
# its own word. '-infinity' stands for "no period", so that joins stay equalities.
_DUTIES = f"""
WITH period (frequency, first, last, due) AS (
    SELECT * FROM unnest(%(frequencies)s::text[], %(firsts)s::date[], %(lasts)s::date[], %(dues)s::date[])
),
item (key, level, frequency) AS (
    SELECT * FROM unnest(%(items)s::text[], %(levels)s::int[], %(asked)s::text[])
),
change AS MATERIALIZED (
    SELECT c.kind, c.item, c.title, c.frequency, c.first_on, coalesce(c.last_on, 'infinity') AS last_on, c.unit_id,
           u.path, u.level
    FROM disclosure_cataloguechange c JOIN orgs_orgunit u ON u.id = c.unit_id
    WHERE starts_with(u.path, %(root)s) OR starts_with(%(root)s, u.path)
),
place AS MATERIALIZED (
    SELECT unit.id, unit.path, unit.level, greatest(begins.first_on, unit.opened_on) AS begins
    FROM orgs_orgunit unit CROSS JOIN LATERAL (
        SELECT first_on FROM change
        WHERE kind = '{Change.BEGINS}' AND %(on)s <= last_on
          AND (unit_id = unit.id OR unit.level = {Level.COMMUNITY} AND starts_with(unit.path, change.path))
        ORDER BY change.level DESC LIMIT 1
    ) begins
    WHERE unit.path >= %(root)s AND unit.path < %(end)s AND unit.level IN ({Level.COMMUNITY}, {Level.COMPOUND})
      AND (unit.closed_on IS NULL OR unit.closed_on > %(on)s)
),
opening AS (
    SELECT day, coalesce(
        (SELECT min(open::date) FROM generate_series(day + interval '1 month', day + interval '2 months', '1 day') open
         WHERE open::date <> ALL (%(off)s::date[]) AND extract(year FROM day + interval '1 month') = ANY (%(known)s)),
        (day + interval '1 month')::date) AS due
    FROM (SELECT begins AS day FROM place UNION SELECT first_on FROM change WHERE kind = '{Change.ADDED}') days
),
candidate AS (
    SELECT place.id AS unit_id, place.path, item.key AS item, '' AS title, period.*
    FROM place JOIN item ON item.level = place.level
    JOIN period ON period.frequency = item.frequency AND period.last >= place.begins
    UNION ALL
    SELECT DISTINCT place.id, place.path, change.item, '', period.*
    FROM change JOIN place ON starts_with(place.path, change.path)
    JOIN item ON item.key = change.item AND item.level = place.level
    JOIN period ON period.frequency = change.frequency AND period.first BETWEEN change.first_on AND change.last_on
        AND period.last >= place.begins
    WHERE change.kind = '{Change.STRICTER}'
    UNION ALL
    SELECT place.id, place.path, change.item, change.title, period.*
    FROM change JOIN place ON place.id = change.unit_id
    JOIN period ON period.frequency = change.frequency AND period.first BETWEEN change.first_on AND change.last_on
        AND period.last >= place.begins
    WHERE change.kind = '{Change.ADDED}'
    UNION ALL
    SELECT place.id, place.path, item.key, '', item.frequency, '-infinity', '-infinity', opening.due
    FROM place JOIN item ON item.level = place.level AND item.frequency = '{Frequency.STANDING}'
    JOIN opening ON opening.day = place.begins
    UNION ALL
    SELECT place.id, place.path, change.item, change.title, change.frequency, '-infinity', '-infinity', opening.due
    FROM change JOIN place ON place.id = change.unit_id JOIN opening ON opening.day = change.first_on
    WHERE change.kind = '{Change.ADDED}' AND change.frequency = '{Frequency.STANDING}' AND %(on)s <= change.last_on
),
duty AS (
    -- Most items were changed nowhere: for those one look at a small table is enough.
    SELECT * FROM candidate WHERE item NOT IN (SELECT item FROM change) OR NOT EXISTS (
        SELECT FROM change
        WHERE change.item = candidate.item AND starts_with(candidate.path, change.path)
          AND (CASE WHEN isfinite(candidate.first) THEN candidate.first ELSE %(on)s END)
              BETWEEN change.first_on AND change.last_on
          AND (change.kind = '{Change.LEFT_OUT}' OR change.kind = '{Change.STRICTER}' AND change.frequency <> ''
               AND position(change.frequency IN %(order)s) < position(candidate.frequency IN %(order)s))
    )
),
paper AS (
    SELECT notice.id, notice.unit_id, notice.item, coalesce(notice.period_first, '-infinity') AS first,
           coalesce(notice.period_last, '-infinity') AS last,
           min(version.published_on) FILTER (WHERE version.published_on <= %(on)s) AS published_on,
           (array_agg(version.withdrawn_at ORDER BY version.number DESC)
            FILTER (WHERE version.signed_at IS NOT NULL))[1] IS NULL AS stands,
           (array_agg(CASE WHEN (version.withdrawn_at AT TIME ZONE %(zone)s)::date < version.published_on
                           THEN '{Cause.RECALLED}'
                           WHEN version.withdrawn_at IS NULL AND version.published_on > %(on)s THEN '{Cause.SCHEDULED}'
                           WHEN version.signed_at IS NOT NULL THEN NULL
                           WHEN version.returned_at IS NOT NULL THEN '{Cause.RETURNED}'
                           WHEN version.submitted_at IS NULL THEN '{Cause.DRAFTED}'
                           WHEN version.review_required AND version.reviewed_at IS NULL THEN '{Cause.REVIEW}'
                           ELSE '{Cause.SIGNATURE}' END ORDER BY version.number DESC))[1] AS cause
    FROM place JOIN disclosure_notice notice ON notice.unit_id = place.id
    JOIN disclosure_noticeversion version ON version.notice_id = notice.id
    WHERE notice.period_last >= %(since)s OR notice.period_last IS NULL
        AND (notice.item = ANY (%(standing)s) OR notice.item LIKE '_-B%%')
    GROUP BY notice.id
),
said AS (
    SELECT unit_id, item, first, last, id, published_on, stands, cause, NULL::date AS nothing_on FROM paper
    UNION ALL
    SELECT nothing.unit_id, nothing.item, nothing.period_first, nothing.period_last, NULL, NULL, NULL, NULL,
           nothing.signed_on
    FROM place JOIN disclosure_nothingtoreport nothing ON nothing.unit_id = place.id
    WHERE nothing.signed_on <= %(on)s
),
done AS (
    SELECT unit_id, item, first, last, min(published_on) FILTER (WHERE stands) AS published_on,
           min(nothing_on) AS nothing_on,
           coalesce(min(id) FILTER (WHERE stands AND published_on IS NOT NULL), max(id)) AS notice, max(cause) AS cause
    FROM said GROUP BY unit_id, item, first, last
),
fact AS (
    SELECT duty.*, done.published_on, done.nothing_on, done.notice, done.cause
    FROM duty LEFT JOIN done USING (unit_id, item, first, last)
)
"""
_ROWS = """
SELECT unit_id, item, title, frequency, CASE WHEN isfinite(first) THEN first END, due, published_on, nothing_on, notice,
       cause
FROM fact ORDER BY due, unit_id, item
"""
_OVERDUE = """
SELECT unit_id, item, title, frequency, CASE WHEN isfinite(first) THEN first END, due, published_on, nothing_on, notice,
       cause
FROM fact WHERE published_on IS NULL AND nothing_on IS NULL AND due < %(on)s ORDER BY unit_id, due, item
"""
# Of everything whose period is over, by the unit directly below the one that is asked for.
_COUNTS = """
SELECT (string_to_array(trim(BOTH '/' FROM place.path), '/'))[%(depth)s]::bigint AS below, sum(number)::int,
       sum(done)::int, sum(overdue)::int, min(first_due)
FROM place JOIN (
    SELECT unit_id, count(*) AS number,
           count(*) FILTER (WHERE published_on IS NOT NULL OR nothing_on IS NOT NULL) AS done,
           count(*) FILTER (WHERE published_on IS NULL AND nothing_on IS NULL AND due < %(on)s) AS overdue,
           min(due) FILTER (WHERE published_on IS NULL AND nothing_on IS NULL AND due < %(on)s) AS first_due
    FROM fact WHERE last < %(on)s GROUP BY unit_id
) numbers ON numbers.unit_id = place.id
GROUP BY below
"""


def _values(root, *, on, until, items):
    since = on - duties.BACK
    known = [(period, due) for period, due in duties.periods_between(since, until) if period.first <= until]
    asked = [(item.key, int(_LEVEL.get(item.board, Level.COMMUNITY)), item.duty.value) for item in items]
    off = duties.days_off()
    values = {
        "root": root.path,
        "end": root.path[:-1] + "0",
        "depth": root.path.count("/"),
        "on": on,
        "zone": settings.TIME_ZONE,
        "since": since,
        "frequencies": [period.frequency.value for period, _due in known],
        "firsts": [period.first for period, _due in known],
        "lasts": [period.last for period, _due in known],
        "dues": [due.on for _period, due in known],
        "items": [key for key, _level, _frequency in asked],
        "levels": [level for _key, level, _frequency in asked],
        "asked": [frequency for _key, _level, frequency in asked],
        "standing": [key for key, _level, frequency in asked if frequency == Frequency.STANDING],
        "off": off,
        "known": sorted({day.year for day in off}),
        "order": "".join(BY_STRICTNESS),
    }
    return values


def _answer(select, *roots, **facts):
    """The rows of each root, one root after the other."""
    parts, values = [], {}
    for number, root in enumerate(roots):
        parts.append((_DUTIES + select).replace("%(", f"%(of_{number}_"))
        values |= {f"of_{number}_{name}": value for name, value in _values(root, **facts).items()}
    with connections[router.db_for_read(Notice)].cursor() as cursor:
        cursor.execute("\nUNION ALL\n".join(f"({part})" for part in parts), values)
        return cursor.fetchall()


def plan(root, *, on):
    """How the database answers `overdue_at(root)`: the lines of EXPLAIN ANALYZE, for the benchmark."""
    explain = "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON) " + _DUTIES + _OVERDUE
    with connections[router.db_for_read(Notice)].cursor() as cursor:
        cursor.execute(explain, _values(root, on=on, until=on, items=public_items()))
        return [line for (line,) in cursor.fetchall()]


def public_items():
    """The items of the catalogue that everyone may ask about."""
    return [item for item in ITEMS.values() if item.scope.is_public]


def duties_at(*roots, on, until=None, items=None):
    """Every `Duty` of `roots` and the units below them with a period that begins by `until` (the day `on`). One query.

    `items`: those of the catalogue to look at, the public ones by default. Oldest first, root by root.
    """
    return _duties(_answer(_ROWS, *roots, on=on, until=until or on, items=public_items() if items is None else items))


def overdue_at(root, *, on, items=None):
    """The overdue duties of `root` and the units below it, by unit, oldest first. One query."""
    return _duties(_answer(_OVERDUE, root, on=on, until=on, items=public_items() if items is None else items))


def duty_counts(root, *, on):
    """{id of the unit directly below `root`: (duties whose period is over, done, overdue, first of them due)}.

    Public items. One query.
    """
    rows = _answer(_COUNTS, root, on=on, until=on, items=public_items())
    return {below: counts for below, *counts in rows}


@cache
def _period(frequency, first):
    """(the period that begins on `first`, whether its last day is nominal): the same few for thousands of rows."""
    period = periods.period_of(frequency, first)
    return period, duties.last_day(period.nominal_due).nominal


def _duties(rows):
    found = []
    for unit, key, title, frequency, first, due, published_on, nothing_on, notice, cause in rows:
        period, nominal = _period(frequency, first) if first else (None, False)
        item = ITEMS.get(key) or local_item(key, title, frequency)
        found.append(
            duties.Duty(
                unit=unit,
                item=item,
                period=period,
                due=duties.Due(due, nominal),
                published_on=published_on,
                nothing_on=nothing_on,
                cause=Cause(cause) if cause else Cause.NOT_DRAFTED,
                notice=notice,
            )
        )
    return found
