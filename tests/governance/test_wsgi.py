"""The WSGI entry point."""

from wsgiref.util import setup_testing_defaults

import pytest

from governance.bodies import without_needless_bodies


class Body(list):
    closed = False

    def close(self):
        self.closed = True


@pytest.mark.parametrize(("method", "expected", "closed"), [("GET", [b"page"], False), ("HEAD", [], True)])
def test_head_is_answered_without_a_body(method, expected, closed):
    environ = {"REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    body = Body([b"page"])
    assert list(without_needless_bodies(lambda environ, start_response: body)(environ, None)) == expected
    assert body.closed is closed
