"""Evaluations by residents: what is shown, one answer for each slip, nothing that links them, who may do what when."""

import re
import threading
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.errors import Refused, Stale
from audit.log import codes
from audit.models import Event
from disclosure import actions, evaluation
from disclosure.actions import evaluations
from disclosure.enums import Answer, EvaluationState
from disclosure.models import Evaluation, PaperCount, Slip, SlipUse
from orgs.permissions import PowerMissing
from tests import factories
from tests.disclosure.conftest import Desk, moment
from tests.transactional import WAIT, together

FIRST, LAST = date(2026, 4, 20), date(2026, 4, 30)
SOME, MOST = Answer.SATISFIED, Answer.UNAWARE


# Rules


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (FIRST - timedelta(1), EvaluationState.PLANNED),
        (FIRST, EvaluationState.OPEN),
        (LAST, EvaluationState.OPEN),
        (LAST + timedelta(1), EvaluationState.COUNTING),
        (LAST + timedelta(3), EvaluationState.COUNTING),
        (LAST + timedelta(4), EvaluationState.FINISHED),
    ],
)
def test_the_state_follows_from_the_days(on, state):
    assert evaluation.state_of(FIRST, LAST, on) == state


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((0, 0, 0, 0), []),
        ((4, 0, 0, 0), []),
        ((5, 0, 0, 0), [5, 0, 0, 0]),
        ((49, 4, 3, 3), [49, 4, 3, 3]),
        ((49, 4, 1, 0), [49, 5, 0]),  # the one joins the next smallest
        ((49, 4, 1, 1), [49, 6]),  # two together would still be fewer than three
        ((49, 4, 2, 2), [49, 4, 4]),
        ((4, 1, 0, 0), [5, 0, 0]),
        ((2, 2, 1, 1), [6]),
        ((3, 2, 0, 0), [5, 0, 0]),
    ],
)
def test_small_numbers_are_hidden(counts, shown):
    result = evaluation.result_of(60, dict(zip(Answer, counts, strict=True)))
    numbers = [line.count for line in result.lines]
    assert numbers == shown
    assert not numbers or sum(numbers) == sum(counts) == result.answered
    assert not any(0 < number < evaluation.LEAST_OF_ONE for number in numbers)


def test_rate_and_shares_are_exact():
    result = evaluation.result_of(60, {Answer.SATISFIED: 49, Answer.FAIRLY: 5})
    assert (result.rate, result.lines[0].share) == (Fraction(9, 10), Fraction(49, 54))
    assert [evaluation.percent(share) for share in (result.rate, result.lines[0].share)] == ["90%", "90.74%"]


def test_codes_are_random_and_checked():
    found = evaluation.codes_for("token", 1, 300)
    assert len(set(found)) == 300 and found != sorted(found) and found == evaluation.codes_for("token", 1, 300)
    assert not set(found) & {*evaluation.codes_for("another", 1, 300), *evaluation.codes_for("token", 2, 300)}
    assert all(codes.read(code) == code for code in found)


# Actions


@pytest.fixture
def clerk(people):
    return people.clerk.user


@pytest.fixture
def notice(desk):
    return desk.published().notice


def opened(notice, by, **fields):
    fields = {"question": "您是否满意？", "opens_on": FIRST, "closes_on": LAST, "households": 12} | fields
    return actions.open_evaluation(notice=notice, by=by, at=moment(4, 2), **fields)


@pytest.fixture
def row(notice, clerk):
    return opened(notice, clerk)


@pytest.fixture
def slips(row, clerk):
    return actions.print_slips(evaluation=row, by=clerk, at=moment(4, 3))


def answer(code, given=SOME, *, day=21, month=4):
    return actions.answer_slip(code=code, answer=given, at=moment(month, day))


def paper(row, clerk, slips, *, counts=None, tellers=("甲", "乙"), day=21):
    counts = counts or {SOME: len(slips)}
    return actions.enter_paper(evaluation=row, slips=slips, counts=counts, tellers=tellers, by=clerk, at=moment(4, day))


def test_each_slip_counts_once_and_leaves_no_event(row, slips):
    before = Event.objects.count()
    answer(slips[0].lower())
    answer(slips[1], Answer.UNSATISFIED)
    with pytest.raises(Stale):
        answer(slips[0], Answer.FAIRLY)
    row.refresh_from_db()
    assert (row.satisfied, row.fairly, row.unsatisfied, row.unaware) == (1, 0, 1, 0)
    assert SlipUse.objects.count() == 2 and Event.objects.count() == before


