"""The files of an archive that `static/check_notice.py` verifies without the portal (docs/log.md)."""

import hashlib
import json

from audit import log_files
from audit.log import merkle

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
# The first line of what is signed of a manifest. A checkpoint begins with the name of the log, which ends in /log.
SIGNED = "archive-manifest"


def record_name(leaf):
    """Where the record of a leaf lies in the archive."""
    return f"notices/{leaf.code}.json"


def record(leaf, content, size, node):
    """One leaf with its content (None after a redaction) and its proof in the tree of `size` leaves, as bytes.

    `node` is `Tile.objects.covering(indexes, size).nodes()`.
    """
    proof = merkle.inclusion(leaf.index, size, node)
    return _json(
        {
            "content": content,
            "salt": bytes(leaf.salt).hex(),
            "entry": leaf.entry.decode(),
            "index": leaf.index,
            "size": size,
            "proof": [hashed.hex() for hashed in proof],
        }
    )


def manifest(*, unit, unit_name, checkpoint, hashes, leaves, withheld):
    """The manifest of an archive: `hashes` gives {name: SHA-256 in hex} of every other member but its signature.

    `leaves`: the indexes of all records that must be in it; `withheld`: {name: why} of those without their content.
    """
    vkeys = [str(verifier) for _size, verifier in log_files.public_keys()]
    head = {"unit": unit, "unit_name": unit_name, "checkpoint": checkpoint, "vkeys": vkeys}
    return _json(head | {"leaves": list(leaves), "withheld": withheld, "files": dict(hashes)})


def signature(signer, manifest):
    """The signed note that names the bytes of a `manifest`; `signer` has signed its checkpoint, too."""
    return signer.sign(f"{SIGNED}\n{digest(manifest)}\n").encode()


def digest(data):
    """The SHA-256 of bytes as the manifest names it."""
    return hashlib.sha256(data).hexdigest()


def _json(value):
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
