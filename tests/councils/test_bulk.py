"""Matters of past years from a sheet: computed results, bad rows, duplicates, all or nothing, a second person."""

import io

import pytest
from django.urls import reverse

from audit.models import Event
from councils.forms.bulk import COLUMNS, MOST_ROWS
from councils.models import Matter, Meeting, Vote
from councils.voting import Roll
from governance import middleware
from orgs import sheets
from orgs.imports.plan import Change
from tests import factories

NAME = {column.key: column.names[0] for column in COLUMNS}
URL = "matters_from_sheet"
HALL = {"title": "关于更换楼道灯的事项", "short_title": "更换楼道灯", "category": "M04", "origin": "党员群众建议"}
HALL |= {"registered_on": "2026/3/2", "plan": "更换楼道灯80盏。", "motion": "同意更换楼道灯80盏。"}
HALL |= {"amount": "１２，０００", "source": "惠民资金"}


def meeting(number, on, entitled, present, for_, against="0", **more):
    cells = {"held_on": on, "entitled": entitled, "present": present, "for": for_, "against": against}
    cells |= {"minutes": "与会人员发言，表决通过。", "place": "会议室", **more}
    return {f"{number}_{key}": value for key, value in cells.items()}


ALL_FOUR = (
    meeting(1, "2026年3月6日", "7", "7", "7")
    | meeting(2, "2026-03-10", "10", "9", "9")
    | meeting(3, "2026-03-15", "62", "55", "55", roll_source="党员名册")
    | meeting(
        4, "2026-03-20", "56", "51", "45", "3", abstain="2", roll_source="代表名册", method="票决",
        issued="51", returned="51", valid="50",
        invalid="1", teller_supervisor="沈桂兰", teller_counter="丁春梅",
    )
)  # fmt: skip


def sheet(*rows):
    used = [column.key for column in COLUMNS if any(column.key in row for row in rows)]
    used += [column.key for column in COLUMNS if column.required and column.key not in used]
    text = "\n".join(
        [",".join(NAME[key] for key in used), *(",".join(row.get(key, "") for key in used) for row in rows)]
    )
    file = io.BytesIO(text.encode())
    file.name = "2026.csv"
    return file


@pytest.fixture(autouse=True)
def clock(monkeypatch, at):
    """The year after: the register of 2026 lies on paper."""
    monkeypatch.setattr(middleware, "now", lambda: at.replace(year=2027, month=2, day=1))


@pytest.fixture
def client(liuxi, client_for):
    return client_for(liuxi.people.clerk)


@pytest.fixture
def send(client, liuxi):
    """`send(rows)`: the preview."""

    def run(*rows):
        return client.post(reverse(URL), {"unit": liuxi.unit.code, "file": sheet(*rows)})

    return run


def test_a_sheet_is_previewed_with_results_and_entered_when_confirmed(client, send, liuxi, client_for):
    lost = HALL | {"title": "关于划线停车的事项", "short_title": "划线停车", "amount": "", "source": ""}
    lost |= meeting(1, "2026-03-07", "7", "6", "2", "4")
    page = send(HALL | ALL_FOUR, lost, HALL | {"title": "只登记的事项", "registered_on": "2027-01-08"})
    assert page.context["found"][Change.NEW] == 3, [row.detail for row in page.context["planned"]]
    assert [row.detail.count("；") + row.detail.count("; ") for row in page.context["planned"]] == [4, 1, 0]
    assert not Matter.objects.exists() and not Meeting.objects.exists() and not Event.objects.exists()
    packed = {"packed": page.context["packed"], "unit": liuxi.unit.code}
    assert client.post(reverse(URL), packed).status_code == 302
    numbers = {matter.short_title: (matter.year, matter.serial) for matter in Matter.objects.filter(year=2026)}
    assert numbers == {"更换楼道灯": (2026, 1), "划线停车": (2026, 2)}
    assert Matter.objects.get(year=2027).serial == 1
    hall = Matter.objects.get(short_title="更换楼道灯", year=2026)
    assert hall.planned_total == 1_200_000 and hall.supervisor == liuxi.bodies["supervision_committee"]
    votes = Vote.objects.filter(item__matter=hall).order_by("item__meeting__held_on")
    assert [vote.outcome for vote in votes] == ["carried"] * 4
    assert (votes[3].issued, votes[3].invalid, votes[3].in_favour) == (51, 1, 45)
    assert Vote.objects.get(item__matter__short_title="划线停车").outcome == "not_carried"
    # The records still wait for another person.
    assert not Meeting.objects.exclude(confirmed_at=None).exists() and hall.steps_done.count() == 0
    assert client_for(liuxi.people.secretary).get(reverse("records_confirm", args=[hall.pk])).status_code == 200
    assert Event.objects.get(verb="sheet_imported").data["new"] == 3
    assert client.post(reverse(URL), packed).status_code == 302
    assert Matter.objects.count() == 3


def test_the_printed_example_and_past_years_are_judged_by_what_was_in_force(client, send, liuxi):
    printed = {column.key: column.example for column in COLUMNS}
    old = HALL | {"title": "关于修缮门房的事项", "registered_on": "2021-03-02"}
    old |= {key: value.replace("2026", "2021") for key, value in ALL_FOUR.items()} | {"4_notice_on": "2021年3月16日"}
    page = send(printed, old)
    assert page.context["packed"], [row.detail for row in page.context["planned"]]
    client.post(reverse(URL), {"packed": page.context["packed"], "unit": liuxi.unit.code})
    assert {(matter.year, matter.procedure_version) for matter in Matter.objects.all()} == {
        (2025, "2019-1"),
        (2021, "2019-1"),
    }
    first = Meeting.objects.get(held_on__year=2025)
    assert (first.notice_on.isoformat(), first.held_on.isoformat()) == ("2025-03-04", "2025-03-06")
    decided = Meeting.objects.get(held_on="2021-03-20")
    assert decided.notice_on.isoformat() == "2021-03-16"
    assert (decided.rule.version, decided.rule.roll) == ("1990-1", Roll.GROUP_DELEGATES)