def test_nothing_that_is_kept_names_a_code_or_a_time(row, slips):
    answer(slips[0])
    text = repr([*Slip.objects.values_list(), *SlipUse.objects.values_list(), *Event.objects.values_list()])
    assert not any(code in text for code in slips)
    for model in (Slip, SlipUse):
        assert not {field.get_internal_type() for field in model._meta.fields} & {"DateTimeField", "DateField"}
    assert list(Slip.objects.order_by("pk").values_list("digest", flat=True)) == sorted(
        Slip.objects.values_list("digest", flat=True)
    )


def test_a_key_that_was_changed_keeps_the_slips_good(slips, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert answer(slips[0])


def test_slips_printed_anew_make_the_old_ones_void(row, slips, clerk):
    row.refresh_from_db()
    with pytest.raises(Stale):
        actions.print_slips(evaluation=row, by=clerk, at=moment(4, 4), seen="")
    new = actions.print_slips(evaluation=row, by=clerk, at=moment(4, 4), seen=row.printing)
    assert Slip.objects.count() == len(new) == 12 and not set(new) & set(slips)
    with pytest.raises(actions.WrongCode):
        answer(slips[0])
    with pytest.raises(Refused):
        actions.print_slips(evaluation=row, by=clerk, at=moment(4, 20))


def test_slips_that_nobody_printed_in_time_are_printed_late(row, clerk):
    assert actions.print_slips(evaluation=row, by=clerk, at=moment(4, 25))


@pytest.mark.parametrize("code", ["", "x", "AAAAA-AAAAA", "7KM3PX9Q4T" * 9])
def test_a_wrong_code_is_told_as_such(slips, code):
    with pytest.raises(actions.WrongCode):
        answer(code)


@pytest.mark.parametrize(("month", "day"), [(4, 19), (5, 1)])
def test_no_answer_before_the_first_day_or_after_the_last(row, slips, month, day):
    with pytest.raises(Refused):
        answer(slips[0], month=month, day=day)
    assert not SlipUse.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"opens_on": date(2026, 4, 2)},
        {"closes_on": FIRST - timedelta(1)},
        {"closes_on": FIRST + timedelta(92)},
        {"households": 0},
        {"households": 5001},
        {"question": "请联系13812345678"},
    ],
)
def test_an_impossible_evaluation_is_refused(notice, clerk, fields):
    with pytest.raises(Refused):
        opened(notice, clerk, **fields)


def test_a_notice_is_evaluated_once_and_only_when_it_counts(row, desk, notice, clerk):
    with pytest.raises(Stale):
        opened(notice, clerk)
    with pytest.raises(Refused):
        opened(desk.withdrawn(title="撤回的").notice, clerk)


def test_paper_slips_count_with_as_many_codes_as_answers(row, slips, clerk):
    answer(slips[0])
    for wrong in (
        {"slips": slips[:2]},  # one was used
        {"slips": [slips[1], slips[1]]},
        {"slips": [slips[1], "x"]},
        {"slips": slips[1:4], "counts": {SOME: 2}},
        {"slips": [], "counts": {SOME: 0}},
        {"slips": slips[1:4], "tellers": ("甲", "甲")},
        {"slips": slips[1:4], "day": 19},
    ):
        with pytest.raises(Refused):
            paper(row, clerk, **wrong)
    assert SlipUse.objects.count() == 1
    assert paper(row, clerk, slips[1:4], counts={SOME: 1, MOST: 2}, day=30).total == 3
    row.refresh_from_db()
    assert (row.satisfied, row.unaware, SlipUse.objects.count()) == (2, 2, 4)
    with pytest.raises(Refused):
        actions.enter_paper(
            evaluation=row, slips=slips[5:6], counts={SOME: 1}, tellers=("甲", "乙"), by=clerk, at=moment(5, 4)
        )


def called_off(row, by, *, month=4, day=21, reason="部分评议票在分发时遗失"):
    return actions.call_off_evaluation(evaluation=row, reason=reason, by=by, at=moment(month, day))


