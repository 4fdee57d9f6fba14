"""The index of the search, and the triggers that keep it.

`governance_search_source()` says what is to be found, as one list over the tables of four apps; the triggers copy the rows
of a record that changed, normalised, into the index. It is a function and not a view, so that a later migration
may alter the columns it reads; PostgreSQL inlines it all the same.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import governance.models
from governance.search.tables import functions

TEXT = r"""
-- The same as governance.search.text.normal: NFKC, Latin letters small, a space for all that is no letter or figure.
CREATE FUNCTION governance_normal(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(lower(normalize($1, NFKC) COLLATE "C"),
        '[^0-9a-z\u00C0-\u1FFF\u2C00-\u2DFF\u2E80-\u2FFF\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303C\u3041-\u30FA\u30FC-\uD7FF\uF900-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFE\U00010000-\U0010FFFF]+',
        ' ', 'g'), ' ')
$$;

-- The two-character pieces of a normalised text, and those of the initials with a mark before them.
CREATE FUNCTION governance_pieces(line text, initials text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT piece), '{}') FROM (
        SELECT c || lead(c) OVER (ORDER BY i) FROM unnest(string_to_array(line, NULL)) WITH ORDINALITY u(c, i)
        UNION ALL
        SELECT '^' || c || lead(c) OVER (ORDER BY i) FROM unnest(string_to_array(initials, NULL)) WITH ORDINALITY v(c, i)
    ) pieces(piece) WHERE piece !~ '[ -]'
$$;

