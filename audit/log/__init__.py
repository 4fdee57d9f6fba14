"""The mathematics of the public log, without rows, settings or clock; docs/log.md describes the formats.

- `canonical.py`: one JSON text for one value (RFC 8785).
- `merkle.py`: the tree, and the proofs that others compute and verify (RFC 6962).
- `tiles.py`: the tree as files of 256 hashes (C2SP tlog-tiles).
- `notes.py`: signed notes and checkpoints (C2SP signed-note, tlog-checkpoint).
- `codes.py`: the check code on paper.
- `sources.py`: which rows of other apps the leaves are about.
"""
