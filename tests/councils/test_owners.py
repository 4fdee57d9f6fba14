"""The owners' assembly by its actions: roll, ballots, delivery, double entry, count; who may; what is refused."""

import pytest
from django.db import transaction

from audit.errors import Refused, Stale
from audit.models import Event
from councils import actions
from councils.actions import Mistaken, meetings, owners
from councils.enums import Status
from councils.models import AdoptedRule, OwnerBallot, OwnerRoll, Vote
from councils.papers.meetings import minutes, packet, session_of
from disclosure.rolls import strangers
from orgs.models import Term
from orgs.permissions import PowerMissing
from tests.councils.assembly import AREA, HEADS, SHEET, Assembly
from tests.councils.assembly import delivered as assembly_delivered
from tests.councils.case import day, moment

pytestmark = pytest.mark.django_db

# 8 of 10 came: 6 for, 1 against, 1 abstains.
USUAL = dict.fromkeys(range(1, 7), "for") | {7: "against", 8: "abstain"}


@pytest.fixture
def assembly(liuxi):
    return Assembly(liuxi)


def all_entered():
    assembly = assembly_delivered()
    assembly.enter_twice(USUAL)
    return assembly


@pytest.fixture
def delivered(told):
    return told("ballots delivered", assembly_delivered)


@pytest.fixture
def counted(told):
    return told("ballots entered", all_entered)


def test_a_roll_keeps_heads_and_area(assembly):
    assert strangers(assembly.unit, ["张三丰"]) == []
    roll = assembly.roll()
    owner = roll.owners.filter(kind="co_owners").first().names.split("、")[1]
    assert strangers(assembly.unit, [owner, owner[:-1], "张三丰"]) == [owner[:-1], "张三丰"]
    assert (roll.number, roll.heads, roll.doors, roll.area, roll.fixed_at) == (1, HEADS, len(SHEET), AREA, None)
    assert assembly.roll().number == 2
    assert Event.objects.filter(verb="import_owner_roll").count() == 2


def test_a_roll_that_contradicts_itself_is_not_written(assembly):
    with pytest.raises(Mistaken):
        assembly.roll((*SHEET, SHEET[0]))
    with pytest.raises(Mistaken):
        assembly.roll(as_of=day(3, 2))
    with pytest.raises(Mistaken):
        assembly.roll(basis=" ")
    assert not OwnerRoll.objects.exists()


def test_one_form_imports_one_roll(assembly):
    roll = assembly.roll()
    with pytest.raises(Stale):
        assembly.roll(token=roll.token)


def test_a_provisional_roll_is_thrown_away_and_a_fixed_one_stands(assembly):
    spare = assembly.roll()
    owners.discard_roll(by=assembly.users["deputy"], at=moment(3, 1), roll=spare)
    with pytest.raises(Stale):
        owners.discard_roll(by=assembly.users["deputy"], at=moment(3, 1), roll=spare)
    roll = assembly.open().roll
    with pytest.raises(Refused):
        owners.discard_roll(by=assembly.users["deputy"], at=moment(3, 4), roll=roll)


def test_notice_is_counted_to_the_first_day_of_voting(assembly):
    with pytest.raises(Refused):
        assembly.call(voting_from=day(3, 16))
    with pytest.raises(Mistaken):
        assembly.call(voting_from=day(3, 26))
    assert assembly.call(voting_from=day(3, 17)).voting_from == day(3, 17)


def test_ballots_are_made_once_for_each_owner(assembly):
    row = assembly.open()
    ballots = list(row.ballots.with_doors())
    assert [ballot.serial for ballot in ballots] == list(range(1, HEADS + 1))
    assert sum(ballot.area for ballot in ballots) == AREA
    assert ballots[3].places == ["2幢 101", "2幢 102"]
    meeting = assembly.meeting
    assert (meeting.entitled, meeting.area_entitled, meeting.by_ballots) == (HEADS, AREA, True)
    assert meeting.roll_source == "业主名册第1版（2026年3月1日）"
    assert OwnerRoll.objects.get().fixed_at
    with pytest.raises(Stale):
        owners.open_assembly(
            by=assembly.users["deputy"],
            at=moment(3, 3),
            meeting=meeting,
            seen=meeting.version,
            roll=row.roll,
            committee_told_on=day(3, 2),
        )


