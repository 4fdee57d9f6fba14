"""`/healthz`: whether this process can serve, for load balancers and monitors."""

import functools
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpResponseNotAllowed, JsonResponse

PATH = "/healthz"


def healthz(get_response):
    """Answers `/healthz` before anything else, so that a probe needs no host name, no TLS and gets no cookie.

    200 when all is well, else 503; the answer says which part fails and nothing more. One query.
    """

    def middleware(request):
        if request.path_info != PATH:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = state()
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return JsonResponse(found, status=200 if all(found.values()) else 503, headers=headers)

    return middleware


def state():
    """{part: whether it works}."""
    applied = applied_migrations()
    return {
        "database": applied is not None,
        "migrations": applied is not None and known_migrations() <= applied,
        "files": files_can_be_kept(),
    }


def applied_migrations():
    """The migrations that the database has, or None when it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    except Error:
        return None


@functools.cache
def known_migrations():
    """The migrations of this code. A database may have newer ones while an upgrade is under way."""
    return set(MigrationLoader(None).disk_migrations)


def files_can_be_kept():
    """Whether one more file of the largest size can be written; its folder may not have been made yet."""
    folder = Path(settings.MEDIA_ROOT)
    folder = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > settings.UPLOAD_LIMIT
