"""Every way through, on a phone and at a desktop: the step that makes it, and what everyone reads afterwards.

What comes before that step was done by the actions, once for all journeys (`prepared`).
"""

from types import SimpleNamespace

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from councils.enums import ConsultationKind, Fault, Ground, InitiatorKind, Origin, PointOutcome, Status, Verdict
from councils.models import Consultation, LocalProcedure, Matter, Meeting
from councils.procedures import CATEGORIES, PROCEDURES, STATUTORY_CALLS, TURNS
from councils.views.track import step_name
from disclosure import actions as disclosure
from disclosure.enums import Channel, Kind, Outcome
from disclosure.models import Objection
from governance.demo.case import day
from governance.demo.under_way import SUMMARIES, USUAL, secret
from governance.demo.walk import Walk, on
from orgs.models import Body, Term
from tests.browser.town import build, community

pytestmark = pytest.mark.slow

REASON = "经走访核对，情况属实，予以说明。"
OPINION = "部分居民代表建议先试行三个月。"
PREPARED = {}


def prepared(function):
    """`function(town)` runs once in a test run; journeys find its result in `scene.told` by its name."""
    PREPARED[function.__name__] = function
    return function


def walk(town, title, key="liuxi", **fields):
    """A matter of one unit of the town, registered on 2 March."""
    place = community(town, key)
    given = {
        "category": "M04",
        "origin": "residents",
        "title": f"关于{title}的事项",
        "short_title": title,
        "plan": f"居民提议{title}。",
        "motion": f"{title}。",
    }
    return Walk(
        unit=place.unit,
        bodies=place.bodies,
        clerk=place.clerk,
        secretary=place.secretary,
        supervisor=place.supervisor,
        registered_on=day(3, 2),
        **(given | fields),
    )


DAYS = {"propose": day(3, 3), "confer": day(3, 4), "review": day(3, 5), "resolve": day(3, 10)}


def hold(tale, *steps, on=None, counts=None, key="liuxi"):
    """The usual sittings of these steps, on their usual days; `counts` of the last of them."""
    for step in steps:
        usual = USUAL[key][step]
        said = counts if counts and step == steps[-1] else usual.counts
        told = {"public_summary": SUMMARIES[step]}
        tale.hold(step, usual.body, on or DAYS[step], usual.present, said, told=told, **usual.roll)
    return tale


def seated(tale, step, key="liuxi"):
    """Called and attended; nothing is voted on yet."""
    usual = USUAL[key][step]
    meeting = tale.call(step, usual.body, DAYS[step], **usual.roll)
    tale.attend(meeting, usual.present, **usual.attendance)
    return tale


def resolved(tale, *, published=True):
    hold(tale, "propose", "confer", "review", "resolve")
    if published:
        tale.publish(tale.draft_resolution(day(3, 11)), day(3, 11))
    return tale


class Scene:
    """One journey: everybody at a screen of the same width, the matters as they were prepared, the clock."""

    def __init__(self, make, clock, phone, told):
        self._make, self._desks = make, {}
        self.clock, self.phone, self.told = clock, phone, told
        self.width = "phone" if phone else "desktop"

    def at(self, username=None):
        """The screen of that account, or of a resident without one."""
        if username not in self._desks:
            name = f"{self.width}-{username or 'resident'}"
            # The pages of Django's administration are its own: axe has nothing to say to us there.
            self._desks[username] = self._make(username, phone=self.phone, axe=username != "admin", name=name)
        return self._desks[username]

    def everyone(self, tale, title, *texts):
        """What everyone reads about the matter; the desk of the reader."""
        desk = self.at()
        desk.open(tale.fresh().get_absolute_url())
        desk.reads(*texts)
        desk.check(title)
        return desk

    def turn(self, username, tale, kind, fields):
        """Another course of the matter, taken at its desk."""
        desk, label = self.at(username), TURNS[kind].label
        desk.open(tale.matter.get_desk_url())
        desk.press(label)
        desk.fill(fields)
        desk.check(f"{kind}, form")
        desk.press(label)

    def vote(self, tale, counts, labels, more=None):
        """The clerk enters the vote of the newest meeting; the rest of the record is written by the actions."""
        meeting = tale.matter.items.latest("pk").meeting
        clerk = self.at(tale.clerk.username)
        clerk.open(meeting.get_absolute_url())
        clerk.press(_("Enter the vote"))
        clerk.fill(dict(zip(labels, counts, strict=True)) | (more or {}))
        clerk.check("vote")
        clerk.press(_("Register the result"))
        tale.minutes(meeting, "会议记录见附件。", public_summary="会议进行了讨论和表决。")
        tale.confirm(meeting)


