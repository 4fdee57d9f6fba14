"""The pages of matters: the public track, the desk, registering, implementation; who sees what, and what is refused."""

import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext

from audit.models import Event
from councils import actions
from councils.enums import Status
from councils.models import Matter
from tests.councils.case import LINES, Case, day, earlier_notices, liuxi_case, moment, register

pytestmark = pytest.mark.django_db
PUBLIC_QUERIES = 6
DESK_QUERIES = 14


@pytest.fixture
def clock(monkeypatch):
    """`clock(month, day)`: what the portal takes for now, in 2026."""

    def set_to(month, number, hour=10):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number, hour))

    set_to(6, 16)
    return set_to


def outcome_on_display():
    """The worked case with its outcome on display."""
    case = liuxi_case()
    earlier_notices(case.place, 2)
    case.deliberate()
    case.disclose()
    case.object()
    case.implement()
    case.account_for()
    earlier_notices(case.place, 8)
    case.disclose_outcome()
    case.fresh()
    return case


@pytest.fixture
def case(told, clock):
    return told("outcome on display", outcome_on_display)


@pytest.fixture
def young(told, clock):
    """A matter that was only registered."""
    clock(3, 4)
    return told("registered", liuxi_case)


def html(response, status=200):
    assert response.status_code == status, response
    return response.content.decode()


def page(client, matter):
    return client.get(matter.get_absolute_url())


def steps(response):
    return {step.key: step for step in response.context["track"].steps}


# The public page


def test_the_worked_case_on_one_page(client, case, django_assert_max_num_queries):
    with django_assert_max_num_queries(PUBLIC_QUERIES):
        response = page(client, case.matter)
    text = html(response)
    track = response.context["track"]
    assert track.status == Status.OUTCOME_DISCLOSED
    assert [step.state for step in track.steps] == ["done"] * 6 + ["now"]
    assert [step.number for step in track.steps] == [1, 2, 3, 4, 5, None, 6]
    assert [step.on for step in track.steps] == [
        day(3, 6),
        day(3, 11),
        day(3, 20),
        day(3, 31),
        day(4, 1),
        day(4, 20),
        day(6, 12),
    ]
    for said in (case.matter.number, "186,000", "179,260", "罗志强", "居委会副主任", "0000-8812366", "最低价中选"):
        assert said in text
    assert "柳溪居公〔2026〕3号" in text and "柳溪居公〔2026〕9号" in text
    assert "6740" in text and "服务群众专项经费" in text
    assert response.context["object_url"] == reverse(
        "notice_object", args=[case.place.unit.code, case.matter.outcome_notice.ref]
    )


def test_both_sittings_of_the_decision_are_in_sight(client, case):
    first, second = steps(page(client, case.matter))["resolve"].sittings
    assert first.is_void and first.explanation is None and "40" in "".join(first.facts) and "42" in "".join(first.facts)
    assert second.explanation.is_carried
    assert [ballot.count for ballot in second.explanation.ballots] == [45, 3, 2, 1]
    assert any("51" in line for line in second.after) and any("26" in line for line in second.after)
    assert second.explanation.basis in html(page(client, case.matter))


def test_of_party_meetings_the_public_sees_body_day_and_result_only(client, case):
    response = page(client, case.matter)
    for key in ("propose", "confer", "review"):
        step = steps(response)[key]
        assert step.sittings == [] and step.tag and step.on
    text = re.sub(r"[0-9A-Z]{5}-[0-9A-Z]{5}", "", html(response))  # check codes hold any number
    data = client.get(reverse("matter_json", args=[case.place.unit.code, 2026, case.matter.serial]))
    for secret in ("104", "138", "有表决权的党员", "罗志强代表", "防滑地面和扶手，费用"):
        assert secret not in text
        assert secret not in data.content.decode()
    assert data.json()["steps"][2]["sittings"] == []


