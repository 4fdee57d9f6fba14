"""Whoever a matter concerns takes no part in the vote: asked at the vote, kept with who and why, out of the counts."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from councils.actions import Mistaken
from councils.documents import minutes_draft
from councils.models import Meeting
from councils.papers.meetings import minutes, session_of
from tests.councils.case import Case, day, moment

pytestmark = pytest.mark.django_db
WHO = "许国平：其弟承揽工程"


@pytest.fixture
def case(liuxi):
    return Case(liuxi)


@pytest.fixture
def meeting(case):
    """The Party committee, all seven present."""
    return case.attend(case.call("propose", "party_committee", day(3, 6)), 7)


def test_who_is_recused_casts_no_vote(case, meeting):
    for votes, fields in (((7, 0, 0), {"recused": 1, "recusal_note": WHO}), ((6, 0, 0), {"recused": 1})):
        with pytest.raises(Mistaken):
            case.vote(meeting, *votes, **fields)
    with pytest.raises(Mistaken):
        case.vote(meeting, 6, 0, 0, recusal_note=WHO)
    vote = case.vote(meeting, 6, 0, 0, recused=1, recusal_note=WHO)
    # Still counted as present: no rule takes the recused out of the base.
    assert (vote.present, vote.recused, vote.is_carried) == (7, 1, True)
    row = Meeting.objects.get(pk=meeting.pk)
    items = list(row.items.all())
    items[0].meeting = row
    assert f"回避1人：{WHO}。" in minutes_draft(row, items)
    assert f"回避1人：{WHO}。" in minutes(session_of(row)).plain()


def test_it_is_asked_at_the_vote(case, meeting, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 6, 20))
    address = reverse("meeting_vote", args=[meeting.pk, meeting.items.get().pk])
    clerk = client_for(case.place.people.clerk)
    data = {"seen": meeting.version, "method": "hands", "for": "7", "against": "0", "abstain": "0", "recused": "1"}
    assert "recusal_note" in clerk.post(address, data).context["form"].errors
    data |= {"recusal_note": WHO}
    assert "abstain" in clerk.post(address, data).context["form"].errors
    assert clerk.post(address, data | {"for": "6"}).status_code == 302
    assert WHO in clerk.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"recused": 1}, "vote_recusal_has_reason"),
        ({"recused": 2, "recusal_note": WHO}, "vote_counts_within_present"),
    ],
)
def test_the_database_refuses(case, meeting, fields, name):
    vote = case.vote(meeting, 6, 0, 0)
    vote.pk, vote.supersedes_id, vote.correction_reason, vote.recorded_by = None, vote.pk, "计票有误", case.secretary
    for key, value in fields.items():
        setattr(vote, key, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        vote.save(force_insert=True)
