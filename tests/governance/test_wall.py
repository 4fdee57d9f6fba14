"""The large screen: which pictures go round, what never does, and how it goes on by itself."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from disclosure import everyday
from disclosure.enums import AnnouncementKind, Stage
from disclosure.models import Announcement
from governance.demo import notices, story
from governance.views.wall import SECONDS, pictures_of
from orgs.models import OrgUnit
from tests.browser.test_axe import answer_from
from tests.world import NOON, TODAY

HOST = "http://testserver"


def address(world, **query):
    return reverse("wall", args=[world.liuxi.code], query=query)


def page(world, **query):
    return world.client().get(address(world, **query)).content.decode()


def test_boards_matters_meetings_and_announcements_go_round(world):
    pictures = pictures_of(world.liuxi, TODAY)
    assert {picture.kind for picture in pictures} >= {"text", "notices", "matters", "meetings"}
    assert pictures[0].heading in page(world)
    last = page(world, step=len(pictures) - 1)
    assert pictures[-1].heading in last and 'data-next="?step=0"' in last
    assert f'content="{SECONDS}; url=?step=0"' in last


@pytest.mark.parametrize("step", ["-1", "x", "²", "9" * 12, ""])
def test_a_wrong_step_is_the_first(world, step):
    assert 'data-next="?step=1"' in page(world, step=step)


def test_a_step_beyond_the_last_goes_round(world):
    count = len(pictures_of(world.liuxi, TODAY))
    assert f'data-next="?step={3 % count}"' in page(world, step=count + 2)


def test_a_paused_page_does_not_refresh_itself(world):
    assert "http-equiv" not in page(world, pause=1) and "data-paused" in page(world, pause=1)


def test_lists_of_people_in_need_never_go_to_the_screen(world):
    place = story.community(world, "liuxi")
    shown = notices.publish(place, replace(notices.OF_THE_YEAR[-1], title="照常公开的内容", day=TODAY))
    hidden = notices.publish(
        place, replace(notices.OF_THE_YEAR[-1], title="救助名单", text="名单如下。", day=TODAY, item="R19")
    )
    assert shown.stage(TODAY) == hidden.stage(TODAY) == Stage.ON_DISPLAY
    text = repr(pictures_of(world.liuxi, TODAY))
    assert shown.title in text and hidden.title not in text


def test_the_demo_of_a_months_first_days_reports_the_month_before(world):
    """A month is reported when it is over."""
    notices.recent(story.community(world, "liuxi"), story.community(world, "taoyuan"), date(2027, 1, 3))


def test_who_is_on_duty_comes_first(world):
    days = ((0, "甲一"), (2, "乙二"), (3, "丙三"))
    duties = [everyday.Duty(TODAY + timedelta(after), "值班", name, "") for after, name in days]
    Announcement.objects.create(
        unit=world.liuxi,
        kind=AnnouncementKind.ROTA,
        title="值班表",
        text=everyday.rota_text(duties),
        signed_by=world.users["clerk"].person,
        signed_at=NOON,
        published_on=TODAY,
        shown_until=TODAY + timedelta(9),
    )
    first = page(world)
    assert "值班表" in first and "甲一" in first and "乙二" in first and "丙三" not in first
    assert _("On duty today and the two days after") in first


def test_a_place_without_anything_says_so(world):
    street = OrgUnit.objects.get(pk=world.liuxi.parent_id)
    answer = world.client().get(reverse("wall", args=[street.code]))
    assert _("Nothing is on display just now. Scan for the page of this place.") in answer.content.decode()


@pytest.fixture
def screen(world, browser):
    """The screen with a clock of its own, its pictures made beforehand; `screen.offline` breaks the network."""
    count = len(pictures_of(world.liuxi, TODAY))
    answers = {address(world, step=step): world.client().get(address(world, step=step)) for step in range(count)}
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = context.new_page()
    page.offline = False

    def answer(route):
        path = route.request.url.removeprefix(HOST)
        if path in answers and page.offline:
            route.abort()
        else:
            answer_from(answers)(route)

    page.route("**/*", answer)
    page.clock.install(time=NOON)
    page.clock.pause_at(NOON + timedelta(hours=1))  # only the test lets time go by, however long the machine takes
    page.goto(HOST + address(world, step=0))
    yield page
    context.close()


def turns(page, number):
    """Let as much time go by that the next picture comes; `number` is what stands below it."""
    page.clock.fast_forward(SECONDS * 1000 + 1000)
    page.locator("#count", has_text=re.compile(f"^{number} /")).wait_for()


FADE = """async () => {
    await Promise.all(document.getAnimations().map((fade) => fade.finished));
    const style = getComputedStyle(document.querySelector("main"));
    return [style.animationName, style.opacity];
}"""


@pytest.mark.browser
def test_the_screen_goes_on_for_days_and_through_a_failing_network(world, screen):
    pictures = pictures_of(world.liuxi, TODAY)
    elements = "document.querySelectorAll('main, header, footer, script').length"
    before = screen.evaluate(elements)
    for step in [*range(1, len(pictures)), 0, 1]:
        turns(screen, step + 1)
        assert screen.locator("h1").inner_text() == pictures[step].heading
    assert screen.evaluate(elements) == before
    assert screen.evaluate(FADE) == ["none", "1"], "no movement for who asked for none"
    screen.emulate_media(reduced_motion="no-preference")
    assert screen.evaluate(FADE) == ["come", "1"], "a picture that follows another fades in, and then stands clear"
    screen.evaluate("document.querySelector('main').classList.remove('next')")
    assert screen.evaluate(FADE) == ["none", "1"], "the first one stands at once"
    screen.emulate_media(reduced_motion="reduce")

    screen.offline = True
    screen.clock.fast_forward(SECONDS * 1000 + 1000)
    screen.locator("#offline").wait_for(state="visible")
    assert screen.locator("h1").inner_text() == pictures[1].heading
    screen.offline = False
    turns(screen, 3)
    assert screen.locator("#offline").is_hidden()

    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    screen.clock.fast_forward(10 * SECONDS * 1000)
    assert screen.locator("#count").inner_text().startswith("3 /")
    screen.keyboard.press("Enter")
    screen.evaluate("window.old = true")
    screen.clock.fast_forward(25 * 60 * 60 * 1000)
    screen.wait_for_url("**step=3")
    assert not screen.evaluate("window.old")


def test_the_screen_is_light(world, settings):
    answer = page(world)
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', answer)
    assert len(answer.encode()) + sum((settings.BASE_DIR / "static" / file).stat().st_size for file in files) < 100_000
