"""What people are told instead of the names of constraints; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_near_relatives"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="body",
            name="body_dates_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dissolved_on", None), ("dissolved_on__gte", models.F("established_on")), _connector="OR"
                ),
                name="body_dates_in_order",
                violation_error_message="The body would be dissolved before it was established.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="body",
            name="body_name_once_per_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dissolved_on", None)),
                fields=("unit", "kind", "name"),
                name="body_name_once_per_unit",
                violation_error_message="The unit has a body of this kind and name already.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="orgunit",
            name="unit_kind_fits_level",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("province",)), ("level", 1)),
                    models.Q(("kind__in", ("city",)), ("level", 2)),
                    models.Q(("kind__in", ("district",)), ("level", 3)),
                    models.Q(("kind__in", ("street", "town", "township", "other_street")), ("level", 4)),
                    models.Q(("kind__in", ("residents", "village", "other_community")), ("level", 5)),
                    models.Q(("kind__in", ("compound", "courtyard", "grid")), ("level", 6)),
                    models.Q(("kind__in", ("building",)), ("level", 7)),
                    _connector="OR",
                ),
                name="unit_kind_fits_level",
                violation_error_message="There is no unit of this kind on this level.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="orgunit",
            name="unit_code_is_well_formed",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9A-Z]+(-[0-9A-Z]+)*$")),
                name="unit_code_is_well_formed",
                violation_error_message="A code is made of digits and capital letters, its parts joined by hyphens.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="orgunit",
            name="unit_has_name",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="unit_has_name",
                violation_error_message="The name of the unit is missing.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="orgunit",
            name="unit_closes_after_opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("opened_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="unit_closes_after_opening",
                violation_error_message="The unit would close before it opened.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="term",
            name="term_due_after_start",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on", None), ("due_on__gt", models.F("started_on")), _connector="OR"),
                name="term_due_after_start",
                violation_error_message="The term would be due to end before its first day is over.",
            ),
        ),
    ]
