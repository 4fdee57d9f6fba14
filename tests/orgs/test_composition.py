"""Breaches of law and missed targets, rule by rule (no database), and the internal page."""

import datetime
import inspect
import re

import pytest
from django.urls import reverse
from django.utils import translation

from orgs import composition
from orgs.composition import Facts, Holder
from orgs.models import Term
from orgs.offices import BODY_KINDS
from orgs.rules import BARRED, BASES, KIN
from tests import factories

ON = datetime.date(2026, 11, 22)


def people(number, office="committee_member", *, first=1, gender="f", **facts):
    return [
        Holder(person_id=first + n, name=f"P{first + n}", office=office, gender=gender, **facts) for n in range(number)
    ]


def found(key, households=None, party=frozenset(), **holders):
    """[(B or T, basis)] of the body `key` with these holders by body kind."""
    facts = Facts(holders=holders, on=ON, households=households, party=party)
    return [("B" if finding.is_breach else "T", finding.basis) for finding in composition.findings(key, facts)]


CHAIR = people(1, "chair", first=900)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (CHAIR + people(3), [("B", "URC 8")]),
        (CHAIR + people(4), []),
        (CHAIR + people(8), []),
        (CHAIR + people(9), [("B", "URC 8")]),
        (people(6), [("T", "URC 8, 13")]),  # no chair
        (CHAIR + people(5) + people(1, "chair", first=800), [("B", "URC 8, 13")]),  # two
        (people(1, "chair", gender="m") + people(5, first=2, gender="m"), [("B", "URC 8")]),
        (people(1, "chair", gender="m") + people(5, first=2, gender=""), [("T", "URC 8")]),
        (people(1, "chair", gender="f") + people(5, first=2, gender="m"), []),
    ],
)
def test_residents_committee(members, expected):
    assert found("residents_committee", residents_committee=members) == expected


def test_villagers_committee():
    assert found("villagers_committee", villagers_committee=CHAIR + people(2)) == []
    assert found("villagers_committee", villagers_committee=CHAIR + people(7)) == [("T", "VC 6")]


@pytest.mark.parametrize(
    ("kind", "committee", "basis"),
    [
        ("supervision_committee", "residents_committee", "URC 36"),
        ("village_supervision_committee", "villagers_committee", "VC 32"),
    ],
)
def test_supervisors_are_not_members_of_what_they_supervise(kind, committee, basis):
    supervisors = CHAIR + people(2)
    assert found(kind, **{kind: supervisors, committee: people(5, first=50)}) == []
    assert found(kind, **{kind: supervisors, committee: people(5, first=2)}) == [("B", basis)]
    assert [mark for mark, _basis in found(kind, **{kind: CHAIR + people(5)})] == ["T"], "six of them"
    secretary = people(1, "secretary", first=900)
    assert [mark for mark, _basis in found(kind, **{kind: supervisors, "party_committee": secretary})] == ["T"]


@pytest.mark.parametrize(
    ("reps", "committee", "households", "expected"),
    [
        (56, 7, 2236, []),
        (28, 7, None, []),  # 28 of 35 is exactly four fifths
        (27, 7, None, [("B", "URC 28")]),
        (56, 7, 2801, [("T", "URC 14")]),  # more than 50 each
        (56, 7, 2800, []),
        (56, 7, 1120, []),
        (56, 7, 1119, [("T", "URC 14")]),  # fewer than 20 each
    ],
)
def test_representatives_are_four_fifths_of_their_meeting(reps, committee, households, expected):
    holders = {"residents_reps": people(reps, "representative"), "residents_committee": people(committee, first=500)}
    assert found("residents_reps", households, **holders) == expected


def test_a_representative_in_the_committee_does_not_count_as_a_representative():
    holders = {"residents_reps": people(28, "representative"), "residents_committee": people(7, first=28)}
    assert found("residents_reps", **holders) == [("B", "URC 28")]


@pytest.mark.parametrize(
    ("women", "men", "unknown", "expected"),
    [(10, 20, 0, []), (9, 21, 0, [("B", "VC 29")]), (9, 20, 1, [("T", "VC 29")]), (0, 0, 30, [("T", "VC 29")])],
)
def test_a_third_of_villagers_representatives_are_women(women, men, unknown, expected):
    reps = (
        people(women, "representative")
        + people(men, "representative", first=100, gender="m")
        + people(unknown, "representative", first=200, gender="")
    )
    assert found("villagers_reps", villagers_reps=reps, villagers_committee=people(5, first=500)) == expected


@pytest.mark.parametrize(
    ("formal", "committee", "expected"),
    [
        (2, people(1, "secretary"), [("B", "BR 4")]),
        (3, people(1, "secretary"), []),
        (6, people(1, "secretary"), []),
        (6, people(1, "secretary") + people(2, first=2), [("B", "BR 12")]),
        (7, people(1, "secretary") + people(2, first=2), []),
        (7, people(1, "secretary"), [("B", "BR 12")]),
        (51, people(1, "secretary") + people(2, first=2), [("T", "BR 4")]),
        (30, people(1, "secretary") + people(5, first=2), [("T", "BR 12")]),
        (30, people(1, "secretary") + people(7, first=2), [("B", "BR 12")]),
        (0, people(1, "secretary"), []),  # the number of members is not known
    ],
)
def test_branch_committee_needs_seven_formal_members(formal, committee, expected):
    assembly = people(formal, "party_member", first=100)
    assert found("branch_committee", branch_committee=committee, branch_assembly=assembly) == expected


