from importlib import import_module

from django.db import migrations

# The search finds a notice by the number that it was given, not by what its unit is called today.
COMPOSED = """coalesce(nullif(u.short_name, ''), u.name)
            || (governance_search_rules() -> CASE u.kind WHEN 'village' THEN 'village_words' ELSE 'words' END ->> n.board)
            || '公〔' || n.year || '〕' || n.serial || '号')
    FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id JOIN orgs_orgunit u ON u.id = n.unit_id
"""
KEPT = """nullif(n.number, ''))
    FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id
"""
SEARCH = import_module("governance.migrations.0001_search")
BEFORE = SEARCH.SOURCE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
assert COMPOSED in BEFORE


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_search_estimates"),
        ("disclosure", "0003_number_text"),
    ]

    operations = [migrations.RunSQL(BEFORE.replace(COMPOSED, KEPT), BEFORE)]
