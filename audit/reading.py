"""The plain text of a file, for those who look for words in it (no models, no settings).

What the file says is read, not how it looks: hidden sheets and deleted passages are left out. A file that cannot be
read has no text; nobody is told, for it is still there to be opened.
"""

import contextlib
import io
import zipfile
from xml.etree import ElementTree

MOST_CHARACTERS = 20_000
MOST_PAGES = 60
MOST_ROWS = 2_000
MOST_XML = 40 * 1024 * 1024
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plain_text(content, media_type):
    """The first MOST_CHARACTERS of the text of a PDF, Word, Excel or CSV file; "" for others and for broken ones."""
    read = _READERS.get(media_type)
    if read is None:
        return ""
    lines, length = [], 0
    try:
        for line in read(content):
            if line := " ".join(line.replace("\0", " ").split()):
                lines.append(line)
                length += len(line) + 1
            if length > MOST_CHARACTERS:
                break
    except Exception:  # The libraries raise many kinds of errors on broken files; what was read until then is kept.
        pass
    # A lone half of a pair, which a broken file may hold, cannot be stored.
    return "\n".join(lines)[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()


def _pdf(content):
    import pypdf  # only where a file is stored

    for page in pypdf.PdfReader(io.BytesIO(content)).pages[:MOST_PAGES]:
        yield from page.extract_text().splitlines()


def _docx(content):
    """Paragraph by paragraph, those of tables too; hidden and deleted passages are none."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if package.getinfo("word/document.xml").file_size > MOST_XML:
            return
        with package.open("word/document.xml") as document:
            for _event, element in ElementTree.iterparse(document):
                if element.tag == f"{_WORD}p":
                    yield "".join(_runs(element))
                    element.clear()


def _runs(paragraph):
    for run in paragraph.iter(f"{_WORD}r"):
        if run.find(f"{_WORD}rPr/{_WORD}vanish") is not None:
            continue
        for part in run:
            if part.tag == f"{_WORD}t":
                yield part.text or ""
            elif part.tag in (f"{_WORD}tab", f"{_WORD}br"):
                yield " "


def _excel(content):
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for sheet in book.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible:
            yield sheet.name
            for row in book.get_sheet_by_name(sheet.name).to_python(nrows=MOST_ROWS):
                yield " ".join(_cell(cell) for cell in row)


def _cell(value):
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def decoded(content, encodings=("utf-8-sig", "gb18030")):
    """The text of a plain file in the first of `encodings` that fits; None when none does."""
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None


def _csv(content):
    yield from (line.replace(",", " ").replace('"', " ") for line in (decoded(content) or "").splitlines())


_READERS = {
    "application/pdf": _pdf,
    DOCX: _docx,
    XLSX: _excel,
    "application/vnd.ms-excel": _excel,
    "text/csv": _csv,
}
