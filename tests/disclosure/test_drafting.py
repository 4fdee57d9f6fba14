"""What helps with a draft: skeletons, the last notice moved on, text out of Word and Excel files, pasted cells."""

import io
import zipfile
from datetime import date

import docx
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.errors import Refused
from disclosure import periods, reading, starts, text
from disclosure.catalogue import ITEMS
from disclosure.models import NoticeVersion
from tests.disclosure.conftest import moment


def word(fill):
    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(fill):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def changed(content, part, old, new):
    """The package with a piece of one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in package.namelist():
            data = package.read(name)
            assert name != part or old in data
            made.writestr(name, data.replace(old, new) if name == part else data)
    return out.getvalue()


# Skeletons and the last notice


def test_every_item_has_a_skeleton(liuxi):
    for item in ITEMS.values():
        period = periods.period_of(item.frequency, date(2026, 8, 1))
        title, body = starts.skeleton(item, liuxi.unit, period)
        assert "{" not in title + body and liuxi.unit.name in title or "【？" in title, item.key
        assert starts.MARK.search(title + body), item.key
        assert text.blocks(body)


@pytest.mark.parametrize(
    ("old", "line", "expected"),
    [
        ("2026Q2", "2026年第二季度收支表，第二季度结余", "2026年第三季度收支表，第三季度结余"),
        ("2026Q4", "2026年第四季度", "2027年第一季度"),
        ("2026-05", "2026年5月检查，5月共3次，5月8日下午，15月", "2026年6月检查，6月共3次，5月8日下午，15月"),
        ("2026-12", "2026年12月", "2027年1月"),
        ("2026H1", "2026年上半年，上半年共", "2026年下半年，下半年共"),
        ("2026", "2026年计划", "2027年计划"),
    ],
)
def test_the_words_of_a_period_move_on(old, line, expected):
    period = periods.parse(old)
    assert starts.moved_on(line, period, starts.following(period)) == expected
    assert starts.period_named(starts.chinese(period)) == period


def test_figures_are_marked_and_words_are_not():
    before = (
        "支出186000元，2026年第三季度检查36个，见〔2026〕3号。\n日期\t摘要\t支出\n4月1日\t期初\t200,000.00\n一、共2次。"
    )
    after = (
        "支出【？186000】元，2026年第三季度检查【？36】个，见〔2026〕3号。\n日期\t摘要\t支出\n"
        "【？4月1日】\t期初\t【？200,000.00】\n一、共【？2】次。"
    )
    assert starts.marked(before) == after


# Files


def test_a_word_file_becomes_paragraphs_headings_and_rows():
    def fill(document):
        document.add_paragraph("一、收支情况")
        document.add_paragraph("甲\t乙")
        table = document.add_table(rows=3, cols=3)
        for place, value in enumerate(
            ("日期", "摘要", "金额", "4月1日", "两行\n文字", "1,200.00", "合计", "", "1,200.00")
        ):
            table.cell(place // 3, place % 3).text = value
        table.cell(2, 0).merge(table.cell(2, 1))
        hidden = document.add_paragraph("看得见").add_run("看不见")
        hidden.font.hidden = True

    content = word(fill)
    gone = b"<w:del w:id='1' w:author='x'><w:r><w:delText>\xe5\x88\xa0\xe5\x8e\xbb</w:delText></w:r></w:del>"
    content = changed(content, "word/document.xml", b"</w:p>", gone + b"</w:p>")
    found = reading.read(content, "收支.docx")
    assert (
        found.text
        == "一、收支情况\n甲　乙\n\n日期\t摘要\t金额\n4月1日\t两行 文字\t1,200.00\n合计\t\t1,200.00\n\n看得见"
    )
    assert len(found.notes) == 2  # deleted and hidden passages


def test_numbers_that_word_writes_by_itself_are_kept():
    def fill(document):
        for line in ("甲", "乙"):
            document.add_paragraph(line, style="List Number")
        document.add_paragraph("丙", style="List Bullet")

    content = word(fill)
    assert reading.read(content, "a.docx").text == "1.甲\n2.乙\n丙"


def test_an_excel_file_becomes_rows_without_what_is_hidden():
    def fill(book):
        sheet, other = book.add_worksheet("收支"), book.add_worksheet("底稿")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, values in enumerate((("日期", "摘要", "电话", "金额"), ("", "期初", "13800000000", 200000), ())):
            sheet.write_row(row, 0, values)
        sheet.write_datetime(1, 0, moment(4, 1).replace(tzinfo=None), day)
        sheet.write_row(3, 0, ("藏", "藏", "藏", 1))
        sheet.write_row(4, 0, ("合计", "", "", 1200.5))
        sheet.write_row(5, 0, ("增长", 0.12345), book.add_format({"num_format": '0.00%"（同比）"'}))
        sheet.write(5, 3, 0.5, book.add_format({"num_format": "0%"}))
        sheet.write_formula(5, 2, "=A1", None, "")  # in a hidden column
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
        other.write(0, 0, "藏")
        other.hide()

    found = reading.read(excel(fill), "收支.xlsx")
    assert found.text == "日期\t摘要\t金额\n2026年4月1日\t期初\t200,000.00\n合计\t\t1,200.50\n增长\t12.35%\t50%"
    assert len(found.notes) == 3  # a row, a column and a sheet


@pytest.mark.parametrize("result", ["", "#DIV/0!"])
def test_a_formula_without_a_result_is_named_by_its_cell(result):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("合计", 1))
        sheet.write_formula(2, 27, "=B1", None, result)

    with pytest.raises(reading.NotComputed, match="AB3"):
        reading.read(excel(fill), "收支.xlsx")


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b"0" * 60_000_000)
    return out.getvalue()


HOSTILE = {
    "bomb.docx": bomb,
    "program.docx": lambda: b"MZ\x90\x00" + b"\0" * 200,
    "broken.xlsx": lambda: excel(lambda book: book.add_worksheet())[:-40],
    "far.xlsx": lambda: excel(lambda book: book.add_worksheet().write(1_000_000, 16_000, "x")),
    "entities.docx": lambda: changed(
        word(lambda document: document.add_paragraph("x")),
        "word/document.xml",
        b"<w:document ",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document ",
    ),
    "deep.docx": lambda: changed(
        word(lambda document: document.add_paragraph("x")),
        "word/document.xml",
        b"<w:p>",
        b"<w:sdt>" * 9_000 + b"</w:sdt>" * 9_000 + b"<w:p>",
    ),
    "empty.docx": lambda: word(lambda document: None),
    "picture.png": lambda: b"\x89PNG\r\n\x1a\n",
    "nothing.docx": lambda: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_cannot_be_read_say_why(name):
    with pytest.raises(Refused) as refused:
        reading.read(HOSTILE[name](), name)
    assert str(refused.value)


# Pasted cells


@pytest.mark.parametrize(
    ("pasted", "rows"),
    [
        ('项目\t说明\n甲\t"第一行\n第二行"\n乙\t一行', [["甲", "第一行 第二行"], ["乙", "一行"]]),
        ('项目\t说明\n"甲\n乙"\t"他说""好"""\n', [["甲 乙", '他说"好"']]),
        ('项目\t说明\n甲\t"没有完\n乙\t二', [["甲", '"没有完'], ["乙", "二"]]),
    ],
)
def test_cells_with_line_ends_and_quotes_stay_cells(pasted, rows):
    table = next(block for block in text.blocks(pasted) if block.kind == "table")
    assert [[cell.text for cell in row] for row in table.rows] == rows