def test_opened_counts_are_public(client, client_for, case):
    meeting = case.matter.items.get(step="review").meeting
    url = reverse("open_counts", args=[case.matter.pk, meeting.pk])
    assert client_for(case.place.people.clerk).post(url, {"seen": meeting.version}).status_code == 403
    assert client_for(case.place.people.stranger).post(url, {"seen": meeting.version}).status_code == 404
    secretary = client_for(case.place.people.secretary)
    assert secretary.get(url).status_code == 405
    assert secretary.post(url, {"seen": 1}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.counts_opened_at is None
    assert secretary.post(url, {"seen": meeting.version}).status_code == 302
    (sitting,) = steps(page(client, case.matter))["review"].sittings
    assert [ballot.count for ballot in sitting.explanation.ballots] == [98, 2, 4]
    assert steps(page(client, case.matter))["propose"].sittings == []
    again = secretary.post(url, {"seen": meeting.version}, follow=True)
    assert [str(message) for message in again.context["messages"]]


def test_the_public_page_costs_the_same_with_more_rows(client, case, django_assert_num_queries):
    page(client, case.matter)  # content types and the like
    with django_assert_num_queries(PUBLIC_QUERIES):
        page(client, case.matter)
    other = Case(case.place, title="另一事项", short_title="另一事项")
    other.propose()
    for _number in range(3):
        meeting = other.call("confer", "two_committees", day(3, 11))
        other.attend(meeting, 4)
        other.confirm(meeting)
    with django_assert_num_queries(PUBLIC_QUERIES):
        response = page(client, other.matter)
    assert steps(response)["confer"].sittings == []
    assert steps(response)["confer"].state == "now"


@pytest.mark.parametrize(
    "on, key, status",
    [
        ((4, 1), "disclose", Status.DISCLOSED),
        ((4, 8), "disclose", Status.DISCLOSED),
        ((4, 10), "disclose", Status.DISCLOSED),
    ],
)
def test_the_page_on_the_days_of_the_first_display(client, clock, on, key, status):
    case = liuxi_case()
    case.deliberate()
    case.disclose()
    clock(*on)
    response = page(client, case.matter)
    track = response.context["track"]
    assert track.status == status
    assert [step.key for step in track.steps if step.state == "now"] == [key]
    assert len(steps(response)[key].periods) == 2
    assert response.context["object_url"]


def test_the_page_after_all_is_done(client, clock, case):
    clock(6, 28)
    response = page(client, case.matter)
    track = response.context["track"]
    assert track.status == Status.CLOSED
    assert {step.state for step in track.steps} == {"done"}
    assert response.context["object_url"] is None
    assert track.now and track.detail


def test_a_registered_matter_waits_for_the_proposal(client, young):
    response = page(client, young.matter)
    assert [step.state for step in response.context["track"].steps] == ["now"] + ["todo"] * 6
    assert response.context["object_url"] is None
    assert "186,000" in html(response) and "179,260" not in html(response)


def test_a_declined_matter_says_why(client, clock, young):
    young.hold("propose", "party_committee", day(3, 6), 7, (2, 4, 1))
    clock(3, 7)
    response = page(client, young.matter)
    assert response.context["track"].status == Status.DECLINED
    step = steps(response)["propose"]
    assert step.state == "stopped" and step.tag_kind == "void" and step.sittings == []
    assert step.tag == Status.DECLINED.label  # not that a vote was lost
    assert young.fresh().ended_reason in html(response)


def test_a_matter_voted_down_shows_its_sitting(client, clock, young):
    young.propose()
    young.confer()
    young.review()
    young.hold(
        "resolve",
        "residents_reps",
        day(3, 31),
        50,
        (20, 28, 2),
        at=moment(3, 21),
        roll_mode="counted",
        roll_basis="名册",
    )
    clock(4, 2)
    response = page(client, young.matter)
    assert response.context["track"].status == Status.REJECTED
    step = steps(response)["resolve"]
    assert step.tag_kind == "void" and not step.sittings[0].explanation.is_carried
    assert [step.state for step in response.context["track"].steps] == ["done"] * 3 + ["stopped"] + ["todo"] * 3


def test_a_returned_matter_begins_again(client, clock, young):
    young.propose()
    young.hold("confer", "two_committees", day(3, 11), 9, (2, 6, 1))
    clock(3, 12)
    response = page(client, young.matter)
    assert response.context["track"].status == Status.RETURNED
    assert [step.state for step in response.context["track"].steps] == ["now"] + ["todo"] * 6
    assert not steps(response)["propose"].sittings
    (first,) = response.context["track"].rounds
    assert [(step.key, step.tag_kind) for step in first.steps] == [("propose", "good"), ("confer", "")]


def test_a_record_is_public_only_when_it_is_confirmed(client, clock, young):
    young.propose()
    young.confer()
    young.review()
    meeting = young.call(
        "resolve", "residents_reps", day(3, 31), at=moment(3, 21), roll_mode="counted", roll_basis="名册"
    )
    clock(3, 25)
    called = steps(page(client, young.matter))["resolve"]
    assert called.on == day(3, 31) and called.tag_kind == "wait"
    young.attend(meeting, 51)
    young.vote(meeting, 45, 3, 3)
    clock(4, 1)
    (sitting,) = steps(page(client, young.matter))["resolve"].sittings
    assert sitting.explanation is None and sitting.facts == () and sitting.tag_kind == "wait"


def test_unknown_matters_are_not_found(client, case):
    code = case.place.unit.code
    assert client.get(reverse("matter", args=[code, 2026, 99])).status_code == 404
    assert client.get(reverse("matter", args=["NOWHERE", 2026, 1])).status_code == 404
    assert client.get(reverse("matters", args=["NOWHERE"])).status_code == 404
    assert client.get(reverse("matter_json", args=[case.place.other.code, 2026, 1])).status_code == 404
    assert client.post(case.matter.get_absolute_url()).status_code == 405


def test_json_has_the_public_facts(client, case):
    data = client.get(reverse("matter_json", args=[case.place.unit.code, 2026, case.matter.serial])).json()
    assert data["number"] == case.matter.number and data["status"] == "outcome_disclosed"
    resolve = data["steps"][3]
    assert [sitting["outcome"] for sitting in resolve["sittings"]] == ["no_quorum", "valid"]
    assert resolve["sittings"][1] | {"for": 45, "against": 3, "abstain": 2, "invalid": 1} == resolve["sittings"][1]
    assert data["steps"][4]["notice"]["number"] == "柳溪居公〔2026〕3号"
    assert sum(row["actual"] for row in data["budget"] if row["kind"] == "item") == 179260_00
    assert data["evaluation"]["satisfied"] == 49
    assert data["objections"] == {"received": 1, "answered": 1, "later": 0}


# The public list


def test_the_public_list_filters_and_costs_the_same(client, case, django_assert_max_num_queries):
    place = case.place
    url = reverse("matters", args=[place.unit.code])
    for number in range(5):
        register(place, at=moment(5, 1 + number), title=f"事项{number}", short_title=f"事项{number}")
    with django_assert_max_num_queries(PUBLIC_QUERIES):
        response = client.get(url)
    assert len(response.context["listing"].rows) == 6
    assert response.context["listing"].rows[-1].pips == ["done"] * 5 + ["now"]
    assert [row.short_title for row in client.get(url, {"text": "助餐点"}).context["listing"].rows] == [
        "老年助餐点改造"
    ]
    assert len(client.get(url, {"status": "open"}).context["listing"].rows) == 6
    assert client.get(url, {"status": "closed"}).context["listing"].rows == []
    assert len(client.get(url, {"status": "nonsense"}).context["listing"].rows) == 6


def test_closed_matters_are_found_as_such(client, clock, case):
    clock(6, 28)
    url = reverse("matters", args=[case.place.unit.code])
    assert len(client.get(url, {"status": "closed"}).context["listing"].rows) == 1
    assert client.get(url, {"status": "open"}).context["listing"].rows == []


def test_the_list_has_pages(client, clock, liuxi):
    clock(6, 16)
    for number in range(26):
        register(liuxi, at=moment(5, 1), title=f"事项{number}", short_title=f"事项{number}")
    url = reverse("matters", args=[liuxi.unit.code])
    assert len(client.get(url).context["listing"].rows) == 25
    assert len(client.get(url, {"page": 2}).context["listing"].rows) == 1
    assert len(client.get(url, {"page": "x"}).context["listing"].rows) == 25


def test_csv_has_public_facts_and_no_formula(client, case):
    register(case.place, at=moment(5, 1), title="=1+1", short_title="危险")
    response = client.get(reverse("matters_csv", args=[case.place.unit.code]))
    text = response.content.decode("utf-8-sig")
    assert response["Content-Type"].startswith("text/csv")
    assert "186000.00,179260.00" in text and "'=1+1" in text
    assert len(text.strip().splitlines()) == 3


# The desk


def test_the_desk_list_is_for_those_who_may_read(client, client_for, case, django_assert_max_num_queries):
    url = reverse("desk_matters")
    assert client.get(url).status_code == 302
    clerk = client_for(case.place.people.clerk)
    with django_assert_max_num_queries(DESK_QUERIES):
        response = clerk.get(url)
    assert case.matter.number in html(response)
    assert response.context["may_register"]
    assert case.matter.number not in html(client_for(case.place.people.stranger).get(url))
    supervisor = client_for(case.place.people.supervisor).get(url)
    assert case.matter.number in html(supervisor) and not supervisor.context["may_register"]


def test_the_desk_list_filters_and_sorts(client_for, case):
    place = case.place
    for number in range(30):
        register(place, at=moment(5, 1), title=f"事项{number:02}", short_title=f"事项{number}")
    clerk = client_for(place.people.clerk)
    url = reverse("desk_matters")

    def titles(**query):
        return [row.record.title for row in clerk.get(url, query).context["table"].paginated_rows]

    assert len(titles()) == 25 and len(titles(page=2)) == 6
    assert titles(text=case.matter.number) == [case.matter.title]
    assert titles(text="事项07") == ["事项07"]
    assert titles(status="outcome_disclosed") == [case.matter.title]
    assert titles(status="closed") == []
    assert len(titles(status="registered")) == 25
    assert titles(unit="NOWHERE") == titles()
    assert titles(unit=place.unit.code, year="2026", sort="title", status="registered")[0] == "事项00"
    assert titles(sort="-title", status="registered")[0] == "事项29"


def test_the_page_of_a_matter_at_the_desk(client_for, case, django_assert_max_num_queries):
    """Everybody with duties at the unit reads it; of Party meetings only its Party organisation reads the record."""
    for who in ("clerk", "secretary", "deputy", "member", "supervisor", "street"):
        client = client_for(getattr(case.place.people, who))
        with django_assert_max_num_queries(DESK_QUERIES):
            response = client.get(case.matter.get_desk_url())
        insider = who in ("clerk", "secretary", "deputy", "member")
        (sitting,) = steps(response)["review"].sittings
        assert bool(sitting.explanation) == insider, who
        assert bool(re.search(r"(?<![\w-])138(?![\w-])", html(response))) == insider, who  # not within a token
        assert steps(response)["resolve"].sittings[1].explanation
        assert bool(response.context["openable"]) == (who == "secretary"), who
        assert any(row["event"].verb == "confirm_meeting" for row in response.context["events"])


def test_what_was_entered_later_is_marked_at_the_desk_only(client, client_for, clock, young):
    meeting = young.call("propose", "party_committee", day(3, 6), at=moment(3, 4))
    actions.record_attendance(by=young.clerk, at=moment(3, 20), meeting=meeting, seen=meeting.version, present=7)
    clock(3, 21)
    assert gettext("Entered later") in html(client_for(young.place.people.clerk).get(young.matter.get_desk_url()))
    assert gettext("Entered later") not in html(page(client, young.matter))


def test_a_withdrawn_notice_leads_back_to_the_notice(client, client_for, clock, decided):
    from disclosure.actions import withdraw_version

    version = decided.fresh().resolution_notice.current
    withdraw_version(version=version, reason="数字有误", by=decided.secretary, at=moment(4, 10))
    clock(4, 11)
    step = steps(page(client, decided.matter))["disclose"]
    assert (step.state, step.tag_kind, step.periods) == ("now", "void", ())
    todo = next_of(client_for(decided.place.people.clerk), decided.matter)
    assert todo.url == decided.fresh().resolution_notice.desk_url and not todo.post


def test_the_history_of_party_meetings_is_closed_to_others(client_for, case):
    url = reverse("meeting", args=[case.matter.items.get(step="review").meeting_id])

    def events(person):
        return [row["event"].url for row in client_for(person).get(case.matter.get_desk_url()).context["events"]]

    assert url in events(case.place.people.secretary)
    assert url not in events(case.place.people.supervisor)


def test_strangers_find_no_matter(client, client_for, case):
    stranger = client_for(case.place.people.stranger)
    for name in ("matter_desk", "matter_edit", "implementation"):
        assert stranger.get(reverse(name, args=[case.matter.pk])).status_code == 404
        assert client.get(reverse(name, args=[case.matter.pk])).status_code == 302
    for name, args in (("implementation_start", []), ("matter_notice", ["resolution"])):
        assert stranger.post(reverse(name, args=[case.matter.pk, *args]), {"seen": 1}).status_code == 404


def next_of(client, matter):
    return client.get(matter.get_desk_url()).context["next"]


def test_what_comes_next_follows_the_matter(client_for, clock, young):
    """Every stage offers its one button, with the reason why it is closed for who cannot press it."""
    clerk, secretary = client_for(young.place.people.clerk), client_for(young.place.people.secretary)
    supervisor = client_for(young.place.people.supervisor)
    matter = young.matter
    assert next_of(clerk, matter).url == reverse("meeting_call", args=[matter.pk, "propose"])
    assert next_of(supervisor, matter).reason

    meeting = young.call("propose", "party_committee", day(3, 6), at=moment(3, 4))
    assert next_of(clerk, matter).url == meeting.get_absolute_url() and not next_of(clerk, matter).reason
    clock(3, 6)
    labels = [next_of(clerk, matter).label]
    assert next_of(supervisor, matter).reason
    young.attend(meeting, 7)
    labels.append(next_of(clerk, matter).label)
    young.vote(meeting, 7, 0, 0)
    labels.append(next_of(clerk, matter).label)
    young.minutes(meeting)
    labels.append(next_of(clerk, matter).label)
    assert len(set(labels)) == 4
    assert next_of(clerk, matter).reason and next_of(clerk, matter).url == reverse("records_confirm", args=[matter.pk])
    assert not next_of(secretary, matter).reason
    young.confirm(meeting)
    assert next_of(clerk, matter).url == reverse("meeting_call", args=[matter.pk, "confer"])

    young.confer()
    young.review()
    young.resolve_in_vain()
    clock(3, 25)
    assert next_of(clerk, matter).url == reverse("meeting_call", args=[matter.pk, "resolve"])
    young.resolve()
    clock(4, 1)
    draft = next_of(clerk, matter)
    assert draft.post and not draft.reason and next_of(secretary, matter).reason
    young.disclose()
    start = next_of(clerk, matter)
    assert start.post and start.reason == actions.why_not_startable(young.fresh(), day(4, 1))
    clock(4, 16)
    assert not next_of(clerk, matter).reason
    young.implement()
    clock(6, 9)
    assert next_of(clerk, matter).url.endswith("#costs")
    young.account_for()
    assert next_of(clerk, matter).url.endswith("#outcome")
    young.disclose_outcome()
    clock(6, 13)
    assert not next_of(clerk, matter).label
    clock(6, 28)
    assert not next_of(clerk, matter).label and next_of(clerk, matter).text


def test_a_returned_record_goes_back_to_the_clerk_and_its_reason_to_nobody_else(client_for, clock, young):
    meeting = young.call("propose", "party_committee", day(3, 6), at=moment(3, 4))
    young.attend(meeting, 7)
    young.vote(meeting, 7, 0, 0)
    young.minutes(meeting)
    actions.return_records(
        by=young.secretary, at=moment(3, 7), matter=young.matter, seen=young.fresh().version, reason="票数写错"
    )
    clock(3, 8)
    clerk, supervisor = client_for(young.place.people.clerk), client_for(young.place.people.supervisor)
    todo = next_of(clerk, young.matter)
    assert todo.url == meeting.get_absolute_url() and not todo.reason and "票数写错" in todo.text
    assert "票数写错" not in html(supervisor.get(young.matter.get_desk_url()))
    assert not next_of(client_for(young.place.people.secretary), young.matter).reason


def test_a_reason_stands_beside_the_closed_button(client_for, young):
    text = html(client_for(young.place.people.supervisor).get(young.matter.get_desk_url()))
    reason = next_of(client_for(young.place.people.supervisor), young.matter).reason
    assert f"<small>{reason}</small>".replace("'", "&#x27;") in text


# Registering


def sheet(place, **changes):
    """A filled form."""
    lines = {"item": [row for row in LINES if row[0] == "item"], "source": [row for row in LINES if row[0] == "source"]}
    term = place.persons["罗志强"].terms.get(body__kind="residents_committee")
    data = {
        "unit": place.unit.code,
        "token": str(uuid.uuid4()),
        "title": "关于将社区闲置用房改造为老年助餐点的事项",
        "short_title": "老年助餐点改造",
        "category": "M04",
        "registered_on": "2026-03-02",
        "origin": "residents",
        "initiator_kind": "representatives",
        "initiator_count": "１２",
        "initiator_base": "56",
        "plan": "方案。",
        "motion": "改造为老年助餐点。",
        "responsible": str(term.pk),
        "starts_on": "2026-04",
        "ends_on": "2026-06",
        "step": "preview",
    }
    for side, rows in lines.items():
        data |= {f"{side}-TOTAL_FORMS": "4", f"{side}-INITIAL_FORMS": "0"}
        for number, (_kind, label, fen) in enumerate(rows):
            data |= {f"{side}-{number}-label": label, f"{side}-{number}-amount": str(fen // 100)}
    if "statutory_call" in changes:
        data |= {"counted_on": "2026-03-01", "counted_by": "沈桂兰", "base_source": "居民代表名册"}
        data |= {"difference": "名册正在核对"}
    return data | changes


@pytest.fixture
def desk(client_for, clock, liuxi):
    clock(3, 2)
    return client_for(liuxi.people.clerk)


def test_only_who_runs_meetings_registers(client, client_for, clock, liuxi):
    url = reverse("matter_new")
    assert client.get(url).status_code == 302
    assert client_for(liuxi.people.supervisor).get(url).status_code == 403
    assert client_for(liuxi.people.street).post(url, sheet(liuxi)).status_code == 403
    assert client_for(liuxi.people.stranger).post(url, sheet(liuxi)).status_code == 404
    assert Matter.objects.count() == 0


def test_who_has_several_units_chooses_one(desk, liuxi, django_assert_max_num_queries):
    with django_assert_max_num_queries(DESK_QUERIES):
        response = desk.get(reverse("matter_new"))
    assert [unit.code for unit in response.context["units"]] == [liuxi.unit.code, liuxi.compound.code]
    with django_assert_max_num_queries(DESK_QUERIES):
        response = desk.get(reverse("matter_new"), {"unit": liuxi.unit.code})
    assert "owners_item" not in response.context["form"].fields
    compound = desk.get(reverse("matter_new"), {"unit": liuxi.compound.code})
    assert "owners_item" in compound.context["form"].fields
    offered = dict(compound.context["form"].fields["category"].choices)
    assert "M11" in offered and not {"M02", "M03", "M06"} & set(offered)
    assert desk.get(reverse("matter_new"), {"unit": liuxi.other.code}).status_code == 404


def test_rows_that_cannot_be_and_an_empty_file_are_told_once(desk, liuxi):
    for number in ("x", "9999"):
        budget = desk.post(reverse("matter_new"), sheet(liuxi) | {"item-TOTAL_FORMS": number}).context["budget"]
        assert budget.items.non_form_errors() == [gettext("The rows did not arrive whole. Please open the page again.")]
    empty = SimpleUploadedFile("图纸.pdf", b"", "application/pdf")
    form = desk.post(reverse("matter_new"), sheet(liuxi) | {"files": empty}).context["form"]
    assert len(form.errors["files"]) == 1


def test_preview_says_who_decides_and_why_then_registers(desk, liuxi):
    data = sheet(liuxi)
    preview = desk.post(reverse("matter_new"), data)
    assert preview.context["proposal"].body == "residents_reps"
    assert [kind for kind, _title in preview.context["alternatives"]] == ["residents_reps", "residents_meeting"]
    for reason in preview.context["proposal"].reasons:
        assert reason in html(preview)
    assert Matter.objects.count() == 0
    done = desk.post(reverse("matter_new"), data | {"step": "register", "deciding_body": "residents_reps"})
    matter = Matter.objects.get()
    assert done.status_code == 302 and done["Location"] == matter.get_desk_url()
    assert (matter.number, matter.initiator_count, matter.planned_total) == ("柳溪议〔2026〕1号", 12, 186000_00)
    assert (matter.starts_on, matter.ends_on) == (day(4, 1), day(6, 30))
    assert matter.responsible.name == "罗志强" and matter.responsible_title
    assert matter.supervisor == liuxi.bodies["supervision_committee"]
    assert matter.deciding_body == "residents_reps"


def test_the_meeting_of_all_may_be_chosen_and_nothing_else(desk, liuxi):
    data = sheet(liuxi, step="register", deciding_body="two_committees")
    response = desk.post(reverse("matter_new"), data)
    assert response.status_code == 200 and "deciding_body" in response.context["form"].errors
    desk.post(reverse("matter_new"), data | {"deciding_body": "residents_meeting"})
    assert Matter.objects.get().deciding_body == "residents_meeting"


def test_a_form_sent_twice_registers_once(desk, liuxi):
    data = sheet(liuxi, step="register")
    desk.post(reverse("matter_new"), data)
    again = desk.post(reverse("matter_new"), data, follow=True)
    assert Matter.objects.count() == 1
    assert again.redirect_chain[-1][0] == Matter.objects.get().get_desk_url()
    assert len(list(again.context["messages"])) == 2  # registered, and then: no need to send it again


def test_rows_are_added_and_nothing_typed_is_lost(desk, liuxi):
    data = sheet(liuxi, step="item", title="", **{"item-0-amount": "一万"})
    response = desk.post(reverse("matter_new"), data)
    form, budget = response.context["form"], response.context["budget"]
    assert not form.is_bound and not form.errors
    assert len(budget.items.forms) == 7 and len(budget.sources.forms) == 4
    text = html(response)
    for typed in ("一万", "桌椅及保温设备", "方案。", "改造为老年助餐点。", "2026-04", data["token"]):
        assert typed in text
    assert budget.items.forms[0]["amount"].value() == "一万"


def test_back_from_the_preview_keeps_everything(desk, liuxi):
    response = desk.post(reverse("matter_new"), sheet(liuxi, step="back"))
    assert response.context["form"]["motion"].value() == "改造为老年助餐点。"
    assert response.context["form"]["origin"].value() == "residents"
    assert "适老化设施" in html(response)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"title": ""}, "title"),
        ({"motion": " "}, "motion"),
        ({"category": "M99"}, "category"),
        ({"category": "M11"}, "category"),
        ({"registered_on": "2026-03-03"}, "registered_on"),
        ({"registered_on": "3月2日"}, "registered_on"),
        ({"initiator_count": ""}, "initiator_count"),
        ({"initiator_kind": ""}, "initiator_kind"),
        ({"initiator_base": "11"}, "initiator_base"),
        ({"initiator_base": "", "statutory_call": "reps_fifth"}, "initiator_base"),
        ({"initiator_base": "61", "statutory_call": "reps_fifth"}, "statutory_call"),
        ({"statutory_call": "owners_fifth"}, "statutory_call"),
        ({"statutory_call": "reps_fifth", "initiator_kind": "residents"}, "initiator_kind"),
        ({"statutory_call": "reps_fifth", "counted_by": " "}, "counted_by"),
        ({"statutory_call": "reps_fifth", "counted_on": ""}, "counted_on"),
        ({"starts_on": "2026-13"}, "starts_on"),
        ({"starts_on": "1949-09"}, "starts_on"),
        ({"ends_on": "2100-01"}, "ends_on"),
        ({"starts_on": "2026-07"}, "ends_on"),
        ({"responsible": "999999"}, "responsible"),
    ],
)
def test_errors_stand_beside_the_field(desk, liuxi, changes, field):
    response = desk.post(reverse("matter_new"), sheet(liuxi, **changes))
    assert list(response.context["form"].errors) == [field]
    assert "error-summary" in html(response)
    assert "桌椅及保温设备" in html(response)
    assert Matter.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"item-0-amount": "132000.001"},
        {"item-0-amount": "-5"},
        {"item-0-amount": "1e5"},
        {"item-0-amount": "132,00"},
        {"item-0-amount": ""},
        {"item-0-label": ""},
        {"item-0-label": "桌椅及保温设备"},
        {"item-0-amount": "132000.01"},
        {"source-2-amount": ""},
    ],
)
def test_a_budget_that_cannot_be_is_refused(desk, liuxi, changes):
    response = desk.post(reverse("matter_new"), sheet(liuxi, **changes))
    assert "form" in response.context and "proposal" not in response.context
    assert "error-summary" in html(response)
    assert Matter.objects.count() == 0


