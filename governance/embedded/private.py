"""Small files for our eyes only."""

import contextlib
import os
import tempfile


def kept(path, make):
    """The text of `path`; made by `make()` at the first call and the same ever after.

    The file has mode 0600 and appears whole or not at all; of two who make it at once, the first wins for both.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(make())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.unlink(draft)
    return path.read_text()
