"""How gunicorn serves the portal: `gunicorn -c python:governance.gunicorn_conf governance.wsgi`.

`make run` reads the same values. Threads share a worker's database connections across its requests; see
docs/running.md for the measurements and for what to set behind nginx.
"""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 1))
threads = 4
# Loaded once and shared by the forked workers; no connection is open by then.
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
# A worker is renewed now and then, not all at once, so that a slow leak never becomes an incident.
max_requests = 20000
max_requests_jitter = 2000
loglevel = "warning"
control_socket_disable = True
