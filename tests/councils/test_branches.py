"""A branch with fewer than seven formal members has no committee: its members' meeting takes the first step."""

import uuid

import pytest
from django.urls import reverse

from audit.errors import Refused
from councils import actions
from councils.actions.meetings import formal_members
from councils.procedures import why_no_committee
from tests import factories
from tests.councils.case import day, moment


@pytest.mark.parametrize(("members", "allowed"), [(None, True), (3, False), (6, False), (7, True), (50, True)])
def test_a_committee_needs_seven_formal_members(members, allowed):
    assert (why_no_committee("branch_committee", members) is None) is allowed
    assert why_no_committee("branch_assembly", members) is None


@pytest.fixture
def branch(liuxi):
    """The compound's branch with its secretary and `enrol(n)` formal members in all."""
    secretary = liuxi.persons["周明远"]
    factories.appoint(secretary, liuxi.bodies["branch_committee"], "secretary")

    def enrol(number, standing="full"):
        for _ in range(number):
            factories.appoint(factories.person(), liuxi.bodies["branch_assembly"], "party_member", standing=standing)

    liuxi.enrol = enrol
    return liuxi


@pytest.fixture
def matter(branch):
    return actions.register_matter(
        by=factories.user_for(branch.persons["周明远"]),
        at=moment(3, 2),
        unit=branch.compound,
        token=uuid.uuid4(),
        title="关于选聘物业的事项",
        short_title="选聘物业",
        category="M11",
        owners_item=4,
        origin="residents",
        plan="选聘物业。",
        motion="选聘物业。",
    )


def propose(branch, matter, body):
    return actions.call_meeting(
        by=factories.user_for(branch.persons["周明远"]),
        at=moment(3, 2),
        matters=[matter],
        step="propose",
        body=branch.bodies[body],
        held_on=day(3, 4),
        place="小区党群服务站",
        token=uuid.uuid4(),
        seen={matter.pk: matter.version},
    )


@pytest.mark.django_db
def test_where_nobody_knows_the_number_the_committee_may_act(branch, matter):
    assert formal_members(branch.bodies["branch_committee"], day(3, 2)) is None
    assert propose(branch, matter, "branch_committee").pk


@pytest.mark.django_db
def test_probationary_members_are_not_formal(branch):
    branch.enrol(4)
    branch.enrol(3, standing="probationary")
    # The secretary is a member too, though not entered as one.
    assert formal_members(branch.bodies["branch_committee"], day(3, 2)) == 5


@pytest.mark.django_db
def test_a_small_branch_meets_as_a_whole(branch, matter, client_for):
    branch.enrol(5)
    with pytest.raises(Refused, match="6"):
        propose(branch, matter, "branch_committee")
    page = client_for(branch.persons["周明远"]).get(reverse("meeting_call", args=[matter.pk, "propose"]))
    assert [body.kind for body in page.context["form"].bodies.values()] == ["branch_assembly"]
    assert propose(branch, matter, "branch_assembly").body.kind == "branch_assembly"


@pytest.mark.django_db
def test_from_seven_on_the_committee_is_proposed(branch, matter, client_for):
    branch.enrol(6)
    page = client_for(branch.persons["周明远"]).get(reverse("meeting_call", args=[matter.pk, "propose"]))
    form = page.context["form"]
    assert [body.kind for body in form.bodies.values()] == ["branch_committee", "branch_assembly"]
    assert form.initial["body"] == str(branch.bodies["branch_committee"].pk)
    assert propose(branch, matter, "branch_committee").pk


@pytest.mark.django_db
def test_the_last_counted_assembly_tells_the_number(branch, matter):
    meeting = propose(branch, matter, "branch_assembly")
    meeting.refresh_from_db()
    user = factories.user_for(branch.persons["周明远"])
    actions.record_attendance(by=user, at=moment(3, 4), meeting=meeting, seen=meeting.version, present=5, entitled=5)
    assert formal_members(branch.bodies["branch_committee"], day(3, 4)) == 5


@pytest.mark.django_db
def test_a_paper_of_the_wrong_body_is_refused(branch, matter):
    branch.enrol(3)
    sitting = actions.PastSitting(
        step="propose", body=branch.bodies["branch_committee"], held_on=day(3, 3), present=3, entitled=3
    )
    with pytest.raises(Refused):
        actions.enter_past_steps(
            by=factories.user_for(branch.persons["周明远"]),
            at=moment(3, 4),
            matter=matter,
            seen=matter.version,
            token=uuid.uuid4(),
            sittings=[sitting],
        )
