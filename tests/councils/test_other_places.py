"""The same verbs at a compound (owners decide by heads and area), in a village, and for a call by law."""

import uuid

import pytest
from django.utils import translation

from audit.errors import Refused
from councils import actions
from councils.actions import Mistaken
from councils.enums import Status
from councils.models import Matter
from councils.views.track import track
from orgs.enums import Level, UnitKind
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import Case, day, moment, records_of

pytestmark = pytest.mark.django_db


def register(unit, by, **fields):
    given = {
        "title": "关于更换电梯的事项",
        "short_title": "电梯更换",
        "category": "M11",
        "origin": "residents",
        "plan": "更换三部电梯。",
        "motion": "使用维修资金更换三部电梯。",
        "token": uuid.uuid4(),
    }
    if "statutory_call" in fields:
        given |= {"counted_by": "居委会", "counted_on": day(3, 1), "base_source": "业主名册"}
    return actions.register_matter(by=by, at=moment(3, 2), unit=unit, **(given | fields))


def call(matter, body, step, held_on, by, **fields):
    matter = Matter.objects.get(pk=matter.pk)
    return actions.call_meeting(
        by=by,
        at=moment(3, 2),
        matters=[matter],
        step=step,
        body=body,
        held_on=held_on,
        place="活动室",
        token=uuid.uuid4(),
        seen={matter.pk: matter.version},
        **fields,
    )


@pytest.fixture
def compound(liuxi):
    """The compound with a branch secretary, who enters, and an owners' chair, who confirms what is not the Party's."""
    liuxi.branch = factories.user_for(factories.person("支部书记"))
    factories.appoint(liuxi.branch.person, liuxi.bodies["branch_committee"], "secretary")
    liuxi.chair = factories.user_for(factories.person("业委会主任"))
    factories.appoint(liuxi.chair.person, liuxi.bodies["owners_committee"], "chair")
    return liuxi


def test_owners_decide_by_heads_and_area(compound):
    matter = register(compound.compound, compound.branch, owners_item=5)
    assert (matter.procedure, matter.deciding_body, matter.rule_key) == (
        "four_two_compound",
        "owners_assembly",
        "owners_ordinary",
    )
    assert matter.number == "柳溪苑议〔2026〕1号"
    special = register(compound.compound, compound.branch, owners_item=6)
    assert special.rule_key == "owners_special"

    by_law = register(
        compound.compound,
        compound.branch,
        owners_item=5,
        statutory_call="owners_fifth",
        initiator_kind="owners",
        initiator_count=180,
        initiator_base=900,
    )
    body = compound.bodies["owners_assembly"]
    with pytest.raises(Refused):
        call(by_law, body, "resolve", day(3, 16), compound.chair, entitled=900)
    meeting = call(by_law, body, "resolve", day(3, 17), compound.chair, entitled=900, area_entitled=90000_00)
    entry = {"by": compound.chair, "at": moment(3, 17), "meeting": meeting, "seen": 1}
    with pytest.raises(Mistaken):
        actions.record_attendance(present=600, **entry)
    meeting = actions.record_attendance(present=600, area_present=60000_00, **entry)
    assert meeting.outcome == "valid"
    vote = {"by": compound.chair, "at": moment(3, 17), "item": meeting.items.get(), "seen": meeting.version}
    counts = {"method": "named", "in_favour": 301, "against": 200, "abstain": 99}
    with pytest.raises(Mistaken):
        actions.record_vote(**vote, **counts)
    with pytest.raises(Mistaken):
        actions.record_vote(area_for=60000_01, **vote, **counts)
    assert actions.record_vote(area_for=30000_01, **vote, **counts).is_carried


def test_too_little_area_makes_the_meeting_void(compound):
    matter = register(
        compound.compound,
        compound.branch,
        statutory_call="owners_fifth",
        initiator_kind="owners",
        initiator_count=180,
        initiator_base=900,
    )
    body = compound.bodies["owners_assembly"]
    meeting = call(matter, body, "resolve", day(3, 17), compound.chair, entitled=900, area_entitled=90000_00)
    meeting = actions.record_attendance(
        by=compound.chair, at=moment(3, 17), meeting=meeting, seen=1, present=600, area_present=59999_99
    )
    assert meeting.outcome == "no_quorum"


def test_matters_under_different_rules_need_meetings_of_their_own(compound):
    given = {
        "statutory_call": "owners_fifth",
        "initiator_kind": "owners",
        "initiator_count": 180,
        "initiator_base": 900,
    }
    matters = [register(compound.compound, compound.branch, owners_item=item, **given) for item in (5, 6)]
    with pytest.raises(Refused):
        actions.call_meeting(
            by=compound.chair,
            at=moment(3, 2),
            matters=matters,
            step="resolve",
            body=compound.bodies["owners_assembly"],
            held_on=day(3, 17),
            place="活动室",
            token=uuid.uuid4(),
            seen={matter.pk: 1 for matter in matters},
            entitled=900,
            area_entitled=90000_00,
        )


