"""Finds personal data in a text before it is published (pure). What boards must never show: domain.md §7, PIPL.

Full-width digits, Chinese numerals, and digits parted by spaces, dots, dashes, cells or line ends are seen through.
Registered office telephones, amounts of money, dates and the numbers of papers are no personal data. A guard, not a
proof: people still read before they sign. How good it is was measured: benchmarks/README.md.
"""

from disclosure.privacy.columns import find_columns
from disclosure.privacy.kinds import HARD, NEVER, PHONES, Finding, Sort, digits_of, key_of
from disclosure.privacy.numbers import find_numbers, is_card_number, is_identity_number, is_mobile_number
from disclosure.privacy.people import find_people
from disclosure.privacy.places import find_places
from disclosure.privacy.reading import Reading, Spans

__all__ = [
    "HARD",
    "NEVER",
    "PHONES",
    "Finding",
    "RULES",
    "Sort",
    "digits_of",
    "find",
    "hard",
    "is_card_number",
    "is_identity_number",
    "is_mobile_number",
    "key_of",
    "mask",
]
# Goes up whenever the guard finds more or less than before: what it said of a file is then asked again.
RULES = 6


def find(text, *, office_numbers=()):
    """What looks like personal data in `text`, in order. `office_numbers`: telephones of offices, which are none.

    Linear in the length of the text. Tabs part the cells of a table, line ends its rows.
    """
    reading = Reading(text)
    office = {digits_of(number) for number in office_numbers}
    taken, found = Spans(), []
    for part in (find_numbers, find_columns, find_places, find_people):
        spans = [
            span
            for span in part(reading)
            if not taken.near(*span[:2]) and not (span[2] in PHONES and _is_office(text[span[0] : span[1]], office))
        ]
        found += spans
        taken = Spans(span[:2] for span in _apart(found))
    return sorted(Finding(start, end, sort, text[start:end], reading.line(start)) for start, end, sort in _apart(found))


def _apart(spans):
    """Without those that begin inside another."""
    end = 0
    for span in sorted(spans):
        if span[0] >= end:
            end = span[1]
            yield span


def _is_office(text, office):
    digits = digits_of(text)
    return digits in office or digits.removeprefix("86") in office


def hard(findings):
    """Those that stop whatever has a single signature."""
    return [finding for finding in findings if finding.hard]


def mask(text, findings):
    """`text` with the masked form in the place of each of its `findings`."""
    parts, end = [], 0
    for finding in sorted(findings):
        parts += (text[end : finding.start], finding.masked)
        end = finding.end
    return "".join(parts) + text[end:]