@pytest.fixture(params=["phone", "desktop"])
def scene(request, told, clock, desk_for):
    def tell():
        town = build(clock)
        return {name: prepare(town) for name, prepare in PREPARED.items()} | {"town": town}

    scene = Scene(desk_for, clock, request.param == "phone", told("paths", tell))
    clock.set(3, 20)
    return scene


FOR = ("同意", "反对", "弃权")


def count_sheet(ballots):
    """Of a secret ballot: as many issued as returned, all valid."""
    return {
        _("Ballots issued"): ballots,
        _("Ballots returned"): ballots,
        _("Valid ballots"): ballots,
        _("Invalid ballots"): 0,
        _("Supervises the count"): "吴秀珍",
        _("Counts the votes"): "邓海涛",
    }


def opening(kind):
    """The sentence about a turn, up to the name of the step or to its end."""
    return str(TURNS[kind].told).split("%(step)s")[0].rstrip("。")


# Another course


@prepared
def declined(town):
    return hold(walk(town, "会议室出租"), "propose", counts=(2, 5, 0))


def test_declined_with_a_letter(scene):
    tale = scene.told["declined"]
    scene.turn(
        "linxiaowen",
        tale,
        "answered",
        {
            _("How it was given"): Ground.IN_PERSON.label,
            pgettext("turn", "Document"): "柳溪复〔2026〕1号",
            _("What the letter says"): REASON,
        },
    )
    scene.everyone(tale, "declined", opening("answered"), REASON)


@prepared
def returned(town):
    return seated(hold(walk(town, "广场夜间关灯"), "propose"), "confer")


def test_returned_by_a_body(scene):
    tale = scene.told["returned"]
    scene.vote(tale, (2, 8, 0), FOR)
    scene.everyone(tale, "returned", Status.RETURNED.label)
    assert tale.matter.status == Status.RETURNED


@prepared
def shelved(town):
    return hold(walk(town, "架空层改造"), "propose", "confer")


def test_shelved_and_taken_up_again(scene):
    tale = scene.told["shelved"]
    scene.turn("zhoumingyuan", tale, "shelved", {_("Reason"): REASON})
    scene.everyone(tale, "shelved", Status.SHELVED.label, opening("shelved"), REASON)
    scene.turn("zhoumingyuan", tale, "taken_up", {_("Reason"): "费用已经落实。"})
    scene.everyone(tale, "taken up", opening("taken_up"), "费用已经落实。")
    assert tale.matter.status == Status.CONFERRED


@prepared
def rejected(town):
    return hold(walk(town, "楼道加装扶手"), "propose", "confer", "review", "resolve", counts=(20, 28, 4))


def test_voted_down_and_raised_again(scene):
    tale, again = scene.told["rejected"], TURNS["raised_again"].label
    clerk = scene.at("linxiaowen")
    clerk.open(tale.matter.get_desk_url())
    clerk.check("voted down")
    clerk.press(again)
    clerk.press(again)  # nothing is filled in: told beside the fields
    clerk.check("raise again, refused")
    clerk.fill(
        {
            _("Does the substance change?"): Ground.SAME_SUBSTANCE.label,
            _("Why it is raised again, and what is different"): "多数住户补签了同意书。",
        }
    )
    clerk.press(again)
    assert tale.fresh().status == Status.PROPOSED
    scene.everyone(tale, "raised again", opening("raised_again"), "多数住户补签了同意书。")


@prepared
def objected(town):
    tale = resolved(walk(town, "中心花园步道修缮"))
    disclosure.register_objection(
        notice=tale.fresh().resolution_notice,
        kind=Kind.OBJECTION,
        channel=Channel.VISIT,
        text="步道方案没有留出轮椅坡道。",
        by=tale.clerk,
        at=on(day(3, 12)),
    )
    return tale


def test_an_upheld_objection_leads_back(scene):
    tale = scene.told["objected"]
    scene.clock.set(3, 13)
    clerk = scene.at("linxiaowen")
    clerk.open(Objection.objects.get().get_absolute_url())
    clerk.fill(
        {
            _("Summary for the public"): "居民反映步道方案没有留出轮椅坡道。",
            _("Reply"): "意见成立，方案重新审议。",
            _("Outcome"): Outcome.UPHELD.label,
        }
    )
    clerk.press(_("Publish the reply"))
    scene.turn("zhoumingyuan", tale, "objection", {_("Reason"): REASON})
    scene.everyone(tale, "upheld objection", opening("objection"), REASON)
    assert tale.matter.status == Status.CONFERRED, "the members' assembly examines it again"


