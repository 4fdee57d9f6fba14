"""Traditional characters, boards and items, and the files of notices in the index of the search.

These functions replace those of 0001 and 0003. Here stands the list of what is to be found, whole.
"""

from importlib import import_module

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from governance.models import Pieces
from governance.search.tables import functions

BEFORE = import_module("governance.migrations.0001_search")
NUMBER = import_module("governance.migrations.0003_number_text")
NORMAL = r"""
-- The same as governance.search.text.normal; the letters that are kept are those of 0001.
CREATE OR REPLACE FUNCTION governance_normal(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(governance_simplified(lower(normalize($1, NFKC) COLLATE "C")),
        '[^0-9a-z\u00C0-\u1FFF\u2C00-\u2DFF\u2E80-\u2FFF\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303C\u3041-\u30FA\u30FC-\uD7FF\uF900-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFE\U00010000-\U0010FFFF]+',
        ' ', 'g'), ' ')
$$;
"""
DROP = "DROP FUNCTION governance_search_rows(); DROP FUNCTION governance_search_source();"
SOURCE = """
CREATE FUNCTION governance_search_source() RETURNS TABLE (
    kind text, record_id bigint, part_id bigint, audience text, unit_id bigint, day date, since date, until date,
    board text, item text, ref text, head text, body text
) LANGUAGE sql STABLE AS $$
    -- What everybody reads of a matter, and all that staff read.
    SELECT 'matter', m.id, m.id, face, m.unit_id, m.registered_on, m.registered_on, NULL::date,
        '', '', m.year || '-' || m.serial, m.title::text,
        concat_ws(E'\\n', m.short_title, m.motion, m.prefix || '〔' || m.year || '〕' || m.serial || '号',
            CASE face WHEN 'unit' THEN concat_ws(E'\\n', m.plan, m.origin_text, m.ended_reason) END)
    FROM councils_matter m, unnest(ARRAY['public', 'unit']) face
    UNION ALL
    -- The versions of a notice, each until the day of the next one, and the draft; with what their public files say.
    SELECT 'notice', n.id, v.id,
        CASE WHEN n.audience <> 'public' THEN 'party'
            WHEN v.signed_at IS NULL OR v.withdrawn_at IS NOT NULL OR governance_search_rules() -> 'hidden' ? n.item
            THEN 'unit' ELSE 'public' END,
        n.unit_id, coalesce(v.published_on, (v.drafted_at AT TIME ZONE 'Asia/Shanghai')::date),
        coalesce(v.published_on, (v.drafted_at AT TIME ZONE 'Asia/Shanghai')::date), next.day,
        n.board::text, n.item::text, n.board || '-' || n.year || '-' || n.serial, v.title::text,
        concat_ws(E'\\n', coalesce(nullif(v.published_text, ''), v.text), nullif(n.number, ''), files.text)
    FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id
    CROSS JOIN LATERAL (
        SELECT min(newer.published_on) AS day FROM disclosure_noticeversion newer
        WHERE v.signed_at IS NOT NULL AND newer.notice_id = v.notice_id AND newer.number > v.number
            AND (newer.withdrawn_at IS NULL
                OR (newer.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date >= newer.published_on)
    ) next
    CROSS JOIN LATERAL (
        SELECT string_agg(concat_ws(E'\\n', used.label, said.text), E'\\n' ORDER BY used.id) AS text
        FROM disclosure_noticeattachment used JOIN audit_attachment file ON file.id = used.attachment_id
        LEFT JOIN audit_attachmenttext said ON said.sha256 = file.sha256
        WHERE used.version_id = v.id AND file.audience = 'public'
    ) files
    UNION ALL
    SELECT 'announcement', a.id, a.id, CASE WHEN a.withdrawn_at IS NULL THEN 'public' ELSE 'unit' END,
        a.unit_id, a.published_on, a.published_on, NULL::date, '', '', a.id::text, a.title::text,
        concat_ws(E'\\n', a.text, u.name)
    FROM disclosure_announcement a JOIN orgs_orgunit u ON u.id = a.unit_id
    UNION ALL
    -- What was called and what came of it in one sentence is for everyone, of a Party body for its organisation.
    SELECT 'meeting', m.id, m.id, face.audience, m.unit_id, m.held_on, m.notice_on, NULL::date,
        '', '', agenda.ref, b.name::text,
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
        b.unit_id, t.started_on, t.started_on, t.ended_on, '', '', NULL::text, p.name::text,
        concat_ws(E'\\n', post ->> 'title', b.name, u.name)
    FROM orgs_term t JOIN orgs_person p ON p.id = t.person_id JOIN orgs_body b ON b.id = t.body_id
    JOIN orgs_orgunit u ON u.id = b.unit_id
    CROSS JOIN LATERAL (SELECT governance_search_rules() -> 'bodies' -> b.kind) r(rules)
    CROSS JOIN LATERAL (SELECT rules -> 'offices' -> t.office) o(post)
$$;

-- The same list as the index holds it.
CREATE FUNCTION governance_search_rows() RETURNS TABLE (
    kind text, record_id bigint, part_id bigint, audience text, unit_id bigint, path text, day date, since date, until date,
    board text, item text, heading int, text text, initials text
) LANGUAGE sql STABLE AS $$
    SELECT s.kind, s.record_id, s.part_id, s.audience, s.unit_id, u.path::text, s.day, s.since, s.until,
        s.board, s.item, length(h.line),
        btrim(h.line || ' ' || governance_normal(s.body)), governance_initials(h.line, s.kind = 'person')
    FROM governance_search_source() s JOIN orgs_orgunit u ON u.id = s.unit_id
    CROSS JOIN LATERAL (SELECT governance_normal(s.head)) h(line)
$$;
"""
REFRESH = """
-- As in 0001, with the new columns.
CREATE OR REPLACE FUNCTION governance_search_refresh(k text, r bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('search ' || k), r::int);
    DELETE FROM governance_searchentry e WHERE e.kind = k AND e.record_id = r AND NOT EXISTS (
        SELECT FROM governance_search_source() s
        WHERE s.kind = k AND s.record_id = r AND s.part_id = e.part_id AND s.audience = e.audience);
    INSERT INTO governance_searchentry AS e
        (kind, record_id, part_id, audience, unit_id, path, day, since, until, board, item, heading, text, initials)
    SELECT * FROM governance_search_rows() s WHERE s.kind = k AND s.record_id = r
    ON CONFLICT (kind, record_id, part_id, audience) DO UPDATE SET
        (unit_id, path, day, since, until, board, item, heading, text, initials) =
        (excluded.unit_id, excluded.path, excluded.day, excluded.since, excluded.until,
            excluded.board, excluded.item, excluded.heading, excluded.text, excluded.initials)
    WHERE (e.unit_id, e.path, e.day, e.since, e.until, e.board, e.item, e.heading, e.text, e.initials) IS DISTINCT FROM
        (excluded.unit_id, excluded.path, excluded.day, excluded.since, excluded.until,
            excluded.board, excluded.item, excluded.heading, excluded.text, excluded.initials);
END $$;

-- The files of a version belong to its notice.
CREATE FUNCTION governance_search_file_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM governance_search_refresh('notice', notice_id)
        FROM disclosure_noticeversion WHERE id = coalesce(NEW.version_id, OLD.version_id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_changed AFTER INSERT OR UPDATE OR DELETE ON disclosure_noticeattachment
    FOR EACH ROW EXECUTE FUNCTION governance_search_file_changed();

-- A file that was public may be taken back.
CREATE FUNCTION governance_search_audience_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM governance_search_refresh('notice', notice_id) FROM (
        SELECT DISTINCT notice_id FROM disclosure_noticeversion v
        JOIN disclosure_noticeattachment used ON used.version_id = v.id
        WHERE used.attachment_id = NEW.id ORDER BY notice_id) notices;
    RETURN NULL;
END $$;
CREATE TRIGGER search_changed AFTER UPDATE ON audit_attachment
    FOR EACH ROW EXECUTE FUNCTION governance_search_audience_changed();
"""
REFRESH_BEFORE = BEFORE.TRIGGERS.partition("-- For the row that changed")[0].replace("CREATE", "CREATE OR REPLACE")
REVERSE = """
DROP TRIGGER search_changed ON audit_attachment;
DROP FUNCTION governance_search_audience_changed();
DROP TRIGGER search_changed ON disclosure_noticeattachment;
DROP FUNCTION governance_search_file_changed();
"""
# What the files of earlier notices say comes in with `manage.py rebuild_search`, which reads them.
FILL = """
UPDATE governance_searchentry e SET board = n.board, item = n.item
    FROM disclosure_notice n WHERE e.kind = 'notice' AND n.id = e.record_id;
UPDATE governance_searchentry SET text = governance_simplified(text),
        initials = governance_initials(governance_simplified(left(text, heading)), kind = 'person')
    WHERE text <> governance_simplified(text);
SELECT governance_search_refresh('notice', notice_id) FROM (
    SELECT notice_id FROM disclosure_noticeversion WHERE number > 1 AND signed_at IS NOT NULL
    UNION SELECT notice_id FROM disclosure_noticeversion v JOIN disclosure_noticeattachment a ON a.version_id = v.id
    ORDER BY 1) changed;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def write_tables(apps, schema_editor):
    for statement in functions():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0003_number_text"),
        ("orgs", "0008_words_of_constraints"),
        ("audit", "0005_attachment_text"),
        ("disclosure", "0003_number_text"),
    ]

    operations = [
        migrations.RunPython(write_tables, migrations.RunPython.noop),
        migrations.RunSQL(
            NORMAL, BEFORE.TEXT.partition("-- The two-character pieces")[0].replace("CREATE", "CREATE OR REPLACE")
        ),
        migrations.AddField(
            model_name="searchentry",
            name="board",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="item",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.RunSQL(DROP + SOURCE, DROP + BEFORE.SOURCE.replace(NUMBER.COMPOSED, NUMBER.KEPT)),
        migrations.RunSQL(REFRESH, REVERSE + REFRESH_BEFORE),
        # To write the pieces of 240,000 entries at once takes minutes, to bring each up to date a quarter of an hour.
        migrations.RemoveIndex(model_name="searchentry", name="search_by_pieces"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchentry",
            index=GinIndex(Pieces("text", "initials"), fastupdate=False, name="search_by_pieces"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                models.F("board"),
                models.OrderBy(models.F("day"), descending=True),
                models.OrderBy(models.F("record_id"), descending=True),
                condition=models.Q(("audience", "public"), models.Q(("board", ""), _negated=True)),
                name="search_newest_of_board",
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                models.F("item"),
                models.OrderBy(models.F("day"), descending=True),
                models.OrderBy(models.F("record_id"), descending=True),
                condition=models.Q(("audience", "public"), models.Q(("item", ""), _negated=True)),
                name="search_newest_of_item",
            ),
        ),
    ]
