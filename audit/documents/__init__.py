"""What is written in Word, Excel, PDF and csv files that somebody else made: opened here alone (no models).

`parts` gives all that stands in a file, piece by piece with its place, also what nobody sees at first; `sheets` the
tables of an Excel file as values. The search (`audit/reading.py`), drafting (`disclosure/reading.py`) and the privacy
guard (`disclosure/privacy/files.py`) each choose what they need. Raises Refused for what is damaged, encrypted, or
larger than it may be.
"""

import csv
import io

from django.utils.translation import gettext as _

from audit.documents.excel import sheets, tables, written
from audit.documents.pieces import OLE, Kind, Part, damaged, decoded, one_line
from audit.documents.word import W, blocks, number_of
from audit.errors import Refused
from audit.packages import Package, elements

__all__ = [
    "DOCX",
    "OLE",
    "XLSX",
    "Kind",
    "Part",
    "W",
    "decoded",
    "is_old_excel",
    "number_of",
    "parts",
    "sheets",
    "written",
]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PAGES = 500
_INNER = (".docx", ".xlsx", ".jpg", ".jpeg", ".png", ".tif", ".tiff")


def is_old_excel(content):
    """Whether it is an Excel file of before 2007."""
    return content.startswith(OLE) and "Workbook".encode("utf-16-le") in content


def parts(content, *, is_csv=False):
    """The `Part`s of a Word, Excel or PDF file, or of csv, one by one as they are asked for; of others none."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _package(Package(content), content)
    if is_old_excel(content):
        return tables(content)
    return _csv(content) if is_csv else iter(())


def _csv(content):
    text = decoded(content, ("utf-8-sig", "gb18030", "utf-16"))
    if text is None:
        raise Refused(_("The file is no readable text."))
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), strict=False))
    except csv.Error:
        rows = [line.split(",") for line in text.splitlines()]
    for row in rows:
        yield Part(Kind.TEXT, "text", "\t".join(map(one_line, row)))


def _pdf(content):
    import pypdf  # only where a file is read

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused(_("The file is encrypted. Upload it without a password."))
        for number, page in enumerate(reader.pages[:MOST_PAGES], 1):
            yield Part(Kind.TEXT, f"page {number}", page.extract_text())
            for note in page.get("/Annots") or ():
                yield Part(Kind.NOTE, f"page {number}: notes", _said(note))
        for field in (reader.get_fields() or {}).values():
            yield Part(Kind.NOTE, "form fields", _said(field))
        yield Part(Kind.PROPERTY, "properties", "\n".join(map(str, (reader.metadata or {}).values())))
        if xmp := reader.root_object.get("/Metadata"):
            *_inner, root = elements(xmp.get_object().get_data())
            yield Part(Kind.PROPERTY, "properties", _all_words(root))
    except Refused:
        raise
    except Exception as error:  # pypdf raises many kinds of errors on broken files.
        raise damaged() from error


def _said(entry):
    """What a note, a link or a field of a form says."""
    entry = entry.get_object() if hasattr(entry, "get_object") else entry
    link = entry.get("/A")
    words = [str(entry[key]) for key in ("/Contents", "/RC", "/Subj", "/V", "/T", "/TU") if key in entry]
    return "\n".join([*words, str(link.get_object().get("/URI", "")) if link else ""])


# Word and Excel


def _package(package, content):
    package.check()
    if "xl/workbook.xml" in package.names:
        yield from tables(content, package)
    for name in package.names:
        low = name.lower()
        if low.endswith(".rels"):
            for link in package.tree(name):
                if link.get("TargetMode") == "External":
                    yield Part(Kind.LINK, "links", link.get("Target", ""))
        elif low.endswith(_INNER):
            yield Part(Kind.FILE, name, "", content=package.read(name))
        elif low.endswith(".xml") and not low.startswith(("xl/worksheets/sheet", "xl/styles", "xl/theme", "[")):
            try:
                yield from _xml(name, low, package.tree(name))
            except RecursionError:
                raise damaged() from None


def _xml(name, low, tree):
    """The parts of an XML part: blocks of Word, or all words of what has no order that people read."""
    kinds = {"comment": Kind.COMMENT, "sharedstrings": Kind.STORED, "drawing": Kind.BOX, "docprops": Kind.PROPERTY}
    kind = next((kind for piece, kind in kinds.items() if piece in low), None)
    if tree.tag.startswith(W):
        margin = low.startswith(("word/header", "word/footer"))
        body = Kind.MARGIN if margin else Kind.TEXT if low == "word/document.xml" else Kind.NOTE
        yield from blocks(tree, name, kind or body)
    else:
        named = _NAMING if low.startswith(("xl/workbook", "xl/persons/")) else ()
        told = _ALL if "pivot" in low or "doc" in low else named
        yield Part(kind or Kind.PROPERTY, str(kind or name), _all_words(tree, told))


_ALL, _NAMING = None, ("name", "displayName", "comment")  # which attributes say something


def _all_words(tree, attributes=()):
    words = []
    for element in tree.iter():
        words += [text.strip() for text in (element.text, element.tail) if text and text.strip()]
        words += (value for key, value in element.attrib.items() if attributes is _ALL or key in attributes)
    return "\n".join(words)
