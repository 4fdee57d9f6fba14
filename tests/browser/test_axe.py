"""Every kind of page in a real browser: no fault that axe-core finds, and nothing to scroll sideways on a phone.

The pages are made by the test client from the rows of the demo's world, and handed to the browser with their headers:
no server is needed, and no request leaves the machine.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.browser.axe import violations
from tests.pages import PAGES, PUBLIC
from tests.test_every_page import opener

HOST = "http://testserver"
PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHEETS = [sheet for sheet in PAGES if sheet.html and opener(sheet) and not sheet.name.startswith("admin:")]
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript", ".png": "image/png"}


def answers_of(client, address):
    """{path: what the browser gets for it}: the page, and the pictures that it shows.

    They are made before the browser asks, because its requests come in a context that knows no connection of ours.
    """
    response = client.get(address)
    pictures = re.findall(r'src="(/(?!static/)[^"]+)"', response.content.decode())
    return {path: client.get(path) for path in pictures} | {address: response}


def answer_from(answers):
    """A handler of requests: from `answers`, or the sources of the static files."""

    def answer(route):
        path = route.request.url.removeprefix(HOST)
        if path.startswith(settings.STATIC_URL):
            route.fulfill(
                path=finders.find(path.removeprefix(settings.STATIC_URL)), content_type=TYPES[Path(path).suffix]
            )
        else:
            response = answers[path]
            route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)

    return answer


@pytest.fixture(scope="module")
def page(browser):
    """One page for all: who is logged in is the test client's affair."""
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def opened(page, world, sheet):
    """The page of the sheet in the browser on a phone, opened by one who may."""
    address = sheet.url(world)
    answers = answers_of(world.client(opener(sheet)), address)
    page.unroute_all()
    page.route("**/*", answer_from(answers))
    page.set_viewport_size(PHONE)
    assert page.goto(HOST + address).status == 200


def faults_of(page):
    """What axe-core finds, one line each."""
    return [f"{row['id']}: {node['html'][:160]}" for row in violations(page, runOnly=RULES) for node in row["nodes"]]


def sideways(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_page_is_open_to_everyone_and_fits_phone_and_desktop(page, looked_at, world, sheet):
    """axe-core looks at it once, where most people read it: the public on a phone, staff at a desk.

    In large print the page is the same (tests/test_every_page.py): what is asked there is whether it fits.
    """
    opened(page, world, sheet)
    looked_at.new(page, sheet.name)  # journeys need not ask axe about them again
    is_public = sheet.audience == PUBLIC
    for size, looked_at in ((PHONE, is_public), (DESKTOP, not is_public)):
        page.set_viewport_size(size)
        assert sideways(page) == 0
        if looked_at:
            assert not faults_of(page)
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.classList.add('large')")
    assert sideways(page) == 0