WRONG = {
    "no title": {"title": ""},
    "a formula": {"title": "=1+1"},
    "10,000 characters": {"title": "长" * 10_000},
    "an unknown category": {"category": "M99"},
    "a day before 1949": {"registered_on": "1948-01-01"},
    "a day to come": {"registered_on": "2030-01-01"},
    "before the procedure": {"registered_on": "2018-12-31"},
    "money without a source": {"source": ""},
    "no amount": {"amount": "很多"},
    "more votes than people": meeting(1, "2026-03-06", "7", "6", "7"),
    "more present than entitled": meeting(1, "2026-03-06", "7", "8", "8"),
    "too few for a vote": meeting(1, "2026-03-06", "7", "2", "2"),
    "before it was registered": meeting(1, "2026-02-06", "7", "7", "7"),
    "called after it was held": meeting(1, "2026-03-06", "7", "7", "7", notice_on="2026-03-07"),
    "no votes": meeting(1, "2026-03-06", "7", "7", ""),
    "a gap": meeting(2, "2026-03-10", "10", "9", "9"),
    "after a lost vote": meeting(1, "2026-03-06", "7", "7", "1", "6") | meeting(2, "2026-03-10", "10", "9", "9"),
    "days out of order": meeting(1, "2026-03-11", "7", "7", "7") | meeting(2, "2026-03-10", "10", "9", "9"),
    "another body": meeting(1, "2026-03-06", "7", "7", "7", body="董事会"),
    "no such method": meeting(1, "2026-03-06", "7", "7", "7", method="掷骰子"),
    "an unreadable count": meeting(1, "2026-03-06", "7", "七", "7"),
}


def test_bad_rows_are_named_with_their_reasons_and_nothing_is_kept(send):
    rows = [HALL | {"title": f"事项{number}"} | wrong for number, wrong in enumerate(WRONG.values())]
    page = send(HALL | {"title": "好的事项"}, *rows)
    good, *bad = page.context["planned"]
    assert good.change == Change.NEW
    wrong = dict(zip(WRONG, bad, strict=True))
    assert {name for name, row in wrong.items() if row.change != Change.BAD} == set()
    assert [row.number for row in bad] == list(range(3, 3 + len(bad)))
    assert all(0 < len(row.detail) < 400 for row in bad)
    assert not page.context["packed"] and not Matter.objects.exists()


def test_a_title_is_registered_once_a_year(client, send, liuxi):
    page = send(HALL, HALL, HALL | {"registered_on": "2027-01-08"})
    assert [row.change for row in page.context["planned"]] == [Change.NEW, Change.BAD, Change.NEW]
    page = send(HALL)
    stale = {"packed": page.context["packed"], "unit": liuxi.unit.code}
    other = {"packed": send(HALL).context["packed"], "unit": liuxi.unit.code}
    client.post(reverse(URL), other)
    answer = client.post(reverse(URL), stale)
    assert answer.status_code == 409 and answer.context["planned"][0].change == Change.BAD
    assert Matter.objects.count() == 1


def test_who_may_not_enter_party_meetings_is_told_so_in_the_row(liuxi, client_for):
    worker = factories.person("工作者")
    factories.appoint(worker, liuxi.bodies["community_staff"], "worker")
    page = client_for(worker).post(
        reverse(URL), {"unit": liuxi.unit.code, "file": sheet(HALL | meeting(1, "2026-03-06", "7", "7", "7"))}
    )
    assert page.context["planned"][0].change == Change.BAD and not Matter.objects.exists()


def test_only_ones_own_preview_of_ones_own_unit_counts(send, client, liuxi, client_for):
    packed = send(HALL).context["packed"]
    assert client.post(reverse(URL), {"packed": packed, "unit": "x"}).status_code == 409
    stranger = client_for(liuxi.people.stranger)
    assert stranger.post(reverse(URL), {"packed": packed, "unit": liuxi.unit.code}).status_code == 409
    assert stranger.post(reverse(URL), {"packed": packed, "unit": liuxi.other.code}).status_code == 409
    assert stranger.post(reverse(URL), {"file": sheet(HALL), "unit": liuxi.unit.code}).context["form"].errors["unit"]
    assert client_for(liuxi.people.supervisor).get(reverse(URL)).status_code == 403
    assert not Matter.objects.exists()


def test_too_many_rows_and_no_rows_are_refused_in_words(client, send, liuxi):
    page = send(*[HALL] * (MOST_ROWS + 1))
    assert page.context["form"].errors["file"]
    assert send().context["form"].errors["file"]
    assert client.post(reverse(URL), {"unit": liuxi.unit.code}).context["form"].errors["file"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_has_every_column(client, kind):
    row = sheets.read(io.BytesIO(client.get(reverse(URL), {"template": kind}).content))[0]
    assert list(row.cells) == [column.names[0] for column in COLUMNS]
    assert len(COLUMNS) <= sheets.MAX_COLUMNS
