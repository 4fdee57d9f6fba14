from django.db import migrations

FORWARD = """
-- What was resolved is in the public log; looked at when the transaction ends.
CREATE FUNCTION councils_resolution_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_leaf WHERE subject = 'resolution/' || NEW.id AND kind = 'resolution') THEN
        RAISE EXCEPTION 'what is resolved is in the public log'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resolution_is_logged';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER resolution_is_logged AFTER INSERT ON councils_resolution DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION councils_resolution_is_logged();

-- And no resolution is in the log that was not taken.
CREATE FUNCTION councils_leaf_is_resolved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM councils_resolution
        WHERE NEW.subject LIKE 'resolution/%' AND id = split_part(NEW.subject, '/', 2)::bigint AND number = NEW.number
    ) THEN
        RAISE EXCEPTION 'a resolution in the public log was taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_is_resolved';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leaf_is_resolved AFTER INSERT ON audit_leaf DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'resolution') EXECUTE FUNCTION councils_leaf_is_resolved();
"""
REVERSE = """
DROP TRIGGER leaf_is_resolved ON audit_leaf;
DROP FUNCTION councils_leaf_is_resolved();
DROP TRIGGER resolution_is_logged ON councils_resolution;
DROP FUNCTION councils_resolution_is_logged();
"""


class Migration(migrations.Migration):
    dependencies = [("councils", "0017_names_at_resolution"), ("audit", "0003_log")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