@prepared
def faulty(town):
    tale = hold(walk(town, "增设儿童设施"), "propose", "confer", "review", "resolve", counts=(20, 28, 4))
    tale.turn("raised_again", day(3, 11), "设施改设在硬化场地，不占草坪。", ground="same_substance")
    for number, step in enumerate(("confer", "review", "resolve"), start=12):
        hold(tale, step, on=day(3, number))
    return tale


def test_a_fault_is_found_and_the_meeting_held_again(scene):
    tale = scene.told["faulty"]
    scene.clock.set(3, 16)
    supervisor = scene.at("shenguilan")
    supervisor.open(tale.matter.get_desk_url())
    supervisor.press(_("Record a fault in the procedure"))
    supervisor.fill(
        {
            _("Which step"): step_name(tale.matter, tale.matter.procedure_row.deciding_step),
            _("Kind of fault"): Fault.ROLL.label,
            _("What was found, and on what basis"): "签到名册中3人不是居民代表，依据居民代表名册。",
        }
    )
    supervisor.check("fault")
    supervisor.press(_("Record the finding"))
    secretary = scene.at("zhoumingyuan")
    secretary.open("/desk/")
    secretary.reads(_("It found a fault in the procedure."))
    secretary.open(tale.matter.get_desk_url())
    secretary.press(_("Answer the finding of the supervision committee"))
    secretary.fill({_("Answer"): Verdict.HELD_AGAIN.label, _("Reason"): "名册已更正，重新召开居民代表会议。"})
    secretary.check("finding")
    secretary.press(_("Answer the finding"))
    assert tale.fresh().status == Status.VOID
    scene.everyone(tale, "to be held again", Status.VOID.label, "签到名册中3人不是居民代表", "名册已更正")
    hold(tale, "resolve", on=day(3, 18))
    scene.clock.set(3, 19)
    resident = scene.everyone(tale, "resolved after all", Status.RESOLVED.label)
    assert tale.matter.round == 3
    assert resident.main.locator("details[id^=round-]").count() == 2
    resident.page.locator("#round-2 summary").click()
    resident.reads(_("Carried"), within="#round-2")


@prepared
def revoked(town):
    return resolved(walk(town, "广场夜间封闭"))


def test_revoked_by_a_court(scene):
    tale = scene.told["revoked"]
    fields = {
        _("By whom"): Ground.COURT.label,
        pgettext("turn", "Document"): "民事判决书（2026）青禾民初88号",
        _("Reason"): "判决撤销居民代表会议的这一决议。",
    }
    scene.turn("zhoumingyuan", tale, "revoked", fields)
    scene.everyone(tale, "revoked", Status.REVOKED.label, opening("revoked"), "青禾民初88号")


@prepared
def changed(town):
    tale = resolved(walk(town, "晾晒区改造"))
    tale.start(day(3, 19))
    return tale


def test_a_changed_plan_takes_all_steps_again(scene):
    tale = scene.told["changed"]
    scene.turn("zhoumingyuan", tale, "changed", {_("What changes"): Ground.COST.label, _("Reason"): REASON})
    resident = scene.everyone(tale, "changed plan", opening("changed"), REASON)
    assert tale.matter.status == Status.REGISTERED and resident.main.locator("details[id^=round-]").count() == 1


# Who calls, who may decide, who takes part


def register(desk, fields, *, unit="990101001001", procedure=None):
    """Register a matter on the two pages of the form; the matter."""
    desk.open(f"/desk/matters/new/?unit={unit}")
    text = "在小区东侧增设晾晒架12组。"
    given = {
        _("Title"): "关于增设晾晒架的事项",
        _("Short title"): "增设晾晒架",
        _("Category"): CATEGORIES["M04"].title,
        _("Registered on"): "2026-03-20",
        _("Origin"): Origin.RESIDENTS.label,
        _("Proposal"): text,
        _("What is decided"): text,
    }
    desk.fill(given | fields)
    desk.press(_("Next: who decides"))
    if procedure:
        desk.page.locator("label", has_text=str(procedure)).get_by_role("radio").check()
    desk.check("who decides")
    desk.press(_("Register the matter"))
    return SimpleNamespace(fresh=lambda: Matter.objects.for_page().get(short_title="增设晾晒架"))


