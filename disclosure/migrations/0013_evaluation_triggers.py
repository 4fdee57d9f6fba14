from django.db import migrations

FORWARD = """
CREATE FUNCTION disclosure_evaluation_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an evaluation is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.notice_id, NEW.question, NEW.opens_on, NEW.closes_on, NEW.households, NEW.opened_by_id, NEW.opened_at)
       IS DISTINCT FROM
       (OLD.notice_id, OLD.question, OLD.opens_on, OLD.closes_on, OLD.households, OLD.opened_by_id, OLD.opened_at)
       OR NEW.satisfied < OLD.satisfied OR NEW.fairly < OLD.fairly OR NEW.unsatisfied < OLD.unsatisfied
       OR NEW.unaware < OLD.unaware THEN
        RAISE EXCEPTION 'an evaluation stays as announced, and no answer is taken back'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluation_is_fixed BEFORE UPDATE OR DELETE ON disclosure_evaluation
    FOR EACH ROW EXECUTE FUNCTION disclosure_evaluation_is_fixed();

-- Slips are printed anew before the first is used, never after.
CREATE FUNCTION disclosure_slip_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM disclosure_slipuse used JOIN disclosure_slip slip ON slip.id = used.slip_id
        WHERE slip.evaluation_id = OLD.evaluation_id
    ) THEN
        RAISE EXCEPTION 'the slips of an evaluation with answers never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER slip_is_fixed BEFORE UPDATE OR DELETE ON disclosure_slip
    FOR EACH ROW EXECUTE FUNCTION disclosure_slip_is_fixed();

CREATE FUNCTION disclosure_count_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was counted stays counted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER slip_use_is_fixed BEFORE UPDATE OR DELETE ON disclosure_slipuse
    FOR EACH ROW EXECUTE FUNCTION disclosure_count_is_fixed();
CREATE TRIGGER paper_count_is_fixed BEFORE UPDATE OR DELETE ON disclosure_papercount
    FOR EACH ROW EXECUTE FUNCTION disclosure_count_is_fixed();

-- As many answers as used slips, when the transaction ends: neither can be without the other.
CREATE FUNCTION disclosure_answers_have_slips() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE checked bigint;
BEGIN
    IF TG_TABLE_NAME = 'disclosure_slipuse' THEN
        SELECT evaluation_id INTO checked FROM disclosure_slip WHERE id = NEW.slip_id;
    ELSE
        checked := NEW.id;
    END IF;
    IF (SELECT satisfied + fairly + unsatisfied + unaware FROM disclosure_evaluation WHERE id = checked) <> (
        SELECT count(*) FROM disclosure_slipuse used JOIN disclosure_slip slip ON slip.id = used.slip_id
        WHERE slip.evaluation_id = checked
    ) THEN
        RAISE EXCEPTION 'as many answers as used slips'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evaluation_answers_have_slips';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER evaluation_answers_have_slips AFTER INSERT OR UPDATE ON disclosure_evaluation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disclosure_answers_have_slips();
CREATE CONSTRAINT TRIGGER slip_use_has_answer AFTER INSERT ON disclosure_slipuse
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disclosure_answers_have_slips();
CREATE TRIGGER evaluation_no_truncate BEFORE TRUNCATE ON disclosure_evaluation
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
CREATE TRIGGER slip_no_truncate BEFORE TRUNCATE ON disclosure_slip
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
CREATE TRIGGER slipuse_no_truncate BEFORE TRUNCATE ON disclosure_slipuse
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
CREATE TRIGGER papercount_no_truncate BEFORE TRUNCATE ON disclosure_papercount
    FOR EACH STATEMENT EXECUTE FUNCTION disclosure_no_truncate();
"""

BACKWARD = """
DROP TRIGGER papercount_no_truncate ON disclosure_papercount;
DROP TRIGGER slipuse_no_truncate ON disclosure_slipuse;
DROP TRIGGER slip_no_truncate ON disclosure_slip;
DROP TRIGGER evaluation_no_truncate ON disclosure_evaluation;
DROP TRIGGER slip_use_has_answer ON disclosure_slipuse;
DROP TRIGGER evaluation_answers_have_slips ON disclosure_evaluation;
DROP FUNCTION disclosure_answers_have_slips();
DROP TRIGGER paper_count_is_fixed ON disclosure_papercount;
DROP TRIGGER slip_use_is_fixed ON disclosure_slipuse;
DROP FUNCTION disclosure_count_is_fixed();
DROP TRIGGER slip_is_fixed ON disclosure_slip;
DROP FUNCTION disclosure_slip_is_fixed();
DROP TRIGGER evaluation_is_fixed ON disclosure_evaluation;
DROP FUNCTION disclosure_evaluation_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0012_evaluations")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
