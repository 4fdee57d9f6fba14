"""What was done, by whom, the files that belong to it, and the public log. This app knows no other app."""

from audit.models.attachments import WITHHELD, Attachment, AttachmentText, Audience
from audit.models.events import Event
from audit.models.log import Checkpoint, Leaf, Tile, TreeHead

__all__ = ["WITHHELD", "Attachment", "AttachmentText", "Audience", "Checkpoint", "Event", "Leaf", "Tile", "TreeHead"]
