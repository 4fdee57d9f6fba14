"""Turns: every lawful failure has its next step; who may take it, what it undoes, what everyone reads of it."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from councils import actions, desk, desk_turns
from councils.enums import STORED_STATUSES, Ground, Status, TurnKind, Verdict
from councils.forms.turns import TurnForm
from councils.models import Finding, Matter, Round, StepDone, Turn
from councils.papers import dossier
from councils.procedures import PROCEDURES, TURNS, grounds_of, status_after, step_opened, why_no_turn
from councils.views.track import day_text, track
from disclosure.actions import answer_objection, register_objection
from disclosure.enums import Channel, Kind, Outcome
from orgs.permissions import PowerMissing
from tests.councils.case import LINES, Case, day, liuxi_case, moment, register
from tests.councils.test_models import refused

COMMUNITY = PROCEDURES["four_two_community"]
K, S = TurnKind, Status

# kind -> the stored statuses from which it may be taken; everything else is refused.
FITTING = {
    K.ANSWERED: {S.DECLINED},
    K.RAISED_AGAIN: {S.DECLINED, S.REJECTED},
    K.SHELVED: {S.REGISTERED, S.SORTED, S.PROPOSED, S.CONFERRED, S.REVIEWED, S.RETURNED, S.VOID},
    K.TAKEN_UP: {S.SHELVED},
    K.WITHDRAWN: {S.REGISTERED, S.SORTED, S.PROPOSED, S.CONFERRED, S.REVIEWED, S.RETURNED, S.VOID, S.SHELVED},
    K.OBJECTION: {S.RESOLVED, S.IMPLEMENTING},
    K.VOID: {
        S.REGISTERED,
        S.SORTED,
        S.PROPOSED,
        S.CONFERRED,
        S.REVIEWED,
        S.RETURNED,
        S.VOID,
        S.RESOLVED,
        S.IMPLEMENTING,
        S.ACCEPTED,
    },
    K.REVOKED: {S.RESOLVED, S.IMPLEMENTING, S.ACCEPTED},
    K.CHANGED: {S.RESOLVED, S.IMPLEMENTING},
}


# The table


@pytest.mark.parametrize("kind", TurnKind)
@pytest.mark.parametrize("status", STORED_STATUSES)
def test_a_turn_is_taken_from_where_it_fits(kind, status):
    assert (why_no_turn(TURNS[kind], status=status) is None) == (status in FITTING[kind])


@pytest.mark.parametrize("kind", TurnKind)
def test_after_the_end_only_revocation_is_left(kind):
    open_still = why_no_turn(TURNS[kind], status=S.ACCEPTED, closed=True) is None
    assert open_still == (kind == K.REVOKED)


def test_what_the_law_calls_for_is_not_put_aside():
    assert why_no_turn(TURNS[K.SHELVED], status=S.REGISTERED, statutory=True)
    assert why_no_turn(TURNS[K.WITHDRAWN], status=S.REGISTERED, statutory=True) is None


@pytest.mark.parametrize(
    ("kind", "ground", "statutory", "owners", "step", "status"),
    [
        (K.RAISED_AGAIN, Ground.SAME_SUBSTANCE, False, False, "confer", S.PROPOSED),
        (K.RAISED_AGAIN, Ground.OTHER_SUBSTANCE, False, False, "propose", S.REGISTERED),
        (K.RAISED_AGAIN, "", False, False, "propose", S.REGISTERED),
        (K.RAISED_AGAIN, Ground.SAME_SUBSTANCE, True, False, "resolve", S.REGISTERED),
        (K.OBJECTION, "", False, False, "review", S.CONFERRED),
        (K.OBJECTION, "", False, True, "resolve", S.REVIEWED),
        (K.OBJECTION, "", True, False, "resolve", S.REGISTERED),
        (K.CHANGED, Ground.COST, False, False, "propose", S.REGISTERED),
        (K.CHANGED, Ground.COST, True, False, "resolve", S.REGISTERED),
        (K.VOID, "", False, False, "confer", S.VOID),
        (K.SHELVED, "", False, False, "", S.SHELVED),
        (K.TAKEN_UP, "", False, False, "", S.REVIEWED),
        (K.REVOKED, Ground.COURT, False, False, "", S.REVOKED),
    ],
)
def test_where_a_turn_leads(kind, ground, statutory, owners, step, status):
    row = TURNS[kind]
    opened = step_opened(row, COMMUNITY, statutory=statutory, ground=ground, faulty="confer", owners=owners)
    assert opened == step
    assert status_after(row, COMMUNITY, opened, statutory=statutory, shelved_from=S.REVIEWED) == status


def test_every_turn_says_what_it_is():
    for kind in TurnKind:
        row = TURNS[kind]
        assert row.label and row.hint and row.basis and row.told
        assert bool(row.goal) == ("%(step)s" in str(row.told))


@pytest.mark.parametrize(
    ("decider", "grounds"),
    [
        ("residents_reps", {Ground.ALL_RESIDENTS, Ground.COURT}),
        ("residents_meeting", {Ground.COURT}),
        ("owners_assembly", {Ground.COURT}),
        ("residents_committee", {Ground.ALL_RESIDENTS, Ground.REPRESENTATIVES, Ground.COURT}),
    ],
)
def test_who_may_overturn_whom(decider, grounds):
    """URC 30: the meeting of all overturns the representatives and the committee, the representatives the latter."""
    assert set(grounds_of(TURNS[K.REVOKED], decider=decider, status=S.RESOLVED)) == grounds


# The actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(told):
    return told("registered", liuxi_case)


def turn(case, kind, at, by=None, **fields):
    fields.setdefault("reason", "理由说明。")
    power = case.clerk if kind in (K.ANSWERED, K.RAISED_AGAIN, K.WITHDRAWN) else case.secretary
    return actions.take_turn(by=by or power, at=at, matter=case.matter, seen=case.fresh().version, kind=kind, **fields)


def lose(case):
    """Voted down by the representatives on 31 March."""
    case.propose()
    case.confer()
    case.review()
    case.hold(
        "resolve",
        "residents_reps",
        day(3, 31),
        51,
        (20, 28, 3),
        roll_mode="counted",
        roll_basis="居委会成员和居民代表",
    )


def standing(case):
    return sorted(case.matter.steps_done.standing().values_list("step", flat=True))


def states(case, on):
    """How the track shows each step: of what ended or is shelved, none is the current one."""
    return [step.state for step in track(case.matter, on).steps]


def find(case, at, step="resolve", by=None, **fields):
    return actions.record_finding(
        by=by or case.supervisor,
        at=at,
        matter=case.matter,
        seen=case.fresh().version,
        step=step,
        fault="roll",
        text="签到名册中3人不是居民代表，依据居民代表名册。",
        **fields,
    )


def answer(case, finding, at, verdict=Verdict.HELD_AGAIN, by=None):
    return actions.answer_finding(
        by=by or case.secretary,
        at=at,
        finding=finding,
        seen=case.fresh().version,
        verdict=verdict,
        answer="经核对名册，重新召开会议。",
    )


def test_declined_and_answered_once_and_raised_again(case):
    case.hold("propose", "party_committee", day(3, 6), 7, (2, 5, 0))
    assert case.fresh().status == S.DECLINED
    shown = track(Matter.objects.for_page().get(pk=case.matter.pk), day(3, 9))
    assert shown.label == shown.now != S.DECLINED.label  # the written reason is due
    assert "2026" in day_text(day(3, 9), day(1, 1, 2027)) and "2026" not in day_text(day(3, 9), day(3, 10))
    # That the Party organisation voted, and lost, is its own affair.
    assert [entry.text for entry in shown.entries] == [S.DECLINED.label]
    with pytest.raises(Refused):
        turn(case, K.ANSWERED, moment(3, 9))  # how it was given is missing
    given = turn(case, K.ANSWERED, moment(3, 9), ground=Ground.IN_PERSON, document="柳溪复〔2026〕1号")
    assert (given.from_status, given.to_status) == (S.DECLINED, S.DECLINED)
    assert case.fresh().ended_reason  # the reason of the vote stays
    with pytest.raises(Refused):
        turn(case, K.ANSWERED, moment(3, 10), ground=Ground.BY_POST)
    again = turn(case, K.RAISED_AGAIN, moment(4, 1))
    assert (case.fresh().status, case.matter.round, again.step) == (S.REGISTERED, 2, "propose")
    assert actions.why_not_editable(case.matter) is None
    case.hold("propose", "party_committee", day(4, 3), 7, (7, 0, 0))
    assert case.fresh().status == S.PROPOSED


def test_rejected_and_raised_again_in_substance_the_same(case):
    lose(case)
    assert case.fresh().status == S.REJECTED
    opened = turn(case, K.RAISED_AGAIN, moment(4, 10), ground=Ground.SAME_SUBSTANCE)
    assert (case.fresh().status, case.matter.round, standing(case)) == (S.PROPOSED, 2, ["propose"])
    assert actions.why_not_editable(case.matter)
    assert not case.matter.steps_done.filter(undone_by=opened, step="propose").exists()
    (first,) = case.matter.rounds.all()
    assert (first.number, first.status, first.motion) == (1, S.REJECTED, case.matter.motion)
    assert len(first.budget) == len(LINES)
    case.hold("confer", "two_committees", day(4, 12), 9, (9, 0, 0))
    assert case.fresh().status == S.CONFERRED


def test_rejected_and_raised_again_with_another_substance(case):
    lose(case)
    turn(case, K.RAISED_AGAIN, moment(4, 10), ground=Ground.OTHER_SUBSTANCE)
    assert (case.fresh().status, standing(case)) == (S.REGISTERED, [])
    old = case.matter.motion
    actions.edit_matter(
        by=case.clerk, at=moment(4, 11), matter=case.matter, seen=case.matter.version, motion="改建为阅览室。"
    )
    assert case.fresh().rounds.get().motion == old
    case.propose_again = case.hold("propose", "party_committee", day(4, 12), 7, (7, 0, 0))
    assert case.fresh().status == S.PROPOSED


def test_a_count_stands_once_the_matter_took_another_course(case):
    lose(case)
    item = case.fresh().items.get(step="resolve")
    assert actions.why_not_correctable(item) is None
    turn(case, K.RAISED_AGAIN, moment(4, 10), ground=Ground.SAME_SUBSTANCE)
    item = case.fresh().items.get(step="resolve")
    item.matter = case.matter
    assert actions.why_not_correctable(item)


def test_a_corrected_count_reopens_the_round_unless_the_text_changed(case):
    case.propose()
    meeting = case.hold("confer", "two_committees", day(3, 11), 9, (2, 6, 1))
    assert (case.fresh().status, case.matter.round, case.matter.rounds.count()) == (S.RETURNED, 2, 1)
    item = meeting.items.get()
    with transaction.atomic():
        actions.edit_matter(
            by=case.clerk, at=moment(3, 12), matter=case.matter, seen=case.matter.version, motion="另一方案。"
        )
        assert actions.why_not_correctable(case.fresh().items.get(step="confer"))
        transaction.set_rollback(True)
    meeting.refresh_from_db()
    actions.correct_vote(
        by=case.secretary,
        at=moment(3, 12),
        vote=item.vote,
        seen=meeting.version,
        reason="计票有误。",
        in_favour=7,
        against=1,
        abstain=1,
    )
    assert (case.fresh().status, case.matter.round, case.matter.rounds.count()) == (S.CONFERRED, 1, 0)


def test_shelved_and_taken_up_where_it_stood(case):
    case.propose()
    turn(case, K.SHELVED, moment(3, 9))
    assert case.fresh().status == S.SHELVED and case.matter.open_step(day(3, 9)) is None
    assert states(case, day(3, 9)) == ["done", "stopped", *["todo"] * 5]
    with pytest.raises(Refused):
        case.confer()
    turn(case, K.TAKEN_UP, moment(3, 10))
    assert case.fresh().status == S.PROPOSED and case.matter.ended_reason == ""
    case.confer()


def test_nothing_is_put_aside_over_a_called_meeting(case):
    meeting = case.call("propose", "party_committee", day(3, 6))
    with pytest.raises(Refused):
        turn(case, K.SHELVED, moment(3, 5))
    meeting.refresh_from_db()
    actions.call_off_meeting(by=case.clerk, at=moment(3, 5), meeting=meeting, seen=meeting.version, reason="改期。")
    turn(case, K.SHELVED, moment(3, 5))


def test_withdrawn_before_the_decision_and_never_after(case):
    case.propose()
    with transaction.atomic():
        turn(case, K.WITHDRAWN, moment(3, 9), ground=Ground.BY_INITIATORS)
        assert case.fresh().status == S.WITHDRAWN and case.matter.open_step(day(3, 9)) is None
        assert states(case, day(3, 9)) == ["done", "stopped", *["todo"] * 5]
        transaction.set_rollback(True)
    case.confer()
    case.review()
    case.resolve_in_vain()
    case.resolve()
    with pytest.raises(Refused):
        turn(case, K.WITHDRAWN, moment(4, 1), ground=Ground.BY_INITIATORS)


def upheld(case):
    """An objection to the published resolution, found right on 8 April."""
    objection = register_objection(
        notice=case.fresh().resolution_notice,
        kind=Kind.OBJECTION,
        channel=Channel.VISIT,
        text="该用房已出租，不能改建。",
        by=case.clerk,
        at=moment(4, 3),
    )
    answer_objection(
        objection=objection,
        reply="情况属实，方案须重新审议。",
        summary="居民反映用房已出租。",
        outcome=Outcome.UPHELD,
        by=case.clerk,
        at=moment(4, 8),
    )
    return objection


def test_an_upheld_objection_leads_back_and_each_round_keeps_its_notice(case):
    case.deliberate()
    case.disclose()
    with pytest.raises(Refused):
        turn(case, K.OBJECTION, moment(4, 8))
    objection = upheld(case)
    with pytest.raises(Refused):
        case.start()
    old = case.matter.resolution_notice
    back = turn(case, K.OBJECTION, moment(4, 9))
    assert back.objection == objection
    assert (case.fresh().status, case.matter.round, standing(case)) == (S.CONFERRED, 2, ["confer", "propose"])
    assert case.matter.resolution_notice is None and case.matter.rounds.get().resolution_notice == old
    assert old.current.withdrawn_reason == "理由说明。"  # the secretary also chairs the committee and signs
    case.hold("review", "party_assembly", day(4, 20), 104, (98, 2, 4), entitled=138, roll_basis="党员")
    case.hold("resolve", "residents_reps", day(4, 28), 51, (45, 3, 3), roll_mode="counted", roll_basis="居民代表")
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(4, 29), matter=case.matter, seen=case.fresh().version
    )
    case.publish(version, moment(4, 29))
    assert case.fresh().resolution_notice != old
    assert case.matter.status_on(day(4, 30)) == S.DISCLOSED
    reader = dossier.Reader(lambda meeting: True, lambda file: True)
    full = Matter.objects.for_page().get(pk=case.matter.pk)
    pieces = dossier.dossier_of(full, reader, day(4, 30)).pieces
    titles = [piece.title for piece in pieces]
    assert titles.count(old.current.title) == 2 and {"决议（第1轮）", "决议", "意见登记表"} < set(titles)
    assert all(piece.content() for piece in pieces)


def test_a_drafted_notice_waits_for_no_turn(case):
    case.deliberate()
    actions.draft_resolution_notice(by=case.clerk, at=moment(4, 1), matter=case.matter, seen=case.fresh().version)
    with pytest.raises(Refused):
        turn(case, K.CHANGED, moment(4, 2), ground=Ground.COST)


def test_a_fault_is_found_and_the_meeting_held_again(case):
    case.deliberate()
    case.disclose()
    finding = find(case, moment(4, 10))
    with pytest.raises(Refused):
        case.start()
    with pytest.raises(Stale):
        find(case, moment(4, 10))
    answer(case, finding, moment(4, 11))
    assert (case.fresh().status, case.matter.round) == (S.VOID, 2)
    assert standing(case) == ["confer", "propose", "review"]
    assert case.matter.open_step(day(4, 12)).key == "resolve"
    assert case.matter.turns.get().finding == finding
    with pytest.raises(Stale):
        answer(case, finding, moment(4, 11))
    case.hold("resolve", "residents_reps", day(4, 28), 51, (45, 3, 3), roll_mode="counted", roll_basis="居民代表")
    assert case.fresh().status == S.RESOLVED and case.matter.resolutions.count() == 2


def test_a_finding_may_be_disagreed_with_and_the_street_notes_it(case):
    case.propose()
    finding = find(case, moment(3, 9), step="propose")
    with pytest.raises(Refused):
        actions.note_finding(by=case.place.people.street.user, at=moment(3, 9), finding=finding, note="已阅。")
    answer(case, finding, moment(3, 10), Verdict.DISAGREED)
    assert (case.fresh().status, standing(case)) == (S.PROPOSED, ["propose"])
    actions.note_finding(by=case.place.people.street.user, at=moment(3, 11), finding=finding, note="请补正名册。")
    with pytest.raises(Stale):
        actions.note_finding(by=case.place.people.street.user, at=moment(3, 12), finding=finding, note="又及。")
    find(case, moment(3, 13), step="propose")  # after its answer another may follow


def test_a_finding_whose_step_went_meanwhile_is_answered_without_a_turn(case):
    case.deliberate()
    case.disclose()
    finding = find(case, moment(4, 5))
    upheld(case)
    turn(case, K.OBJECTION, moment(4, 9))
    answer(case, finding, moment(4, 10))
    assert (case.fresh().status, case.matter.round, case.matter.turns.count()) == (S.CONFERRED, 2, 1)


def test_work_stops_when_the_resolution_is_revoked(case):
    case.deliberate()
    case.disclose()
    case.start()
    wrong = {"ground": Ground.REPRESENTATIVES, "document": "居民代表会议决定"}
    with pytest.raises(Refused):
        turn(case, K.REVOKED, moment(4, 20), **wrong)
    with pytest.raises(Refused):
        turn(case, K.REVOKED, moment(4, 20), ground=Ground.COURT)
    turn(case, K.REVOKED, moment(4, 20), ground=Ground.COURT, document="（2026）川0000民初1号判决书")
    assert case.fresh().status == S.REVOKED and case.matter.resolution_notice.current.withdrawn_at
    with pytest.raises(Refused):
        case.milestone("started", day(4, 21))
    with pytest.raises(Refused):
        turn(case, K.CHANGED, moment(4, 21), ground=Ground.COST)


def test_a_turn_and_a_finding_are_not_before_what_they_are_about(case):
    case.deliberate()
    last = case.matter.steps_done.get(step="resolve").done_on
    early = last - timedelta(days=1)
    for wrong in (early, day(1, 1), day(5, 1)):
        with pytest.raises(actions.Mistaken) as refused_turn:
            turn(case, K.CHANGED, moment(4, 20), ground=Ground.COST, on=wrong)
        assert set(refused_turn.value.errors) == {"on"}
        with pytest.raises(actions.Mistaken) as refused_finding:
            find(case, moment(4, 20), on=wrong)
        assert set(refused_finding.value.errors) == {"on"}
    assert find(case, moment(4, 20), on=last).on == last
    assert turn(case, K.CHANGED, moment(4, 20), ground=Ground.COST, on=last).on == last


def test_another_matter_may_name_the_overturning(case):
    case.deliberate()
    other = register(case.place, at=moment(4, 2), title="撤销决议", short_title="撤销决议")
    with pytest.raises(Refused):
        turn(case, K.REVOKED, moment(4, 20), ground=Ground.ALL_RESIDENTS, resolved_in=other)
    Matter.objects.filter(pk=other.pk).update(status=S.RESOLVED)
    other.refresh_from_db()
    for wrong in ({"resolved_in": other}, {"resolved_in": case.matter}, {"document": "居民会议决定"}):
        with pytest.raises(actions.Mistaken) as mistaken:
            turn(case, K.REVOKED, moment(4, 20), ground=Ground.ALL_RESIDENTS, **wrong)
        assert set(mistaken.value.errors) == {"resolved_in"}
    # Resolved and confirmed by the representatives, not by the meeting of all.
    assert list(actions.overturning_matters(other, Ground.REPRESENTATIVES)) == [case.matter]
    form = TurnForm(matter=other, row=TURNS[K.REVOKED], today=day(4, 20), overturning=[case.matter])
    assert [key for key, _label in form["resolved_in"].field.choices] == ["", str(case.matter.pk)]
    assert form.as_p()
    assert not actions.overturning_matters(other, Ground.ALL_RESIDENTS)
    assert not actions.overturning_matters(case.matter, *Ground)


def test_the_meeting_of_all_residents_revokes_what_their_representatives_resolved(case, client_for, monkeypatch):
    """Called for by a tenth, decided in a matter of its own, confirmed; then recorded on the matter it revokes."""
    case.deliberate()
    case.disclose()
    at = moment(4, 3)
    by_law = {"initiator_kind": "residents", "initiator_count": 300, "initiator_base": 3000}
    texts = {"title": "关于撤销助餐点决议的事项", "short_title": "撤销助餐点决议", "motion": "撤销居民代表会议决议。"}
    other = Case(case.place, at=at, statutory_call="residents_tenth", lines=[], **by_law, **texts)
    assert other.matter.deciding_body == "residents_meeting"
    everybody = {"entitled": 3000, "roll_mode": "counted", "roll_basis": "居民名册"}
    other.hold("resolve", "residents_meeting", day(4, 16), 1600, (1200, 300, 100), at=at, **everybody)

    monkeypatch.setattr("governance.middleware.now", lambda: moment(4, 18))
    page = reverse("matter_turn", args=[case.matter.pk, K.REVOKED])
    sent = {
        "ground": Ground.ALL_RESIDENTS,
        "on": "2026-04-16",
        "reason": "居民会议表决撤销。",
        "resolved_in": other.matter.pk,
        "seen": case.fresh().version,
    }
    response = client_for(case.place.people.secretary).post(page, sent)
    assert response.status_code == 302, response.context["form"].errors
    assert case.fresh().status == S.REVOKED and case.matter.resolution_notice.current.withdrawn_at
    assert case.matter.turns.get().resolved_in == other.matter
    assert other.fresh().status == S.RESOLVED
    public = client_for().get(case.matter.get_absolute_url())
    assert other.matter.get_absolute_url() in public.content.decode()
    assert "now" not in states(case, day(4, 18))


def test_a_changed_plan_repeats_the_procedure_and_keeps_what_was_done(case):
    case.deliberate()
    case.disclose()
    case.start()
    case.milestone("started", day(4, 20))
    lines = {line.pk: line.planned for line in case.fresh().lines.all()}
    actions.record_costs(by=case.clerk, at=moment(4, 25), matter=case.matter, seen=case.matter.version, actual=lines)
    old = case.fresh().resolution_notice
    turn(case, K.CHANGED, moment(5, 6), ground=Ground.COST)
    assert (case.fresh().status, case.matter.round, standing(case)) == (S.REGISTERED, 2, [])
    assert case.matter.rounds.get().resolution_notice == old and not old.current.withdrawn_at
    kind, label, planned = LINES[0]
    more = [(kind, label, planned + 100_00), *LINES[1:-1], (LINES[-1][0], LINES[-1][1], LINES[-1][2] + 100_00)]
    actions.edit_matter(by=case.clerk, at=moment(5, 7), matter=case.matter, seen=case.matter.version, lines=more)
    line = case.fresh().lines.get(kind=kind, label=label)
    assert (line.planned, line.actual) == (planned + 100_00, planned)
    assert [row["planned"] for row in case.matter.rounds.get().budget if row["label"] == label] == [planned]
    assert case.matter.milestones.get().round == 1


def test_accepted_work_is_accepted_again_after_a_fault(case):
    case.deliberate()
    case.disclose()
    case.implement()
    answer(case, find(case, moment(6, 9)), moment(6, 10))
    case.hold("resolve", "residents_reps", day(6, 28), 51, (45, 3, 3), roll_mode="counted", roll_basis="居民代表")
    version = actions.draft_resolution_notice(
        by=case.clerk, at=moment(6, 29), matter=case.matter, seen=case.fresh().version
    )
    case.publish(version, moment(6, 29))
    case.start(at=moment(7, 20))
    actions.record_acceptance(
        by=case.clerk,
        at=moment(7, 21),
        matter=case.matter,
        seen=case.fresh().version,
        on=day(7, 21),
        passed=True,
        signers="居民代表5人",
    )
    assert case.fresh().status == S.ACCEPTED


def test_a_turn_says_what_is_missing_beside_its_field(case):
    for fields, name in (
        ({"reason": " "}, "reason"),
        ({"on": day(3, 20)}, "on"),
        ({"on": day(2, 1)}, "on"),
        ({"ground": "court"}, "ground"),
    ):
        with pytest.raises(actions.Mistaken) as mistaken:
            turn(case, K.WITHDRAWN, moment(3, 9), **{"ground": Ground.BY_INITIATORS, **fields})
        assert set(mistaken.value.errors) == {name}
    with pytest.raises(Refused):
        turn(case, K.WITHDRAWN, moment(3, 9), ground=Ground.BY_INITIATORS, reason="电话13800001111联系")
    with pytest.raises(TypeError):
        turn(case, K.VOID, moment(3, 9))
    with pytest.raises(Stale):
        actions.take_turn(
            by=case.secretary, at=moment(3, 9), matter=case.matter, seen=99, kind=K.SHELVED, reason="暂缓。"
        )


# person -> what each may do; everybody else is refused by PowerMissing.
ALLOWED = {
    K.SHELVED: {"secretary"},
    K.WITHDRAWN: {"clerk", "secretary"},
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_who_takes_a_turn(case, kind):
    found = set()
    for name, person in vars(case.place.people).items():
        ground = {"ground": Ground.BY_INITIATORS} if kind == K.WITHDRAWN else {}
        try:
            with transaction.atomic():
                turn(case, kind, moment(3, 9), by=person.user, **ground)
                transaction.set_rollback(True)
        except PowerMissing:
            continue
        found.add(name)
    assert found == ALLOWED[kind]


def test_who_finds_and_who_answers(case):
    case.propose()
    finders, answerers = set(), set()
    people = vars(case.place.people).items()
    for name, person in people:
        try:
            with transaction.atomic():
                find(case, moment(3, 9), step="propose", by=person.user)
                transaction.set_rollback(True)
            finders.add(name)
        except PowerMissing:
            pass
    finding = find(case, moment(3, 9), step="propose")
    for name, person in people:
        try:
            with transaction.atomic():
                answer(case, finding, moment(3, 10), Verdict.DISAGREED, by=person.user)
                transaction.set_rollback(True)
            answerers.add(name)
        except PowerMissing:
            pass
    assert (finders, answerers) == ({"supervisor"}, {"secretary"})


# What the database refuses


def written(case, **fields):
    """A turn written past the actions."""
    matter = case.fresh()
    given = {
        "matter": matter,
        "version": matter.version,
        "kind": K.SHELVED,
        "from_status": matter.status,
        "to_status": S.SHELVED,
        "from_round": matter.round,
        "to_round": matter.round,
        "on": day(3, 9),
        "reason": "理由",
        "by": case.clerk,
        "at": moment(3, 9),
    }
    with transaction.atomic():
        return Turn.objects.create(**(given | fields))


def test_the_database_refuses_a_turn_that_cannot_be(case):
    for name, fields in (
        ("turn_starts_where_matter_stands", {"version": 99}),
        ("turn_starts_where_matter_stands", {"from_status": S.RESOLVED}),
        ("turn_words_are_known", {"kind": "jumped"}),
        ("turn_has_reason", {"reason": ""}),
        ("turn_that_opens_a_step_begins_a_round", {"step": "confer"}),
        ("turn_that_opens_a_step_begins_a_round", {"to_round": 2}),
        ("turn_names_its_objection", {"kind": K.OBJECTION}),
        ("turn_names_its_finding", {"kind": K.VOID}),
        ("turn_revoked_names_its_ground", {"kind": K.REVOKED, "ground": Ground.COURT}),
    ):
        with refused(name):
            written(case, **fields)
    made = written(case)
    with refused("turn_once_per_version"):
        written(case)
    for change in (made.delete, lambda: Turn.objects.filter(pk=made.pk).update(reason="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_database_refuses_a_status_without_its_turn(case):
    for status in (S.WITHDRAWN, S.REVOKED, S.VOID):
        with refused("matter_turns_for_a_reason"):
            Matter.objects.filter(pk=case.matter.pk).update(status=status, ended_reason="x")
    with refused("matter_end_is_explained"):
        Matter.objects.filter(pk=case.matter.pk).update(status=S.SHELVED, ended_reason="")
    turn(case, K.SHELVED, moment(3, 9))
    with refused("matter_turns_for_a_reason"):
        Matter.objects.filter(pk=case.matter.pk).update(status=S.REGISTERED)


def test_the_database_keeps_findings_rounds_and_causes(case):
    case.propose()
    finding = find(case, moment(3, 9), step="propose")
    other = register(case.place, at=moment(3, 3), title="另一事项", short_title="另一事项")
    with refused("finding_stands"):
        Finding.objects.filter(pk=finding.pk).update(text="x")
    with refused("finding_answer_is_whole"):
        Finding.objects.filter(pk=finding.pk).update(verdict=Verdict.DISAGREED)
    with refused("finding_answered_by_another"):
        Finding.objects.filter(pk=finding.pk).update(
            verdict=Verdict.DISAGREED, answer="x", answered_by=case.supervisor, answered_at=moment(3, 9)
        )
    with refused("finding_note_is_whole"):
        Finding.objects.filter(pk=finding.pk).update(note="x", noted_by=case.clerk, noted_at=moment(3, 9))
    with refused("turn_of_agreed_finding"):
        written(case, kind=K.VOID, finding=finding, step="propose", to_round=2, to_status=S.VOID)
    answer(case, finding, moment(3, 10))
    with refused("round_stands"):
        Round.objects.filter(matter=case.matter).delete()
    with refused("round_stands"):
        Round.objects.filter(matter=case.matter).update(plan="x")
    with refused("round_once"):
        row = Round.objects.get(matter=case.matter)
        row.pk = None
        row.save()
    step = StepDone.objects.filter(matter=case.matter)
    with refused("step_done_stands"):
        step.update(undone_by=None)
    vote = case.matter.items.first().vote
    with refused("step_done_is_undone_by_one_cause"):
        step.update(annulled_by=vote)
    foreign = written(Fresh(other, case), kind=K.SHELVED)
    case.hold("propose", "party_committee", day(3, 12), 7, (7, 0, 0))
    with refused("step_done_undone_by_own_matter"):
        StepDone.objects.standing().filter(matter=case.matter).update(undone_by=foreign)


class Fresh:
    """Another matter in the hands of the same people."""

    def __init__(self, matter, case):
        self.matter, self.clerk = matter, case.clerk

    def fresh(self):
        self.matter.refresh_from_db()
        return self.matter


def test_an_upheld_objection_is_one_to_this_resolution(case):
    case.deliberate()
    case.disclose()
    objection = upheld(case)
    asked = register_objection(
        notice=case.matter.resolution_notice,
        kind=Kind.OBJECTION,
        channel=Channel.PHONE,
        text="请说明。",
        by=case.clerk,
        at=moment(4, 4),
    )
    fields = {"kind": K.OBJECTION, "step": "review", "to_round": 2, "to_status": S.CONFERRED}
    with refused("turn_of_upheld_objection"):
        written(case, objection=asked, **fields)
    written(case, objection=objection, **fields)


# The pages


@pytest.fixture
def clock(monkeypatch):
    """`clock(month, day)`: what the portal takes for now, in 2026."""

    def set_to(month, number, hour=10):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number, hour))

    return set_to


def url(case, kind):
    return reverse("matter_turn", args=[case.matter.pk, str(kind)])


def ways(response):
    return {way.url: way.reason for way in response.context["ways"]}


def test_the_desk_offers_what_fits_and_takes_the_form(case, clock, client, client_for):
    lose(case)
    clock(4, 10)
    clerk = client_for(case.place.people.clerk)
    offered = ways(clerk.get(case.fresh().get_desk_url()))
    assert set(offered) == {url(case, K.RAISED_AGAIN)} and not any(offered.values())
    form = clerk.get(url(case, K.RAISED_AGAIN))
    assert form.status_code == 200
    sent = {"seen": case.matter.version, "on": "2026-04-10", "ground": Ground.SAME_SUBSTANCE, "reason": ""}
    again = clerk.post(url(case, K.RAISED_AGAIN), sent)
    assert again.status_code == 200 and again.context["form"].errors["reason"]
    sent["reason"] = "草坪保留一半，停车位减为12个。"
    assert clerk.post(url(case, K.RAISED_AGAIN), sent).status_code == 302
    assert clerk.post(url(case, K.RAISED_AGAIN), sent).status_code == 302  # the second click is told so
    assert case.fresh().round == 2
    shown = client.get(case.matter.get_absolute_url())
    track = shown.context["track"]
    assert [step.state for step in track.steps[:4]] == ["done", "now", "todo", "todo"]
    assert [row.status for row in track.rounds] == [S.REJECTED.label]
    assert sent["reason"] in shown.content.decode() and [entry.on for entry in track.entries] == [
        day(3, 31),
        day(4, 10),
    ]
    assert clerk.get(url(case, K.RAISED_AGAIN)).status_code == 302  # its time is over
    assert clerk.get(url(case, "void")).status_code == 404
    assert clerk.get(url(case, "jumped")).status_code == 404


def test_the_whole_story_is_public_and_costs_no_more(case, clock, client, client_for, django_assert_max_num_queries):
    case.deliberate()
    case.disclose()
    finding = find(case, moment(4, 10))
    clock(4, 11)
    secretary = client_for(case.place.people.secretary)
    address = finding.get_absolute_url()
    assert client_for(case.place.people.stranger).get(address).status_code == 404
    reply = reverse("finding_answer", args=[finding.pk])
    assert client_for(case.place.people.clerk).post(reply, {}).status_code == 403
    assert address in ways(secretary.get(case.matter.get_desk_url()))
    sent = {"seen": case.fresh().version, "verdict": Verdict.HELD_AGAIN, "answer": "名册有误，重新召开。"}
    assert secretary.post(reply, {**sent, "answer": ""}).status_code == 200
    assert secretary.post(reply, sent).status_code == 302
    assert secretary.post(reply, sent).status_code == 302
    secretary.get(case.fresh().get_desk_url())
    with django_assert_max_num_queries(14):
        secretary.get(case.matter.get_desk_url())
    client.get(case.matter.get_absolute_url())
    with django_assert_max_num_queries(6):
        shown = client.get(case.matter.get_absolute_url())
    text = shown.content.decode()
    for said in (finding.text, "名册有误，重新召开。", "柳溪居公〔2026〕"):
        assert said in text
    assert shown.context["track"].status == S.VOID
    for secret in ("138", "104"):  # what the Party meeting counted, also of an earlier round
        assert secret not in text
    data = client.get(reverse("matter_json", args=[case.place.unit.code, 2026, case.matter.serial])).json()
    assert (data["round"], data["turns"][0]["kind"], data["turns"][0]["step"]) == (2, "void", "resolve")
    assert data["earlier_rounds"][0]["notice"] and data["course"][-1]["reason"] == "名册有误，重新召开。"


def test_the_page_and_the_notice_count_the_same_opinions(case, clock, client):
    case.deliberate()
    case.disclose()
    case.object()
    register_objection(
        notice=case.matter.resolution_notice,
        kind=Kind.QUESTION,
        channel=Channel.PHONE,
        text="何时开工？",
        by=case.clerk,
        at=moment(4, 14),
    )
    clock(4, 15)
    data = client.get(reverse("matter_json", args=[case.place.unit.code, 2026, case.matter.serial])).json()
    assert data["objections"] == {"received": 1, "answered": 1, "later": 1}
    opinions = actions.implementation.opinions_of(case.fresh())
    assert (opinions.received, opinions.replied) == (1, 1)


# The desk


def waiting(case, person, on):
    found = desk.items(person, on) + desk_turns.items(person, on)
    return [(item.kind, item.url) for item in found if item.kind == "turn"]


def test_what_is_due_waits_at_the_desk(case, client, clock):
    street = case.place.people.street.user
    case.propose()
    assert waiting(case, case.secretary, day(3, 9)) == []
    found = find(case, moment(3, 9), step="propose")
    assert waiting(case, case.secretary, day(3, 9)) == [("turn", found.get_absolute_url())]
    assert waiting(case, case.clerk, day(3, 9)) == desk_turns.below(street, day(3, 9)) == []
    answer(case, found, moment(3, 10), Verdict.DISAGREED)
    assert [item.url for item in desk_turns.below(street, day(3, 10))] == [found.get_absolute_url()]
    other = Case(case.place, title="另一事项", short_title="另一事项")
    other.hold("propose", "party_committee", day(3, 6), 7, (2, 5, 0))
    assert waiting(case, case.clerk, day(3, 9)) == [("turn", url(other, K.ANSWERED))]
    turn(other, K.ANSWERED, moment(3, 9), ground=Ground.BY_POST)
    assert waiting(case, case.clerk, day(3, 9)) == []


def test_an_upheld_objection_and_its_notice_wait_at_the_desk(case, django_assert_num_queries):
    case.deliberate()
    case.disclose()
    upheld(case)
    assert waiting(case, case.secretary, day(4, 9)) == [("turn", url(case, K.OBJECTION))]
    with django_assert_num_queries(1):  # notices; the powers are known, the matters come with `desk.items`
        desk_turns.items(case.secretary, day(4, 9))
    back = turn(case, K.OBJECTION, moment(4, 9))
    assert waiting(case, case.secretary, day(4, 9)) == []
    version = back.objection.notice.current
    # As if the secretary did not sign notices: the notice then waits for who does.
    connection.check_constraints()  # what the log holds so far is checked while it is still true
    with session_replication_role():
        type(version).objects.filter(pk=version.pk).update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
    assert waiting(case, case.secretary, day(4, 9)) == [("turn", version.notice.desk_url)]


@contextmanager
def session_replication_role():
    """Without triggers, to make what only another person could have made."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def test_costs_above_the_resolution_warn_and_bar_nothing(case, clock, client_for):
    case.deliberate()
    case.disclose()
    case.start()
    lines = list(case.fresh().lines.all())
    more = {line.pk: line.planned + (100_00 if line in (lines[0], lines[-1]) else 0) for line in lines}
    assert actions.why_cost_repeats(case.matter) is None
    actions.record_costs(by=case.clerk, at=moment(4, 25), matter=case.matter, seen=case.matter.version, actual=more)
    assert actions.why_cost_repeats(case.fresh())
    clock(4, 26)
    shown = client_for(case.place.people.clerk).get(reverse("implementation", args=[case.matter.pk]))
    assert url(case, K.CHANGED) in shown.content.decode()
