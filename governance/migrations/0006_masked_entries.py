"""Who is named in a notice is found by that name as long as the notice is on display, and not a day longer.

From the day after its display a version that names people has another entry for everyone, with the names masked and
without the files that go with the display; the desk keeps the whole.
"""

from importlib import import_module

from django.db import migrations, models

EARLIER = import_module("governance.migrations.0004_search_filters")
BEFORE = import_module("governance.migrations.0005_replaced_announcements")
SOURCE_BEFORE = BEFORE.BEFORE.replace(BEFORE.FOR_GOOD, BEFORE.UNTIL_REPLACED)
REFRESH_BEFORE = EARLIER.REFRESH.partition("-- The files of a version belong")[0]

MASKED = """
-- As disclosure.masking.mask does: 张三 is 张*, longer names have two stars. Longer names come first.
CREATE FUNCTION governance_masked(line text, names text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        line := replace(line, name, left(name, 1) || repeat('*', least(length(name) - 1, 2)));
    END LOOP;
    RETURN line;
END $$;
"""


def _after(text, first, last):
    """The part of `text` from `first` up to `last`."""
    start = text.index(first)
    return text[start : text.index(last, start)]


NOTICES_BEFORE = _after(SOURCE_BEFORE, "    -- The versions of a notice", "    UNION ALL\n    SELECT 'announcement'")
NOTICES = """
    -- The versions of a notice, each until the day of the next one, and the draft; with what their public files say.
    SELECT 'notice', n.id, v.id, face.audience, n.unit_id, own.day, face.since, face.until,
        n.board::text, n.item::text, n.board || '-' || n.year || '-' || n.serial, v.title::text, face.body
    FROM disclosure_noticeversion v JOIN disclosure_notice n ON n.id = v.notice_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN n.audience <> 'public' THEN 'party'
                WHEN v.signed_at IS NULL OR v.withdrawn_at IS NOT NULL
                    OR governance_search_rules() -> 'hidden' ? n.item THEN 'unit'
                ELSE 'public' END AS audience,
            coalesce(v.published_on, (v.drafted_at AT TIME ZONE 'Asia/Shanghai')::date) AS day,
            coalesce(nullif(v.published_text, ''), v.text) AS text
    ) own
    CROSS JOIN LATERAL (
        SELECT min(newer.published_on) AS day FROM disclosure_noticeversion newer
        WHERE v.signed_at IS NOT NULL AND newer.notice_id = v.notice_id AND newer.number > v.number
            AND (newer.withdrawn_at IS NULL
                OR (newer.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date >= newer.published_on)
    ) next
    CROSS JOIN LATERAL (
        SELECT string_agg(concat_ws(E'\\n', used.label, said.text), E'\\n' ORDER BY used.id) AS text,
            string_agg(concat_ws(E'\\n', used.label, said.text), E'\\n' ORDER BY used.id)
                FILTER (WHERE used.names_people IS FALSE) AS kept,
            bool_or(used.names_people IS NOT FALSE) AS closing
        FROM disclosure_noticeattachment used JOIN audit_attachment file ON file.id = used.attachment_id
        LEFT JOIN audit_attachmenttext said ON said.sha256 = file.sha256
        WHERE used.version_id = v.id AND file.audience = 'public'
    ) files
    -- Only what names somebody changes with the end of the display. Of what nobody has looked at the number stays.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN own.audience = 'public' AND (v.named IS NULL OR v.named <> '{}' OR files.closing)
            AND (next.day IS NULL OR next.day > v.displayed_until + 1) THEN v.displayed_until + 1 END AS day
    ) ended
    CROSS JOIN LATERAL (
        SELECT own.audience, own.day AS since, coalesce(ended.day, next.day) AS until,
            concat_ws(E'\\n', own.text, nullif(n.number, ''), files.text) AS body
        UNION ALL
        SELECT 'public', ended.day, next.day,
            concat_ws(E'\\n', governance_masked(own.text, v.named),
                nullif(n.number, ''), governance_masked(files.kept, v.named))
        WHERE ended.day IS NOT NULL
        UNION ALL
        SELECT 'unit', ended.day, next.day, concat_ws(E'\\n', own.text, nullif(n.number, ''), files.text)
        WHERE ended.day IS NOT NULL
    ) face
""".lstrip("\n")

# An entry is one of its audience from a day on. The lock is one of the whole number: it grows beyond 32 bits.
OF_THE_SAME = "s.part_id = e.part_id AND s.audience = e.audience"
ONCE = "ON CONFLICT (kind, record_id, part_id, audience)"
LOCK = "hashtext('search ' || k), r::int"
assert all(text in REFRESH_BEFORE for text in (OF_THE_SAME, ONCE, LOCK))
REFRESH = (
    REFRESH_BEFORE.replace(OF_THE_SAME, f"{OF_THE_SAME} AND s.since = e.since")
    .replace(ONCE, "ON CONFLICT (kind, record_id, part_id, audience, since)")
    .replace(LOCK, "hashtextextended('search ' || k, r)")
)


def _once(*fields):
    return models.UniqueConstraint(fields=fields, name="search_entry_once")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0005_replaced_announcements"),
        ("disclosure", "0023_named_in_texts"),
    ]

    operations = [
        migrations.RunSQL(MASKED, "DROP FUNCTION governance_masked(text, text[])"),
        # The entries follow after `migrate`, when somebody looks whom the texts name (disclosure/named.py).
        migrations.RunSQL(SOURCE_BEFORE.replace(NOTICES_BEFORE, NOTICES), SOURCE_BEFORE),
        migrations.RemoveConstraint("searchentry", "search_entry_once"),
        migrations.AddConstraint("searchentry", _once("kind", "record_id", "part_id", "audience", "since")),
        migrations.RunSQL(REFRESH, REFRESH_BEFORE),
    ]
