"""Writing down what was done, keeping the files that belong to it, and appending to the public log."""

from audit.actions.attachments import (
    checked_file,
    drop_content,
    drop_made,
    drop_withheld,
    keep_file,
    keep_internal,
    keep_text,
    location,
    publish_file,
    store,
    withhold_file,
)
from audit.actions.checkpoints import checkpoint, checkpoint_of_today, new_log_key
from audit.actions.events import record, record_all
from audit.actions.log import Entry, append_leaf, append_leaves

__all__ = [
    "Entry",
    "append_leaf",
    "append_leaves",
    "checked_file",
    "checkpoint",
    "checkpoint_of_today",
    "drop_content",
    "drop_made",
    "drop_withheld",
    "keep_file",
    "keep_internal",
    "keep_text",
    "location",
    "new_log_key",
    "publish_file",
    "record",
    "record_all",
    "store",
    "withhold_file",
]
