"""Whether a record still says what the public log keeps of it: computed anew each time somebody looks."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from audit.enums import LeafKind
from audit.log import codes, merkle
from audit.models import Leaf
from disclosure import records
from disclosure.models import NoticeAttachment
from orgs.prepared import Given, Prepared

# "/" is followed by "0" in the order of the subjects: from notice/7/ to notice/70 are those of notice 7.
_LEAVES = Prepared(lambda: Leaf.objects.filter(subject__gte=Given("first"), subject__lt=Given("end")))


def leaves_of(notice):
    """The leaves about all versions of a notice. One query."""
    return _LEAVES(first=f"notice/{notice.pk}/", end=f"notice/{notice.pk}0")


@dataclass(frozen=True)
class Logged:
    """What the public log says of a record: its leaf, whether record and leaf still agree, and since which day."""

    leaf: Leaf
    holds: bool
    since: date

    @property
    def redacted(self):
        """Whether the leaf is about a text that was masked by law: that is what its code covers."""
        return self.leaf.kind == LeafKind.REDACTION

    @property
    def code(self):
        """The check code as it is printed: ABCDE-FGHJK."""
        return self.leaf.grouped


def logged(leaf, content, published_on=date.min):
    """Compare a record's `content` with its `leaf`, and the leaf with its own hash and code. None without a leaf."""
    if leaf is None:
        return None
    leaf_hash = bytes(leaf.leaf_hash)
    is_sound = merkle.leaf_hash(leaf.entry) == leaf_hash and codes.code(leaf_hash) == leaf.code
    since = max(localdate(leaf.at), published_on)  # what was scheduled was logged before anybody read it
    return Logged(leaf, is_sound and leaf.holds(content), since)


def logged_version(version, files, leaves):
    """What the log says of a published version with its `files`. `leaves`: those of its notice.

    Log and rows must agree on what was withdrawn, on which files are withheld, and on which versions there are.
    """
    own = {leaf.kind: leaf for leaf in leaves if leaf.subject == records.subject_of(version)}
    published = own.get(LeafKind.REDACTION if version.redaction_id else records.kind_of(version))
    found = logged(published, records.publication(version, files), version.published_on)
    if found is None:
        return None
    signed = {records.subject_of(each) for each in version.notice.signed_versions}
    agree = {leaf.subject for leaf in leaves} <= signed and records.files_agree(version, files)
    agree = agree and published.path.endswith(f"/{version.notice.unit_id}/")
    agree = agree and published.number.endswith(version.notice.short_number)
    withdrawn = own.get(LeafKind.WITHDRAWAL)
    if withdrawn or version.withdrawn_at:
        both = withdrawn and version.withdrawn_at
        agree = agree and bool(both and logged(withdrawn, records.withdrawal(version)).holds)
    return replace(found, holds=found.holds and agree)


def logged_current(versions):
    """{id: what the log says} of versions that are each the newest of their notice; their notices learn so much.

    Two queries however many they are: a later version would have the next number, so its leaf is looked for, too.
    """
    subjects = {f"notice/{each.notice_id}/{number}": each.pk for each in versions for number in _two_from(each)}
    leaves, files = defaultdict(list), defaultdict(list)
    for leaf in Leaf.objects.filter(subject__in=subjects):
        leaves[subjects[leaf.subject]].append(leaf)
    for row in NoticeAttachment.objects.filter(version__in=versions).select_related("attachment__withheld"):
        files[row.version_id].append(row)
    for version in versions:
        version.notice.__dict__["_versions"] = [version]
    return {each.pk: logged_version(each, files[each.pk], leaves[each.pk]) for each in versions}


def _two_from(version):
    return version.number, version.number + 1
