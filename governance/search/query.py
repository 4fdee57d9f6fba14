"""From the words somebody typed to the hits of a page, in two queries whatever is found."""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.functional import cached_property

from disclosure.archive import of_public_office
from disclosure.masking import masked, names_in
from governance.models import Kind, SearchEntry
from governance.search.text import are_initials, excerpt, marked, normal, pieces, segments
from orgs.enums import Level
from orgs.models import OrgUnit

# What one search shows: more results than this are not paged through but narrowed down.
MOST = 200
# The best hits are looked for among so many of the newest.
LOOKED_AT = 400
# Of words that stand in more entries than this enough are met, as a rule, among so many of the newest entries.
COMMON = 2000
LOOKED_THROUGH = 10_000
# What is read of each entry besides its heading.
COLUMNS = ("kind", "record_id", "unit_id", "part_id", "audience", "day", "initials")
# Below places of this level a single character may be looked for, which no index answers.
NARROW = Level.STREET


@dataclass
class Hit:
    """One result: the record (`kind`, `record_id`) at a unit, and the entries through which it was found."""

    kind: str
    record_id: int
    unit_id: int
    parts: list  # [(part_id, audience)]
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

    Two queries. The best of very many are the best of the LOOKED_AT newest.
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
    for kind, record, unit, part, audience, _day, initials, _head in rows[: MOST + 1]:
        hit = hits.setdefault((kind, record, unit), Hit(kind, record, unit, [], initials, tuple(words)))
        hit.parts.append((part, audience))
    return list(hits.values())


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


# What the index holds of the files of a version `v` that name people.
_GOING_WITH_THE_DISPLAY = (
    "SELECT array_agg(concat_ws(E'\\n', used.label, said.text)) FROM disclosure_noticeattachment used"
    " JOIN audit_attachment file ON file.id = used.attachment_id"
    " LEFT JOIN audit_attachmenttext said ON said.sha256 = file.sha256"
    " WHERE used.version_id = v.id AND used.names_people IS NOT FALSE"
)


def read(hits, public_on=None):
    """The hits with heading, text, day and place as the records say now, without those that are gone by now. One query.

    A hit with several parts shows its newest. `public_on`: for everyone, on that day. Then notices whose display has
    ended show their archived text, names masked, without what closed files say, and are hits only by words of that; one
    query more if there are any.
    """
    if not hits:
        return []
    by_kind = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).extend(part for part, _audience in hit.parts)
    condition = " OR ".join("s.kind = %s AND s.part_id = ANY(%s)" for _kind in by_kind)
    with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
        cursor.execute(
            "SELECT s.kind, s.record_id, s.unit_id, s.part_id, s.audience, s.head, s.body, s.ref, s.day, s.until,"
            " u.name, u.code, u.path, v.displayed_until,"
            f" CASE WHEN v.displayed_until < %s THEN ({_GOING_WITH_THE_DISPLAY}) END, signer.name, reviewer.name"
            " FROM governance_search_source() s JOIN orgs_orgunit u ON u.id = s.unit_id"
            " LEFT JOIN disclosure_noticeversion v ON v.id = s.part_id AND s.kind = 'notice'"
            " LEFT JOIN orgs_person signer ON signer.id = v.signed_by_id"
            " LEFT JOIN orgs_person reviewer ON reviewer.id = v.reviewed_by_id"
            f" WHERE {condition} ORDER BY s.day, s.part_id",
            [public_on, *(value for pair in by_kind.items() for value in pair)],
        )
        rows = {(*row[:3], *row[3:5]): row[5:] for row in cursor.fetchall()}
    shown, ended = [], []
    for hit in hits:
        known = [rows.get((hit.kind, hit.record_id, hit.unit_id, *part)) for part in hit.parts]
        known = sorted((row for row in known if row), key=lambda row: row[3])
        if known:
            hit.head, hit.body, hit.ref, hit.day, hit.until, hit.unit_name, hit.unit_code, *rest = known[-1]
            path, displayed_until, closed, *people = rest
            if public_on and displayed_until and displayed_until < public_on:
                for said in closed or ():
                    hit.body = hit.body.replace(said, "")
                ended.append((hit, OrgUnit(pk=hit.unit_id, path=path), people))
            if hit.kind == Kind.PERSON:
                # Each office that the person holds at this unit, the words of the place once.
                hit.body = "\n".join(dict.fromkeys(_office(row[1]) for row in reversed(known)))
            shown.append(hit)
    if ended:
        _archive(ended)
        lost = {id(hit) for hit, _unit, _people in ended if not _holds(hit)}
        shown = [hit for hit in shown if id(hit) not in lost]
    return shown


def _archive(ended):
    """Mask the names in the texts of [(hit, unit, names of signer and reviewer)]. One query if there are names."""
    names = {name for hit, _unit, _people in ended for name in names_in(hit.body)}
    known = of_public_office(names, [unit for _hit, unit, _people in ended]) if names else set()
    for hit, _unit, people in ended:
        hit.body = masked(hit.body, known.union(filter(None, people)))


def _holds(hit):
    """Whether each of the words still stands in what is shown."""
    text = f"{normal(hit.head)} {normal(hit.body)}"
    return all(word in text or are_initials(word) and word in hit.initials for word in hit.asked)


def _office(body):
    """柳溪社区党委书记, of the lines title, body, unit."""
    title, name, _unit = body.split("\n")
    return f"{name}{title}"
