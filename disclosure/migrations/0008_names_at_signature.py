from django.db import migrations, models

# What was published before was published under the names of today, as far as anybody knows. Nothing else changes.
FILL = """
ALTER TABLE disclosure_noticeversion DISABLE TRIGGER USER;
UPDATE disclosure_noticeversion v SET unit_code = u.code, unit_name = u.name, issuer_name = b.name
FROM disclosure_notice n JOIN orgs_orgunit u ON u.id = n.unit_id JOIN orgs_body b ON b.id = n.issuer_id
WHERE n.id = v.notice_id AND v.signed_at IS NOT NULL;
ALTER TABLE disclosure_noticeversion ENABLE TRIGGER USER;
"""


def text(name, length):
    return migrations.AddField(
        "noticeversion", name, models.CharField(blank=True, default="", max_length=length), False
    )


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0007_catalogue_changes"), ("orgs", "0001_initial")]

    operations = [
        text("unit_code", 24),
        text("unit_name", 100),
        text("issuer_name", 100),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "noticeversion",
            models.CheckConstraint(
                condition=models.Q(signed_at=None, unit_code="", unit_name="", issuer_name="")
                | models.Q(signed_at__isnull=False)
                & ~models.Q(unit_code="")
                & ~models.Q(unit_name="")
                & ~models.Q(issuer_name=""),
                name="version_says_who_published",
            ),
        ),
    ]
