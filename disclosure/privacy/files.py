"""Everything that is written in a file, also what a reader does not see at first (pure): `find_in_file`.

Word, Excel, PDF and csv as `audit/documents.py` reads them, with all their parts; plain text; metadata of images.
"""

import io
from collections import defaultdict

from django.utils.translation import gettext as _

from audit.documents import OLE, Kind, decoded, is_old_excel, parts
from audit.errors import Refused
from audit.packages import Package
from disclosure.privacy import find

TEXTS = (".txt", ".md", ".csv", ".tsv", ".html", ".htm", ".json", ".xml", ".svg", ".log")
MOST_DEPTH = 2


class NotReadable(Exception):
    """There is nothing the guard could read; `str()` says why, for people, who must look themselves."""


def find_in_file(content, name, *, office_numbers=()):
    """[(place, Finding)] in `content` and in its `name`, the same thing once. Raises NotReadable."""
    seen, found = set(), []
    for place, text in [("file name", name), *texts(content, name).items()]:
        for finding in find(text, office_numbers=office_numbers):
            if (finding.sort, finding.key) not in seen:
                seen.add((finding.sort, finding.key))
                found.append((place, finding))
    return found


def texts(content, name="", *, depth=0):
    """{place: what stands there} of a file, told by its content and, for plain text, its `name`. Raises NotReadable."""
    try:
        if content.startswith((b"%PDF-", b"PK\x03\x04")) or is_old_excel(content):
            return _of_parts(content, depth)
        if content.startswith(OLE):
            raise NotReadable(
                _("Word files of before 2007 cannot be checked. Save it as .docx, or look through it yourself.")
            )
        if name.lower().endswith(".csv"):
            return {"text": "\n".join(part.text for part in parts(content, is_csv=True))}
        return _text(content) if name.lower().endswith(TEXTS) else _image(content)
    except Refused as error:
        raise NotReadable(str(error)) from None


def _of_parts(content, depth):
    pdf = content.startswith(b"%PDF-")
    if content.startswith(b"PK") and not {"word/document.xml", "xl/workbook.xml"} & {*Package(content).names}:
        raise NotReadable(_("This kind of file is not supported."))
    found = defaultdict(list)
    for part in parts(content):
        if part.kind != Kind.FILE:
            found[part.place].append(part.text)
        elif depth < MOST_DEPTH:
            try:
                inner = texts(part.content, part.place.lower(), depth=depth + 1)
            except NotReadable:
                continue
            for place, text in inner.items():
                found[f"{part.place}: {place}"].append(text)
    joined = {place: "\n".join(lines) for place, lines in found.items()}
    if pdf and not any(text.strip() for place, text in joined.items() if place.startswith("page")):
        raise NotReadable(_("The PDF holds no text, perhaps a scan. Look through it yourself."))
    return joined


def _text(content):
    text = decoded(content, ("utf-8-sig", "gb18030", "utf-16"))
    if text is None:
        raise NotReadable(_("The file is no readable text."))
    return {"text": text}


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
    return {"metadata": "\n".join(words)}


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
