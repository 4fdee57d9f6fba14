"""The dossier of a matter and the archive of a year: their pieces, their 目录 and 备考表, one stream of a ZIP.

What the reader may not read is left out and counted: the 备考表 says how much, and who keeps it.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.files.storage import default_storage
from django.db.models import prefetch_related_objects
from django.utils.translation import override

from audit.actions import location
from councils.enums import MeetingOutcome, ScanKind, Status
from councils.models import Matter
from councils.papers import consultations, matters, notices, word
from councils.papers.catalogue import BEFOREHAND, KEPT, MATTER_FORMS, MEETING_FORMS, RETENTION, RETENTION_NOTE
from councils.papers.meetings import SESSION_PARTS, session_of
from councils.papers.model import Cell, Paper, Row, Sheet, Table, Text, heading, signatures, wide
from councils.papers.words import title_of
from disclosure.closing import chinese_date
from orgs.village import in_place

# Bytes of files that go into one download; a year with more is taken matter by matter.
MOST_BYTES = 500 * 1024 * 1024
MOST_MATTERS = 200
# How many are read from the database at once: a year's rolls with all their names never stand in memory together.
PORTION = 20
# What the papers of a usual dossier come to.
USUAL_BYTES = 200 * 1024
SCANS = {
    ScanKind.SIGN_IN: "会议签到表（扫描件）",
    ScanKind.MINUTES: "会议记录（扫描件）",
    ScanKind.COUNT_SHEET: "计票单（扫描件）",
    ScanKind.BALLOTS: "表决票（扫描件）",
    ScanKind.OTHER: "其他材料（扫描件）",
}
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


@dataclass(frozen=True)
class Reader:
    """What one person may read: records of meetings, files."""

    meeting: Callable
    file: Callable

    def opened(self, item):
        return self.meeting(item.meeting)


@dataclass(frozen=True)
class Piece:
    """One paper or file of a dossier. `pages` None: counted and filled in when it is printed."""

    title: str
    on: date | None
    retention: str
    extension: str
    content: Callable[[], bytes]
    pages: int | None = None


@dataclass(frozen=True)
class Dossier:
    """The pieces of a matter that one reader may have, and sentences about those that are left out."""

    matter: Matter
    pieces: tuple[Piece, ...]
    left_out: tuple[str, ...]

    @property
    def name(self):
        return file_name(f"{self.matter.number} {self.matter.short_title}")


def file_name(text):
    """`text` as a name that every file system takes."""
    text = unicodedata.normalize("NFC", _FORBIDDEN.sub(" ", text))
    return text.strip(" .")[:80].strip(" .") or "文件"


class _Gathering:
    """Pieces in their order while a dossier is put together; counts what is left out."""

    def __init__(self, reader):
        self.reader = reader
        self.pieces, self.closed, self.unreadable, self.lost = [], 0, 0, 0

    def paper(self, paper, retention, title=""):
        written = partial(word.write, paper)
        self.pieces.append(Piece(title or paper.title, paper.on, RETENTION[retention], "docx", written))

    def file(self, attachment, title, on, retention):
        if not self.reader.file(attachment):
            self.unreadable += 1
        elif not default_storage.exists(location(attachment.sha256)):
            self.lost += 1
        else:
            pages = 1 if attachment.media_type.startswith("image/") else None
            extension = attachment.name.rpartition(".")[2]
            content = _reading(attachment.sha256)
            self.pieces.append(Piece(title, on, RETENTION[retention], extension, content, pages))

    def left_out(self):
        """Sentences for the 备考表."""
        if self.closed:
            yield f"社区党组织会议{self.closed}次的会议材料由党组织另行保管，未收入本卷。"
        if self.unreadable:
            yield f"另有文件{self.unreadable}件不在下载人查阅权限之内，未收入本卷。"
        if self.lost:
            yield f"另有文件{self.lost}件在存储中缺失，未收入本卷，请核查。"


def _reading(sha256):
    def read():
        with default_storage.open(location(sha256)) as kept:
            return kept.read()

    return read


def dossier_of(matter, reader, on):
    """The dossier of `matter` (loaded by `for_page`) for `reader` on the day `on`.

    As many queries for a long history as for a short one.
    """
    gathered = _Gathering(reader)
    rounds = [row for row in matter.rounds.all() if row.number < matter.round]
    matters.with_notices(matter, rounds)
    prefetch_related_objects([item.meeting for item in matter.items.all()], *SESSION_PARTS)
    for file in matter.files.select_related("attachment"):
        gathered.file(file.attachment, file.label, matter.registered_on, "file")
    heard = matter.consultations.select_related("host", "unit").prefetch_related("points")
    for consultation in heard.order_by("held_on"):
        gathered.paper(consultations.record(consultation), "consultation", f"协商记录：{consultation.subject}")
    for item in matter.items.all():
        _gather_meeting(gathered, item)
    for row in rounds:
        decided = any(item.step_row.binding for item in matters.items_until(matter, row.number))
        if row.resolution_notice is not None and decided:
            gathered.paper(matters.resolution(matter, row), "resolution", f"决议（第{row.number}轮）")
        _gather_notices(gathered, row, on)
    if MATTER_FORMS["resolution"].why_not(matter) is None:
        gathered.paper(matters.resolution(matter), "resolution")
    _gather_notices(gathered, matter, on)
    if (paper := matters.opinions(matter, rounds)) is not None:
        gathered.paper(paper, "opinions")
    gathered.paper(matters.register(matter, opened=reader.opened), "register")
    return Dossier(matter, tuple(gathered.pieces), tuple(in_place(line, matter.unit) for line in gathered.left_out()))


def _gather_meeting(gathered, item):
    """The papers of one meeting: the call alone until it is held."""
    meeting = item.meeting
    if not gathered.reader.meeting(meeting):
        gathered.closed += 1
        return
    session = session_of(meeting, meeting.items.all())
    held = meeting.outcome and meeting.outcome != MeetingOutcome.CALLED_OFF
    for key in KEPT if held else ("notice",):
        if meeting.from_paper and key in BEFOREHAND:  # the call and the signatures are on paper, made elsewhere
            continue
        form = MEETING_FORMS[key]
        if (key == "count" and meeting.is_void) or form.why_not(session):
            continue
        paper = form.build(session)
        gathered.paper(paper, key, paper.sheets[0].title)
    for scan in meeting.scans.all():
        gathered.file(scan.attachment, f"{title_of(meeting)}{SCANS[ScanKind(scan.kind)]}", meeting.held_on, "scan")


def _gather_notices(gathered, row, on):
    """The notices of a matter or of one of its earlier rounds."""
    for name in matters.NOTICES:
        if (notice := getattr(row, name)) is not None:
            _gather_notice(gathered, notice, name, on)


def _gather_notice(gathered, notice, retention, on):
    """Every version as it was published, oldest first, and the files posted with it."""
    for version in reversed(notice.signed_versions):
        title = version.title if version.number == 1 else f"{version.title}（第{version.number}版）"
        gathered.paper(notices.published(notice, version, on), retention, title)
        for row in version.attachments.all():
            gathered.file(row.attachment, row.label, version.published_on, retention)


# 目录 and 备考表


def contents(dossier):
    """卷内目录."""
    matter = dossier.matter
    rows = [heading("序号", "题名", "日期", "页数", "保管期限")]
    for place, piece in enumerate(dossier.pieces, start=1):
        cells = (str(place), piece.title, _day(piece.on), str(piece.pages or ""), piece.retention)
        rows.append(Row(tuple(Cell(text, centre=column != 1) for column, text in enumerate(cells)), height=9))
    blocks = (
        Text(f"案卷题名：{matter.title}", "plain"),
        Text(f"立卷单位：{matter.unit.name}　　编号：{matter.number}", "plain"),
        Table((8, 44, 26, 8, 14), tuple(rows), head=1),
        Text("页数空缺处，打印后填写。" + RETENTION_NOTE, "note"),
    )
    return Paper("卷内目录", (Sheet("卷内目录", blocks),))


def _day(day):
    return chinese_date(day) if day else ""


def note(dossier, by, on):
    """备考表 of a dossier."""
    lines = [f"本卷共{len(dossier.pieces)}件，按办理过程排列。", *dossier.left_out, RETENTION_NOTE]
    return _note(lines, by, on)


def _note(lines, by, on):
    rows = (
        wide("情况说明", "\n".join(lines), columns=4, height=50),
        wide("下载人", by, columns=4, height=9),
        wide("下载日期", chinese_date(on), columns=4, height=9),
    )
    blocks = (Table((17, 33, 17, 33), rows), signatures("立卷人\n（签字）", "检查人\n（签字）"))
    return Paper("备考表", (Sheet("备考表", blocks),))


def archive_contents(unit, year, rows):
    """归档目录 of a year: one row a dossier. `rows`: (title, number, how many pieces, status)."""
    table = [heading("案卷号", "题名", "编号", "件数", "状态", "保管期限")]
    for place, (title, number, pieces, status) in enumerate(rows, start=1):
        cells = (str(place), title, number, str(pieces), _in_chinese(status.label), RETENTION["register"])
        table.append(Row(tuple(Cell(text, centre=column != 1) for column, text in enumerate(cells)), height=9))
    blocks = (
        Text(f"立卷单位：{unit.name}　　年度：{year}年", "plain"),
        Table((9, 36, 22, 8, 14, 11), tuple(table), head=1),
        Text(RETENTION_NOTE, "note"),
    )
    return Paper("归档目录", (Sheet(f"{unit.name}{year}年议事事项归档目录", blocks),))


# The ZIP


class _Sink(io.RawIOBase):
    """Takes what zipfile writes; `take` hands it on and forgets it, so that nothing piles up."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)

    def take(self):
        parts, self.parts = self.parts, []
        return b"".join(parts)


