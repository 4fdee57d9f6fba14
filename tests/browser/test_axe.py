"""Every kind of page in a real browser: no fault that axe-core finds, and nothing to scroll sideways on a phone.

The pages are made by the test client from the rows of the demo's world, and handed to the browser with their headers:
no server is needed, and no request leaves the machine.
"""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders

from tests.pages import PAGES, PUBLIC
from tests.test_every_page import opener

HOST = "http://testserver"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
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
def window(browser):
    """One window for all: who is logged in is the test client's affair."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def leaf(window, world):
    """`leaf(sheet, large=False)`: the page of the sheet in a browser of 360 px, opened by one who may."""
    pages = []

    def open_sheet(sheet, *, large=False):
        client = world.client(opener(sheet))
        if large:
            client.cookies["large"] = "1"
        page = window.new_page()
        pages.append(page)
        page.set_viewport_size(PHONE)
        page.route("**/*", answer_from(answers_of(client, sheet.url(world))))
        assert page.goto(HOST + sheet.url(world)).status == 200
        return page

    yield open_sheet
    for page in pages:
        page.close()


def faults_of(page):
    """What axe-core finds, one line each."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{row['id']}: {node['html'][:160]}" for row in violations for node in row["nodes"]]


def sideways(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_page_is_open_to_everyone_and_fits_phone_and_desktop(leaf, sheet):
    """axe-core looks at it once, where most people read it: the public on a phone, staff at a desk."""
    page = leaf(sheet)
    is_public = sheet.audience == PUBLIC
    for size, looked_at in ((PHONE, is_public), (DESKTOP, not is_public)):
        page.set_viewport_size(size)
        assert sideways(page) == 0
        if looked_at:
            assert not faults_of(page)


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.audience == PUBLIC], ids=str)
def test_large_print_is_open_to_everyone(leaf, sheet):
    page = leaf(sheet, large=True)
    assert "large" in page.evaluate("document.documentElement.className")
    assert sideways(page) == 0
    assert not faults_of(page)


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.audience != PUBLIC], ids=str)
def test_desk_holds_in_large_print(leaf, sheet):
    assert sideways(leaf(sheet, large=True)) == 0
