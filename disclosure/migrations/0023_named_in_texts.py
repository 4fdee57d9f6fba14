from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

BEFORE = import_module("disclosure.migrations.0014_redaction").FORWARD
FUNCTION = BEFORE[BEFORE.index("CREATE OR REPLACE") : BEFORE.index("-- What was asked for stays")]
OWN = "        expected.published_text := masked.text;\n    END IF;\n"
assert OWN in FUNCTION
# What was signed before anybody asked whom it names is told so once; a masking leaves fewer names.
NAMED = """        expected.published_text := masked.text;
        expected.named := NEW.named;
    END IF;
    IF OLD.named IS NULL THEN
        expected.named := NEW.named;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0022_hidden_words")]
    operations = [
        migrations.AddField(
            "noticeversion",
            "named",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
        ),
        migrations.RunSQL(FUNCTION.replace(OWN, NAMED), FUNCTION),
    ]
