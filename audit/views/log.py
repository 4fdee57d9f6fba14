"""The public log for programs: C2SP tlog-tiles, and a proof for each leaf (docs/log.md)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from audit import log_files
from audit.actions import checkpoints
from audit.errors import LogBroken
from audit.log import merkle, notes, tiles
from audit.models import Leaf, Tile

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOREVER = "public, max-age=31536000, immutable"


def refused_when_broken(view):
    """A log that is not what was signed is not shown: 503 with the reason."""

    def guarded(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except LogBroken as broken:
            return HttpResponse(f"{broken}\n", TEXT, status=503)

    return guarded


@login_not_required  # anyone may check the log
@require_safe
@refused_when_broken
def checkpoint(request):
    """The signed head of the log; signed now if nobody asked since the last leaf."""
    return HttpResponse(checkpoints.checkpoint(), TEXT, headers={"Cache-Control": "no-cache"})


@login_not_required  # anyone may check the log
@require_safe
@refused_when_broken
def keys(request):
    """Every public key there was, the oldest first, each after the size from which it signs."""
    if not log_files.public_keys():
        checkpoints.checkpoint()  # the first one makes the first key
    lines = (f"{size} {verifier}\n" for size, verifier in log_files.public_keys())
    return HttpResponse("".join(lines), TEXT, headers={"Cache-Control": "no-cache"})


@login_not_required  # anyone may check the log
@require_safe
def tile(request, level, place):
    """A tile of the tree: up to 256 hashes."""
    number, width = place
    kept = get_object_or_404(Tile, level=level, index=number)
    hashes = bytes(kept.hashes)[: width * merkle.SIZE]
    if len(hashes) < width * merkle.SIZE:
        raise Http404
    return _immutable(hashes)


@login_not_required  # anyone may check the log
@require_safe
def entries(request, place):
    """The leaves under a tile of level 0: what they say in public, never a text of a notice."""
    number, width = place
    first = number * tiles.WIDTH
    leaves = list(Leaf.objects.filter(index__gte=first, index__lt=first + width).order_by("index"))
    if len(leaves) < width:
        raise Http404
    return _immutable(tiles.bundle([leaf.entry for leaf in leaves]))


@login_not_required  # anyone may check the log
@require_safe
@refused_when_broken
def proof(request, index):
    """All that it takes to verify one leaf against the newest checkpoint."""
    leaf = get_object_or_404(Leaf, index=index)
    note = checkpoints.checkpoint()
    size = notes.Head.parse(note).size
    if index >= size:
        raise Http404  # appended after the checkpoint was signed
    nodes = Tile.objects.covering([index], size).nodes()
    path = merkle.inclusion(index, size, nodes)
    answer = {
        "entry": leaf.entry.decode(),
        "index": index,
        "size": size,
        "hashes": [hashed.hex() for hashed in path],
        "checkpoint": note,
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-cache"})


def _immutable(content):
    return HttpResponse(content, BYTES, headers={"Cache-Control": FOREVER})
