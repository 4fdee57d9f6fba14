import django.contrib.postgres.fields
from django.db import migrations, models

FIXED = """
-- What was asked for stays, and is decided once.
CREATE OR REPLACE FUNCTION disclosure_redaction_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected disclosure_redaction;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a redaction is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    expected := OLD;
    IF OLD.decided_at IS NULL THEN
        expected.agreed := NEW.agreed;
        expected.decided_by_id := NEW.decided_by_id;
        %s
        expected.decided_at := NEW.decided_at;
    END IF;
    IF NEW IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'a redaction never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LOGGED = """
-- An agreed redaction has taken the place of the text{0} and is in the log when the transaction ends.
CREATE OR REPLACE FUNCTION disclosure_redaction_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.agreed AND (NOT EXISTS (
        SELECT FROM disclosure_noticeversion v WHERE v.id = NEW.version_id AND v.redaction_id = NEW.id
            AND disclosure_has_leaf(v.notice_id, v.number, 'redaction')
    ){1}) THEN
        RAISE EXCEPTION 'what is masked is in the public log'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'redaction_is_logged';
    END IF;
    RETURN NULL;
END $$;
"""
ATTACHED = """
CREATE OR REPLACE FUNCTION disclosure_attachment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE versions bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN versions := versions || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN versions := versions || NEW.version_id; END IF;
    {}IF EXISTS (SELECT FROM disclosure_noticeversion WHERE id = ANY (versions) AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the attachments of a published version never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
# The label of a withheld file goes, once its redaction is agreed to.
UNLABELLED = """IF TG_OP = 'UPDATE' AND NEW.label = '附件已依法撤下'
        AND (NEW.version_id, NEW.attachment_id) = (OLD.version_id, OLD.attachment_id)
        AND EXISTS (SELECT FROM disclosure_redaction WHERE version_id = OLD.version_id AND agreed AND OLD.id = ANY (files))
    THEN
        RETURN NEW;
    END IF;
    """
WITHHELD = """ OR EXISTS (
        SELECT FROM unnest(NEW.files) file WHERE NOT EXISTS (
            SELECT FROM disclosure_noticeattachment used JOIN audit_attachment kept ON kept.id = used.attachment_id
            WHERE used.id = file AND used.label = '附件已依法撤下' AND kept.withheld_id IS NOT NULL
        )
    )"""
FORWARD = """
CREATE FUNCTION disclosure_redaction_names_its_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(NEW.files) file WHERE NOT EXISTS (
            SELECT FROM disclosure_noticeattachment used WHERE used.id = file AND used.version_id = NEW.version_id
        )
    ) THEN
        RAISE EXCEPTION 'a redaction withholds files of its version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'redaction_names_its_files';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER redaction_names_its_files BEFORE INSERT ON disclosure_redaction
    FOR EACH ROW EXECUTE FUNCTION disclosure_redaction_names_its_files();

-- A file is withheld only together with one of the same content that an agreed redaction names.
CREATE FUNCTION disclosure_file_is_redacted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_attachment same JOIN disclosure_noticeattachment used ON used.attachment_id = same.id
        JOIN disclosure_redaction r ON r.version_id = used.version_id AND r.agreed AND used.id = ANY (r.files)
        WHERE same.sha256 = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'a file is withheld by a redaction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'file_is_redacted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER file_is_redacted AFTER UPDATE OF withheld_id ON audit_attachment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.withheld_id IS NOT NULL)
    EXECUTE FUNCTION disclosure_file_is_redacted();
"""
REVERSE = """
DROP TRIGGER file_is_redacted ON audit_attachment;
DROP FUNCTION disclosure_file_is_redacted();
DROP TRIGGER redaction_names_its_files ON disclosure_redaction;
DROP FUNCTION disclosure_redaction_names_its_files();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0018_receipts"), ("audit", "0007_withheld")]
    operations = [
        migrations.AddField(
            model_name="redaction",
            name="files",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="redaction",
            name="asked_for",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="redaction",
            name="decided_for",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.RunSQL(
            FIXED % "expected.decided_for := NEW.decided_for;"
            + LOGGED.format(" and withheld its files", WITHHELD)
            + ATTACHED.format(UNLABELLED)
            + FORWARD,
            REVERSE + FIXED % "" + LOGGED.format("", "") + ATTACHED.format(""),
        ),
    ]
