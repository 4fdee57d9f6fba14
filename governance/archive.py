"""A unit's archive: everything public of it in one ZIP, with the proofs that `check_notice.py` verifies (docs/log.md).

Its words are Chinese like the notices in it (ADR 0004). Relief lists are left out; of a text in which names are masked
by now, or parts were redacted, there is the masked text and the proof of its leaf, but no content to hash.
"""

import csv
import io
import json
import zipfile
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Prefetch, Q
from django.template.loader import render_to_string

from audit import archive as proofs
from audit.actions import checkpoint_of_today, location
from audit.enums import LeafKind
from audit.log import codes, notes
from audit.models import Leaf, Tile
from councils.models import Resolution
from councils.records import content_of
from councils.records import subject_of as subject_of_resolution
from disclosure import records
from disclosure.archive import closed_files, public_texts
from disclosure.enums import Stage
from disclosure.models import NoticeAttachment, NoticeVersion
from disclosure.text import blocks
from orgs.exports import harmless

FILES_LIMIT = 200 * 1024 * 1024  # bytes of attachments in one archive
COLUMNS = {
    "number": "编号",
    "version": "版本",
    "title": "标题",
    "board": "公开栏",
    "issuer": "公布单位",
    "published_on": "公布日期",
    "displayed_until": "公布至",
    "stage": "状态",
    "code": "核验码",
    "page": "网页文件",
}
STAGES = {
    Stage.ON_DISPLAY: "公布中",
    Stage.DISPLAY_ENDED: "公布期满",
    Stage.SUPERSEDED: "已更正",
    Stage.WITHDRAWN: "已撤下",
}
BOARDS = {"party": "党务公开", "residential": "居务公开", "financial": "财务公开", "compound": "小区公开"}


def page_of(version):
    """The file of a version in the archive."""
    return f"html/{version.notice.ref}-{version.number}.html"


@dataclass(frozen=True)
class Part:
    """A version in the archive: the text that everyone reads now, its files, and whether that is what was logged."""

    version: NoticeVersion
    text: str
    files: tuple
    closed: tuple  # those of them that are not for everyone any more
    code: str

    @property
    def is_whole(self):
        return self.text == self.version.published_text

    @property
    def page(self):
        return page_of(self.version)

    def row(self, on):
        version = self.version
        values = (
            *(version.notice.number, version.number, version.title, BOARDS[version.notice.board], version.issuer_name),
            *(version.published_on.isoformat(), version.displayed_until.isoformat(), STAGES[version.stage(on)]),
            *(self.code, self.page),
        )
        return dict(zip(COLUMNS, values, strict=True))


