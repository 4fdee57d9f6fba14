import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
-- What a place settled stands; only its last day is entered, once.
CREATE FUNCTION disclosure_change_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.last_on IS NOT NULL OR
            (to_jsonb(NEW) - 'last_on') <> (to_jsonb(OLD) - 'last_on') THEN
        RAISE EXCEPTION 'a change of the catalogue stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'catalogue_change_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_change_stands BEFORE UPDATE OR DELETE ON disclosure_cataloguechange
    FOR EACH ROW EXECUTE FUNCTION disclosure_change_stands();
CREATE TRIGGER catalogue_change_no_truncate BEFORE TRUNCATE ON disclosure_cataloguechange
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();

CREATE FUNCTION disclosure_nothing_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a signed statement never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'nothing_stands';
END $$;
CREATE TRIGGER nothing_stands BEFORE UPDATE OR DELETE ON disclosure_nothingtoreport
    FOR EACH ROW EXECUTE FUNCTION disclosure_nothing_stands();
CREATE TRIGGER nothing_no_truncate BEFORE TRUNCATE ON disclosure_nothingtoreport
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
"""
REVERSE = """
DROP TRIGGER nothing_no_truncate ON disclosure_nothingtoreport;
DROP TRIGGER nothing_stands ON disclosure_nothingtoreport;
DROP FUNCTION disclosure_nothing_stands();
DROP TRIGGER catalogue_change_no_truncate ON disclosure_cataloguechange;
DROP TRIGGER catalogue_change_stands ON disclosure_cataloguechange;
DROP FUNCTION disclosure_change_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0006_everyday_triggers"),
        ("orgs", "0008_words_of_constraints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("begins", "duties are reckoned"),
                            ("added", "item added"),
                            ("stricter", "more often or longer"),
                            ("left_out", "item left out"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("item", models.CharField(blank=True, max_length=10, verbose_name="item")),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="title")),
                (
                    "frequency",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("L", "standing, renewed on change"),
                            ("Y", "every year"),
                            ("H", "every half-year"),
                            ("Q", "every quarter"),
                            ("M", "every month"),
                            ("E", "on the event"),
                        ],
                        max_length=1,
                        verbose_name="how often",
                    ),
                ),
                (
                    "display_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days on display"),
                ),
                (
                    "asked",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("L", "standing, renewed on change"),
                            ("Y", "every year"),
                            ("H", "every half-year"),
                            ("Q", "every quarter"),
                            ("M", "every month"),
                            ("E", "on the event"),
                        ],
                        editable=False,
                        max_length=1,
                    ),
                ),
                ("asked_days", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("first_on", models.DateField(verbose_name="from")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("token", models.UUIDField(editable=False, unique=True)),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the catalogue",
                "verbose_name_plural": "changes of the catalogue",
                "ordering": ["unit", "-first_on", "-id"],
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("display_days", None),
                                ("frequency", ""),
                                ("item", ""),
                                ("kind", "begins"),
                                ("title", ""),
                            ),
                            models.Q(
                                ("frequency__in", ["L", "Y", "H", "Q", "M", "E"]),
                                ("item__regex", "^[PRF]-B\\d\\d$"),
                                ("kind", "added"),
                                models.Q(("title", ""), _negated=True),
                            ),
                            models.Q(
                                (
                                    "item__in",
                                    [
                                        "P01",
                                        "P02",
                                        "P03",
                                        "P04",
                                        "P05",
                                        "P06",
                                        "P07",
                                        "P08",
                                        "P09",
                                        "P10",
                                        "P11",
                                        "P12",
                                        "P13",
                                        "P14",
                                        "P15",
                                        "P16",
                                        "P17",
                                        "P18",
                                        "P19",
                                        "P20",
                                        "P21",
                                        "P22",
                                        "R01",
                                        "R02",
                                        "R03",
                                        "R04",
                                        "R05",
                                        "R06",
                                        "R07",
                                        "R08",
                                        "R09",
                                        "R10",
                                        "R11",
                                        "R12",
                                        "R13",
                                        "R14",
                                        "R15",
                                        "R16",
                                        "R17",
                                        "R18",
                                        "R19",
                                        "R20",
                                        "R21",
                                        "R22",
                                        "R23",
                                        "R24",
                                        "R25",
                                        "R26",
                                        "R27",
                                        "R28",
                                        "R29",
                                        "R30",
                                        "R31",
                                        "R32",
                                        "R33",
                                        "F01",
                                        "F02",
                                        "F03",
                                        "F04",
                                        "F05",
                                        "F06",
                                        "F07",
                                        "F08",
                                        "F09",
                                        "F10",
                                        "F11",
                                        "F12",
                                        "F13",
                                        "F14",
                                        "F15",
                                        "F16",
                                        "F17",
                                        "F18",
                                        "F19",
                                        "F20",
                                        "E01",
                                        "E02",
                                        "E03",
                                        "E04",
                                        "E05",
                                        "E06",
                                        "E07",
                                        "E08",
                                        "E09",
                                        "E10",
                                        "E11",
                                        "E12",
                                        "E13",
                                        "E14",
                                        "E15",
                                    ],
                                ),
                                ("kind", "stricter"),
                                ("title", ""),
                                models.Q(
                                    models.Q(("frequency", ""), _negated=True),
                                    ("display_days__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("display_days", None),
                                ("frequency", ""),
                                ("kind", "left_out"),
                                ("title", ""),
                                models.Q(
                                    (
                                        "item__in",
                                        [
                                            "P01",
                                            "P02",
                                            "P03",
                                            "P04",
                                            "P05",
                                            "P06",
                                            "P07",
                                            "P08",
                                            "P09",
                                            "P10",
                                            "P11",
                                            "P12",
                                            "P13",
                                            "P14",
                                            "P15",
                                            "P16",
                                            "P17",
                                            "P18",
                                            "P19",
                                            "P20",
                                            "P21",
                                            "P22",
                                            "R01",
                                            "R02",
                                            "R03",
                                            "R04",
                                            "R05",
                                            "R06",
                                            "R07",
                                            "R08",
                                            "R09",
                                            "R10",
                                            "R11",
                                            "R12",
                                            "R13",
                                            "R14",
                                            "R15",
                                            "R16",
                                            "R17",
                                            "R18",
                                            "R19",
                                            "R20",
                                            "R21",
                                            "R22",
                                            "R23",
                                            "R24",
                                            "R25",
                                            "R26",
                                            "R27",
                                            "R28",
                                            "R29",
                                            "R30",
                                            "R31",
                                            "R32",
                                            "R33",
                                            "F01",
                                            "F02",
                                            "F03",
                                            "F04",
                                            "F05",
                                            "F06",
                                            "F07",
                                            "F08",
                                            "F09",
                                            "F10",
                                            "F11",
                                            "F12",
                                            "F13",
                                            "F14",
                                            "F15",
                                            "F16",
                                            "F17",
                                            "F18",
                                            "F19",
                                            "F20",
                                            "E01",
                                            "E02",
                                            "E03",
                                            "E04",
                                            "E05",
                                            "E06",
                                            "E07",
                                            "E08",
                                            "E09",
                                            "E10",
                                            "E11",
                                            "E12",
                                            "E13",
                                            "E14",
                                            "E15",
                                        ],
                                    ),
                                    ("item__regex", "^[PRF]-B\\d\\d$"),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="catalogue_change_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="catalogue_change_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "left_out"), _negated=True),
                            models.Q(("item__in", ["R01", "R02", "R03", "R04", "R05", "R06", "R07"]), _negated=True),
                            _connector="OR",
                        ),
                        name="catalogue_keeps_what_the_law_names",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "stricter"), _negated=True),
                            ("frequency", ""),
                            models.Q(("asked", "Q"), ("frequency__in", ["M"])),
                            models.Q(("asked", "H"), ("frequency__in", ["M", "Q"])),
                            models.Q(("asked", "Y"), ("frequency__in", ["M", "Q", "H"])),
                            _connector="OR",
                        ),
                        name="catalogue_change_is_more_often",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("display_days", None),
                            models.Q(("asked_days__gt", 0), ("display_days__gte", models.F("asked_days"))),
                            _connector="OR",
                        ),
                        name="catalogue_change_is_longer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on", None), ("last_on__gte", models.F("first_on")), _connector="OR"),
                        name="catalogue_change_days_in_order",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("unit", "="),
                            ("kind", "="),
                            ("item", "="),
                            (
                                models.Func(
                                    models.F("first_on"),
                                    models.F("last_on"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="catalogue_change_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NothingToReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=10, verbose_name="item")),
                ("item_title", models.CharField(blank=True, max_length=60)),
                ("period_first", models.DateField()),
                ("period_last", models.DateField()),
                ("text", models.CharField(max_length=200, verbose_name="text")),
                ("signed_at", models.DateTimeField(verbose_name="signed at")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.person",
                        verbose_name="signed by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement that there is nothing to report",
                "verbose_name_plural": "statements that there is nothing to report",
                "ordering": ["-signed_on", "-id"],
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "item", "period_first", "period_last"), name="nothing_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="nothing_has_text"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_last__gt", models.F("period_first")),
                            ("signed_on__gt", models.F("period_last")),
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
                        name="nothing_after_its_period",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
