"""Whether a record still says what the public log keeps of it: computed anew each time somebody looks."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from audit.enums import LeafKind
from audit.log import codes, merkle
from audit.models import Leaf
from disclosure import records
from orgs.prepared import Given, Prepared

LEAVES = Prepared(lambda: Leaf.objects.filter(subject=Given("subject")))


@dataclass(frozen=True)
class Logged:
    """What the public log says of a record: its leaf, whether record and leaf still agree, and since which day."""

    leaf: Leaf
    holds: bool
    since: date

    @property
    def code(self):
        """The check code as it is printed: ABCDE-FGHJK."""
        return codes.grouped(self.leaf.code)


def logged(leaf, content, published_on=date.min):
    """Compare a record's `content` with its `leaf`, and the leaf with its own hash and code. None without a leaf."""
    if leaf is None:
        return None
    leaf_hash = bytes(leaf.leaf_hash)
    is_sound = merkle.leaf_hash(leaf.entry) == leaf_hash and codes.code(leaf_hash) == leaf.code
    since = max(localdate(leaf.at), published_on)  # what was scheduled was logged before anybody read it
    return Logged(leaf, is_sound and leaf.holds(content), since)


def logged_version(version, files, leaves):
    """What the log says of a published version with its `files`. `leaves`: those of its subject."""
    by_kind = {leaf.kind: leaf for leaf in leaves}
    published = by_kind.get(LeafKind.REDACTION if version.redaction_id else records.kind_of(version))
    found = logged(published, records.publication(version, files), version.published_on)
    if found and version.withdrawn_at:
        withdrawn = logged(by_kind.get(LeafKind.WITHDRAWAL), records.withdrawal(version))
        found = replace(found, holds=bool(withdrawn and withdrawn.holds and found.holds))
    return found
