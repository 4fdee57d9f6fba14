from django.db import migrations

FORWARD = """
ALTER TABLE disclosure_noticeversion ADD CONSTRAINT version_displayed_as_long_as_it_says
    CHECK (displayed_until >= published_on + display_days::int);
ALTER TABLE disclosure_noticeversion ADD CONSTRAINT version_window_as_long_as_it_says
    CHECK (published_on IS NULL OR window_days = 0 AND window_until IS NULL
           OR window_days > 0 AND window_until IS NOT NULL AND window_until >= published_on + window_days::int);
ALTER TABLE disclosure_noticeversion ADD CONSTRAINT version_has_authors
    CHECK (drafted_by_id = ANY (authors));
ALTER TABLE disclosure_noticeversion ADD CONSTRAINT version_author_does_not_review
    CHECK (reviewed_by_id IS NULL OR NOT reviewed_by_id = ANY (authors));
ALTER TABLE disclosure_noticeversion ADD CONSTRAINT version_author_does_not_sign
    CHECK (signed_by_id IS NULL OR NOT signed_by_id = ANY (authors));

CREATE FUNCTION disclosure_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- What is published stays as it is; only a withdrawal may be added, once.
CREATE FUNCTION disclosure_version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected disclosure_noticeversion;
BEGIN
    IF OLD.signed_at IS NULL THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.notice_id <> OLD.notice_id OR NEW.number <> OLD.number THEN
            RAISE EXCEPTION 'a version stays with its notice' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a published version is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    expected := OLD;
    IF OLD.withdrawn_at IS NULL THEN
        expected.withdrawn_at := NEW.withdrawn_at;
        expected.withdrawn_by_id := NEW.withdrawn_by_id;
        expected.withdrawn_reason := NEW.withdrawn_reason;
    END IF;
    IF NEW IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_is_fixed BEFORE UPDATE OR DELETE ON disclosure_noticeversion
    FOR EACH ROW EXECUTE FUNCTION disclosure_version_is_fixed();
CREATE TRIGGER version_no_truncate BEFORE TRUNCATE ON disclosure_noticeversion
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();

-- A signed version belongs to a notice with a number.
CREATE FUNCTION disclosure_version_has_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.signed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM disclosure_notice WHERE id = NEW.notice_id AND serial IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a notice is numbered before it is published'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_has_number';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER version_has_number AFTER INSERT OR UPDATE ON disclosure_noticeversion
    FOR EACH ROW EXECUTE FUNCTION disclosure_version_has_number();

CREATE FUNCTION disclosure_notice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.serial IS NULL THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a published notice is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.serial IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a published notice never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notice_is_fixed BEFORE UPDATE OR DELETE ON disclosure_notice
    FOR EACH ROW EXECUTE FUNCTION disclosure_notice_is_fixed();
CREATE TRIGGER notice_no_truncate BEFORE TRUNCATE ON disclosure_notice
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();

CREATE FUNCTION disclosure_attachment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE versions bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN versions := versions || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN versions := versions || NEW.version_id; END IF;
    IF EXISTS (SELECT FROM disclosure_noticeversion WHERE id = ANY (versions) AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the attachments of a published version never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER attachment_is_fixed BEFORE INSERT OR UPDATE OR DELETE ON disclosure_noticeattachment
    FOR EACH ROW EXECUTE FUNCTION disclosure_attachment_is_fixed();
CREATE TRIGGER attachment_no_truncate BEFORE TRUNCATE ON disclosure_noticeattachment
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();

-- What was received never changes; it is answered once, and passed on once.
CREATE FUNCTION disclosure_objection_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an objection is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.notice_id, NEW.kind, NEW.channel, NEW.text, NEW.name, NEW.contact, NEW.received_on, NEW.received_at,
        NEW.received_by_id)
       IS DISTINCT FROM
       (OLD.notice_id, OLD.kind, OLD.channel, OLD.text, OLD.name, OLD.contact, OLD.received_on, OLD.received_at,
        OLD.received_by_id)
       OR OLD.passed_to_supervision_on IS NOT NULL
          AND NEW.passed_to_supervision_on IS DISTINCT FROM OLD.passed_to_supervision_on THEN
        RAISE EXCEPTION 'what was received never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.replied_on IS NOT NULL
       AND (NEW.summary, NEW.reply, NEW.outcome, NEW.replied_by_id, NEW.replied_on)
           IS DISTINCT FROM (OLD.summary, OLD.reply, OLD.outcome, OLD.replied_by_id, OLD.replied_on) THEN
        RAISE EXCEPTION 'a reply never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER objection_is_fixed BEFORE UPDATE OR DELETE ON disclosure_objection
    FOR EACH ROW EXECUTE FUNCTION disclosure_objection_is_fixed();
CREATE TRIGGER objection_no_truncate BEFORE TRUNCATE ON disclosure_objection
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();

CREATE FUNCTION disclosure_announcement_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected disclosure_announcement;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an announcement is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    expected := OLD;
    IF OLD.withdrawn_at IS NULL THEN
        expected.withdrawn_at := NEW.withdrawn_at;
        expected.withdrawn_by_id := NEW.withdrawn_by_id;
        expected.withdrawn_reason := NEW.withdrawn_reason;
    END IF;
    IF NEW IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'an announcement never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER announcement_is_fixed BEFORE UPDATE OR DELETE ON disclosure_announcement
    FOR EACH ROW EXECUTE FUNCTION disclosure_announcement_is_fixed();
CREATE TRIGGER announcement_no_truncate BEFORE TRUNCATE ON disclosure_announcement
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
"""
REVERSE = """
DROP TRIGGER announcement_no_truncate ON disclosure_announcement;
DROP TRIGGER announcement_is_fixed ON disclosure_announcement;
DROP FUNCTION disclosure_announcement_is_fixed();
DROP TRIGGER objection_no_truncate ON disclosure_objection;
DROP TRIGGER objection_is_fixed ON disclosure_objection;
DROP FUNCTION disclosure_objection_is_fixed();
DROP TRIGGER attachment_no_truncate ON disclosure_noticeattachment;
DROP TRIGGER attachment_is_fixed ON disclosure_noticeattachment;
DROP FUNCTION disclosure_attachment_is_fixed();
DROP TRIGGER notice_no_truncate ON disclosure_notice;
DROP TRIGGER notice_is_fixed ON disclosure_notice;
DROP FUNCTION disclosure_notice_is_fixed();
DROP TRIGGER version_has_number ON disclosure_noticeversion;
DROP FUNCTION disclosure_version_has_number();
DROP TRIGGER version_no_truncate ON disclosure_noticeversion;
DROP TRIGGER version_is_fixed ON disclosure_noticeversion;
DROP FUNCTION disclosure_version_is_fixed();
DROP FUNCTION disclosure_no_truncate();
ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_author_does_not_sign;
ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_author_does_not_review;
ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_has_authors;
ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_window_as_long_as_it_says;
ALTER TABLE disclosure_noticeversion DROP CONSTRAINT version_displayed_as_long_as_it_says;
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