-- Pinyin initials of a normalised heading, one character for one; a hyphen for what has no reading.
CREATE FUNCTION governance_initials(line text, is_name boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    readings jsonb := governance_pinyin();
    letters text[] := string_to_array(line, NULL);
    pair text;
    found text := '';
    i int := 1;
BEGIN
    IF is_name THEN
        found := coalesce(governance_search_rules() -> 'surnames' ->> letters[1], '');
        i := 1 + length(found);
    END IF;
    WHILE i <= coalesce(cardinality(letters), 0) LOOP
        pair := readings ->> (letters[i] || coalesce(letters[i + 1], ''));
        IF length(pair) = 2 THEN
            found := found || pair;
            i := i + 2;
        ELSE
            found := found || CASE WHEN letters[i] ~ '[0-9a-z ]' THEN letters[i]
                ELSE coalesce(readings ->> letters[i], '-') END;
            i := i + 1;
        END IF;
    END LOOP;
    RETURN found;
END $$;
"""
SOURCE = """
CREATE FUNCTION governance_search_source() RETURNS TABLE (
    kind text, record_id bigint, part_id bigint, audience text, unit_id bigint, day date, since date, until date,
    ref text, head text, body text
) LANGUAGE sql STABLE AS $$
    -- What everybody reads of a matter, and all that staff read.
    SELECT 'matter', m.id, m.id, face, m.unit_id, m.registered_on, m.registered_on, NULL::date,
        m.year || '-' || m.serial, m.title::text,
        concat_ws(E'\\n', m.short_title, m.motion, m.prefix || '〔' || m.year || '〕' || m.serial || '号',
            CASE face WHEN 'unit' THEN concat_ws(E'\\n', m.plan, m.origin_text, m.ended_reason) END)
    FROM councils_matter m, unnest(ARRAY['public', 'unit']) face
    UNION ALL
    -- The version of a notice that counts, and the draft.
    SELECT 'notice', n.id, v.id,
        CASE WHEN n.audience <> 'public' THEN 'party'
            WHEN v.signed_at IS NULL OR v.withdrawn_at IS NOT NULL OR governance_search_rules() -> 'hidden' ? n.item
            THEN 'unit' ELSE 'public' END,
        n.unit_id, coalesce(v.published_on, (v.drafted_at AT TIME ZONE 'Asia/Shanghai')::date),
        coalesce(v.published_on, (v.drafted_at AT TIME ZONE 'Asia/Shanghai')::date), NULL::date,
        n.board || '-' || n.year || '-' || n.serial, v.title::text,
        concat_ws(E'\\n', coalesce(nullif(v.published_text, ''), v.text),
            coalesce(nullif(u.short_name, ''), u.name)
            || (governance_search_rules() -> CASE u.kind WHEN 'village' THEN 'village_words' ELSE 'words' END ->> n.board)
            || '公〔' || n.year || '〕' || n.serial || '号')
    FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id JOIN orgs_orgunit u ON u.id = n.unit_id
    WHERE v.signed_at IS NULL OR NOT EXISTS (
        SELECT FROM disclosure_noticeversion newer
        WHERE newer.notice_id = v.notice_id AND newer.number > v.number AND newer.signed_at IS NOT NULL)
    UNION ALL
    SELECT 'announcement', a.id, a.id, CASE WHEN a.withdrawn_at IS NULL THEN 'public' ELSE 'unit' END,
        a.unit_id, a.published_on, a.published_on, NULL::date, a.id::text, a.title::text, concat_ws(E'\\n', a.text, u.name)
    FROM disclosure_announcement a JOIN orgs_orgunit u ON u.id = a.unit_id
    UNION ALL
    -- What was called and what came of it in one sentence is for everyone, of a Party body for its organisation.
    SELECT 'meeting', m.id, m.id, face.audience, m.unit_id, m.held_on, m.notice_on, NULL::date, agenda.ref, b.name::text,
        concat_ws(E'\\n', agenda.titles, m.place, CASE WHEN face.all OR m.confirmed_at IS NOT NULL THEN m.public_summary END,
            CASE WHEN face.all THEN concat_ws(E'\\n', m.minutes, m.supervision_opinion, m.outcome_reason) END)
    FROM councils_meeting m JOIN orgs_body b ON b.id = m.body_id
    CROSS JOIN LATERAL (
        SELECT string_agg(matter.title, E'\\n' ORDER BY item.position, item.id) AS titles,
            (array_agg(matter.year || '-' || matter.serial ORDER BY item.position, item.id))[1] AS ref
        FROM councils_agendaitem item JOIN councils_matter matter ON matter.id = item.matter_id
        WHERE item.meeting_id = m.id
    ) agenda
    CROSS JOIN LATERAL (
        SELECT CASE WHEN (governance_search_rules() -> 'bodies' -> b.kind ->> 'party')::boolean THEN 'party' ELSE 'unit' END,
            true
        UNION ALL
        SELECT 'public', false
        WHERE NOT (governance_search_rules() -> 'bodies' -> b.kind ->> 'party')::boolean AND m.outcome <> 'called_off'
    ) face(audience, "all")
    UNION ALL
    SELECT 'person', p.id, t.id,
        CASE WHEN (post ->> 'public')::boolean THEN 'public'
            WHEN (rules ->> 'party')::boolean THEN 'party' ELSE 'unit' END,
        b.unit_id, t.started_on, t.started_on, t.ended_on, NULL::text, p.name::text,
        concat_ws(E'\\n', post ->> 'title', b.name, u.name)
    FROM orgs_term t JOIN orgs_person p ON p.id = t.person_id JOIN orgs_body b ON b.id = t.body_id
    JOIN orgs_orgunit u ON u.id = b.unit_id
    CROSS JOIN LATERAL (SELECT governance_search_rules() -> 'bodies' -> b.kind) r(rules)
    CROSS JOIN LATERAL (SELECT rules -> 'offices' -> t.office) o(post)
$$;

-- The same list as the index holds it.
CREATE FUNCTION governance_search_rows() RETURNS TABLE (
    kind text, record_id bigint, part_id bigint, audience text, unit_id bigint, path text, day date, since date, until date,
    heading int, text text, initials text
) LANGUAGE sql STABLE AS $$
    SELECT s.kind, s.record_id, s.part_id, s.audience, s.unit_id, u.path::text, s.day, s.since, s.until, length(h.line),
        btrim(h.line || ' ' || governance_normal(s.body)), governance_initials(h.line, s.kind = 'person')
    FROM governance_search_source() s JOIN orgs_orgunit u ON u.id = s.unit_id
    CROSS JOIN LATERAL (SELECT governance_normal(s.head)) h(line)
$$;
"""
TRIGGERS = """
-- Brings the entries of one record up to date. Two that change what it is made of wait for each other here, and the
-- second one sees what the first one wrote. One plan serves all kinds; to plan anew takes twenty times as long.
CREATE FUNCTION governance_search_refresh(k text, r bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('search ' || k), r::int);
    DELETE FROM governance_searchentry e WHERE e.kind = k AND e.record_id = r AND NOT EXISTS (
        SELECT FROM governance_search_source() s
        WHERE s.kind = k AND s.record_id = r AND s.part_id = e.part_id AND s.audience = e.audience);
    INSERT INTO governance_searchentry AS e
        (kind, record_id, part_id, audience, unit_id, path, day, since, until, heading, text, initials)
    SELECT * FROM governance_search_rows() s WHERE s.kind = k AND s.record_id = r
    ON CONFLICT (kind, record_id, part_id, audience) DO UPDATE SET
        (unit_id, path, day, since, until, heading, text, initials) = (excluded.unit_id, excluded.path, excluded.day,
            excluded.since, excluded.until, excluded.heading, excluded.text, excluded.initials)
    WHERE (e.unit_id, e.path, e.day, e.since, e.until, e.heading, e.text, e.initials) IS DISTINCT FROM
        (excluded.unit_id, excluded.path, excluded.day, excluded.since, excluded.until, excluded.heading,
            excluded.text, excluded.initials);
END $$;

-- For the row that changed: the kind is the first argument, the column with the number of its record the second.
CREATE FUNCTION governance_search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r bigint;
BEGIN
    FOR r IN SELECT DISTINCT (line ->> TG_ARGV[1])::bigint FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) line
            WHERE line IS NOT NULL LOOP
        PERFORM governance_search_refresh(TG_ARGV[0], r);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON councils_matter
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('matter', 'id');
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON councils_meeting
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('meeting', 'id');
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON councils_agendaitem
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('meeting', 'meeting_id');
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON disclosure_noticeversion
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('notice', 'notice_id');
CREATE TRIGGER search_changed AFTER UPDATE ON disclosure_notice
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('notice', 'id');
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON disclosure_announcement
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('announcement', 'id');
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON orgs_term
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('person', 'person_id');
CREATE TRIGGER search_changed AFTER UPDATE ON orgs_person
    FOR EACH ROW EXECUTE FUNCTION governance_search_changed('person', 'id');