def test_branch_meetings_are_entered_by_the_branch(compound):
    """The community's clerk may call for the compound, but does not see the branch's record."""
    matter = register(compound.compound, compound.people.clerk.user)
    body = compound.bodies["branch_committee"]
    meeting = call(matter, body, "propose", day(3, 6), compound.people.clerk.user, entitled=5, roll_source="党员名册")
    entry = {"at": moment(3, 6), "meeting": meeting, "seen": 1, "present": 5}
    with pytest.raises(PowerMissing):
        actions.record_attendance(by=compound.people.clerk.user, **entry)
    actions.record_attendance(by=compound.branch, **entry)


def test_village(db):
    unit = factories.unit(Level.COMMUNITY, kind=UnitKind.VILLAGE, name="石桥村", short_name="石桥")
    names = {
        "party_committee": "石桥村党支部",
        "two_committees": "石桥村“两委”",
        "party_assembly": "石桥村党员大会",
        "villagers_committee": "石桥村村民委员会",
        "villagers_reps": "石桥村村民代表会议",
        "village_supervision_committee": "石桥村村务监督委员会",
    }
    bodies = {kind: factories.body(kind, unit, name=name) for kind, name in names.items()}
    clerk, secretary = factories.user_for(factories.person("文书")), factories.user_for(factories.person("村支书"))
    factories.appoint(clerk.person, bodies["party_committee"], "party_worker")
    factories.appoint(secretary.person, bodies["party_committee"], "secretary")
    matter = register(
        unit,
        clerk,
        category="M04",
        initiator_kind="representatives",
        initiator_count=9,
        initiator_base=40,
        supervisor=bodies["village_supervision_committee"],
        motion="硬化村道800米。",
        short_title="村道硬化",
    )
    assert (matter.procedure, matter.deciding_body) == ("four_two_village", "villagers_reps")

    def past(step, body, on, entitled, present, in_favour):
        return actions.PastSitting(
            step=step,
            body=bodies[body],
            held_on=on,
            entitled=entitled,
            roll_source="名册",
            present=present,
            method="hands",
            minutes="会议记录。",
            numbers={"in_favour": in_favour, "against": present - in_favour, "abstain": 0},
        )

    actions.enter_past_steps(
        by=clerk,
        at=moment(4, 1),
        matter=matter,
        seen=1,
        token=uuid.uuid4(),
        sittings=[
            past("propose", "party_committee", day(3, 3), 3, 3, 3),
            past("confer", "two_committees", day(3, 5), 6, 6, 5),
            past("review", "party_assembly", day(3, 10), 30, 24, 20),
            past("resolve", "villagers_reps", day(3, 20), 46, 40, 38),
        ],
    )
    matter = Matter.objects.get(pk=matter.pk)
    actions.confirm_records(
        by=secretary, at=moment(4, 1), matter=matter, seen=matter.version, records=records_of(matter)
    )
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.status == Status.RESOLVED
    version = actions.draft_resolution_notice(by=clerk, at=moment(4, 2), matter=matter, seen=matter.version)
    assert version.text == (
        "该事项由9名村民代表联名提出，经村党支部提议、村“两委”会议商议、党员大会审议，2026年3月20日石桥村村民代表会议"
        "应到46人、实到40人，以举手方式表决，同意38人、反对2人、弃权0人，表决通过。现将决议公布如下：\n"
        "一、硬化村道800米。\n二、监督：石桥村村务监督委员会。"
    )
    assert version.notice.issuer == bodies["villagers_committee"]
    with translation.override("en"):
        steps = track(Matter.objects.for_page().get(pk=matter.pk), day(4, 2)).steps
        assert [str(step.name) for step in steps[:1]] == ["Proposed by the village Party organisation"]
        assert [step.body for step in steps[:2]] == ["Village Party organisation", "The two committees of the village"]


def test_call_by_law_cannot_be_blocked(liuxi):
    """One fifth of the representatives call: no branch is asked, and the notice says so."""
    case = Case(liuxi, statutory_call="reps_fifth")
    assert [step.key for step in case.matter.steps] == ["resolve", "disclose", "implement", "disclose_outcome"]
    with pytest.raises(Refused):
        case.call("propose", "party_committee", day(3, 6))
    case.hold("resolve", "residents_reps", day(3, 20), 50, (40, 10, 0), roll_mode="counted")
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(3, 21), matter=case.matter, seen=case.fresh().version
    )
    assert version.text.startswith(
        "该事项由12名居民代表依法联名提请，2026年3月20日柳溪社区居民代表会议应到63人、实到50人，"
    )


def test_residents_meeting_counts_one_basis(liuxi):
    case = Case(liuxi, category="M02")
    case.propose(), case.confer(), case.review()
    call = {"step": "resolve", "body": "residents_meeting", "held_on": day(4, 10), "at": moment(3, 30)}
    with pytest.raises(Mistaken):
        case.call(rule_mode="everybody", entitled=2236, **call)
    meeting = case.call(rule_mode="household_reps", entitled=2236, roll_basis="户的代表", **call)
    case.attend(meeting, 1118)
    meeting.refresh_from_db()
    assert (meeting.outcome, meeting.rule_mode) == ("no_quorum", "household_reps")
