import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_units_by_level"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kinship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("relation", models.CharField(max_length=30, verbose_name="relation")),
                ("declared_on", models.DateField(verbose_name="declared on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="no longer since")),
                (
                    "one",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.person"),
                ),
                (
                    "other",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.person"),
                ),
            ],
            options={
                "verbose_name": "near relatives",
                "verbose_name_plural": "near relatives",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="kinship_of_two_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relation", ""), _negated=True), name="kinship_says_which"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("declared_on")), _connector="OR"
                        ),
                        name="kinship_ends_after_declared",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)), fields=("one", "other"), name="kinship_once"
                    ),
                ],
            },
        ),
    ]
