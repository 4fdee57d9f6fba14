"""What a record of any kind is about: an item of the catalogue, and a period of it."""

from disclosure import periods
from disclosure.catalogue import ITEMS, local_item


class OfItem:
    """A record with the fields `item`, `item_title`, `period_first` and `period_last`."""

    @property
    def row(self):
        """The catalogue row of `item`; of an item that the place added, one made of what was copied. No query."""
        return ITEMS.get(self.item) or local_item(self.item, self.item_title)

    @property
    def period(self):
        """The `periods.Period` that it is about, or None."""
        return periods.between(self.period_first, self.period_last)
