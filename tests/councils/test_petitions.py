"""A call by law: its signatures are counted and documented, and the committee has a last day to call the meeting."""

from unittest.mock import ANY

import pytest
from django.db import IntegrityError, transaction

from councils import actions, desk
from councils.actions import Mistaken
from councils.models import Petition
from councils.procedures import days_to_call, last_day_to_call
from councils.registers import Registered, registered_for, why_base_unexplained
from tests.councils.case import Case, day, moment, register

BY_LAW = {"statutory_call": "reps_fifth", "initiator_count": 12, "initiator_base": 56}


@pytest.mark.parametrize(
    ("body", "due"), [("residents_reps", day(4, 1)), ("residents_meeting", day(4, 1)), ("owners_assembly", day(5, 1))]
)
def test_days_count_from_the_day_after_the_count(body, due):
    assert last_day_to_call(day(3, 2), days_to_call(body)) == due


@pytest.fixture
def case(liuxi):
    return Case(liuxi, **BY_LAW)


@pytest.mark.django_db
def test_a_count_without_papers_is_no_count(liuxi):
    for wrong in [{"counted_by": " "}, {"counted_on": None}, {"counted_on": day(3, 3)}, {"base_source": ""}]:
        with pytest.raises(Mistaken) as caught:
            register(liuxi, at=moment(3, 2), **(BY_LAW | wrong))
        assert list(caught.value.errors) == list(wrong)


@pytest.mark.parametrize(
    ("number", "exact", "base", "said", "stands"),
    [
        (56, True, 56, "", True),
        (56, True, 50, "", False),  # fewer would have to sign
        (56, True, 60, "", False),
        (56, True, 50, "六人已迁出", True),
        (6120, False, 4800, "", True),  # the adults among all residents
        (6120, False, 6121, " ", False),
    ],
)
def test_the_whole_is_compared_with_the_register(number, exact, base, said, stands):
    register = Registered(number, "名册", exact)
    assert (why_base_unexplained(register, base, said, "URC 26") is None) is stands
    assert why_base_unexplained(None, base, said, "URC 26") is None


@pytest.mark.django_db
def test_a_whole_that_differs_is_explained_and_read_by_everyone(liuxi, client_for, monkeypatch):
    known = registered_for("representatives", liuxi.unit, day(3, 2)).number
    assert registered_for("party_members", liuxi.unit, day(3, 2)) is None
    liuxi.unit.residents = 900
    assert registered_for("residents", liuxi.unit, day(3, 2)) == Registered(900, ANY, exact=False)
    other = BY_LAW | {"initiator_count": known, "initiator_base": known + 1}
    with pytest.raises(Mistaken) as caught:
        register(liuxi, at=moment(3, 2), **other, difference=" ")
    assert list(caught.value.errors) == ["difference"]
    case = Case(liuxi, **other, difference="一人尚未登记")
    petition = Petition.objects.get()
    assert (petition.registered, petition.difference) == (known, "一人尚未登记")
    assert "一人尚未登记" in page(case, client_for, monkeypatch, 3, 10).content.decode()


@pytest.mark.django_db
def test_others_have_no_clock(liuxi):
    Case(liuxi)
    assert not Petition.objects.exists()


def lines(user, on, kind="petition"):
    return [(item.due, item.is_overdue(on)) for item in desk.items(user, on) if item.kind == kind]


@pytest.mark.django_db
def test_the_clock_reddens_for_committee_supervision_and_street(case):
    member = case.place.people
    due = day(4, 1)
    assert Petition.objects.get().due_on == due
    # Who calls meetings has it among the matters; the supervision committee and the street hear of it once it is late.
    for on, late in ((day(3, 10), False), (day(4, 2), True)):
        assert lines(case.clerk, on, "call") == [(due, late)]
        assert lines(case.supervisor, on) == ([(due, True)] if late else [])
        below = [(item.due, item.is_overdue(on)) for item in desk.below(member.street.user, on) if item.due == due]
        assert below == ([(due, True)] if late else [])
    case.call("resolve", "residents_reps", day(4, 9), at=moment(4, 2), roll_mode="counted")
    assert lines(case.supervisor, day(4, 2)) == []
    assert not [item for item in desk.below(member.street.user, day(4, 2)) if item.kind == "petition"]


@pytest.mark.django_db
def test_a_meeting_called_off_was_not_called(case):
    meeting = case.call("resolve", "residents_reps", day(3, 20), roll_mode="counted")
    actions.call_off_meeting(by=case.clerk, at=moment(3, 18), meeting=meeting, seen=meeting.version, reason="停电")
    assert lines(case.supervisor, day(4, 2)) == [(day(4, 1), True)]


def page(case, client_for, monkeypatch, month, number):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number))
    return client_for().get(case.fresh().get_absolute_url())


@pytest.mark.django_db
def test_everyone_reads_the_count_and_the_clock(case, client_for, monkeypatch, django_assert_max_num_queries):
    petition = Petition.objects.get()
    told = [page(case, client_for, monkeypatch, *on).context["track"].petition for on in ((3, 10), (4, 2))]
    assert len({sentences[1] for sentences in told}) == 2
    assert petition.base_source in told[0][0]
    everyone, address = client_for(), case.matter.get_absolute_url()
    with django_assert_max_num_queries(6):
        answer = everyone.get(address)
    assert told[1][1] in answer.content.decode()
    assert petition.counted_by not in answer.content.decode()
    case.call("resolve", "residents_reps", day(4, 9), at=moment(4, 2), roll_mode="counted")
    assert page(case, client_for, monkeypatch, 4, 2).context["track"].petition[1] not in {told[0][1], told[1][1]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"counted_by": ""}, "petition_count_is_documented"),
        ({"base_source": ""}, "petition_count_is_documented"),
        ({"due_on": day(3, 2)}, "petition_due_after_count"),
        ({"registered": 60, "difference": ""}, "petition_difference_is_explained"),
        ({"registered": None, "difference": "不同"}, "petition_difference_is_explained"),
        ({}, "matter_id"),
    ],
)
def test_the_database_refuses(case, fields, name):
    row = Petition.objects.get()
    if fields:
        row.matter = register(case.place, at=moment(3, 3))
    row.pk = None
    for key, value in fields.items():
        setattr(row, key, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_a_count_is_never_changed(case):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Petition.objects.update(counted_on=day(3, 1))
