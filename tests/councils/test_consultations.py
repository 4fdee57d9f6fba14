"""Consultations: what the database refuses, who does what, the points and their answers, the pages."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from audit.models import Event
from councils import actions, desk_consultations
from councils.actions import Mistaken
from councils.enums import ConsultationKind, PointOutcome
from councils.models import Consultation, Matter, Point
from orgs.models import User
from orgs.permissions import PowerMissing
from tests import factories
from tests.councils.case import day, moment, register
from tests.transactional import WithoutLocks, committed, together

__all__ = ["committed"]
HELD = day(3, 10)


@pytest.fixture
def place(db):
    return factories.liuxi()


def announce(liuxi, **fields):
    """A speaking day of 10 March, announced on the 2nd."""
    given = {
        "by": liuxi.people.clerk.user,
        "at": moment(3, 2),
        "unit": liuxi.unit,
        "token": uuid.uuid4(),
        "kind": "speaking_day",
        "subject": "电动自行车停放",
        "held_on": HELD,
        "place": "说事室",
    }
    return actions.call_consultation(**(given | fields))


def hold(place, row=None, points=("充电插座不够。", "路灯不亮。"), **fields):
    """Its record, entered in the evening."""
    row = row or announce(place)
    given = {
        "by": place.people.clerk.user,
        "at": moment(3, 10),
        "consultation": row,
        "seen": row.version,
        "participants": 12,
        "summary": "居民反映停放和照明问题。",
        "points": [(text, "张阿姨") for text in points],
    }
    return actions.record_consultation(**(given | fields))


def reply(place, point, **fields):
    given = {
        "by": place.people.clerk.user,
        "at": moment(3, 12),
        "point": point,
        "outcome": "settled",
        "answer": "已增设插座十二个。",
    }
    return actions.answer_point(**(given | fields))


def again(row):
    return Consultation.objects.with_points().get(pk=row.pk)


# The course


def test_from_the_announcement_to_the_last_answer(place):
    row = announce(place)
    assert (row.number, row.is_held, row.called_on) == ("柳溪协〔2026〕1号", False, day(3, 2))
    hold(place, row)
    row = again(row)
    assert (row.raised, row.open_points, row.first_due, row.is_concluded) == (2, 2, day(3, 17), False)
    first, second = row.points.all()
    reply(place, first)
    matter = register(place, at=moment(3, 12))
    reply(place, second, outcome="matter", answer="已列入议事事项。", matter=matter)
    row = again(row)
    assert (row.open_points, row.first_due, row.is_concluded) == (0, None, True)
    assert [point.answered_on for point in row.points.all()] == [day(3, 12)] * 2
    verbs = Event.objects.filter(url=row.get_desk_url()).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["call_consultation", "record_consultation", "answer_point", "answer_point"]
    assert "张阿姨" not in str(list(Event.objects.values_list("data", flat=True)))


def test_numbers_follow_one_another_and_years(place):
    announce(place), announce(place)
    older = announce(place, held_on=day(12, 20, 2025), called_on=day(12, 15, 2025))
    assert [row.number for row in Consultation.objects.order_by("id")][1:] == [
        "柳溪协〔2026〕2号",
        "柳溪协〔2025〕1号",
    ]
    assert older.called_on == day(12, 15, 2025)


def test_further_points_are_added_after_the_record(place):
    row = hold(place)
    with pytest.raises(Mistaken):
        actions.note_points(by=place.people.clerk.user, at=moment(3, 11), consultation=row, seen=row.version, points=[])
    actions.note_points(
        by=place.people.clerk.user, at=moment(3, 11), consultation=row, seen=row.version, points=[("井盖松动。", "")]
    )
    assert [(point.position, point.due_on) for point in row.points.all()] == [(n, day(3, 17)) for n in (1, 2, 3)]


WRONG_CALLS = {
    "no subject": {"subject": "  "},
    "no place": {"place": ""},
    "unknown kind": {"kind": "ballot"},
    "announced tomorrow": {"called_on": day(3, 3)},
    "held before it is announced": {"held_on": day(3, 1), "called_on": day(3, 2)},
    "two years ahead": {"held_on": day(3, 10, 2028)},
    "a plan without a draft": {"kind": "courtyard"},
}


@pytest.mark.parametrize("wrong", WRONG_CALLS)
def test_wrong_calls_are_told_beside_the_field(place, wrong):
    with pytest.raises(Mistaken) as told:
        announce(place, **WRONG_CALLS[wrong])
    assert set(told.value.errors) <= {"subject", "place", "kind", "called_on", "held_on", "draft"}
    assert not Consultation.objects.exists()


def test_a_courtyard_meeting_may_be_about_a_matter_of_its_own_unit(place):
    matter = register(place, at=moment(3, 2))
    assert announce(place, kind="courtyard", matter=matter).matter == matter
    Matter.objects.filter(pk=matter.pk).update(unit=place.other)
    matter.refresh_from_db()
    with pytest.raises(Refused):
        announce(place, kind="courtyard", matter=matter)


@pytest.mark.parametrize("field", ["subject", "draft"])
def test_personal_data_is_kept_out(place, field):
    with pytest.raises(Refused):
        announce(place, **{field: "请联系13800138000"})
    with pytest.raises(Refused):
        hold(place, points=("张阿姨说楼道太暗。",))
    row = hold(place)
    with pytest.raises(Refused):
        reply(place, row.points.first(), answer="已当面答复张阿姨。")


def test_order_is_kept(place):
    row = announce(place)
    with pytest.raises(Refused):
        hold(place, row, at=moment(3, 9))
    with pytest.raises(Mistaken):
        hold(place, row, participants=0)
    with pytest.raises(Refused):
        actions.note_points(
            by=place.people.clerk.user, at=moment(3, 11), consultation=row, seen=row.version, points=[("一", "")]
        )
    hold(place, row)
    with pytest.raises(Stale):
        hold(place, row)
    with pytest.raises(Refused):
        actions.call_off_consultation(
            by=place.people.clerk.user, at=moment(3, 11), consultation=row, seen=again(row).version, reason="下雨"
        )
    point = row.points.first()
    reply(place, point)
    with pytest.raises(Stale):
        reply(place, point)


def test_called_off_with_a_reason(place):
    row, who = announce(place), {"by": place.people.clerk.user, "at": moment(3, 9)}
    with pytest.raises(Mistaken):
        actions.call_off_consultation(consultation=row, seen=row.version, reason=" ", **who)
    with pytest.raises(Stale):
        actions.call_off_consultation(consultation=row, seen=row.version + 1, reason="下雨", **who)
    actions.call_off_consultation(consultation=row, seen=row.version, reason="下雨，改期另行通知", **who)
    with pytest.raises(Refused):
        hold(place, again(row))


def test_an_answer_names_its_matter_and_only_then(place):
    row = hold(place)
    point, matter = row.points.first(), register(place, at=moment(3, 12))
    for fields in ({"outcome": "matter"}, {"matter": matter}, {"outcome": "ignored"}, {"answer": " "}):
        with pytest.raises(Mistaken):
            reply(place, point, **fields)
    Matter.objects.filter(pk=matter.pk).update(unit=place.other)
    matter.refresh_from_db()
    with pytest.raises(Mistaken):
        reply(place, point, outcome="matter", matter=matter)


# Person by action


RUN = {"clerk", "secretary"}


@pytest.mark.parametrize("verb", ["announce", "call_off", "record", "note", "answer"])
def test_who_may(place, verb):
    row = hold(place) if verb in ("note", "answer") else announce(place)
    able = set()
    for who in ("clerk", "secretary", "deputy", "member", "supervisor", "street", "administrator", "stranger"):
        by = getattr(place.people, who).user
        changed = {"by": by, "at": moment(3, 11), "consultation": row, "seen": row.version}
        verbs = {
            "announce": lambda by=by: announce(place, by=by),
            "call_off": lambda changed=changed: actions.call_off_consultation(reason="下雨", **changed),
            "record": lambda by=by: hold(place, row, by=by),
            "note": lambda changed=changed: actions.note_points(points=[("一", "")], **changed),
            "answer": lambda by=by: reply(place, row.points.first(), by=by),
        }
        try:
            with transaction.atomic():
                verbs[verb]()
                able.add(who)
                transaction.set_rollback(True)
        except PowerMissing:
            pass
    assert able == RUN


# What the database refuses


def refused(name):
    return pytest.raises(DatabaseError, match=name)


def test_impossible_consultations(place):
    row = announce(place)
    for name, change in {
        "consultation_kind_is_known": {"kind": "ballot"},
        "consultation_says_what_and_where": {"subject": ""},
        "consultation_called_before_held": {"called_on": day(3, 11)},
        "consultation_record_is_whole": {"participants": 3},
    }.items():
        with refused(name), transaction.atomic():
            Consultation.objects.filter(pk=row.pk).update(**change)
    for name, change in {
        "consultation_number_once": {"token": uuid.uuid4()},
        "token": {"serial": 9},
        "consultation_called_off_before_held": {
            "token": uuid.uuid4(),
            "serial": 9,
            "called_off_reason": "下雨",
            "participants": 1,
            "summary": "有",
            "recorded_by": row.called_by,
            "recorded_at": row.called_at,
        },
    }.items():
        copy = Consultation.objects.get(pk=row.pk)
        copy.pk = None
        for field, value in change.items():
            setattr(copy, field, value)
        with refused(name), transaction.atomic():
            copy.save(force_insert=True)
    with refused("append-only"), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).delete()


def test_the_record_stands(place):
    row = hold(place)
    with refused("consultation_stands"), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).update(summary="改了")
    with refused("append-only"), transaction.atomic():
        Point.objects.filter(consultation=row).delete()
    with refused("point_stands"), transaction.atomic():
        row.points.update(text="改了")
    point = reply(place, row.points.first())
    with refused("point_stands"), transaction.atomic():
        Point.objects.filter(pk=point.pk).update(answer="改了")


def test_impossible_points(place):
    with refused("raised at a consultation that was held"), transaction.atomic():
        Point.objects.create(consultation=announce(place), position=1, text="一", due_on=HELD)
    row = hold(place)
    for name, fields in {
        "point_position_once": {"position": 1},
        "point_has_text": {"text": ""},
        "point_answer_is_whole": {"answer": "有", "outcome": "settled"},
        "point_matter_of_outcome": {
            "outcome": "matter",
            "answer": "有",
            "answered_by": row.called_by,
            "answered_at": row.called_at,
        },
    }.items():
        with refused(name), transaction.atomic():
            Point.objects.create(consultation=row, **({"position": 9, "text": "一", "due_on": HELD} | fields))


@pytest.mark.slow
@pytest.mark.parametrize("locked", [True, False], ids=["with locks", "without"])
def test_two_announcements_and_two_answers_at_once(committed, monkeypatch, locked):
    place, token = factories.liuxi(), uuid.uuid4()
    clerk = place.people.clerk.user.pk
    results = together(*[lambda: announce(place, by=User.objects.get(pk=clerk), token=token)] * 2)
    assert sum(isinstance(result, Stale) for result in results) == 1
    assert Consultation.objects.count() == 1
    point = hold(place, Consultation.objects.get()).points.first()

    def answer():
        return reply(place, point, by=User.objects.get(pk=clerk))

    if locked:
        results = together(answer, answer)
    else:
        with WithoutLocks(monkeypatch, Point):
            results = together(answer, answer)
    # Without row locks the trigger refuses the second answer.
    assert sum(isinstance(result, Stale | DatabaseError) for result in results) == 1
    assert Event.objects.filter(verb="answer_point").count() == 1


# Desk and pages


@pytest.fixture
def clock(monkeypatch):
    def set_to(month, number):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number, 10))

    set_to(3, 11)
    return set_to


def test_the_desk_says_what_waits(place):
    row = announce(place)
    clerk, street = place.people.clerk.user, place.people.street.user

    def waits(user, on):
        return [(item.due, item.url) for item in desk_consultations.items(user, on)]

    assert waits(clerk, day(3, 9)) == []
    assert waits(clerk, day(3, 10)) == [(HELD, row.get_desk_url())]
    hold(place, row)
    assert waits(clerk, day(3, 11)) == [(day(3, 17), row.get_desk_url())]
    assert waits(place.people.stranger.user, day(3, 11)) == []
    assert desk_consultations.below(street, day(3, 17)) == []
    assert [item.due for item in desk_consultations.below(street, day(3, 18))] == [day(3, 17)]
    for point in row.points.all():
        reply(place, point)
    assert waits(clerk, day(3, 18)) == []


def test_public_pages_show_points_and_never_who_raised_them(place, client, clock, django_assert_max_num_queries):
    row = hold(place)
    reply(place, row.points.first())
    for number in range(8):
        hold(place, announce(place, subject=f"第{number}次"))
    with django_assert_max_num_queries(6):
        listed = client.get(reverse("consultations", args=[place.unit.code]))
    assert row.subject in listed.text and listed.context["listing"].number == 9
    with django_assert_max_num_queries(6):
        page = client.get(row.get_absolute_url())
    assert "已增设插座十二个。" in page.text and "路灯不亮。" in page.text
    assert "张阿姨" not in page.text
    clock(3, 1)
    assert client.get(row.get_absolute_url()).status_code == 404


@pytest.fixture
def clerk(place, client):
    client.force_login(place.people.clerk.user)
    return client


def test_announce_record_and_answer_at_the_desk(place, clerk, clock):
    page = clerk.get(reverse("consultation_new"), {"unit": place.unit.code})
    data = {
        "unit": place.unit.code,
        "token": page.context["form"]["token"].value(),
        "kind": ConsultationKind.HEARING,
        "subject": "助餐点选址听证",
        "held_on": "２０２６-03-11",
        "place": "多功能厅",
        "called_on": "2026-03-08",
    }
    wrong = clerk.post(reverse("consultation_new"), data | {"place": "", "draft": "草案" * 20})
    assert wrong.status_code == 200 and wrong.context["form"].errors["place"] and "草案草案" in wrong.text
    clerk.post(reverse("consultation_new"), data)
    assert clerk.post(reverse("consultation_new"), data).status_code == 302
    row = Consultation.objects.get()
    address = reverse("consultation_record", args=[row.pk])
    sheet = {
        "seen": row.version,
        "participants": "１５",
        "summary": "听取意见。",
        "point-TOTAL_FORMS": "5",
        "point-INITIAL_FORMS": "0",
        "point-0-text": "𠮷 㙓 选址太远。",
        "point-1-raised_by": "李师傅",
    }
    wrong = clerk.post(address, sheet)
    assert wrong.context["points"].forms[1].errors["text"] and "选址太远" in wrong.text
    clerk.post(address, sheet | {"point-1-raised_by": ""})
    row = again(row)
    assert (row.participants, row.open_points) == (15, 1)
    reply_to = reverse("point_answer", args=[row.pk, 1])
    wrong = clerk.post(reply_to, {"outcome": "matter", "answer": "列入"})
    assert wrong.context["form"].errors["matter"] and "列入" in wrong.text
    clerk.post(reply_to, {"outcome": "closed", "answer": "选址符合规范，予以说明。"})
    assert again(row).is_concluded
    assert clerk.get(reply_to).status_code == 302


def test_who_comes_second_keeps_what_was_typed(place, clerk, clock):
    row = announce(place)
    sheet = {
        "seen": row.version,
        "participants": "12",
        "summary": "我记录的情况。",
        "point-TOTAL_FORMS": "0",
        "point-INITIAL_FORMS": "0",
    }
    hold(place, row)
    late = clerk.post(reverse("consultation_record", args=[row.pk]), sheet)
    assert late.status_code == 409 and "我记录的情况。" in late.text
    point = row.points.first()
    reply(place, point)
    late = clerk.post(reverse("point_answer", args=[row.pk, 1]), {"outcome": "settled", "answer": "我的答复。"})
    assert late.status_code == 409 and "我的答复。" in late.text
    assert Consultation.objects.get().summary == "居民反映停放和照明问题。"


def test_a_number_too_large_is_said_beside_its_field(place, clerk, clock):
    row = announce(place)
    sheet = {"seen": row.version, "participants": "99999999999", "summary": "有。"}
    rows = {"point-TOTAL_FORMS": "0", "point-INITIAL_FORMS": "0"}
    wrong = clerk.post(reverse("consultation_record", args=[row.pk]), sheet | rows)
    assert wrong.context["form"].errors["participants"]


def test_a_point_becomes_a_matter(place, clerk, clock):
    row = hold(place)
    point = row.points.first()
    page = clerk.get(reverse("matter_new"), {"unit": place.unit.code, "point": point.pk})
    assert point.text in page.text
    data = {
        "unit": place.unit.code,
        "point": point.pk,
        "step": "register",
        "token": uuid.uuid4(),
        "title": "关于增设充电插座的事项",
        "short_title": "充电插座",
        "category": "M04",
        "registered_on": "2026-03-11",
        "origin": "residents",
        "plan": "增设。",
        "motion": "同意增设。",
        **{f"{side}-{name}": "0" for side in ("item", "source") for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }
    preview = clerk.post(reverse("matter_new"), data | {"step": "preview"})
    assert f'name="point" value="{point.pk}"' in preview.text
    clerk.post(reverse("matter_new"), data)
    point.refresh_from_db()
    assert point.outcome == PointOutcome.MATTER and point.matter == Matter.objects.get()
    assert point.matter.number in point.answer
    assert clerk.get(point.matter.get_absolute_url()).status_code == 200
