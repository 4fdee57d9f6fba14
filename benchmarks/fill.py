"""Fills a database of the benchmarks: the demo, and at national size the tree, notices and matters besides.

Rows are copied from those of the demo by SQL, with the triggers of their tables off for the time; what is copied
differs in place, day and number. The index of the search is written at the end.
"""

import csv
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from benchmarks.sizes import SIZES
from governance.demo import story
from governance.search.index import rebuild
from governance.unlogged import log_unlogged
from orgs.divisions import TABLES, import_table
from orgs.enums import Level
from orgs.models import OrgUnit

NOTICES_EACH = 50  # a community's notices of about two and a half years
BATCH = 200  # communities
COPIED = 1_000_000_000  # ids of copied rows begin here


def fill(name, divisions=None):
    """The demo, and with the name of a `Size` the nation: the files of the folder `divisions`, or a made-up tree."""
    size = SIZES.get(name)
    call_command("migrate", verbosity=0)
    if not OrgUnit.objects.exists():
        with transaction.atomic():
            story.tell(timezone.localdate())
    if size:
        with tempfile.TemporaryDirectory() as folder:
            import_tree(Path(divisions) if divisions else made_up(Path(folder), size))
        copy_records(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def import_tree(folder):
    for table in TABLES:
        with (folder / table.file).open(encoding="utf-8") as stream:
            total = sum(1 for _line in stream) - 1
        with tqdm(total=total, desc=table.file, unit=" rows") as bar:
            import_table(folder, table, advance=bar.update)


def made_up(folder, size):
    """Files of a tree of this size; many communities share a name, as they do."""
    names = [a + b for a in "和团太新红东南西北中大小长永安平清文" for b in "平结河桥湖山光村家湾泉岭坪塘"]
    endings = ("省", "市", "县", "镇", "村委会")
    above = [""]
    for table, count, ending in zip(TABLES, size.tree, endings, strict=True):
        digits = table.digits - len(above[0])
        codes = []
        with (folder / table.file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["code", "name", *filter(None, [table.parent_column])])
            for number in range(count):
                parent = above[number * len(above) // count]
                serial = 1 if not codes or not codes[-1].startswith(parent) else int(codes[-1][len(parent) :]) + 1
                codes.append(f"{parent}{serial:0{digits}}")
                writer.writerow([codes[-1], names[number % len(names)] + ending, *([parent] if parent else [])])
        above = codes
    return folder


def copy_records(size):
    """Notices and matters of communities from one end of the tree to the other."""
    nation = OrgUnit.objects.filter(level=Level.COMMUNITY).exclude(notices__isnull=False)
    places = list(nation.order_by("pk").values_list("pk", flat=True))
    number = size.notices // NOTICES_EACH
    chosen = [places[i * len(places) // number] for i in range(number)]
    with connection.cursor() as cursor, triggers_off(cursor, *COPIES), without_index(cursor, "search_by_pieces"):
        for start in tqdm(range(0, number, BATCH), desc="notices and matters", unit=" batch"):
            batch = chosen[start : start + BATCH]
            values = {
                "units": batch,
                "start": COPIED + start,
                "each": NOTICES_EACH,
                "matters": max(size.matters // number, 1),
            }
            for table, (source, columns) in COPIES.items():
                copy(cursor, table, source, columns, values)
        with tqdm(total=size.notices, desc="public log", unit=" leaves") as bar:
            log_unlogged(timezone.now(), advance=bar.update)
        print("index of the search ...", flush=True)
        rebuild()


# Table -> (FROM, {column: what stands in it instead}). `place` are the communities with their ordinal `k`, `j` runs
# through the records of each; `t` is the row of the demo that is copied.
_PLACES = """
    (SELECT u.*, %(start)s + place.k AS k FROM unnest(%(units)s::bigint[]) WITH ORDINALITY place(id, k)
     JOIN orgs_orgunit u ON u.id = place.id) place
"""
_NOTICES = f"""{_PLACES} CROSS JOIN generate_series(1, %(each)s) j JOIN (
    SELECT n.id, row_number() OVER (ORDER BY n.id) - 1 AS r, count(*) OVER () AS all FROM disclosure_notice n
    WHERE n.audience = 'public' AND n.id < {COPIED} AND EXISTS (
        SELECT FROM disclosure_noticeversion v WHERE v.notice_id = n.id AND v.signed_at IS NOT NULL)
) model ON model.r = j %% model.all"""
_ID = "place.k * %(each)s + j"
_MATTER_ID = "place.k * %(matters)s + j"


def _earlier(column, number):
    """SQL: the day in `column`, or one of the two and a half years before it."""
    return f"({column} - make_interval(days => abs(hashint8({number}) %% 900)))::date"


COPIES = {
    "orgs_body": (
        f"{_PLACES} JOIN (SELECT * FROM orgs_body WHERE kind = 'residents_committee' ORDER BY id LIMIT 1) t ON true",
        {"id": "place.k", "unit_id": "place.id", "name": "place.name"},
    ),
    "disclosure_notice": (
        f"{_NOTICES} JOIN disclosure_notice t ON t.id = model.id",
        {
            "id": _ID,
            "unit_id": "place.id",
            "issuer_id": "place.k",
            "year": "2026 - j / 20",
            "serial": "j",
            "number": "place.short_name || substring(t.number FROM '..〔') || (2026 - j / 20) || '〕' || j || '号'",
            "source_label": "''",
            "source_url": "''",
        },
    ),
    "disclosure_noticeversion": (
        f"""{_NOTICES} JOIN LATERAL (SELECT * FROM disclosure_noticeversion v WHERE v.notice_id = model.id
            AND v.signed_at IS NOT NULL ORDER BY number DESC LIMIT 1) t ON true""",
        {
            "id": _ID,
            "notice_id": _ID,
            "unit_code": "place.code",
            "unit_name": "place.name",
            "issuer_name": "place.name",
            "number": "1",
            "correction_reason": "''",
            "withdrawn_at": "NULL",
            "withdrawn_by_id": "NULL",
            "withdrawn_reason": "''",
            "redaction_id": "NULL",
            "title": "left(place.short_name || '：' || t.title, 120)",
            "published_text": "replace(t.published_text, '柳溪', place.short_name) || E'\\n' || place.name",
            "published_on": _earlier("t.published_on", _ID),
            "displayed_until": _earlier("t.displayed_until", _ID),
            "window_until": _earlier("t.window_until", _ID),
        },
    ),
    "councils_matter": (
        f"""{_PLACES} CROSS JOIN generate_series(1, %(matters)s) j JOIN (
            SELECT m.*, row_number() OVER (ORDER BY m.id) - 1 AS r, count(*) OVER () AS all
            FROM councils_matter m WHERE m.id < {COPIED}) t ON t.r = (place.k + j) %% t.all""",
        {
            "id": _MATTER_ID,
            "unit_id": "place.id",
            "serial": "j",
            "prefix": "place.short_name || '议'",
            "token": "gen_random_uuid()",
            "registered_on": _earlier("t.registered_on", _MATTER_ID),
            "resolution_notice_id": "NULL",
            "outcome_notice_id": "NULL",
        },
    ),
    "audit_event": (
        f"{_PLACES} CROSS JOIN generate_series(1, %(each)s) j"
        f" JOIN (SELECT * FROM audit_event WHERE verb = 'sign_notice' ORDER BY id LIMIT 1) t ON true",
        {"id": _ID, "path": "place.path"},
    ),
}


def copy(cursor, table, source, changed, values):
    """Insert a copy of rows of `table`; every column that is not `changed` is taken over."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s", [table]
    )
    columns = [name for (name,) in cursor.fetchall()]
    cells = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {cells} FROM {source}", values)


@contextmanager
def triggers_off(cursor, *tables):
    """Without the triggers of these tables: those of foreign keys stay on."""
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def without_index(cursor, name):
    """Without an index that is quicker to build than to keep while much is written."""
    cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [name])
    definition = cursor.fetchone()[0]
    cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '256MB'")
    cursor.execute(definition)
