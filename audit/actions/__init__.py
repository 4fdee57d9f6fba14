"""Writing down what was done, keeping the files that belong to it, and appending to the public log."""

from audit.actions.attachments import keep_internal, keep_text, location, publish_file, store
from audit.actions.events import record, record_all
from audit.actions.log import Entry, append_leaf, append_leaves

__all__ = [
    "Entry",
    "append_leaf",
    "append_leaves",
    "keep_internal",
    "keep_text",
    "location",
    "publish_file",
    "record",
    "record_all",
    "store",
]
