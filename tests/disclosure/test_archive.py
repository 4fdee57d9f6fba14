"""What is left of a notice when its display has ended, and old and new of a correction beside each other."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from audit.actions import store
from audit.enums import Audience
from disclosure.archive import STATEMENT
from disclosure.changes import compare
from disclosure.masking import masked, names_in, names_in_file
from disclosure.named import look_at_earlier
from tests.audit.test_files import picture
from tests.disclosure.conftest import moment

MOST = 6
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "序号\t姓名\t金额\n1\t张建国\t500\n2\t李明\t300\n共2人。",
            "序号\t姓名\t金额\n1\t张**\t500\n2\t李*\t300\n共2人。",
        ),
        ("申请人：王小二，联系人：赵四、欧阳修文。", "申请人：王**，联系人：赵*、欧**。"),
        ("居民张三反映，业主陈秀英、刘强提出。", "居民张*反映，业主陈**、刘*提出。"),
        ("感谢陈秀英同志、刘强先生；孙红、周伟等2人参加。", "感谢陈**同志、刘*先生；孙*、周*等2人参加。"),
        (
            "姓　名\t岗位\n王　芳\t保洁\n方小琴\t保安\n陈　静、李 强\t绿化",
            "姓　名\t岗位\n王*\t保洁\n方**\t保安\n陈*、李*\t绿化",
        ),
        ("姓名,岗位\n王　芳,保洁\n刘强,绿化\n同时,请居民,监督。", "姓名,岗位\n王*,保洁\n刘*,绿化\n同时,请居民,监督。"),
        (
            "补贴对象：孙悦、李　强\n中标人：周杰，获奖家庭：钱多多家庭、孙悦家庭",
            "补贴对象：孙*、李*\n中标人：周*，获奖家庭：钱**家庭、孙*家庭",
        ),
        ("服务对象：高龄老人。中标人：青河建筑公司。电话请找本人，联系 居委会", None),
        ("书记\t职责\n周明远\t主持", "书记\t职责\n周明远\t主持"),  # no column of names
        ("居民代表会议、居民方便出行，业主高度关注，居民安全意识提高。", None),
        ("购置桌椅12200元，联系电话：0000-8812300。", None),
        ("申请人：张**", None),  # masked by who wrote it
        ("", None),
    ],
)
def test_names_are_masked_where_names_stand(text, expected):
    assert masked(text) == (text if expected is None else expected)


def test_officers_and_representatives_stay_named():
    text = "职务\t姓名\n书记\t周明远\n居民\t张三"
    assert names_in(text) == {"周明远", "张三"}
    assert masked(text, {"周明远"}) == "职务\t姓名\n书记\t周明远\n居民\t张*"


def told(changes):
    """Changes as text: [-gone-]{+new+}, and the number of unchanged lines."""
    return [
        change.same
        or tuple(
            "|".join("".join(f"<{part.text}>" if part.changed else part.text for part in cell) for cell in side)
            for side in (change.old, change.new)
        )
        for change in changes
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("一\n二", "一\n二", [2]),
        ("开放至18:00。", "开放至20:00。", [("开放至<18:00>。", "开放至<20:00>。")]),
        ("甲\n乙队办理\n丙", "甲\n丙", [1, ("<乙队办理>", ""), 1]),
        ("甲", "甲\n新增一行", [1, ("", "<新增一行>")]),
        ("项\t元\n水费\t100\n电费\t20", "项\t元\n水费\t120\n电费\t20", [1, ("水费|<100>", "水费|<120>"), 1]),
        ("a\tb", "a", [("a|<b>", "a|")]),
        ("完全不同的内容", "另一句话", [("<完全不同的内容>", ""), ("", "<另一句话>")]),
    ],
)
def test_changes_are_marked_by_line_and_character(old, new, expected):
    assert told(compare(old, new)) == expected


def test_long_texts_are_compared_in_time():
    started = time.process_time()
    compare(
        "\n".join(f"{n}\t张三\t{n * 7}" for n in range(2000)), "\n".join(f"{n}\t李四\t{n * 7}" for n in range(2000))
    )
    compare("啊" * 50_000, "啊" * 49_999 + "呀")
    assert time.process_time() - started < 8


def get(client, version):
    return client.get(reverse("notice", args=["990101001001", version.notice.ref]))


NAMED = "序号\t姓名\t职务\n1\t周明远\t书记\n2\t刘大力\t居民\n感谢居民张三热心参与。"


def test_names_are_masked_from_the_day_after_the_display(client, desk, clock, django_assert_max_num_queries):
    version = desk.published(text=NAMED)
    clock(4, 16)
    assert "刘大力" in get(client, version).content.decode()
    clock(4, 17)
    with django_assert_max_num_queries(MOST + 1):  # who of those named holds a public office
        page = get(client, version).content.decode()
    assert "刘大力" not in page and "居民张三" not in page
    assert "刘**" in page and "周明远" in page
    for name in ("notice_poster", "notice_share"):
        shown = client.get(reverse(name, args=["990101001001", version.notice.ref])).content.decode()
        assert "刘大力" not in shown and "刘**" in shown, name
    feed = client.get(reverse("feed", args=["990101001001"])).content.decode()
    assert "刘大力" not in feed
    version.refresh_from_db()
    assert "刘大力" in version.published_text


@pytest.mark.parametrize("how", ["ended", "withdrawn", "corrected"])
def test_of_a_relief_list_only_a_statement_stays(client, desk, clock, how):
    """SAL art. 45: off the board, off the public pages; the record keeps the whole."""
    version = (
        desk.published(item="R19", text="姓名\t金额\n刘大力\t500")
        if how != "withdrawn"
        else desk.withdrawn(item="R19", text="姓名\t金额\n刘大力\t500")
    )
    address = get(client, version).request["PATH_INFO"]
    if how == "corrected":
        desk.correct(version, month=4, day=2, text="姓名\t金额\n王小二\t400")
        address += "?version=1"
    clock(*((5, 1) if how == "ended" else (4, 3)))
    page = client.get(address).content.decode()
    assert STATEMENT in page and "刘大力" not in page and "刘**" not in page


def test_a_correction_stands_beside_what_it_corrects(client, desk, clock, django_assert_max_num_queries):
    old = desk.published(title="公告", text="一、开放至18:00。\n二、不变。")
    new = desk.correct(old, month=4, day=3, title="公告", text="一、开放至20:00。\n二、不变。")
    clock(4, 4)
    with django_assert_max_num_queries(MOST):
        response = get(client, new)
    page = response.content.decode()
    marked = [(change.old, change.new) for change in response.context["changes"] if change.old]
    assert any("18:00" in str(before) and "20:00" in str(after) for before, after in marked)
    assert "<del>" in page and "<ins>" in page
    assert client.get(response.request["PATH_INFO"] + "?version=1").context["changes"] == []
    # Both periods began again.
    assert new.displayed_until > old.displayed_until and new.window_until > old.window_until
    assert get(client, new).context["version"].published_on == moment(4, 3).date()


def test_the_file_of_a_relief_list_is_internal_again_off_the_board(client, client_for, desk, clock):
    clerk = desk.people.clerk
    upload = SimpleUploadedFile("名单.pdf", PDF)
    kept = store(upload, audience=Audience.UNIT, path=desk.liuxi.unit.path, by=clerk.user, at=moment(4, 1, 7))
    version = desk.published(item="R19", text="名单见附件。", attachments=[(kept, "名单.pdf")])
    address = version.attachments.get().attachment.get_absolute_url()
    clock(4, 16)
    assert client.get(address).getvalue() == PDF
    clock(4, 17)
    assert client.get(address).status_code == 410
    assert address not in get(client, version).content.decode()
    assert client_for(clerk).get(address).getvalue() == PDF


def csv_file(text, name="表.csv"):
    return SimpleUploadedFile(name, text.encode(), "text/csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年名单\t\t\n序号\t姓名\t金额\n1\t张建国\t500", {"张建国"}),
        ("序号 姓名\n1 张建国\n2 李明", {"张建国", "李明"}),  # as a PDF is read
        ("项目\t金额\n路灯\t500\n安全\t300", set()),
    ],
)
def test_names_in_a_file_are_found_where_its_tables_come_apart(text, expected):
    assert names_in_file(text) == expected


def attached(desk, *uploads, **fields):
    """A published notice with files, by name: {name: NoticeAttachment}."""
    where = {"audience": Audience.UNIT, "path": desk.liuxi.unit.path, "at": moment(4, 1, 7)}
    files = [store(upload, by=desk.people.clerk.user, **where) for upload in uploads]
    version = desk.published(attachments=[(each, each.name) for each in files], **{"text": "见附件。"} | fields)
    return {row.label: row for row in version.attachments.select_related("attachment", "version__notice__unit")}


def status(client, row):
    response = client.get(row.attachment.get_absolute_url())
    response.getvalue()  # closes the file
    return response.status_code


def test_a_file_that_names_people_goes_with_the_display(client, client_for, desk, clock):
    rows = attached(
        desk,
        csv_file("2026年名单,,\n序号,姓名,用途\n1,刘大力,葡萄架\n", "名单.csv"),
        csv_file("职务,姓名\n书记,周明远\n", "干部.csv"),  # who holds a public office
        csv_file("项目,金额\n石榴树,500\n", "支出.csv"),
        SimpleUploadedFile("现场.png", picture("PNG")),  # read by no program, and the notice is not about persons
    )
    version = rows["名单.csv"].version
    unread = SimpleUploadedFile("扫描.pdf", PDF)
    about = attached(desk, unread, item="R28", title="志愿者")["扫描.pdf"]
    unread.seek(0)
    naming = attached(desk, unread, title="感谢", text="感谢居民张三热心参与。")["扫描.pdf"]
    assert [name for name, row in rows.items() if row.names_people] == ["名单.csv"]
    assert about.names_people and naming.names_people
    found = {}
    for day in (16, 17):
        clock(4, day)
        page = get(client, version).content.decode()
        for name, row in rows.items():
            goes = name == "名单.csv" and day == 17
            assert status(client, row) == (410 if goes else 200), (name, day)
            assert (row.attachment.get_absolute_url() in page) is not goes
        for word in ("葡萄架", "石榴树"):
            found[day, word] = version.notice.ref in client.get(reverse("search"), {"q": word}).content.decode()
    assert found == {(16, "葡萄架"): True, (16, "石榴树"): True, (17, "葡萄架"): False, (17, "石榴树"): True}
    assert status(client, about) == status(client, naming) == 410
    gone = client.get(rows["名单.csv"].attachment.get_absolute_url()).content.decode()
    assert version.notice.number in gone and desk.liuxi.unit.name in gone
    assert status(client_for(desk.people.clerk), rows["名单.csv"]) == 200


def test_files_of_before_are_looked_at_once(desk, django_assert_num_queries):
    (row,) = attached(desk, csv_file("姓名\n刘大力\n")).values()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE disclosure_noticeattachment SET names_people = NULL")
        cursor.execute("SET LOCAL session_replication_role = origin")
    look_at_earlier()
    row.refresh_from_db()
    assert row.names_people
    with django_assert_num_queries(2):
        look_at_earlier()
    before = MigrationLoader(connection).project_state(("disclosure", "0020_feeds")).apps
    look_at_earlier(apps=before)  # after a step back there is nothing to look at
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        type(row).objects.update(names_people=False)
