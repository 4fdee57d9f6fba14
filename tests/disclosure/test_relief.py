"""Lists of people who receive aid: four columns, nothing else, whichever way they come to the board."""

import io
from datetime import date

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.urls import reverse

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused
from disclosure import guard, permissions, privacy, relief
from disclosure.catalogue import ITEMS
from disclosure.models import NoticeVersion
from tests.disclosure.conftest import moment

HEAD = "姓名\t类别\t金额（元/月）\t期间\n"
FIT = "张建国\t最低生活保障\t860\t2026年7月起"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (HEAD + FIT, [("张建国", "最低生活保障", "860元/月", "2026年7月起")]),
        (FIT.replace("860", "860.50元/月"), [("张建国", "最低生活保障", "860.50元/月", "2026年7月起")]),
        (
            "序号\t补贴类别\t户主姓名\t发放金额\t发放月份\n1\t高龄补贴\t李**\t1,200.00\t2026-07",
            [("李**", "高龄补贴", "1200元", "2026-07")],
        ),
        ("姓名\t物资\t件数\t时间\n王芳\t棉被\t２\t2026年1月", [("王芳", "棉被", "2件", "2026年1月")]),
        ("张*，孤儿基本生活保障，1500元，2026年7-12月", [("张*", "孤儿基本生活保障", "1500元", "2026年7-12月")]),
        ("阿依古丽·买买提 临时救助 3人 2026年第三季度", [("阿依古丽·买买提", "临时救助", "3人", "2026年第三季度")]),
        (
            "欧阳修文\t残疾人护理补贴\t80元\t2026年7月1日至12月31日",
            [("欧阳修文", "残疾人护理补贴", "80元", "2026年7月1日至12月31日")],
        ),
        (
            "1\t张三\t大米、食用油\t2袋\t2026年\n2\t李四\t农村低保金\t5元\t2026年",
            [("张三", "大米、食用油", "2袋", "2026年"), ("李四", "农村低保金", "5元", "2026年")],
        ),
        ("𠮷三\t疾病应急救助\t9元/次\t2026年", [("𠮷三", "疾病应急救助", "9元/次", "2026年")]),
    ],
)
def test_a_list_is_read(text, cells):
    rows, faults = relief.read(text)
    assert not faults and [row.cells for row in rows] == cells


def test_all_items_that_name_people_in_need_are_treated_alike():
    assert relief.KEYS == ("R19", "R20", "R21", "R22", "R24")
    assert {key for key in relief.KEYS if ITEMS[key].basis == "SAL 45"} == {"R19", "R20"}


def test_a_unit_stands_in_the_head_only_where_all_rows_have_it():
    rows, _faults = relief.read("张三\t低保\t2人\t2026年\n李四\t低保\t5元\t2026年")
    text = relief.compose("R24", rows, decided_by="居委会", decided_on=date(2026, 7, 3))
    assert "姓名\t类别\t金额或数量\t期间\n张三\t低保\t2人\t2026年\n李四\t低保\t5元\t2026年\n" in text
    assert "数量（人）\t期间\n张三\t低保\t2\t" in relief.compose(
        "R24", rows[:1], decided_by="居委会", decided_on=date(2026, 7, 3)
    )


