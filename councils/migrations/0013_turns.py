import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
-- A turn tells the state the matter was in; what it names belongs to the same matter. It stands.
CREATE FUNCTION councils_turn_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing record;
BEGIN
    SELECT status, round, version, resolution_notice_id INTO standing FROM councils_matter WHERE id = NEW.matter_id;
    IF (standing.status, standing.round, standing.version) <> (NEW.from_status, NEW.from_round, NEW.version) THEN
        RAISE EXCEPTION 'a turn starts where the matter stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'turn_starts_where_matter_stands';
    END IF;
    IF NEW.finding_id IS NOT NULL AND NOT EXISTS (SELECT FROM councils_finding WHERE id = NEW.finding_id
            AND matter_id = NEW.matter_id AND step = NEW.step AND verdict = 'held_again') THEN
        RAISE EXCEPTION 'the finding is not of this step, or the committee did not agree'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'turn_of_agreed_finding';
    END IF;
    IF NEW.objection_id IS NOT NULL AND NOT EXISTS (SELECT FROM disclosure_objection WHERE id = NEW.objection_id
            AND notice_id = standing.resolution_notice_id AND outcome = 'upheld') THEN
        RAISE EXCEPTION 'the objection was not upheld against this resolution'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'turn_of_upheld_objection';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER turn_is_sound BEFORE INSERT ON councils_turn
    FOR EACH ROW EXECUTE FUNCTION councils_turn_is_sound();
CREATE TRIGGER turn_append_only BEFORE UPDATE OR DELETE ON councils_turn
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();

-- What an earlier round was stands as long as the matter is beyond it.
CREATE FUNCTION councils_round_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF (SELECT round FROM councils_matter WHERE id = OLD.matter_id) <= OLD.number THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'an earlier round stands'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'round_stands';
END $$;
CREATE TRIGGER round_stands BEFORE UPDATE OR DELETE ON councils_round
    FOR EACH ROW EXECUTE FUNCTION councils_round_stands();

-- A finding is answered once, and the street notes once what it says.
CREATE FUNCTION councils_finding_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := '{verdict,answer,answered_by_id,answered_at}';
    note text[] := '{note,noted_by_id,noted_at}';
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - answer - note) <> (to_jsonb(OLD) - answer - note)
            OR OLD.verdict <> '' AND (to_jsonb(NEW) - note) <> (to_jsonb(OLD) - note)
            OR OLD.noted_at IS NOT NULL THEN
        RAISE EXCEPTION 'a finding and its answer stand'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'finding_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_stands BEFORE UPDATE OR DELETE ON councils_finding
    FOR EACH ROW EXECUTE FUNCTION councils_finding_stands();

-- Nobody withdraws, revokes, voids or takes up a matter without the turn that says why.
CREATE FUNCTION councils_matter_turns_for_a_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.status IN ('withdrawn', 'revoked', 'void') OR OLD.status IN ('withdrawn', 'revoked', 'shelved'))
            AND NOT EXISTS (SELECT FROM councils_turn WHERE matter_id = NEW.id AND version = OLD.version
                AND to_status = NEW.status) THEN
        RAISE EXCEPTION 'a matter comes to this status by a turn only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'matter_turns_for_a_reason';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER matter_turns_for_a_reason BEFORE UPDATE OF status ON councils_matter
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION councils_matter_turns_for_a_reason();

-- A step is undone by a vote on the same matter, or for good by a turn that opened it or a step before it.
CREATE OR REPLACE FUNCTION councils_step_done_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE causes text[] := '{annulled_by_id,undone_by_id}';
BEGIN
    IF (to_jsonb(NEW) - causes) <> (to_jsonb(OLD) - causes)
            OR OLD.undone_by_id IS NOT NULL AND NEW.undone_by_id IS DISTINCT FROM OLD.undone_by_id THEN
        RAISE EXCEPTION 'a step that is done stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'step_done_stands';
    END IF;
    IF NEW.annulled_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM councils_vote vote
            JOIN councils_agendaitem item ON item.id = vote.item_id
            WHERE vote.id = NEW.annulled_by_id AND item.matter_id = NEW.matter_id)
        OR NEW.undone_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM councils_turn
            WHERE id = NEW.undone_by_id AND matter_id = NEW.matter_id AND step <> '') THEN
        RAISE EXCEPTION 'a step is undone by a vote or a turn of its own matter'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'step_done_undone_by_own_matter';
    END IF;
    RETURN NEW;
