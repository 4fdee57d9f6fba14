"""From the words somebody typed to the hits of a page, in two queries whatever is found."""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.functional import cached_property

from councils.models import Matter
from disclosure.models import Notice
from governance.models import Kind, SearchEntry
from governance.search.text import are_initials, excerpt, is_number, marked, normal, pieces, segments
from orgs.enums import Level

# What one search shows: more results than this are not paged through but narrowed down.
MOST = 200
# The best hits are looked for among so many of the newest.
LOOKED_AT = 400
# Of words that stand in more entries than this enough are met, as a rule, among so many of the newest entries.
COMMON = 2000
LOOKED_THROUGH = 5_000
# What is read of each entry besides its heading.
COLUMNS = ("kind", "record_id", "unit_id", "part_id", "audience", "since", "day", "initials")
# Below places of this level a single character may be looked for, which no index answers.
NARROW = Level.STREET


@dataclass
class Hit:
    """One result: the record (`kind`, `record_id`) at a unit, and the entries through which it was found."""

    kind: str
    record_id: int
    unit_id: int
    parts: list  # [(part_id, audience, since)]
    initials: str
    asked: tuple

    # Filled by `read` with what the records say now.
    head: str = ""
    body: str = ""
    ref: str = ""
    day: object = None
    until: object = None
    unit_name: str = ""
    unit_code: str = ""

    @property
    def label(self):
        return Kind(self.kind).label

    @cached_property
    def title(self):
        """The heading in segments; the searched words are hits."""
        return segments(self.head, self.asked, self.initials)

    @cached_property
    def excerpt(self):
        """The piece of the text where the words stand, in segments."""
        return excerpt(self.body, self.asked)

    @property
    def url(self):
        """The public page that shows it."""
        unit = reverse("unit", args=[self.unit_code])
        if self.kind == Kind.NOTICE:
            return reverse("notice", args=[self.unit_code, self.ref])
        if self.kind == Kind.ANNOUNCEMENT:
            return reverse("announcement", args=[self.unit_code, self.record_id])
        if self.kind == Kind.PERSON:
            return f"{unit}#people"
        if not self.ref:
            return f"{unit}#meetings"
        return reverse("matter", args=[self.unit_code, *self.ref.split("-")])

    @property
    def desk_url(self):
        """Its page at the desk, or the public one where there is no other."""
        names = {Kind.MATTER: "matter_desk", Kind.MEETING: "meeting", Kind.NOTICE: "desk_notice"}
        return reverse(names[self.kind], args=[self.record_id]) if self.kind in names else self.url


def is_too_short(words, unit):
    """Whether the words are single characters that would have to be looked for everywhere."""
    return all(len(word) == 1 for word in words) and (unit is None or unit.level < NARROW)


def find(entries, words, *, newest=False):
    """[Hit] of at most MOST + 1 entries that hold all `words`: the newest, or the headings before the rest.

    Two queries, and two more for a number. The best of very many are the best of the LOOKED_AT newest.
    """
    try:
        if expected(words) < COMMON:
            query, values = by_pieces(entries, words).query.sql_with_params()
        else:
            query, values = common(entries, words)
    except EmptyResultSet:  # for somebody who may read nothing
        return []
    with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    if not newest:
        rows.sort(key=lambda row: not _in_heading(words, *row[-2:]))
    hits = {}
    for kind, record, unit, part, audience, since, _day, initials, _head in rows[: MOST + 1]:
        hit = hits.setdefault((kind, record, unit), Hit(kind, record, unit, [], initials, tuple(words)))
        hit.parts.append((part, audience, since))
    numbers = tuple(word for word in words if is_number(word))
    return _bearers_first(hits.values(), numbers) if numbers and not newest else list(hits.values())


def _bearers_first(hits, numbers):
    """The hits in their order, before them the records that bear one of the `numbers`: others only name it.

    One query for each kind of record with numbers.
    """
    bearers = set()
    for kind, model in {Kind.NOTICE: Notice, Kind.MATTER: Matter}.items():
        records = model.objects.in_bulk({hit.record_id for hit in hits if hit.kind == kind})
        bearers |= {(kind, pk) for pk, record in records.items() if normal(record.number).endswith(numbers)}
    return sorted(hits, key=lambda hit: (hit.kind, hit.record_id) not in bearers)