def test_nobody_types_what_the_ballots_say(counted):
    meeting = counted.meeting
    entry = {"by": counted.users["chair"], "at": moment(3, 26), "meeting": meeting, "seen": meeting.version}
    with pytest.raises(Refused):
        actions.record_attendance(present=9, area_present=900_00, **entry)
    with pytest.raises(Refused):
        actions.change_roll(present=9, reason="更正", **entry)
    counted.close()
    meeting = counted.meeting
    vote = {"by": counted.users["chair"], "at": moment(3, 26), "seen": meeting.version}
    counts = {"method": "named", "in_favour": 8, "against": 0, "abstain": 0, "area_for": 800_00}
    with pytest.raises(Refused):
        actions.correct_vote(vote=Vote.objects.get(), reason="更正", **vote, **counts)


def test_a_spoiled_ballot_is_void_and_another_takes_its_place(assembly):
    assembly.open()
    assembly.deliver([2])
    new = owners.reissue(by=assembly.users["deputy"], at=moment(3, 19), ballot=assembly.ballot(2), reason="污损")
    assert (new.serial, new.head.names, new.area) == (HEADS + 1, "甲二", 100_00)
    assert OwnerBallot.objects.standing().count() == HEADS
    with pytest.raises(Mistaken):
        assembly.deliver([HEADS + 1], on=day(3, 18), at=19)
    assembly.deliver([HEADS + 1], at=19)
    with pytest.raises(Refused):
        assembly.enter(2, "for", who="deputy")
    with pytest.raises(Stale):
        owners.reissue(by=assembly.users["deputy"], at=moment(3, 19), ballot=assembly.ballot(2), reason="污损")
    with pytest.raises(Mistaken):
        owners.reissue(by=assembly.users["deputy"], at=moment(3, 19), ballot=assembly.ballot(3), reason=" ")
    assembly.enter(HEADS + 1, "for", who="deputy")
    with pytest.raises(Refused):
        owners.reissue(by=assembly.users["deputy"], at=moment(3, 21), ballot=new, reason="污损")


def test_deliveries_are_entered_once_and_taken_back_with_a_reason(assembly):
    assembly.open()
    assert assembly.deliver([1, 2]) == 2
    assert assembly.deliver([2, 3]) == 1
    with pytest.raises(Stale):
        assembly.deliver([1, 2, 3])
    with pytest.raises(Mistaken):
        assembly.deliver([4], method="other")
    with pytest.raises(Mistaken):
        assembly.deliver([4], on=day(3, 11))
    with pytest.raises(Mistaken):
        assembly.deliver([], deliverer="")
    back = {"by": assembly.users["deputy"], "at": moment(3, 11)}
    owners.withdraw_delivery(ballot=assembly.ballot(1), reason="送错门", **back)
    assert not assembly.ballot(1).delivered
    with pytest.raises(Stale):
        owners.withdraw_delivery(ballot=assembly.ballot(1), reason="送错门", **back)
    assembly.enter(2, "for", who="deputy")
    with pytest.raises(Refused):
        owners.withdraw_delivery(ballot=assembly.ballot(2), reason="送错门", **back)


def test_a_ballot_is_entered_by_two_people(delivered):
    with pytest.raises(Refused):
        delivered.enter(1, "for", who="deputy", on=17)  # the voting has not begun
    delivered.enter(1, "for", who="deputy")
    with pytest.raises(Refused):
        delivered.enter(1, "for", who="deputy")
    delivered.enter(1, "against", who="branch")
    with pytest.raises(Stale):
        delivered.enter(1, "for", who="chair")
    assert delivered.ballot(1).paper.stand == "different"


def test_no_entry_without_a_delivery(assembly):
    assembly.open()
    with pytest.raises(Refused):
        assembly.enter(1, "for", who="deputy")


def leave_to_the_entrants(assembly):
    """End the terms of everybody at the compound and above it who may run meetings, but for the two who enter."""
    stay = [assembly.users[key].pk for key in ("deputy", "branch")]
    terms = Term.objects.filter(grants__permission__codename="run_meetings").exclude(person__user__in=stay)
    terms.update(ended_on=day(3, 1))