def test_both_totals_are_shown_when_they_differ(desk, liuxi):
    text = html(desk.post(reverse("matter_new"), sheet(liuxi, **{"source-2-amount": "19999.5"})))
    assert "186000" in text and "185999.50" in text


@pytest.mark.parametrize(
    "typed", ["132000", "132000.00", "132,000", "１３２０００", "132000元", "¥132,000.0", "132，000。00"]
)
def test_amounts_are_read_as_people_write_them(desk, liuxi, typed):
    desk.post(reverse("matter_new"), sheet(liuxi, step="register", **{"item-0-amount": typed}))
    assert Matter.objects.get().planned_total == 186000_00


def test_a_statutory_call_goes_straight_to_the_decision(desk, client, clock, liuxi):
    desk.post(reverse("matter_new"), sheet(liuxi, step="register", statutory_call="reps_fifth"))
    matter = Matter.objects.get()
    assert matter.is_statutory
    clock(3, 3)
    response = page(client, matter)
    assert [step.key for step in response.context["track"].steps][0] == "resolve"
    assert next_of(desk, matter).url == reverse("meeting_call", args=[matter.pk, "resolve"])


def test_a_file_is_kept_from_the_preview_on(desk, client_for, liuxi, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    pdf = SimpleUploadedFile("估算.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    preview = desk.post(reverse("matter_new"), sheet(liuxi, files=pdf))
    kept = preview.context["kept_token"]
    assert kept and "估算.pdf" in html(preview)
    desk.post(reverse("matter_new"), sheet(liuxi, step="register", kept=kept))
    assert [row.label for row in Matter.objects.get().files.all()] == ["估算.pdf"]
    forged = desk.post(reverse("matter_new"), sheet(liuxi, step="register", kept="[1, [[1, 'x']]]:nonsense"))
    assert forged.status_code == 302
    assert Matter.objects.order_by("-pk")[0].files.count() == 0


def test_a_file_that_is_refused_loses_nothing(desk, liuxi, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    response = desk.post(reverse("matter_new"), sheet(liuxi, files=SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 20)))
    assert "files" in response.context["form"].errors
    assert "桌椅及保温设备" in html(response)


# Changing


def edited(case, **changes):
    data = {key: value for key, value in sheet(case.place).items() if key not in ("unit", "token", "category")}
    return data | {"seen": str(case.fresh().version), "step": "save"} | changes


def test_a_registered_matter_can_be_changed(client_for, young):
    clerk = client_for(young.place.people.clerk)
    url = reverse("matter_edit", args=[young.matter.pk])
    assert "桌椅及保温设备" in html(clerk.get(url))
    response = clerk.post(url, edited(young, title="新的标题", **{"item-2-label": "扶手"}))
    assert response.status_code == 302
    matter = young.fresh()
    assert (
        matter.title == "新的标题" and [line.label for line in matter.lines.all() if line.kind == "item"][-1] == "扶手"
    )
    assert Event.objects.filter(verb="edit_matter").count() == 1


def test_a_stale_change_is_refused_and_keeps_what_was_typed(client_for, young):
    clerk = client_for(young.place.people.clerk)
    url = reverse("matter_edit", args=[young.matter.pk])
    data = edited(young, title="先到")
    clerk.post(url, data)
    response = clerk.post(url, data | {"title": "后到"})
    assert response.status_code == 409 and "后到" in html(response, 409)
    assert young.fresh().title == "先到"


def test_who_may_not_change_is_told(client_for, young):
    url = reverse("matter_edit", args=[young.matter.pk])
    assert client_for(young.place.people.supervisor).get(url).status_code == 403
    young.propose()
    response = client_for(young.place.people.clerk).get(url, follow=True)
    assert [str(message) for message in response.context["messages"]] == [actions.why_not_editable(young.fresh())]


# Implementation


@pytest.fixture
def decided(clock):
    """The resolution on display, its objection window over."""
    case = liuxi_case()
    case.deliberate()
    case.disclose()
    clock(4, 16)
    return case


def part(case, key, **fields):
    data = {f"{key}-{name}": value for name, value in fields.items()}
    return data | {"part": key, f"{key}-seen": str(case.fresh().version)}


def test_the_implementation_from_start_to_draft(client_for, clock, decided, django_assert_max_num_queries):
    clerk, matter = client_for(decided.place.people.clerk), decided.matter
    url = reverse("implementation", args=[matter.pk])
    assert clerk.get(url).context["may_start"]
    assert (
        clerk.post(reverse("implementation_start", args=[matter.pk]), {"seen": decided.fresh().version}).status_code
        == 302
    )
    assert decided.fresh().status == Status.IMPLEMENTING
    clerk.post(
        url,
        part(
            decided, "selection", on="2026-04-16", method="询价比选", offers="3", result="最低价中选", supervised="on"
        ),
    )
    clock(6, 9)
    for kind, on in (("started", "2026-04-20"), ("completed", "2026-05-29")):
        assert clerk.post(url, part(decided, "milestone", kind=kind, on=on)).status_code == 302
    clerk.post(url, part(decided, "acceptance", on="2026-06-04", passed="yes", signers="5人签字"))
    assert decided.fresh().status == Status.ACCEPTED
    amounts = {"装修改造": "128600", "桌椅及保温设备": "38460", "适老化设施": "12200"}
    amounts |= {"服务群众专项经费": "119260", "街道养老服务补助": "40000", "驻区单位支持": "20000"}
    lines = {str(line.pk): amounts[line.label] for line in decided.matter.lines.all()}
    wrong = clerk.post(url, part(decided, "costs", **(lines | {max(lines): "1"})))
    assert wrong.status_code == 200 and wrong.context["forms"]["costs"].errors
    assert clerk.post(url, part(decided, "costs", **lines)).status_code == 302
    assert decided.fresh().actual_total == 179260_00
    counts = {"issued": "60", "returned": "54", "satisfied": "49", "fairly": "4", "unsatisfied": "1"}
    wrong = clerk.post(url, part(decided, "evaluation", on="2026-06-08", **(counts | {"satisfied": "48"})))
    assert "satisfied" in wrong.context["forms"]["evaluation"].errors
    assert clerk.post(url, part(decided, "evaluation", on="2026-06-08", **counts)).status_code == 302
    with django_assert_max_num_queries(DESK_QUERIES):
        assert clerk.get(url).context["why_no_outcome"] is None
    drafted = clerk.post(url, part(decided, "outcome", supervision="结果属实。"))
    assert drafted["Location"] == decided.fresh().outcome_notice.desk_url
    assert clerk.get(url).context["why_closed"]


def test_implementation_waits_for_the_objection_window(client_for, clock, decided):
    clock(4, 8)
    clerk, matter = client_for(decided.place.people.clerk), decided.matter
    reason = clerk.get(reverse("implementation", args=[matter.pk])).context["start_reason"]
    assert reason == actions.why_not_startable(decided.fresh(), day(4, 8))
    response = clerk.post(
        reverse("implementation_start", args=[matter.pk]), {"seen": decided.fresh().version}, follow=True
    )
    assert [str(message) for message in response.context["messages"]] == [reason]
    assert decided.fresh().status == Status.RESOLVED


def test_refusals_of_the_implementation_keep_what_was_typed(client_for, clock, decided):
    clerk, url = client_for(decided.place.people.clerk), reverse("implementation", args=[decided.matter.pk])
    decided.start()
    early = clerk.post(url, part(decided, "milestone", kind="started", on="2026-04-05"))
    assert early.status_code == 409 and "on" in early.context["forms"]["milestone"].errors
    empty = clerk.post(url, part(decided, "milestone", kind="other", on="2026-04-16"))
    assert "text" in empty.context["forms"]["milestone"].errors
    stale = clerk.post(url, part(decided, "milestone", kind="started", on="2026-04-16") | {"milestone-seen": "1"})
    assert stale.status_code == 409
    assert decided.fresh().milestones.count() == 0
    assert clerk.post(url, {"part": "nonsense"}).status_code == 404
    supervisor = client_for(decided.place.people.supervisor)
    assert supervisor.get(url).context["why_closed"]
    sent = part(decided, "milestone", kind="started", on="2026-04-16")
    assert supervisor.post(url, sent).status_code == 403


def test_the_resolution_notice_drafts_itself_once(client_for, clock):
    case = liuxi_case()
    case.deliberate()
    clock(4, 1)
    clerk, url = client_for(case.place.people.clerk), reverse("matter_notice", args=[case.matter.pk, "resolution"])
    seen = {"seen": case.fresh().version}
    assert client_for(case.place.people.supervisor).post(url, seen).status_code == 403
    assert clerk.get(url).status_code == 405
    response = clerk.post(url, seen)
    assert response["Location"] == case.fresh().resolution_notice.desk_url
    again = clerk.post(url, seen, follow=True)
    assert len(list(again.context["messages"])) >= 1
    assert clerk.post(reverse("matter_notice", args=[case.matter.pk, "nonsense"]), seen).status_code == 404


def test_data_of_the_page_is_plain(client, young):
    response = client.get(reverse("matter_json", args=[young.place.unit.code, 2026, young.matter.serial]))
    assert json.loads(response.content)["steps"][0]["state"] == "now"
