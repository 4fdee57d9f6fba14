"""Serial numbers without gaps: one locked counter row for each unit, series and year."""

from django.db import connection

from disclosure.models import Counter

SQL = """
INSERT INTO {table} AS counter (unit_id, series, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT ON CONSTRAINT counter_once_per_year DO UPDATE SET last = counter.last + 1
RETURNING last
"""


def next_serial(unit, series, year):
    """The next number of `series` at `unit` in `year`, from 1.

    The row stays locked until the transaction ends, so that two signatures at once get two numbers and one that is
    rolled back leaves no gap. Must run inside a transaction.
    """
    assert connection.in_atomic_block, "a serial number is taken inside the transaction that uses it"
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(table=Counter._meta.db_table), [unit.pk, series, year])
        return cursor.fetchone()[0]
