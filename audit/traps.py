"""What files carry that acts by itself: macros, scripts, embedded programs, links that load something (no models).

Each `refuse_…` raises Refused in words that say what to do.
"""

import csv
import io
import re
import zlib

from django.utils.translation import gettext as _

from audit.documents import decoded
from audit.errors import Refused

_PDF_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)(?![A-Za-z0-9])")
_PDF_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_OBJECTS = 50 * 1024 * 1024

_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|\.xlm$", re.IGNORECASE)
_OBJECTS = re.compile(
    r"oleobject|activex/|\.(?:bin|exe|dll|js|vbs|bat|cmd|scr|docm|xlsm|xlsb|html?|zip|rar)$", re.IGNORECASE
)
# Printer settings are .bin too, and act on nothing.
_HARMLESS = re.compile(r"printersettings|customproperty", re.IGNORECASE)
_RELATION = re.compile(r"<Relationship\b[^>]*>", re.IGNORECASE)
_KEEPS_TO_ITSELF = re.compile(r"/(?:hyperlink|externalLinkPath|externalLinkLongPath)[\"']", re.IGNORECASE)
_DDE = re.compile(r"\bDDE(?:AUTO)?\b|<ddeLink|<oleLink", re.IGNORECASE)

_FORMULA = re.compile(r"\s*(?:[=@]|[+\-](?![\d.,\s%]*$))")


def _macros():
    return Refused(_("Files with macros are not accepted. Save it without macros, or as PDF."))


def _objects():
    return Refused(_("The file holds embedded objects or programs. Remove them, or save it as PDF."))


def _loads():
    return Refused(_("The file loads something from elsewhere when it is opened. Save it as PDF."))


def encrypted():
    """The refusal of a file that only a password opens."""
    return Refused(_("The file is encrypted. Upload it without a password."))


def refuse_package(package):
    """Macros, embedded objects, templates and pictures from elsewhere, DDE, in a Word or Excel `Package`."""
    for name in package.names:
        if _MACROS.search(name):
            raise _macros()
        if _OBJECTS.search(name) and not _HARMLESS.search(name):
            raise _objects()
    if "macroenabled" in _words(package.read("[Content_Types].xml")).lower():
        raise _macros()
    for name in package.names:
        low = name.lower()
        if low.endswith(".rels"):
            for relation in _RELATION.findall(_words(package.read(name))):
                if re.search("TargetMode\\s*=\\s*[\"']External", relation, re.IGNORECASE) and not (
                    _KEEPS_TO_ITSELF.search(relation)
                ):
                    raise _loads()
        elif low.startswith(("word/", "xl/externallinks/")) and low.endswith(".xml"):
            words = _words(package.read(name))
            fields = "".join(re.findall(r"<w:instrText\b[^>]*>([^<]*)", words)) if low.startswith("word/") else words
            if _DDE.search(fields):
                raise _loads()


def _words(content):
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content.decode(encoding, "replace")


def refuse_ole(content):
    """Macros, embedded objects and encryption in a file of before 2007; a newer one with a password looks like that."""
    names = {word: word.encode("utf-16-le") for word in ("EncryptedPackage", "_VBA_PROJECT", "Ole10Native")}
    if names["EncryptedPackage"] in content:
        raise encrypted()
    if names["_VBA_PROJECT"] in content:
        raise _macros()
    if names["Ole10Native"] in content:
        raise _objects()


def refuse_pdf(content):
    """Scripts, programs to launch, embedded files, forms that send, encryption; in compressed objects too."""
    outside, compressed = _pdf_parts(content)
    for part in (outside, compressed):
        plain = _PDF_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), part)
        if _PDF_ENCRYPTED.search(plain):
            raise encrypted()
        if _PDF_ACTS.search(plain):
            raise Refused(_("The PDF holds scripts, programs or other files. Print it to a new PDF, and upload that."))


def _pdf_parts(content):
    """(what stands outside of streams, the objects in object streams). Pictures are looked through by nobody."""
    outside, objects, at, room = [], [], 0, _MOST_OBJECTS
    while (begin := content.find(b"stream", at)) >= 0:
        end = content.find(b"endstream", begin)
        if end < 0:
            break
        head = content[max(at, begin - 1000) : begin]
        outside.append(content[at:begin])
        if b"/ObjStm" in _PDF_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), head):
            try:
                unpacked = zlib.decompressobj().decompress(content[begin + 6 : end].lstrip(b"\r\n"), room)
            except zlib.error:
                unpacked = content[begin:end]
            objects.append(unpacked)
            room -= len(unpacked)
            if room <= 0:
                raise Refused(_("The file is too large when it is opened."))
        at = end + len(b"endstream")
    return b"".join([*outside, content[at:]]), b"".join(objects)


def refuse_csv(content):
    """What is no text, and cells that a spreadsheet takes for a formula (CWE-1236)."""
    text = decoded(content)
    if text is None:
        raise Refused(_("The file is no readable text."))
    if "\0" in text or text.lstrip()[:1] == "<":
        raise Refused(_("The file is no table of values parted by commas."))
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
            if any(_FORMULA.match(cell) for cell in row):
                raise Refused(
                    _("Line %(line)s of the file holds a formula. Save the values instead.") % {"line": number}
                )
    except csv.Error:
        raise Refused(_("The file is no table of values parted by commas.")) from None
