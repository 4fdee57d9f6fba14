"""What goes over the wire of a response."""


def without_needless_bodies(application):
    """Answer HEAD like GET but without the body: Django leaves that to the server, and gunicorn warns each time."""

    def answer(environ, start_response):
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        body.close()
        return []

    return answer
