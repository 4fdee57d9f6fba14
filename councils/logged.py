"""The resolution of a matter beside its leaf in the public log, in the query of the matter's page."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.dateparse import parse_datetime

from audit.enums import LeafKind
from audit.models import Leaf
from councils.models import AgendaItem, Resolution, Vote
from councils.records import COUNTS, content_of
from disclosure.logged import logged

RESOLUTION = ("id", "number", "title", "text", "adopted_on", "unit_code", "unit_name", "body_name")
VOTE = (*COUNTS, "outcome", "rule_key", "rule_version")
LEAF = ("index", "kind", "number", "version", "code")
HASHES = ("salt", "content_hash", "leaf_hash")


def with_resolutions(matters):
    """`matters`, each carrying what `logged_resolution` reads; no query more."""
    subject = Concat(Value("resolution/"), Cast(OuterRef("pk"), TextField()), output_field=TextField())
    leaf = JSONObject(at="at", **{name: name for name in (*LEAF, *HASHES)})
    leaves = Leaf.objects.filter(kind=LeafKind.RESOLUTION, subject=subject).values(json=leaf)
    fields = {name: name for name in RESOLUTION} | {f"vote_{name}": f"vote__{name}" for name in VOTE}
    rows = Resolution.objects.filter(matter=OuterRef("pk")).order_by("pk").annotate(leaf=Subquery(leaves))
    return matters.annotate(
        resolution_rows=ArraySubquery(rows.values(json=JSONObject(step="vote__item__step", leaf="leaf", **fields)))
    )


def logged_resolution(matter):
    """What the log says of the last resolution of a matter from `with_resolutions`; None without one."""
    if not matter.resolution_rows:
        return None
    row = matter.resolution_rows[-1]
    if row["leaf"] is None:
        return None
    data = row["leaf"]
    hashes = {name: bytes.fromhex(data[name].removeprefix("\\x")) for name in HASHES}
    leaf = Leaf(at=parse_datetime(data["at"]), **{name: data[name] for name in LEAF}, **hashes)
    resolution = Resolution(**{name: Resolution._meta.get_field(name).to_python(row[name]) for name in RESOLUTION})
    resolution.vote = Vote(**{name: row[f"vote_{name}"] for name in VOTE})
    resolution.vote.item = AgendaItem(step=row["step"], matter=matter)
    return logged(leaf, content_of(resolution))
