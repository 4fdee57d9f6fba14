"""Prints a page of our own as a PDF, with a headless Chromium where one is installed (docs/running.md).

The page comes as one file whose policy forbids scripts and everything from elsewhere, and the browser is told to
resolve no name: it reaches no network.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from django.conf import settings

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SECONDS = 30  # for one page
WAITING = 3  # requests of a worker that print or wait for it; its other threads serve pages
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

_queue = threading.BoundedSemaphore(WAITING)
_one = threading.Lock()


class NotPrinted(Exception):
    """The browser was busy, failed, or took too long."""


def program():
    """The path of the browser that prints, or None: PORTAL_CHROMIUM, or one that the system has."""
    return next(
        filter(None, map(shutil.which, [settings.PORTAL_CHROMIUM] if settings.PORTAL_CHROMIUM else PROGRAMS)), None
    )


def printed(html):
    """`html`, a whole document, as the bytes of a PDF: one at a time in each worker. Raises NotPrinted."""
    if not _queue.acquire(blocking=False):
        raise NotPrinted("busy")
    try:
        with _one, tempfile.TemporaryDirectory(prefix="poster-", ignore_cleanup_errors=True) as folder:
            return _print(html, Path(folder))
    finally:
        _queue.release()


def _print(html, folder):
    page, out = folder / "page.html", folder / "page.pdf"
    page.write_text(html, encoding="utf-8")
    # Chromium refuses its sandbox to root, which is who runs in many a container.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [
        program(),
        *FLAGS,
        *sandbox,
        f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={out}",
        page.as_uri(),
    ]
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    # In a session of its own, so that its helpers end with it.
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotPrinted("slow") from error
    finally:
        _end(process)
    if code or not out.is_file():
        raise NotPrinted(f"exit status {code}")
    return out.read_bytes()


def _end(process):
    """Whatever of the browser still runs."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
