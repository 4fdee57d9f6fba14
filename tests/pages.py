"""Every page of the portal with a sample and the people who may open it: the table that the sweeps read.

A page without a row here, or a row without a page, fails `tests/test_every_url.py`. `sample` gives the arguments of the
address from rows of the demo's world (`tests/world.py`), all of 柳溪社区 unless the audience says otherwise.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import admin
from django.urls import get_resolver, reverse

from audit.actions import append_leaf
from audit.models import Leaf
from councils.models import AgendaItem, Authorisation, Finding, LocalRule, OwnerRoll, OwnersAssembly
from disclosure import printing
from disclosure.models import Announcement, CatalogueChange, Notice, NoticeVersion, Objection
from disclosure.views.receipts import token_of
from tests.world import PEOPLE

# Answers, as the sweep sees them.
LOGIN, REFUSED, MISSING, WRONG_METHOD = "login", 403, 404, 405
PRINTS = 200 if printing.program() else MISSING  # PDFs need a Chromium

INSIDE = frozenset(
    {"clerk", "secretary", "supervisor", "street", "member", "worker"}
)  # may see 柳溪社区's internal records
ACCOUNTS = frozenset(PEOPLE) - {"visitor"}


@dataclass(frozen=True)
class Audience:
    """Who gets a page (`opens`), who is told why not (`refused`, 403); for all others with an account there is none."""

    name: str
    opens: frozenset
    refused: frozenset = frozenset()

    def answer(self, person):
        """What the page answers `person`; None: it opens."""
        if person in self.opens:
            return None
        if person == "visitor":
            return LOGIN
        return REFUSED if person in self.refused else MISSING


def _only(name, *people, refused=INSIDE):
    return Audience(name, frozenset(people), frozenset(refused) - frozenset(people))


PUBLIC = Audience("public", frozenset(PEOPLE))
ACCOUNT = Audience("every account", ACCOUNTS)
INTERNAL = Audience("internal of 柳溪社区", INSIDE)
PARTY = Audience("internal of its Party organisation", frozenset({"clerk", "secretary", "member"}))
STAFF = _only("anyone with a power", *INSIDE, "owner", "stranger", "administrator", refused=ACCOUNTS)
RUNS = _only("runs meetings here", "clerk", "secretary", "worker")
CONFIRMS = _only("confirms records here", "secretary")
SETTLES = _only("enters local rules here", "secretary", "administrator")
OVERSEES = _only("oversees what is done here", "street")
FINDS = _only("reviews notices here", "supervisor")
DRAFTS = _only("drafts notices here", "clerk", "worker")
REDACTS = _only("signs, reviews or oversees notices here", "secretary", "supervisor", "street")
SIGNS_PARTY = _only("signs for the Party here", "secretary")
RUNS_PARTY = _only("enters records of its Party organisation", "clerk", "secretary", refused=PARTY.opens)
ANSWERS = _only("answers residents here", "clerk", "secretary", "worker")
ANNOUNCES = Audience("drafts notices here, and nobody else sees it", frozenset({"clerk", "worker"}))
RUNS_ANYWHERE = _only("runs meetings somewhere", "clerk", "secretary", "worker", "owner", "stranger", refused=ACCOUNTS)
DRAFTS_ANYWHERE = _only("drafts notices somewhere", "clerk", "worker", "stranger", refused=ACCOUNTS)
OVERSEES_ANYWHERE = _only("oversees units somewhere", "street", refused=ACCOUNTS)
SIGNS = _only("signs the notices of the three boards here", "secretary")
REVIEWS_ANYWHERE = _only("reviews notices somewhere", "supervisor", refused=ACCOUNTS)
ADMINISTRATION = _only("keeps units, terms and accounts", "administrator", refused=ACCOUNTS)

# At 溪畔苑小区, a compound of 柳溪社区.
OF_OWNERS = Audience("internal of the compound", INSIDE - {"supervisor"})
RUNS_OWNERS = _only("runs meetings at the compound", "clerk", "worker", refused=OF_OWNERS.opens)
SEES_COMPOUNDS = Audience("sees internal records somewhere", INSIDE | {"owner", "stranger"})

# Why a visitor may open it. Exactly the views that are marked `login_not_required`.
PUBLIC_NAMES = {
    "home": "the front door",
    "search": "residents have no accounts",
    "data": "open data",
    "robots": "for search engines",
    "sitemap": "for search engines",
    "sitemap_part": "for search engines",
    "data_schema": "open data",
    "unit_data": "open data",
    "unit": "residents have no accounts",
    "wall": "a large screen has nobody to log in",
    "set_look": "a preference of any visitor",
    "set_language": "a preference of any visitor",
    "attachment": "public files are for everyone; internal ones ask for a power",
    "log_checkpoint": "anyone may check the log",
    "log_keys": "anyone may check the log",
    "log_tile": "anyone may check the log",
    "log_entries": "anyone may check the log",
    "log_proof": "anyone may check the log",
    "login": "nobody is logged in yet",
    "login_code": "the password was right, and nobody is logged in before the code is",
    "logout": "who is logged out already is sent home",
    "admin:login": "leads to the one login page",
    "first_login": "the one-time link is the key",
    "board": "residents have no accounts",
    "board_csv": "open data",
    "board_xlsx": "open data",
    "notice": "residents have no accounts",
    "notice_poster": "printed and scanned by anyone",
    "notice_poster_pdf": "printed and scanned by anyone",
    "board_poster": "printed by anyone",
    "board_poster_pdf": "printed by anyone",
    "notice_qr": "part of a public page",
    "check": "residents have no accounts",
    "check_record": "residents have no accounts",
    "check_qr": "printed on posters",
    "log": "what the log proves is everybody's to know",
    "archive": "anyone may keep and verify what is public",
    "notice_share": "part of a public page",
    "notice_picture": "passed on by anyone, and shown on the cards of links",
    "announcement_share": "part of a public page",
    "slip_entry": "residents have no accounts",
    "slip": "the code on the slip is the key",
    "slip_done": "follows the answer",
    "notice_object": "residents object without an account",
    "receipt": "the number on the receipt is the key",
    "notice_received": "follows the form of objections",
    "announcements": "residents have no accounts",
    "unit_calendar": "calendar programs have no accounts",
    "unit_duties": "calendar programs have no accounts",
    "catalogue": "what must be published is everybody's to know",
    "announcement": "residents have no accounts",
    "feed": "feed readers have no accounts",
    "board_feed": "feed readers have no accounts",
    "matters": "residents have no accounts",
    "matters_csv": "open data",
    "matters_xlsx": "open data",
    "matter": "residents have no accounts",
    "matter_json": "open data",
    "consultations": "residents have no accounts",
    "consultations_csv": "open data",
    "consultations_xlsx": "open data",
    "consultation": "residents have no accounts",
    "councils:rules": "what the law asks is everybody's to know",
    "unit_rules": "what a place settled for itself is everybody's to know",
    "councils:procedure": "how matters are taken is everybody's to know",
    "councils:local_procedure": "how matters are taken is everybody's to know",
    "councils:rule": "anyone may check a result against the law",
}


# Forms without a token: their only effect is in the visitor's own browser, and a token would be a cookie on every page.
PREFERENCES = ("set_look", "set_language")


@dataclass(frozen=True)
class Page:
    """One address: its name, audience and sample, how it is sent, and where it differs for some people."""

    name: str
    audience: Audience
    sample: Callable = lambda world: {}
    query: str = ""
    post_only: bool = False
    takes_post: bool = False
    ok: int = 200  # what those get who may open it
    but: dict = field(default_factory=dict)  # person -> status, where that differs
    html: bool = True
    label: str = ""
    most: int | None = None  # queries, where a file of everything takes more than a page may

    def __str__(self):
        return self.label or self.name

    def url(self, world):
        return reverse(self.name, kwargs=self.sample(world)) + self.query

    def answer(self, person):
        """The status that `person` gets for GET, or LOGIN."""
        if self.post_only:
            return LOGIN if self.audience.answer(person) == LOGIN else WRONG_METHOD
        return self.but.get(person) or self.audience.answer(person) or self.ok


def _unit(world):
    return {"code": world.liuxi.code}


def _logged(**sample):
    """An address of the public log, which has at least one leaf."""

    def with_leaf(world):
        if not Leaf.objects.exists():
            at = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
            append_leaf(
                kind="redaction", subject="x", unit_path="/1/", number="", version=1, content={"text": ""}, at=at
            )
        return sample

    return with_leaf


def _change(world):
    return {"pk": CatalogueChange.objects.filter(unit=world.liuxi, last_on=None).latest("pk").pk}


def _board(world):
    return {"code": world.liuxi.code, "board": "residential"}


def _data(name, kind):
    return lambda world: {"code": world.liuxi.code, "name": name, "kind": kind}


def _notice(world):
    """The resolution notice that is on display, with an objection."""
    notice = world.matter("中心花园步道修缮").resolution_notice
    return {"code": world.liuxi.code, "ref": notice.ref}


def _check_code(world):
    return {"code": world.matter("中心花园步道修缮").resolution_notice.current.check_code}


def _received(world):
    objection = Objection.objects.filter(notice__unit=world.liuxi).latest("pk")
    return _unit(world) | {"ref": objection.notice.ref, "token": token_of(objection, world.today)}


def _announcement(world):
    return {"code": world.liuxi.code, "pk": Announcement.objects.filter(unit=world.liuxi).latest("pk").pk}


def _waiting_notice(world):
    """A draft that waits for the supervision committee."""
    version = NoticeVersion.objects.open().filter(notice__unit=world.liuxi, reviewed_at=None).earliest("pk")
    return {"pk": version.notice_id}


def _published_notice(world):
    return {"pk": Notice.objects.filter(unit=world.liuxi, item="F04").latest("pk").pk}


def _evaluation(world):
    return {"pk": world.evaluation.pk}


def _party_draft(world):
    return {"pk": world.party_draft.notice_id}


def _objection(world):
    return {"pk": Objection.objects.filter(notice__unit=world.liuxi, replied_on=None).earliest("pk").pk}


def _authorisation(world):
    return {"pk": Authorisation.objects.filter(unit=world.liuxi).latest("pk").pk}


def _local_rule(world):
    return {"pk": LocalRule.objects.filter(unit=world.liuxi).latest("pk").pk}


def _matter(title):
    """The matter of 柳溪社区 with this short title."""
    return lambda world: {"pk": world.matter(title).pk}


def _finding(world):
    return {"pk": Finding.objects.get(matter=world.matter("增设儿童活动设施")).pk}


def _public_matter(world):
    matter = world.matter("老年助餐点改造")
    return {"code": world.liuxi.code, "year": matter.year, "serial": matter.serial}


def _meeting(title, step, **more):
    """A meeting of 柳溪社区 about the matter with this short title, at `step`; the newest one."""

    def sample(world):
        return {"pk": world.meeting(title, step).pk} | more

    return sample


def _year(world):
    return {"code": world.liuxi.code, "year": world.matter("老年助餐点改造").year}


def _item(title, step):
    def sample(world):
        item = AgendaItem.objects.filter(meeting=world.meeting(title, step)).get()
        return {"pk": item.meeting_id, "item_pk": item.pk}

    return sample


def _sorting(world):
    """A matter of 柳溪苑 before the joint meeting."""
    item = AgendaItem.objects.get(matter__short_title="东门人车分流")
    return {"pk": item.meeting_id, "item_pk": item.pk}


def _file(name):
    def sample(world):
        attachment = world.files[name]
        return {"pk": attachment.pk, "name": attachment.name}

    return sample


def _party_counts(world):
    meeting = world.meeting("老年助餐点改造", "propose")
    return {"pk": world.matter("老年助餐点改造").pk, "meeting_pk": meeting.pk}


def _compound(world):
    return {"pk": world.places.units["xipanyuan"].pk}


def _assembly(serial=None):
    """The owners' assembly under way; one of its ballots."""

    def sample(world):
        meeting = OwnersAssembly.objects.get(meeting__unit=world.places.units["xipanyuan"]).meeting_id
        return {"pk": meeting} | ({"serial": serial} if serial else {})

    return sample


