"""The plain text of a file, for those who look for words in it (no models, no settings).

What everybody sees in the file is read: what is hidden or deleted is left out. A file that cannot be read has no text;
nobody is told, for it is still there to be opened.
"""

from audit.documents import XLSX, Kind, parts, sheets, written

MOST_CHARACTERS = 20_000
MOST_ROWS = 2_000
_EXCEL = (XLSX, "application/vnd.ms-excel")


def plain_text(content, media_type):
    """The first MOST_CHARACTERS of the text of a PDF, Word, Excel or CSV file; "" for others and for broken ones."""
    lines, length = [], 0
    try:
        for line in _lines(content, media_type):
            if line := " ".join(line.replace("\0", " ").split()):
                lines.append(line)
                length += len(line) + 1
            if length > MOST_CHARACTERS:
                break
    except Exception:  # The libraries raise many kinds of errors on broken files; what was read until then is kept.
        pass
    # A lone half of a pair, which a broken file may hold, cannot be stored.
    return "\n".join(lines)[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()


def _lines(content, media_type):
    if media_type not in _EXCEL:
        seen = (part for part in parts(content, is_csv=media_type == "text/csv") if part.kind in (Kind.TEXT, Kind.BOX))
        return (line for part in seen for line in part.text.splitlines())
    return (line for sheet in sheets(content) if sheet.shown for line in _rows(sheet))


def _rows(sheet):
    yield sheet.name
    for number, row in enumerate(sheet.visible()):
        if number == MOST_ROWS:
            return
        yield " ".join(map(written, row))
