"""What the database's search functions read: who holds a public office, what is hidden, initials, characters.

Code is the source of all four; `write_tables` copies them into functions of the database after each `migrate`.
"""

import json
import unicodedata

from django.db import connections
from django.utils import translation

from disclosure.catalogue import ITEMS
from governance.search.text import simplified
from orgs.offices import BODY_KINDS

# Assemblies of many: the unit page gives their number, not their names, and so does the search.
ASSEMBLIES = ("residents_reps", "villagers_reps", "collective_reps")
# Characters that read otherwise when a family is called by them.
SURNAMES = {
    "曾": "z",
    "单": "s",
    "解": "x",
    "仇": "q",
    "查": "z",
    "翟": "z",
    "朴": "p",
    "区": "o",
    "覃": "q",
    "乐": "y",
}
RARE = 0x10000  # from here on nobody types initials
FUNCTION = (
    "CREATE OR REPLACE FUNCTION {}() RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '{}'::jsonb $$"
)
# Hardly a text has a traditional character: one look says so, and it stays as it is.
SIMPLIFIED = """
CREATE OR REPLACE FUNCTION governance_simplified(line text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF line ~ '[{traditional}]' THEN
        RETURN translate(line, '{traditional}', '{simplified}');
    END IF;
    RETURN line;
END $$
"""


def rules():
    """Bodies with their offices, items that are not to be found, surnames; as JSON."""
    with translation.override("zh-hans"):
        bodies = {
            key: {
                "party": row.party,
                "offices": {
                    post.key: {"title": str(post.title), "public": post.public and key not in ASSEMBLIES}
                    for post in row.offices
                },
            }
            for key, row in BODY_KINDS.items()
        }
    return {
        "bodies": bodies,
        "hidden": sorted(key for key, item in ITEMS.items() if item.noindex),
        "surnames": SURNAMES,
    }


def letters():
    """{character: first letter of its usual reading}, and of two characters together where that differs (重庆: cq)."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    def first(reading):
        letter = unicodedata.normalize("NFD", reading)[:1].lower()
        return letter if "a" <= letter <= "z" else ""

    singles = {}
    for point, readings in PINYIN_DICT.items():
        if point < RARE and (letter := first(readings.split(",")[0])):
            singles[chr(point)] = letter
    pairs = {}
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == 2:
            together = "".join(first(reading[0]) for reading in readings)
            if len(together) == 2 and together != "".join(singles.get(character, "") for character in phrase):
                pairs[phrase] = together
    return singles | pairs


def write_tables(sender=None, using="default", **kwargs):
    """After each `migrate`, bring the database's copies up to date."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('governance_search_rules()') IS NOT NULL")
        if cursor.fetchone()[0]:
            for statement in functions():
                cursor.execute(statement)


def functions():
    """The SQL of the three functions."""
    for name, table in (("governance_search_rules", rules()), ("governance_pinyin", letters())):
        yield FUNCTION.format(name, json.dumps(table, ensure_ascii=False, sort_keys=True).replace("'", "''"))
    pairs = simplified().items()
    yield SIMPLIFIED.format(
        traditional="".join(chr(old) for old, _new in pairs), simplified="".join(chr(new) for _old, new in pairs)
    )
