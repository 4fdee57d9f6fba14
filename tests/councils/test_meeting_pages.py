"""The pages of meetings at the desk: called, attended, voted, written down, confirmed; refused with the reason."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from audit.errors import Mistaken
from audit.models import Attachment, Audience, Event
from councils import actions
from councils.actions.meetings.minutes import write_minutes
from councils.enums import MeetingOutcome, Presence, Status
from councils.models import Meeting, RollEntry, Scan, Vote
from tests.councils.case import Case, confirmation, day, liuxi_case, moment, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """`clock(month, day, hour)` sets the moment of the requests that follow."""

    def set_to(month, number, hour=20):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number, hour))

    set_to(3, 31)
    return set_to


def reviewed():
    """The matter, reviewed: its representatives meeting is to be called."""
    case = liuxi_case()
    case.propose()
    case.confer()
    case.review()
    return case


@pytest.fixture
def case(told, clock):
    return told("reviewed", reviewed)


@pytest.fixture
def clerk(case, client_for):
    return client_for(case.place.people.clerk)


@pytest.fixture
def secretary(case, client_for):
    return client_for(case.place.people.secretary)


def url(name, *args):
    return reverse(name, args=args)


def call_data(case, **changes):
    return {
        "token": str(uuid.uuid4()),
        "seen": case.fresh().version,
        "body": case.bodies["residents_reps"].pk,
        "held_on": "2026-03-31",
        "held_at": "19:00",
        "place": "社区党群服务中心多功能厅",
        "notice_on": "2026-03-24",
        "roll_mode": "named",
        "chair": case.place.persons["周明远"].pk,
        "recorder": case.place.persons["林晓雯"].pk,
    } | changes


def call_resolve(case, held_on=None, **fields):
    """The representatives meeting, called by name."""
    return case.call("resolve", "residents_reps", held_on or day(3, 31), roll_mode="named", **fields)


def opened(case, meeting):
    return actions.open_attendance(
        by=case.clerk, at=case.evening(meeting), meeting=meeting, seen=Meeting.objects.get(pk=meeting.pk).version
    )


def marks(meeting, present, on_leave=0):
    """A filled attendance form: the first `present` of the roll came, the next were on leave, the rest absent."""
    data = {"seen": Meeting.objects.get(pk=meeting.pk).version, "do": "save"}
    for place, entry in enumerate(meeting.roll.all()):
        came = "present" if place < present else "leave" if place < present + on_leave else "absent"
        data[f"presence_{entry.pk}"] = came
        data[f"reason_{entry.pk}"] = "外出" if came == "leave" else ""
    return data


def valid_meeting(case, **fields):
    """The representatives meeting with 51 of 63 present, not voted yet."""
    meeting = opened(case, call_resolve(case, **fields))
    entries = list(meeting.roll.all())
    given = {entry.pk: (Presence.PRESENT if place < 51 else Presence.LEAVE, "") for place, entry in enumerate(entries)}
    return actions.record_attendance(
        by=case.clerk, at=case.evening(meeting), meeting=meeting, seen=meeting.version, marks=given
    )


SECRET = {
    "method": "secret",
    "issued": "51",
    "returned": "51",
    "valid": "50",
    "invalid": "1",
    "for": "45",
    "against": "3",
    "abstain": "2",
    "teller_supervisor": "吴秀珍",
    "teller_counter": "邓海涛",
    "teller_announcer": "孙敏",
    "note": "两项同时划“√”",
}


def secret(meeting, do="save", **changes):
    return {"seen": Meeting.objects.get(pk=meeting.pk).version, "do": do} | SECRET | changes


def vote_url(meeting, name="meeting_vote"):
    return url(name, meeting.pk, meeting.items.get().pk)


def voted(case, meeting=None):
    """The worked case's vote, entered; minutes written."""
    meeting = meeting or valid_meeting(case)
    case.vote(
        meeting,
        45,
        3,
        2,
        method="secret",
        invalid=1,
        issued=51,
        returned=51,
        valid=50,
        tellers=[{"role": "supervisor", "name": "吴秀珍"}, {"role": "counter", "name": "邓海涛"}],
    )
    case.minutes(meeting)
    return Meeting.objects.get(pk=meeting.pk)


def legs(response):
    return {leg.stage.value: leg.state for leg in response.context["legs"]}


# The worked case, page by page