END $$;
"""
REVERSE = """
CREATE OR REPLACE FUNCTION councils_step_done_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'annulled_by_id') <> (to_jsonb(OLD) - 'annulled_by_id') THEN
        RAISE EXCEPTION 'a step that is done stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'step_done_stands';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER matter_turns_for_a_reason ON councils_matter;
DROP FUNCTION councils_matter_turns_for_a_reason();
DROP TRIGGER finding_stands ON councils_finding;
DROP FUNCTION councils_finding_stands();
DROP TRIGGER round_stands ON councils_round;
DROP FUNCTION councils_round_stands();
DROP TRIGGER turn_append_only ON councils_turn;
DROP TRIGGER turn_is_sound ON councils_turn;
DROP FUNCTION councils_turn_is_sound();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0012_recusal"),
        ("disclosure", "0002_triggers"),
        ("orgs", "0005_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=20, verbose_name="step")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "fault",
                    models.CharField(
                        choices=[
                            ("call", "not called as the rules ask"),
                            ("roll", "not the right people were entitled or voted"),
                            ("quorum", "too few were present"),
                            ("count", "the count is not right"),
                            ("text", "not the announced text was voted on"),
                            ("other", "another fault"),
                        ],
                        max_length=20,
                        verbose_name="fault",
                    ),
                ),
                ("text", models.TextField(verbose_name="what was found, and on what basis")),
                ("on", models.DateField(verbose_name="found on")),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("held_again", "agreed: the meeting is held again"), ("disagreed", "not agreed")],
                        max_length=20,
                        verbose_name="answer of the committee",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="reason")),
                ("answered_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, verbose_name="what the street says")),
                ("noted_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "finding of the supervision committee",
                "verbose_name_plural": "findings of the supervision committee",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("short_title", models.CharField(max_length=40)),
                ("plan", models.TextField()),
                ("motion", models.CharField(max_length=300)),
                ("budget", models.JSONField(default=list)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "registered"),
                            ("sorted", "taken up as a major matter"),
                            ("proposed", "proposed"),
                            ("conferred", "conferred"),
                            ("reviewed", "reviewed"),
                            ("resolved", "resolved"),
                            ("implementing", "being implemented"),
                            ("accepted", "accepted"),
                            ("returned", "returned for changes"),
                            ("shelved", "shelved"),
                            ("void", "void, to be held again"),
                            ("declined", "declined with reasons"),
                            ("withdrawn", "withdrawn"),
                            ("rejected", "voted down"),
                            ("revoked", "resolution revoked by law"),
                            ("settled", "settled on the spot"),
                            ("referred", "handed on"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ended_on", models.DateField()),
            ],
            options={
                "verbose_name": "earlier round",
                "verbose_name_plural": "earlier rounds",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("answered", "reason given in writing"),
                            ("raised_again", "raised again"),
                            ("shelved", "shelved"),
                            ("taken_up", "taken up again"),
                            ("withdrawn", "withdrawn"),
                            ("objection", "objection upheld"),
                            ("void", "fault in the procedure"),
                            ("revoked", "revoked"),
                            ("changed", "plan changed"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_person", "handed over in person"),
                            ("by_post", "sent by post"),
                            ("by_message", "sent as an electronic message"),
                            ("same_substance", "in substance the same"),
                            ("other_substance", "changed in substance"),
                            ("by_initiators", "at the request of who brought it"),
                            ("by_proposers", "by the bodies that proposed it"),
                            ("all_residents", "overturned by the meeting of all"),
                            ("representatives", "overturned by the representatives meeting"),
                            ("court", "revoked by a court"),
                            ("content", "the substance changes"),
                            ("cost", "the cost changes"),
                        ],
                        max_length=20,
                        verbose_name="ground",
                    ),
                ),
                (
                    "from_status",
                    models.CharField(
                        choices=[
                            ("registered", "registered"),
                            ("sorted", "taken up as a major matter"),
                            ("proposed", "proposed"),
                            ("conferred", "conferred"),
                            ("reviewed", "reviewed"),
                            ("resolved", "resolved"),
                            ("implementing", "being implemented"),
                            ("accepted", "accepted"),
                            ("returned", "returned for changes"),
                            ("shelved", "shelved"),
                            ("void", "void, to be held again"),
                            ("declined", "declined with reasons"),
                            ("withdrawn", "withdrawn"),
                            ("rejected", "voted down"),
                            ("revoked", "resolution revoked by law"),
                            ("settled", "settled on the spot"),
                            ("referred", "handed on"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("registered", "registered"),
                            ("sorted", "taken up as a major matter"),
                            ("proposed", "proposed"),
                            ("conferred", "conferred"),
                            ("reviewed", "reviewed"),
                            ("resolved", "resolved"),
                            ("implementing", "being implemented"),
                            ("accepted", "accepted"),
                            ("returned", "returned for changes"),
                            ("shelved", "shelved"),
                            ("void", "void, to be held again"),
                            ("declined", "declined with reasons"),
                            ("withdrawn", "withdrawn"),
                            ("rejected", "voted down"),
                            ("revoked", "resolution revoked by law"),
                            ("settled", "settled on the spot"),
                            ("referred", "handed on"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_round", models.PositiveSmallIntegerField()),
                ("to_round", models.PositiveSmallIntegerField()),
                ("step", models.CharField(blank=True, max_length=20)),
                ("on", models.DateField(verbose_name="date")),
                ("reason", models.TextField(verbose_name="reason")),
                ("document", models.CharField(blank=True, max_length=120, verbose_name="document")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "turn of a matter",
                "verbose_name_plural": "turns of matters",
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="matter",
            name="matter_status_is_stored",
        ),
        migrations.RemoveConstraint(
            model_name="matter",
            name="matter_end_is_explained",
        ),
        migrations.RemoveConstraint(
            model_name="milestone",
            name="milestone_kind_once",
        ),
        migrations.RemoveConstraint(
            model_name="stepdone",
            name="step_done_once",
        ),
        migrations.AddField(
            model_name="milestone",
            name="round",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="matter",
            name="status",
            field=models.CharField(
                choices=[
                    ("registered", "registered"),
                    ("sorted", "taken up as a major matter"),
                    ("proposed", "proposed"),
                    ("conferred", "conferred"),
                    ("reviewed", "reviewed"),
                    ("resolved", "resolved"),
                    ("implementing", "being implemented"),
                    ("accepted", "accepted"),
                    ("returned", "returned for changes"),
                    ("shelved", "shelved"),
                    ("void", "void, to be held again"),
                    ("declined", "declined with reasons"),
                    ("withdrawn", "withdrawn"),
                    ("rejected", "voted down"),
                    ("revoked", "resolution revoked by law"),
                    ("settled", "settled on the spot"),
                    ("referred", "handed on"),
                ],
                default="registered",
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        (
                            "registered",
                            "sorted",
                            "proposed",
                            "conferred",
                            "reviewed",
                            "resolved",
                            "implementing",
                            "accepted",
                            "returned",
                            "shelved",
                            "void",
                            "declined",
                            "withdrawn",
                            "rejected",
                            "revoked",
                            "settled",
                            "referred",
                        ),
                    )
                ),
                name="matter_status_is_stored",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "status__in",
                            (
                                "returned",
                                "shelved",
                                "void",
                                "declined",
                                "withdrawn",
                                "rejected",
                                "revoked",
                                "settled",
                                "referred",
                            ),
                        ),
                        _negated=True,
                    ),
                    models.Q(("ended_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="matter_end_is_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["started", "completed", "accepted", "trial"])),
                fields=("matter", "round", "kind"),
                name="milestone_kind_once",
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="councils.matter"
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="noted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="councils.matter"
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="outcome_notice",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="finished_round",
                to="disclosure.notice",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="resolution_notice",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resolved_round",
                to="disclosure.notice",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="finding",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="turn", to="councils.finding"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="councils.matter"
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="objection",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turn",
                to="disclosure.objection",
                verbose_name="objection",
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="resolved_in",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="overturned", to="councils.matter"
            ),
        ),
        migrations.AddField(
            model_name="stepdone",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="councils.turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepdone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("annulled_by", None), ("undone_by", None)),
                fields=("matter", "round", "step"),
                name="step_done_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="stepdone",
            constraint=models.CheckConstraint(
                condition=models.Q(("annulled_by", None), ("undone_by", None), _connector="OR"),
                name="step_done_is_undone_by_one_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict", "")),
                fields=("matter", "round", "step"),
                name="finding_one_open_per_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fault__in", ["call", "roll", "quorum", "count", "text", "other"]),
                    models.Q(("text", ""), _negated=True),
                ),
                name="finding_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None), ("verdict", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("verdict__in", ["held_again", "disagreed"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="finding_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by", None), models.Q(("answered_by", models.F("by")), _negated=True), _connector="OR"
                ),
                name="finding_answered_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("note", ""), ("noted_at", None), ("noted_by", None)),
                    models.Q(
                        ("noted_at__isnull", False),
                        ("noted_by__isnull", False),
                        ("verdict", "disagreed"),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="finding_note_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(fields=("matter", "number"), name="round_once"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        (
                            "registered",
                            "sorted",
                            "proposed",
                            "conferred",
                            "reviewed",
                            "resolved",
                            "implementing",
                            "accepted",
                            "returned",
                            "shelved",
                            "void",
                            "declined",
                            "withdrawn",
                            "rejected",
                            "revoked",
                            "settled",
                            "referred",
                        ),
                    )
                ),
                name="round_status_is_stored",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(fields=("matter", "version"), name="turn_once_per_version"),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "answered")), fields=("matter", "from_round"), name="turn_answered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "from_status__in",
                        (
                            "registered",
                            "sorted",
                            "proposed",
                            "conferred",
                            "reviewed",
                            "resolved",
                            "implementing",
                            "accepted",
                            "returned",
                            "shelved",
                            "void",
                            "declined",
                            "withdrawn",
                            "rejected",
                            "revoked",
                            "settled",
                            "referred",
                        ),
                    ),
                    (
                        "kind__in",
                        [
                            "answered",
                            "raised_again",
                            "shelved",
                            "taken_up",
                            "withdrawn",
                            "objection",
                            "void",
                            "revoked",
                            "changed",
                        ],
                    ),
                    (
                        "to_status__in",
                        (
                            "registered",
                            "sorted",
                            "proposed",
                            "conferred",
                            "reviewed",
                            "resolved",
                            "implementing",
                            "accepted",
                            "returned",
                            "shelved",
                            "void",
                            "declined",
                            "withdrawn",
                            "rejected",
                            "revoked",
                            "settled",
                            "referred",
                        ),
                    ),
                    models.Q(
                        ("ground", ""),
                        (
                            "ground__in",
                            [
                                "in_person",
                                "by_post",
                                "by_message",
                                "same_substance",
                                "other_substance",
                                "by_initiators",
                                "by_proposers",
                                "all_residents",
                                "representatives",
                                "court",
                                "content",
                                "cost",
                            ],
                        ),
                        _connector="OR",
                    ),
                ),
                name="turn_words_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="turn_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step", ""), ("to_round", models.F("from_round"))),
                    models.Q(
                        models.Q(("step", ""), _negated=True),
                        (
                            "to_round",
                            django.db.models.expressions.CombinedExpression(
                                models.F("from_round"), "+", models.Value(1)
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="turn_that_opens_a_step_begins_a_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "objection"), ("objection__isnull", False)),
                    models.Q(models.Q(("kind", "objection"), _negated=True), ("objection", None)),
                    _connector="OR",
                ),
                name="turn_names_its_objection",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding__isnull", False), ("kind", "void")),
                    models.Q(models.Q(("kind", "void"), _negated=True), ("finding", None)),
                    _connector="OR",
                ),
                name="turn_names_its_finding",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "revoked"), _negated=True),
                    models.Q(
                        models.Q(("ground", ""), _negated=True),
                        models.Q(
                            models.Q(("document", ""), _negated=True),
                            models.Q(
                                ("resolved_in__isnull", False),
                                models.Q(("resolved_in", models.F("matter")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="turn_revoked_names_its_ground",
            ),
        ),
        migrations.RunSQL(TRIGGERS, REVERSE),
    ]
