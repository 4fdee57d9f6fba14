"""The pieces in which all kinds of files are read: how each stands in its file, and where."""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from audit.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how Office files of before 2007 begin


class Kind(StrEnum):
    """How a part stands in its file."""

    TEXT = "text"  # what everybody reads there: a paragraph, a page, a row with tabs between its cells
    BOX = "text boxes"
    MARGIN = "header and footer"
    NOTE = "notes"
    COMMENT = "comments"
    HIDDEN = "hidden text"
    DELETED = "deleted passages"
    ROW = "rows"  # hidden ones, as the next two
    COLUMN = "columns"
    SHEET = "sheets"
    CHANGED = "changed passages"  # a line with what is hidden in it, and as it was before changes that are tracked
    PICTURE = "pictures"
    DESCRIPTION = "descriptions of pictures"
    PROPERTY = "properties"
    LINK = "links"
    STORED = "stored strings"  # what cells say, and what they said once
    FILE = "file"


@dataclass(frozen=True)
class Part:
    """`text` that stands at `place` of a file: "word/document.xml", "page 3", "sheet 名单" …

    `source` is the element of a paragraph outside of tables in a Word file, `content` a file in the file.
    """

    kind: Kind
    place: str
    text: str
    source: ElementTree.Element | None = None
    content: bytes = b""


def damaged():
    """The refusal of a file that is not what it should be inside."""
    return Refused(_("The file is damaged and cannot be opened."))


def decoded(content, encodings=("utf-8-sig", "gb18030")):
    """The text of a plain file in the first of `encodings` that fits; None when none does."""
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None


def one_line(cell):
    """A cell without what would end it in a row."""
    return cell.replace("\t", " ").replace("\n", " ")