def test_amounts_are_whole_fen():
    rows, _faults = relief.read(HEAD + "张三\t低保\t1,234.5\t2026年7月")
    assert rows == [relief.Row("张三", "低保", "元/月", "2026年7月", fen=123450)]


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("姓名\t类别\t金额\t期间\t身份证号\n" + FIT + "\t1", 1, 5),
        ("姓名\t电话\t类别\t金额\t期间\n张三\t1\t低保\t5\t2026年", 1, 2),
        ("姓名\t类别\t金额\t家庭人均收入\t期间\n张三\t低保\t5\t6\t2026年", 1, 4),
        ("姓名\t类别\t金额\t出生年月\n张三\t低保\t5\t2020年1月", 1, 4),
        (HEAD + FIT + "\n" + FIT.replace("张建国", "张建国等3户"), 3, 1),
        (HEAD + FIT.replace("张建国", "合计"), 2, 1),
        (HEAD + FIT.replace("最低生活保障", "肺癌救助"), 2, 2),
        (HEAD + FIT.replace("最低生活保障", "肢体一级残疾"), 2, 2),
        (HEAD + FIT.replace("最低生活保障", "低保（丧偶）"), 2, 2),
        (HEAD + FIT.replace("最低生活保障", "年收入低"), 2, 2),
        (HEAD + FIT.replace("最低生活保障", "青禾路12号"), 2, 2),
        (HEAD + FIT.replace("最低生活保障", "13800001234"), 2, 2),
        (HEAD + FIT.replace("860", "860.555"), 2, 3),
        (HEAD + FIT.replace("860", "约860"), 2, 3),
        (HEAD + FIT.replace("860", "1.5人"), 2, 3),
        (HEAD + FIT.replace("860", "0"), 2, 3),
        (FIT, 1, 3),
        (HEAD + FIT.replace("2026年7月起", "1956年3月"), 2, 4),
        (HEAD + FIT.replace("2026年7月起", "2021年3月8日"), 2, 4),
        (HEAD + FIT.replace("最低生活保障", "孤儿基本生活保障"), 2, 1),
        (HEAD + FIT.replace("最低生活保障", "事实无人抚养儿童补贴"), 2, 1),
        ("序号\t姓名\t类别\t金额\t期间\n患病\t张三\t低保\t5\t2026年", 2, 1),
    ],
)
def test_what_does_not_belong_is_refused_with_its_place(text, row, column):
    rows, faults = relief.read(text)
    assert not rows and len(faults) == 1
    assert str(faults[0]).startswith(str(relief._fault(row, column - 1, ""))), faults


@pytest.mark.parametrize(
    "told",
    [
        *(
            "尿毒症",
            "骨折",
            "车祸",
            "智力障碍",
            "聋哑",
            "盲人",
            "血友病",
            "罕见病",
            "孕妇",
            "80岁以上",
            "1938年生",
            "轮椅",
        ),
        *("低保户（丧偶）", "高龄津贴（90岁）", "临时救助、骨折"),
    ],
)
def test_a_kind_of_aid_says_nothing_of_its_cause(told):
    assert not relief.read(HEAD + FIT.replace("最低生活保障", told))[0]


@pytest.mark.parametrize(
    "text", ["", " \n", HEAD, FIT + "\t多一列", "张三\t低保", "姓名\t金额\n张三\t5", HEAD + "\n".join([FIT] * 301)]
)
def test_a_list_of_another_shape_is_refused(text):
    rows, faults = relief.read(text)
    assert not rows and faults


def test_the_text_says_what_was_decided_on_what_ground():
    rows, _faults = relief.read(HEAD + FIT)
    for item in relief.KEYS:
        text = relief.compose(item, rows, decided_by="青禾街道办事处", decided_on=date(2026, 7, 3), period="2026年7月")
        assert ("社会救助法" in text) == (ITEMS[item].basis == "SAL 45")
        assert "青禾街道办事处2026年7月3日确认" in text and f"\n{HEAD}{FIT}\n" in text
        assert relief.refusal(item, text) is None and not privacy.find(text)


@pytest.mark.parametrize(
    ("item", "text", "fits"),
    [
        ("R19", "名单如下。\n" + HEAD + FIT, True),
        ("R19", "姓名\t金额\n刘大力\t500", True),
        ("R19", "类别\t户数\t金额（元）\n低保\t35\t12000", True),
        ("R19", "类别\t户数\t说明\n低保\t35\t张三患病", False),
        ("R19", FIT.replace("860", "860元"), True),
        ("R19", "张三\t低保\t肺癌\t500元\t2026年", False),
        ("R20", "姓名\t类别\t金额\t困难原因\n张三\t临时救助\t500\t住院", False),
        ("R21", "姓名\t年龄\t金额\n张三\t85\t100", False),
        ("R21", "年龄段\t人数\t来源\n八十以上\t85\t财政", True),
        ("R24", "张三\t12号\t2袋\t米", False),
        ("R01", "姓名\t年龄\n张三\t85", True),
    ],
)
def test_free_text_holds_no_list_with_other_columns(item, text, fits):
    assert (relief.refusal(item, text) is None) == fits


