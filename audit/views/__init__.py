"""What the portal hands out that is no page: files, and the public log for programs."""

from audit.views.attachments import attachment
from audit.views.log import checkpoint, entries, keys, proof, tile

__all__ = ["attachment", "checkpoint", "entries", "keys", "proof", "tile"]
