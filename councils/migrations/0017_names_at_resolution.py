from django.db import migrations, models

# What was resolved before was resolved under the names of today, as far as anybody knows. Nothing else changes.
FILL = """
ALTER TABLE councils_resolution DISABLE TRIGGER USER;
UPDATE councils_resolution r SET number = m.prefix || '〔' || m.year || '〕' || m.serial || '号', title = m.title,
    unit_code = u.code, unit_name = u.name, body_name = b.name
FROM councils_matter m, orgs_orgunit u, councils_vote v, councils_agendaitem i, councils_meeting s, orgs_body b
WHERE m.id = r.matter_id AND u.id = m.unit_id AND v.id = r.vote_id AND i.id = v.item_id AND s.id = i.meeting_id
    AND b.id = s.body_id;
ALTER TABLE councils_resolution ENABLE TRIGGER USER;
"""


def text(name, length):
    return migrations.AddField("resolution", name, models.CharField(default="", max_length=length), False)


class Migration(migrations.Migration):
    dependencies = [("councils", "0016_authorisation_once"), ("orgs", "0001_initial")]

    operations = [
        text("number", 80),
        text("title", 120),
        text("unit_code", 24),
        text("unit_name", 100),
        text("body_name", 100),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
