from django.db import migrations

FORWARD = """
ALTER TABLE disclosure_objection ADD CONSTRAINT objection_interim_reply_in_time
    CHECK (interim_until <= received_on + 15);
ALTER TABLE disclosure_objection ADD CONSTRAINT objection_feedback_in_time
    CHECK (feedback_on <= replied_on + 10);

-- What was received never changes; each reply, feedback and opinion is given once, and it is passed on once.
CREATE OR REPLACE FUNCTION disclosure_objection_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
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
       AND (NEW.summary, NEW.reply, NEW.outcome, NEW.replied_by_id, NEW.replied_on, NEW.owner_id)
           IS DISTINCT FROM (OLD.summary, OLD.reply, OLD.outcome, OLD.replied_by_id, OLD.replied_on, OLD.owner_id)
       OR (OLD.interim_on IS NOT NULL OR OLD.replied_on IS NOT NULL)
       AND (NEW.interim_reply, NEW.interim_by_id, NEW.interim_on, NEW.interim_until)
           IS DISTINCT FROM (OLD.interim_reply, OLD.interim_by_id, OLD.interim_on, OLD.interim_until) THEN
        RAISE EXCEPTION 'a reply never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.feedback_on IS NOT NULL
       AND (NEW.feedback, NEW.feedback_channel, NEW.feedback_by_id, NEW.feedback_on)
           IS DISTINCT FROM (OLD.feedback, OLD.feedback_channel, OLD.feedback_by_id, OLD.feedback_on)
       OR OLD.supervision_on IS NOT NULL
       AND (NEW.supervision_opinion, NEW.supervision_by_id, NEW.supervision_on)
           IS DISTINCT FROM (OLD.supervision_opinion, OLD.supervision_by_id, OLD.supervision_on) THEN
        RAISE EXCEPTION 'what was said to a reply never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A successor is of the same unit and kind, and nothing replaces what was withdrawn.
CREATE FUNCTION disclosure_announcement_succeeds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM disclosure_announcement former
        WHERE former.id = NEW.supersedes_id AND former.id <> NEW.id AND former.unit_id = NEW.unit_id
            AND former.kind = NEW.kind AND former.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a successor is of the same unit and kind'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'announcement_succeeds_its_like';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER announcement_succeeds BEFORE INSERT ON disclosure_announcement
    FOR EACH ROW EXECUTE FUNCTION disclosure_announcement_succeeds();

CREATE FUNCTION disclosure_posting_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected disclosure_posting;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a posting is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    expected := OLD;
    IF OLD.taken_down_on IS NULL THEN
        expected.taken_down_on := NEW.taken_down_on;
    END IF;
    IF NEW IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'a posting never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_is_fixed BEFORE UPDATE OR DELETE ON disclosure_posting
    FOR EACH ROW EXECUTE FUNCTION disclosure_posting_is_fixed();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON disclosure_posting
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
"""
REVERSE = """
DROP TRIGGER posting_no_truncate ON disclosure_posting;
DROP TRIGGER posting_is_fixed ON disclosure_posting;
DROP FUNCTION disclosure_posting_is_fixed();
DROP TRIGGER announcement_succeeds ON disclosure_announcement;
DROP FUNCTION disclosure_announcement_succeeds();
ALTER TABLE disclosure_objection DROP CONSTRAINT objection_feedback_in_time;
ALTER TABLE disclosure_objection DROP CONSTRAINT objection_interim_reply_in_time;

CREATE OR REPLACE FUNCTION disclosure_objection_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0005_everyday")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
