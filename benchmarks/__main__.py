"""`make bench`: each kind of page as a ratio to a bare program and to a file of nginx of the same size, in one run.

Figures of different runs say nothing of each other, and requests a second nothing of another machine: only the ratios
within a run are compared with the aims.
"""

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import psycopg
from tqdm import tqdm

from benchmarks.databases import add_arguments, database
from benchmarks.pages import CLERK, PAGES, address
from benchmarks.servers import (
    collect_static,
    file_of,
    get,
    gunicorn,
    memory,
    nginx_before,
    nginx_of_files,
    running,
    signed_in,
    wrk,
)

# What is looked for besides pieces of titles and names of places: words that stand nearly everywhere, and initials.
WORDS = ("公告", "公示", "社区", "步道", "lxsq", "jmhy", "社区 公告")
SEARCHES = 200
AIMS = {"uncached": 0.045, "cached": 0.3, "growth": 1.2, "worker": 60, "first page": 2, "search": 100}


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    add_arguments(parser)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many counts")
    parser.add_argument("--port", type=int, default=8900, help="the first of six ports")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # through every `finally`: no server is left behind
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        run(options, Path(folder))


def run(options, folder):
    folder.chmod(0o755)  # nginx, started by root, reads as somebody else
    # One worker each: of two, one may get all eight connections of wrk, for they stay where they were accepted.
    common = {"PORTAL_VAR": str(folder), "PORTAL_DEMO": "True", "DEBUG": "False", "PORTAL_LOG": "json"}
    common["WEB_CONCURRENCY"] = "1"
    os.environ.update(common)
    demo, nation = database("demo"), database(options.size, options.divisions)
    collect_static()
    ports = iter(range(options.port, options.port + 6))
    with ExitStack() as stack:
        started = time.perf_counter()
        uncached_demo, uncached_nation, cached, bare, files, front = ports
        start = stack.enter_context
        start(running(portal, uncached_demo, name="the portal", DATABASE_URL=demo, PORTAL_PAGE_CACHE="0"))
        first_page = time.perf_counter() - started
        start(running(portal, uncached_nation, name="the portal", DATABASE_URL=nation, PORTAL_PAGE_CACHE="0"))
        process = start(running(portal, cached, name="the portal", DATABASE_URL=nation, PORTAL_PAGE_CACHE="1"))
        start(running(gunicorn("benchmarks.bare"), bare, name="the bare program", path="/1"))
        start(nginx_of_files(folder, files))
        start(nginx_before(folder, front, cached))
        cookies = {port: signed_in(port, *CLERK) for port in (uncached_demo, uncached_nation)}
        rows = []
        for name in tqdm(PAGES, desc="measuring", unit=" page"):
            path = address(name, lambda listed: get(uncached_nation, listed)[2])
            desk = path.startswith("/desk/")
            cookie = cookies if desk else {}
            status, _headers, body = get(uncached_nation, path, **headers_of(cookie, uncached_nation))
            if status != 200:
                raise SystemExit(f"{path} answers {status}.")
            file_of(folder, len(body))
            sizes = (len(get(uncached_demo, path, **headers_of(cookie, uncached_demo))[2]), len(body))
            etag = get(cached, path)[1].get("ETag", "")
            # Workers that have not drawn the page yet compile its templates and write its SQL: not what is measured.
            wrk(uncached_demo, path, 1, cookie.get(uncached_demo, ""))
            wrk(uncached_nation, path, 1, cookie.get(uncached_nation, ""))
            rounds = []
            for number in range(options.rounds):
                both = {"demo": uncached_demo, "nation": uncached_nation}
                figures = {  # neither comes first every time
                    which: wrk(both[which], path, options.seconds, cookie.get(both[which], ""))
                    for which in sorted(both, reverse=number % 2)
                }
                figures |= {
                    "bare": wrk(bare, f"/{len(body)}", options.seconds),
                    "file": wrk(files, f"/{len(body)}", options.seconds),
                }
                if not desk:
                    figures["cached"] = wrk(cached, path, options.seconds)
                    figures["304"] = wrk(cached, path, options.seconds, etag=etag)
                    figures["front"] = wrk(front, path, options.seconds)
                rounds.append(figures)
            rows.append((name, sizes, rounds))
        report(rows, memory(process), first_page, searches(uncached_nation, nation), options)


portal = gunicorn("governance.wsgi")


def headers_of(cookies, port):
    """What goes with a request of somebody who has logged in on `port`."""
    return {"Cookie": cookies[port]} if port in cookies else {}


def searches(port, database):
    """How many ms SEARCHES searches take, one after another, each for something else."""
    chance = random.Random(1)
    with psycopg.connect(database) as connection:
        titles = connection.execute("SELECT title FROM disclosure_noticeversion ORDER BY md5(id::text) LIMIT 500")
        titles = [title for (title,) in titles]
        names = connection.execute("SELECT name FROM orgs_orgunit ORDER BY md5(code) LIMIT 500")
        names = [name for (name,) in names]
    taken = []
    for number in range(SEARCHES):
        text, length = chance.choice(titles if number % 4 else names), chance.randint(2, 4)
        start = chance.randrange(max(len(text) - length, 1))
        word = WORDS[number] if number < len(WORDS) else text[start : start + length]
        began = time.perf_counter()
        status = get(port, "/search/?q=" + quote(word))[0]
        taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise SystemExit(f"The search for {word} answers {status}.")
    return taken


def report(rows, sizes, first_page, taken, options):
    """The table of README.md: ratios to the bare program, and of the front to a file; what misses its aim is marked."""
    print(f"\nratios, median of {options.rounds} rounds; size {options.size}; ! misses the aim\n")
    print("| page | kB, demo, nation | uncached, demo | nation | growth | cached | 304 | micro-cache of nginx : file |")
    print("|---|---|---|---|---|---|---|---|")
    for name, both, rounds in rows:

        def ratio(part, whole, rounds=rounds):
            values = [figures[part] / figures[whole] for figures in rounds if part in figures]
            return statistics.median(values) if values else None

        cells = [
            marked(ratio("demo", "bare"), ratio("demo", "bare") < AIMS["uncached"], 3),
            marked(ratio("nation", "bare"), ratio("nation", "bare") < AIMS["uncached"], 3),
            marked(ratio("demo", "nation"), ratio("demo", "nation") > AIMS["growth"], 2),
            marked(ratio("cached", "bare"), (ratio("cached", "bare") or 1) < AIMS["cached"], 2),
            marked(ratio("304", "bare"), False, 2),
            marked(ratio("front", "file"), False, 2),
        ]
        print(f"| {name} | {both[0] / 1000:.1f}, {both[1] / 1000:.1f} | {' | '.join(cells)} |")
    largest = max(sizes)
    print(f"\nworker: {marked(largest, largest > AIMS['worker'], 0)} MiB (PSS); ", end="")
    print(f"first page after a warm start: {marked(first_page, first_page > AIMS['first page'], 1)} s")
    middle, most = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"search, {len(taken)} words: median {middle:.0f} ms, p95 {marked(most, most > AIMS['search'], 0)} ms")


def marked(value, misses, digits):
    """A figure of the table."""
    return "–" if value is None else f"{value:.{digits}f}{' !' if misses else ''}"


if __name__ == "__main__":
    main()
