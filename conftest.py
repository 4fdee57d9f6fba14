"""What every test run needs whatever it tests: a browser or a word about its absence, one connection for a thread."""

import os
import shutil
import threading

import pytest
from django.db import connections

# The shell draws the same pages with little more than half the work of the whole browser.
NAMES = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
INSTALL = "Debian: apt-get install chromium-headless-shell fonts-noto-cjk"
NO_BROWSER = "No Chromium: {} browser tests did not run. " + INSTALL
left_out = pytest.StashKey[int]()


def pytest_configure(config):
    """One connection for a thread, also while Playwright keeps an event loop in it; Django would open a second one."""
    connections._connections = threading.local()


def pytest_xdist_auto_num_workers(config):
    """One more than there are processors: some tests wait for servers of their own."""
    return os.cpu_count() + 1


def pytest_collection_modifyitems(config, items):
    """Mark the tests that use a browser; without one leave them out and say so, except in CI, where they fail."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if CHROMIUM or os.environ.get("CI"):
        return
    without = [item for item in items if item.get_closest_marker("browser")]
    config.stash[left_out] = len(without)
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def pytest_terminal_summary(terminalreporter, config):
    if config.stash.get(left_out, 0):
        terminalreporter.section("NOT EVERYTHING WAS TESTED", red=True, bold=True)
        terminalreporter.line(NO_BROWSER.format(config.stash[left_out]), red=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Playwright drives Debian's Chromium; its own download is not needed."""
    if not CHROMIUM:
        pytest.fail(f"No Chromium. {INSTALL}")
    # Playwright keeps an event loop in this thread, which makes Django suspect asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--disable-gpu"]}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """No connection outlives its request: a browser keeps talking to the live server until the database is dropped."""
    connections.settings["default"]["CONN_MAX_AGE"] = 0
