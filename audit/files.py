"""What a file really is, judged by its content and never by its name (no models, no settings).

Images are drawn anew, which drops places, serial numbers and thumbnails; PDF, Word and Excel files are kept as they
are. Everything else is refused, and so is what only pretends to be small.
"""

import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from audit.errors import Refused

MAX_PIXELS = 60_000_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 5000
# A name stands in the address of its file, where a hanzi takes nine characters; the log keeps 300 of an address.
MOST_IN_ADDRESS = 250
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "BMP": "image/bmp"}
EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
# What a browser shows by itself; the rest is downloaded.
SHOWN = ("image/jpeg", "image/png", "application/pdf")
ACCEPT = ",".join(extension for extensions in EXTENSIONS.values() for extension in extensions)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its content as it will be stored, its media type, a safe name."""

    content: bytes
    media_type: str
    name: str


class UnknownKind(Refused):
    """A file is none of the kinds that may be kept."""


def unsupported():
    """The refusal of a file that is none of the known kinds."""
    return UnknownKind(_("This kind of file is not supported. Please upload an image, a PDF, a Word or an Excel file."))


def too_large(limit):
    """The refusal of a file of more than `limit` bytes."""
    return Refused(_("The file is larger than %(limit)s MB.") % {"limit": limit // (1024 * 1024)})


def check(content, name, *, limit):
    """`content` as a `Checked` file. Raises Refused: too large (more than `limit` bytes), empty, unknown or a trap."""
    if not content:
        raise Refused(_("The file is empty."))
    if len(content) > limit:
        raise too_large(limit)
    if content.startswith(b"%PDF-"):
        media_type = "application/pdf"
    elif content.startswith(OLE):
        media_type = _ole_type(content)
    elif content.startswith(b"PK\x03\x04"):
        media_type = _office_type(content)
    else:
        content, media_type = _redraw(content)
    return Checked(content, media_type, safe_name(name, media_type))


def safe_name(name, media_type):
    """The last part of `name` without characters that mean something elsewhere, with the extension of its kind.

    Cut where it would be too long for an address; the extension stays.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = re.sub(r'[<>:"|?*%#;&]', "_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    allowed = EXTENSIONS[media_type]
    if not dot or f".{extension.lower()}" not in allowed:
        stem, extension = (stem if dot and 0 < len(extension) <= 5 else name), allowed[0][1:]
    stem = stem.strip(" .")[:120]
    while len(quote(stem)) > MOST_IN_ADDRESS:
        stem = stem[:-1]
    return f"{stem or 'file'}.{extension.lower()}"


def _ole_type(content):
    """Word or Excel of 1997–2003, told apart by the names of their streams."""
    if "WordDocument".encode("utf-16-le") in content:
        return "application/msword"
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "application/vnd.ms-excel"
    raise unsupported()


def _office_type(content):
    """Word or Excel since 2007: a zip with the right parts, without macros, of a sane size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile:
        raise unsupported() from None
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(_("The file is too large when it is opened."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("Files with macros are not accepted. Save it without macros, or as PDF."))
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    raise unsupported()


def _redraw(content):
    """An image as new JPEG or PNG, upright, without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(IMAGES))
            if image.width * image.height > MAX_PIXELS:
                raise Refused(_("The image has too many pixels."))
            kind = image.format
            image = ImageOps.exif_transpose(image)
            image.load()
    except Refused:
        raise
    except Exception:  # Pillow raises many kinds of errors on broken files; none of them may be kept.
        raise unsupported() from None
    out = io.BytesIO()
    if kind == "JPEG":
        _without_metadata(image, "RGB").save(out, "JPEG", quality=88, optimize=True)
        return out.getvalue(), "image/jpeg"
    _without_metadata(image, "RGBA" if image.has_transparency_data else "RGB").save(out, "PNG", optimize=True)
    return out.getvalue(), "image/png"


def _without_metadata(image, mode):
    """The pixels alone, on a new canvas."""
    plain = Image.new(mode, image.size)
    plain.paste(image.convert(mode))
    return plain
