import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
-- A file stays as it is. A public one may become internal; one that had to go by law is withheld, once and for good.
CREATE FUNCTION audit_attachment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected audit_attachment;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a file that was stored is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    expected := OLD;
    IF OLD.audience = 'public' AND NEW.audience = 'unit' THEN
        expected.audience := 'unit';
        expected.public_from := NULL;
    END IF;
    IF OLD.withheld_id IS NULL AND EXISTS (
        SELECT FROM audit_leaf WHERE index = NEW.withheld_id AND kind = 'redaction'
    ) THEN
        expected.withheld_id := NEW.withheld_id;
        expected.name := NEW.name;
        expected.public_from := NULL;
    END IF;
    IF NEW IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'a file that was stored never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attachment_is_fixed BEFORE UPDATE OR DELETE ON audit_attachment
    FOR EACH ROW EXECUTE FUNCTION audit_attachment_is_fixed();
CREATE FUNCTION audit_attachment_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_attachment is never emptied' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER attachment_no_truncate BEFORE TRUNCATE ON audit_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION audit_attachment_no_truncate();
"""
REVERSE = """
DROP TRIGGER attachment_no_truncate ON audit_attachment;
DROP FUNCTION audit_attachment_no_truncate();
DROP TRIGGER attachment_is_fixed ON audit_attachment;
DROP FUNCTION audit_attachment_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_log_rights")]
    operations = [
        migrations.AddField(
            model_name="attachment",
            name="withheld",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.leaf",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withheld", None),
                    models.Q(
                        models.Q(("audience", "public"), _negated=True),
                        ("name", "附件已依法撤下"),
                        ("public_from", None),
                    ),
                    _connector="OR",
                ),
                name="attachment_withheld_is_closed",
            ),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
