"""The pages of an owners' assembly: the sheet of the roll, blind entries, refusals beside fields, public totals."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import ngettext

from audit.models import Event
from councils.models import AdoptedRule, BallotEntry, OwnerBallot, OwnerRoll, Vote
from councils.views.track import voting_sentences
from governance.templatetags.ui import unbroken
from tests.councils.assembly import AREA, HEADS, SHEET, Assembly
from tests.councils.case import day, moment

pytestmark = pytest.mark.django_db

HEADING = "楼栋,房号,业主,专有部分面积,面积来源,业主类型,业主编号\n"
NAMES = ("甲一", "甲五", "乙五", "青禾商贸", "秦某", "委托书")


def csv(rows=SHEET):
    lines = [",".join([*row, "", "", ""][:7]) for row in rows]
    return HEADING + "\n".join(lines)


@pytest.fixture
def assembly(liuxi, monkeypatch):
    assembly = Assembly(liuxi)

    def at(number, month=3):
        monkeypatch.setattr("governance.middleware.now", lambda: moment(month, number))

    assembly.at = at
    at(1)
    return assembly


@pytest.fixture
def client(assembly, client_for):
    """`client("deputy")`."""
    return lambda who: client_for(assembly.users[who].person)


@pytest.fixture
def delivered(assembly):
    assembly.open()
    assembly.deliver()
    assembly.at(20)
    return assembly


def page(assembly, name, *args):
    return reverse(name, args=[assembly.meeting.pk, *args])


# The roll


def send(client, assembly, content=None, **fields):
    """One step of the import: the file, or the sheet that was looked at."""
    data = {"token": fields.pop("token", "4f7c3c1e-0000-4000-8000-000000000001"), "as_of": "2026-03-01"}
    data |= {"basis": "不动产登记簿", "source": "register"} | fields
    if content is not None:
        data["file"] = SimpleUploadedFile("名册.csv", content if isinstance(content, bytes) else content.encode())
    return client.post(reverse("owner_import", args=[assembly.unit.pk]), data)


def packed(response):
    return re.search(r'name="sheet" value="([^"]+)"', response.content.decode())[1]


def test_a_roll_is_looked_at_before_it_is_written(assembly, client):
    deputy = client("deputy")
    first = send(deputy, assembly, csv())
    assert first.status_code == 200
    assert not OwnerRoll.objects.exists()
    assert (len(first.context["reading"].heads), first.context["reading"].area) == (HEADS, AREA)
    second = send(deputy, assembly, sheet=packed(first), do="save")
    roll = OwnerRoll.objects.get()
    assert second.url == roll.get_absolute_url()
    assert (roll.heads, roll.doors, roll.area) == (HEADS, len(SHEET), AREA)
    again = send(deputy, assembly, sheet=packed(first), do="save")
    assert again.status_code == 409
    assert OwnerRoll.objects.count() == 1


def test_a_roll_of_a_day_to_come_is_refused_at_the_preview(assembly, client):
    answer = send(client("deputy"), assembly, csv(), as_of="2099-01-01")
    assert list(answer.context["form"].errors) == ["as_of"]
    assert answer.context["reading"] is None


def test_bad_rows_are_named_and_nothing_is_written(assembly, client):
    rows = [*SHEET, SHEET[0], ("5幢", "1", "", "80"), ("5幢", "2", "丙", "零")]
    deputy = client("deputy")
    first = send(deputy, assembly, csv(rows), do="save")
    assert [row for row, _reason in first.context["problems"]] == [14, 15, 16]
    assert send(deputy, assembly, sheet=packed(first), do="save").status_code == 200
    assert not OwnerRoll.objects.exists()


def test_what_is_no_roll_is_refused_beside_the_file(assembly, client):
    deputy = client("deputy")
    old_excel = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content in (
        None,
        b"",
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        "房号,业主\n101,甲".encode(),
        b"%PDF-1.4 \x81",
        old_excel,
    ):
        answer = send(deputy, assembly, content)
        assert answer.status_code == 200
        assert answer.context["form"].errors["file"], content
        assert answer.context["form"]["basis"].value() == "不动产登记簿"


def test_a_sheet_of_another_compound_is_not_taken(assembly, client):
    other = assembly.place.unit
    first = send(client("deputy"), assembly, csv())
    forged = packed(first)[:-3] + "abc"
    answer = send(client("deputy"), assembly, sheet=forged, do="save")
    assert answer.context["form"].errors["file"]
    assert client("deputy").get(reverse("owner_import", args=[other.pk])).status_code == 404


def test_hostile_cells_give_reasons_and_no_error(assembly, client):
    rows = [
        ("1幢", "101", "=cmd|'/C calc'!A0", "80"),
        ("1幢", "102", "𠮷㙓😀", "８０．５"),
        ("1幢", "103", "长" * 10_000, "80"),
        ("<script>", "104", "<script>alert(1)</script>", "80"),
        ("1幢", "105", "甲", "80.125"),
        ("1幢", "106", "甲", "80", "", "", "9" * 41),
        *[("2幢", str(number), f"置业{number}" + "长" * 50, "80", "", "未售") for number in range(40)],
    ]
    answer = send(client("deputy"), assembly, csv(rows))
    assert [row for row, _reason in answer.context["problems"]] == [0, 4, 6, 7]
    assert b"<script>alert" not in answer.content


def test_names_and_doors_are_for_the_compound_and_reading_is_written_down(assembly, client):
    roll = assembly.roll()
    seen = Event.objects.filter(verb="read_owner_roll")
    assert "甲五、乙五" in client("street").get(roll.get_absolute_url()).content.decode()
    assert seen.count() == 1
    assert seen.get().actor == "唐磊"
    assert client("stranger").get(roll.get_absolute_url()).status_code == 404
    discard = reverse("owner_roll_discard", args=[roll.pk])
    assert client("street").post(discard).status_code == 403
    assert client("deputy").post(discard).url == reverse("owners_desk", args=[assembly.unit.pk])
    assert not OwnerRoll.objects.exists()


def test_the_call_begins_with_the_numbers_of_the_roll(assembly, client):
    assembly.roll()
    assembly.at(2)
    answer = client("chair").get(reverse("meeting_call", args=[assembly.matter.pk, "resolve"]))
    form = answer.context["form"]
    assert [form[name].value() for name in ("entitled", "area_entitled", "roll_basis")] == [10, "1000", "不动产登记簿"]
    assert "voting_from" in form.fields


# Rules about silent owners


def test_a_rule_about_silent_owners_is_recorded_and_ended(assembly, client):
    url = reverse("silent_rule", args=[assembly.unit.pk])
    chair = client("chair")
    data = {"kind": "abstain", "adopted_on": "2026-01-10", "document": "《业主大会议事规则》第十八条"}
    assert client("deputy").post(url, data).status_code == 403
    assert chair.post(url, data | {"document": ""}).context["form"].errors["document"]
    assert chair.post(url, data).status_code == 302
    assert chair.post(url, data).status_code == 409
    desk = chair.get(reverse("owners_desk", args=[assembly.unit.pk])).content.decode()
    assert "《业主大会议事规则》第十八条" in desk
    assert chair.post(url, {"do": "end"}).status_code == 302
    assert AdoptedRule.objects.get().ended_on == moment(3, 1).date()
    assert chair.post(url, {"do": "end"}).status_code == 302


# Ballots


def test_ballots_are_made_from_the_page(assembly, client):
    roll, meeting = assembly.roll(), assembly.call()
    assembly.at(3)
    url = reverse("owner_ballots_make", args=[meeting.pk])
    deputy = client("deputy")
    assert deputy.get(reverse("owners_assembly", args=[meeting.pk])).url == url
    data = {"seen": meeting.version, "roll": roll.pk, "committee_told_on": "2026-03-02"}
    assert deputy.post(url, data | {"committee_told_on": "2026-03-04"}).context["form"].errors["committee_told_on"]
    assert deputy.post(url, data | {"seen": 0}).status_code == 409
    for most, document, field in (
        ("0", "规则", "proxies_most"),
        ("99999", "规则", "proxies_most"),
        ("x", "规则", "proxies_most"),
        ("3", " ", "proxies_document"),
        ("", "规则", "proxies_document"),
    ):
        wrong = deputy.post(url, data | {"proxies_most": most, "proxies_document": document})
        assert list(wrong.context["form"].errors) == [field]
    assert deputy.post(url, data).url == reverse("owners_assembly", args=[meeting.pk])
    assert deputy.post(url, data).status_code == 302
    assert OwnerBallot.objects.count() == HEADS


def test_every_ballot_is_printed_with_stub_number_area_and_signature(delivered, client):
    text = client("deputy").get(page(delivered, "owner_ballots_print")).content.decode()
    assert text.count("表决票存根") == HEADS
    assert text.count("业主（代理人）签名") == HEADS
    assert text.count("使用维修资金更换三部电梯。") == HEADS
    assert text.count("0004") == 2
    assert "2幢 101、2幢 102" in text
    for asked, number in (("4", 1), ("²", HEADS), ("9" * 20, 0)):
        one = client("deputy").get(page(delivered, "owner_ballots_print") + f"?serial={asked}").content.decode()
        assert one.count("表决票存根") == number
    building = client("deputy").get(page(delivered, "owner_ballots_print") + "?building=2幢").content.decode()
    assert building.count("表决票存根") == 2


def test_deliveries_are_ticked_door_by_door(assembly, client):
    assembly.open()
    assembly.at(10)
    url = page(assembly, "owner_delivery")
    first, second, third = OwnerBallot.objects.values_list("pk", flat=True)[:3]
    data = {"on": "2026-03-10", "method": "hand", "deliverer": "楼栋长", "ballot": [first], "signed": [second]}
    deputy = client("deputy")
    assert deputy.post(url, data).status_code == 302
    assert [assembly.ballot(serial).signed for serial in (1, 2)] == [False, True]
    assert deputy.post(url, data).status_code == 409
    wrong = deputy.post(url, data | {"ballot": [third], "signed": [], "method": "other"})
    assert wrong.context["form"].errors["note"]
    assert f'value="{third}" checked' in wrong.content.decode()
    assert deputy.post(url, data | {"ballot": ["x", "9" * 30, "-1"], "signed": []}).status_code == 200
    assert client("street").get(url).status_code == 403
    assert client("stranger").get(url).status_code == 404


def test_a_spoiled_ballot_is_replaced_on_its_page(delivered, client):
    url = page(delivered, "owner_ballot", 2)
    deputy = client("deputy")
    assert deputy.post(url, {"void-reason": ""}).context["sent"].errors
    assert deputy.post(url, {"withdraw-reason": "送错门"}).url == url
    assert deputy.post(url, {"void-reason": "被水浸湿"}).url == page(delivered, "owner_ballot", HEADS + 1)
    assert deputy.post(url, {"void-reason": "被水浸湿"}).status_code == 409
    assert deputy.get(page(delivered, "owner_ballot", 99)).status_code == 404


# Entries


def enter(client, assembly, serial, choice="", reason=""):
    url = page(assembly, "owner_entry") + f"?serial={serial}"
    return client.post(url, {f"choice_{assembly.question}": choice, "invalid_reason": reason})


def test_nobody_sees_the_entry_of_another_person(delivered, client):
    deputy, branch = client("deputy"), client("branch")
    assert enter(deputy, delivered, "0003", "against").status_code == 302
    blank = branch.get(page(delivered, "owner_entry") + "?serial=3")
    assert "checked" not in blank.content.decode()
    waiting = branch.get(page(delivered, "owner_entry"))
    assert [row.serial for row in waiting.context["mine"]] == [3]
    assert not deputy.get(page(delivered, "owner_entry")).context["mine"]
    mended = branch.get(page(delivered, "owner_mend", 3))
    assert mended.status_code == 302
    assert enter(branch, delivered, "3", "for").status_code == 302
    assert BallotEntry.objects.count() == 2
    assert "against" not in branch.get(page(delivered, "owner_entry") + "?serial=3").content.decode()


def test_the_desk_says_what_waits_in_open_counts(delivered, client, django_assert_max_num_queries):
    clients = {who: client(who) for who in ("deputy", "chair", "street", "stranger")}

    def waiting(who):
        items = clients[who].get("/desk/").context["items"]
        return [(item.url.partition("/ballots/")[2], item.todo) for item, _late in items if item.kind == "ballots"]

    proxy = delivered.proxy("3")
    delivered.enter_twice({1: "for", 2: "for", 4: "for", 5: "for"}, second={2: "against", 4: "未签名"})
    delivered.enter(3, "for", who="deputy", proxy=proxy)
    delivered.enter(3, "for", who="branch")
    delivered.enter(6, "for", who="deputy")
    differences = ("#differences", ngettext("Settle %(n)s difference", "Settle %(n)s differences", 3) % {"n": 3})
    second = (
        "entry/",
        ngettext("Enter %(n)s ballot the second time", "Enter %(n)s ballots the second time", 1) % {"n": 1},
    )
    assert waiting("deputy") == [differences]  # reads the session and the scope once
    with django_assert_max_num_queries(14):
        assert waiting("deputy") == [differences]
    assert waiting("chair") == [second, differences]
    assert waiting("street") == waiting("stranger") == []
    delivered.mend(2, "for", on=20)
    delivered.mend(3, "for", on=20)
    delivered.mend(4, "for", on=20)
    delivered.enter(6, "for", who="branch")
    assert waiting("chair") == []


def test_a_number_without_a_ballot_is_told_beside_the_field(delivered, client):
    deputy = client("deputy")
    for serial in ("", "0", "11", "abc", "９９９９９９９９９９", "²", "-1"):
        answer = deputy.get(page(delivered, "owner_entry"), {"serial": serial})
        assert answer.status_code == 200
        assert answer.context["asked"].errors["serial"], serial


def test_an_entry_says_something_of_every_question(delivered, client):
    deputy = client("deputy")
    empty = enter(deputy, delivered, 1)
    assert empty.status_code == 200
    assert empty.context["form"].errors
    assert enter(deputy, delivered, 1, "perhaps").context["form"].errors
    both = enter(deputy, delivered, 1, "for", reason="未签名")
    assert set(both.context["form"].errors) == {"invalid_reason"}
    assert both.context["form"]["invalid_reason"].value() == "未签名"
    assert not BallotEntry.objects.exists()
    assert enter(deputy, delivered, 1, reason="未签名").status_code == 302
    assert enter(deputy, delivered, 1, "for").status_code == 409


def test_who_signed_is_asked_where_the_owner_gave_a_proxy(delivered, client):
    deputy = client("deputy")
    url = page(delivered, "owner_entry") + "?serial=3"
    proxies = reverse("meeting_proxies", args=[delivered.meeting.pk])
    blank = deputy.get(url)
    assert "proxy" not in blank.context["form"].fields
    assert f"{proxies}?giver=3" in blank.content.decode()
    assert deputy.get(f"{proxies}?giver=3").context["form"]["giver"].value() == "3"
    proxy, other = delivered.proxy("3"), delivered.proxy("4")
    choice = {f"choice_{delivered.question}": "for"}
    for signer in ("", "nobody", other.pk, "9" * 40):
        assert "proxy" in deputy.post(url, choice | {"proxy": signer}).context["form"].errors, signer
    assert deputy.post(url, choice | {"proxy": proxy.pk}).status_code == 302
    assert client("branch").post(url, choice | {"proxy": "owner"}).status_code == 302
    text = client("chair").get(page(delivered, "owner_mend", 3)).content.decode()
    assert "3月1日委托书" in text
    listed = deputy.get(proxies)
    assert [row.used for row in listed.context["proxies"]] == [True, False]
    deputy.post(proxies, {"seen": delivered.meeting.version, "remove": proxy.pk})
    assert delivered.meeting.proxies.count() == 2


def test_differences_are_settled_and_the_count_is_closed(delivered, client):
    delivered.enter_twice(dict.fromkeys(range(1, 9), "for"), second={8: "against"})
    deputy = client("deputy")
    progress = deputy.get(page(delivered, "owners_assembly"))
    assert [row.serial for row in progress.context["different"]] == [8]
    assert deputy.get(page(delivered, "owner_close")).status_code == 302
    mend = page(delivered, "owner_mend", 8)
    choice = {f"choice_{delivered.question}": "for", "invalid_reason": ""}
    seen = {"seen": delivered.meeting.version}
    assert deputy.get(mend).status_code == 302  # entered it
    assert deputy.post(mend, choice | seen).status_code == 409
    chair = client("chair")
    assert chair.post(mend, choice | seen | {"teller": "秦某"}).context["form"].errors["teller"]
    assert chair.post(mend, choice | {"seen": 0}).status_code == 409
    assert chair.post(mend, choice | seen).status_code == 302
    delivered.at(26)
    close = page(delivered, "owner_close")
    shown = deputy.get(close)
    assert shown.context["results"][0]["explanation"].is_carried
    data = {"seen": delivered.meeting.version, "teller_counter": "邓某"}
    assert deputy.post(close, data | {"seen": 0}).status_code == 409
    assert deputy.post(close, data).status_code == 302
    assert deputy.post(close, data).status_code == 302
    assert Vote.objects.get().tellers == [{"role": "counter", "name": "邓某"}]


def test_who_confirms_reads_which_ballots_were_mended(delivered, client):
    delivered.enter_twice(dict.fromkeys(range(1, 9), "for"))
    delivered.close()
    delivered.mend(7, "against", who="chair", reason="核对原票，两人均看错")
    text = client("branch").get(reverse("records_confirm", args=[delivered.matter.pk])).content.decode()
    assert "0007" in text
    assert "核对原票，两人均看错" in text
    assert "0006" not in text


@pytest.mark.parametrize("on", [10, 20])
def test_owners_read_when_they_vote_and_where_ballots_go(delivered, client_for, on):
    delivered.at(on)
    delivered.matter.refresh_from_db()
    voting, where = voting_sentences(delivered.meeting, day(3, on))
    assert ("18" in voting) == (on < 18) and "25" in voting and "架空层" in where
    for address in (delivered.unit.get_absolute_url(), delivered.matter.get_absolute_url()):
        text = client_for().get(address).content.decode()
        assert unbroken(voting) in text and unbroken(where) in text
    (line,) = client_for().get(delivered.unit.get_absolute_url()).context["matters"]
    assert line.voting_until == (day(3, 25) if on >= 18 else None)


def test_the_public_reads_totals_and_never_a_name_or_a_door(delivered, client, client_for):
    delivered.enter_twice(dict.fromkeys(range(1, 8), "for") | {9: "未签名"})
    proxy = delivered.proxy("8")
    for who in ("deputy", "branch"):
        delivered.enter(8, "against", who=who, proxy=proxy)
    delivered.close()
    delivered.confirm()
    delivered.matter.refresh_from_db()
    address = delivered.matter.get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        answer = client_for().get(address)
    text = answer.content.decode()
    assert len(queries) <= 6
    # 10 issued and delivered, 9 returned, 8 valid, 1 invalid; 700 m² for, 100 m² against.
    paper = re.search(r"<p>[^<]*10[^<]*10[^<]*9[^<]*8[^<]*1[^<]*</p>", text)
    assert paper, text
    assert re.search(r"<td><b>7</b>.*?</td><td><b>700</b>", text)
    assert not any(name in text for name in NAMES)
    assert "1幢" not in text
    url = reverse("matter_json", args=[delivered.unit.code, delivered.matter.year, delivered.matter.serial])
    sitting = next(step for step in client_for().get(url).json()["steps"] if step["key"] == "resolve")["sittings"][0]
    assert sitting["ballots"] == {"issued": 10, "delivered": 10, "returned": 9, "valid": 8, "invalid": 1, "by_proxy": 1}
    assert sitting["areas"] == {"for": 700_00, "against": 100_00, "abstain": 0, "invalid": 0}


def test_staff_see_the_result_with_and_without_silent_owners(assembly, client):
    assembly.open(silent_rule=assembly.adopt("abstain", document="《业主大会议事规则》第十八条"))
    assembly.deliver()
    assembly.enter_twice(dict.fromkeys(range(1, 7), "for"))
    assembly.at(26)
    for name in ("owner_close", "owners_assembly"):
        answer = client("deputy").get(page(assembly, name))
        assert "《业主大会议事规则》第十八条" in answer.content.decode()
        result = answer.context["results"][0]
        assert result["explanation"].is_carried
        assert not result["without"].has_quorum
        if name == "owner_close":
            assembly.close()


def test_a_void_vote_says_how_many_were_missing_and_who_was_counted_in(assembly, client_for):
    assembly.open(silent_rule=assembly.adopt("abstain", document="《业主大会议事规则》第十八条"))
    assembly.deliver([1, 2, 3])
    assembly.enter_twice({1: "for", 2: "for"})
    assembly.close(note="多次上门无人")
    assembly.confirm()
    assembly.at(28)
    assembly.matter.refresh_from_db()
    text = client_for().get(assembly.matter.get_absolute_url()).content.decode()
    assert "《业主大会议事规则》第十八条" in text  # contested, and named wherever the result is read
    # 3 of 10 owners and 300 of 1,000 m² took part, two thirds are needed.
    for have, need in (("3", "7"), ("300", "666.67")):
        assert re.search(rf"<b>{have}</b><br><small>[^<]*{need}", text)
    assert not any(name in text for name in NAMES)


def test_pages_cost_the_same_with_more_owners(liuxi, client_for, monkeypatch):
    """The queries of the pages of an assembly do not grow with its ballots."""
    counts = {}
    assembly = Assembly(liuxi)
    rows = [("1幢", str(number), f"业主{number}", "10") for number in range(1, 40)]
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 20))
    for size in (4, 39):
        monkeypatch.setattr(assembly, "roll", lambda size=size: Assembly.roll(assembly, rows[:size]))
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
        assembly.open()
        assembly.deliver(range(1, size + 1))
        assembly.enter_twice(dict.fromkeys(range(1, size), "for"), second=dict.fromkeys(range(1, size, 2), "against"))
        client = client_for(assembly.users["deputy"].person)
        for name in ("owners_assembly", "owner_delivery", "owner_ballots_print", "owner_entry"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page(assembly, name)).status_code == 200
            assert len(queries) <= 16, name
            counts.setdefault(name, []).append(len(queries))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert all(len(set(seen)) == 1 for seen in counts.values()), counts


def test_a_workbook_is_as_good_as_a_csv_file(assembly, client):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["柳溪苑小区业主名册"])
    sheet.write_row(1, 0, ["幢号", "室号", "业主姓名", "建筑面积（㎡）"])
    for number, row in enumerate(SHEET[:3], 2):
        sheet.write_row(number, 0, [*row[:3], float(row[3])])
    book.close()
    answer = send(client("deputy"), assembly, out.getvalue())
    assert [head.area for head in answer.context["reading"].heads] == [100_00] * 3
