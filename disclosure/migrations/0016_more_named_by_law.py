"""The items of a compound that the Civil Code names are kept, too."""

from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0015_signers_at_signature"),
        ("orgs", "0008_words_of_constraints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cataloguechange",
            name="catalogue_keeps_what_the_law_names",
        ),
        # What a place left out before stays on record.
        AddConstraintNotValid(
            model_name="cataloguechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "left_out"), _negated=True),
                    models.Q(
                        (
                            "item__in",
                            ["R01", "R02", "R03", "R04", "R05", "R06", "R07", "E03", "E05", "E06", "E07", "E08", "E10"],
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="catalogue_keeps_what_the_law_names",
            ),
        ),
    ]
