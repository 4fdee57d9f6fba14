"""Everything that is written in a file, also what a reader does not see at first (pure).

Word: text, tables, comments, headers, footers, notes, hidden text, deleted passages, links, properties. Excel: every
sheet with hidden rows, columns and sheets, stored strings, comments, properties. CSV and text, PDF (with notes, form
fields and properties), metadata of images. `find_in_file` is what the guard finds there.
"""

import csv
import io
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from audit.errors import Refused
from audit.packages import Package
from audit.reading import decoded
from disclosure.privacy import find

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXTS = (".txt", ".md", ".csv", ".tsv", ".html", ".htm", ".json", ".xml", ".svg", ".log")
MOST_PAGES = 500
MOST_DEPTH = 2
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class NotReadable(Exception):
    """There is nothing the guard could read; `str()` says why, for people, who must look themselves."""


@dataclass(frozen=True)
class Piece:
    """`text` that stands at `place` of a file: "word/document.xml", "hidden text", "page 3", "sheet 名单" …"""

    place: str
    text: str


def find_in_file(content, name, *, office_numbers=()):
    """[(place, Finding)] in `content` and in its `name`, the same thing once. Raises NotReadable."""
    seen, found = set(), []
    for piece in [Piece("file name", name), *pieces(content, name)]:
        for finding in find(piece.text, office_numbers=office_numbers):
            if (finding.sort, finding.key) not in seen:
                seen.add((finding.sort, finding.key))
                found.append((piece.place, finding))
    return found


def pieces(content, name="", *, depth=0):
    """The `Piece`s of a file, told by its content and, for plain text, its `name`. Raises NotReadable."""
    try:
        if content.startswith(b"%PDF-"):
            return _pdf(content)
        if content.startswith(b"PK\x03\x04"):
            return _package(Package(content), content, depth)
        if content.startswith(OLE):
            return _old_office(content)
        if name.lower().endswith(TEXTS):
            return _text(content, name)
        return _image(content)
    except Refused as error:
        raise NotReadable(str(error)) from None
    except RecursionError:
        raise NotReadable(_("The file is damaged and cannot be opened.")) from None


def _package(package, content, depth):
    names = set(package.names)
    if not {"word/document.xml", "xl/workbook.xml"} & names:
        raise NotReadable(_("This kind of file is not supported."))
    package.check()
    found = _sheets(content) if "xl/workbook.xml" in names else []
    for name in package.names:
        low = name.lower()
        if low.startswith("word/") and low.endswith(".xml"):
            found += _word_part(name, package.tree(name))
        elif low.endswith(".rels"):
            targets = (link.get("Target", "") for link in package.tree(name) if link.get("TargetMode") == "External")
            found.append(Piece("links", "\n".join(targets)))
        elif low.endswith(".xml") and not low.startswith(("xl/worksheets/sheet", "xl/styles", "xl/theme", "[")):
            found.append(Piece(_place(low), _all_words(package.tree(name), attributes="pivot" in low or "doc" in low)))
        elif depth < MOST_DEPTH and low.endswith((".docx", ".xlsx", ".jpg", ".jpeg", ".png", ".tif", ".tiff")):
            try:
                inner = pieces(package.read(name), low, depth=depth + 1)
            except NotReadable:
                continue
            found += (replace(piece, place=f"{name}: {piece.place}") for piece in inner)
    return found


def _place(name):
    for part in ("comment", "sharedstrings", "drawing", "docprops"):
        if part in name:
            return {"sharedstrings": "stored strings", "docprops": "properties", "comment": "comments"}.get(part, part)
    return name


def _all_words(tree, *, attributes):
    words = []
    for element in tree.iter():
        words += [text.strip() for text in (element.text, element.tail) if text and text.strip()]
        if attributes:
            words += element.attrib.values()
    return "\n".join(words)


def _word_part(name, tree):
    """What stands in a part of a Word file, what is hidden in it, what was deleted, what pictures are described as."""
    hidden, deleted, described = [], [], []
    text = _word_text(tree, hidden, deleted, described)
    asides = (("hidden text", hidden), ("deleted passages", deleted), ("descriptions of pictures", described))
    return [Piece(name, text), *(Piece(f"{name}: {what}", "\n".join(words)) for what, words in asides if words)]


