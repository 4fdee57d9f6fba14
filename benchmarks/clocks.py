"""Time of the processor, which does not depend on what else a machine has to do."""

import time
from pathlib import Path


def cpu():
    """(ms of CPU of this process, ms of CPU of the PostgreSQL backend of this thread's connection) so far."""
    from django.db import connection

    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return time.process_time_ns() / 1e6, int(backend.split()[0]) / 1e6


def cost(work):
    """(ms of CPU of this process, of its backend) that `work()` takes."""
    began = cpu()
    work()
    return tuple(after - before for before, after in zip(began, cpu(), strict=True))
