"""What the server says for its keepers: one JSON line for each request and each fault, without personal data.

What a person typed reaches a log by many ways: an address, the words of an exception, the row that a database refuses.
So a request is named by its route, an exception by its kind and its place in the code, and the values in other
libraries' messages are left out. PORTAL_LOG_DETAILS=True switches values and network addresses on, for a search
of hours; `PORTAL_LOG=plain` is for a person at a terminal.
"""

import contextlib
import datetime
import http
import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Mapping
from contextvars import ContextVar

from django.conf import settings
from django.db import connections
from django.utils.crypto import salted_hmac

from audit.addresses import client_address

requests = logging.getLogger("portal.requests")
current_id = ContextVar("current_id", default=None)
PROXY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# The address of a one-time link is the key itself, wherever a message quotes it.
KEY = re.compile(r"(/accounts/first/)[^/\s'\"]+")
# gunicorn formats it before it logs it: the address of the network and what was sent stand in its words.
INVALID = "Invalid request"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
LONGEST_CHAIN = 5  # exceptions


def request_log(get_response):
    """Gives each request an id, answers with it, and writes its line."""

    def middleware(request):
        request.id = request_id(request)
        token = current_id.set(request.id)
        started = time.perf_counter()
        try:
            with counted() as queries:
                response = get_response(request)
            if settings.LOG == "json":
                ms = round((time.perf_counter() - started) * 1000, 1)
                requests.info("", extra={"facts": facts(request, response, ms, len(queries))})
        finally:
            current_id.reset(token)
        response.headers["X-Request-ID"] = request.id
        return response

    return middleware


def request_id(request):
    """The id that our own proxy gave the request, or a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_TLS else ""
    return given if PROXY_ID.fullmatch(given) else uuid.uuid4().hex


def facts(request, response, ms, queries):
    """What the line of a request says."""
    known = {
        "method": request.method if request.method in METHODS else "other",
        "route": route(request),
        "status": response.status_code,
        "ms": ms,
        "queries": queries,
        "account": account(request),
    }
    return known | ({"address": client_address(request)} if settings.LOG_DETAILS else {})


def route(request):
    """The name of the page, never its address: that may hold a word that was searched or a key."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else None


def account(request):
    """A word that stands for the account, the same for every request of it; None for visitors. No query."""
    user = request.__dict__.get("_cached_user")
    return salted_hmac("governance.logs", str(user.pk)).hexdigest()[:10] if user and user.pk else None


@contextlib.contextmanager
def counted():
    """A list that grows by one with each query in the block."""
    queries = []

    def count(execute, sql, params, many, context):
        queries.append(None)
        return execute(sql, params, many, context)

    with contextlib.ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(count))
        yield queries


class JsonLines(logging.Formatter):
    """A record as one line of JSON. `details` lets values through."""

    def __init__(self, details=False):
        super().__init__()
        self.details = details

    def format(self, record):
        request = getattr(record, "request", None)
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "request": getattr(request, "id", None) or current_id.get(),
        }
        if hasattr(record, "facts"):
            line |= record.facts
        else:
            line["text"] = record.getMessage() if self.details else words(record)
            if request is not None and hasattr(request, "META"):
                line |= {"method": request.method if request.method in METHODS else "other", "route": route(request)}
        if record.exc_info and record.exc_info[1]:
            line["errors"] = [described(error, self.details) for error in chain(record.exc_info[1])]
        return without_keys(json.dumps(line, ensure_ascii=False))


class PlainLines(logging.Formatter):
    """A record as lines for a person at a terminal, without the keys of one-time links."""

    def format(self, record):
        return without_keys(super().format(record))


def without_keys(text):
    """`text` with … for the key of a one-time link."""
    return KEY.sub(r"\1…", text)


def words(record):
    """The message with its numbers, and … for every other value; Django's about an answer only by its status."""
    if hasattr(record, "status_code"):
        return http.HTTPStatus(record.status_code).phrase
    text = str(record.msg)
    if not record.args:
        return INVALID if text.startswith(f"{INVALID} from ip=") else text
    try:
        return text % masked(record.args)
    except (TypeError, ValueError, KeyError):
        return text


def masked(values):
    """The same values, all but numbers hidden."""
    if isinstance(values, Mapping):
        return {name: _mask(value) for name, value in values.items()}
    return tuple(_mask(value) for value in values)


def _mask(value):
    return value if value is None or isinstance(value, (int, float)) else "…"


def chain(error):
    """The exception and those that led to it, the last one first."""
    found = []
    while error is not None and len(found) < LONGEST_CHAIN:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def described(error, details):
    """Kind and place of an exception, and the rule of the database that it broke; its words may quote a person."""
    kind = type(error)
    line = {"kind": f"{kind.__module__}.{kind.__qualname__}"}
    diagnosis = getattr(error, "diag", None)
    for name in ("sqlstate", "table_name", "constraint_name"):
        if value := getattr(diagnosis, name, None):
            line[name] = value
    if details:
        line["text"] = str(error)
    frames = traceback.extract_tb(error.__traceback__)
    return line | {"at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}
