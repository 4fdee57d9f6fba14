from django.db import migrations, models

# Notices that were published before have the number that they show now. No trigger: nothing else of them changes.
FILL = """
ALTER TABLE disclosure_notice DISABLE TRIGGER USER;
UPDATE disclosure_notice n SET number = coalesce(nullif(u.short_name, ''), u.name)
    || CASE n.board WHEN 'party' THEN '党' WHEN 'financial' THEN '财' WHEN 'compound' THEN '区'
        ELSE CASE u.kind WHEN 'village' THEN '村' ELSE '居' END END
    || '公〔' || n.year || '〕' || n.serial || '号'
FROM orgs_orgunit u WHERE u.id = n.unit_id AND n.serial IS NOT NULL;
ALTER TABLE disclosure_notice ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0002_triggers"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="number",
            field=models.CharField(blank=True, default="", max_length=130, verbose_name="number"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="notice", name="notice_number_is_whole"),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number", ""),
                    ("serial", None),
                    ("year", None),
                )
                | models.Q(
                    ("serial__gt", 0),
                    ("serial__isnull", False),
                    ("year__isnull", False),
                )
                & ~models.Q(("number", "")),
                name="notice_number_is_whole",
            ),
        ),
    ]