def test_what_is_called_off_counts_no_more_and_may_be_asked_anew(row, slips, notice, clerk, people):
    secretary = people.secretary.user
    answer(slips[0])
    for wrong in ({"reason": "  "}, {"reason": "请联系13812345678"}, {"month": 5, "day": 1}):
        with pytest.raises(Refused):
            called_off(row, secretary, **wrong)
    row = called_off(row, secretary)
    assert row.state(LAST + timedelta(9)) == EvaluationState.CALLED_OFF
    for act in (
        lambda: answer(slips[1]),
        lambda: paper(row, clerk, slips[1:2]),
        lambda: actions.print_slips(evaluation=row, by=clerk, at=moment(4, 22)),
        lambda: called_off(row, secretary),
    ):
        with pytest.raises(Refused, match=_("This evaluation has been called off.").rstrip(".。")):
            act()
    assert SlipUse.objects.count() == 1
    new = actions.open_evaluation(
        notice=notice,
        question="再问",
        opens_on=date(2026, 5, 10),
        closes_on=date(2026, 5, 20),
        households=12,
        by=clerk,
        at=moment(4, 22),
    )
    assert actions.print_slips(evaluation=new, by=clerk, at=moment(4, 23))
    with pytest.raises(Stale):
        opened(notice, clerk)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"called_off_at": moment(4, 21)}, "evaluation_calling_off_is_whole"),
        ({"called_off_at": moment(4, 21), "called_off_reason": "", "called_off_by": 1}, "calling_off_is_whole"),
        ({"called_off_at": moment(5, 1), "called_off_reason": "迟", "called_off_by": 1}, "before its end"),
    ],
)
def test_the_database_lets_nobody_call_off_by_halves_or_late(row, people, fields, constraint):
    given = fields | {"called_off_by": people.clerk} if "called_off_by" in fields else fields
    with refused(constraint), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(**given)


def test_the_database_keeps_what_was_called_off(row, slips, notice, people, clerk):
    called_off(row, people.secretary.user)
    for fields in ({"satisfied": 1}, {"called_off_reason": "另一理由"}, {"called_off_at": None, "called_off_by": None}):
        with refused("stays as it is"), transaction.atomic():
            Evaluation.objects.filter(pk=row.pk).update(**fields)
    given = {"question": "问", "opens_on": FIRST, "closes_on": LAST, "households": 3}
    given |= {"notice": notice, "opened_by": people.clerk, "opened_at": moment(4, 2)}
    Evaluation.objects.create(**given)
    with refused("evaluation_one_that_counts"), transaction.atomic():
        Evaluation.objects.create(**given)


@pytest.mark.parametrize("person", ["clerk", "secretary", "supervisor", "stranger"])
def test_only_who_signs_calls_off(row, people, person):
    try:
        called_off(row, getattr(people, person).user)
    except PowerMissing:
        assert person != "secretary"
    else:
        assert person == "secretary"


@pytest.mark.parametrize("person", ["clerk", "secretary", "supervisor", "stranger"])
def test_only_who_writes_for_residents_announces_prints_and_counts(notice, people, person, slips, row):
    who = getattr(people, person).user
    acts = (
        lambda: opened(notice, who),
        lambda: actions.print_slips(evaluation=row, by=who, at=moment(4, 3)),
        lambda: paper(row, who, slips[:1]),
    )
    for act in acts:
        try:
            with transaction.atomic():
                act()
        except PowerMissing:
            assert person != "clerk"
        except Refused:
            assert person == "clerk"
        else:
            assert person == "clerk"


# The database


def refused(match):
    return pytest.raises(IntegrityError, match=match)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"question": ""}, "stays as announced|evaluation_has_question"),
        ({"households": 99}, "stays as announced"),
        ({"closes_on": LAST + timedelta(1)}, "stays as announced"),
        ({"satisfied": 0}, "stays as announced"),
        ({"printed_at": None}, "evaluation_printing_is_whole"),
        ({"fairly": 12}, "evaluation_one_answer_per_household"),
    ],
)
def test_an_announced_evaluation_is_fixed(row, slips, fields, constraint):
    answer(slips[0])
    with refused(constraint), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"question": ""}, "evaluation_has_question"),
        ({"closes_on": FIRST - timedelta(1)}, "evaluation_dates_in_order"),
        ({"households": 0}, "evaluation_households_in_bounds"),
        ({"households": 5001}, "evaluation_households_in_bounds"),
    ],
)
def test_an_impossible_evaluation_is_refused_by_the_database(notice, people, fields, constraint):
    given = {"question": "问", "opens_on": FIRST, "closes_on": LAST, "households": 3} | fields
    with refused(constraint), transaction.atomic():
        Evaluation.objects.create(notice=notice, opened_by=people.clerk, opened_at=moment(4, 2), **given)


