"""gunicorn in this process, with the address and the demo logins printed once it answers."""

import importlib
import os
import signal
import unicodedata

from gunicorn.app.base import BaseApplication

from governance import gunicorn_conf


class Portal(BaseApplication):
    """The portal under gunicorn, set up by `gunicorn_conf`; `say` is called with each line for the terminal."""

    def __init__(self, say):
        self.say = say
        super().__init__()

    def load_config(self):
        for name in self.cfg.settings.keys() & vars(gunicorn_conf).keys():
            self.cfg.set(name, getattr(gunicorn_conf, name))
        self.cfg.set("when_ready", self.announce)

    def load(self):
        from governance.wsgi import application

        return application

    def announce(self, _arbiter):
        """Print where the portal answers and who can sign in."""
        # To gunicorn a closed terminal means "load again"; nobody would ever stop this one then.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        self.say(f"\nThe portal answers at http://{gunicorn_conf.bind}/ - Ctrl-C stops it.")
        for line in login_lines(demo_logins()):
            self.say(line)


def demo_logins():
    """Rows (role, username, password) of the demo, or none outside it."""
    if os.environ.get("PORTAL_DEMO") != "True":
        return []
    try:
        return importlib.import_module("governance.demo").LOGINS
    except ModuleNotFoundError as error:
        if error.name != "governance.demo":
            raise
        return []


def login_lines(logins):
    """The logins as an aligned table."""
    rows = [tuple(str(cell) for cell in row) for row in logins]
    if not rows:
        return []
    rows.insert(0, ("Sign in as", "user name", "password"))
    widths = [max(columns(row[column]) for row in rows) for column in range(3)]
    return [
        "  " + "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def columns(text):
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
