"""The text of Word's XML: its paragraphs and rows as they read, and what nobody sees in them.

A line is a paragraph or a row; it has cells (a paragraph has one), and a cell is a list of (state, text).
"""

from audit.documents.pieces import Kind, Part, one_line

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWN = (f"{W}drawing", f"{W}pict", f"{W}object")
_INSIDE = (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml")
_SPACES = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_SEEN, _INSERTED, _DELETED, _HIDDEN = "seen", "inserted", "deleted", "hidden"
_STATES = {f"{W}ins": _INSERTED, f"{W}moveTo": _INSERTED, f"{W}del": _DELETED, f"{W}moveFrom": _DELETED}
_UNSEEN = {_DELETED: Kind.DELETED, _HIDDEN: Kind.HIDDEN}


def blocks(parent, place, kind, state=_SEEN):
    """The paragraphs and rows below `parent`, in order; an empty part before and after a table."""
    for element in parent:
        if element.tag == f"{W}p":
            yield from _line([element], place, kind, state, source=element)
        elif element.tag == f"{W}tbl":
            yield Part(kind, place, "")
            for row in _children(element, f"{W}tr"):
                gone = row.find(f"{W}trPr/{W}del") is not None
                hidden = _is_on(row.find(f"{W}trPr/{W}hidden"))
                cells = _children(row, f"{W}tc")
                yield from _line(cells, place, Kind.ROW if hidden else kind, _DELETED if gone else state)
            yield Part(kind, place, "")
        else:
            yield from blocks(element, place, kind, _STATES.get(element.tag, state))


def _children(parent, tag):
    """The elements `tag` of a table or a row, also in wrappers, and not those of tables in its cells."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _INSIDE:
            yield from _children(element, tag)


def _is_on(flag):
    return flag is not None and flag.get(f"{W}val", "true") not in ("0", "false", "off")


def number_of(element, name="val", default=1):
    """The number in an attribute of an element of Word's; `default` without one."""
    value = element.get(f"{W}{name}", "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 6 else default


def _line(elements, place, kind, state, source=None):
    """A line as it reads, then what nobody sees in it. A cell over several rows or columns stands in its first."""
    cells, asides = [], []
    for element in elements:
        merged = element.find(f"{W}tcPr/{W}vMerge")
        goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
        cells.append(cell := [])
        _passage(element, _HIDDEN if goes_on else state, cell, asides, place, always=not goes_on)
        cells += [[]] * (min(number_of(element.find(f"{W}tcPr/{W}gridSpan")), 100) - 1)

    def reading(*states):
        texts = ["".join(text for state, text in cell if state in states) for cell in cells]
        return texts[0] if source is not None else "\t".join(one_line(text.strip()) for text in texts)

    seen = reading(_SEEN, _INSERTED)
    if state != _DELETED:
        yield Part(kind, place, seen, source)
    yield from asides
    for other in (reading(_SEEN, _INSERTED, _HIDDEN), reading(_SEEN, _HIDDEN, _DELETED)):
        if other.strip() and other != seen:
            yield Part(Kind.CHANGED, f"{place}: {Kind.CHANGED}", other)


def _passage(element, state, cell, asides, place, *, always=True):
    """Read `element` into `cell`; when nobody sees it, it is an aside of its own, empty too if `always`."""
    start = len(cell)
    _walk(element, state, cell, asides, place)
    words = "".join(text for _state, text in cell[start:])
    if state in _UNSEEN and (always or words.strip()):
        asides.append(Part(_UNSEEN[state], f"{place}: {_UNSEEN[state]}", words))


def _walk(parent, state, cell, asides, place):
    for element in parent:
        if element.tag.endswith(("}t", "}delText")):  # formulas have a t of their own
            cell.append((_DELETED if element.tag.endswith("}delText") else state, element.text or ""))
        elif element.tag in _SPACES:
            cell.append((state, _SPACES[element.tag]))
        elif element.tag in _DRAWN:
            asides.append(Part(Kind.PICTURE, f"{place}: {Kind.DESCRIPTION}", _described(element)))
            asides += blocks(element, f"{place}: {Kind.BOX}", Kind.BOX)
        elif not element.tag.endswith("Pr"):
            if element.tag == f"{W}instrText" or element.get(f"{W}instr"):
                words = element.text or element.get(f"{W}instr", "")
                asides.append(Part(Kind.DESCRIPTION, f"{place}: {Kind.DESCRIPTION}", words))
            inner = _STATES.get(element.tag, state)
            if element.tag == f"{W}r" and _is_on(element.find(f"{W}rPr/{W}vanish")):
                inner = _HIDDEN
            if state in _UNSEEN or inner not in _UNSEEN:
                _walk(element, state if state in _UNSEEN else inner, cell, asides, place)
            else:
                _passage(element, inner, cell, asides, place)
            if element.tag == f"{W}p":
                cell.append((state, "\n"))


def _described(drawing):
    """How a picture is described, and what stands in drawn shapes without being text of Word's."""
    words = [element.get(key) for element in drawing.iter() for key in ("descr", "title", "string")]
    words += (element.text for element in drawing.iter() if element.tag.endswith("}t") and element.tag != f"{W}t")
    return "\n".join(filter(None, words))