def test_the_decision_is_taken_page_by_page(case, clerk, secretary, clock):
    clock(3, 24, 10)
    answer = clerk.post(url("meeting_call", case.matter.pk, "resolve"), call_data(case, held_on="2026-03-24"))
    first = Meeting.objects.get(outcome="", body=case.bodies["residents_reps"])
    assert answer.url == first.get_absolute_url()
    assert first.roll.filter(votes=True).count() == 63
    clock(3, 24)
    assert legs(clerk.get(first.get_absolute_url()))["attendance"] == "now"
    clerk.post(url("meeting_attendance", first.pk), {"seen": first.version})
    answer = clerk.post(url("meeting_attendance", first.pk), marks(first, 40))
    assert answer.url == first.get_absolute_url()
    first.refresh_from_db()
    assert (first.present, first.outcome) == (40, MeetingOutcome.NO_QUORUM)
    page = clerk.get(first.get_absolute_url())
    assert url("meeting_call", case.matter.pk, "resolve") in page.content.decode()
    assert clerk.post(vote_url(first), secret(first)).status_code == 409
    assert not Vote.objects.filter(item__meeting=first).exists()

    answer = clerk.get(url("meeting_call", case.matter.pk, "resolve"))
    assert answer.context["void"] == first
    clerk.post(url("meeting_call", case.matter.pk, "resolve"), call_data(case))
    second = Meeting.objects.get(replaces=first)
    clock(3, 31)
    clerk.post(url("meeting_attendance", second.pk), {"seen": second.version})
    clerk.post(url("meeting_attendance", second.pk), marks(second, 51, on_leave=9))
    second.refresh_from_db()
    assert (second.present, second.on_leave, second.absent, second.outcome) == (51, 9, 3, MeetingOutcome.VALID)
    assert clerk.post(vote_url(second), secret(second)).url == second.get_absolute_url()
    vote = Vote.objects.get(item__meeting=second)
    assert (vote.in_favour, vote.invalid, vote.is_carried, vote.note) == (45, 1, True, "两项同时划“√”")
    assert {teller["name"] for teller in vote.tellers} == {"吴秀珍", "邓海涛", "孙敏"}
    second.refresh_from_db()
    minutes = {
        "seen": second.version,
        "minutes": "表决通过。",
        "public_summary": "居民代表投票决定。",
        "supervision_opinion": "程序符合规定。",
        "observer_name_0": "沈桂兰",
        "observer_capacity_0": "居务监督委员会",
    }
    clerk.post(url("meeting_minutes", second.pk), minutes)
    assert legs(clerk.get(second.get_absolute_url())) == {
        "call": "done", "attendance": "done", "vote": "done", "minutes": "done", "confirmation": "now",
    }  # fmt: skip
    page = secretary.get(url("records_confirm", case.matter.pk))
    assert [meeting.pk for meeting in page.context["waiting"]] == [first.pk, second.pk]
    answer = secretary.post(url("records_confirm", case.matter.pk), confirmation(case.fresh()))
    assert answer.url == case.matter.get_desk_url()
    assert case.fresh().status == Status.RESOLVED
    second.refresh_from_db()
    assert second.observers == [{"name": "沈桂兰", "capacity": "居务监督委员会"}]
    assert legs(clerk.get(second.get_absolute_url()))["confirmation"] == "done"


# Calling


def test_a_step_out_of_order_cannot_be_called(liuxi, clock, client_for):
    matter = register(liuxi, at=moment(3, 2))
    clerk = client_for(liuxi.people.clerk)
    page = clerk.get(url("meeting_call", matter.pk, "review"))
    assert str(page.context["closed"]) in page.content.decode()
    data = {
        "token": uuid.uuid4(), "seen": matter.version, "body": liuxi.bodies["party_assembly"].pk,
        "held_on": "2026-03-31", "held_at": "15:00", "place": "会议室", "notice_on": "2026-03-31",
        "roll_mode": "counted",
    }  # fmt: skip
    answer = clerk.post(url("meeting_call", matter.pk, "review"), data)
    assert answer.status_code == 409
    assert str(page.context["closed"]) in str(answer.context["form"].non_field_errors())
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("step", ["disclose", "implement", "nonsense"])
def test_only_deliberations_are_called(case, clerk, step):
    assert clerk.get(url("meeting_call", case.matter.pk, step)).status_code == 404


def test_the_deciding_body_alone_may_be_called(case, clerk):
    form = clerk.get(url("meeting_call", case.matter.pk, "resolve")).context["form"]
    assert [row.kind for row in form.bodies.values()] == ["residents_reps"]
    data = call_data(case, body=case.bodies["residents_meeting"].pk)
    answer = clerk.post(url("meeting_call", case.matter.pk, "resolve"), data)
    assert "body" in answer.context["form"].errors


def test_the_notice_that_the_law_asks_for(liuxi, clock, client_for):
    case = Case(liuxi, category="M02")
    case.propose()
    case.confer()
    case.review()
    clerk = client_for(liuxi.people.clerk)
    data = call_data(case, body=case.bodies["residents_meeting"].pk, roll_mode="counted", entitled="5000")
    address = url("meeting_call", case.matter.pk, "resolve")
    answer = clerk.post(address, data)
    assert "10" in str(answer.context["form"].errors["held_on"])
    assert 'value="社区党群服务中心多功能厅"' in answer.content.decode()
    assert clerk.post(address, data | {"urgent_reason": "汛期临近"}).status_code == 302
    assert Meeting.objects.get(urgent_reason="汛期临近").entitled == 5000


def test_chair_and_recorder_are_two_and_a_chair_from_outside_is_told(case, clerk):
    address, outside = url("meeting_call", case.matter.pk, "resolve"), case.place.persons["林晓雯"].pk
    twice = clerk.post(address, call_data(case, chair=outside))
    assert list(twice.context["form"].errors) == ["recorder"] and not Meeting.objects.filter(items__step="resolve")
    called = clerk.post(address, call_data(case, chair=outside, recorder=""), follow=True)
    told = [str(message) for message in called.context["messages"]]
    assert len(told) == 2 and "林晓雯" in told[1]
    meeting = Meeting.objects.get(items__step="resolve")
    with pytest.raises(Mistaken):
        write_minutes(
            meeting, at=None, minutes="x", public_summary="", supervision_opinion="", observers=(), chair=None,
            recorder=meeting.chair,
        )  # fmt: skip


