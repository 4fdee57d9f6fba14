"""What is read of a file for the search."""

import io
import zipfile

import pytest
import xlsxwriter

from audit.documents import DOCX, XLSX
from audit.reading import MOST_CHARACTERS, plain_text

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def sheet(rows, hidden=()):
    """An XLSX file with a sheet of `rows` and a hidden one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for number, cells in enumerate((rows, hidden)):
        page = book.add_worksheet("表" if number == 0 else "底稿")
        for row, values in enumerate(cells):
            page.write_row(row, 0, values)
        if number:
            page.hide()
    book.close()
    return out.getvalue()


def document(body):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def pdf(text):
    """A PDF of one page with a line of Latin text."""
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >> stream\n%b\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj %b endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 5\n0000000000 65535 f \n%btrailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


RUNS = (
    "<w:p><w:r><w:t>雨棚</w:t></w:r><w:r><w:tab/><w:t>立柱</w:t></w:r></w:p>"
    "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>12根</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        (document(RUNS), DOCX, "雨棚 立柱\n12根"),
        (sheet([["雨棚", 12, 0.5]], [["底价"]]), XLSX, "表\n雨棚 12 0.5"),
        (pdf("Roof 12"), "application/pdf", "Roof 12"),
        ("项目,数量\r\n雨棚,12".encode("gb18030"), "text/csv", "项目 数量\n雨棚 12"),
        ("\ufeff项目\0".encode(), "text/csv", "项目"),
        (b"x", "image/png", ""),
        (b"PK\x03\x04", DOCX, ""),
        (b"PK\x03\x04", XLSX, ""),
        (b"%PDF-1.7 broken", "application/pdf", ""),
        (b"", "text/csv", ""),
    ],
)
def test_the_text_of_a_file(content, media_type, text):
    assert plain_text(content, media_type) == text


def test_reading_ends_where_enough_was_read():
    text = plain_text(("雨棚," * 10 + "\n").encode() * 5000, "text/csv")
    assert len(text) == MOST_CHARACTERS