def test_a_call_by_law_with_its_signatures_and_clock(scene):
    fields = {
        _("Put forward jointly by"): InitiatorKind.REPRESENTATIVES.label,
        _("How many"): 12,
        _("Of how many"): 56,
        _("Call by law"): STATUTORY_CALLS["reps_fifth"].label,
        _("Signatures counted on"): "2026-03-20",
        _("Signatures counted by"): "居务监督委员会沈桂兰",
        _("Register they are counted against"): "居民代表名册（2026年3月）",
    }
    tale = register(scene.at("linxiaowen"), fields)
    resident = scene.everyone(tale, "call by law", "12名居民代表", "居民代表名册（2026年3月）", "4月19日")
    resident.reads_not("沈桂兰")
    assert [step.key for step in tale.fresh().steps][0] == "resolve", "no branch can hold it up"


def test_the_representatives_are_authorised(scene):
    secretary = scene.at("zhoumingyuan")
    secretary.open("/desk/rules/990101001001/authorise/")
    secretary.fill(
        {
            _("Given on"): "2026-03-15",
            _("Paper of the meeting"): "2026年3月15日居民会议决议",
            _("What the representatives may decide"): CATEGORIES["M02"].title,
            _("Extent in words"): "自治章程除外",
        }
    )
    secretary.check("authorisation")
    with secretary.page.expect_navigation():
        secretary.page.locator("main form [type=submit]").click()
    resident = scene.at()
    resident.open("/u/990101001001/rules/")
    resident.reads(CATEGORIES["M02"].title, "2026年3月15日居民会议决议", "自治章程除外")
    resident.check("authorised")
    tale = register(scene.at("linxiaowen"), {_("Category"): CATEGORIES["M02"].title})
    assert tale.fresh().deciding_body == "residents_reps"


@prepared
def small(town):
    return walk(town, "选聘物业企业", "liuxiyuan", category="M11", owners_item=4)


def test_a_branch_of_fewer_than_seven_meets_as_a_whole(scene):
    tale = scene.told["small"]
    Term.objects.create(
        person=scene.told["town"].persons["蒋海燕"],
        body=tale.bodies["branch_assembly"],
        office="party_member",
        standing="full",
        started_on=day(1, 12),
        source="党员名册",
    )
    scene.clock.set(3, 3)
    desk = scene.at("cailihua")
    desk.open(f"/desk/matters/{tale.matter.pk}/call/propose/")
    desk.fill({_("Date"): "2026-03-04", _("Time"): "19:00", _("Place"): "小区党群服务站"})
    desk.check("call of a small branch")
    desk.press(_("Call the meeting"))
    assert tale.matter.items.get().meeting.body.kind == "branch_assembly"
    desk.reads("党员大会")


@prepared
def recused(town):
    return seated(hold(walk(town, "更换保洁单位"), "propose", "confer", "review"), "resolve")


def test_who_is_concerned_takes_no_part(scene):
    tale = scene.told["recused"]
    meeting = tale.matter.items.latest("pk").meeting
    clerk = scene.at("linxiaowen")
    clerk.open(f"{meeting.get_absolute_url()}roll/")
    person = clerk.page.locator("#id_recusal-entry")
    person.select_option(person.locator("option", has_text="程素云").get_attribute("value"))
    clerk.fill({_("Why this person takes no part"): "其弟在保洁单位任职"})
    clerk.check("recusal")
    clerk.press(_("Note the recusal"))
    scene.vote(tale, (47, 3, 1), FOR, count_sheet(51))
    scene.everyone(tale, "recused", Status.RESOLVED.label, "实到52人", "同意47票").reads_not("保洁单位任职")


@prepared
def proxied(town):
    tale = hold(walk(town, "公共区域停车收费", "liuxiyuan", category="M11", owners_item=8),
                "propose", "confer", "review", key="liuxiyuan")  # fmt: skip
    usual = USUAL["liuxiyuan"]["resolve"]
    tale.call("resolve", usual.body, day(3, 28), called_on=day(3, 10), place="小区中心广场", **usual.roll)
    return tale