def test_calling_twice_calls_once(case, clerk):
    data = call_data(case)
    address = url("meeting_call", case.matter.pk, "resolve")
    first, second = clerk.post(address, data), clerk.post(address, data)
    assert first.url == second.url
    assert Meeting.objects.filter(body=case.bodies["residents_reps"]).count() == 1
    assert _("This has been registered; there is no need to send it again.") in clerk.get(second.url).content.decode()


def test_a_call_for_a_year_far_away_is_a_slip(case, clerk):
    answer = clerk.post(url("meeting_call", case.matter.pk, "resolve"), call_data(case, held_on="9999-12-31"))
    assert "held_on" in answer.context["form"].errors
    assert not Meeting.objects.filter(body=case.bodies["residents_reps"]).exists()


def test_who_calls_second_is_led_to_the_first_call(case, clerk, secretary):
    data = call_data(case)
    clerk.post(url("meeting_call", case.matter.pk, "resolve"), data)
    answer = secretary.post(url("meeting_call", case.matter.pk, "resolve"), data | {"token": str(uuid.uuid4())})
    assert answer.url == Meeting.objects.get(body=case.bodies["residents_reps"]).get_absolute_url()


def test_a_call_on_an_older_state_keeps_what_was_typed(case, clerk):
    answer = clerk.post(url("meeting_call", case.matter.pk, "resolve"), call_data(case, seen=1))
    assert answer.status_code == 409
    assert 'value="社区党群服务中心多功能厅"' in answer.content.decode()
    assert not Meeting.objects.filter(body=case.bodies["residents_reps"]).exists()


def test_calling_off_needs_a_reason_and_opens_the_step_again(case, clerk):
    meeting = call_resolve(case)
    address = url("meeting_call_off", meeting.pk)
    seen = {"seen": meeting.version}
    assert "reason" in clerk.post(address, seen | {"reason": " "}).context["form"].errors
    assert clerk.post(address, seen | {"reason": "场地维修"}).url == meeting.get_absolute_url()
    assert case.fresh().why_closed("resolve", day(3, 31)) is None
    assert clerk.post(address, seen | {"reason": "场地维修"}).url == meeting.get_absolute_url()
    assert Event.objects.filter(verb="call_off_meeting").count() == 1


# Attendance


def test_everybody_is_present_until_marked_otherwise(case, clerk):
    meeting = opened(case, call_resolve(case))
    rows = clerk.get(url("meeting_attendance", meeting.pk)).context["form"].rows
    assert len(rows) == 63
    assert {row.presence for row in rows} == {"present"}


def test_attendance_can_be_computed_before_it_is_registered(case, clerk):
    meeting = opened(case, call_resolve(case))
    answer = clerk.post(url("meeting_attendance", meeting.pk), marks(meeting, 41) | {"do": "preview"})
    assert not answer.context["form"].explanation.has_quorum
    answer = clerk.post(url("meeting_attendance", meeting.pk), marks(meeting, 42) | {"do": "preview"})
    assert answer.context["form"].explanation.has_quorum
    meeting.refresh_from_db()
    assert meeting.present is None


def test_a_mark_that_is_missing_is_asked_for(case, clerk):
    meeting = opened(case, call_resolve(case))
    data = marks(meeting, 51)
    left_out = meeting.roll.first()
    del data[f"presence_{left_out.pk}"]
    answer = clerk.post(url("meeting_attendance", meeting.pk), data)
    wrong = [row.entry for row in answer.context["form"].rows if row.error]
    assert wrong == [left_out]
    meeting.refresh_from_db()
    assert meeting.present is None


def test_the_roll_opens_once_for_two_people(case, clerk, secretary):
    meeting = call_resolve(case)
    data = {"seen": meeting.version}
    assert clerk.post(url("meeting_attendance", meeting.pk), data).status_code == 302
    assert secretary.post(url("meeting_attendance", meeting.pk), data).status_code in (302, 200)
    assert Event.objects.filter(verb="open_attendance").count() == 1


def test_attendance_sent_twice_is_registered_once(case, clerk, secretary):
    meeting = opened(case, call_resolve(case))
    data = marks(meeting, 51)
    clerk.post(url("meeting_attendance", meeting.pk), data)
    answer = secretary.post(url("meeting_attendance", meeting.pk), data | marks(meeting, 43))
    assert answer.url == meeting.get_absolute_url()
    meeting.refresh_from_db()
    assert meeting.present == 51


def test_a_counted_roll_takes_numbers(case, clerk):
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    data = {"seen": meeting.version, "entitled": "63", "present": "60", "on_leave": "4", "do": "save"}
    answer = clerk.post(url("meeting_attendance", meeting.pk), data)
    assert "64" in str(answer.context["form"].errors["present"]) or "60" in str(
        answer.context["form"].errors["present"]
    )
    clerk.post(url("meeting_attendance", meeting.pk), data | {"on_leave": "2", "leave_note": "外出培训"})
    meeting.refresh_from_db()
    assert (meeting.present, meeting.on_leave, meeting.absent, meeting.leave_note) == (60, 2, 1, "外出培训")