def by_pieces(entries, words):
    """What `find` reads of the LOOKED_AT newest entries that hold the words, by the index of pieces."""
    # No index has this order: the planner shall not walk the days and cut each text that it meets into pieces.
    day = ExpressionWrapper(F("day") + 0, output_field=DateField())
    found = entries.containing(words).order_by(day.desc(), "-record_id")
    return found.annotate(head=Left("text", F("heading"))).values_list(*COLUMNS, "head")[:LOOKED_AT]


# Words that are common may be so elsewhere only, or never together. So the newest entries are looked through, and where
# too few of them hold the words, the index of pieces is asked.
_NEWEST_OR_BY_PIECES = """
    WITH recent AS MATERIALIZED (
        SELECT {columns}, left(text, heading) FROM ({newest}) entry
        WHERE {holds} ORDER BY day DESC, record_id DESC LIMIT {looked_at}
    )
    SELECT * FROM recent WHERE (SELECT count(*) FROM recent) > {most}
    UNION ALL SELECT * FROM ({by_pieces}) found WHERE (SELECT count(*) FROM recent) <= {most}
    ORDER BY day DESC, record_id DESC
"""


def common(entries, words):
    """(SQL, values): what `by_pieces` reads, of words that stand in many entries."""
    newest = entries.newest().values_list(*COLUMNS, "text", "heading")[:LOOKED_THROUGH]
    newest, newest_values = newest.query.sql_with_params()
    pieces, values = by_pieces(entries, words).query.sql_with_params()
    holds = ["(strpos(text, %s) > 0" + " OR strpos(initials, %s) > 0" * are_initials(word) + ")" for word in words]
    asked = [word for word in words for _column in range(1 + are_initials(word))]
    query = _NEWEST_OR_BY_PIECES.format(
        columns=", ".join(COLUMNS),
        newest=newest,
        holds=" AND ".join(holds),
        looked_at=LOOKED_AT,
        most=MOST,
        by_pieces=pieces,
    )
    return query, [*newest_values, *asked, *values]


def expected(words):
    """In how many entries the words stand together at the most, by the statistics of the database. One query.

    Of each word its rarest piece counts, for the others go with it.
    """
    asked = [(word, pieces(word)) for word in words if len(word) > 1]
    asked += [(word, marked(word)) for word in words if are_initials(word)]
    with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
        cursor.execute("SELECT governance_search_estimates(%s)", [[piece for _word, own in asked for piece in own]])
        everything, *numbers = cursor.fetchone()[0]
    most = {}
    for word, own in asked:
        most[word] = most.get(word, 0) + min(numbers[: len(own)])
        numbers = numbers[len(own) :]
    return min(most.values(), default=everything)


def _in_heading(words, initials, head):
    """Whether every word stands in the heading."""
    return all(word in head or are_initials(word) and word in initials for word in words)


def read(hits):
    """The hits with heading, text, day and place as the records say now, without those that are gone by now. One query.

    A hit with several parts shows its newest, and of that the one that says more.
    """
    if not hits:
        return []
    by_kind = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).extend(part for part, *_which in hit.parts)
    condition = " OR ".join("s.kind = %s AND s.part_id = ANY(%s)" for _kind in by_kind)
    with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
        cursor.execute(
            "SELECT s.kind, s.record_id, s.unit_id, s.part_id, s.audience, s.since,"
            " s.head, s.body, s.ref, s.day, s.until, u.name, u.code"
            " FROM governance_search_source() s JOIN orgs_orgunit u ON u.id = s.unit_id"
            f" WHERE {condition} ORDER BY s.day, s.audience <> 'public', s.part_id",
            [value for pair in by_kind.items() for value in pair],
        )
        rows = {row[:6]: row[6:] for row in cursor.fetchall()}
    shown = []
    for hit in hits:
        parts = {(hit.kind, hit.record_id, hit.unit_id, *part) for part in hit.parts}
        known = [row for key, row in rows.items() if key in parts]
        if known:
            hit.head, hit.body, hit.ref, hit.day, hit.until, hit.unit_name, hit.unit_code = known[-1]
            if hit.kind == Kind.PERSON:
                # Each office that the person holds at this unit, the words of the place once.
                hit.body = "\n".join(dict.fromkeys(_office(row[1]) for row in reversed(known)))
            shown.append(hit)
    return shown


def _office(body):
    """柳溪社区党委书记, of the lines title, body, unit."""
    title, name, _unit = body.split("\n")
    return f"{name}{title}"