def test_a_difference_is_settled_by_a_third_person(delivered):
    delivered.enter_twice({1: "for", 2: "for"}, second={1: "against", 2: "未签名"})
    with pytest.raises(Mistaken) as late:
        delivered.proxy("1", on=21)  # the ballot is back already
    assert set(late.value.errors) == {"giver"}
    delivered.mend(1, "for", who="clerk", on=21)
    delivered.mend(2, None, who="chair", on=21)
    assert [delivered.ballot(serial).paper.stand for serial in (1, 2)] == ["valid", "invalid"]
    with pytest.raises(Mistaken):
        delivered.mend(1, "against", who="chair", on=21)  # settled: mending needs a reason
    with pytest.raises(Stale):
        delivered.mend(1, "against", who="chair", on=21, reason="核对原票看错", seen=1)


@pytest.mark.parametrize("second", ["for", "against"])
@pytest.mark.parametrize(
    ("who", "teller", "able"),
    [
        ("deputy", None, False),
        ("branch", "chair", False),
        ("chair", None, True),
        ("chair", "chair", False),
        ("clerk", None, True),
    ],
)
def test_nobody_rewrites_alone_what_two_entered(delivered, second, who, teller, able):
    delivered.enter_twice({1: "for"}, second={1: second})
    person = delivered.users[teller].person if teller else None
    given = {"who": who, "teller": person, "on": 21, "reason": "核对原票，两人均看错"}
    if not able:
        with pytest.raises(Refused):
            delivered.mend(1, "abstain", **given)
        return
    delivered.mend(1, "abstain", **given)
    entry = delivered.ballot(1).entries.get(look=3)
    assert (entry.by, entry.tellers) == (delivered.users[who], person.name if person else "")


@pytest.mark.parametrize(("teller", "able"), [(None, False), ("deputy", False), ("stranger", False), ("branch", True)])
def test_an_entrant_settles_with_a_teller_where_nobody_else_has_the_power(delivered, teller, able):
    delivered.enter_twice({1: "for"}, second={1: "against"})
    leave_to_the_entrants(delivered)
    person = delivered.users[teller].person if teller else None
    if not able:
        with pytest.raises(Mistaken) as refused:
            delivered.mend(1, "abstain", who="deputy", teller=person, on=21)
        assert set(refused.value.errors) == {"teller"}
        return
    delivered.mend(1, "abstain", who="deputy", teller=person, on=21)
    entry = delivered.ballot(1).entries.get(look=3)
    assert (entry.by, entry.tellers) == (delivered.users["deputy"], person.name)


@pytest.mark.parametrize("reason", ["", "错", "。。。。。。", "错错错错错"])
def test_what_two_entered_alike_is_mended_for_a_reason_of_substance(delivered, reason):
    delivered.enter_twice({1: "for"})
    with pytest.raises(Mistaken) as refused:
        delivered.mend(1, "against", on=21, reason=reason)
    assert set(refused.value.errors) == {"reason"}


@pytest.mark.parametrize(
    ("giver", "kept"),
    [
        ("甲一", "甲一"),
        ("0004", "甲四"),
        ("甲五、乙五", "甲五、乙五"),
        ("甲", None),
        ("路人", None),
        ("99", None),
        ("²", None),
    ],
)
def test_only_an_owner_on_the_fixed_roll_gives_a_proxy(assembly, giver, kept):
    assembly.open()
    given = {"by": assembly.users["deputy"], "at": moment(3, 4), "meeting": assembly.meeting}
    given |= {"seen": assembly.meeting.version, "giver": giver, "holder": "秦某", "document": "3月1日，存档"}
    if kept is None:
        with pytest.raises(Mistaken) as refused:
            meetings.record_proxy(**given)
        assert set(refused.value.errors) == {"giver"}
    else:
        row = meetings.record_proxy(**given)
        assert (row.giver, row.head.names) == (kept, kept)


