"""A typed number of members that the register of terms does not give is explained, and whoever confirms is told."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.errors import Mistaken
from councils.actions.meetings import why_roll_differs
from governance import middleware
from tests.councils.case import day, liuxi_case, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(monkeypatch):
    monkeypatch.setattr(middleware, "now", lambda: moment(3, 7))
    return liuxi_case()


def test_another_number_than_that_of_the_register_needs_a_reason(case, client_for):
    call = ("propose", "party_committee", day(3, 6))
    with pytest.raises(Mistaken) as refused:
        case.call(*call, roll_mode="counted", entitled=3)
    assert "7" in refused.value.errors["entitled"]
    with pytest.raises(Mistaken, match=_("Somebody must be entitled to vote here; the number cannot be 0.")):
        case.call(*call, roll_mode="counted", entitled=0, roll_source="全体辞职")
    meeting = case.call(*call, roll_mode="counted", entitled=3, roll_source="四人已辞职")
    said = why_roll_differs(meeting)
    assert all(part in said for part in ("3", "7", "四人已辞职"))
    page = client_for(case.place.people.clerk).get(meeting.get_absolute_url())
    assert page.context["differs"] == said
    case.attend(meeting, 3)
    case.vote(meeting, 3, 0, 0)
    case.minutes(meeting, "会议记录。")
    confirming = client_for(case.place.people.secretary).get(reverse("records_confirm", args=[case.matter.pk]))
    assert [row.differs for row in confirming.context["waiting"]] == [said]


def test_the_number_of_the_register_needs_no_words(case):
    meeting = case.call("propose", "party_committee", day(3, 6), roll_mode="counted", entitled=7)
    assert why_roll_differs(meeting) is None
