"""Lines for the keepers of the server: what they say, and what they never say."""

import io
import json
import logging
import sys
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from gunicorn.config import Config

from governance import gunicorn_conf, logs

NAME, PHONE, WORD = "欧阳静", "0000-8899123", "漏水"


@pytest.fixture
def lines(settings):
    """What is logged in the test, through the same form as in production; `lines()` gives it decoded."""
    settings.LOG = "json"
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logs.JsonLines())
    loggers = [logging.getLogger(name) for name in ("", "django.request", "portal.requests")]
    for logger in loggers:
        logger.addHandler(handler)
    logging.getLogger("portal.requests").propagate = False
    logging.getLogger("portal.requests").setLevel(logging.INFO)

    def read():
        read.text = output.getvalue()
        return [json.loads(line) for line in read.text.splitlines()]

    yield read
    logging.getLogger("portal.requests").propagate = True
    for logger in loggers:
        logger.removeHandler(handler)


def test_an_objection_leaves_nothing_of_the_person(world, lines):
    matter = world.matter("中心花园步道修缮")
    url = reverse("notice_object", args=[world.liuxi.code, matter.resolution_notice.ref])
    client = world.client()
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"kind": "question", "text": f"三楼{WORD}", "name": NAME, "contact": PHONE, "phone": PHONE, "title": WORD}
    assert client.post(f"{url}?who={quote(NAME)}", sent, REMOTE_ADDR="10.9.8.7").status_code == 302
    world.client("clerk").get(reverse("desk_matters"), {"q": NAME})
    rows = lines()
    assert [(row["route"], row["status"]) for row in rows][:2] == [("notice_object", 200), ("notice_object", 302)]
    for secret in (NAME, PHONE, PHONE[-7:], WORD, quote(NAME), "10.9.8.7", "林晓雯", "linxiaowen", url):
        assert secret not in lines.text


def test_a_line_says_what_a_keeper_needs(world, lines):
    response = world.client("clerk").get(reverse("desk"))
    (row,) = lines()
    assert row["request"] == response.headers["X-Request-ID"]
    assert (row["method"], row["route"], row["status"], row["level"]) == ("GET", "desk", 200, "info")
    assert row["ms"] > 0
    assert 3 < row["queries"] < 40
    assert row["account"]
    world.client("clerk").get(reverse("desk"))
    world.client("secretary").get(reverse("desk"))
    world.client().get("/no/such/page/")
    _first, again, other, nobody = lines()
    assert again["account"] == row["account"] != other["account"]
    assert (nobody["account"], nobody["route"], nobody["status"]) == (None, None, 404)


def test_a_page_that_was_kept_has_its_name_too(client, lines, settings, db):
    settings.PAGE_CACHE_SECONDS = 60
    for _visit in range(2):
        assert client.get("/", {"q": "nowhere"}).status_code == 200
    made, kept = lines()
    assert (made["route"], kept["route"]) == ("home", "home")
    assert made["queries"] > kept["queries"] == 0


def test_a_fault_tells_its_place_and_not_its_words(client, lines, monkeypatch, db):
    def fail(request):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE t (x text CONSTRAINT short CHECK (length(x) < 2)) ON COMMIT DROP")
            cursor.execute("INSERT INTO t VALUES (%s)", [NAME])

    monkeypatch.setattr("governance.views.home.topmost", fail)
    client.raise_request_exception = False
    assert client.get("/", {"x": NAME}).status_code == 500
    fault, request = lines()
    assert fault["request"] == request["request"]
    assert (fault["level"], fault["text"], fault["route"]) == ("error", "Internal Server Error", "home")
    assert [error["kind"] for error in fault["errors"]] == [
        "django.db.utils.IntegrityError",
        "psycopg.errors.CheckViolation",
    ]
    assert fault["errors"][1]["constraint_name"] == "short"
    assert any("test_logs.py" in place and place.endswith(" fail") for place in fault["errors"][0]["at"])
    assert NAME not in lines.text


def record(message, *args, error=None):
    info = (type(error), error, None) if error else None
    return logging.LogRecord("other", logging.WARNING, __file__, 1, message, args, info)


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("worker %s ended with %d", (NAME, 9), "worker … ended with 9"),
        ("%(name)s took %(ms)d ms", ({"name": NAME, "ms": 4},), "… took 4 ms"),
        ("%d", (NAME,), "%d"),
        ("plain", (), "plain"),
    ],
)
def test_values_of_other_libraries_are_left_out(message, args, said):
    assert json.loads(logs.JsonLines().format(record(message, *args)))["text"] == said


def test_details_are_shown_where_they_are_switched_on():
    line = logs.JsonLines(details=True).format(record("worker %s", NAME, error=IntegrityError(PHONE)))
    assert NAME in line
    assert PHONE in line


@pytest.mark.parametrize(
    ("behind_tls", "given", "kept"), [(True, "a1b2c3d4-e5", True), (True, "a b\nc", False), (False, "a1b2c3d4", False)]
)
def test_only_the_own_proxy_gives_the_id(settings, behind_tls, given, kept):
    settings.BEHIND_TLS = behind_tls
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    assert (logs.request_id(request) == given) == kept


def test_a_long_chain_of_errors_ends():
    error = None
    for _number in range(20):
        try:
            raise ValueError(NAME) from error
        except ValueError as caught:
            error = caught
    assert len(list(logs.chain(error))) == logs.LONGEST_CHAIN
    assert sys.exc_info()[1] is None


@pytest.mark.parametrize("kind", ["json", "plain"])
def test_the_servers_own_words_have_the_same_form(settings, kind):
    """gunicorn names the whole address, query and all, when something breaks outside of Django."""
    settings.LOG = kind
    log = gunicorn_conf.ServerLog(Config())
    line = log._get_gunicorn_handler(log.error_log).format(record("Error handling request %s", f"/?q={NAME}"))
    assert (NAME in line) == (kind == "plain")
    assert not log.access_log_enabled


@pytest.mark.parametrize("form", [logs.JsonLines(), logs.JsonLines(details=True), logs.PlainLines()])
def test_the_key_of_a_one_time_link_is_in_no_line(form, caplog):
    """A form without its CSRF token is a warning of Django with the whole address."""
    path = reverse("first_login", args=["ABCDE-FGHIJ-KLMNO-PQRST-UVWXY"])
    with caplog.at_level(logging.WARNING):
        assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    said = [form.format(warning) for warning in caplog.records]
    said.append(form.format(record(f"Error handling request {path}?next=/")))
    assert len(said) > 1
    assert "ABCDE" not in "".join(said)
    assert "/accounts/first/…/?next" in said[-1]


def test_the_servers_words_about_a_broken_request_name_no_address():
    line = logs.JsonLines().format(record(f"Invalid request from ip=10.9.8.7: Invalid HTTP request line: '{NAME}'"))
    assert json.loads(line)["text"] == "Invalid request"
    assert "10.9.8.7" in logs.JsonLines(details=True).format(record("Invalid request from ip=10.9.8.7: x"))


def test_the_page_of_a_fault_tells_the_number_of_the_request(client, monkeypatch, db):
    monkeypatch.setattr("governance.views.home.topmost", lambda units: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"][:8] in response.content.decode()