def test_one_holder_votes_for_as_many_as_the_rules_of_the_owners_say(assembly):
    assembly.open(proxies_most=2, proxies_document="《议事规则》第十二条")
    rows = [assembly.proxy("1"), assembly.proxy("2", "秦 某")]
    assert [(row.holder, row.place, row.most) for row in rows] == [("秦某", 1, 2), ("秦某", 2, 2)]
    with pytest.raises(Mistaken) as refused:
        assembly.proxy("3", "秦　某")
    assert "《议事规则》第十二条" in refused.value.errors["holder"]
    assert assembly.proxy("3", "温某").place == 1
    with pytest.raises(Mistaken):
        assembly.proxy("6", "甲六")
    with pytest.raises(Mistaken):
        assembly.proxy("0001", "温某")  # has given one already


def test_proxies_are_entered_by_the_roll(assembly):
    assembly.roll()
    meeting = assembly.call()
    given = {"by": assembly.users["deputy"], "at": moment(3, 3), "meeting": meeting, "seen": meeting.version}
    row = meetings.record_proxy(giver="甲一", holder="秦某", document="委托书", **given)
    meeting.refresh_from_db()
    assert owners.why_no_ballots(meeting, day(3, 3))
    meetings.remove_proxy(**given | {"seen": meeting.version}, proxy=row.pk)
    assert owners.why_no_ballots(meeting, day(3, 3)) is None


def test_a_ballot_names_the_proxy_it_was_signed_by(delivered):
    own, other = delivered.proxy("1"), delivered.proxy("2")
    with pytest.raises(Mistaken):
        delivered.enter(1, "for", who="deputy", proxy=other)
    delivered.enter(1, "for", who="deputy", proxy=own)
    delivered.enter(1, "for", who="branch")
    assert delivered.ballot(1).paper.stand == "different"
    meeting = delivered.meeting
    with pytest.raises(Refused):
        meetings.remove_proxy(
            by=delivered.users["chair"], at=moment(3, 21), meeting=meeting, seen=meeting.version, proxy=own.pk
        )
    delivered.mend(1, "for", on=21, proxy=own)
    delivered.enter_twice({serial: choice for serial, choice in USUAL.items() if serial > 1})
    delivered.close()
    vote = Vote.objects.get()
    assert (vote.in_favour, delivered.meeting.quorum_result["paper"]["by_proxy"]) == (6, 1)
    delivered.mend(1, "for", who="chair", reason="业主本人签名，原录入有误")
    assert delivered.meeting.quorum_result["paper"]["by_proxy"] == 0
    assert Vote.objects.get() == vote


def test_nothing_happens_to_the_ballots_of_an_assembly_that_was_called_off(delivered):
    meeting = delivered.meeting
    chair = delivered.users["chair"]
    actions.call_off_meeting(by=chair, at=moment(3, 19), meeting=meeting, seen=meeting.version, reason="方案有变")
    assert owners.why_no_ballots(delivered.meeting, day(3, 19))
    for refused in (
        lambda: delivered.enter(1, "for", who="deputy"),
        lambda: delivered.close(),
        lambda: delivered.deliver([1]),
        lambda: owners.reissue(by=chair, at=moment(3, 19), ballot=delivered.ballot(1), reason="污损"),
    ):
        with pytest.raises(Refused):
            refused()


def test_the_count_waits_for_everything(delivered):
    with pytest.raises(Refused):
        delivered.close(on=24)
    delivered.enter(1, "for", who="deputy")
    with pytest.raises(Refused):
        delivered.close()
    delivered.enter(1, "against", who="branch")
    with pytest.raises(Refused):
        delivered.close()
    delivered.mend(1, "for")
    assert delivered.close().is_void  # one of ten


def test_undelivered_ballots_are_explained(assembly):
    assembly.open()
    assembly.deliver(range(1, 9))
    assembly.enter_twice(USUAL)
    with pytest.raises(Mistaken):
        assembly.close()
    assembly.close(note="两户多次上门无人，已在出入口张贴公告。")
    assert Vote.objects.get().note.startswith("两户")