def test_no_answer_without_a_slip_and_no_slip_without_an_answer(row, slips):
    checks = "SET CONSTRAINTS ALL IMMEDIATE"
    with refused("as many answers as used slips"), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(satisfied=1)
        connection.cursor().execute(checks)
    with refused("as many answers as used slips"), transaction.atomic():
        SlipUse.objects.create(slip=Slip.objects.first())
        connection.cursor().execute(checks)


def test_what_was_counted_stays(row, slips, clerk):
    paper(row, clerk, slips[:2])
    for act in (
        lambda: SlipUse.objects.all().delete(),
        lambda: Slip.objects.filter(use=None).delete(),
        lambda: Slip.objects.update(digest="x"),
        lambda: PaperCount.objects.update(fairly=1),
        lambda: PaperCount.objects.all().delete(),
        lambda: Evaluation.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="counted stays|never change|never deleted"), transaction.atomic():
            act()


@pytest.mark.parametrize("fields", [{"satisfied": 0}, {"second_teller": "甲"}, {"first_teller": ""}])
def test_an_impossible_paper_count(row, people, fields):
    given = {"satisfied": 1, "first_teller": "甲", "second_teller": "乙"} | fields
    with refused("paper_count_"), transaction.atomic():
        PaperCount.objects.create(evaluation=row, entered_by=people.clerk, entered_on=FIRST, **given)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_telephones_at_once_count_one_slip_once(transactional_db, monkeypatch):
    """Both have read that the slip is unused before either writes: only the constraint is left to stop the second."""
    desk = Desk(factories.liuxi())
    clerk = desk.people.clerk.user
    row = opened(desk.published().notice, clerk)
    slips = actions.print_slips(evaluation=row, by=clerk, at=moment(4, 3))
    both, lock = threading.Barrier(2), evaluations._lock

    def wait_and_lock(row):
        both.wait(WAIT)
        return lock(row)

    with monkeypatch.context() as patch:
        patch.setattr(evaluations, "_lock", wait_and_lock)
        results = together(lambda: answer(slips[0]), lambda: answer(slips[0], MOST))
    assert sum(isinstance(result, Stale) for result in results) == 1
    # A bundle with a slip that is used beside it: nobody waits for ever, nothing counts twice.
    together(lambda: paper(row, clerk, slips[1:4]), lambda: answer(slips[2]), lambda: answer(slips[5]))
    row.refresh_from_db()
    assert row.result().answered == SlipUse.objects.count()


# Pages


def page(client, code, **data):
    url = reverse("slip", args=[code])
    return client.post(url, data) if data else client.get(url)


def test_a_resident_answers_with_two_taps(client, row, slips, clock):
    clock(4, 21)
    first = page(client, codes.grouped(slips[0]))
    text = first.content.decode()
    assert text.count('name="answer"') == 4 and first.headers["Cache-Control"] == "no-store"
    assert 'name="sure"' in page(client, slips[0], answer="fairly").content.decode()
    assert not SlipUse.objects.exists()
    done = page(client, slips[0], answer="fairly", sure="1")
    assert done.status_code == 302 and slips[0] not in done.url
    assert client.get(done.url).status_code == 200
    again = page(client, slips[0], answer="fairly", sure="1")
    assert again.status_code == 409 and str(actions.evaluations._used()) in again.content.decode()
    row.refresh_from_db()
    assert row.fairly == 1


def test_the_page_says_why_not(client, row, slips, clock):
    clock(4, 10)
    assert page(client, slips[0]).status_code == 409
    clock(4, 21)
    assert page(client, "AAAAAAAAAA").status_code == 404
    assert page(client, slips[0], answer="great", sure="1").status_code == 200
    assert not SlipUse.objects.exists()
    entry = reverse("slip_entry")
    assert client.get(entry).status_code == 200
    assert client.get(entry, {"code": codes.grouped(slips[0]).lower()}).url == reverse("slip", args=[slips[0]])
    assert client.get(entry, {"code": "<b>"}).status_code == 200
    short = client.get(entry, {"code": slips[0][:9]}).content.decode()
    assert _("It has 10 characters; you entered %(number)s.") % {"number": 9} in short


def test_guessing_is_slowed_down(client, slips, clock):
    clock(4, 21)
    for _guess in range(20):
        assert page(client, "AAAAAAAAAA").status_code == 404
    assert page(client, slips[0]).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert page(elsewhere, slips[0]).status_code == 200