class Archive:
    """What the archive of `unit` holds on the day `on`. Eight queries however much it is, `zipped` makes none."""

    def __init__(self, unit, on):
        self.unit, self.on = unit, on
        self.signer, self.note = checkpoint_of_today()
        self.size = notes.Head.parse(self.note).size
        versions = self._versions()
        resolutions = Resolution.objects.filter(matter__unit=unit).select_related("vote__item__matter__unit")
        self.resolutions = {subject_of_resolution(resolution): resolution for resolution in resolutions}
        subjects = [*map(records.subject_of, versions), *self.resolutions]
        leaves = Leaf.objects.filter(Q(subject__in=subjects) | Q(path=unit.path), index__lt=self.size)
        self.leaves = list(leaves.exclude(subject__in=self.left_out).order_by("index"))
        self.nodes = Tile.objects.covering([leaf.index for leaf in self.leaves], self.size).nodes()
        published = {leaf.subject: leaf.code for leaf in self.leaves if leaf.kind != LeafKind.WITHDRAWAL}
        texts = public_texts(versions, on)
        self.parts = [
            Part(version, texts[version.pk], files, tuple(closed_files(version, files, on)), codes.grouped(code))
            for version, files in ((version, tuple(version.attachments.all())) for version in versions)
            if (code := published.get(records.subject_of(version)))
        ]
        self.withheld = dict(self._withheld())

    def _withheld(self):
        """The records whose content nobody may read in full any more, with the reason. All others must have theirs."""
        masked = {records.subject_of(part.version) for part in self.parts if not part.is_whole}
        redacted = {records.subject_of(part.version) for part in self.parts if part.version.redaction_id}
        for leaf in self.leaves:
            if leaf.subject in redacted and leaf.kind in records.PUBLISHED_KINDS:
                yield proofs.record_name(leaf), "部分内容已依法遮盖"
            elif leaf.subject in masked and leaf.kind != LeafKind.WITHDRAWAL:
                yield proofs.record_name(leaf), "公布期已满，姓名已遮盖"

    def _versions(self):
        files = NoticeAttachment.objects.select_related("attachment__withheld")
        rows = NoticeVersion.objects.public().filter(notice__unit=self.unit).with_people()
        rows = rows.select_related("notice__unit", "notice__issuer").prefetch_related(Prefetch("attachments", files))
        signed = list(rows.order_by("-published_on", "-pk"))
        versions = [each for each in signed if each.is_published(self.on) and not each.notice.row.noindex]
        shown = {each.pk for each in versions}
        self.left_out = [records.subject_of(each) for each in signed if each.pk not in shown]
        by_notice = {}
        for version in sorted(versions, key=lambda version: -version.number):
            by_notice.setdefault(version.notice_id, []).append(version)
        for version in versions:
            version.notice.__dict__["_versions"] = by_notice[version.notice_id]
        return versions

    @property
    def files(self):
        """The attachments of what can be verified and everyone may read, each content once: {hash: attachment}."""
        whole = [part for part in self.parts if part.is_whole]
        rows = [
            row for part in whole for row in part.files if row.attachment.withheld is None and row not in part.closed
        ]
        return {row.attachment.sha256: row.attachment for row in rows}

    def zipped(self, *, with_files):
        """The bytes of the ZIP, piece by piece; the manifest with the hash of every other member comes last, signed."""
        hashes, outlet = {}, _Outlet()
        with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as target:
            for name, data in self._members(with_files):
                hashes[name] = proofs.digest(data)
                target.writestr(_info(name), data)
                yield outlet.taken()
            unit = {"unit": self.unit.code, "unit_name": self.unit.name}
            listed = {"leaves": [leaf.index for leaf in self.leaves], "withheld": self.withheld}
            manifest = proofs.manifest(checkpoint=self.note, hashes=hashes, **listed, **unit)
            target.writestr(_info(proofs.MANIFEST), manifest)
            target.writestr(_info(proofs.SIGNATURE), proofs.signature(self.signer, manifest))
        yield outlet.taken()

    def _members(self, with_files):
        yield "README.txt", _rendered("readme.txt", unit=self.unit, on=self.on, size=self.size, with_files=with_files)
        yield "check_notice.py", (settings.BASE_DIR / "static" / "check_notice.py").read_bytes()
        yield "style.css", _rendered("style.css")
        yield "index.html", _rendered("index.html", unit=self.unit, on=self.on, parts=self.parts, rows=self._rows())
        yield "notices.csv", self._sheet()
        texts = [row | {"text": part.text} for row, part in zip(self._rows(), self.parts, strict=True)]
        yield "notices.json", json.dumps(texts, ensure_ascii=False, indent=1).encode()
        for part in self.parts:
            newest = part.version.notice.published_versions(self.on)[0]
            facts = {"blocks": blocks(part.text), "row": part.row(self.on), "newest": newest}
            facts["newest_page"] = page_of(newest).removeprefix("html/")
            yield part.page, _rendered("notice.html", unit=self.unit, part=part, version=part.version, **facts)
        contents = self._contents()
        for leaf in self.leaves:
            content = contents.get((leaf.kind, leaf.subject))
            name = proofs.record_name(leaf)
            if content is None or name in self.withheld:
                content, leaf.salt = None, b""  # a salt without the content would only help to guess it
            yield name, proofs.record(leaf, content, self.size, self.nodes)
        for sha256, attachment in self.files.items() if with_files else ():
            with default_storage.open(location(sha256)) as kept:
                yield f"files/{sha256[:12]}-{attachment.name.replace('/', '_')}", kept.read()

    def _contents(self):
        """What the leaves say, as far as everyone may read it today: {(kind, subject): content}."""
        contents = {}
        for part in self.parts:
            subject = records.subject_of(part.version)
            if part.is_whole:
                kind = LeafKind.REDACTION if part.version.redaction_id else records.kind_of(part.version)
                contents[kind, subject] = records.publication(part.version, part.files)
            if part.version.withdrawn_at:
                contents[LeafKind.WITHDRAWAL, subject] = records.withdrawal(part.version)
        for subject, resolution in self.resolutions.items():
            contents[LeafKind.RESOLUTION, subject] = content_of(resolution)
        return contents

    def _rows(self):
        return [part.row(self.on) for part in self.parts]

    def _sheet(self):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS.values())
        writer.writerows([harmless(str(value)) for value in row.values()] for row in self._rows())
        return text.getvalue().encode("utf-8-sig")


class _Outlet:
    """A file that is only written, and emptied as it fills."""

    def __init__(self):
        self._pieces = []

    def write(self, data):
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self):
        pass

    def taken(self):
        data, self._pieces = b"".join(self._pieces), []
        return data


def _info(name):
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


def _rendered(name, **context):
    return render_to_string(f"log/archive/{name}", context).encode()
