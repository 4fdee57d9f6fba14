from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0003_number_text"),
        ("orgs", "0008_words_of_constraints"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="item_title",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="notice",
            name="period_first",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="period_last",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["unit", "item", "period_first"], name="notice_by_duty"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audience", "party"),
                    models.Q(("item__in", ["P11", "P12", "P13", "P21"]), _negated=True),
                    _connector="OR",
                ),
                name="notice_in_party_item_stays_inside",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("period_first", None), ("period_last", None)),
                    models.Q(
                        ("period_first__isnull", False),
                        ("period_last__gte", models.F("period_first")),
                        ("period_last__isnull", False),
                        models.Q(
                            (
                                "item__in",
                                [
                                    "P01",
                                    "P08",
                                    "P09",
                                    "P10",
                                    "P14",
                                    "P17",
                                    "P21",
                                    "R01",
                                    "R05",
                                    "R07",
                                    "R08",
                                    "R09",
                                    "R10",
                                    "R12",
                                    "R14",
                                    "R15",
                                    "R17",
                                    "R18",
                                    "R19",
                                    "R20",
                                    "R22",
                                    "R23",
                                    "R24",
                                    "R25",
                                    "R27",
                                    "R32",
                                    "R33",
                                    "F10",
                                    "F11",
                                    "F17",
                                    "F20",
                                    "E01",
                                    "E02",
                                    "E03",
                                    "E04",
                                    "E05",
                                    "E06",
                                    "E12",
                                    "E13",
                                    "E14",
                                ],
                            ),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="notice_period_is_whole",
            ),
        ),
    ]