-- Titles of matters stand in the entries of their meetings, names of bodies and units in those of what is theirs.
-- The conditions stand inside, because one in a trigger's head would keep later migrations from altering the columns.
CREATE FUNCTION governance_search_matter_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.title, OLD.year, OLD.serial) IS DISTINCT FROM (NEW.title, NEW.year, NEW.serial) THEN
        PERFORM governance_search_refresh('meeting', meeting_id)
            FROM councils_agendaitem WHERE matter_id = NEW.id ORDER BY meeting_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_renamed AFTER UPDATE ON councils_matter
    FOR EACH ROW EXECUTE FUNCTION governance_search_matter_renamed();
CREATE FUNCTION governance_search_body_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.name, OLD.unit_id, OLD.kind) IS DISTINCT FROM (NEW.name, NEW.unit_id, NEW.kind) THEN
        PERFORM governance_search_refresh('meeting', id) FROM councils_meeting WHERE body_id = NEW.id ORDER BY id;
        PERFORM governance_search_refresh('person', person_id)
            FROM (SELECT DISTINCT person_id FROM orgs_term WHERE body_id = NEW.id ORDER BY person_id) holders;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_renamed AFTER UPDATE ON orgs_body
    FOR EACH ROW EXECUTE FUNCTION governance_search_body_renamed();
