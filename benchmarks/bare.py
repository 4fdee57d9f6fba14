"""The bare program the pages are measured against: `/<number>` answers with so many bytes and does nothing else."""

BODIES = {}


def application(environ, start_response):
    """WSGI."""
    size = int(environ["PATH_INFO"][1:])
    body = BODIES.setdefault(size, b"x" * size)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(size))])
    return [body]