def test_no_number_before_the_end_and_the_result_after_it(
    client, row, slips, notice, clock, django_assert_max_num_queries
):
    for code in slips[:7]:
        answer(code)
    url = notice.get_absolute_url()
    for month, day in ((4, 10), (4, 21), (5, 3)):
        clock(month, day)
        text = client.get(url).content.decode()
        assert row.question in text and "58.33%" not in text
    clock(5, 4)
    with django_assert_max_num_queries(6):
        text = client.get(url).content.decode()
    assert "58.33%" in text and "100%" in text


def test_the_pages_say_that_it_was_called_off(
    client, client_for, people, row, slips, notice, clock, django_assert_max_num_queries
):
    clock(4, 21)
    for code in slips[:7]:
        answer(code)
    signer, address = client_for(people.secretary), reverse("desk_evaluation_call_off", args=[row.pk])
    assert signer.get(address).status_code == 200
    wrong = signer.post(address, {"reason": "请联系13812345678"})
    assert wrong.status_code == 409 and "13812345678" in wrong.content.decode()
    assert signer.post(address, {"reason": "部分评议票遗失"}).url == row.get_absolute_url()
    assert (
        reverse("desk_evaluation_new", args=[notice.pk])
        in client_for(people.clerk).get(row.get_absolute_url()).content.decode()
    )
    dead = page(client, slips[8])
    assert dead.status_code == 409 and "部分评议票遗失" in dead.content.decode()
    actions.open_evaluation(
        notice=notice,
        question="重新评议",
        opens_on=date(2026, 5, 10),
        closes_on=date(2026, 5, 20),
        households=12,
        by=people.clerk.user,
        at=moment(4, 22),
    )
    clock(5, 9)
    with django_assert_max_num_queries(6):
        text = client.get(notice.get_absolute_url()).content.decode()
    assert "部分评议票遗失" in text and "重新评议" in text and "58.33%" not in text and "100%" not in text


def test_slips_are_shown_once_and_hold_what_is_needed(client_for, people, row, clock):
    clock(4, 3)
    client, address = client_for(people.clerk), reverse("desk_evaluation_slips", args=[row.pk])
    form = {"seen": "", "token": client.get(row.get_absolute_url()).context["token"]}
    response = client.post(address, form)
    text = response.content.decode()
    found = re.findall(r'class="no">([0-9A-Z]{5}-[0-9A-Z]{5})<', text)
    assert len(set(found)) == text.count('code-slip"') == 12 and response.headers["Cache-Control"] == "no-store"
    assert answer(found[0])
    clock(4, 3, 10, 9)
    again = client.post(address, form)
    assert re.findall(r'class="no">([0-9A-Z]{5}-[0-9A-Z]{5})<', again.content.decode()) == found, "pressed twice"
    clock(4, 3, 10, 11)
    for late in (form, form | {"token": "another"}):
        twice = client.post(address, late)
        assert twice.status_code == 409 and twice.context["refused"], "it prints once"
    row.refresh_from_db()
    assert f'name="seen" value="{row.printing}"' in twice.content.decode() and answer(found[1])
    assert Event.objects.filter(verb="print_slips").count() == 1
    assert client.get(reverse("desk_evaluation_slips", args=[row.pk])).status_code == 405


def test_the_clerk_announces_and_enters_paper(client_for, people, notice, clock):
    clock(4, 2)
    client = client_for(people.clerk)
    new = reverse("desk_evaluation_new", args=[notice.pk])
    data = {"question": "问", "opens_on": "2026-04-05", "closes_on": "2026-04-01", "households": "3"}
    wrong = client.post(new, data)
    assert wrong.status_code == 200 and "2026-04-05" in wrong.content.decode()
    assert client.post(new, data | {"closes_on": "2026-04-09"}).status_code == 302
    row = Evaluation.objects.get()
    assert client.get(new).url == row.get_absolute_url()
    slips = actions.print_slips(evaluation=row, by=people.clerk.user, at=moment(4, 3))
    clock(4, 6)
    enter = reverse("desk_evaluation_paper", args=[row.pk])
    numbers = {"satisfied": 1, "fairly": 1, "unsatisfied": 0, "unaware": 0, "first_teller": "甲", "second_teller": "乙"}
    scanned = f"https://portal.example/e/{slips[0]}/\n{codes.grouped(slips[1])}\n"
    wrong = client.post(enter, numbers | {"codes": scanned + "x"})
    assert wrong.status_code == 409 and slips[0] in wrong.content.decode()
    assert client.post(enter, numbers | {"codes": scanned}).status_code == 302
    row.refresh_from_db()
    assert (row.satisfied, row.fairly) == (1, 1)
    assert _("Nobody sees a number before the end.") in client.get(row.get_absolute_url()).content.decode()
