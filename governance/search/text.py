"""The normalised text that is searched, the words of a query, and their marks in the text people read (pure)."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

# What is left of a text: figures, small Latin letters, and the letters of other scripts; the rest is a space.
# PostgreSQL reads this very class in `governance_normal` (governance/migrations/0001_search.py).
KEPT = (
    r"0-9a-z\u00C0-\u1FFF\u2C00-\u2DFF\u2E80-\u2FFF\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303C"
    r"\u3041-\u30FA\u30FC-\uD7FF\uF900-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFE\U00010000-\U0010FFFF"
)
_OTHER = re.compile(f"[^{KEPT}]+")
# 柳溪居公〔2026〕3号, however its brackets were typed.
_NUMBER = re.compile(r"([^\s〔\[(【{<]*)[〔\[(【{<]\s*(\d{4})\s*[〕\])】}>]\s*第?\s*(\d+号)")
MOST_WORDS = 6
MOST_CHARACTERS = 60


@cache
def simplified():
    """{traditional character: simplified one}, of OpenCC's table; of several its first. Code points, one for one."""
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8")
    rows = (row.split() for row in table.splitlines())
    return {ord(row[0]): ord(row[1]) for row in rows if row and row[0] != row[1]}


@cache
def _folded():
    """What `str.translate` puts for a character: small Latin letters, simplified characters."""
    return {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)} | simplified()


def normal(text):
    """`text` as it is searched: NFKC, small Latin letters, simplified characters, a space for a run of punctuation."""
    return _OTHER.sub(" ", unicodedata.normalize("NFKC", text).translate(_folded())).strip(" ")


def words(query):
    """The words of a query, normalised, each once; all of them must be found.

    The number of a record is one word, in which there are spaces: 柳溪居公 2026 5号 stands not where 15号 does.
    """
    typed = unicodedata.normalize("NFKC", query.replace("\0", " ")[:MOST_CHARACTERS])
    numbers = [normal(" ".join(match.groups())) for match in _NUMBER.finditer(typed)]
    return list(dict.fromkeys(numbers + normal(_NUMBER.sub(" ", typed)).split(" ")))[:MOST_WORDS]


def is_number(word):
    """Whether a word is the number of a record, or the end of one from the year on."""
    return " " in word


def pieces(word):
    """The two-character pieces of a word, as the index holds them."""
    return [word[i : i + 2] for i in range(len(word) - 1) if " " not in word[i : i + 2]]


def marked(word):
    """The pieces of pinyin initials, with the mark that tells them from those of a text."""
    return [f"^{piece}" for piece in pieces(word)]


def are_initials(word):
    """Whether a word may be pinyin initials: two letters or more, and nothing else."""
    return len(word) > 1 and re.fullmatch("[a-z]+", word) is not None


class Segment(NamedTuple):
    """A run of characters of the text people read; `hit`: it is what was searched for."""

    text: str
    hit: bool


def spans(text, asked, initials=""):
    """Where the words `asked` stand in `text`: [(start, end)] in order, joined where they touch.

    A word is looked for in the normalised text and, in a heading, in its pinyin `initials`, which run character by
    character beside it; the places are given in `text` as it is read.
    """
    searched, origin = _with_origin(text)
    found = []
    for word in asked:
        for line in (searched, initials if are_initials(word) else ""):
            start = line.find(word)
            while word and start >= 0 and start + len(word) <= len(origin):
                found.append((origin[start][0], origin[start + len(word) - 1][1]))
                start = line.find(word, start + len(word))
    joined = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _with_origin(text):
    """(the normalised text, for each of its characters the (start, end) in `text` that it came from)."""
    line, origin = [], []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for character in _letters(text[start:end]):
            if character != " " or (line and line[-1] != " "):
                line.append(character)
                origin.append((start, end))
        start = end
    return "".join(line), origin


@lru_cache(maxsize=10_000)
def _letters(character):
    """What one character with its marks is in the normalised text. A page of results has ten thousand characters."""
    return _OTHER.sub(" ", unicodedata.normalize("NFKC", character).translate(_folded()))


def segments(text, asked, initials=""):
    """`text` cut into `Segment`s."""
    parts, last = [], 0
    for start, end in spans(text, asked, initials):
        parts += [Segment(text[last:start], False), Segment(text[start:end], True)]
        last = end
    return [part for part in (*parts, Segment(text[last:], False)) if part.text]


def excerpt(text, asked, *, before=24, length=96):
    """The piece of `text` around the first place where a word stands, cut into segments; its beginning without one."""
    flat = " ".join(text.split())
    places = spans(flat, asked)
    start = max(places[0][0] - before, 0) if places else 0
    cut = flat[start : start + length]
    parts = segments(cut, asked)
    if start:
        parts.insert(0, Segment("…", False))
    if start + length < len(flat):
        parts.append(Segment("…", False))
    return parts
