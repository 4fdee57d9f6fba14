from django.db import migrations

FORWARD = """
-- What was voted, resolved or reported stands: no update, no delete.
CREATE FUNCTION councils_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vote_append_only BEFORE UPDATE OR DELETE ON councils_vote
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER named_ballot_append_only BEFORE UPDATE OR DELETE ON councils_namedballot
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER resolution_append_only BEFORE UPDATE OR DELETE ON councils_resolution
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER roll_change_append_only BEFORE UPDATE OR DELETE ON councils_rollchange
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER milestone_append_only BEFORE UPDATE OR DELETE ON councils_milestone
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER selection_append_only BEFORE UPDATE OR DELETE ON councils_selection
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER evaluation_append_only BEFORE UPDATE OR DELETE ON councils_evaluation
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER matter_no_delete BEFORE DELETE ON councils_matter
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER meeting_no_delete BEFORE DELETE ON councils_meeting
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER agenda_item_no_delete BEFORE DELETE ON councils_agendaitem
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER step_done_no_delete BEFORE DELETE ON councils_stepdone
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();
CREATE TRIGGER scan_append_only BEFORE UPDATE OR DELETE ON councils_scan
    FOR EACH ROW EXECUTE FUNCTION councils_is_append_only();

-- A vote is taken at a valid meeting; a correction is of the same question and by another person.
CREATE FUNCTION councils_vote_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sitting record; before record;
BEGIN
    SELECT meeting.outcome INTO sitting FROM councils_meeting meeting
        JOIN councils_agendaitem item ON item.meeting_id = meeting.id WHERE item.id = NEW.item_id;
    IF sitting.outcome <> 'valid' THEN
        RAISE EXCEPTION 'no vote without a valid meeting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_at_valid_meeting';
    END IF;
    IF NEW.supersedes_id IS NOT NULL THEN
        SELECT item_id, recorded_by_id INTO before FROM councils_vote WHERE id = NEW.supersedes_id;
        IF before.item_id <> NEW.item_id THEN
            RAISE EXCEPTION 'a correction is of the same question'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_corrects_same_item';
        END IF;
        IF before.recorded_by_id = NEW.recorded_by_id THEN
            RAISE EXCEPTION 'a count is corrected by another person'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_corrected_by_another';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vote_is_sound BEFORE INSERT ON councils_vote
    FOR EACH ROW EXECUTE FUNCTION councils_vote_is_sound();

-- Who voted by name was on the roll of that meeting, present, with a vote and not recused.
CREATE FUNCTION councils_ballot_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM councils_vote vote JOIN councils_agendaitem item ON item.id = vote.item_id
            JOIN councils_rollentry entry ON entry.meeting_id = item.meeting_id
            WHERE vote.id = NEW.vote_id AND vote.method = 'named' AND entry.id = NEW.entry_id
            AND entry.votes AND NOT entry.recused AND entry.presence = 'present') THEN
        RAISE EXCEPTION 'this person cannot vote here'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'named_ballot_of_voter';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ballot_is_sound BEFORE INSERT ON councils_namedballot
    FOR EACH ROW EXECUTE FUNCTION councils_ballot_is_sound();

-- A confirmed meeting stands; its Party organisation may still open its counts.
CREATE FUNCTION councils_meeting_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_at IS NOT NULL AND (to_jsonb(NEW) - '{version,counts_opened_at,counts_opened_by_id}'::text[])
            <> (to_jsonb(OLD) - '{version,counts_opened_at,counts_opened_by_id}'::text[]) THEN
        RAISE EXCEPTION 'the record of this meeting is confirmed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'meeting_confirmed_stands';
    END IF;
    IF OLD.counts_opened_at IS NOT NULL AND NEW.counts_opened_at IS DISTINCT FROM OLD.counts_opened_at THEN
        RAISE EXCEPTION 'counts that were opened stay open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'meeting_counts_stay_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_is_confirmed BEFORE UPDATE ON councils_meeting
    FOR EACH ROW EXECUTE FUNCTION councils_meeting_is_confirmed();

-- The roll stands with the meeting; once frozen nobody leaves it.
CREATE FUNCTION councils_roll_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sitting record;
BEGIN
    SELECT roll_frozen_at, confirmed_at INTO sitting FROM councils_meeting WHERE id = OLD.meeting_id;
    IF sitting.confirmed_at IS NOT NULL OR (TG_OP = 'DELETE' AND sitting.roll_frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the roll of this meeting is frozen'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'roll_entry_stands';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER roll_is_frozen BEFORE UPDATE OR DELETE ON councils_rollentry
    FOR EACH ROW EXECUTE FUNCTION councils_roll_is_frozen();

-- What was on the agenda stays on it; whether it is void is settled with the record.
CREATE FUNCTION councils_agenda_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'void') <> (to_jsonb(OLD) - 'void') OR EXISTS (
            SELECT FROM councils_meeting WHERE id = OLD.meeting_id AND confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the agenda of this meeting stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agenda_item_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agenda_stands BEFORE UPDATE ON councils_agendaitem
    FOR EACH ROW EXECUTE FUNCTION councils_agenda_stands();

-- A step that is done can only be annulled, or confirmed again by a corrected count.
CREATE FUNCTION councils_step_done_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'annulled_by_id') <> (to_jsonb(OLD) - 'annulled_by_id') THEN
        RAISE EXCEPTION 'a step that is done stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'step_done_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_done_stands BEFORE UPDATE ON councils_stepdone
    FOR EACH ROW EXECUTE FUNCTION councils_step_done_stands();

-- The budget is fixed with the first deliberation; afterwards only what was really spent is entered.
CREATE FUNCTION councils_budget_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line record; stands boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
    SELECT status NOT IN ('registered', 'returned') INTO stands FROM councils_matter WHERE id = line.matter_id;
    IF stands AND (TG_OP <> 'UPDATE' OR (to_jsonb(NEW) - 'actual') <> (to_jsonb(OLD) - 'actual')) THEN
        RAISE EXCEPTION 'the budget of this matter stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'budget_line_stands';
    END IF;
    RETURN line;
END $$;
CREATE TRIGGER budget_stands BEFORE INSERT OR UPDATE OR DELETE ON councils_budgetline
    FOR EACH ROW EXECUTE FUNCTION councils_budget_stands();
"""
TRIGGERS = {
    "vote": ("vote_append_only", "vote_is_sound"),
    "namedballot": ("named_ballot_append_only", "ballot_is_sound"),
    "resolution": ("resolution_append_only",),
    "rollchange": ("roll_change_append_only",),
    "milestone": ("milestone_append_only",),
    "selection": ("selection_append_only",),
    "evaluation": ("evaluation_append_only",),
    "matter": ("matter_no_delete",),
    "meeting": ("meeting_no_delete", "meeting_is_confirmed"),
    "agendaitem": ("agenda_item_no_delete", "agenda_stands"),
    "stepdone": ("step_done_no_delete", "step_done_stands"),
    "scan": ("scan_append_only",),
    "rollentry": ("roll_is_frozen",),
    "budgetline": ("budget_stands",),
}
FUNCTIONS = (
    "is_append_only",
    "vote_is_sound",
    "ballot_is_sound",
    "meeting_is_confirmed",
    "roll_is_frozen",
    "agenda_stands",
    "step_done_stands",
    "budget_stands",
)
REVERSE = "".join(
    f"DROP TRIGGER {trigger} ON councils_{table};\n" for table, names in TRIGGERS.items() for trigger in names
) + "".join(f"DROP FUNCTION councils_{name}();\n" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
