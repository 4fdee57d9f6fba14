"""Zip packages (Word and Excel files) that somebody else made, opened without believing what they say of themselves.

Nothing is unpacked before the directory was looked at, and never more than it promised.
"""

import io
import zipfile
import zlib
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from audit.errors import Refused

MAX_PARTS = 5000
MAX_UNPACKED = 200 * 1024 * 1024
# Deflate reaches 1000 : 1 with zeros; large sheets of real figures stay well below 100.
MAX_RATIO = 200
SMALL = 1024 * 1024


def elements(content):
    """The elements of foreign XML as each ends, the root last; to be cleared when they are many. Raises Refused for
    broken XML and for a document type, which no Office file and no XMP has.
    """
    if b"<!DOCTYPE" in content[:4096].upper() or b"<!ENTITY" in content.upper():
        raise Refused(_("The file is damaged and cannot be opened."))
    try:
        for _event, element in ElementTree.iterparse(io.BytesIO(content)):
            yield element
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Refused(_("The file is damaged and cannot be opened.")) from None


class NoPackage(Refused):
    """The content is no zip package."""


class Package:
    """The parts of a package: `names`, and `read` for each. Raises Refused for bombs, lies, encryption, nested zips."""

    def __init__(self, content):
        self._content = content
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise NoPackage(_("The file is damaged and cannot be opened.")) from None
        parts = self._zip.infolist()
        self.names = [part.filename for part in parts]
        if any(part.flag_bits & 1 for part in parts):
            raise Refused(_("The file is encrypted. Upload it without a password."))
        if (
            len(parts) > MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED
            or any(part.file_size > SMALL and part.file_size > MAX_RATIO * part.compress_size for part in parts)
        ):
            raise Refused(_("The file is too large when it is opened."))
        if sum(part.compress_size for part in parts) > len(content) or len({*self.names}) < len(parts):
            raise Refused(_("The file is damaged: its parts lie over one another."))

    def read(self, name):
        """The content of a part. Raises Refused when it is longer than its directory says, or damaged."""
        part = self._zip.getinfo(name)
        start = part.header_offset + 30
        start += sum(int.from_bytes(self._content[at : at + 2], "little") for at in (start - 4, start - 2))
        raw = self._content[start : start + part.compress_size]
        if part.compress_type == zipfile.ZIP_STORED:
            unpacked, tail = raw, b""
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                unpacked = inflate.decompress(raw, part.file_size + 1)
            except zlib.error:
                raise Refused(_("The file is damaged and cannot be opened.")) from None
            tail = unpacked[part.file_size :]
        else:
            raise Refused(_("The file is damaged and cannot be opened."))
        if tail or len(unpacked) != part.file_size:
            raise Refused(_("The file is not as large as it says."))
        return unpacked

    def check(self):
        """Read every part once. Raises Refused: for libraries that would believe the directory."""
        for name in self.names:
            self.read(name)

    def tree(self, name):
        """The XML of a part. Raises Refused for broken XML and for a document type, which no Office file has."""
        *_inner, root = self.elements(name)
        return root

    def elements(self, name):
        """The elements of the XML of a part, as `elements` gives them."""
        return elements(self.read(name))