CREATE FUNCTION governance_search_unit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.path <> NEW.path THEN
        UPDATE governance_searchentry SET path = NEW.path WHERE unit_id = NEW.id;
    END IF;
    IF (OLD.name, OLD.short_name, OLD.kind) IS DISTINCT FROM (NEW.name, NEW.short_name, NEW.kind) THEN
        PERFORM governance_search_refresh(kind, record_id)
            FROM (SELECT DISTINCT kind, record_id FROM governance_searchentry WHERE unit_id = NEW.id
                ORDER BY kind, record_id) records;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_unit_changed AFTER UPDATE ON orgs_orgunit
    FOR EACH ROW EXECUTE FUNCTION governance_search_unit_changed();
"""
FILL = """
INSERT INTO governance_searchentry
    (kind, record_id, part_id, audience, unit_id, path, day, since, until, heading, text, initials)
SELECT * FROM governance_search_rows()
"""
REVERSE_TRIGGERS = """
DROP TRIGGER search_unit_changed ON orgs_orgunit;
DROP FUNCTION governance_search_unit_changed();
DROP TRIGGER search_renamed ON orgs_body;
DROP FUNCTION governance_search_body_renamed();
DROP TRIGGER search_renamed ON councils_matter;
DROP FUNCTION governance_search_matter_renamed();
DROP TRIGGER search_changed ON orgs_person;
DROP TRIGGER search_changed ON orgs_term;
DROP TRIGGER search_changed ON disclosure_announcement;
DROP TRIGGER search_changed ON disclosure_notice;
DROP TRIGGER search_changed ON disclosure_noticeversion;
DROP TRIGGER search_changed ON councils_agendaitem;
DROP TRIGGER search_changed ON councils_meeting;
DROP TRIGGER search_changed ON councils_matter;
DROP FUNCTION governance_search_changed();
DROP FUNCTION governance_search_refresh(text, bigint);
"""
REVERSE_SOURCE = "DROP FUNCTION governance_search_rows(); DROP FUNCTION governance_search_source();"
REVERSE_TEXT = """
DROP FUNCTION governance_initials(text, boolean);
DROP FUNCTION governance_pieces(text, text);
DROP FUNCTION governance_normal(text);
"""


def write_tables(apps, schema_editor):
    for statement in functions():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("councils", "0002_triggers"),
        ("disclosure", "0002_triggers"),
        ("orgs", "0002_triggers"),
    ]
    operations = [
        migrations.RunPython(write_tables, migrations.RunPython.noop),
        migrations.RunSQL(TEXT, REVERSE_TEXT),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("matter", "Matter"),
                            ("notice", "Notice"),
                            ("announcement", "Announcement"),
                            ("meeting", "Meeting"),
                            ("person", "Person in office"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("record_id", models.BigIntegerField()),
                ("part_id", models.BigIntegerField()),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "everyone"),
                            ("unit", "people with duties at the unit"),
                            ("party", "the Party organisation of the unit"),
                        ],
                        max_length=10,
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=300)),
                ("day", models.DateField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("heading", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("initials", models.TextField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the search",
                "verbose_name_plural": "entries of the search",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        governance.models.Pieces("text", "initials"), fastupdate=False, name="search_by_pieces"
                    ),
                    models.Index(
                        models.OrderBy(models.F("day"), descending=True),
                        models.OrderBy(models.F("record_id"), descending=True),
                        condition=models.Q(("audience", "public")),
                        name="search_newest",
                    ),
                    models.Index(
                        models.F("path"), models.OrderBy(models.F("day"), descending=True), name="search_by_place"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "record_id", "part_id", "audience"), name="search_entry_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["matter", "notice", "announcement", "meeting", "person"])),
                        name="search_entry_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["public", "unit", "party"])),
                        name="search_entry_audience_is_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SOURCE, REVERSE_SOURCE),
        migrations.RunSQL(TRIGGERS, REVERSE_TRIGGERS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
