"""`python -m benchmarks.log`: what the public log costs a publication, alone and when four publish at once.

Works in a database of its own beside that of DATABASE_URL and drops it. Each transaction writes an event, which every
verb of the portal does, and then also appends a leaf. CPU does not depend on how busy the machine is; how many there
are a second does.
"""

import datetime
import itertools
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import django

from benchmarks.clocks import cost

COUNT = 100  # transactions of each measurement
ROUNDS = 5  # of which the median counts
AT = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
CONTENT = {"title": "社区公共服务用房使用安排", "text": "一楼东侧：便民服务大厅，工作日9:00—17:00开放。" * 40}
numbers = itertools.count()


def publish(logged):
    """One transaction; `logged`: with a leaf."""
    from django.db import transaction

    from audit.actions import append_leaf, record
    from audit.enums import LeafKind

    number = next(numbers)
    with transaction.atomic():
        record(by=None, verb="bench", at=AT, label=f"{number}号", data={"number": number})
        if logged:
            given = {"subject": f"bench/{number}", "unit_path": "/1/", "number": f"{number}号", "version": 1}
            append_leaf(kind=LeafKind.REDACTION, content=CONTENT, at=AT, **given)


def per_second(threads, logged):
    """Transactions a second of so many threads together."""
    from django.db import connection

    def work():
        for _turn in range(COUNT // threads):
            publish(logged)
        connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for worker in [pool.submit(work) for _number in range(threads)]:
            worker.result()
    return COUNT / (time.perf_counter() - begun)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        settings.LOG_DIR = Path(folder)
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with connection.cursor() as cursor:  # asks for a notice that was masked: here are none
                cursor.execute("ALTER TABLE audit_leaf DISABLE TRIGGER leaf_is_redacted")
            per_second(1, logged=True)  # warm
            print("| | Python, ms | PostgreSQL, ms | a second | four at once |")
            print("|---|---|---|---|---|")
            for name, logged in (("an event", False), ("and a leaf", True)):
                costs = [cost(partial(publish, logged)) for _turn in range(COUNT)]
                cells = [f"{min(part):.1f}" for part in zip(*costs, strict=True)]
                for threads in (1, 4):
                    cells.append(f"{statistics.median(per_second(threads, logged) for _round in range(ROUNDS)):.0f}")
                print(f"| {name} | {' | '.join(cells)} |")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