def test_a_merged_first_row_is_a_line_above_the_table():
    kinds = text.blocks("第二季度收支表\t\t\n日期\t收入\t支出\n4月1日\t1.00\t¥2.00")
    assert [block.kind for block in kinds] == ["paragraph", "table"]
    assert [cell.numeric for cell in kinds[1].rows[0]] == [False, True, True]


@pytest.mark.parametrize("figure", ["1,200.00", "-3", "¥12.50", "186000元", "35%", "（1,200.00）"])
def test_figures_stand_at_the_right(figure):
    assert text.blocks(f"甲\t乙\n一\t{figure}")[0].rows[0][1].numeric


# At the desk


@pytest.fixture
def clerk(client_for, desk, clock):
    return client_for(desk.people.clerk)


@pytest.fixture
def fields(liuxi):
    """What the form of a new notice is sent with."""

    def of(**more):
        issuer = liuxi.bodies["residents_committee"].pk
        return {"item": "F06", "issuer": issuer, "period": "", "title": "", "text": ""} | more

    return of


def begun(client, data):
    response = client.post(reverse("desk_notice_new"), data)
    assert response.status_code == 200 and not NoticeVersion.objects.open().exists()
    return response, {name: response.context["form"][name].value() for name in ("title", "text", "period")}


def test_a_draft_begins_with_the_last_notice_of_its_item(clerk, desk, fields):
    body = "单位：元\n摘要\t支出\n慰问\t8,640.00"
    desk.published(title="2026年第二季度专项经费收支表", text=body, board="financial", item="F06")
    _response, now = begun(clerk, fields(begin="last"))
    assert now["title"] == "2026年第三季度专项经费收支表"
    assert now["text"].splitlines()[-1] == "慰问\t【？8,640.00】"
    assert begun(clerk, fields(begin="last", period="2026H2"))[1]["title"] == "2026年下半年专项经费收支表"
    desk.published(title="10月专项经费收支表", text=body, board="financial", item="F06", day=2)
    assert starts.marked_title("2027年三季度（10月）", periods.parse("2027Q3")) == "2027年三季度（【？10月】）"
    assert begun(clerk, fields(begin="last", period="2026H2"))[1]["title"] == "【？10月】专项经费收支表"
    response, kept = begun(clerk, fields(begin="last", title="我的标题", text="写了一半"))
    assert response.context["refused"] and (kept["title"], kept["text"]) == ("我的标题", "写了一半")
    response, _now = begun(clerk, fields(begin="last", item="F01"))
    assert response.context["refused"]


