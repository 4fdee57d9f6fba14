"""The dossier of a matter and the archive of a year: what is in them, for whom, and what they say is left out."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from docx import Document

from audit.actions import location
from audit.models import Event
from councils.papers import dossier
from tests.pages import body_of
from tests.world import PDF


def packed(response):
    """{name: bytes} of a ZIP that was streamed."""
    assert response.status_code == 200 and response.streaming
    assert response.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def words(content):
    """The text of a Word document, tables included."""
    document = Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def one(files, text):
    """The name of the only file whose name holds `text`."""
    found = [name for name in files if text in name]
    assert len(found) == 1, (text, list(files))
    return found[0]


@pytest.fixture
def matter(world):
    return world.matter("老年助餐点改造")


def url(matter):
    return reverse("matter_dossier", args=[matter.pk])


def scanned(world, meeting, audience):
    """A scan of `meeting`."""
    from councils.models import Scan

    file = world.file(f"签到-{audience}.pdf", audience=audience, content=PDF + audience.encode())
    Scan.objects.create(meeting=meeting, attachment=file, kind="sign_in")
    return file


def test_the_dossier_holds_every_paper_in_order_with_contents_and_note(world, matter):
    scanned(world, world.meeting("老年助餐点改造", "resolve"), "unit")
    files = packed(world.client("clerk").get(url(matter)))
    names = list(files)
    assert names[0] == "00 卷内目录.docx" and names[-1].endswith("备考表.docx")
    for text in (
        "社区党委会议记录 2026-03-06",
        "党员大会会议记录 2026-03-20",
        "居民代表会议签到表 2026-03-24",
        "居民代表会议计票单 2026-03-31",
        "决议 2026-03-31.docx",
        "关于老年助餐点改造事项决议的公告 2026-04-01",
        "关于老年助餐点改造事项实施结果的公告",
        "意见登记表",
        "四议两公开决策实施登记表",
        "签到表（扫描件） 2026-03-31.pdf",
    ):
        one(files, text)
    assert files[one(files, "扫描件")].startswith(b"%PDF")
    contents = words(files["00 卷内目录.docx"])
    for text in ("永久", "30年", "10年", "柳溪议〔2026〕2号", "未经核实"):
        assert text in contents
    notice = words(files[one(files, "事项决议的公告")])
    assert "同意45票、反对3票、弃权2票" in notice and "柳溪居公〔2026〕" in notice
    note = words(files[names[-1]])
    assert f"本卷共{len(files) - 2}件" in note and "另行保管" not in note


def test_a_long_history_is_read_in_as_few_queries_as_a_short_one(world, matter, today, django_assert_max_num_queries):
    matter = type(matter).objects.for_page().get(pk=matter.pk)
    assert len(matter.items.all()) >= 5
    with django_assert_max_num_queries(16):
        read = dossier.dossier_of(matter, dossier.Reader(lambda meeting: True, lambda file: True), today)
        assert read.pieces and all(piece.content() for piece in read.pieces)


@pytest.mark.parametrize("person", ["supervisor", "street", "worker"])
def test_papers_of_the_party_are_left_out_and_the_note_says_so(world, matter, person):
    scanned(world, world.meeting("老年助餐点改造", "review"), "party")
    files = packed(world.client(person).get(url(matter)))
    assert not any("党员大会" in name or "党委" in name or "两委" in name for name in files)
    assert not any(content.startswith(b"%PDF") and b"party" in content for content in files.values())
    assert "社区党组织会议3次的会议材料由党组织另行保管，未收入本卷。" in words(files[one(files, "备考表")])
    register = words(files[one(files, "决策实施登记表")])
    assert "138" not in register and "赞成98" not in register and "应到63人，实到51人" in register
    members = packed(world.client("member").get(url(matter)))
    assert any("党员大会会议记录" in name for name in members)


def test_a_file_that_is_lost_or_closed_is_counted(world, matter):
    lost = scanned(world, world.meeting("老年助餐点改造", "resolve"), "unit")
    default_storage.delete(location(lost.sha256))
    scanned(world, world.meeting("图书角夜间开放", "resolve"), "party")
    files = packed(world.client("clerk").get(url(matter)))
    assert "另有文件1件在存储中缺失" in words(files[one(files, "备考表")])
    files = packed(world.client("worker").get(url(world.matter("图书角夜间开放"))))
    assert "另有文件1件不在下载人查阅权限之内" in words(files[one(files, "备考表")])


def test_a_meeting_that_is_called_has_its_notice_alone(world):
    files = packed(world.client("clerk").get(url(world.matter("图书角夜间开放"))))
    names = [name for name in files if "居民代表会议" in name]
    assert len(names) == 1 and "通知" in names[0]


def test_a_download_is_written_down(world, matter):
    before = Event.objects.filter(verb="download_dossier").count()
    client = world.client("street")
    client.head(url(matter))
    assert Event.objects.filter(verb="download_dossier").count() == before
    body_of(client.get(url(matter)))
    event = Event.objects.filter(verb="download_dossier").latest("pk")
    assert (event.path, event.actor_id) == (matter.unit.path, world.users["street"].pk)
    assert event.data["pieces"] > 5 and event.url == matter.get_desk_url()


def test_too_much_for_one_download_is_said(world, matter, monkeypatch):
    scanned(world, world.meeting("老年助餐点改造", "resolve"), "unit")
    monkeypatch.setattr(dossier, "MOST_BYTES", 10)
    client = world.client("clerk")
    assert client.get(url(matter)).url == matter.get_desk_url()
    year = reverse("archive_year", args=[world.liuxi.code, matter.year])
    assert client.get(year).url == reverse("archive")
    monkeypatch.setattr(dossier, "MOST_BYTES", 10**9)
    monkeypatch.setattr(dossier, "MOST_MATTERS", 1)
    assert client.get(year).url == reverse("archive")


def test_the_archive_of_a_year_has_a_folder_for_each_matter(world, matter):
    files = packed(world.client("supervisor").get(reverse("archive_year", args=[world.liuxi.code, matter.year])))
    folders = {name.partition("/")[0] for name in files if "/" in name}
    number = type(matter).objects.filter(unit=world.liuxi, year=matter.year).count()
    assert len(folders) == number
    assert any("柳溪议〔2026〕2号 老年助餐点改造" in folder for folder in folders)
    assert all(f"{folder}/00 卷内目录.docx" in files for folder in folders)
    listed = words(files["归档目录.docx"])
    assert "柳溪议〔2026〕2号" in listed and "已办结" in listed and "永久" in listed
    note = words(files["备考表.docx"])
    assert f"共{number}卷" in note and "有材料未收入" in note


def test_the_archive_lists_my_units_alone(world):
    rows = world.client("clerk").get(reverse("archive")).context["rows"]
    assert {row["unit__code"] for row in rows} >= {world.liuxi.code}
    scanned(world, world.meeting("老年助餐点改造", "resolve"), "unit")
    again = world.client("clerk").get(reverse("archive")).context["rows"]
    grown = {row["unit__code"]: row["size"] - before["size"] for row, before in zip(again, rows, strict=True)}
    assert {code for code, size in grown.items() if size} == {world.liuxi.code}
    theirs = world.client("stranger").get(reverse("archive")).context["rows"]
    assert world.liuxi.code not in {row["unit__code"] for row in theirs}
    assert world.client("stranger").get(reverse("archive_year", args=[world.liuxi.code, 2026])).status_code == 404
    assert world.client("clerk").get(reverse("archive_year", args=[world.liuxi.code, 1999])).status_code == 404


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a/b\\c:d*e?"<>|', "a b c d e"),
        ("..", "文件"),
        ("", "文件"),
        ("长" * 200, "长" * 80),
        ("行\n一\x00", "行 一"),
        ("柳溪议〔2026〕2号 助餐点", "柳溪议〔2026〕2号 助餐点"),
    ],
)
def test_names_fit_every_file_system(text, name):
    assert dossier.file_name(text) == name


def test_the_stream_keeps_one_file_at_a_time(at):
    taken = []

    def files():
        for place in range(3):
            taken.append(place)
            yield f"{place}.txt", b"x" * 1000

    parts = dossier.stream(files(), at)
    next(parts)
    assert taken == [0]
    body = b"".join([b"", *parts])
    assert taken == [0, 1, 2] and len(body) < 5000
