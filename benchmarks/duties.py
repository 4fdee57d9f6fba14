"""How long the duties of a community, a street and a province take: `python -m benchmarks.duties [communities]`.

Makes a province of 30 communities a street in the database of `DATABASE_URL` (filled with the demo, its owner a
superuser), measures, prints the plan of the street, and rolls everything back.
"""

import os
import sys
import time

import django
from django.db import connection, transaction

STREET = 30
# table -> (which row is copied, from what, which columns differ)
COPIES = (
    (
        "orgs_orgunit",
        "level = 5",
        "generate_series(0, 0) n",
        {
            "id": "800000000",
            "code": "'80'",
            "level": "1",
            "kind": "'province'",
            "parent_id": "NULL",
            "path": "'/800000000/'",
        },
    ),
    (
        "orgs_orgunit",
        "level = 4",
        "generate_series(0, %(streets)s - 1) n",
        {
            "id": "810000000 + n",
            "code": "'81' || lpad(n::text, 7, '0')",
            "parent_id": "800000000",
            "path": "'/800000000/' || 810000000 + n || '/'",
        },
    ),
    (
        "orgs_orgunit",
        "level = 5",
        "generate_series(0, %(communities)s - 1) n",
        {
            "id": "820000000 + n",
            "code": "'82' || lpad(n::text, 10, '0')",
            "parent_id": "810000000 + n / %(each)s",
            "path": "'/800000000/' || 810000000 + n / %(each)s || '/' || 820000000 + n || '/'",
        },
    ),
    (
        "disclosure_cataloguechange",
        "kind = 'begins'",
        "generate_series(0, 0) n",
        {"id": "800000000", "unit_id": "800000000", "first_on": "%(first)s", "token": "gen_random_uuid()"},
    ),
    (
        "disclosure_notice",
        "serial IS NOT NULL AND audience = 'public'",
        "generate_series(0, %(communities)s - 1) n, slot WHERE (n + slot.number) %% 7 > 0",
        {
            "id": "900000000 + n * 100 + slot.number",
            "unit_id": "820000000 + n",
            "item": "slot.key",
            "board": "'financial'",
            "serial": "slot.number",
            "period_first": "slot.first",
            "period_last": "slot.last",
        },
    ),
    (
        "disclosure_noticeversion",
        "signed_at IS NOT NULL AND window_days = 0",
        "disclosure_notice n WHERE n.id >= 900000000",
        {
            "id": "n.id",
            "notice_id": "n.id",
            "number": "1",
            "withdrawn_at": "NULL",
            "published_on": "n.period_last + 10",
            "displayed_until": "n.period_last + 400",
        },
    ),
)
SLOTS = """
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE slot ON COMMIT DROP AS
    SELECT row_number() OVER () AS number, key, first, last FROM unnest(%(keys)s::text[]) key,
    unnest(%(firsts)s::date[], %(lasts)s::date[]) AS period (first, last);
"""


def fill(cursor, values):
    """The rows of a province, copied from one of the demo with what differs; triggers are off for the time."""
    cursor.execute(SLOTS, values)
    for table, which, source, differs in COPIES:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join(differs.get(name, f'model."{name}"') for name in names)
        model = f"(SELECT * FROM {table} WHERE {which} ORDER BY id LIMIT 1) model"
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {model}, {source}", values)
        cursor.execute(f"ANALYZE {table}")


def main(communities):
    """Fill, measure, print, roll back."""
    from datetime import date

    from disclosure import periods
    from disclosure.models import duties_at, duty_counts, overdue_at
    from disclosure.models.duties import plan
    from orgs.models import OrgUnit

    on = date(2026, 11, 22)
    quarters = periods.recent("Q", on, 3)[1:]
    values = {
        "communities": communities,
        "each": STREET,
        "streets": -(-communities // STREET),
        "first": date(2025, 10, 1),
        "keys": ["F02", "F03", "F04", "F07", "F08", "F09", "F14", "F19"],
        "firsts": [period.first for period in quarters],
        "lasts": [period.last for period in quarters],
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            fill(cursor, values)
        province = OrgUnit.objects.get(code="80")
        street = OrgUnit.objects.filter(parent=province).first()
        community = OrgUnit.objects.filter(parent=street).first()
        for name, ask in (
            ("a community, every duty", lambda: len(duties_at(community, on=on))),
            (f"a street of {STREET}, overdue", lambda: len(overdue_at(street, on=on))),
            (f"a street of {STREET}, counts", lambda: sum(row[0] for row in duty_counts(street, on=on).values())),
            (f"{communities:,} communities, counts", lambda: sum(r[0] for r in duty_counts(province, on=on).values())),
        ):
            times = []
            for _again in range(3):
                began = time.perf_counter()
                number = ask()
                times.append(time.perf_counter() - began)
            print(f"{name:34} {number:>10,} duties {min(times) * 1000:>9.1f} ms")
        print(*plan(street, on=on), sep="\n")
        transaction.set_rollback(True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