def test_a_draft_begins_with_the_template_and_is_not_handed_in_with_marks(clerk, desk, fields):
    _response, now = begun(clerk, fields(begin="template", period="2026H1"))
    assert "2026年上半年" in now["title"]
    data = fields(period="2026H1") | {name: now[name] for name in ("title", "text")}
    response = clerk.post(reverse("desk_notice_new"), data)
    assert response.status_code == 302
    refused = clerk.post(response.url + "submit/", {"seen": 0})
    assert refused.status_code == 409 and "【？" in refused.context["refused"]


def test_a_file_is_put_after_what_is_typed(clerk, fields):
    upload = SimpleUploadedFile("表.docx", word(lambda document: document.add_paragraph("文件里的话")))
    response, now = begun(clerk, fields(begin="file", text="先写的话", title="标题", source=upload))
    assert now["text"] == "先写的话\n\n文件里的话" and response.context["notes"]
    upload = SimpleUploadedFile("表.docx", b"MZ\x90\x00 this is a program")
    response, now = begun(clerk, fields(begin="file", text="先写的话", source=upload))
    assert response.context["refused"] and now["text"] == "先写的话"
    upload.seek(0)
    response, now = begun(clerk, fields(text="先写的话", title="标题", source=upload))
    assert response.context["form"].errors["source"] and now["text"] == "先写的话"


def test_the_preview_shows_what_is_unfinished(clerk, fields):
    response, now = begun(clerk, fields(preview="1", title="标题", text="甲\t乙\n一\t【？1】", display_days="3"))
    shown = response.context["shown"]
    assert len(shown.unfinished) == 2  # a mark, and fewer days than the law asks for
    assert now["text"] == "甲\t乙\n一\t【？1】"
    response, _now = begun(clerk, {"preview": "1", "text": "只有正文"})
    assert response.context["shown"].blocks[0].text == "只有正文" and response.context["shown"].unfinished


@pytest.mark.parametrize(
    "body",
    ["字" * 1_700_000, "\n".join(["甲\t1"] * 2000)],
    ids=["5 MB of text", "2,000 rows"],
)
def test_too_much_comes_back_whole_with_a_message_beside_the_field(clerk, fields, body):
    response, now = begun(clerk, fields(title="标题", text=body))
    assert response.context["form"].errors["text"] and now["text"] == body


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script><b>", "𠮷㙓👨‍👩‍👧 公告", "' OR 1=1; --", "{number} {0} %s"]
)
def test_odd_words_stay_words(clerk, fields, words):
    turned = "\u202e\u2066" + words + "\u200f"  # would turn the printed line round
    response = clerk.post(reverse("desk_notice_new"), fields(title=turned, text=f"{turned}\n甲\t乙\n{turned}\t1"))
    assert response.status_code == 302
    version = NoticeVersion.objects.get()
    assert version.title == words and version.text.startswith(f"{words}\n")
    page = clerk.get(response.url).content.decode()
    assert "<script>alert" not in page and "𠮷" not in words or "𠮷" in page


def test_what_is_sent_after_the_login_ended_is_there_again(clerk, client, desk, fields):
    page = reverse("desk_notice_new")
    writer = clerk.get(page).context["writer"]
    sent = fields(title="写好的公告", text="写了很久的内容。", writer=writer)
    answer = client.post(page, sent)
    assert answer.status_code == 302 and reverse("login") in answer.url
    client.force_login(desk.people.clerk.user)
    back = client.get(page)
    assert back.context["back"] and back.context["form"]["text"].value() == "写了很久的内容。"
    assert "back" not in client.get(page).context  # once


@pytest.mark.parametrize("fault", ["another person", "no signature"])
def test_what_was_kept_is_for_its_writer_alone(clerk, client, desk, fields, fault, liuxi):
    page = reverse("desk_notice_new")
    writer = clerk.get(page).context["writer"] if fault == "another person" else "wrong"
    client.post(page, fields(text="别人不该看见的内容。", writer=writer))
    client.force_login(desk.people.stranger.user)
    assert "back" not in client.get(page).context


def test_other_files_are_told_which_two_kinds_give_a_text():
    for name in ("旧.doc", "扫描.pdf", "a.csv"):
        with pytest.raises(Refused, match=".docx.*.xlsx"):
            reading.read(b"%PDF-1.7", name)
