"""axe-core in the page that a browser shows."""

import fcntl
import json

from axe_playwright_python.base import AXE_SCRIPT

PIECES = 'Array.from(document.querySelectorAll("main, main *"))'
# What sort of piece something on a page is.
SORT = "(piece => [piece.localName, piece.className, piece.type, piece.ariaInvalid, piece.ariaDisabled].join(' '))"
SORTS = f"() => [...new Set({PIECES}.map({SORT}))]"
RUN = f"""([sorts, options]) => axe.run(
    sorts ? {PIECES}.filter((piece) => sorts.includes({SORT}(piece))) : document,
    {{...options, resultTypes: ["violations"]}},
).then((found) => found.violations)"""


def violations(page, sorts=None, **options):
    """What axe-core finds, as it tells it: in the whole page, or in its pieces of these `sorts`.

    Its half megabyte goes into a page once, and only the faults come back.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, [sorts, options])


class LookedAt:
    """The sorts of pieces that axe has seen in this run, by the name of their page: all processes of the run share the
    file `path`.
    """

    def __init__(self, path):
        self.path, self.seen, self._read = path, {}, 0

    def new(self, page, name):
        """The sorts of pieces that this page of that name is the first to show; None: nothing of it has been seen."""
        shown = set(page.evaluate(SORTS))
        with self.path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(self._read)
            for seen_on, sorts in map(json.loads, file):
                self.seen.setdefault(seen_on, set()).update(sorts)
            new = shown - self.seen.get(name, set())
            if new:
                file.write(json.dumps([name, sorted(new)]) + "\n")
            self._read = file.tell()
        first = name not in self.seen
        self.seen.setdefault(name, set()).update(new)
        return None if first else sorted(new)

    def faults(self, page, name):
        """What axe finds in what it has not seen yet: in the whole page, or in its new pieces."""
        new = self.new(page, name)
        return [] if new == [] else violations(page, new)
