"""What the guard reads in files, also where nobody looks; and the command that looks through folders."""

import io
import json
import zipfile

import docx
import pypdf
import pypdf.annotations
import pytest
import xlsxwriter
from django.core.management import call_command
from PIL import Image, PngImagePlugin

from disclosure.privacy.files import NotReadable, find_in_file

IDENTITY = "11010519491231002X"
PHONE = "13812345678"
WORD_XML = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def word(fill):
    document = docx.Document()
    document.core_properties.author = "社区"
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_with(part, xml):
    """A small Word file with `xml` in its body, or as the part `part`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        if part != "word/document.xml":
            package.writestr("word/document.xml", WORD_XML.format(""))
        package.writestr(part, WORD_XML.format(xml))
    return out.getvalue()


def excel(fill):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("名单"))
    return out.getvalue()


def pdf(text):
    """A PDF of one page that says `text` (ASCII)."""
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return content + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(content),
    )


def body(document):
    document.add_paragraph(f"张三，{IDENTITY}")


def table(document):
    row = document.add_table(rows=1, cols=3).rows[0]
    for cell, text in zip(row.cells, ("110105", "19491231", "002X"), strict=True):
        cell.text = text


def header(document):
    document.sections[0].header.paragraphs[0].text = f"经办人电话{PHONE}"


def hidden(document):
    run = document.add_paragraph("公告").add_run(PHONE)
    run.font.hidden = True


def properties(document):
    document.core_properties.comments = f"联系 {PHONE}"


def comment(document):
    run = document.add_paragraph().add_run("公告")
    document.add_comment(runs=run, text=f"请核对{IDENTITY}", author="王", initials="W")


def hidden_column(book, sheet):
    sheet.write("A1", "姓名")
    sheet.write("C5", PHONE)
    sheet.set_column("C:C", None, None, {"hidden": True})
    sheet.set_row(4, None, None, {"hidden": True})


def hidden_sheet(book, sheet):
    book.add_worksheet("底稿").write("B2", IDENTITY)
    book.worksheets()[1].hide()


def split_cells(book, sheet):
    for column, text in enumerate(("6222", "0200", "0000", "0000", "000")):
        sheet.write(3, column, text)


def number_cell(book, sheet):
    sheet.write_number("A1", int(PHONE))


def identity_number_cell(book, sheet):
    sheet.write_number("A1", 110101199003072316)  # of which a number keeps no more than 110101199003072


def joined_by_a_formula(book, sheet):
    sheet.write_formula("A1", '="110101199"&"003072316"', value="")


def note(book, sheet):
    sheet.write_comment("A1", f"电话{PHONE}")


def book_properties(book, sheet):
    book.set_properties({"comments": f"电话{PHONE}"})


def margin(book, sheet):
    sheet.set_footer(f"&C经办人电话{PHONE}")


def defined_name(book, sheet):
    book.define_name("联系电话", f'="{PHONE}"')


def pdf_with(fill):
    writer = pypdf.PdfWriter(io.BytesIO(pdf("notice")))
    fill(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def annotation(writer):
    writer.add_annotation(0, pypdf.annotations.FreeText(text=f"tel {PHONE}", rect=(0, 0, 9, 9)))


def form_field(writer):
    field = {"/FT": "/Tx", "/T": "telephone", "/V": PHONE}
    field = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject(key): (
                pypdf.generic.NameObject(value) if key == "/FT" else pypdf.generic.TextStringObject(value)
            )
            for key, value in field.items()
        }
    )
    fields = pypdf.generic.ArrayObject([writer._add_object(field)])
    form = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/Fields"): fields})
    writer.root_object[pypdf.generic.NameObject("/AcroForm")] = form


def picture():
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Comment", f"张三 {PHONE}")
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def photo():
    exif = Image.Exif()
    exif[0x010E] = f"tel {PHONE}"
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


DELETED = f"<w:p><w:del><w:r><w:delText>{IDENTITY}</w:delText></w:r></w:del></w:p>"
FOOTNOTE = "<w:p><w:r><w:t>1101051949</w:t></w:r><w:r><w:t>1231002X</w:t></w:r></w:p>"
INSERTED = f"<w:p><w:ins><w:r><w:t>{IDENTITY}</w:t></w:r></w:ins></w:p>"
# Neither what stayed nor what was deleted is a number; what stood there before is one.
CHANGED = (
    "<w:p><w:r><w:t>电话1381234</w:t></w:r><w:ins><w:r><w:t>略</w:t></w:r></w:ins>"
    "<w:del><w:r><w:delText>5678</w:delText></w:r></w:del></w:p>"
)
TEXT_BOX = (
    f"<w:p><w:r><w:pict><x><w:txbxContent><w:p><w:r><w:t>{IDENTITY}</w:t></w:r></w:p></w:txbxContent></x></w:pict>"
    "</w:r></w:p>"
)
FILES = {
    "body": (lambda: word(body), "identity", "word/document.xml"),
    "table": (lambda: word(table), "identity", "word/document.xml"),
    "header": (lambda: word(header), "mobile", "header"),
    "hidden": (lambda: word(hidden), "mobile", "hidden text"),
    "properties": (lambda: word(properties), "mobile", "properties"),
    "comment": (lambda: word(comment), "identity", "comments"),
    "deleted": (lambda: word_with("word/document.xml", DELETED), "identity", "deleted passages"),
    "footnote": (lambda: word_with("word/footnotes.xml", FOOTNOTE), "identity", "word/footnotes.xml"),
    "inserted": (lambda: word_with("word/document.xml", INSERTED), "identity", "word/document.xml"),
    "changed": (lambda: word_with("word/document.xml", CHANGED), "mobile", "changed passages"),
    "text box": (lambda: word_with("word/document.xml", TEXT_BOX), "identity", "text boxes"),
    "endnote": (lambda: word_with("word/endnotes.xml", FOOTNOTE), "identity", "word/endnotes.xml"),
    "margin": (lambda: excel(margin), "mobile", "header and footer"),
    "defined name": (lambda: excel(defined_name), "mobile", "xl/workbook.xml"),
    "annotation": (lambda: pdf_with(annotation), "mobile", "page 1: notes"),
    "form field": (lambda: pdf_with(form_field), "mobile", "form fields"),
    "metadata": (lambda: pdf_with(lambda writer: writer.add_metadata({"/Author": PHONE})), "mobile", "properties"),
    "column": (lambda: excel(hidden_column), "mobile", "sheet 名单"),
    "sheet": (lambda: excel(hidden_sheet), "identity", "sheet 底稿 (hidden)"),
    "cells": (lambda: excel(split_cells), "card", "sheet 名单"),
    "number": (lambda: excel(number_cell), "mobile", "sheet 名单"),
    "identity number": (lambda: excel(identity_number_cell), "identity", "sheet 名单"),
    "formula": (lambda: excel(joined_by_a_formula), "identity", "header and footer"),
    "note": (lambda: excel(note), "mobile", "comments"),
    "book": (lambda: excel(book_properties), "mobile", "properties"),
    "pdf": (lambda: pdf(f"Tel {PHONE}"), "mobile", "page 1"),
    "png": (picture, "mobile", "metadata"),
    "jpg": (photo, "mobile", "metadata"),
    "csv": (lambda: f"姓名,证件\n张三,{IDENTITY}\n".encode("gb18030"), "identity", "text"),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_stands_in_a_file_is_found(kind):
    make, sort, where = FILES[kind]
    found = find_in_file(make(), "附件.csv" if kind == "csv" else "附件")
    assert [finding.sort for _place, finding in found] == [sort]
    assert where in found[0][0]


def test_the_name_of_a_file_counts():
    ((place, finding),) = find_in_file(pdf("notice"), f"张三{PHONE}.pdf")
    assert (place, finding.sort) == ("file name", "mobile")


def test_ordinary_files_are_clean():
    ordinary = word(lambda document: document.add_paragraph("柳溪居公〔2026〕3号，预算186000元，2026年4月1日"))
    assert find_in_file(ordinary, "公告.docx") == []
    assert find_in_file(excel(lambda book, sheet: sheet.write("A1", 119260.5)), "收支.xlsx") == []


FAR = excel(lambda book, sheet: sheet.write(1_048_575, 16_383, "x"))  # the library would make room for 17 billion cells


@pytest.mark.parametrize("content", [FAR, pdf(""), b"%PDF-1.7 broken", b"PK\x03\x04 broken", b"\x00\x01", b""])
def test_what_cannot_be_read_is_said_so(content):
    with pytest.raises(NotReadable):
        find_in_file(content, "a.bin")


def scan(capsys, *paths):
    with pytest.raises(SystemExit) as ended:
        call_command("privacy_scan", *map(str, paths))
    out = capsys.readouterr()
    return ended.value.code, [json.loads(line) for line in out.out.splitlines()], out.err


def test_the_command_looks_through_folders(tmp_path, capsys):
    (tmp_path / "附件").mkdir()
    (tmp_path / "附件" / "名单.csv").write_text(f"姓名,电话\n张三,{PHONE}\n")
    (tmp_path / "公告.txt").write_text("柳溪居公〔2026〕3号")
    status, lines, _err = scan(capsys, tmp_path)
    assert status == 1
    assert lines == [
        {"file": str(tmp_path / "附件" / "名单.csv"), "place": "text", "kind": "mobile", "excerpt": "138********"}
    ]
    assert scan(capsys, tmp_path / "公告.txt")[:2] == (0, [])
    status, lines, err = scan(capsys, tmp_path / "没有.txt")
    assert (status, lines) == (2, []) and "没有.txt" in err
