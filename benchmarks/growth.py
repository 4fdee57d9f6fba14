"""`make bench-growth`: what each page costs in CPU, in the demo and inside the nation.

Time of the processor, of Python and of the PostgreSQL backend that answers it, does not depend on how busy a machine
is: of many requests the cheapest counts. So do the calls of Python functions.
"""

import argparse
import cProfile
import io
import os
import pstats
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from benchmarks.clocks import cost
from benchmarks.databases import add_arguments, database
from benchmarks.pages import CLERK, PAGES, address
from benchmarks.servers import collect_static

AIM = 1.2
SETTINGS = {"PORTAL_PAGE_CACHE": "0", "PORTAL_DEMO": "True", "DEBUG": "False", "PORTAL_LOG": "json"}


class Cost(NamedTuple):
    """One request: bytes of the answer, ms of CPU of Python and of PostgreSQL, calls."""

    size: int
    python: float
    postgres: float
    calls: int

    @property
    def cpu(self):
        return self.python + self.postgres


def main():
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__.partition("\n")[0])
    add_arguments(parser)
    parser.add_argument("--requests", type=int, default=30, help="of which the cheapest counts")
    parser.add_argument("--page", action="append", choices=PAGES, help="only this one; may be given again")
    options = parser.parse_args()
    names = options.page or list(PAGES)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SETTINGS, PORTAL_VAR=folder)
        databases = [database("demo"), database(options.size, options.divisions)]
        collect_static()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
            demo, nation = (pool.submit(costs, each, names, options.requests) for each in databases)
            report(demo.result(), nation.result())


def costs(database, names, requests):
    """{name of a page: its Cost}; in a process of its own, which knows one database."""
    os.environ["DATABASE_URL"] = database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a line of the log for each request
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    cookie = signed_in()

    def body_of(path):
        return answer(application, path)

    found = {}
    for name in names:
        path = address(name, body_of)
        environ = {"HTTP_COOKIE": cookie} if path.startswith("/desk/") else {}
        for _turn in range(3):  # templates are compiled, SQL is written, plans are kept
            size = len(answer(application, path, **environ))
        times = [cost(partial(answer, application, path, **environ)) for _turn in range(requests)]
        profile = cProfile.Profile()
        profile.runcall(answer, application, path, **environ)
        calls = pstats.Stats(profile, stream=io.StringIO()).total_calls
        found[name] = Cost(size, min(python for python, _ in times), min(postgres for _, postgres in times), calls)
    return found


def signed_in():
    """The cookie of the clerk."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=CLERK[0]))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def answer(application, path, **environ):
    """The body of the page at `path`; any answer but 200 ends the run."""
    parts, said = urlsplit(path), []
    environ |= {"PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    setup_testing_defaults(environ)
    response = application(environ, lambda status, _headers: said.append(status))
    body = b"".join(response)
    response.close()
    if said != ["200 OK"]:
        raise SystemExit(f"{path} answers {said}.")
    return body


def report(demo, nation):
    """The table of README.md."""
    print("| page | kB | Python, ms | PostgreSQL, ms | calls, thousands | growth |")
    print("|---|---|---|---|---|---|")
    for name, small in demo.items():
        large = nation[name]
        ratio = large.cpu / small.cpu
        cells = [
            f"{small.size / 1000:.1f}, {large.size / 1000:.1f}",
            f"{small.python:.1f}, {large.python:.1f}",
            f"{small.postgres:.1f}, {large.postgres:.1f}",
            f"{small.calls / 1000:.0f}, {large.calls / 1000:.0f}",
            f"{ratio:.2f}{' !' if ratio > AIM else ''}",
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
