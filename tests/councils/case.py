"""The worked case of 柳溪社区 (a meal point for the elderly), walked by the real actions, step by step.

`Case` holds the community of `tests.factories.liuxi` and its matter; each method does one step on its own day.
"""

import datetime
import uuid

from councils import actions
from councils.actions.records import waiting_meetings
from councils.models import Matter, Meeting
from disclosure.actions import answer_objection, register_objection, review_notice, sign_notice, submit_draft
from disclosure.enums import Channel, Kind, Outcome
from governance.demo.case import MONEY, MOTION, PLAN, SHORT_TITLE, TELLERS, TITLE
from governance.demo.walk import SHANGHAI
from tests import factories

LINES = [(kind, label, planned) for kind, label, planned, _actual in MONEY]
ACTUAL = {label: actual for _kind, label, _planned, actual in MONEY}


def moment(month, day, hour=17, year=2026):
    """An hour of the afternoon in Shanghai."""
    return datetime.datetime(year, month, day, hour, tzinfo=SHANGHAI)


def day(month, number, year=2026):
    return datetime.date(year, month, number)


def register(place, *, at, **fields):
    """A matter registered by the clerk of `place` (a `liuxi`)."""
    given = {
        "title": TITLE,
        "short_title": SHORT_TITLE,
        "category": "M04",
        "origin": "residents",
        "initiator_kind": "representatives",
        "initiator_count": 12,
        "initiator_base": 56,
        "plan": PLAN,
        "motion": MOTION,
        "lines": LINES,
        "responsible": place.persons["罗志强"],
        "responsible_title": "居委会副主任",
        "starts_on": day(4, 1),
        "ends_on": day(6, 30),
        "supervisor": place.bodies["supervision_committee"],
        "token": uuid.uuid4(),
    }
    if fields.get("statutory_call"):
        given |= {"counted_by": "居务监督委员会沈桂兰", "counted_on": at.date(), "base_source": "居民代表名册"}
        given |= {"difference": "名册正在核对"}
    return actions.register_matter(by=place.people.clerk.user, at=at, unit=place.unit, **(given | fields))


def records_of(matter):
    """{meeting id: version} of the records of `matter` that wait to be confirmed."""
    return {meeting.pk: meeting.version for meeting in waiting_meetings(matter)}


def confirmation(matter):
    """What the page to confirm the records of `matter`, just read, sends."""
    records = [f"{pk}:{version}" for pk, version in records_of(matter).items()]
    return {"seen": matter.version, "record": records}


