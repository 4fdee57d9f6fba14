import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
-- What was raised stands; an answer is added once, and nothing is raised at what was not held.
CREATE FUNCTION councils_point_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answer text[] := '{answer,outcome,matter_id,answered_by_id,answered_at}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM councils_consultation WHERE id = NEW.consultation_id AND recorded_at IS NULL) THEN
            RAISE EXCEPTION 'a point is raised at a consultation that was held'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'point_of_held_consultation';
        END IF;
    ELSIF OLD.answered_at IS NOT NULL OR (to_jsonb(NEW) - answer) <> (to_jsonb(OLD) - answer) THEN
        RAISE EXCEPTION 'a point and its answer stand'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'point_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER point_stands BEFORE INSERT OR UPDATE ON councils_point
    FOR EACH ROW EXECUTE FUNCTION councils_point_stands();
CREATE TRIGGER point_no_delete BEFORE DELETE ON councils_point
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();

-- A consultation that was recorded or called off stands.
CREATE FUNCTION councils_consultation_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.recorded_at IS NOT NULL OR OLD.called_off_reason <> '')
            AND (to_jsonb(NEW) - 'version') <> (to_jsonb(OLD) - 'version') THEN
        RAISE EXCEPTION 'the record of this consultation stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'consultation_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_stands BEFORE UPDATE ON councils_consultation
    FOR EACH ROW EXECUTE FUNCTION councils_consultation_stands();
CREATE TRIGGER consultation_no_delete BEFORE DELETE ON councils_consultation
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
"""

REVERSE = """
DROP TRIGGER consultation_no_delete ON councils_consultation;
DROP TRIGGER consultation_stands ON councils_consultation;
DROP FUNCTION councils_consultation_stands();
DROP TRIGGER point_no_delete ON councils_point;
DROP TRIGGER point_stands ON councils_point;
DROP FUNCTION councils_point_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0002_triggers"),
        ("orgs", "0002_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("serial", models.PositiveIntegerField(verbose_name="serial number")),
                ("prefix", models.CharField(max_length=70)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("speaking_day", "residents' speaking day"),
                            ("open_talk", "open talk with residents"),
                            ("hearing", "hearing"),
                            ("courtyard", "courtyard meeting on a draft plan"),
                            ("council", "residents' deliberation meeting"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("draft", models.TextField(blank=True, verbose_name="draft that is asked about")),
                ("token", models.UUIDField(editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("called_at", models.DateTimeField()),
                ("called_on", models.DateField(verbose_name="announced on")),
                ("held_on", models.DateField(verbose_name="date")),
                ("held_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                ("place", models.CharField(max_length=100, verbose_name="place")),
                (
                    "called_off_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why it was called off"),
                ),
                ("participants", models.PositiveIntegerField(blank=True, null=True, verbose_name="residents who came")),
                ("others", models.CharField(blank=True, max_length=200, verbose_name="others who came")),
                ("summary", models.TextField(blank=True, verbose_name="what was talked over")),
                ("recorded_at", models.DateTimeField(null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.person",
                        verbose_name="host",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="councils.matter",
                        verbose_name="about the matter",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="orgs.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "consultation",
                "verbose_name_plural": "consultations",
                "ordering": ["-held_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300, verbose_name="point")),
                ("raised_by", models.CharField(blank=True, max_length=60, verbose_name="who raised it")),
                ("due_on", models.DateField(verbose_name="answer due")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("settled", "settled"),
                            ("matter", "carried into a matter"),
                            ("passed_on", "passed on to who is responsible"),
                            ("closed", "not taken up, with reason"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="points", to="councils.consultation"
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="councils.matter",
                    ),
                ),
            ],
            options={
                "verbose_name": "point",
                "verbose_name_plural": "points",
                "ordering": ["consultation", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["unit", "-held_on"], name="consultation_by_unit_day"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.UniqueConstraint(fields=("unit", "year", "serial"), name="consultation_number_once"),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["speaking_day", "open_talk", "hearing", "courtyard", "council"])),
                name="consultation_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("subject", ""), _negated=True), models.Q(("place", ""), _negated=True)),
                name="consultation_says_what_and_where",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("called_on__lte", models.F("held_on"))), name="consultation_called_before_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("others", ""),
                        ("participants", None),
                        ("recorded_at", None),
                        ("recorded_by", None),
                        ("summary", ""),
                    ),
                    models.Q(
                        ("participants__isnull", False),
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        models.Q(("summary", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consultation_record_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("called_off_reason", ""), ("recorded_at", None), _connector="OR"),
                name="consultation_called_off_before_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="point",
            constraint=models.UniqueConstraint(fields=("consultation", "position"), name="point_position_once"),
        ),
        migrations.AddConstraint(
            model_name="point",
            constraint=models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="point_has_text"),
        ),
        migrations.AddConstraint(
            model_name="point",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None), ("outcome", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("outcome__in", ["settled", "matter", "passed_on", "closed"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="point_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="point",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("matter__isnull", False), ("outcome", "matter")),
                    models.Q(models.Q(("outcome", "matter"), _negated=True), ("matter", None)),
                    _connector="OR",
                ),
                name="point_matter_of_outcome",
            ),
        ),
        migrations.RunSQL(TRIGGERS, REVERSE),
    ]