def test_no_attendance_before_the_day(case, clerk, clock):
    meeting = call_resolve(case)
    clock(3, 30)
    answer = clerk.get(url("meeting_attendance", meeting.pk))
    assert answer.url == meeting.get_absolute_url()
    page = clerk.get(meeting.get_absolute_url())
    leg = next(leg for leg in page.context["legs"] if leg.stage == "attendance")
    assert leg.state == "now" and leg.reason in page.content.decode()


def test_the_roll_changes_only_with_a_reason(case, clerk):
    meeting = valid_meeting(case)
    entry = meeting.roll.filter(presence="leave").first()
    data = {"seen": meeting.version, "entry": entry.pk, "presence": "present", "reason": ""}
    assert "reason" in clerk.post(url("meeting_roll", meeting.pk), data).context["form"].errors
    assert clerk.post(url("meeting_roll", meeting.pk), data | {"reason": "迟到签名"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.present == 52
    assert meeting.roll_changes.get().reason == "迟到签名"


def test_who_is_recused_does_not_vote(case, clerk):
    meeting = valid_meeting(case)
    entry = meeting.roll.filter(presence="present").first()
    data = {"recusal-seen": meeting.version, "recusal-entry": entry.pk, "recusal-reason": "本人承租"}
    assert clerk.post(url("meeting_roll", meeting.pk), data).status_code == 302
    entry.refresh_from_db()
    assert (entry.recused, entry.recusal_reason) == (True, "本人承租")
    form = clerk.get(vote_url(meeting) + "?method=named").context["form"]
    assert entry.pk not in {row.entry.pk for row in form.rows}
    assert len(form.rows) == 50


# Votes


def test_votes_that_do_not_add_up_are_shown_with_the_sum(case, clerk):
    meeting = valid_meeting(case)
    answer = clerk.post(vote_url(meeting), secret(meeting, abstain="3"))
    error = str(answer.context["form"].errors["abstain"])
    assert "52" in error and "51" in error
    html = answer.content.decode()
    assert 'class="error-summary"' in html and 'value="45"' in html and 'value="吴秀珍"' in html
    assert not Vote.objects.filter(item__meeting=meeting).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued": "52"}, "issued"),
        ({"issued": "50"}, "returned"),
        ({"valid": "51"}, "valid"),
        ({"for": "46"}, "abstain"),
        ({"for": ""}, "for"),
        ({"for": "x"}, "for"),
        ({"teller_supervisor": ""}, "teller_supervisor"),
        ({"method": "acclamation"}, "method"),
    ],
)
def test_a_wrong_count_is_refused_beside_its_field(case, clerk, changes, field):
    meeting = valid_meeting(case)
    answer = clerk.post(vote_url(meeting), secret(meeting, **changes))
    assert field in answer.context["form"].errors
    assert not Vote.objects.filter(item__meeting=meeting).exists()


def test_nobody_supervises_the_count_of_their_own(case, clerk):
    meeting = valid_meeting(case)
    answer = clerk.post(vote_url(meeting), secret(meeting, teller_counter="吴秀珍"))
    assert answer.context["form"].errors
    assert not Vote.objects.filter(item__meeting=meeting).exists()


def test_the_result_is_computed_before_it_is_registered(case, clerk):
    meeting = valid_meeting(case)
    answer = clerk.post(vote_url(meeting), secret(meeting, do="preview"))
    assert answer.context["form"].explanation.is_carried
    assert 'class="result carried"' in answer.content.decode()
    assert not Vote.objects.filter(item__meeting=meeting).exists()
    clerk.post(vote_url(meeting), secret(meeting))
    shown = clerk.get(meeting.get_absolute_url()).context["items"][0].explanation
    assert shown == answer.context["form"].explanation


def test_a_named_vote_is_the_sum_of_its_ballots(case, clerk):
    meeting = valid_meeting(case)
    data = {"seen": meeting.version, "method": "named", "do": "save"}
    for place, entry in enumerate(meeting.roll.filter(presence="present")):
        data[f"ballot_{entry.pk}"] = "for" if place < 26 else "against" if place < 40 else ""
    assert clerk.post(vote_url(meeting), data).status_code == 302
    vote = Vote.objects.get(item__meeting=meeting)
    assert (vote.in_favour, vote.against, vote.abstain, vote.is_carried) == (26, 14, 0, True)
    assert vote.ballots.count() == 40


def test_a_vote_sent_twice_is_registered_once(case, clerk, secretary):
    meeting = valid_meeting(case)
    data = secret(meeting)
    assert clerk.post(vote_url(meeting), data).url == meeting.get_absolute_url()
    for changes, told in (
        ({}, _("This has been registered; there is no need to send it again.")),
        (
            {"for": "40", "against": "8"},
            _("A count with other numbers has been registered meanwhile. Compare it with the paper."),
        ),
    ):
        answer = secretary.post(vote_url(meeting), data | changes)
        assert answer.url == meeting.get_absolute_url()
        assert told in secretary.get(answer.url).content.decode()
    assert Vote.objects.get(item__meeting=meeting).in_favour == 45