def test_the_count_becomes_the_record(counted):
    meeting = counted.close(who="chair", tellers=[{"role": "counter", "name": "邓某"}])
    vote = Vote.objects.get()
    assert (meeting.outcome, meeting.present, meeting.area_present) == ("valid", 8, 800_00)
    assert (vote.in_favour, vote.against, vote.abstain, vote.area_for) == (6, 1, 1, 600_00)
    assert vote.is_carried
    assert vote.result["areas"] == {"for": 600_00, "against": 100_00, "abstain": 100_00, "invalid": 0}
    assert meeting.quorum_result["paper"] == {
        "issued": 10, "delivered": 10, "returned": 8, "valid": 8, "invalid": 0, "by_proxy": 0,
    }  # fmt: skip
    said = packet(session_of(meeting)).plain()
    assert "业主10人，专有部分面积1000平方米；参与表决8人，专有部分面积800平方米。" in said
    assert "发出表决票10张，收回8张，有效8张，无效0张。" in said and "发出票数\t10\t收回票数\t8" in said
    assert "同意的专有部分面积（平方米）\t600\t参与表决的专有部分面积（平方米）\t800" in said
    assert "签到" not in said and "□同意" not in said and "签名后交回" in said
    with pytest.raises(Refused):
        counted.confirm("chair")  # closed the count
    counted.confirm("branch")
    counted.matter.refresh_from_db()
    assert counted.matter.status == Status.RESOLVED
    with pytest.raises(Stale):
        counted.close()
    with pytest.raises(Refused):
        counted.mend(1, "against", reason="核对原票看错", on=28)


def test_who_closed_the_count_returns_it_and_another_answers_for_it(counted):
    counted.close(who="chair")
    counted.matter.refresh_from_db()
    actions.return_records(
        by=counted.users["chair"],
        at=counted.evening(26),
        matter=counted.matter,
        seen=counted.matter.version,
        reason="请核对计票记录",
    )
    counted.confirm("chair")  # after the deputy wrote the minutes
    assert (counted.meeting.recorded_by, counted.meeting.confirmed_by) == (
        counted.users["deputy"], counted.users["chair"],
    )  # fmt: skip


def test_heads_and_area_must_both_agree(liuxi):
    rows = [("1幢", str(number), f"业主{number}", "10") for number in range(1, 10)] + [("1幢", "10", "业主10", "910")]
    assembly = Assembly(liuxi)
    assembly.roll = lambda: Assembly.roll(assembly, rows)
    assembly.open()
    assembly.deliver()
    assembly.enter_twice(dict.fromkeys(range(1, 10), "for") | {10: "against"})
    assembly.close()
    vote = Vote.objects.get()
    assert (vote.in_favour, vote.against, vote.outcome) == (9, 1, "not_carried")


@pytest.mark.parametrize(("in_favour", "outcome"), [(7, "carried"), (6, "not_carried")])
def test_special_matters_take_three_quarters(liuxi, in_favour, outcome):
    assembly = Assembly(liuxi, item=8)
    assembly.open()
    assembly.deliver()
    choices = [*["for"] * in_favour, *["against"] * (9 - in_favour)]
    assembly.enter_twice(dict(enumerate(choices, 1)))
    assembly.close()
    assert Vote.objects.get().outcome == outcome


def test_an_invalid_ballot_takes_no_part_and_an_unclear_mark_does(delivered):
    delivered.enter_twice(USUAL | {8: "未签名", 7: "invalid"})
    delivered.close()
    vote = Vote.objects.get()
    assert (vote.present, vote.in_favour, vote.invalid, vote.abstain) == (7, 6, 1, 0)
    said = minutes(session_of(delivered.meeting)).plain()
    assert "有效7张，无效1张" in said and "弃权0人，无效1张，表决通过。" in said


def test_after_the_count_only_mending_changes_the_vote(counted):
    counted.close(who="chair")
    with pytest.raises(Refused):
        counted.enter(9, "for", who="deputy", on=26)
    with pytest.raises(Refused):
        counted.mend(7, "for", who="chair", reason="核对原票看错")  # closed it
    counted.mend(7, "for", who="clerk", reason="核对原票看错")
    vote = Vote.objects.standing().get()
    assert (vote.in_favour, vote.against, vote.correction_reason, vote.recorded_by) == (
        7, 0, "核对原票看错", counted.users["clerk"],
    )  # fmt: skip
    assert Vote.objects.count() == 2
    counted.confirm("branch")