def test_probationary_members_are_not_formal_members():
    assembly = people(6, "party_member", first=100) + people(5, "party_member", first=200, standing="probationary")
    committee = people(1, "secretary") + people(2, first=2)
    assert found("branch_committee", branch_committee=committee, branch_assembly=assembly) == [("B", "BR 12")]


def test_near_relatives_are_kept_apart():
    committee = CHAIR + people(5)
    supervision = people(3, first=700)
    holders = {"residents_committee": committee, "supervision_committee": supervision}

    def found_with(*pair):
        facts = Facts(holders=holders, on=ON, kin=frozenset([frozenset(pair)]))
        found = [finding for key in holders for finding in composition.findings(key, facts)]
        return [finding.basis for finding in found if finding.is_breach]

    assert found_with(1, 2) == ["URC 8, 13"]
    assert found_with(1, 701) == ["URC 36"]
    assert found_with(700, 701) == []
    assert found_with(1, 5000) == []


def test_mediation_committee():
    assert found("mediation_committee", mediation_committee=CHAIR + people(2, "mediator")) == []
    assert found("mediation_committee", mediation_committee=CHAIR + people(1, "mediator")) == [("B", "PM 8")]


def test_half_of_the_owners_committee_is_a_target_for_the_party_alone():
    members = CHAIR + people(5)
    facts = Facts(holders={"owners_committee": members}, on=ON, party=frozenset({1, 2}))
    (finding,) = composition.findings("owners_committee", facts)
    assert finding.is_party and not finding.is_breach
    assert found("owners_committee", party=frozenset({1, 2, 3}), owners_committee=members) == []


@pytest.mark.parametrize("kind", ["street_committee", "big_party_committee"])
def test_each_slot_of_one_one_n_x_is_wanted(kind):
    posts = {}
    for post in BODY_KINDS[kind].offices:
        posts.setdefault(post.slot, post.key)
    full = [holder for n, key in enumerate(posts.values()) for holder in people(3, key, first=n * 10)][:11]
    assert [mark for mark, _basis in found(kind, **{kind: full})] == []
    for slot, key in posts.items():
        rest = [holder for holder in full if holder.office != key] + people(3, "part_time_member", first=500)
        gaps = composition.one_one_n_x(Facts(holders={kind: rest}, on=ON), BODY_KINDS[kind])
        assert len(gaps) == (slot != "X"), slot


def test_terms_past_their_end_are_told_once_for_the_body():
    late = CHAIR + people(5, due_on=ON) + people(1, first=50, due_on=ON + datetime.timedelta(days=1))
    assert found("residents_committee", residents_committee=late) == [("T", "URC 8, 13")]


def test_breaches_come_first():
    late = CHAIR + people(2, due_on=ON)
    assert [mark for mark, _basis in found("residents_committee", residents_committee=late)] == ["B", "T"]


def test_texts_can_be_drawn_in_chinese_and_english():
    facts = Facts(holders={"branch_committee": people(9)}, on=ON)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for key in BODY_KINDS:
                assert all(finding.text and "%" not in finding.text for finding in composition.findings(key, facts))


def test_every_basis_that_a_finding_can_have_is_spelled_out():
    """Vacant or overdue: any body with a term or a fixed seat; else the keys in the rules themselves."""
    for kind in BODY_KINDS.values():
        if kind.term_years:
            assert kind.basis in BASES, kind.key
    source = inspect.getsource(composition)
    for key in re.findall(r'"((?:URC|VC|BR|PM|guidance|local) [0-9a-z, ]+)"', source):
        assert key in BASES, key
    assert {basis for _one, _other, basis in (*BARRED, *KIN)} <= set(BASES)


# The page


def test_worked_case_is_as_it_should_be(liuxi, django_assert_num_queries):
    with django_assert_num_queries(4):
        found = {body.kind: findings for body, findings in liuxi.unit.composition(ON)}
    assert set(found) == set(liuxi.bodies) - {
        "organisation_office", "portal_administration", "branch_committee", "branch_assembly", "owners_committee",
        "owners_assembly",
    }  # fmt: skip
    assert not any(found.values())


def url(unit):
    return reverse("composition", args=[unit.code])


@pytest.mark.parametrize(
    ("who", "status", "sees_party"),
    [
        ("secretary", 200, True),
        ("clerk", 200, True),
        ("supervisor", 200, False),
        ("street", 200, False),
        ("administrator", 404, False),
        ("stranger", 404, False),
    ],
)
def test_page_is_internal_and_party_bodies_are_for_their_own(liuxi, client_for, who, status, sees_party):
    response = client_for(getattr(liuxi.people, who)).get(url(liuxi.unit))
    assert response.status_code == status
    if status == 200:
        kinds = {body.kind for body, _findings in response.context["bodies"]}
        assert ("party_committee" in kinds) is ("two_committees" in kinds) is sees_party
        assert "residents_committee" in kinds


def test_visitor_is_asked_to_log_in(liuxi, client):
    assert client.get(url(liuxi.unit)).status_code == 302


def test_page_takes_the_same_queries_for_more_rows(liuxi, client_for, django_assert_max_num_queries):
    client = client_for(liuxi.people.secretary)
    Term.objects.filter(body=liuxi.bodies["residents_committee"], office="deputy_chair").update(ended_on=ON)
    for _n in range(3):
        factories.appoint(factories.person(), liuxi.bodies["residents_committee"], "committee_member")
    with django_assert_max_num_queries(10):
        assert client.get(url(liuxi.unit)).status_code == 200
