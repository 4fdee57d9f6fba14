from importlib import import_module

from django.db import migrations

# An announcement that was corrected is found until the day of its successor.
FOR_GOOD = """a.published_on, a.published_on, NULL::date, '', '', a.id::text, a.title::text,
        concat_ws(E'\\n', a.text, u.name)
    FROM disclosure_announcement a JOIN orgs_orgunit u ON u.id = a.unit_id
"""
UNTIL_REPLACED = """a.published_on, a.published_on, successor.published_on, '', '', a.id::text, a.title::text,
        concat_ws(E'\\n', a.text, u.name)
    FROM disclosure_announcement a JOIN orgs_orgunit u ON u.id = a.unit_id
    LEFT JOIN disclosure_announcement successor ON successor.supersedes_id = a.id
"""
BEFORE = import_module("governance.migrations.0004_search_filters").SOURCE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
assert FOR_GOOD in BEFORE
TRIGGER = """
CREATE FUNCTION governance_search_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.supersedes_id IS NOT NULL THEN
        PERFORM governance_search_refresh('announcement', NEW.supersedes_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_replaced AFTER INSERT ON disclosure_announcement
    FOR EACH ROW EXECUTE FUNCTION governance_search_replaced();
SELECT governance_search_refresh('announcement', supersedes_id)
    FROM disclosure_announcement WHERE supersedes_id IS NOT NULL ORDER BY supersedes_id;
"""
REVERSE = """
DROP TRIGGER search_replaced ON disclosure_announcement;
DROP FUNCTION governance_search_replaced();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_search_filters"),
        ("disclosure", "0005_everyday"),
    ]

    operations = [
        migrations.RunSQL(BEFORE.replace(FOR_GOOD, UNTIL_REPLACED), BEFORE),
        migrations.RunSQL(TRIGGER, REVERSE),
    ]