def _roll(world):
    return {"pk": OwnerRoll.objects.get(unit=world.places.units["xipanyuan"]).pk}


PAGES = (
    # public
    Page("home", PUBLIC),
    Page("home", PUBLIC, query="?q=%E7%A4%BE%E5%8C%BA", label="home with results"),
    Page("search", PUBLIC),
    # The mark of tests/test_party_internal.py: whatever the search shows of it, it shows here.
    Page("search", PUBLIC, query="?q=%E6%A0%87%E8%AE%B0", label="search with results"),
    Page("search", PUBLIC, query="?q=%E5%8A%A9%E9%A4%90", label="search with marks"),
    Page("unit", PUBLIC, _unit),
    Page("wall", PUBLIC, _unit),
    Page("board", PUBLIC, _board),
    Page("board", PUBLIC, lambda world: _unit(world) | {"board": "party"}, label="board of the Party"),
    Page("board_csv", PUBLIC, _board, html=False),
    Page("board_xlsx", PUBLIC, _board, html=False),
    Page("notice", PUBLIC, _notice),
    Page("notice_poster", PUBLIC, _notice),
    Page("notice_poster_pdf", PUBLIC, _notice, html=False, ok=PRINTS),
    Page("board_poster", PUBLIC, _board),
    Page("board_poster_pdf", PUBLIC, _board, html=False, ok=PRINTS),
    Page("notice_share", PUBLIC, _notice),
    Page("notice_picture", PUBLIC, lambda world: _notice(world) | {"number": 1}, html=False),
    Page("announcement_share", PUBLIC, _announcement),
    Page("notice_qr", PUBLIC, _notice, html=False),
    Page("check", PUBLIC),
    Page("check", PUBLIC, query="?code=ABCDE-FGHJ", label="check of a mistyped code"),
    Page("check_record", PUBLIC, _check_code),
    Page("check_record", PUBLIC, lambda world: {"code": "00000-00000"}, ok=404, label="check of an unknown code"),
    Page("check_qr", PUBLIC, _check_code, html=False),
    Page("log", PUBLIC),
    # Versions, files, resolutions, leaves, tiles and masked names, each read once for the whole ZIP.
    Page("archive", PUBLIC, _unit, html=False, most=12),
    Page("archive", PUBLIC, _unit, query="?files=1", html=False, most=12, label="archive with files"),
    Page("notice_object", PUBLIC, _notice, takes_post=True),
    Page("notice_received", PUBLIC, _received, takes_post=True),
    Page("receipt", PUBLIC),
    Page("slip_entry", PUBLIC),
    Page("slip", PUBLIC, lambda world: {"code": world.slips[0]}, takes_post=True),
    Page("slip_done", PUBLIC, lambda world: {"pk": world.evaluation.pk}),
    Page("announcements", PUBLIC, _unit),
    Page("announcement", PUBLIC, _announcement),
    Page("catalogue", PUBLIC, _unit),
    Page("unit_calendar", PUBLIC, _unit, html=False),
    Page("unit_duties", PUBLIC, _unit, html=False),
    Page("feed", PUBLIC, _unit, html=False),
    Page("robots", PUBLIC, html=False),
    Page("sitemap", PUBLIC, html=False),
    Page("sitemap_part", PUBLIC, lambda w: {"code": "990101001"}, html=False),
    Page("data", PUBLIC, query="?unit=990101001001"),
    Page("data_schema", PUBLIC, lambda w: {"name": "notices"}, html=False),
    *(
        Page("unit_data", PUBLIC, _data(name, kind), html=False, label=f"{name} as {kind}")
        for name in ("notices", "matters", "announcements", "meetings", "objections", "officers")
        for kind in ("json", "csv")
    ),
    Page("board_feed", PUBLIC, _board, html=False),
    Page("matters", PUBLIC, _unit),
    Page("matters_csv", PUBLIC, _unit, html=False),
    Page("matters_xlsx", PUBLIC, _unit, html=False),
    Page("matter", PUBLIC, _public_matter),
    Page("matter_json", PUBLIC, _public_matter, html=False),
    Page("consultations", PUBLIC, _unit),
    Page("consultations_csv", PUBLIC, _unit, html=False),
    Page("consultations_xlsx", PUBLIC, _unit, html=False),
    Page("consultation", PUBLIC, lambda w: _unit(w) | {"year": w.talk.year, "serial": w.talk.serial}),
    Page("councils:rules", PUBLIC),
    Page("councils:rule", PUBLIC, lambda world: {"key": "residents_reps"}),
    Page("councils:procedure", PUBLIC, lambda world: {"key": "four_parties"}),
    Page(
        "councils:local_procedure",
        PUBLIC,
        lambda world: {"code": world.liuxi.parent.code, "key": "consult-first", "version": 1},
    ),
    Page("unit_rules", PUBLIC, _unit),
    Page("attachment", PUBLIC, _file("public"), html=False),
    Page("log_checkpoint", PUBLIC, html=False),
    Page("log_keys", PUBLIC, html=False),
    Page("log_tile", PUBLIC, _logged(level=0, place=(0, 1)), html=False),
    Page("log_entries", PUBLIC, _logged(place=(0, 1)), html=False),
    Page("log_proof", PUBLIC, _logged(index=0), html=False),
    Page("set_look", PUBLIC, post_only=True),
    Page("set_language", PUBLIC, post_only=True),
    Page("login", PUBLIC, takes_post=True, ok=302, but={"visitor": 200}),
    Page("login_code", PUBLIC, takes_post=True, ok=302, but={"visitor": 409}),
    Page("logout", PUBLIC, post_only=True),
    Page("first_login", PUBLIC, lambda world: {"token": world.tokens["powerless"]}, takes_post=True),
    # files for some
    Page("attachment", INTERNAL, _file("unit"), html=False, but={"visitor": 404}, label="attachment of the unit"),
    Page("attachment", PARTY, _file("party"), html=False, but={"visitor": 404}, label="attachment of the Party"),
    # every account
    Page("desk", ACCOUNT),
    Page("desk_below", ACCOUNT),
    Page("desk_below", ACCOUNT, query="?export=xlsx", html=False, label="desk_below as a sheet"),
    Page("desk_search", ACCOUNT, query="?q=%E6%A0%87%E8%AE%B0"),
    Page("password_change", ACCOUNT, takes_post=True),
    Page("second_factor", ACCOUNT, takes_post=True),
    Page("second_factor_setup", ACCOUNT, takes_post=True),
    Page("second_factor_qr", ACCOUNT, ok=404, html=False),
    Page("gallery", STAFF),
    Page("composition", INTERNAL, _unit),
    Page("unit_terms", INTERNAL, _unit),
    Page("unit_terms", INTERNAL, _unit, query="?export=csv", html=False, label="unit_terms as a sheet"),
    # notices at the desk
    Page("desk_notices", ACCOUNT),
    Page("desk_notices", ACCOUNT, query="?export=csv", html=False, label="desk_notices as a sheet"),
    Page("desk_notice_new", DRAFTS_ANYWHERE, takes_post=True),
    Page("desk_notice_new_relief", DRAFTS_ANYWHERE, takes_post=True),
    Page("desk_calendar", ACCOUNT),
    Page("desk_nothing", SIGNS, _unit, query="?item=R28&period=2026-10", takes_post=True),
    Page("desk_duties", OVERSEES_ANYWHERE),
    Page("desk_duties", OVERSEES_ANYWHERE, query="?export=xlsx", html=False, label="desk_duties as a sheet"),
    Page("desk_catalogue", ACCOUNT),
    Page("desk_catalogue_new", SIGNS, lambda world: _unit(world) | {"kind": "stricter"}, takes_post=True),
    Page("desk_catalogue_end", SIGNS, _change, takes_post=True),
    Page("desk_review_batch", REVIEWS_ANYWHERE, takes_post=True),
    Page("desk_notice", INTERNAL, _waiting_notice),
    Page("desk_notice", PARTY, _party_draft, label="desk_notice inside the Party"),
    Page("desk_notice_edit", DRAFTS, _waiting_notice, takes_post=True),
    Page("desk_notice_correct", DRAFTS, _published_notice, takes_post=True),
    Page("desk_notice_postings", DRAFTS, _published_notice, takes_post=True),
    Page("desk_notice_redact", REDACTS, lambda world: _published_notice(world) | {"number": 1}, takes_post=True),
    Page("desk_notice_files", DRAFTS, _waiting_notice, post_only=True),
    Page("desk_notice_paper", DRAFTS, _waiting_notice, takes_post=True),
    Page("desk_notice_act", DRAFTS, lambda world: _waiting_notice(world) | {"verb": "submit"}, post_only=True),
    Page(
        "desk_notice_act",
        _only("reviews notices here", "supervisor"),
        lambda world: _waiting_notice(world) | {"verb": "review"},
        post_only=True,
        label="desk_notice_act review",
    ),
    Page("desk_evaluation_new", DRAFTS, lambda world: {"notice_pk": _published_notice(world)["pk"]}, takes_post=True),
    Page("desk_evaluation", INTERNAL, _evaluation),
    Page("desk_evaluation_slips", DRAFTS, _evaluation, post_only=True),
    Page("desk_evaluation_paper", DRAFTS, _evaluation, takes_post=True),
    Page("desk_evaluation_call_off", SIGNS, _evaluation, takes_post=True),
    Page("desk_objections", ACCOUNT),
    Page("desk_objections", ACCOUNT, query="?export=csv", html=False, label="desk_objections as a sheet"),
    Page("desk_objection", INTERNAL, _objection, takes_post=True),
    Page("desk_objection_new", ANSWERS, lambda world: {"notice_pk": _published_notice(world)["pk"]}, takes_post=True),
    Page("desk_announcements", ACCOUNT),
    Page("desk_announcements", ACCOUNT, query="?export=csv", html=False, label="desk_announcements as a sheet"),
    Page("desk_announcement_new", DRAFTS_ANYWHERE, takes_post=True),
    Page(
        "desk_announcement_new",
        DRAFTS_ANYWHERE,
        query="?kind=guide",
        takes_post=True,
        label="desk_announcement_new of a guide",
    ),
    Page(
        "desk_announcement_new",
        DRAFTS_ANYWHERE,
        query="?kind=rota",
        takes_post=True,
        label="desk_announcement_new of a rota",
    ),
    Page(
        "desk_announcement_correct",
        ANNOUNCES,
        lambda world: {"pk": _announcement(world)["pk"]},
        takes_post=True,
    ),
    Page(
        "desk_announcement_withdraw",
        ANNOUNCES,
        lambda world: {"pk": _announcement(world)["pk"]},
        post_only=True,
    ),
    # matters at the desk
    Page("desk_matters", ACCOUNT),
    Page("desk_matters", ACCOUNT, query="?export=csv", html=False, label="desk_matters as a sheet"),
    Page("matter_new", RUNS_ANYWHERE, takes_post=True),
    Page("matters_from_sheet", RUNS_ANYWHERE, takes_post=True),
    Page("matter_desk", INTERNAL, _matter("老年助餐点改造")),
    Page("matter_edit", RUNS, _matter("楼道加装扶手"), takes_post=True),
    Page(
        "matter_turn",
        CONFIRMS,
        lambda world: {"pk": world.matter("楼道加装扶手").pk, "kind": "shelved"},
        takes_post=True,
    ),
    Page("finding_new", FINDS, _matter("增设儿童活动设施"), takes_post=True),
    Page("finding", INTERNAL, _finding),
    Page("finding_answer", CONFIRMS, _finding, post_only=True),
    Page("finding_note", OVERSEES, _finding, post_only=True),
    Page("open_counts", SIGNS_PARTY, _party_counts, post_only=True),
    Page("implementation", INTERNAL, _matter("老年助餐点改造"), takes_post=True),
    Page("implementation_start", RUNS, _matter("中心花园步道修缮"), post_only=True),
    Page(
        "matter_notice",
        DRAFTS,
        lambda world: {"pk": world.matter("中心花园步道修缮").pk, "purpose": "resolution"},
        post_only=True,
    ),
    # meetings at the desk
    Page("desk_meetings", ACCOUNT),
    Page("desk_meetings", ACCOUNT, query="?export=csv", html=False, label="desk_meetings as a sheet"),
    Page("meeting", INTERNAL, _meeting("老年助餐点改造", "resolve")),
    Page("meeting", INTERNAL, _meeting("老年助餐点改造", "review"), label="meeting of the Party"),
    Page("meeting_call", RUNS, lambda w: {"pk": w.matter("楼道加装扶手").pk, "step": "propose"}, takes_post=True),
    Page("meeting_call_off", RUNS, _meeting("图书角夜间开放", "resolve"), takes_post=True),
    Page("meeting_mend", RUNS_PARTY, _meeting("晾晒区改造", "confer"), takes_post=True),
    Page("meeting_attendance", RUNS_PARTY, _meeting("修订居民公约", "confer"), takes_post=True),
    Page("meeting_roll", RUNS_PARTY, _meeting("晾晒区改造", "confer"), takes_post=True),
    Page("meeting_proxies", RUNS, _meeting("图书角夜间开放", "resolve"), takes_post=True),
    Page("meeting_minutes", RUNS_PARTY, _meeting("晾晒区改造", "confer"), takes_post=True),
    Page("meeting_scans", RUNS, _meeting("老年助餐点改造", "resolve"), takes_post=True),
    Page("meeting_vote", RUNS_PARTY, _item("晾晒区改造", "confer"), takes_post=True),
    Page("vote_correct", RUNS_PARTY, _item("设置小修小补服务点", "confer"), takes_post=True, but={"clerk": 302}),
    Page(
        "meeting_sort",
        _only("runs meetings in 柳溪苑", "clerk", "worker", "owner", refused=OF_OWNERS.opens),
        _sorting,
        takes_post=True,
    ),
    Page("desk_rules", ACCOUNT),
    Page("authorisation_new", CONFIRMS, _unit, takes_post=True),
    Page("local_rule_new", SETTLES, _unit, takes_post=True),
    Page("local_rule_end", SETTLES, _local_rule, takes_post=True),
    Page("authorisation_end", CONFIRMS, _authorisation, takes_post=True),
    Page("meeting_paper", INTERNAL, _meeting("图书角夜间开放", "resolve", form="packet")),
    Page(
        "meeting_paper", PARTY, _meeting("老年助餐点改造", "review", form="minutes"), label="meeting_paper of the Party"
    ),
    Page("meeting_paper_docx", INTERNAL, _meeting("图书角夜间开放", "resolve", form="notice"), html=False),
    Page(
        "meeting_paper_docx",
        PARTY,
        _meeting("老年助餐点改造", "review", form="minutes"),
        html=False,
        label="meeting_paper_docx of the Party",
    ),
    Page("matter_paper", INTERNAL, lambda world: _matter("老年助餐点改造")(world) | {"form": "register"}),
    Page(
        "matter_paper_docx",
        INTERNAL,
        lambda world: _matter("老年助餐点改造")(world) | {"form": "resolution"},
        html=False,
    ),
    Page("meeting_group_text", INTERNAL, _meeting("图书角夜间开放", "resolve")),
    Page("matter_dossier", INTERNAL, _matter("老年助餐点改造"), html=False),
    Page("archive", ACCOUNT),
    Page("archive_year", Audience("internal of 柳溪社区, and nobody else finds it", INSIDE), _year, html=False),
    Page("paper_entry", RUNS, _matter("楼道加装扶手"), takes_post=True),
    Page("records_confirm", CONFIRMS, _matter("设置小修小补服务点"), takes_post=True),
    # the owners' assembly
    Page("owner_units", SEES_COMPOUNDS),
    Page("owners_desk", OF_OWNERS, _compound),
    Page(
        "silent_rule",
        _only("confirms records at 柳溪苑", "owner", refused=OF_OWNERS.opens),
        lambda world: {"pk": world.places.units["liuxiyuan"].pk},
        takes_post=True,
    ),
    Page("owner_import", RUNS_OWNERS, _compound, takes_post=True),
    Page("owner_roll", OF_OWNERS, _roll),
    Page("owner_roll_discard", RUNS_OWNERS, _roll, post_only=True),
    Page("owners_assembly", OF_OWNERS, _assembly()),
    Page("owner_ballots_make", RUNS_OWNERS, _assembly(), takes_post=True, ok=302),
    Page("owner_ballots_print", RUNS_OWNERS, _assembly()),
    Page("owner_delivery", RUNS_OWNERS, _assembly(), takes_post=True),
    Page("owner_entry", RUNS_OWNERS, _assembly(), takes_post=True),
    Page("owner_entry", RUNS_OWNERS, _assembly(), query="?serial=30", takes_post=True, label="owner_entry of a ballot"),
    Page("owner_close", RUNS_OWNERS, _assembly(), takes_post=True, ok=302),
    Page("owner_ballot", RUNS_OWNERS, _assembly(30), takes_post=True),
    Page("owner_mend", RUNS_OWNERS, _assembly(14), takes_post=True),
    # the administration
    Page("desk_consultations", ACCOUNT),
    Page("desk_consultations", ACCOUNT, query="?export=csv", html=False, label="desk_consultations as a sheet"),
    Page("consultation_new", RUNS_ANYWHERE, takes_post=True),
    Page("consultation_desk", INTERNAL, lambda w: {"pk": w.talk.pk}),
    Page("consultation_record", RUNS, lambda w: {"pk": w.talk.pk}, takes_post=True),
    Page("consultation_call_off", RUNS, lambda w: {"pk": w.coming_talk.pk}, takes_post=True),
    Page("point_answer", ANSWERS, lambda w: {"pk": w.talk.pk, "position": 2}, takes_post=True),
    Page("admin:login", PUBLIC, ok=403, but={"visitor": LOGIN}),
    Page("admin:index", ADMINISTRATION),
    Page("admin:logout", ACCOUNT, ok=302, takes_post=True, but={"administrator": 405}),
    Page("admin:password_change", ADMINISTRATION),
    Page("admin:password_change_done", ADMINISTRATION),
    Page("admin:jsi18n", ADMINISTRATION, html=False),
    Page("admin:app_list", ADMINISTRATION, lambda world: {"app_label": "orgs"}),
)

