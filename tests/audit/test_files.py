"""The store of attachments: what is kept, what is refused, who may read it."""

import datetime
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from audit.actions import location, publish_file, store
from audit.enums import Audience
from audit.errors import Refused
from audit.files import OLE, check, safe_name
from audit.models import Attachment, Event

LIMIT = 20 * 1024 * 1024


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind="JPEG", size=(40, 20), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def package(*names, size=10):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return out.getvalue()


PARTS_OF_WORD = ("[Content_Types].xml", "word/document.xml")
WORD = package(*PARTS_OF_WORD)
EXCEL = package("[Content_Types].xml", "xl/workbook.xml")
OLD_WORD = OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le")
OLD_EXCEL = OLE + b"\0" * 600 + "Workbook".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "media_type", "extension"),
    [
        (picture("JPEG"), "image/jpeg", ".jpg"),
        (picture("PNG"), "image/png", ".png"),
        (picture("WEBP"), "image/png", ".png"),
        (picture("GIF"), "image/png", ".png"),
        (b"%PDF-1.7 text", "application/pdf", ".pdf"),
        (OLD_WORD, "application/msword", ".doc"),
        (OLD_EXCEL, "application/vnd.ms-excel", ".xls"),
        (WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        (EXCEL, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ],
)
def test_the_content_says_what_a_file_is(content, media_type, extension):
    checked = check(content, "签到表.附件", limit=LIMIT)
    assert checked.media_type == media_type
    assert checked.name == f"签到表{extension}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00",
        b"PK\x03\x04 broken",
        package("a.txt"),
        OLE + b"\0" * 600,
        picture("JPEG")[:200],
        b"\x89PNG\r\n\x1a\n" + b"0" * 50,
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    ],
)
def test_other_files_are_refused(content):
    with pytest.raises(Refused):
        check(content, "a.pdf", limit=LIMIT)


RELATION = '<Relationships><Relationship Id="1" Type="x/{}" Target="{}" TargetMode="External"/></Relationships>'
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
DDE_FIELD = '<w:instrText xml:space="preserve"> DDEAUTO c:\\\\windows\\\\cmd.exe </w:instrText>'


