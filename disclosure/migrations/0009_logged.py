from django.db import migrations

FORWARD = """
-- Whether the log has a leaf of this kind about a version.
CREATE FUNCTION disclosure_has_leaf(notice_id bigint, version_number int, wanted text) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM audit_leaf WHERE subject = 'notice/' || notice_id || '/' || version_number AND kind = wanted
    )
$$;

-- What is published for everyone is in the log, and so is its withdrawal; looked at when the transaction ends.
CREATE FUNCTION disclosure_version_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE version disclosure_noticeversion;
BEGIN
    SELECT v.* INTO version FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id
        WHERE v.id = NEW.id AND v.signed_at IS NOT NULL AND n.audience = 'public';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NOT disclosure_has_leaf(
        version.notice_id, version.number, CASE WHEN version.number > 1 THEN 'correction' ELSE 'publication' END
    ) OR version.withdrawn_at IS NOT NULL AND NOT disclosure_has_leaf(
        version.notice_id, version.number, 'withdrawal'
    ) THEN
        RAISE EXCEPTION 'what is published or withdrawn is in the public log'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_is_logged';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER version_is_logged AFTER INSERT OR UPDATE OF signed_at, withdrawn_at
    ON disclosure_noticeversion DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.signed_at IS NOT NULL) EXECUTE FUNCTION disclosure_version_is_logged();

-- And nothing is in the log that was not published.
CREATE FUNCTION disclosure_leaf_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id
        WHERE NEW.subject LIKE 'notice/%/%'
            AND n.id = split_part(NEW.subject, '/', 2)::bigint AND v.number = split_part(NEW.subject, '/', 3)::int
            AND v.signed_at IS NOT NULL AND n.audience = 'public' AND n.number = NEW.number AND v.number = NEW.version
            AND CASE NEW.kind WHEN 'publication' THEN v.number = 1 WHEN 'correction' THEN v.number > 1
                WHEN 'withdrawal' THEN v.withdrawn_at IS NOT NULL END
    ) THEN
        RAISE EXCEPTION 'what is in the public log is published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_is_published';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leaf_is_published AFTER INSERT ON audit_leaf DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind IN ('publication', 'correction', 'withdrawal'))
    EXECUTE FUNCTION disclosure_leaf_is_published();
"""
REVERSE = """
DROP TRIGGER leaf_is_published ON audit_leaf;
DROP FUNCTION disclosure_leaf_is_published();
DROP TRIGGER version_is_logged ON disclosure_noticeversion;
DROP FUNCTION disclosure_version_is_logged();
DROP FUNCTION disclosure_has_leaf(bigint, int, text);
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0008_names_at_signature"), ("audit", "0003_log")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
