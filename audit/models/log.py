"""The public log: its leaves, the tree above them, and what was signed (docs/log.md, ADR 0013).

No sequence, no default key: the index of a leaf is the size of the tree before it, under the lock of the head.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.enums import LeafKind
from audit.log import canonical, codes, merkle, tiles


class Leaf(models.Model):
    """One thing that was made public, as the log keeps it: never the text itself, only its salted SHA-256.

    `subject` names the row it is about ("notice/<pk>/<version>"), `path` is the id path of its unit. `salt` is empty
    after a redaction: then nobody can try out what the text was. Triggers refuse any other change.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=LeafKind)
    subject = models.CharField(max_length=60, db_collation="C")
    path = models.CharField(max_length=300, db_collation="C")
    number = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    salt = models.BinaryField()
    content_hash = models.BinaryField()
    leaf_hash = models.BinaryField()
    code = models.CharField(max_length=codes.LENGTH, unique=True, db_collation="C")

    class Meta:
        verbose_name = _("leaf of the public log")
        verbose_name_plural = _("leaves of the public log")
        ordering = ["index"]
        indexes = [models.Index(fields=["path", "index"], name="leaf_by_path")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "kind"], name="leaf_once_per_subject"),
            models.CheckConstraint(condition=Q(index__gte=0), name="leaf_index_from_zero"),
            models.CheckConstraint(condition=Q(kind__in=LeafKind.values), name="leaf_kind_is_known"),
        ]

    def __str__(self):
        return f"{self.index} {self.code}"

    @property
    def grouped(self):
        """The check code as it is printed: ABCDE-FGHJK."""
        return codes.grouped(self.code)

    @property
    def entry(self):
        """The public bytes that the tree holds at this index."""
        return canonical.encode(
            {
                "hash": bytes(self.content_hash).hex(),
                "kind": self.kind,
                "number": self.number,
                "time": int(self.at.timestamp()),
                "v": 1,
                "version": self.version,
            }
        )

    def holds(self, content):
        """Whether `content` (a dict as it was given to `append_leaf`) is what was logged. False after a redaction."""
        salt = bytes(self.salt)
        return bool(salt) and content_hash(salt, content) == bytes(self.content_hash)


def content_hash(salt, content):
    """What a leaf keeps of a content: SHA-256 of the salt and the canonical JSON."""
    return merkle.sha256(salt + canonical.encode(content))


class TreeHead(models.Model):
    """The one row that grows with the log, and the lock of all who append: taken last of all locks.

    `peaks` are the hashes of the complete subtrees from left to right, one for each bit of the size.
    """

    ONLY = 1
    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("head of the public log")
        verbose_name_plural = _("head of the public log")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="treehead_is_one"),
            models.CheckConstraint(condition=Q(size__gte=0), name="treehead_size_from_zero"),
        ]

    def __str__(self):
        return f"{self.size}"

    @property
    def root(self):
        """The RFC 6962 hash of the whole tree."""
        return merkle.root_of_peaks(merkle.split(bytes(self.peaks)))


class TileQuerySet(models.QuerySet):
    """Tiles ..."""

    def covering(self, indexes, size):
        """... from which every proof about leaves at `indexes` in the tree of `size` leaves can be computed."""
        places = {place for index in (*indexes, size - 1) for place in tiles.above(index, size)}
        wanted = Q()
        for level in {level for level, _number in places}:
            wanted |= Q(level=level, index__in=[number for at, number in places if at == level])
        return self.filter(wanted) if places else self.none()

    def nodes(self):
        """... as the function node(level, index) that proofs are computed with."""
        return tiles.Nodes({(tile.level, tile.index): bytes(tile.hashes) for tile in self})


class Tile(models.Model):
    """Up to 256 consecutive hashes of one level of the tree (C2SP tlog-tiles); level 0 holds the leaves' hashes."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    objects = TileQuerySet.as_manager()

    class Meta:
        verbose_name = _("tile of the public log")
        verbose_name_plural = _("tiles of the public log")
        ordering = ["level", "index"]

    def __str__(self):
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement how large the tree was and what its root was. Kept for good."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()

    class Meta:
        verbose_name = _("checkpoint of the public log")
        verbose_name_plural = _("checkpoints of the public log")
        ordering = ["size"]
        constraints = [models.CheckConstraint(condition=Q(size__gte=0), name="checkpoint_size_from_zero")]

    def __str__(self):
        return f"{self.size}"
