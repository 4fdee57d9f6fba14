"""The index as a whole: is it what the records say, and make it so again."""

from django.db import connection, transaction

COLUMNS = "kind, record_id, part_id, audience, unit_id, path, day, since, until, board, item, heading, text, initials"
_DIFFERENCE = """
    SELECT kind, record_id, CASE WHEN bool_or(is_there) THEN
        CASE WHEN bool_or(should_be) THEN 'stale' ELSE 'surplus' END ELSE 'missing' END
    FROM (
        (SELECT {columns}, true AS should_be, false AS is_there FROM governance_search_rows()
         EXCEPT SELECT {columns}, true, false FROM governance_searchentry)
        UNION ALL
        (SELECT {columns}, false, true FROM governance_searchentry
         EXCEPT SELECT {columns}, false, true FROM governance_search_rows())
    ) differing GROUP BY kind, record_id ORDER BY kind, record_id
"""


def differences():
    """Where the index is not what the records say: [(kind, record, "missing" | "surplus" | "stale")]. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCE.format(columns=COLUMNS))
        return cursor.fetchall()


@transaction.atomic
def rebuild():
    """Write every entry anew; returns their number. Meanwhile the old ones are found, and who writes waits."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE governance_searchentry IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM governance_searchentry")
        cursor.execute(f"INSERT INTO governance_searchentry ({COLUMNS}) SELECT {COLUMNS} FROM governance_search_rows()")
        return cursor.rowcount


def repair(found):
    """Write the entries of the records that `differences` names anew, one record after the other."""
    with connection.cursor() as cursor:
        for kind, record, _fault in found:
            cursor.execute("SELECT governance_search_refresh(%s, %s)", [kind, record])
            yield kind, record