def test_a_vote_on_an_older_state_loses_nothing(case, clerk):
    meeting = valid_meeting(case)
    data = secret(meeting, seen=1)
    answer = clerk.post(vote_url(meeting), data)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert 'value="45"' in html and f'name="seen" value="{meeting.version}"' in html
    assert not Vote.objects.filter(item__meeting=meeting).exists()


def test_a_question_of_another_meeting_is_not_found(case, clerk):
    meeting = valid_meeting(case)
    other = Meeting.objects.exclude(pk=meeting.pk).first()
    assert clerk.get(url("meeting_vote", meeting.pk, other.items.get().pk)).status_code == 404


def test_a_count_is_corrected_by_a_second_person(case, clerk, secretary):
    meeting = voted(case)
    address = vote_url(meeting, "vote_correct")
    assert clerk.get(address).url == meeting.get_absolute_url()
    assert clerk.post(address, secret(meeting, reason="漏计1票")).status_code == 409
    fixed = {"for": "44", "against": "4", "reason": "唱票记录与计票单不符"}
    assert "reason" in secretary.post(address, secret(meeting, reason="")).context["form"].errors
    assert secretary.post(address, secret(meeting, **fixed)).url == meeting.get_absolute_url()
    old, new = Vote.objects.filter(item__meeting=meeting).order_by("id")
    assert (new.supersedes, new.in_favour, old.in_favour) == (old, 44, 45)
    assert secretary.post(address, secret(meeting, **fixed)).status_code in (302, 409)
    assert Vote.objects.filter(item__meeting=meeting).count() == 2


# Minutes and papers


def test_minutes_on_an_older_state_lose_nothing(case, clerk, secretary):
    meeting = valid_meeting(case)
    data = {"seen": meeting.version, "minutes": "第一稿。"}
    clerk.post(url("meeting_minutes", meeting.pk), data)
    answer = secretary.post(url("meeting_minutes", meeting.pk), data | {"minutes": "另一稿，很长。"})
    assert answer.status_code == 409
    assert "另一稿，很长。" in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.minutes == "第一稿。"
    data = {"seen": answer.context["form"].data["seen"], "minutes": "另一稿，很长。"}
    assert secretary.post(url("meeting_minutes", meeting.pk), data).status_code == 302


def test_minutes_sent_twice_are_saved_once(case, clerk):
    meeting = valid_meeting(case)
    data = {"seen": meeting.version, "minutes": "记录。", "observer_name_0": "唐磊", "observer_capacity_0": "街道"}
    assert clerk.post(url("meeting_minutes", meeting.pk), data).status_code == 302
    assert clerk.post(url("meeting_minutes", meeting.pk), data).status_code == 302
    assert Event.objects.filter(verb="record_minutes", label=str(meeting)).count() == 1


