"""The pages that are measured, and who reads those of the desk."""

import re
from urllib.parse import quote

LIUXI = "990101001001"
# An address, or a page and the pattern of the first link there. The demo stands in the nation: the same page of both.
PAGES = {
    "home": "/",
    "unit": f"/u/{LIUXI}/",
    "board": f"/u/{LIUXI}/board/residential/",
    "notice": (f"/u/{LIUXI}/board/residential/", rf'/u/{LIUXI}/notices/[^/"]+/'),
    "matter": (f"/u/{LIUXI}/matters/", rf"/u/{LIUXI}/matters/[0-9]+[-/][0-9]+/"),
    "search": "/search/?q=" + quote("社区"),  # a full page of results, in the demo as in the nation
    "search here": f"/search/?unit={LIUXI}&q=" + quote("步道"),
    "feed": f"/u/{LIUXI}/feed.atom",
    "data": f"/u/{LIUXI}/data/notices.json",
    "desk list": "/desk/matters/",
}
CLERK = ("linxiaowen", "qinghe-2026")


def address(name, body_of):
    """The address of the page `name`; `body_of(address)` reads the page that links to it."""
    page = PAGES[name]
    if isinstance(page, str):
        return page
    listed, pattern = page
    return re.search(pattern, body_of(listed).decode())[0]