def stream(files, at):
    """A ZIP of `files`, (path, bytes) in turn, piece by piece; at no time more than one file is in memory.

    Papers and scans are compressed in themselves, so they are only stored. `at`: the moment in the portal's time zone.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), content)
            yield sink.take()
    yield sink.take()


def files_of(dossier, by, on, folder=""):
    """(path, bytes) of every piece of a dossier with its 目录 first and its 备考表 last."""
    yield f"{folder}00 卷内目录.docx", word.write(contents(dossier))
    for place, piece in enumerate(dossier.pieces, start=1):
        day = f" {piece.on:%Y-%m-%d}" if piece.on else ""
        yield f"{folder}{place:02} {file_name(piece.title)}{day}.{piece.extension}", piece.content()
    yield f"{folder}{len(dossier.pieces) + 1:02} 备考表.docx", word.write(note(dossier, by, on))


def in_portions(rows, ids):
    """The matters `ids` of the query `rows`, one after another."""
    for start in range(0, len(ids), PORTION):
        yield from rows.filter(pk__in=ids[start : start + PORTION])


def files_of_year(unit, year, rows, reader, by, on):
    """(path, bytes) of the archive of `year`: a folder for each of the matters `rows`, then 归档目录 and 备考表."""
    listed, left_out = [], 0
    for place, matter in enumerate(rows, start=1):
        dossier = dossier_of(matter, reader, on)
        yield from files_of(dossier, by, on, f"{place:03} {dossier.name}/")
        status = matter.status_on(on)
        listed.append((matter.title, matter.number, len(dossier.pieces), status))
        left_out += bool(dossier.left_out)
    yield "归档目录.docx", word.write(archive_contents(unit, year, listed))
    open_ones = sum(status != Status.CLOSED for *_row, status in listed)
    lines = [f"{unit.name}{year}年议事事项共{len(listed)}卷，其中尚未办结或以其他方式结束{open_ones}卷。"]
    if left_out:
        lines.append(f"其中{left_out}卷有材料未收入，说明见各卷备考表。")
    yield "备考表.docx", word.write(_note([*lines, RETENTION_NOTE], by, on))


def _in_chinese(label):
    with override("zh-hans"):
        return str(label)
