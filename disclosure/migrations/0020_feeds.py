from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0019_withheld_files")]

    operations = [
        migrations.AddIndex("announcement", models.Index(fields=["-signed_at", "-id"], name="announcement_newest")),
        migrations.AddIndex(
            "noticeversion",
            models.Index(Coalesce("withdrawn_at", "signed_at").desc(), F("id").desc(), name="version_by_change"),
        ),
    ]
