"""Hostile and clumsy input on every form of the portal: a message, nothing typed is lost, never a fault.

Every form of every page in `tests/pages.py` is opened as somebody who may, filled with one sort of nonsense in all its
fields, and sent as a browser would send it.
"""

import html
import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.forms import posted
from tests.pages import PAGES
from tests.test_every_page import opener

TYPED = ("text", "textarea", "search", "tel", "email", "url", "number", "date", "time", "month", "password")
# 410: a one-time link that was used by an earlier sort of nonsense, which made a good password.
ANSWERS = (200, 302, 400, 403, 404, 409, 410, 413, 429)
KEPT = {"csrfmiddlewaretoken", "seen", "token"}
WORD_TABLE = "项目\t金额\r\n粉刷\t１２００元\r\n\r\n一、(一)说明：\x0b软换行\xa0和\u200b零宽空格"
# Sort of nonsense -> what is typed into each field.
NONSENSE = {
    "10,000 characters": "居" * 10_000,
    "rare characters and emoji": "𠮷㙓🏮👩‍👩‍👧",
    "full-width digits": "１９４８－０２－３０",
    "a day before 1949": "1899-12-31",
    "a day that never comes": "9999-12-31",
    "markup": "<script>alert(1)</script>'\"&{{ 7*7 }}",
    "a pasted table": WORD_TABLE,
    "a zero byte": "甲\x00乙",
    "a negative number": "-1",
    "a very large number": "9" * 30,
    "nothing": "",
    "spaces": "　 \t ",
}
FILES = {
    "an empty file": ("空.pdf", b""),
    "a program under another name": ("图纸.pdf", b"MZ\x90\x00" + b"\x00" * 200),
    "a page under another name": ("说明.docx", b"<html><script>alert(1)</script></html>"),
    "a name that climbs": ("../../etc/passwd.csv", "一,二\r\n".encode()),
}
SENT = [sheet for sheet in PAGES if sheet.takes_post and opener(sheet) and not sheet.name.startswith("admin:")]


def filled(form, text, file=None):
    """What is sent: `text` in every field that is typed into; of choices something that is not offered, too."""
    data = dict(form.sent)
    for name, kind in form.types.items():
        if name in KEPT:
            continue
        if kind in TYPED:
            data[name] = text
        elif kind == "file" and file:
            data[name] = SimpleUploadedFile(*file)
        elif kind in ("radio", "select") and not data.get(name):
            offered = [value for value in form.options[name] if value]
            data[name] = offered[0] if offered else ""
    return {name: value for name, value in data.items() if value is not None}


def shown(text):
    """How a page shows what was typed, as far as it is not cleaned: browsers and Django send lines with CR LF."""
    return html.escape(text.strip()).replace("&#x27;", "&#39;").replace("&#39;", "&#x27;")


@pytest.mark.parametrize("sheet", SENT, ids=str)
def test_nonsense_in_every_field(world, sheet):
    person = opener(sheet)
    client, url = world.client(person), sheet.url(world)
    page = client.get(url)
    for number, form in enumerate(posted(page.text)):
        for sort, text in NONSENSE.items():
            response = client.post(form.action or url, filled(form, text))
            where = (str(sheet), number, sort)
            assert response.status_code in ANSWERS, where
            if response.status_code in (200, 409) and sort in ("rare characters and emoji", "10,000 characters"):
                typed = [name for name, kind in form.types.items() if kind in ("text", "textarea") and name not in KEPT]
                lost = [name for name in typed if response.text.count(shown(text)) < len(typed)]
                assert not lost, (*where, lost)


@pytest.mark.parametrize("sheet", SENT, ids=str)
def test_files_that_are_not_what_they_say(world, sheet):
    person = opener(sheet)
    client, url = world.client(person), sheet.url(world)
    for form in posted(client.get(url).text):
        if "file" not in form.types.values():
            continue
        for sort, file in FILES.items():
            response = client.post(form.action or url, filled(form, "有", file))
            assert response.status_code in ANSWERS, (str(sheet), sort)


@pytest.mark.parametrize("sheet", SENT, ids=str)
def test_fields_that_nobody_offered(world, sheet):
    """Tampered with: choices that do not exist, numbers that are none, rows without end, nothing at all."""
    person = opener(sheet)
    client, url = world.client(person), sheet.url(world)
    for form in posted(client.get(url).text):
        offered = [name for name, kind in form.types.items() if kind in ("hidden", "radio", "select", "checkbox")]
        for name, value in zip(offered, itertools.cycle(("99999999999999999999", "甲\x00"))):
            if name != "csrfmiddlewaretoken":
                response = client.post(form.action or url, filled(form, "有") | {name: value})
                assert response.status_code < 500, (str(sheet), name, value)
        assert client.post(form.action or url, {}).status_code < 500, str(sheet)


@pytest.mark.parametrize("url", ["/search/?q=%E5%B1%85%E6%B0%91&unit=%00", "/data/?unit=%00"])
def test_a_zero_byte_in_an_address(db, client, url):
    assert client.get(url).status_code == 200
