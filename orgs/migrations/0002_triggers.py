from django.db import migrations

from orgs.tables import offices_function

FORWARD = """
-- The path of a unit, and the levels above and below it.
CREATE FUNCTION orgs_unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above record;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.level > OLD.level
            AND EXISTS (SELECT FROM orgs_orgunit WHERE parent_id = NEW.id AND level <= NEW.level) THEN
        RAISE EXCEPTION 'unit % has children of level % or above', NEW.id, NEW.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_level_above_children';
    END IF;
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

-- A move takes the whole subtree along, in one UPDATE, whoever moved the unit.
CREATE FUNCTION orgs_unit_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orgs_orgunit SET path = NEW.path || substr(path, length(OLD.path) + 1)
        WHERE path > OLD.path AND path < left(OLD.path, -1) || '0' AND id <> NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_moved AFTER UPDATE OF parent_id, level ON orgs_orgunit
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION orgs_unit_moved();

-- Bodies stand where their kind may stand, and terms are of offices that the body has.
CREATE FUNCTION orgs_body_fits_unit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unit record; kind_row jsonb;
BEGIN
    SELECT level, kind INTO unit FROM orgs_orgunit WHERE id = NEW.unit_id;
    kind_row := orgs_offices() -> NEW.kind;
    IF NOT (kind_row -> 'levels') @> to_jsonb(unit.level)
            OR (kind_row -> 'kinds' <> '[]' AND NOT kind_row -> 'kinds' ? unit.kind) THEN
        RAISE EXCEPTION 'a % cannot stand at a unit of level % and kind %', NEW.kind, unit.level, unit.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_fits_unit';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER body_fits_unit BEFORE INSERT OR UPDATE OF unit_id, kind ON orgs_body
    FOR EACH ROW EXECUTE FUNCTION orgs_body_fits_unit();

CREATE FUNCTION orgs_term_fits_body() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE body record;
BEGIN
    SELECT kind, established_on, dissolved_on INTO body FROM orgs_body WHERE id = NEW.body_id;
    IF NOT coalesce(orgs_offices() -> body.kind -> 'offices' ? NEW.office, false) THEN
        RAISE EXCEPTION 'a % has no office %', body.kind, NEW.office
            USING ERRCODE = 'check_violation', CONSTRAINT = 'term_office_is_of_body';
    END IF;
    IF NEW.started_on < body.established_on
            OR (body.dissolved_on IS NOT NULL AND coalesce(NEW.ended_on, 'infinity') > body.dissolved_on) THEN
        RAISE EXCEPTION 'a term cannot begin before its body or outlast it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'term_within_body';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER term_fits_body BEFORE INSERT OR UPDATE ON orgs_term
    FOR EACH ROW EXECUTE FUNCTION orgs_term_fits_body();

CREATE FUNCTION orgs_body_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> OLD.kind AND EXISTS (SELECT FROM orgs_term WHERE body_id = NEW.id) THEN
        RAISE EXCEPTION 'body % has terms and keeps its kind', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_with_terms_keeps_kind';
    END IF;
    IF EXISTS (SELECT FROM orgs_term WHERE body_id = NEW.id AND (started_on < NEW.established_on
            OR coalesce(ended_on, 'infinity') > coalesce(NEW.dissolved_on, 'infinity'))) THEN
        RAISE EXCEPTION 'body % has terms before or after these dates', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_contains_terms';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER body_changed BEFORE UPDATE OF kind, established_on, dissolved_on ON orgs_body
    FOR EACH ROW EXECUTE FUNCTION orgs_body_changed();

-- Exact search inside Chinese names: their two-character pieces in a GIN index, LIKE as the recheck.
CREATE FUNCTION orgs_bigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT substr($1, i, 2)), '{}') FROM generate_series(1, length($1) - 1) i
$$;
CREATE INDEX unit_by_pieces_of_name ON orgs_orgunit USING gin (orgs_bigrams(name)) WITH (fastupdate = off);
"""
REVERSE = """
DROP INDEX unit_by_pieces_of_name;
DROP FUNCTION orgs_bigrams(text);
DROP TRIGGER body_changed ON orgs_body;
DROP FUNCTION orgs_body_changed();
DROP TRIGGER term_fits_body ON orgs_term;
DROP FUNCTION orgs_term_fits_body();
DROP TRIGGER body_fits_unit ON orgs_body;
DROP FUNCTION orgs_body_fits_unit();
DROP TRIGGER unit_moved ON orgs_orgunit;
DROP FUNCTION orgs_unit_moved();
DROP TRIGGER unit_path ON orgs_orgunit;
DROP FUNCTION orgs_unit_path();
DROP FUNCTION orgs_offices();
"""


def write_table(apps, schema_editor):
    schema_editor.execute(offices_function())


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [
        migrations.RunPython(write_table, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
