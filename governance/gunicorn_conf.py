"""How gunicorn serves the portal: `gunicorn -c python:governance.gunicorn_conf governance.wsgi`.

`make run` reads the same values. Threads share a worker's database connections across its requests; see
docs/running.md for the measurements and for what to set behind nginx.
"""

import os

from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")


class ServerLog(Logger):
    """gunicorn's own words in the form of the portal's; the portal writes a line for each request itself."""

    def setup(self, cfg):
        super().setup(cfg)
        from django.conf import settings

        from governance.logs import JsonLines, PlainLines

        plain = PlainLines(self.error_fmt, self.datefmt)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines(settings.LOG_DETAILS) if settings.LOG == "json" else plain)


bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1))
threads = 4
# Loaded once and shared by the forked workers; no connection is open by then.
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
# As long as gunicorn lets it be: what is too long gets a page of the portal (governance.middleware.length).
limit_request_line = 8190
# A worker is renewed now and then, not all at once, so that a slow leak never becomes an incident.
max_requests = 20000
max_requests_jitter = 2000
loglevel = "warning"
logger_class = ServerLog
control_socket_disable = True
