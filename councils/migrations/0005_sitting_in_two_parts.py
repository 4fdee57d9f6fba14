import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
-- Two parts of one sitting: of one unit, on one day, and never the second confirmed without the first.
CREATE FUNCTION councils_parts_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first record;
BEGIN
    SELECT unit_id, held_on, confirmed_at INTO first FROM councils_meeting WHERE id = NEW.follows_id;
    IF first.unit_id <> NEW.unit_id OR first.held_on <> NEW.held_on THEN
        RAISE EXCEPTION 'both parts of a sitting are of one unit and day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_parts_of_one_sitting';
    END IF;
    IF NEW.confirmed_at IS NOT NULL AND first.confirmed_at IS NULL THEN
        RAISE EXCEPTION 'the first part of a sitting is confirmed first'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_parts_in_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER parts_agree BEFORE INSERT OR UPDATE ON councils_meeting
    FOR EACH ROW WHEN (NEW.follows_id IS NOT NULL) EXECUTE FUNCTION councils_parts_agree();
"""
REVERSE = "DROP TRIGGER parts_agree ON councils_meeting; DROP FUNCTION councils_parts_agree();"


class Migration(migrations.Migration):
    dependencies = [("councils", "0004_voting_period")]
    operations = [
        migrations.AddField(
            "meeting",
            "follows",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_part",
                to="councils.meeting",
                verbose_name="second part of the sitting of",
            ),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
