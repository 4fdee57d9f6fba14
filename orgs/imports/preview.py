"""Between an upload and its confirmation the rows travel in the form, signed, so that nothing is kept here."""

import hashlib
import io
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from orgs import sheets

SALT = "orgs.imports"
LONGEST = 4 * 1024 * 1024  # characters; the form that brings them back is refused above settings.DATA_UPLOAD_…


@dataclass(frozen=True)
class Upload:
    """A sheet that was read: its lines, and what tells the file apart. `token` is one for each preview.

    `unknown`: headings of columns that nothing is taken from; only the first preview names them.
    """

    kind: str
    lines: list
    name: str
    sha256: str
    token: str
    unknown: tuple = ()


def read_upload(kind, file, lines_of, columns):
    """The sheet in `file`; `lines_of(rows)` picks its lines by the headings of `columns`. Raises BadSheet."""
    content = file.read(sheets.MAX_BYTES + 1)
    rows = sheets.read(io.BytesIO(content))
    lines, unknown = lines_of(rows), sheets.unknown_headings(rows, columns)
    name = "".join(char for char in file.name if char.isprintable())[-150:]
    return Upload(kind, lines, name, hashlib.sha256(content).hexdigest(), str(uuid.uuid4()), unknown)


def pack(upload, user, seen):
    """`upload` and the fingerprint `seen` of what it would do, for a hidden field. Raises BadSheet when too long."""
    keys = list(upload.lines[0].values)
    rows = [[line.number, *(line.values[key] for key in keys)] for line in upload.lines]
    plain = [user.pk, upload.kind, upload.name, upload.sha256, upload.token, seen, keys, rows]
    packed = signing.dumps(plain, salt=SALT, compress=True)
    if len(packed) > LONGEST:
        raise sheets.BadSheet(_("The sheet holds too much text. Divide it."))
    return packed


def unpack(packed, user, kind):
    """(Upload, fingerprint) of what this user previewed as `kind`; None for anything else."""
    try:
        owner, own_kind, name, sha256, token, seen, keys, rows = signing.loads(packed, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (owner, own_kind) != (user.pk, kind):
        return None
    lines = [sheets.Line(number, dict(zip(keys, cells, strict=True))) for number, *cells in rows]
    return Upload(kind, lines, name, sha256, token), seen