def word_with(**parts):
    """A Word file with these parts besides."""
    return filled({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"} | parts)


def filled(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf(catalogue):
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog " + catalogue + b">>endobj\ntrailer<</Root 1 0 R>>"


def pdf_object_stream(objects):
    packed = zlib.compress(objects)
    return b"%%PDF-1.7\n1 0 obj<</Type/ObjStm/Length %d>>stream\n%s\nendstream endobj" % (len(packed), packed)


TRAPS = {
    "a renamed program": (b"MZ\x90\x00" + b"0" * 200, "公告.docx"),
    "a renamed image": (picture(), "公告.exe"),
    "a Word file that says it is a PDF": (WORD, "公告.pdf"),
    "a PDF that says it is a table": (b"%PDF-1.7 text", "收支.xlsx"),
    "a file for macros by its name": (WORD, "公告.docm"),
    "a file for macros by its types": (word_with(**{"[Content_Types].xml": MACRO_TYPE}), "公告.docx"),
    "macros": (word_with(**{"word/vbaProject.bin": "x"}), "公告.docx"),
    "old Excel macros": (package("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/a.xml"), "a.xlsx"),
    "an embedded object": (word_with(**{"word/embeddings/oleObject1.bin": "x"}), "公告.docx"),
    "an embedded program": (word_with(**{"word/media/a.exe": "x"}), "公告.docx"),
    "a template from elsewhere": (
        word_with(**{"word/_rels/settings.xml.rels": RELATION.format("attachedTemplate", "http://a.test/t.dotm")}),
        "公告.docx",
    ),
    "a picture from elsewhere": (
        word_with(**{"word/_rels/document.xml.rels": RELATION.format("image", "http://a.test/1.png")}),
        "公告.docx",
    ),
    "DDE in a field": (word_with(**{"word/header1.xml": DDE_FIELD}), "公告.docx"),
    "DDE in a table": (
        filled({"[Content_Types].xml": "x", "xl/workbook.xml": "x", "xl/externalLinks/a.xml": "<ddeLink a=''/>"}),
        "a.xlsx",
    ),
    "old Word macros": (OLD_WORD + "_VBA_PROJECT".encode("utf-16-le"), "公告.doc"),
    "an old embedded program": (OLD_WORD + "Ole10Native".encode("utf-16-le"), "公告.doc"),
    "a Word file with a password": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "公告.docx"),
    "a PDF with a password": (pdf(b"/Encrypt 2 0 R"), "a.pdf"),
    "a PDF with a script": (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "a.pdf"),
    "a PDF with a script in disguise": (pdf(b"/OpenAction<</S/Java#53cript/J#53(1)>>"), "a.pdf"),
    "a PDF with a compressed script": (pdf_object_stream(b"1 0 <</S/JavaScript/JS(app.alert(1))>>"), "a.pdf"),
    "a PDF that starts a program": (pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "a.pdf"),
    "a PDF with files in it": (pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "a.pdf"),
    "a formula in a table of values": ("姓名,金额\n张三,=1+1".encode(), "a.csv"),
    "a command in a table of values": ("姓名\n@SUM(A1)".encode(), "a.csv"),
    "HTML as a table of values": (b"<html><script>alert(1)</script>", "a.csv"),
    "no text as a table of values": (b"\x81\x00\xff\xff", "a.csv"),
    "a bomb by its ratio": (filled({"[Content_Types].xml": "x", "word/document.xml": b"0" * 3_000_000}), "a.docx"),
    "a part twice": (package(*PARTS_OF_WORD, "word/document.xm1").replace(b"xm1", b"xml"), "a.docx"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_are_refused(trap):
    content, name = TRAPS[trap]
    with pytest.raises(Refused) as refused:
        check(content, name, limit=LIMIT)
    assert str(refused.value)


def test_a_package_that_lies_about_its_size_is_refused():
    honest = filled({"[Content_Types].xml": "x", "word/document.xml": b"0" * 5000})
    lie = honest.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lie != honest
    with pytest.raises(Refused):
        check(lie, "a.docx", limit=LIMIT)


def test_an_encrypted_package_is_refused():
    content = bytearray(WORD)
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(Refused):
        check(bytes(content), "a.docx", limit=LIMIT)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('日期,摘要,金额\n4月2日,慰问,-200.00\n4月3日,"保洁,绿化",+3%'.encode("gb18030"), "收支.csv"),
        (
            word_with(**{"word/_rels/document.xml.rels": RELATION.format("hyperlink", "http://a.test/")}),
            "公告🏠𠮷㙓.docx",
        ),
        (pdf(b"/Outlines 3 0 R") + b" stream\n/JS /Launch random bytes of a picture\nendstream", "扫描件.pdf"),
    ],
)
def test_ordinary_files_are_kept_as_they_are(content, name):
    checked = check(content, name, limit=LIMIT)
    assert (checked.content, checked.name) == (content, name)


def test_a_large_picture_is_made_smaller():
    kept = Image.open(io.BytesIO(check(picture("PNG", (3000, 10)), "a.png", limit=LIMIT).content))
    assert kept.size == (2400, 8)


def test_what_is_larger_than_the_limit_is_refused():
    assert check(b"%PDF-" + b"0" * 5, "a.pdf", limit=10)
    with pytest.raises(Refused):
        check(b"%PDF-" + b"0" * 6, "a.pdf", limit=10)


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr("audit.packages.MAX_UNPACKED", 1000)
    bomb = package("[Content_Types].xml", "word/document.xml", size=501)
    with pytest.raises(Refused):
        check(bomb, "a.docx", limit=LIMIT)


def test_a_picture_with_too_many_pixels_is_refused(monkeypatch):
    header = b"\x89PNG\r\n\x1a\n"
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    ):
        header += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with pytest.raises(Refused, match="60"):
        check(header, "a.png", limit=LIMIT)
    monkeypatch.setattr("audit.files.MAX_PIXELS", 799)
    with pytest.raises(Refused):
        check(picture(), "a.jpg", limit=LIMIT)


@pytest.mark.parametrize(("content", "name"), [(picture("TIFF"), "a.tif"), (OLE + b"\0" * 600, "a.doc")])
def test_other_kinds_are_told_which_to_take(content, name):
    with pytest.raises(Refused, match="JPG, ?PNG, ?WebP.*[.]docx|JPG、PNG、WebP.*[.]docx"):
        check(content, name, limit=LIMIT)


def test_a_picture_loses_its_metadata_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Camera of 张三"
    kept = Image.open(io.BytesIO(check(picture(exif=exif.tobytes()), "a.jpg", limit=LIMIT).content))
    assert kept.size == (20, 40)
    assert not kept.getexif()
    assert "张三".encode() not in check(picture(exif=exif.tobytes()), "a.jpg", limit=LIMIT).content


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\林\\预算.PDF", "预算.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("...", "file.pdf"),
        ('a"b;c#d?.pdf', "a_b_c_d_.pdf"),
        ("长" * 300 + ".pdf", "长" * 27 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name, "application/pdf") == safe


@pytest.mark.parametrize("stem", ["议" * 120, "🏠" * 120, "议🏠" * 60, "a" * 120])
def test_a_long_name_is_kept_short_enough_for_its_address(liuxi, at, stem):
    clerk = liuxi.people.clerk.user
    kept = store(upload(name=f"{stem}.pdf"), audience=Audience.PUBLIC, path=liuxi.unit.path, by=clerk, at=at)
    assert kept.name.endswith(".pdf") and kept.name[:20] == stem[:20]
    assert len(kept.get_absolute_url()) <= 300 and "name" not in Event.objects.get(verb="store_attachment").data


def upload(content=b"%PDF-1.7 text", name="预算.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def keep(liuxi, at):
    def keep(audience=Audience.PUBLIC, content=b"%PDF-1.7 text", name="预算.pdf"):
        return store(upload(content, name), audience=audience, path=liuxi.unit.path, by=liuxi.people.clerk.user, at=at)

    return keep


def test_equal_files_are_kept_once_with_a_row_for_each_use(keep):
    first, second = keep(), keep(Audience.UNIT)
    assert first.sha256 == second.sha256 and first.pk != second.pk
    with default_storage.open(location(first.sha256)) as content:
        assert content.read() == b"%PDF-1.7 text"
    assert len(default_storage.listdir(f"{first.sha256[:2]}/{first.sha256[2:4]}")[1]) == 1
    assert Event.objects.filter(verb="store_attachment").count() == 2


def test_the_size_is_asked_before_the_file_is_read(settings, liuxi, at):
    settings.UPLOAD_LIMIT = 10

    class Unread(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read")

    with pytest.raises(Refused):
        store(Unread("a.pdf", b"0" * 11), audience="public", path="", by=liuxi.people.clerk.user, at=at)


def test_everybody_reads_a_public_file(client, keep, django_assert_max_num_queries):
    kept = keep()
    with django_assert_max_num_queries(2):
        response = client.get(kept.get_absolute_url())
    assert b"".join(response.streaming_content) == b"%PDF-1.7 text"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"].startswith("public")
    assert response.headers["Content-Disposition"].startswith("inline")
    again = client.get(kept.get_absolute_url(), headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_word_files_are_downloaded(client, keep):
    response = client.get(keep(content=WORD, name="预算.docx").get_absolute_url())
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.getvalue() == WORD


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.UNIT, {"clerk", "secretary", "deputy", "member", "supervisor", "street"}),
        (Audience.PARTY, {"clerk", "secretary", "deputy", "member"}),
    ],
)
def test_who_reads_an_internal_file(audience, readers, keep, people, client_for):
    kept = keep(audience)
    seen = set()
    for name, person in {**vars(people), "visitor": None}.items():
        response = client_for(person).get(kept.get_absolute_url())
        if response.status_code == 200:
            seen.add(name)
            response.getvalue()
            assert response.headers["Cache-Control"] == "private, no-store"
        else:
            assert response.status_code == 404
    assert seen == readers
    assert set(Event.objects.filter(verb="view_attachment").values_list("actor", flat=True)) == {
        getattr(people, name).name for name in readers
    }


def test_another_name_or_a_lost_file_is_not_found(client, keep):
    kept = keep()
    assert client.get(kept.get_absolute_url() + "x").status_code == 404
    default_storage.delete(location(kept.sha256))
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_publishing_opens_a_row_of_its_own(keep, liuxi, at):
    by = liuxi.people.secretary.user
    internal = keep(Audience.UNIT)
    public = publish_file(internal, by=by, at=at)
    internal.refresh_from_db()
    assert (internal.audience, public.audience) == (Audience.UNIT, Audience.PUBLIC)
    assert publish_file(public, by=by, at=at) == public
    with pytest.raises(Refused):
        publish_file(keep(Audience.PARTY), by=by, at=at)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"sha256": "abc"}, "attachment_hash_is_sha256"),
        ({"size": 0}, "attachment_is_not_empty"),
        ({"audience": "friends"}, "attachment_audience_is_known"),
        ({"audience": "unit", "path": ""}, "attachment_internal_has_unit"),
    ],
)
def test_the_database_refuses_impossible_attachments(db, fields, constraint):
    row = {
        "sha256": "0" * 64,
        "name": "a.pdf",
        "media_type": "application/pdf",
        "size": 1,
        "audience": "public",
        "uploader_id": 1,
        "uploader": "x",
        "uploaded_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Attachment.objects.create(**{**row, **fields})
