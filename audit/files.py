"""What a file really is, judged by its content and never by its name (no models, no settings).

Images are drawn anew, which drops places, serial numbers and thumbnails, and made no larger than a page needs; PDF,
Word, Excel and CSV files are kept as they are. Everything else is refused, and so is what pretends to be small or
something else, what runs by itself (`audit/traps.py`), and what is encrypted.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from audit import traps
from audit.documents import DOCX, OLE, XLSX
from audit.errors import Refused
from audit.packages import NoPackage, Package

MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2400  # of an image: sharp on A4, and a tenth of what a telephone sends
# A name stands in the address of its file, where a hanzi takes nine characters; the log keeps 300 of an address.
MOST_IN_ADDRESS = 250

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "BMP": "image/bmp"}
EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    "text/csv": (".csv",),
}
# Extensions of what is never kept; a file that bears one is not what it seems, whatever its content.
NEVER_KEPT = (
    *(".exe", ".com", ".bat", ".cmd", ".scr", ".msi", ".dll", ".js", ".vbs", ".ps1", ".sh", ".apk", ".jar", ".lnk"),
    *(".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".pptm", ".html", ".htm", ".svg", ".zip", ".rar", ".7z"),
)
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
    return UnknownKind(
        _(
            "This kind of file is not supported. Please upload an image (JPG, PNG, WebP), a PDF, a Word (.docx), an"
            " Excel (.xlsx) or a CSV file."
        )
    )


def too_large(limit):
    """The refusal of a file of more than `limit` bytes."""
    return Refused(_("The file is larger than %(limit)s MB.") % {"limit": limit // (1024 * 1024)})


def _too_many_pixels():
    return Refused(
        _("The image has too many pixels (at most %(most)s million). Make it smaller first.")
        % {"most": MAX_PIXELS // 1_000_000}
    )


def check(content, name, *, limit):
    """`content` as a `Checked` file. Raises Refused: too large (more than `limit` bytes), empty, unknown or a trap."""
    if not content:
        raise Refused(_("The file is empty."))
    if len(content) > limit:
        raise too_large(limit)
    extension = "." + name.lower().rpartition(".")[2]
    if content.startswith(b"%PDF-"):
        media_type = "application/pdf"
        traps.refuse_pdf(content)
    elif content.startswith(OLE):
        media_type = _ole_type(content)
    elif content.startswith(b"PK\x03\x04"):
        media_type = _office_type(content)
    elif extension == ".csv":
        media_type = "text/csv"
        traps.refuse_csv(content)
    else:
        content, media_type = _redraw(content, extension)
    _same_kind(extension, media_type)
    return Checked(content, media_type, safe_name(name, media_type))


def _same_kind(extension, media_type):
    """Raise Refused for a name that says something else than the content; among images it does not matter."""
    claimed = _claimed(extension)
    family = media_type.split("/")[0]
    if (
        extension in NEVER_KEPT
        or claimed not in (None, media_type)
        and not (family == "image" and claimed.startswith("image/"))
    ):
        raise _misnamed(extension)


def _claimed(extension):
    """The media type that a name with this extension speaks of, or None."""
    return next((kind for kind, extensions in EXTENSIONS.items() if extension in extensions), None)


def _misnamed(extension):
    return UnknownKind(
        _("The file is named “%(extension)s” but is something else. Save it in the right format first.")
        % {"extension": extension}
    )


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
    traps.refuse_ole(content)
    if "WordDocument".encode("utf-16-le") in content:
        return "application/msword"
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "application/vnd.ms-excel"
    raise unsupported()


def _office_type(content):
    """Word or Excel since 2007: a zip with the right parts, without macros, of a sane size."""
    try:
        package = Package(content)
    except NoPackage:
        raise unsupported() from None
    names = set(package.names)
    if "[Content_Types].xml" not in names or not names & {"word/document.xml", "xl/workbook.xml"}:
        raise unsupported()
    package.check()
    traps.refuse_package(package)
    return DOCX if "word/document.xml" in names else XLSX


def _redraw(content, extension):
    """An image as new JPEG or PNG, upright, without metadata; what is none says so by its name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(IMAGES))
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            kind = image.format
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image = ImageOps.exif_transpose(image)
            image.load()
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except Refused:
        raise
    except Image.DecompressionBombError:  # so large that not even its size is looked at
        raise _too_many_pixels() from None
    except Exception:  # Pillow raises many kinds of errors on broken files; none of them may be kept.
        raise _misnamed(extension) if _claimed(extension) else unsupported() from None
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