def picture(name="签到表.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue())


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_scan_is_kept_for_people_with_duties(case, clerk, media):
    meeting = valid_meeting(case)
    assert clerk.post(url("meeting_scans", meeting.pk), {"kind": "sign_in", "file": picture()}).status_code == 302
    kept = Scan.objects.get(meeting=meeting).attachment
    assert (kept.audience, kept.path) == (Audience.UNIT, case.place.unit.path)
    assert kept.get_absolute_url() in clerk.get(meeting.get_absolute_url()).content.decode()


def test_a_scan_of_a_party_meeting_stays_with_its_organisation(case, clerk, client_for, media):
    meeting = Meeting.objects.get(body=case.bodies["party_assembly"])
    clerk.post(url("meeting_scans", meeting.pk), {"kind": "minutes", "file": picture()})
    kept = Scan.objects.get(meeting=meeting).attachment
    assert kept.audience == Audience.PARTY
    answer = clerk.get(kept.get_absolute_url())
    assert answer.status_code == 200 and b"".join(answer.streaming_content)
    for person in (case.place.people.supervisor, case.place.people.street):
        assert client_for(person).get(kept.get_absolute_url()).status_code == 404


def test_a_file_is_judged_by_its_content(case, clerk, media):
    meeting = valid_meeting(case)
    fake = SimpleUploadedFile("签到表.jpg", b"<script>alert(1)</script>")
    answer = clerk.post(url("meeting_scans", meeting.pk), {"kind": "sign_in", "file": fake})
    assert answer.status_code == 409
    assert "file" in answer.context["form"].errors
    assert not Attachment.objects.exists()


# From paper


def paper(case, **changes):
    """The steps 2 to 4 of the worked case as one form, the void sitting of step 4 included."""
    return {
        "token": str(uuid.uuid4()),
        "seen": case.fresh().version,
        "do": "save",
        "confer-entitled": "10",
        "confer-held_on": "2026-03-11",
        "confer-present": "9",
        "confer-on_leave": "1",
        "confer-method": "hands",
        "confer-for": "8",
        "confer-against": "0",
        "confer-abstain": "1",
        "confer-minutes": "会议同意修改后的方案。",
        "review-entitled": "138",
        "review-held_on": "2026-03-20",
        "review-present": "104",
        "review-method": "hands",
        "review-for": "98",
        "review-against": "2",
        "review-abstain": "4",
        "review-minutes": "审议通过。",
        "resolve-void-entitled": "63",
        "resolve-void-held_on": "2026-03-24",
        "resolve-void-present": "40",
        "resolve-entitled": "63",
        "resolve-held_on": "2026-03-31",
        "resolve-present": "51",
        "resolve-minutes": "表决通过。",
        **{f"resolve-{name}": value for name, value in SECRET.items()},
    } | changes


@pytest.fixture
def proposed(liuxi, clock):
    """A matter proposed; everything after it was done on paper. Today is 16 April."""
    case = Case(liuxi)
    case.propose()
    clock(4, 16)
    return case


def test_past_steps_are_entered_at_once_and_confirmed_once(proposed, client_for):
    case = proposed
    clerk, secretary = client_for(case.place.people.clerk), client_for(case.place.people.secretary)
    before = Meeting.objects.count()
    answer = clerk.post(url("paper_entry", case.matter.pk), paper(case, do="preview"))
    assert answer.context["ready"], [form.errors for form in answer.context["together"].forms]
    assert Meeting.objects.count() == before
    data = paper(case)
    assert clerk.post(url("paper_entry", case.matter.pk), data).url == case.matter.get_desk_url()
    assert Meeting.objects.count() == before + 4
    assert clerk.post(url("paper_entry", case.matter.pk), data).url == case.matter.get_desk_url()
    assert Meeting.objects.count() == before + 4
    assert case.fresh().status == Status.PROPOSED
    page = secretary.get(url("records_confirm", case.matter.pk))
    assert [meeting.present for meeting in page.context["waiting"]] == [9, 104, 40, 51]
    assert page.context["reasons"] == []
    assert all(meeting.entered_later and meeting.from_paper for meeting in page.context["waiting"])
    secretary.post(url("records_confirm", case.matter.pk), confirmation(case.fresh()))
    assert case.fresh().status == Status.RESOLVED


def test_an_empty_section_stops_before_it(proposed, client_for):
    clerk = client_for(proposed.place.people.clerk)
    data = {key: value for key, value in paper(proposed).items() if not key.startswith(("review", "resolve"))}
    assert clerk.post(url("paper_entry", proposed.matter.pk), data).status_code == 302
    assert Meeting.objects.filter(from_paper=True).count() == 1


@pytest.mark.parametrize(
    ("changes", "section", "field"),
    [
        ({"resolve-abstain": "3"}, "resolve", "abstain"),
        ({"review-for": "99"}, "review", "abstain"),
        ({"review-held_on": "2026-03-10"}, "review", "held_on"),
        ({"resolve-held_on": "2026-12-31"}, "resolve", "held_on"),
        ({"confer-present": "11"}, "confer", "present"),
        ({"resolve-void-present": "42"}, "resolve-void", "present"),
        ({"review-present": "91", "review-abstain": "0"}, "review", "present"),
        ({"confer-minutes": ""}, "confer", "minutes"),
        ({"resolve-issued": ""}, "resolve", "issued"),
        ({"resolve-teller_counter": ""}, "resolve", "teller_counter"),
        ({"resolve-teller_counter": "吴秀珍", "do": "preview"}, "resolve", "teller_counter"),
        ({"confer-entitled": "11", "do": "preview"}, "confer", "entitled"),
        ({"confer-held_at": "19:00", "review-held_on": "2026-03-11", "review-held_at": "18:00"}, "review", "held_on"),
        ({"confer-for": "5", "confer-against": "3"}, "review", "__all__"),
        ({f"confer-{name}": "" for name in ("held_on", "present", "on_leave", "for", "against", "abstain", "minutes")},
         "confer", "__all__"),
    ],
)  # fmt: skip
def test_one_wrong_number_saves_nothing(proposed, client_for, changes, section, field):
    clerk = client_for(proposed.place.people.clerk)
    before = Meeting.objects.count()
    answer = clerk.post(url("paper_entry", proposed.matter.pk), paper(proposed, **changes))
    assert answer.status_code == 200
    errors = {form.prefix: form.errors for form in answer.context["together"].forms}
    assert field in errors[section], errors
    assert Meeting.objects.count() == before
    assert "会议同意修改后的方案。" in answer.content.decode() or "confer-minutes" in changes


def test_nothing_filled_in_is_not_saved(proposed, client_for):
    clerk = client_for(proposed.place.people.clerk)
    data = {"token": str(uuid.uuid4()), "seen": proposed.matter.version, "do": "save"}
    data |= {"confer-entitled": "10", "confer-method": "hands"}
    answer = clerk.post(url("paper_entry", proposed.matter.pk), data)
    assert answer.context["form"].non_field_errors()


def test_paper_on_an_older_state_loses_nothing(proposed, client_for):
    clerk = client_for(proposed.place.people.clerk)
    answer = clerk.post(url("paper_entry", proposed.matter.pk), paper(proposed, seen=0))
    assert answer.status_code == 409
    assert "审议通过。" in answer.content.decode()
    assert not Meeting.objects.filter(from_paper=True).exists()


def test_a_scan_comes_with_the_paper(proposed, client_for, media):
    clerk = client_for(proposed.place.people.clerk)
    clerk.post(url("paper_entry", proposed.matter.pk), paper(proposed, **{"review-scan": picture("记录.jpg")}))
    assert Scan.objects.get().attachment.audience == Audience.PARTY


def test_a_bad_scan_saves_nothing(proposed, client_for, media):
    clerk = client_for(proposed.place.people.clerk)
    fake = SimpleUploadedFile("记录.jpg", b"nothing like a picture")
    answer = clerk.post(url("paper_entry", proposed.matter.pk), paper(proposed, **{"review-scan": fake}))
    assert answer.status_code == 409
    assert not Meeting.objects.filter(from_paper=True).exists()


# Confirming


def test_who_entered_a_record_cannot_confirm_it(case, secretary):
    meeting = case.call("resolve", "residents_reps", day(3, 31), roll_mode="counted")
    actions.record_attendance(
        by=case.secretary, at=case.evening(meeting), meeting=meeting, seen=meeting.version, present=40, entitled=63
    )
    page = secretary.get(url("records_confirm", case.matter.pk))
    assert page.context["reasons"] == [_("A record is confirmed by another person than the one who entered it.")]
    assert page.context["reasons"][0] in page.content.decode()
    answer = secretary.post(url("records_confirm", case.matter.pk), confirmation(case.fresh()))
    assert answer.status_code == 409
    meeting.refresh_from_db()
    assert meeting.confirmed_at is None


def test_confirming_twice_confirms_once(case, secretary):
    voted(case)
    data = confirmation(case.fresh())
    assert secretary.post(url("records_confirm", case.matter.pk), data).status_code == 302
    assert secretary.post(url("records_confirm", case.matter.pk), data).status_code == 302
    assert Event.objects.filter(verb="confirm_meeting", data={}).count() == 4
    assert secretary.get(url("records_confirm", case.matter.pk)).status_code == 302


def test_a_record_changed_since_it_was_read_is_not_confirmed(case, secretary):
    meeting = voted(case)
    address, data = url("records_confirm", case.matter.pk), confirmation(case.fresh())
    case.minutes(
        meeting, "另一份会议记录。", public_summary="居民代表同意该事项。", supervision_opinion="程序符合规定。"
    )
    answer = secretary.post(address, data)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert _("Somebody else has changed this meanwhile. Reload the page and look again.") in text
    assert "居民代表同意该事项。" in text and "程序符合规定。" in text
    assert secretary.post(address, {"seen": data["seen"], "record": ["x", "1:" + "9" * 30]}).status_code == 409
    meeting.refresh_from_db()
    assert f'value="{meeting.pk}:{meeting.version}"' in text and meeting.confirmed_at is None
    assert secretary.post(address, confirmation(case.fresh())).status_code == 302


def test_records_are_returned_with_a_reason_and_confirmed_later(case, clerk, secretary):
    meeting = voted(case)
    address = url("records_confirm", case.matter.pk)
    data = {"seen": case.fresh().version, "do": "return", "reason": " "}
    assert "reason" in secretary.post(address, data).context["return_form"].errors
    assert clerk.post(address, data | {"reason": "x"}).status_code == 403
    data |= {"reason": "签到表与名册不符"}
    assert secretary.post(address, data).url == case.matter.get_desk_url()
    assert secretary.post(address, data).url == case.matter.get_desk_url()
    assert Event.objects.filter(verb="return_records").count() == 1
    meeting.refresh_from_db()
    assert (meeting.returned_reason, meeting.returned_by, meeting.confirmed_at) == (
        "签到表与名册不符", case.secretary, None,
    )  # fmt: skip
    assert "签到表与名册不符" in clerk.get(meeting.get_absolute_url()).content.decode()
    secretary.post(address, confirmation(case.fresh()))
    assert case.fresh().status == Status.RESOLVED


def test_a_returned_record_says_why(case):
    meeting = voted(case)
    with pytest.raises(IntegrityError, match="meeting_returned_with_reason"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(returned_at=moment(4, 1), returned_by=case.secretary)


# Who may what


PAGES = (
    "meeting",
    "meeting_attendance",
    "meeting_roll",
    "meeting_minutes",
    "meeting_scans",
    "meeting_call_off",
)
READING = {"meeting"}


@pytest.mark.parametrize("address", PAGES)
def test_meeting_pages_by_person(case, client_for, address):
    meeting = call_resolve(case)
    people = case.place.people
    may_read = (people.secretary, people.deputy, people.member, people.supervisor, people.street)
    for person in may_read:
        wanted = 200 if address in READING else 403
        answer = client_for(person).get(url(address, meeting.pk))
        if person == people.secretary and address not in READING:
            wanted = answer.status_code if answer.status_code in (200, 302) else wanted
        assert answer.status_code == wanted, (address, person)
    for person in (people.stranger, people.administrator):
        assert client_for(person).get(url(address, meeting.pk)).status_code == 404
    assert client_for(None).get(url(address, meeting.pk)).status_code == 302


@pytest.mark.parametrize("address", PAGES)
def test_party_meeting_pages_by_person(case, client_for, address):
    meeting = Meeting.objects.get(body=case.bodies["party_assembly"])
    people = case.place.people
    for person in (people.supervisor, people.street):
        answer = client_for(person).get(url(address, meeting.pk))
        assert answer.status_code == (200 if address == "meeting" else 404), (address, person)
    for person in (people.stranger, people.administrator):
        assert client_for(person).get(url(address, meeting.pk)).status_code == 404


def test_a_party_meeting_shows_others_body_day_and_that_it_passed(case, client_for):
    meeting = Meeting.objects.get(body=case.bodies["party_assembly"])
    for person in (case.place.people.supervisor, case.place.people.street):
        html = client_for(person).get(meeting.get_absolute_url()).content.decode()
        assert meeting.body.name in html and _("passed") in html
        text = re.sub(r"<[^>]*>", "", html)
        for secret_text in ("104", "138", "98", meeting.minutes):
            assert secret_text not in text
        listed = client_for(person).get(url("desk_meetings")).content.decode()
        assert meeting.get_absolute_url() in listed
        assert "下午3:00" not in listed


def test_reading_a_party_record_is_written_down(case, clerk):
    meeting = Meeting.objects.get(body=case.bodies["party_assembly"])
    clerk.get(meeting.get_absolute_url())
    assert Event.objects.filter(verb="read_party_record", actor_id=case.clerk.pk).count() == 1


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("meeting_call", {"clerk", "secretary"}),
        ("paper_entry", {"clerk", "secretary"}),
        ("records_confirm", {"secretary"}),
    ],
)  # fmt: skip
def test_matter_verbs_by_person(case, client_for, address, allowed):
    voted(case)
    arguments = (case.matter.pk, "resolve") if address == "meeting_call" else (case.matter.pk,)
    for name in ("clerk", "secretary", "deputy", "member", "supervisor", "street"):
        status = client_for(getattr(case.place.people, name)).get(url(address, *arguments)).status_code
        assert (status in (200, 302)) if name in allowed else status == 403, name
    for name in ("stranger", "administrator"):
        assert client_for(getattr(case.place.people, name)).get(url(address, *arguments)).status_code == 404