class Case:
    """One matter of 柳溪社区 and the people who carry it."""

    def __init__(self, place, **fields):
        self.place = place
        self.bodies = place.bodies
        self.clerk = place.people.clerk.user
        self.secretary = place.people.secretary.user
        self.supervisor = place.people.supervisor.user
        fields.setdefault("at", moment(3, 2))
        self.matter = register(place, **fields)

    def fresh(self):
        """The matter as it is now."""
        self.matter = Matter.objects.for_page().get(pk=self.matter.pk)
        return self.matter

    def call(self, step, body, held_on, *, at=None, by=None, **fields):
        """Call a meeting, by default in the evening before it."""
        at = at or datetime.datetime.combine(held_on - datetime.timedelta(days=1), datetime.time(17), SHANGHAI)
        fields.setdefault("seen", {self.matter.pk: self.fresh().version})
        fields.setdefault("place", "社区二楼会议室")
        return actions.call_meeting(
            by=by or self.clerk,
            at=at,
            matters=[self.matter],
            step=step,
            body=self.bodies[body],
            held_on=held_on,
            token=fields.pop("token", None) or uuid.uuid4(),
            **fields,
        )

    def attend(self, meeting, present, on_leave=0, **fields):
        """The attendance of a counted meeting, entered on the evening of its day."""
        meeting.refresh_from_db()
        return actions.record_attendance(
            by=self.clerk,
            at=self.evening(meeting),
            meeting=meeting,
            seen=meeting.version,
            present=present,
            on_leave=on_leave,
            **fields,
        )

    def vote(self, meeting, in_favour, against, abstain, method="hands", **fields):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.record_vote(
            by=self.clerk,
            at=self.evening(meeting),
            item=meeting.items.get(matter=self.matter),
            seen=meeting.version,
            method=method,
            in_favour=in_favour,
            against=against,
            abstain=abstain,
            **fields,
        )

    def minutes(self, meeting, text="会议记录。", **fields):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.record_minutes(
            by=self.clerk, at=self.evening(meeting), meeting=meeting, seen=meeting.version, minutes=text, **fields
        )

    def confirm(self, meeting, by=None):
        meeting = Meeting.objects.get(pk=meeting.pk)
        return actions.confirm_meeting(
            by=by or self.secretary, at=self.evening(meeting), meeting=meeting, seen=meeting.version
        )

    @staticmethod
    def evening(meeting):
        return datetime.datetime.combine(meeting.held_on, datetime.time(22), SHANGHAI)

    def hold(self, step, body, held_on, present, counts, *, on_leave=0, minutes="会议记录。", told=None, **fields):
        """A whole meeting: called, attended, voted, written down, confirmed."""
        meeting = self.call(step, body, held_on, **fields)
        self.attend(meeting, present, on_leave)
        self.vote(meeting, *counts)
        self.minutes(meeting, minutes, **(told or {}))
        self.confirm(meeting)
        return meeting

    def propose(self):
        return self.hold(
            "propose",
            "party_committee",
            day(3, 6),
            7,
            (7, 0, 0),
            told={"public_summary": "社区党委会议提出方案：闲置用房86平方米改为助餐点，预算186000元。"},
        )

    def confer(self):
        return self.hold(
            "confer",
            "two_committees",
            day(3, 11),
            9,
            (8, 0, 1),
            on_leave=1,
            held_at=datetime.time(9, 30),
            chair=self.place.persons["周明远"],
            recorder=self.place.persons["林晓雯"],
            minutes="何静：建议增加防滑地面和扶手，费用在预算内调剂。罗志强：施工避开午休时段，提前告知楼上住户。\n"
            "1名委员因对送餐距离有顾虑弃权。会后已沟通。",
            told={
                "observers": [
                    {"name": "沈桂兰", "capacity": "居务监督委员会"},
                    {"name": "方建国", "capacity": "居务监督委员会"},
                ],
                "public_summary": "社区党委和居委会一起商量，方案增加防滑地面和扶手，施工避开午休。",
            },
        )

    def review(self):
        return self.hold(
            "review",
            "party_assembly",
            day(3, 20),
            104,
            (98, 2, 4),
            held_at=datetime.time(15),
            entitled=138,
            roll_basis="有表决权的党员",
            minutes="罗志强代表“两委”说明方案。",
            told={"public_summary": "全体党员审议，同意提交居民代表会议。"},
        )

    def resolve_in_vain(self):
        """The first call: 40 of 63 came."""
        meeting = self.call(
            "resolve", "residents_reps", day(3, 24), roll_mode="counted", roll_basis="居委会成员和居民代表"
        )
        self.attend(meeting, 40)
        self.confirm(meeting)
        return meeting

    def resolve(self):
        meeting = self.call(
            "resolve",
            "residents_reps",
            day(3, 31),
            at=moment(3, 24, 23),
            held_at=datetime.time(19),
            place="社区党群服务中心多功能厅",
            roll_mode="counted",
            roll_basis="居委会成员和居民代表",
        )
        self.attend(meeting, 51)
        self.vote(
            meeting,
            45,
            3,
            2,
            method="secret",
            invalid=1,
            issued=51,
            returned=51,
            valid=50,
            tellers=TELLERS,
            note="两项同时划“√”",
        )
        self.minutes(
            meeting,
            supervision_opinion="程序符合规定，资金来源清楚，同意提交表决。",
            public_summary="居民代表投票决定。",
        )
        self.confirm(meeting)
        return meeting

    def deliberate(self):
        """The four deliberations, the void sitting included."""
        self.propose()
        self.confer()
        self.review()
        self.resolve_in_vain()
        return self.resolve()

    def publish(self, version, at, opinion=""):
        """Submitted by the clerk, reviewed by the supervisor, signed by the chair, one after the other."""
        later = datetime.timedelta(minutes=5)
        submit_draft(version=version, by=self.clerk, at=at)
        review_notice(version=version, by=self.supervisor, at=at + later, opinion=opinion)
        return sign_notice(version=version, by=self.secretary, at=at + 2 * later)

    def disclose(self):
        at = moment(4, 1, 9)
        version = actions.draft_resolution_notice(by=self.clerk, at=at, matter=self.matter, seen=self.fresh().version)
        return self.publish(version, at)

    def object(self):
        """陈* asked on the telephone about smoke and noise, and was answered."""
        objection = register_objection(
            notice=self.fresh().resolution_notice,
            kind=Kind.OBJECTION,
            channel=Channel.PHONE,
            text="担心油烟和噪声影响楼上，并询问非老年居民能否用餐。",
            by=self.clerk,
            at=moment(4, 3),
        )
        answer_objection(
            objection=objection,
            reply="助餐点不设厨房，饭菜集中配送，无油烟排放；每日10:30至13:00开放，设备噪声按规定控制。",
            summary="居民陈*担心油烟和噪声影响楼上，并询问非老年居民能否用餐。",
            outcome=Outcome.NOT_UPHELD,
            by=self.clerk,
            at=moment(4, 8),
        )
        return objection

    def start(self, at=None):
        return actions.start_implementation(
            by=self.clerk, at=at or moment(4, 16, 9), matter=self.matter, seen=self.fresh().version
        )

    def milestone(self, kind, on, **fields):
        return actions.add_milestone(
            by=self.clerk,
            at=datetime.datetime.combine(on, datetime.time(17), SHANGHAI),
            matter=self.matter,
            seen=self.fresh().version,
            kind=kind,
            on=on,
            **fields,
        )

    def implement(self):
        self.start()
        actions.record_selection(
            by=self.clerk,
            at=moment(4, 16),
            matter=self.matter,
            seen=self.fresh().version,
            on=day(4, 16),
            method="询价比选",
            offers=3,
            result="最低价中选",
            supervised=True,
        )
        self.milestone("started", day(4, 20))
        self.milestone("completed", day(5, 29))
        actions.record_acceptance(
            by=self.clerk,
            at=moment(6, 4),
            matter=self.matter,
            seen=self.fresh().version,
            on=day(6, 4),
            passed=True,
            signers="社区“两委”、居务监督委员会、居民代表5人签字",
        )
        self.milestone("trial", day(6, 8))

    def account_for(self):
        """Costs and the residents' evaluation."""
        self.fresh()
        actions.record_costs(
            by=self.clerk,
            at=moment(6, 9),
            matter=self.matter,
            seen=self.matter.version,
            actual={line.pk: ACTUAL[line.label] for line in self.matter.lines.all()},
        )
        actions.record_evaluation(
            by=self.clerk,
            at=moment(6, 11),
            matter=self.matter,
            seen=self.fresh().version,
            on=day(6, 10),
            issued=60,
            returned=54,
            satisfied=49,
            fairly=4,
            unsatisfied=1,
            note="建议延长开放时间，已采纳试行",
        )

    def disclose_outcome(self):
        at = moment(6, 12, 9)
        version = actions.draft_outcome_notice(
            by=self.clerk,
            at=at,
            matter=self.matter,
            seen=self.fresh().version,
            supervision="程序规范，账目清楚，结果属实。",
        )
        return self.publish(version, at)


def earlier_notices(place, count):
    """Let the next notice of the residential board get number `count` + 1."""
    from disclosure.models import Counter

    Counter.objects.update_or_create(unit=place.unit, series="residential", year=2026, defaults={"last": count})


def liuxi_case(**fields):
    """A new community with its matter."""
    return Case(factories.liuxi(), **fields)