def test_mending_may_change_who_took_part(counted):
    counted.close()
    counted.mend(8, None, reason="核对原票，未签名")
    assert (counted.meeting.present, counted.meeting.area_present) == (7, 700_00)
    assert counted.meeting.roll_changes.get().reason == "核对原票，未签名"
    assert counted.meeting.quorum_result["paper"]["invalid"] == 1


# Owners who return nothing


def test_silent_owners_take_no_part_although_a_rule_is_adopted(assembly):
    assembly.adopt("majority")
    assembly.open()
    assembly.deliver()
    assembly.enter_twice(USUAL)
    assert assembly.close().present == 8


def test_silent_owners_follow_the_majority_where_the_assembly_says_so(assembly):
    rule = assembly.adopt("majority")
    assembly.open(silent_rule=rule)
    assembly.deliver(range(1, 10))
    assembly.deliver([10], signed=False)
    assembly.enter_twice(dict.fromkeys(range(1, 6), "for") | {6: "against"})
    assembly.close()
    vote = Vote.objects.get()
    # 3 of the 4 who are silent signed for their ballot.
    assert (vote.present, vote.in_favour, vote.against) == (9, 8, 1)
    assert vote.result["silent"]["heads"] == 3
    assert vote.result["without_silent"] == "no_quorum"
    assert rule.document in vote.explanation.text
    assert f"其中依{rule.document}计入未交回表决票的业主3人" in minutes(session_of(assembly.meeting)).plain()
    assert vote.is_carried


def test_silent_owners_may_abstain(assembly):
    assembly.open(silent_rule=assembly.adopt("abstain", signed_only=False))
    assembly.deliver(signed=False)
    assembly.enter_twice(dict.fromkeys(range(1, 6), "for"))
    assembly.close()
    vote = Vote.objects.get()
    assert (vote.present, vote.in_favour, vote.abstain, vote.outcome) == (10, 5, 5, "not_carried")


def test_a_rule_counts_only_when_it_was_in_force_at_the_call(assembly):
    late = assembly.adopt("abstain")
    AdoptedRule.objects.get()
    with pytest.raises(Refused):
        assembly.adopt("majority")
    with pytest.raises(Mistaken):
        assembly.adopt("abstain", document=" ")
    owners.end_rule(by=assembly.users["chair"], at=moment(3, 1), rule=late)
    with pytest.raises(Mistaken):
        assembly.open(silent_rule=late)


# Who may


def test_who_may_do_what(counted):
    users, seen = counted.users, counted.meeting.version
    spare = counted.ballot(9)
    entry = {"at": moment(3, 26), "choices": {counted.question: "for"}}
    verbs = {
        "import": lambda by: counted.roll(who=by),
        "deliver": lambda by: owners.withdraw_delivery(by=users[by], at=moment(3, 20), ballot=spare, reason="错"),
        "reissue": lambda by: owners.reissue(by=users[by], at=moment(3, 20), ballot=spare, reason="污损"),
        "enter": lambda by: owners.enter_ballot(by=users[by], at=moment(3, 20), ballot=spare, choices=entry["choices"]),
        "mend": lambda by: owners.mend_ballot(
            by=users[by],
            ballot=counted.ballot(1),
            seen=seen,
            reason="核对原票看错",
            **entry | {"choices": {counted.question: "against"}},
        ),
        "close": lambda by: counted.close(who=by),
        "adopt": lambda by: owners.adopt_rule(
            by=users[by], at=moment(3, 1), unit=counted.unit, kind="abstain", adopted_on=day(1, 1), document="规则"
        ),
    }
    # The clerk of the community runs meetings below it as well.
    running = {"chair", "deputy", "branch", "clerk"}
    # Deputy and branch entered the ballots: they do not mend them.
    may = dict.fromkeys(verbs, running) | {"mend": {"chair", "clerk"}, "adopt": {"chair", "branch"}}
    for verb, run in verbs.items():
        able = set()
        for who in users:
            try:
                with transaction.atomic():
                    run(who)
                    raise Undone
            except Undone:
                able.add(who)
            except (PowerMissing, Refused):
                pass
        assert able == may[verb], verb


class Undone(Exception):
    """Takes back what was done."""
