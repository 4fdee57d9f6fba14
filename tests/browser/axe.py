"""axe-core in the page that a browser shows."""

from axe_playwright_python.base import AXE_SCRIPT

RUN = "options => axe.run({...options, resultTypes: ['violations']}).then((found) => found.violations)"


def violations(page, **options):
    """What axe-core finds, as it tells it. Its half megabyte goes into a page once, and only the faults come back."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, options)
