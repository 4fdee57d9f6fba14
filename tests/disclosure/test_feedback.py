"""An objection from receipt to the resident's last word: owner, interim reply, escalation by the day, feedback."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.log import codes
from disclosure import actions
from disclosure.desk import items
from disclosure.enums import Channel, Feedback, Handling
from disclosure.escalation import reached
from disclosure.models import Objection
from disclosure.views.receipts import token_of
from orgs.permissions import PowerMissing
from tests.disclosure.conftest import moment


@pytest.fixture
def objection(desk):
    """Received on Friday, April 3; the reply is due on Thursday the 9th (4 to 6 April are off)."""
    return desk.objection(desk.published(), summary="担心噪声")


@pytest.fixture
def answered(objection, people):
    return actions.answer_objection(
        objection=objection, reply="控制噪声。", outcome="not_upheld", by=people.clerk.user, at=moment(4, 8)
    )


@pytest.fixture
def people(liuxi):
    return liuxi.people


@pytest.mark.parametrize(
    ("on", "rungs"),
    [
        (date(2026, 4, 9), []),
        (date(2026, 4, 10), ["supervision"]),  # the fourth working day
        (date(2026, 4, 14), ["supervision"]),
        (date(2026, 4, 15), ["supervision", "street"]),  # the seventh
    ],
)
def test_the_desk_of_the_next_follows_from_the_day(on, rungs):
    assert [rung.key for rung in reached(date(2026, 4, 9), on)] == rungs


def test_a_year_without_a_calendar_is_not_guessed():
    assert [rung.key for rung in reached(date(2026, 12, 30), date(2027, 2, 1))] == ["supervision"]
    assert reached(None, date(2027, 2, 1)) == ()


def test_an_unanswered_objection_reaches_supervision_and_street(objection, people, desk):
    def todo(person, day):
        user = type(person.user).objects.get(pk=person.user_id)
        return [item.url for item in items(user, moment(4, day).date())]

    url = objection.get_absolute_url()
    assert url in todo(people.clerk, 9) and url not in todo(people.supervisor, 9) + todo(people.street, 9)
    assert url in todo(people.supervisor, 10) and url not in todo(people.street, 14)
    assert url in todo(people.street, 15)


def test_the_owner_alone_has_it_on_the_desk_until_it_is_late(objection, people):
    clerk = people.clerk.user
    with pytest.raises(Refused):
        actions.assign_objection(objection=objection, owner=people.supervisor, by=clerk, at=moment(4, 7))
    with pytest.raises(PowerMissing):
        actions.assign_objection(objection=objection, owner=people.clerk, by=people.street.user, at=moment(4, 7))
    actions.assign_objection(objection=objection, owner=people.secretary, by=clerk, at=moment(4, 7))
    url = objection.get_absolute_url()
    assert url not in [item.url for item in items(clerk, date(2026, 4, 9))]
    assert url in [item.url for item in items(people.secretary.user, date(2026, 4, 9))]
    assert url in [item.url for item in items(clerk, date(2026, 4, 10))]


def put_off(objection, by, *, day=8, until=date(2026, 4, 15), **fields):
    return actions.give_interim_reply(
        objection=objection, reply="正在核实。", until=until, by=by.user, at=moment(4, day), **fields
    )


def test_an_interim_reply_moves_the_day_once(objection, people):
    for until in (date(2026, 4, 8), date(2026, 4, 19)):
        with pytest.raises(Refused):
            put_off(objection, people.clerk, until=until)
    with pytest.raises(Refused):
        put_off(objection, people.clerk, summary=" ")
    objection = put_off(objection, people.clerk)
    assert objection.due == date(2026, 4, 15) and objection.handling(date(2026, 4, 15)) == Handling.INTERIM
    assert objection.handling(date(2026, 4, 16)) == Handling.OVERDUE
    with pytest.raises(Stale):
        put_off(objection, people.clerk)


def test_what_is_late_is_not_put_off_any_more(objection, people):
    with pytest.raises(Refused):
        put_off(objection, people.clerk, day=10)
    assert put_off(objection, people.clerk, day=9).due == date(2026, 4, 15), "the last day itself is in time"


def test_a_late_interim_reply_of_old_leaves_the_lateness_and_who_sees_it(objection, people):
    late = {"interim_on": date(2026, 4, 15), "interim_by": people.clerk, "interim_reply": "核实"}
    Objection.objects.filter(pk=objection.pk).update(interim_until=date(2026, 4, 17), **late)
    objection.refresh_from_db()
    assert objection.due == date(2026, 4, 9) and objection.handling(date(2026, 4, 16)) == Handling.OVERDUE
    assert [rung.key for rung in objection.rungs(date(2026, 4, 16))] == ["supervision", "street"]


def say(objection, feedback, day, **fields):
    return actions.give_feedback(objection=objection, feedback=feedback, at=moment(4, day), **fields)


def test_silence_is_never_satisfaction(answered):
    assert answered.feedback_word == Feedback.NONE
    assert not answered.waits_for_opinion
    assert answered.feedback_until == date(2026, 4, 18)
    with pytest.raises(Refused):
        say(answered, Feedback.SATISFIED, 19)
    with pytest.raises(Refused):
        say(answered, "", 18)
    assert say(answered, Feedback.SATISFIED, 18).feedback_word == Feedback.SATISFIED


def test_who_is_not_satisfied_is_heard_by_the_supervision_committee_once(answered, people):
    with pytest.raises(PowerMissing):
        say(answered, Feedback.NOT_SATISFIED, 10, channel=Channel.PHONE, by=people.supervisor.user)
    with pytest.raises(Refused):
        actions.supervise_reply(objection=answered, opinion="属实。", by=people.supervisor.user, at=moment(4, 10))
    answered = say(answered, Feedback.NOT_SATISFIED, 10, channel=Channel.PHONE, by=people.clerk.user)
    with pytest.raises(Stale):
        say(answered, Feedback.SATISFIED, 11)
    assert answered.get_absolute_url() in [item.url for item in items(people.supervisor.user, date(2026, 4, 11))]
    with pytest.raises(PowerMissing):
        actions.supervise_reply(objection=answered, opinion="属实。", by=people.clerk.user, at=moment(4, 11))
    opinion = {"objection": answered, "opinion": "应加装隔音。", "by": people.supervisor.user}
    assert actions.supervise_reply(**opinion, at=moment(4, 12)).supervision_on == date(2026, 4, 12)
    with pytest.raises(Stale):
        actions.supervise_reply(**opinion, at=moment(4, 12))
    assert not items(people.supervisor.user, date(2026, 4, 13))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"feedback": "satisfied"}, "objection_feedback_is_whole"),
        ({"feedback": "perhaps", "feedback_on": date(2026, 4, 9), "feedback_channel": "web"}, "objection_feedback_is"),
        ({"feedback": "satisfied", "feedback_on": date(2026, 4, 19), "feedback_channel": "web"}, "feedback_in_time"),
        (
            {"feedback": "satisfied", "feedback_on": date(2026, 4, 7), "feedback_channel": "web"},
            "objection_feedback_is",
        ),
        ({"feedback": "satisfied", "feedback_on": date(2026, 4, 9), "feedback_channel": "phone"}, "feedback_is_whole"),
        ({"supervision_on": date(2026, 4, 9)}, "objection_opinion_follows_dissatisfaction"),
        ({"supervision_opinion": "属实"}, "objection_opinion_follows_dissatisfaction"),
        ({"reply": "另一个"}, "a reply never changes"),
        ({"interim_reply": "迟到的", "interim_on": date(2026, 4, 8)}, "a reply never changes"),
    ],
)
def test_the_database_refuses_impossible_feedback(answered, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Objection.objects.filter(pk=answered.pk).update(**fields)


def test_an_interim_reply_never_promises_more_than_fifteen_days(objection, people):
    with pytest.raises(IntegrityError, match="objection_interim_reply_is_whole"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(interim_on=date(2026, 4, 8))
    whole = {"interim_on": date(2026, 4, 8), "interim_by": people.clerk, "interim_reply": "核实"}
    with pytest.raises(IntegrityError, match="objection_interim_reply_in_time"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(interim_until=date(2026, 4, 19), **whole)
    Objection.objects.filter(pk=objection.pk).update(interim_until=date(2026, 4, 18), **whole)
    with pytest.raises(IntegrityError, match="a reply never changes"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(interim_until=date(2026, 4, 17))


def test_what_was_said_to_a_reply_never_changes(answered, people):
    say(answered, Feedback.NOT_SATISFIED, 10)
    with pytest.raises(IntegrityError, match="what was said to a reply never changes"), transaction.atomic():
        Objection.objects.filter(pk=answered.pk).update(feedback="satisfied")


def test_the_receipt_leads_from_question_to_feedback(
    client, desk, client_for, clock, people, django_assert_max_num_queries
):
    clock(4, 3)
    notice = desk.published().notice
    form = reverse("notice_object", args=["990101001001", notice.ref])
    text = f"晚上吵 {uuid.uuid4()}"
    sent = {"kind": "question", "text": text, "token": client.get(form).context["form"]["token"].value()}
    receipt = client.post(form, sent).url
    assert client.post(form, sent).url == receipt, "pressed twice, one receipt"
    anew = {"token": client.get(form).context["form"]["token"].value()}
    again = client.post(form, sent | anew).url  # the same words in another form: no key to the receipt
    assert str(sent["token"]) in client.post(form, sent | {"text": ""}).text, "a mistake makes no other form"
    assert client.get(receipt).status_code == client.get(again).status_code == 200
    code = codes.grouped(receipt.rstrip("/").rpartition("/")[2])  # short enough for the telephone
    assert code in client.get(receipt).content.decode() and len(again) > len(receipt) + 20
    number = reverse("receipt")
    assert client.get(number, {"code": f" {code.lower()} "}).url == receipt
    assert client.get(number, {"code": codes.code(b"nobody")}).status_code == 404
    for page in (client.get(number), client.get(receipt), client.post(receipt, {})):
        assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert client.get(number, {"code": "<b>"}).context["form"].errors["code"]
    assert client.post(again, {"feedback": "satisfied"}).status_code == 404
    assert client.post(receipt, {"feedback": "satisfied"}).status_code == 409
    clock(4, 8)
    objection = Objection.objects.get()
    page = objection.get_absolute_url()
    clerk = client_for(people.clerk)
    found = clerk.get(reverse("desk_objections"), {"q": code}).content.decode()
    assert page in found, "what somebody reads from the receipt finds it"
    assert code not in clerk.get(page).content.decode(), "nobody at the desk speaks for the resident"
    old = reverse("notice_received", args=["990101001001", notice.ref, token_of(objection, date(2026, 4, 3))])
    assert client.get(old).status_code == 200, "receipts from before there were codes"
    interim = {"verb": "interim", "summary": "问噪声", "reply": "核实中", "until": "2026-04-30"}
    assert clerk.post(page, interim).status_code == 409
    both = {"verb": "summarise", "summary": "电话13800138000", "reply": "写到一半"}
    assert "写到一半" in clerk.post(page, both).text, "the reply stays beside a summary that is refused"
    assert clerk.post(page, interim | {"until": "x"}).context["forms"]["interim"].errors["until"]
    assert clerk.post(page, interim | {"until": "2026-04-10"}).status_code == 302
    assert clerk.post(page, {"verb": "assign", "owner": people.clerk.pk}).status_code == 302
    assert clerk.post(page, {"verb": "assign", "owner": 0}).context["forms"]["assign"].errors["owner"]
    assert "核实中" in client.get(receipt).content.decode()
    assert clerk.post(page, {"verb": "answer", "summary": "问噪声", "reply": "22点后停工。"}).status_code == 302
    late = clerk.post(page, {"verb": "answer", "summary": "另一个摘要", "reply": "迟" * 5000})
    assert late.status_code == 409 and {"另一个摘要", "迟" * 5000} <= {text for _label, text in late.context["unsaved"]}
    assert "迟" * 5000 in late.text and not late.context["forms"]["answer"].is_bound
    shown = client.get(receipt).content.decode()
    assert "22点后停工" in shown and text not in shown
    assert client.post(receipt, {}).context["form"].errors["feedback"]
    assert client.post(receipt, {"feedback": "not_satisfied"}).status_code == 302
    assert client.post(receipt, {"feedback": "satisfied"}).status_code == 409
    assert clerk.post(page, {"verb": "feedback", "feedback": "satisfied", "channel": "phone"}).status_code == 409
    assert clerk.post(page, {"verb": "opinion", "opinion": "应改"}).status_code == 403
    supervisor = client_for(people.supervisor)
    with django_assert_max_num_queries(14):
        supervisor.get(page)
    assert supervisor.post(page, {"verb": "opinion", "opinion": "应改进。"}).status_code == 302
    with django_assert_max_num_queries(6):
        public = client.get(notice.get_absolute_url()).content.decode()
    assert "应改进。" in public and str(Feedback.NOT_SATISFIED.label) in public and text not in public
    for wrong in (receipt[:-6] + "uuuuu/", old[:-6] + "aaaaa/"):
        assert client.get(wrong).status_code == 404
    elsewhere = reverse("notice_received", args=["990101001001", desk.published(title="另一份").notice.ref, code])
    assert client.get(elsewhere).status_code == 404
    for _guess in range(20):
        client.get(number, {"code": codes.code(b"nobody")})
    assert client.get(receipt, follow=True).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").get(receipt).status_code == 200


def test_a_receipt_is_of_one_objection_for_good(desk, objection):
    other = desk.objection(objection.notice.current, text="另一件")
    with pytest.raises(IntegrityError, match="a receipt never changes"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(receipt="")
    names = [field.attname for field in Objection._meta.fields if field.attname != "id"]
    twin = Objection(**{name: getattr(other, name) for name in names})
    with pytest.raises(IntegrityError, match="objection_receipt_once"), transaction.atomic():
        twin.save()
