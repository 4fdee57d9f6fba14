"""The public log alone: leaves without anything that was published."""

import pytest
from django.db import connection

OTHERS = """
    SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = 'audit_leaf'::regclass AND NOT tgisinternal AND proname NOT LIKE 'audit\\_%'
"""


@pytest.fixture
def log_alone(request, settings, tmp_path):
    """Other apps' triggers, which ask for the row behind a leaf, are off; keys and checkpoint are this test's alone."""
    settings.LOG_DIR = tmp_path / "log"
    request.getfixturevalue("transactional_db" if "committed" in request.fixturenames else "db")
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f"ALTER TABLE audit_leaf DISABLE TRIGGER {name}")
        yield
        if not connection.in_atomic_block:
            for name in names:
                cursor.execute(f"ALTER TABLE audit_leaf ENABLE TRIGGER {name}")