# Names with no page of their own, and why.
NOT_SWEPT = {
    "admin:view_on_site": "leads from a row to its page; nothing of ours shows the link to other rows",
    "admin:autocomplete": "answers only the fields that the administration registers for it: none",
}


def named_pages():
    """The names of the resolver's patterns, the administration's pages of models apart."""
    return {name for name in _names(get_resolver()) if not _of_a_model(name)}


def model_pages():
    """The names of the administration's pages of models."""
    return {name for name in _names(get_resolver()) if _of_a_model(name)}


def _names(resolver, space=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield space + pattern.name


def models():
    """The models that the administration shows."""
    return list(admin.site._registry)


def _of_a_model(name):
    prefixes = [f"admin:{model._meta.app_label}_{model._meta.model_name}_" for model in models()]
    return name.startswith(tuple(prefixes))


def public_views():
    """The names of the patterns whose view asks for no login."""
    return {name for name, view in _views(get_resolver()) if not getattr(view, "login_required", True)}


def _views(resolver, space=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern.callback


def html_pages(audience=None):
    """The pages that answer GET with HTML, of one audience or of all."""
    return [page for page in PAGES if page.html and not page.post_only and audience in (None, page.audience)]


def followed(response):
    """The response; for the administration's own way to the login, where that leads."""
    if response.status_code == 302 and response.url.startswith(reverse("admin:login")):
        return response.client.get(response.url)
    return response


def answer_of(response):
    """The status, or LOGIN for the way to the login."""
    response = followed(response)
    if response.status_code == 302 and response.url.startswith(reverse("login")):
        return LOGIN
    return response.status_code


def body_of(response):
    """The content as bytes; of a file too, which is closed by reading it. Of a ZIP its first piece is enough here."""
    if response.headers.get("Content-Type") == "application/zip":
        first = next(iter(response.streaming_content))
        response._iterator.close()  # the client's wrapper: response.close() would take the connection along
        return first
    return b"".join(response.streaming_content) if response.streaming else response.content
