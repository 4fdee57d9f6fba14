"""One meeting about several matters: called together, a vote for each, confirmed together, lost alone."""

import uuid

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from councils import actions
from councils.actions.meetings import matters_beside
from councils.enums import Status
from councils.models import Matter, Meeting
from tests.councils.case import Case, confirmation, day, moment, register

pytestmark = pytest.mark.django_db
BY_RESIDENTS = {"statutory_call": "residents_tenth", "initiator_kind": "residents", "category": "M02"}


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 6, 20))


@pytest.fixture
def case(liuxi, clock):
    return Case(liuxi)


@pytest.fixture
def other(case):
    """A second matter of 柳溪社区, at the same step."""
    return register(case.place, at=moment(3, 3), title="关于楼道照明的事项", short_title="楼道照明", category="M08")


@pytest.fixture
def clerk(case, client_for):
    return client_for(case.place.people.clerk)


def data(case, other, **changes):
    return {
        "token": str(uuid.uuid4()),
        "seen": case.fresh().version,
        "body": case.bodies["party_committee"].pk,
        "held_on": "2026-03-06",
        "held_at": "19:00",
        "place": "社区二楼会议室",
        "notice_on": "2026-03-06",
        "roll_mode": "counted",
        f"with_{other.pk}": "1",
        f"seen_{other.pk}": other.version,
    } | changes


def address(case):
    return reverse("meeting_call", args=[case.matter.pk, "propose"])


def called(case, other, clerk):
    clerk.post(address(case), data(case, other))
    return Meeting.objects.get()


def test_what_waits_for_the_same_step_is_offered(case, other, clerk):
    form = clerk.get(address(case)).context["form"]
    assert [row.matter for row in form.beside] == [other]
    assert not form.chosen


def test_what_waits_elsewhere_is_not(case, other):
    by_law = register(
        case.place, at=moment(3, 3), short_title="另一事项", statutory_call="reps_fifth", initiator_count=12
    )
    assert matters_beside(case.matter, "propose", day(3, 6)) == [other]
    assert matters_beside(by_law, "resolve", day(3, 6)) == []
    case.call("propose", "party_committee", day(3, 6))
    assert matters_beside(other, "propose", day(3, 6)) == []


def test_a_decision_goes_with_others_of_the_same_body(case):
    fields = {"statutory_call": "reps_fifth", "initiator_count": 12, "initiator_base": 56}
    first, second = (register(case.place, at=moment(3, 3), **fields) for _n in range(2))
    third = register(case.place, at=moment(3, 3), **fields | BY_RESIDENTS)
    assert matters_beside(first, "resolve", day(3, 6)) == [second]
    assert matters_beside(third, "resolve", day(3, 6)) == []


def test_each_matter_has_a_vote_of_its_own(case, other, clerk, client_for):
    meeting = called(case, other, clerk)
    assert [item.matter for item in meeting.items.all()] == [case.matter, other]
    case.attend(meeting, 7)
    for item, votes in zip(meeting.items.all(), ((7, 0), (2, 5)), strict=True):
        meeting.refresh_from_db()
        form = {"seen": meeting.version, "method": "hands", "for": votes[0], "against": votes[1], "abstain": 0}
        page = clerk.get(reverse("meeting_vote", args=[meeting.pk, item.pk]))
        assert page.context["item"] == item
        assert clerk.post(reverse("meeting_vote", args=[meeting.pk, item.pk]), form).status_code == 302
    case.minutes(meeting)
    secretary = client_for(case.place.people.secretary)
    page = secretary.get(reverse("records_confirm", args=[case.matter.pk])).content.decode()
    assert case.matter.motion in page
    secretary.post(reverse("records_confirm", args=[case.matter.pk]), confirmation(case.fresh()))
    assert case.fresh().status == Status.PROPOSED
    other.refresh_from_db()
    assert other.status == Status.DECLINED


