from django.db import migrations

FORWARD = """
CREATE FUNCTION orgs_unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above record;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.path := '/' || NEW.id || '/';
        RETURN NEW;
    END IF;
    SELECT path, level INTO above FROM orgs_orgunit WHERE id = NEW.parent_id;
    IF above.level >= NEW.level THEN
        RAISE EXCEPTION 'a unit of level % cannot belong to one of level %', NEW.level, above.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_level_below_parent';
    END IF;
    NEW.path := above.path || NEW.id || '/';
    RETURN NEW;
END $$;
CREATE TRIGGER unit_path BEFORE INSERT OR UPDATE OF parent_id, level ON orgs_orgunit
    FOR EACH ROW EXECUTE FUNCTION orgs_unit_path();
"""
REVERSE = """
DROP TRIGGER unit_path ON orgs_orgunit;
DROP FUNCTION orgs_unit_path();
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
