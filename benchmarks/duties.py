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
NOTICES = 24  # published for duties, of each community
FILL = """
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE model_unit ON COMMIT DROP AS
    SELECT * FROM orgs_orgunit WHERE level = 5 ORDER BY code LIMIT 1;
INSERT INTO orgs_orgunit SELECT (jsonb_populate_record(NULL::orgs_orgunit, to_jsonb(u) || jsonb_build_object(
    'id', 800000000, 'code', '80', 'name', '省', 'level', 1, 'kind', 'province', 'parent_id', null,
    'path', '/800000000/'))).* FROM model_unit u;
INSERT INTO orgs_orgunit SELECT (jsonb_populate_record(NULL::orgs_orgunit, to_jsonb(u) || jsonb_build_object(
    'id', 810000000 + n, 'code', '81' || lpad(n::text, 7, '0'), 'level', 4, 'kind', 'street', 'parent_id', 800000000,
    'path', '/800000000/' || 810000000 + n || '/'))).* FROM model_unit u, generate_series(0, %(streets)s - 1) n;
INSERT INTO orgs_orgunit SELECT (jsonb_populate_record(NULL::orgs_orgunit, to_jsonb(u) || jsonb_build_object(
    'id', 820000000 + n, 'code', '82' || lpad(n::text, 10, '0'), 'parent_id', 810000000 + n / %(each)s,
    'path', '/800000000/' || 810000000 + n / %(each)s || '/' || 820000000 + n || '/'))).*
    FROM model_unit u, generate_series(0, %(communities)s - 1) n;
INSERT INTO disclosure_cataloguechange (unit_id, kind, item, title, frequency, asked, asked_days, reason, first_on,
    token, entered_by_id, entered_at)
    SELECT 800000000, 'begins', '', '', '', '', 0, 'x', %(first)s, gen_random_uuid(), min(id), now() FROM orgs_user;
CREATE TEMP TABLE slot ON COMMIT DROP AS
    SELECT row_number() OVER () AS n, key, first, last FROM unnest(%(keys)s::text[]) key,
    unnest(%(firsts)s::date[], %(lasts)s::date[]) AS period (first, last);
INSERT INTO disclosure_notice SELECT (jsonb_populate_record(NULL::disclosure_notice, to_jsonb(m) || jsonb_build_object(
    'id', 900000000 + u.n * 100 + slot.n, 'unit_id', 820000000 + u.n, 'item', slot.key, 'board', 'financial',
    'serial', slot.n, 'period_first', slot.first, 'period_last', slot.last))).*
    FROM (SELECT * FROM disclosure_notice WHERE serial IS NOT NULL AND audience = 'public' LIMIT 1) m,
    generate_series(0, %(communities)s - 1) AS u (n), slot WHERE slot.n <= %(notices)s AND (u.n + slot.n) %% 7 > 0;
INSERT INTO disclosure_noticeversion SELECT (jsonb_populate_record(NULL::disclosure_noticeversion, to_jsonb(v) ||
    jsonb_build_object('id', notice.id, 'notice_id', notice.id, 'number', 1, 'withdrawn_at', null,
    'published_on', notice.period_last + 10,
    'displayed_until', notice.period_last + 400))).*
    FROM (SELECT * FROM disclosure_noticeversion WHERE signed_at IS NOT NULL AND window_days = 0 LIMIT 1) v,
    disclosure_notice notice WHERE notice.id >= 900000000;
"""


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
        "notices": NOTICES,
        "first": date(2025, 10, 1),
        "keys": ["F02", "F03", "F04", "F07", "F08", "F09", "F14", "F19"],
        "firsts": [period.first for period in quarters],
        "lasts": [period.last for period in quarters],
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)
            for table in ("orgs_orgunit", "disclosure_notice", "disclosure_noticeversion"):
                cursor.execute(f"ANALYZE {table}")
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
