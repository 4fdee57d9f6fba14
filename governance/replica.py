"""Reads of visitors from a streaming replica, where DATABASE_REPLICA_URL names one.

Only pages that a visitor asks for without a session are read there. Who is logged in, who sends something, and whoever
sent something a moment ago reads from the primary, so that everybody finds what they have just written; and so does
everybody while the replica does not answer.
"""

import datetime
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connections

ALIAS = "replica"
COOKIE = "wrote"  # says only that something was sent; gone after PIN_SECONDS
PIN_SECONDS = 10  # far more than a replica lags
RETRY = datetime.timedelta(seconds=10)

reading = ContextVar("reading_from_replica", default=False)


class Router:
    """Sends reads to the replica where the middleware has allowed it and nothing was written since."""

    def db_for_read(self, model, instance=None, **hints):
        if instance is not None and instance._state.db == "default":
            return "default"
        return ALIAS if reading.get() else "default"

    def db_for_write(self, model, **hints):
        reading.set(False)
        return "default"

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, alias, app_label, **hints):
        return alias == "default"


def replica(get_response):
    """Decides for each request where it reads; marks the browser that has sent something."""
    if not is_set_up():
        raise MiddlewareNotUsed
    down_until = None

    def middleware(request):
        nonlocal down_until
        wanted = is_for_replica(request) and not (down_until and request.at < down_until)
        if wanted and not answers():
            down_until, wanted = request.at + RETRY, False
        token = reading.set(wanted)
        try:
            response = get_response(request)
        finally:
            reading.reset(token)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            response.set_cookie(
                COOKIE, "1", max_age=PIN_SECONDS, httponly=True, samesite="Lax", secure=settings.BEHIND_TLS
            )
        return response

    return middleware


def is_set_up():
    """Whether the settings name a replica."""
    return ALIAS in settings.DATABASES


def is_for_replica(request):
    """Whether a visitor without a session only reads, and has sent nothing a moment ago."""
    session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return request.method in ("GET", "HEAD") and not session and COOKIE not in request.COOKIES


def answers():
    """Whether the replica can be asked."""
    connection = connections[ALIAS]
    try:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    except Error:
        return False
    return True
