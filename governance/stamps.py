"""The stamps of public pages: one query each, whose answer changes whenever the page may.

Every verb of the portal writes one event at the place where it happens, in its own transaction. So the newest events
at a place, and above it, tell whether something happened there. They are read as a list and not as the highest
number, because a transaction may be committed after a later one. Units are also changed by imports without an event
for each, and so are read themselves; matters, meetings and consultations count their changes.
"""

from django.db import connections, router

from audit.log.codes import plain
from governance.context import page
from governance.views.home import MOST_PLACES
from orgs.enums import Level
from orgs.models import OrgUnit

# Nothing of these events shows on a public page; the log of logins would else make every page new.
QUIET = [
    "account_closed",
    "account_created",
    "account_reopened",
    "account_reset",
    "list_exported",
    "password_chosen",
    "recovery_code_used",
    "recovery_codes_renewed",
    "second_factor_passed",
    "second_factor_removed",
    "second_factor_reset",
    "second_factor_set_up",
    "second_factor_wrong",
    "view_objection",
]
_EVENTS = """
    SELECT string_agg(event.id::text, ',' ORDER BY event.id)
    FROM (SELECT ''::text AS path UNION SELECT path FROM chain) place
    CROSS JOIN LATERAL (
        SELECT id, verb FROM audit_event WHERE path = place.path ORDER BY id DESC LIMIT 100
    ) event WHERE event.verb <> ALL(%(quiet)s)
"""
UNIT = f"""
    WITH here AS (SELECT id, path FROM orgs_orgunit WHERE code = %(code)s),
    chain AS (
        SELECT u.* FROM here, unnest(string_to_array(trim(BOTH '/' FROM here.path), '/')::bigint[]) above
        JOIN orgs_orgunit u ON u.id = above
    )
    SELECT md5(concat_ws('|',
        ({_EVENTS}),
        (SELECT string_agg(chain::text, ',' ORDER BY id) FROM chain),
        (SELECT string_agg(below::text, ',' ORDER BY below.id) FROM orgs_orgunit below, here WHERE parent_id = here.id),
        (SELECT count(*) || ',' || sum(version) FROM councils_matter, here WHERE unit_id = here.id),
        (SELECT count(*) || ',' || sum(version) FROM councils_meeting, here WHERE unit_id = here.id),
        (SELECT count(*) || ',' || sum(version) FROM councils_consultation, here WHERE unit_id = here.id)))
"""
# The units that the front door offers to choose from (governance/views/home.py).
TOPMOST = f"""
    SELECT md5(string_agg(unit::text, ',' ORDER BY level, code))
    FROM (SELECT * FROM orgs_orgunit WHERE level <= {Level.COMMUNITY} ORDER BY level, code LIMIT {MOST_PLACES}) unit
"""
# The unit of a record that is logged under a check code; it may have moved since.
CHECKED = "SELECT index FROM audit_leaf WHERE code = %(check)s"
AT_LEAF = UNIT.replace("code = %(code)s", "path = (SELECT path FROM audit_leaf WHERE code = %(check)s)")
EVERYWHERE = """
    SELECT string_agg(id::text, ',') FROM (SELECT id FROM audit_event ORDER BY id DESC LIMIT 100) event
"""

FEED = f"""
    SELECT concat(({UNIT}), (
        SELECT ({EVERYWHERE}) FROM orgs_orgunit WHERE code = %(code)s AND level < {Level.COMMUNITY}))
"""


def unit_stamp(request, kwargs):
    """Of a page of the unit `code`: what happened there and above, the units around it, its matters and talks."""
    return _read(UNIT, {"code": kwargs["code"], "quiet": QUIET})


def feed_stamp(request, kwargs):
    """Of a feed: that of its unit; above the communities, where it holds all below, what happened anywhere."""
    return _read(FEED, {"code": kwargs["code"], "quiet": QUIET})


def home_stamp(request, kwargs):
    """Of the front door: the units to choose from and the community looked at last; of its results, everything."""
    if request.GET.get("q"):
        return everywhere_stamp(request, kwargs)
    return _read(f"SELECT concat(({TOPMOST}), ({UNIT}))", {"code": page(request)["last_code"], "quiet": QUIET})


def everywhere_stamp(request, kwargs):
    """Of a page that shows what stands anywhere: what happened anywhere."""
    return _read(EVERYWHERE, {})


def check_stamp(request, kwargs):
    """Of the page of a check code: whether the log has it, and what happened at the place of its record."""
    code = plain(kwargs["code"])
    return _read(f"SELECT concat(({CHECKED}), ({AT_LEAF}))", {"check": code, "quiet": QUIET})


def log_stamp(request, kwargs):
    """Of the page about the public log: its size, and the last checkpoint."""
    return _read("SELECT concat((SELECT size FROM audit_treehead), ',', (SELECT max(size) FROM audit_checkpoint))", {})


def fixed_stamp(request, kwargs):
    """Of a page that only a new release changes."""
    return ""


def _read(query, values):
    """The answer of the server that the page itself will read: a replica may lag behind."""
    with connections[router.db_for_read(OrgUnit)].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0] or ""


UNIT_PAGES = (
    "unit",
    "board",
    "board_csv",
    "board_xlsx",
    "board_poster",
    "notice",
    "notice_poster",
    "notice_share",
    "announcements",
    "catalogue",
    "unit_calendar",
    "unit_duties",
    "announcement",
    "announcement_share",
    "matters",
    "matters_csv",
    "matters_xlsx",
    "matter",
    "matter_json",
    "consultations",
    "consultations_csv",
    "consultations_xlsx",
    "consultation",
    "unit_rules",
)
# These say that a text is unchanged since it was logged. What is done behind the portal's back raises no event, so they
# are made anew each minute.
SAY_UNCHANGED = {"notice", "notice_poster", "board_poster", "notice_share", "matter", "check_record"}
# Pages with a form that carries a token are not among them.
STAMPS = {
    **dict.fromkeys(UNIT_PAGES, unit_stamp),
    "feed": feed_stamp,
    "board_feed": feed_stamp,
    "home": home_stamp,
    "search": everywhere_stamp,
    # A unit and all below it.
    "unit_data": everywhere_stamp,
    "data": everywhere_stamp,
    "data_schema": fixed_stamp,
    "robots": fixed_stamp,
    "sitemap": everywhere_stamp,
    "sitemap_part": everywhere_stamp,
    "councils:rules": everywhere_stamp,
    "councils:rule": fixed_stamp,
    "councils:procedure": everywhere_stamp,
    "councils:local_procedure": everywhere_stamp,
    "check": fixed_stamp,
    "check_record": check_stamp,
    "log": log_stamp,
}