def _word_text(element, hidden, deleted, described):
    tag = element.tag.removeprefix(_W)
    if tag == "t":
        return element.text or ""
    if tag == "instrText":
        described.append(element.text or "")
    elif tag == "delText":
        deleted.append(element.text or "")
    elif tag in ("tab", "ptab"):
        return "\t"
    elif tag in ("br", "cr"):
        return "\n"
    elif tag == "noBreakHyphen":
        return "-"
    described += (value for key in ("descr", "title") if (value := element.get(key)))
    inner = [_word_text(child, hidden, deleted, described) for child in element]
    if tag == "tc":
        return "".join(inner).strip("\n").replace("\n", " ").replace("\t", " ")
    if tag == "tr":
        return "\t".join(text for child, text in zip(element, inner, strict=True) if _cell_like(child)) + "\n"
    if tag == "r" and element.find(f"{_W}rPr/{_W}vanish") is not None:
        hidden.append("".join(inner))
        return ""
    return "".join(inner) + ("\n" if tag == "p" else "")


def _cell_like(element):
    return element.tag in (f"{_W}tc", f"{_W}sdt")


def _sheets(content):
    """The cells of every sheet, hidden ones too, row by row."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for sheet in book.sheets_metadata:
            rows = book.get_sheet_by_name(sheet.name).to_python()
            text = "\n".join("\t".join(_cell(value) for value in row) for row in rows)
            shown = "" if sheet.visible == SheetVisibleEnum.Visible else " (hidden)"
            found.append(Piece(f"sheet {sheet.name}{shown}", f"{sheet.name}\n\n{text}"))
        return found
    except (CalamineError, ValueError, OSError) as error:
        raise NotReadable(_("The file is damaged and cannot be opened.")) from error


def _cell(value):
    whole = isinstance(value, float) and value.is_integer()
    return (str(int(value)) if whole else str(value)).replace("\t", " ").replace("\n", " ")


def _old_office(content):
    if "Workbook".encode("utf-16-le") in content:
        return _sheets(content)
    raise NotReadable(_("Word files of before 2007 cannot be checked. Save it as .docx, or look through it yourself."))


def _text(content, name):
    text = decoded(content, ("utf-8-sig", "gb18030", "utf-16"))
    if text is None:
        raise NotReadable(_("The file is no readable text."))
    if name.lower().endswith(".csv"):
        try:
            rows = list(csv.reader(io.StringIO(text.replace("\0", "")), strict=False))
        except csv.Error:
            return [Piece("text", text.replace(",", "\t"))]
        text = "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in rows)
    return [Piece("text", text)]


def _pdf(content):
    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise NotReadable(_("The file is encrypted. Upload it without a password."))
        found = [Piece("properties", "\n".join(str(value) for value in (reader.metadata or {}).values()))]
        for number, page in enumerate(reader.pages[:MOST_PAGES], 1):
            found.append(Piece(f"page {number}", page.extract_text()))
            notes = (note.get_object() for note in page.get("/Annots") or ())
            words = [str(note[key]) for note in notes for key in ("/Contents", "/V", "/T") if key in note]
            found.append(Piece(f"page {number}: notes", "\n".join(words)))
    except NotReadable:
        raise
    except Exception as error:  # pypdf raises many kinds of errors on broken files.
        raise NotReadable(_("The file is damaged and cannot be opened.")) from error
    if not any(piece.text.strip() for piece in found if piece.place.startswith("page")):
        raise NotReadable(_("The PDF holds no text, perhaps a scan. Look through it yourself."))
    return found


def _image(content):
    from PIL import ExifTags, Image

    try:
        with Image.open(io.BytesIO(content)) as image:
            words = [f"{key}: {_readable(value)}" for key, value in image.info.items() if key != "exif"]
            exif = image.getexif()
            tags = [*exif.items(), *exif.get_ifd(ExifTags.IFD.Exif).items()]
            words += [f"{ExifTags.TAGS.get(tag, tag)}: {_readable(value)}" for tag, value in tags]
    except Exception as error:  # Pillow raises many kinds of errors on broken files.
        raise NotReadable(_("This kind of file is not supported.")) from error
    return [Piece("metadata", "\n".join(words))]


def _readable(value):
    if isinstance(value, bytes):
        value = value.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0")
        for encoding in ("utf-8", "utf-16"):
            try:
                return value.decode(encoding).replace("\0", "")
            except UnicodeDecodeError:
                continue
        return ""
    return str(value)