def test_neither_a_draft_nor_its_correction_nor_its_file_goes_round_it(desk):
    clerk = desk.people.clerk.user
    with pytest.raises(Refused) as refused:
        desk.submitted(item="R20", text="姓名\t类别\t病情\n张三\t临时救助\t住院")
    assert str(refused.value).startswith(str(relief._fault(1, 2, "")))
    good = desk.published(item="R20", title="救助名单", text=HEAD + FIT)
    with pytest.raises(Refused):
        desk.correct(good, month=4, day=2, text="姓名\t类别\t住址\n张三\t临时救助\t东巷")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "类别", "家庭情况"])
        sheet.write_row(1, 0, ["张三", "临时救助", "两口人"])
    empty = io.BytesIO()
    with xlsxwriter.Workbook(empty, {"in_memory": True}) as book:
        book.add_worksheet().write_formula(0, 0, "=1", None, "")
    unit, at = desk.liuxi.unit, moment(4, 1, 8)
    for name, content in (
        ("名单.xlsx", out.getvalue()),
        ("无结果.xlsx", empty.getvalue()),
        ("名单.csv", "姓名,家庭情况\n张三,两口人".encode()),
    ):
        kept = store(ContentFile(content, name=name), audience=Audience.UNIT, path=unit.path, by=clerk, at=at)
        with pytest.raises(Refused, match=name):
            desk.submitted(item="R20", title=name, text="名单见附件。", attachments=[(kept, name)])


def test_names_and_kinds_of_aid_are_no_findings_and_everything_else_is(desk):
    text = HEAD + FIT + "\n张*\t孤儿基本生活保障\t1500\t2026年7月\n张三是孤儿，电话13812345678。"
    found = guard.look_at(desk.draft(item="R20", text=text)).places
    assert {place.sort for place in found} == {privacy.Sort.MOBILE, privacy.Sort.HARDSHIP}
    assert {place.line for place in found} == {4}
    free = guard.look_at(desk.draft(item="R01", text="姓名\t类别\n张*\t孤儿基本生活保障")).places
    assert [place.sort for place in free] == [privacy.Sort.HARDSHIP]


def typed(liuxi, **fields):
    return {
        "item": "R20",
        "issuer": liuxi.bodies["residents_committee"].pk,
        "decided_by": "青禾街道办事处",
        "decided_on": "2026-03-30",
        "text": HEAD + FIT,
    } | fields


def test_the_form_makes_an_ordinary_draft(client_for, liuxi, clock):
    clerk, page = client_for(liuxi.people.clerk), reverse("desk_notice_new_relief")
    response = clerk.get(reverse("desk_notice_new") + "?item=R20&period=2026-03")
    assert response.url == f"{page}?item=R20&period=2026-03"
    assert clerk.get(reverse("desk_notice_new") + "?item=R20&free=1").status_code == 200
    shown = clerk.post(page, typed(liuxi, preview="1"))
    assert "社会救助法" in shown.content.decode() and not NoticeVersion.objects.exists()
    response = clerk.post(page, typed(liuxi))
    version = NoticeVersion.objects.get()
    assert response.url == version.notice.desk_url and version.notice.item == "R20"
    assert version.title and HEAD + FIT in version.text
    assert permissions.may_submit(version, date(2026, 4, 1)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "姓名\t类别\t病情\n<b>张三</b>\t低保\t住院"),
        ("text", "\t\t\t\n" + "甲" * 9000),
        ("decided_on", "2026-04-02"),
        ("decided_by", ""),
        ("item", "R01"),
        ("issuer", "x"),
        ("period", "2026Q1"),  # of an item that has no periods
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(client_for, liuxi, clock, field, value):
    response = client_for(liuxi.people.clerk).post(reverse("desk_notice_new_relief"), typed(liuxi, **{field: value}))
    form = response.context["form"]
    assert response.status_code == 200 and form.errors.keys() == {field}
    assert form["text"].value() == typed(liuxi, **{field: value})["text"]
    assert not NoticeVersion.objects.exists()