def test_a_matter_changed_meanwhile_is_looked_at_again(case, other, clerk):
    answer = clerk.post(address(case), data(case, other, **{f"seen_{other.pk}": "0"}))
    assert answer.status_code == 409
    assert _("Somebody else has changed this meanwhile. Reload the page and look again.") in answer.content.decode()
    assert not Meeting.objects.exists()
    assert answer.context["form"].chosen
    # The page that was shown again knows the state its reader now sees.
    assert clerk.post(address(case), data(case, other)).status_code == 302


def test_a_nonsense_version_is_no_error_of_the_portal(case, other, clerk):
    for seen in ("", "x", "-1", "9" * 40):
        assert clerk.post(address(case), data(case, other, **{f"seen_{other.pk}": seen})).status_code == 409


def test_a_void_meeting_is_called_again_with_all_its_matters(case, other, clerk):
    meeting = called(case, other, clerk)
    case.attend(meeting, 3)
    form = clerk.get(address(case)).context["form"]
    assert [row.matter for row in form.chosen] == [other]
    clerk.post(address(case), data(case, Matter.objects.get(pk=other.pk)))
    assert Meeting.objects.get(replaces=meeting).items.count() == 2


def on_paper(case, other, against="5", **changes):
    """The first step of two matters in one sitting, from its signed paper, by secret ballot."""
    return {
        "token": str(uuid.uuid4()),
        "seen": case.fresh().version,
        "do": "save",
        "propose-body": case.bodies["party_committee"].pk,
        "propose-held_on": "2026-03-06",
        "propose-entitled": "7",
        "propose-present": "7",
        "propose-method": "secret",
        "propose-issued": "7",
        "propose-returned": "7",
        "propose-valid": "7",
        "propose-invalid": "0",
        "propose-for": "7",
        "propose-against": "0",
        "propose-abstain": "0",
        "propose-teller_supervisor": "沈桂兰",
        "propose-teller_counter": "丁春梅",
        "propose-minutes": "会议逐项表决。",
        f"with_{other.pk}": "1",
        f"seen_{other.pk}": other.version,
        f"propose-{other.pk}-for": "1",
        f"propose-{other.pk}-against": against,
        f"propose-{other.pk}-abstain": "0",
    } | changes


def test_a_sitting_on_paper_takes_several_matters(case, other, clerk, client_for):
    page = reverse("paper_entry", args=[case.matter.pk])
    steps = clerk.get(page).context["steps"]
    assert [[row.row.matter for row in section.beside] for *_rest, section in steps] == [[other], [], [], []]
    refused = clerk.post(page, on_paper(case, other, against="7")).context["together"].forms[-1]
    assert refused.taken and "abstain" in refused.errors
    early = on_paper(case, other, **{"propose-held_on": "2026-03-02"})
    assert clerk.post(page, early).context["steps"][0][-1].errors["held_on"]  # the other was registered on the 3rd
    assert clerk.post(page, on_paper(case, other, **{f"seen_{other.pk}": "0"})).status_code == 409
    few = on_paper(case, other, **{"propose-present": "3"})
    assert clerk.post(page, few).context["steps"][0][-1].errors["present"]
    assert not Meeting.objects.exists()
    assert clerk.post(page, on_paper(case, other)).status_code == 302
    first, second = Meeting.objects.get().items.all()
    assert (first.matter, second.matter) == (case.matter, other)
    assert (first.vote.outcome, second.vote.outcome) == ("carried", "not_carried")
    assert (second.vote.valid, second.vote.invalid, second.vote.issued) == (6, 1, 7)
    secretary = client_for(case.place.people.secretary)
    secretary.post(reverse("records_confirm", args=[case.matter.pk]), confirmation(case.fresh()))
    other.refresh_from_db()
    assert (case.fresh().status, other.status) == (Status.PROPOSED, Status.DECLINED)


def test_the_call_takes_no_more_queries_with_more_matters(case, other, clerk, django_assert_max_num_queries):
    for _n in range(3):
        register(case.place, at=moment(3, 3))
    with django_assert_max_num_queries(14):
        assert len(clerk.get(address(case)).context["form"].beside) == 4
    assert actions.why_not_callable(other, "propose", case.bodies["party_committee"], day(3, 6)) is None
