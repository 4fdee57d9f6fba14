"""Two steps in one sitting (一肩挑): one call, two meetings, the second after the first, confirmed together."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.errors import Refused
from councils import actions, desk
from councils.actions import Mistaken
from councils.enums import MeetingOutcome, Status
from councils.models import Meeting
from councils.views.todo import next_action
from orgs.models import Term
from tests import factories
from tests.councils.case import Case, confirmation, day, moment, register

pytestmark = pytest.mark.django_db
HELD = day(3, 6)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 6, 20))


@pytest.fixture
def case(liuxi, clock):
    return Case(liuxi)


@pytest.fixture
def parts(case):
    """(first, second) of one sitting on 6 March."""
    first = case.call("propose", "party_committee", HELD, then=case.bodies["two_committees"])
    return first, Meeting.objects.get(follows=first)


def recorded(case, meeting, present, *votes):
    case.attend(meeting, present)
    case.vote(meeting, *votes)
    case.minutes(meeting)


def test_one_call_makes_two_meetings(case, parts):
    first, second = parts
    assert (second.held_on, second.place, second.entitled) == (first.held_on, first.place, 10)
    assert [item.step for item in (*first.items.all(), *second.items.all())] == ["propose", "confer"]


def test_only_where_one_person_leads_both(case, liuxi):
    Term.objects.filter(person=liuxi.persons["周明远"], office="chair").update(ended_on=day(2, 1))
    with pytest.raises(Mistaken) as caught:
        case.call("propose", "party_committee", HELD, then=case.bodies["two_committees"])
    assert "then" in caught.value.errors
    assert not Meeting.objects.exists()


def test_only_the_first_two_steps(case):
    case.propose()
    with pytest.raises(Mistaken):
        case.call("confer", "two_committees", day(3, 11), then=case.bodies["party_assembly"])


def test_the_second_part_waits_for_the_first(case, parts):
    first, second = parts
    with pytest.raises(Refused):
        case.attend(second, 9)
    case.attend(first, 7)
    with pytest.raises(Refused):
        case.attend(second, 9)
    case.vote(first, 7, 0, 0)
    assert case.attend(second, 9).outcome == MeetingOutcome.VALID


def test_both_are_confirmed_together(case, parts):
    first, second = parts
    recorded(case, first, 7, 7, 0, 0)
    with pytest.raises(Refused):
        case.confirm(first)
    recorded(case, second, 9, 8, 0, 1)
    case.confirm(second)
    assert Meeting.objects.filter(confirmed_at=None).count() == 0
    assert case.fresh().status == Status.CONFERRED


def test_the_secretary_confirms_both_on_one_page(case, parts, client_for):
    for meeting, present in zip(parts, (7, 10), strict=True):
        recorded(case, meeting, present, present, 0, 0)
    secretary = client_for(case.place.people.secretary)
    address = reverse("records_confirm", args=[case.matter.pk])
    page = secretary.get(address)
    assert [meeting.pk for meeting in page.context["waiting"]] == [meeting.pk for meeting in parts]
    assert page.context["reasons"] == []
    secretary.post(address, confirmation(case.fresh()))
    assert case.fresh().status == Status.CONFERRED


@pytest.mark.parametrize("present", [3, 7])
def test_what_the_first_part_did_not_carry_is_not_conferred_on(case, parts, present):
    first, second = parts
    case.attend(first, present)
    if present == 7:
        case.vote(first, 3, 4, 0)
        case.minutes(first)
    second.refresh_from_db()
    assert second.outcome == MeetingOutcome.CALLED_OFF
    assert second.items.get().void
    case.confirm(first)
    assert case.fresh().status == (Status.REGISTERED if present == 3 else Status.DECLINED)


def test_calling_the_first_off_calls_both_off(case, parts):
    first, second = parts
    actions.call_off_meeting(by=case.clerk, at=moment(3, 5), meeting=first, seen=first.version, reason="场地维修")
    second.refresh_from_db()
    assert second.outcome == MeetingOutcome.CALLED_OFF
    assert case.fresh().why_closed("propose", HELD) is None


def test_of_several_matters_only_the_carried_go_on(case, liuxi):
    other = register(liuxi, at=moment(3, 3), short_title="楼道照明")
    first = actions.call_meeting(
        by=case.clerk,
        at=moment(3, 5),
        matters=[case.matter, other],
        step="propose",
        body=case.bodies["party_committee"],
        held_on=HELD,
        place="社区二楼会议室",
        token=uuid.uuid4(),
        seen={case.matter.pk: case.matter.version, other.pk: other.version},
        then=case.bodies["two_committees"],
    )
    second = first.second_part
    case.attend(first, 7)
    case.vote(first, 7, 0, 0)
    first.refresh_from_db()
    actions.record_vote(
        by=case.clerk, at=moment(3, 6, 22), item=first.items.get(matter=other), seen=first.version,
        method="hands", in_favour=1, against=6, abstain=0,
    )  # fmt: skip
    case.minutes(first)
    assert [item.void for item in second.items.order_by("position")] == [False, True]
    case.attend(second, 9)
    assert [item.void for item in second.items.order_by("position")] == [False, True]
    second.refresh_from_db()
    with pytest.raises(Refused):
        actions.record_vote(
            by=case.clerk, at=moment(3, 6, 22), item=second.items.get(matter=other), seen=second.version,
            method="hands", in_favour=9, against=0, abstain=0,
        )  # fmt: skip
    case.vote(second, 9, 0, 0)
    case.minutes(second)
    case.confirm(first)
    assert case.fresh().status == Status.CONFERRED
    other.refresh_from_db()
    assert other.status == Status.DECLINED


def test_a_corrected_count_takes_the_second_part_with_it(case, parts):
    first, second = parts
    recorded(case, first, 7, 7, 0, 0)
    recorded(case, second, 9, 9, 0, 0)
    first.refresh_from_db()
    actions.correct_vote(
        by=case.secretary, at=moment(3, 6, 23), vote=first.items.get().vote, seen=first.version, reason="计票有误",
        in_favour=3, against=4, abstain=0,
    )  # fmt: skip
    assert second.items.get().void
    other = factories.user_for(factories.person("新任书记"))
    factories.appoint(other.person, case.bodies["party_committee"], "secretary")
    case.confirm(first, by=other)
    assert case.fresh().status == Status.DECLINED


def test_the_desk_leads_from_part_to_part(case, parts):
    first, second = parts
    clerk, secretary = case.clerk, case.secretary

    def todo(user):
        urls = [item.url for item in desk.items(user, HELD) if item.kind != "call" and not item.sent]
        return urls, next_action(case.fresh(), user, HELD).url

    assert todo(clerk) == ([first.get_absolute_url()],) + (first.get_absolute_url(),)
    recorded(case, first, 7, 7, 0, 0)
    assert todo(clerk) == ([second.get_absolute_url()], second.get_absolute_url())
    recorded(case, second, 9, 9, 0, 0)
    assert set(todo(secretary)[0]) == {first.get_absolute_url(), second.get_absolute_url()}
    assert todo(secretary)[1] == reverse("records_confirm", args=[case.matter.pk])


def test_it_is_offered_on_the_call_and_on_paper(case, client_for):
    clerk = client_for(case.place.people.clerk)
    form = clerk.get(reverse("meeting_call", args=[case.matter.pk, "propose"])).context["form"]
    assert "then" in form.fields
    sections = [
        form for _n, _s, _void, form in clerk.get(reverse("paper_entry", args=[case.matter.pk])).context["steps"]
    ]
    assert ["same_sitting" in form.fields for form in sections] == [False, True, False, False]


def test_a_call_from_the_page_makes_both(case, client_for):
    clerk = client_for(case.place.people.clerk)
    data = {
        "token": str(uuid.uuid4()), "seen": case.fresh().version, "body": case.bodies["party_committee"].pk,
        "held_on": "2026-03-06", "held_at": "19:00", "place": "社区二楼会议室", "notice_on": "2026-03-06",
        "roll_mode": "counted", "then": case.bodies["two_committees"].pk,
    }  # fmt: skip
    address = reverse("meeting_call", args=[case.matter.pk, "propose"])
    for _twice in range(2):
        assert clerk.post(address, data).status_code == 302
    first, second = Meeting.objects.order_by("pk")
    assert second.follows == first
    for meeting in (first, second):
        page = clerk.get(meeting.get_absolute_url()).content.decode()
        assert (second if meeting == first else first).get_absolute_url() in page


def past(case, step, body, **fields):
    return actions.PastSitting(
        step=step, body=case.bodies[body], held_on=HELD, place="会议室", minutes="会议记录。", method="hands",
        numbers={"in_favour": 7, "against": 0, "abstain": 0}, **{"entitled": 7, "present": 7} | fields,
    )  # fmt: skip


def enter(case, *sittings):
    return actions.enter_past_steps(
        by=case.clerk, at=moment(3, 9), matter=case.matter, seen=case.fresh().version, token=uuid.uuid4(),
        sittings=sittings,
    )  # fmt: skip


def test_a_sitting_of_two_parts_from_paper(case):
    first, second = enter(
        case,
        past(case, "propose", "party_committee"),
        past(case, "confer", "two_committees", same_sitting=True, entitled=10, present=9),
    )
    assert second.follows == first
    case.confirm(first)
    assert case.fresh().status == Status.CONFERRED


def test_paper_of_another_day_is_no_part(case):
    later = past(case, "confer", "two_committees", same_sitting=True, entitled=10, present=9)
    later = actions.PastSitting(**{**later.__dict__, "held_on": HELD + datetime.timedelta(1)})
    with pytest.raises(Refused):
        enter(case, past(case, "propose", "party_committee"), later)


# What the database refuses


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_parts_are_of_one_day(parts):
    with refused("one unit and day"), transaction.atomic():
        Meeting.objects.filter(pk=parts[1].pk).update(held_on=day(3, 7))


def test_a_sitting_has_one_second_part(case, parts):
    other = register(case.place, at=moment(3, 3))
    meeting = Case.call(_with(case, other), "propose", "party_committee", HELD)
    with refused("follows_id"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(follows=parts[0])


def _with(case, matter):
    """The same people with another matter."""
    twin = Case.__new__(Case)
    twin.__dict__ = {**case.__dict__, "matter": matter}
    return twin


def test_the_second_part_is_not_confirmed_alone(case, parts):
    first, second = parts
    recorded(case, first, 7, 7, 0, 0)
    recorded(case, second, 9, 9, 0, 0)
    with refused("first part of a sitting"), transaction.atomic():
        Meeting.objects.filter(pk=second.pk).update(confirmed_at=moment(3, 7), confirmed_by=case.secretary)