def test_posts_without_the_power_change_nothing(case, client_for):
    meeting = valid_meeting(case)
    member = client_for(case.place.people.member)
    version = meeting.version
    assert member.post(vote_url(meeting), secret(meeting)).status_code == 403
    assert member.post(url("meeting_minutes", meeting.pk), {"seen": version, "minutes": "x"}).status_code == 403
    assert member.post(url("records_confirm", case.matter.pk), {"seen": 1}).status_code == 403
    meeting.refresh_from_db()
    assert meeting.version == version


# The list, and what pages cost


def test_the_list_is_filtered_and_sorted(case, clerk, clock):
    void = case.resolve_in_vain()
    rows = clerk.get(url("desk_meetings")).context["table"].rows
    assert [row.record.held_on for row in rows] == [day(3, 24), day(3, 20), day(3, 11), day(3, 6)]
    only = clerk.get(url("desk_meetings"), {"state": "void"}).context["table"].rows
    assert [row.record.pk for row in only] == [void.pk]
    only = clerk.get(url("desk_meetings"), {"body": case.bodies["two_committees"].pk}).context["table"].rows
    assert [row.record.held_on for row in only] == [day(3, 11)]
    only = clerk.get(url("desk_meetings"), {"since": "2026-03-20"}).context["table"].rows
    assert len(only) == 2
    rows = clerk.get(url("desk_meetings"), {"sort": "held_on"}).context["table"].rows
    assert rows[0].record.held_on == day(3, 6)
    clock(3, 25)
    assert [meeting.pk for meeting in clerk.get(url("desk_meetings")).context["week"]] == [void.pk]


