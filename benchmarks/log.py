"""`python -m benchmarks.log`: what the public log costs a publication, alone and when four publish at once.

Works in a database of its own beside that of DATABASE_URL and drops it. Each transaction writes an event, which every
verb of the portal does, and then also appends a leaf; the ratio of both counts.
"""

import datetime
import itertools
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

import django

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
            # Of all kinds the one that asks for no row of another app.
            given = {"subject": f"bench/{number}", "unit_path": "/1/", "number": f"{number}号", "version": 1}
            append_leaf(kind=LeafKind.REDACTION, content=CONTENT, at=AT, **given)


def per_second(threads, logged):
    """Transactions a second of so many threads together."""
    from django.db import connection

    def work():
        for _turn in range(COUNT // threads):
            publish(logged)
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(threads)]
    begun = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
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
            per_second(1, logged=True)  # warm
            print("threads | event alone | with a leaf | ratio")
            for threads in (1, 4):
                pairs = [[per_second(threads, logged) for logged in (False, True)] for _round in range(ROUNDS)]
                alone, logged = map(statistics.median, zip(*pairs, strict=True))
                print(f"{threads} | {alone:.0f}/s | {logged:.0f}/s | {logged / alone:.2f}")
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
