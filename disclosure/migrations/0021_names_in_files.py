from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("disclosure.migrations.0019_withheld_files")
OWN = "(NEW.version_id, NEW.attachment_id) = (OLD.version_id, OLD.attachment_id)"
assert OWN in BEFORE.UNLABELLED
# Of a published version nothing changes but the label of a withheld file; and what was signed before anybody asked
# whom its files name is told so once.
UNLABELLED = BEFORE.UNLABELLED.replace(
    OWN,
    "(NEW.version_id, NEW.attachment_id, NEW.names_people) IS NOT DISTINCT FROM"
    " (OLD.version_id, OLD.attachment_id, OLD.names_people)",
)
LOOKED_AT = """IF TG_OP = 'UPDATE' AND OLD.names_people IS NULL
        AND (NEW.version_id, NEW.attachment_id, NEW.label) = (OLD.version_id, OLD.attachment_id, OLD.label)
    THEN
        RETURN NEW;
    END IF;
    """


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0020_feeds")]
    operations = [
        migrations.AddField("noticeattachment", "names_people", models.BooleanField(null=True)),
        migrations.RunSQL(BEFORE.ATTACHED.format(UNLABELLED + LOOKED_AT), BEFORE.ATTACHED.format(BEFORE.UNLABELLED)),
    ]