def test_a_stranger_lists_nothing_of_here(case, client_for):
    page = client_for(case.place.people.stranger).get(url("desk_meetings"))
    assert len(page.context["table"].rows) == 0
    assert case.bodies["party_committee"].name not in page.content.decode()


def test_pages_take_few_queries_whatever_the_roll(case, clerk, secretary, django_assert_max_num_queries):
    meeting = voted(case)
    fresh = Case(case.place)
    addresses = [
        (clerk, url("desk_meetings")),
        (clerk, meeting.get_absolute_url()),
        (clerk, url("meeting_roll", meeting.pk)),
        (clerk, url("meeting_minutes", meeting.pk)),
        (clerk, url("meeting_scans", meeting.pk)),
        (clerk, url("meeting_paper", meeting.pk, "packet")),
        (secretary, vote_url(meeting, "vote_correct") + "?method=named"),
        (secretary, url("records_confirm", case.matter.pk)),
        (clerk, url("meeting_call", fresh.matter.pk, "propose")),
        (clerk, url("paper_entry", fresh.matter.pk)),
    ]
    for client, address in addresses:
        with django_assert_max_num_queries(14):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("address", ["meeting", "meeting_attendance"])
def test_queries_do_not_grow_with_the_roll(case, clerk, address):
    meeting = opened(case, call_resolve(case))
    counts = []
    for more in (False, True):
        if more:
            RollEntry.objects.bulk_create([RollEntry(meeting=meeting, name=f"新代表{n}") for n in range(60)])
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(url(address, meeting.pk)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_in_both_languages(case, clerk, settings, language):
    meeting = voted(case)
    clerk.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for page in ("meeting", "meeting_minutes", "meeting_roll"):
        assert clerk.get(url(page, meeting.pk)).status_code == 200