def test_a_written_proxy(scene):
    tale = scene.told["proxied"]
    meeting = tale.matter.items.latest("pk").meeting
    desk = scene.at("cailihua")
    desk.open(meeting.get_absolute_url())
    desk.press(ngettext("Proxies: %(number)s", "Proxies: %(number)s", 0) % {"number": 0})
    desk.fill(
        {_("Who gives the proxy"): "安知行", _("Who votes for them"): "常雨禾", _("Written proxy"): "3月18日委托书"}
    )
    desk.press(_("Enter the proxy"))
    desk.reads(_("%(holder)s votes for %(giver)s") % {"holder": "常雨禾", "giver": "安知行"})
    desk.check("proxy")
    scene.everyone(tale, "proxies are nobody's business").reads_not("安知行", "常雨禾")


@prepared
def dissent(town):
    return seated(hold(walk(town, "图书角夜间开放"), "propose", "confer", "review"), "resolve")


def test_dissent_is_read_and_nobody_named(scene):
    tale = scene.told["dissent"]
    said = {_("Dissenting opinions"): OPINION, _("Who dissented"): "丁春梅"}
    scene.vote(tale, (44, 6, 2), FOR, count_sheet(52) | said)
    scene.everyone(tale, "dissent", OPINION, "反对").reads_not("丁春梅")


# Local procedures


@prepared
def advised(town):
    tale = walk(town, "增设停车棚", "liuxiyuan", category="M11", owners_item=9, procedure="three_meetings")
    tale.bodies = {**tale.bodies, "building_group": town.body("liuxiyuan-3", "building_group")}
    tale.hold("suggest", "building_group", day(3, 3), 8, (7, 0, 1), entitled=9, roll_basis="党小组有表决权的党员",
              told={"public_summary": "3号楼党小组听取居民意见，建议增设停车棚。"})  # fmt: skip
    tale.hold("suggest_2", "branch_committee", day(3, 4), 5, (5, 0, 0))
    meeting = tale.call("advise", "owners_committee", day(3, 5))
    tale.attend(meeting, 6)
    return tale


def test_advice_does_not_bind(scene):
    tale = scene.told["advised"]
    scene.vote(tale, (1, 5, 0), FOR)
    scene.everyone(tale, "three meetings", PROCEDURES["three_meetings"].title, Status.CONFERRED.label)
    assert tale.matter.open_step(day(3, 20)).key == "resolve"


@prepared
def heard(town):
    tale = walk(town, "楼道照明维修", "liuxiyuan", category="M14", procedure="four_parties")
    tale.hold("sort", "joint_meeting", day(3, 4), 6, (6, 0, 0), confirm=False)
    return tale


@pytest.mark.parametrize("way", ["minor", "major", "private"])
def test_four_parties_sort_a_matter(scene, way):
    if scene.phone and way == "private":
        pytest.skip("the two others show the phone")
    tale = scene.told["heard"]
    meeting = tale.matter.items.get().meeting
    desk = scene.at("cailihua")
    desk.open(meeting.get_absolute_url())
    desk.press(_("How the meeting sorted the matter"))
    desk.page.locator(f"[name=way][value={way}]").check()
    desk.fill({_("Reason, and what follows"): REASON})
    desk.check("sorting")
    desk.press(_("Save"))
    chair = scene.at("kangjianping")
    chair.open(f"/desk/matters/{tale.matter.pk}/confirm/")
    chair.reads(REASON)
    chair.press(_("Confirm this record"))
    ends = {"minor": Status.SETTLED, "major": Status.SORTED, "private": Status.REFERRED}[way]
    scene.everyone(tale, f"sorted as {way}", ends.label, REASON)
    assert tale.matter.status == ends


def test_five_steps(scene):
    title = PROCEDURES["five_steps"].title
    tale = register(scene.at("linxiaowen"), {}, procedure=title)
    resident = scene.everyone(tale, "five steps", title)
    shown = resident.page.locator("main ol li.step h4").all_inner_texts()
    matter = tale.fresh()
    assert shown == [step_name(matter, step) for step in matter.steps]
    assert [step.key for step in matter.steps][:3] == ["suggest", "propose", "consult"]


@prepared
def two_votes(town):
    tale = walk(town, "设立电动车充电点", procedure="one_meeting_two_votes")
    hold(tale, "propose", "confer")
    return tale


