"""What is disclosed, how often, by whom and on what legal basis: the catalogue of the boards."""

from disclosure.catalogue.affairs import AFFAIRS, BASES, Affairs
from disclosure.catalogue.items import (
    BOARD_OF_LETTER,
    ITEMS,
    PARTY_ITEMS,
    WITHOUT_PERIOD,
    Item,
    choices,
    local_item,
    of_board,
)
from disclosure.catalogue.local import as_kept, stricter_than, why_kept, why_looser

__all__ = [
    "AFFAIRS",
    "BASES",
    "BOARD_OF_LETTER",
    "ITEMS",
    "PARTY_ITEMS",
    "WITHOUT_PERIOD",
    "Affairs",
    "Item",
    "as_kept",
    "choices",
    "local_item",
    "of_board",
    "stricter_than",
    "why_kept",
    "why_looser",
]
