"""People at their screens: a `Desk` fills in and presses what it reads, a `Clock` carries the portal through the year.

Labels and buttons are found by their text, as the catalogue has it: a label that is missing fails the test.
"""

import datetime
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from orgs.models import User
from tests.governance.processes import PATIENCE

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1280, "height": 900}
# A directory for a picture of every page that was looked at; none without it.
SHOTS = os.environ.get("SHOTS")


class Clock:
    """What `governance.middleware.now` answers."""

    def __init__(self, *when):
        self.set(*when)

    def set(self, month, day, hour=10, minute=0, *, year=2026):
        self.now = datetime.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)

    def __call__(self):
        return self.now


class Desk:
    """One person's browser: a `page` on the live server. `name` is for pictures and messages.

    `looked_at`: what axe has seen (`tests.browser.axe.LookedAt`); None: it is not asked.
    """

    def __init__(self, page, server, name="", *, looked_at=None):
        self.page, self.context = page, page.context
        self.server, self.name, self.looked_at = server, name, looked_at
        self.page.set_default_timeout(PATIENCE * 1000)
        self.complaints = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", self._hear)
        self._seen = 0

    def leave(self):
        """Nothing of this person stays in the window."""
        self.page.remove_listener("console", self._listen)
        self.page.remove_listener("pageerror", self._hear)
        if self.page.url.startswith(self.server.url):
            self.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        self.context.clear_cookies()
        # "screen" would go on to hold for what the next one prints.
        self.page.emulate_media(media="null")
        self.page.goto("about:blank")

    def _hear(self, error):
        self.complaints.append((self.page.url, str(error)))

    def _listen(self, message):
        # An answer with the status of a refusal is no mistake of the page.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append((self.page.url, message.text))

    @property
    def main(self):
        return self.page.locator("main")

    @property
    def path(self):
        return self.page.url.removeprefix(self.server.url)

    def open(self, path):
        """Go to an address of the portal; returns the status of the answer."""
        return self.page.goto(self.server.url + path).status

    def belongs_to(self, username):
        """That account is logged in here; how one logs in is another test's matter."""
        client = Client()
        client.force_login(User.objects.get(username=username), backend="orgs.backends.ScopeBackend")
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.server.url}])

    def log_in(self, username, password, path="/login/"):
        self.open(path)
        self.fill({_("account"): username, _("Password"): password})
        self.press(_("Log in"))

    def fill(self, fields, within="main"):
        """Fill in the controls with these labels: text, the name of a choice, or True for a tick."""
        scope = self.page.locator(within)
        for label, value in fields.items():
            self._fill(scope, label, value)

    def _fill(self, scope, label, value):
        named = re.compile(rf"^{re.escape(str(label))}\s*({re.escape(_(' (optional)').strip())})?\s*$")
        choices = scope.locator("fieldset.field").filter(has=self.page.locator("legend", has_text=named))
        if choices.count():
            choices.get_by_label(str(value), exact=True).check()
            return
        control = scope.get_by_label(named)
        if value is True:
            control.check()
        elif control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=str(value))
        else:
            control.fill(str(value))

    def press(self, text, within="main"):
        """Press the button, or follow the link, with this text and wait for the page that comes."""
        with self.page.expect_navigation():
            self.control(text, within).click()

    def control(self, text, within="main"):
        scope = self.page.locator(within)
        button = scope.get_by_role("button", name=str(text), exact=True)
        return button.or_(scope.get_by_role("link", name=str(text), exact=True))

    def reads(self, *texts, within="main"):
        """All these texts stand on the page."""
        for text in texts:
            try:
                expect(self.page.locator(within)).to_contain_text(str(text))
            except AssertionError:
                text = f"{self.name} does not read {text!r} on {self.path}:\n{self.text(within)}"
                raise AssertionError(text) from None

    def reads_not(self, *texts, within="main"):
        for text in texts:
            expect(self.page.locator(within)).not_to_contain_text(str(text))

    def text(self, within="main"):
        """What a reader sees there, line by line, without empty lines."""
        lines = self.page.locator(within).inner_text().splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    def check(self, title):
        """The page is no wider than the screen, the browser has no complaint, and axe finds nothing.

        axe takes a second for a whole page: it looks at the first of a name, and later at sorts of pieces that are new.
        """
        self._seen += 1
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{self.name}-{self._seen:02d}-{title}.png", full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.name}: {self.path} is {wide} px wider than the screen"
        assert self.complaints == []
        if self.looked_at:
            found = self.looked_at.faults(self.page, resolve(urlsplit(self.path).path).view_name)
            assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == [], self.path