def test_one_meeting_two_votes(scene):
    tale = scene.told["two_votes"]
    scene.clock.set(3, 6)
    clerk = scene.at("linxiaowen")
    clerk.open(f"/desk/matters/{tale.matter.pk}/call/review/")
    clerk.fill(
        {
            _("Date"): "2026-03-10",
            _("Time"): "19:00",
            _("Place"): "社区党群服务中心多功能厅",
            _("Entitled"): 138,
            _("Basis of the number"): "有表决权的正式党员",
        }
    )
    clerk.check("one meeting, two votes")
    clerk.press(_("Call the meeting"))
    members, people = Meeting.objects.filter(items__matter=tale.matter, held_on=day(3, 10)).order_by("pk")
    assert people.body.kind == "residents_reps"
    tale.attend(members, 101)
    tale.vote(members, 96, 2, 3)
    tale.minutes(members, "党员表决。")
    tale.attend(people, 52)
    tale.vote(people, 47, 3, 2, **secret(52))
    tale.minutes(people, "居民代表表决。")
    tale.confirm(members)
    scene.clock.set(3, 11)
    resident = scene.everyone(tale, "both carried", Status.RESOLVED.label, "同意47票")
    resident.reads_not("138", "96")


@prepared
def council(town):
    """A council that the street's own procedure needs."""
    unit = town.units["liuxi"]
    Body.objects.create(unit=unit, kind="consultation_council", name="柳溪社区议事协商会", established_on=day(1, 12))


def test_a_street_builds_its_own_procedure(scene):
    desk = scene.at("admin")
    desk.open("/admin/councils/localprocedure/add/")
    facts = {
        "unit": "990101001",
        "key": "consult-first",
        "title": "青禾街道“协商先行”议事规程",
        "document": "青街发〔2026〕6号",
        "adopted_on": "2026-02-10",
        "in_force_from": "2026-03-01",
    }
    for name, value in facts.items():
        desk.page.fill(f"[name={name}]", value)
    desk.page.select_option("[name=place]", "community")
    for row, body in enumerate(("residents_committee", "party_committee", "consultation_council")):
        desk.page.select_option(f"[name=steps-{row}-body_kind]", body)
    desk.page.select_option("[name=steps-0-audience]", "public")
    desk.check("procedure of a street")
    with desk.page.expect_navigation():
        desk.page.click("[name=_save]")
    assert desk.page.locator(".errorlist, .errornote").all_inner_texts() == []
    procedure = LocalProcedure.objects.get()
    tale = register(scene.at("linxiaowen"), {}, procedure="协商先行")
    scene.everyone(tale, "the street's procedure", procedure.title)
    assert [step.key for step in tale.fresh().steps][:3] == ["suggest", "propose", "consult"]


# Consultations


def test_a_consultation_is_held_answered_and_carried_into_a_matter(scene):
    clerk = scene.at("linxiaowen")
    scene.clock.set(3, 10)
    clerk.open("/desk/consultations/new/?unit=990101001001")
    clerk.fill(
        {
            _("Kind"): ConsultationKind.SPEAKING_DAY.label,
            _("Subject"): "三月居民说事：停放和照明",
            _("Date"): "2026-03-12",
            _("Time"): "15:00",
            _("Place"): "社区一楼说事室",
            _("Announced on"): "2026-03-10",
        }
    )
    clerk.check("announcing")
    clerk.press(_("Announce"))
    scene.clock.set(3, 12, 20)
    row = Consultation.objects.get()
    clerk.open(row.get_desk_url())
    clerk.press(_("Enter the record"))
    clerk.fill({_("Residents who came"): 17, _("What was talked over"): "居民主要反映停放和照明问题。"})
    clerk.page.fill("[name=point-0-text]", "充电插座不够。")
    clerk.page.fill("[name=point-1-text]", "5栋二单元楼道灯坏了半个月。")
    clerk.check("record")
    clerk.press(_("Enter the record"))
    clerk.open(f"{row.get_desk_url()}points/2/")
    clerk.fill({_("What became of it"): PointOutcome.SETTLED.label, _("Answer"): "物业企业已更换声控灯。"})
    clerk.check("answer")
    clerk.press(_("Publish the answer"))
    clerk.open(f"{row.get_desk_url()}points/1/")
    clerk.press(_("Register a matter from it"))
    clerk.reads("充电插座不够。")
    clerk.fill(
        {
            _("Title"): "关于增设充电插座的事项",
            _("Short title"): "增设充电插座",
            _("Category"): CATEGORIES["M04"].title,
            _("What is decided"): "增设充电插座12个。",
        }
    )
    clerk.press(_("Next: who decides"))
    clerk.press(_("Register the matter"))
    matter = Matter.objects.get(short_title="增设充电插座")
    scene.clock.set(3, 13)
    resident = scene.at()
    resident.open(row.get_absolute_url())
    resident.reads("物业企业已更换声控灯。", matter.number, "17")
    resident.check("consultation")
