"""What search engines are led to, and what they are kept from."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

from django.urls import reverse

from disclosure import actions as disclosure
from disclosure.catalogue import ITEMS
from disclosure.enums import Board
from governance.views.sitemap import NAMESPACE
from tests.pages import PAGES
from tests.world import NOON

HIDDEN = "noindex, noarchive"


def addresses(client, path):
    root = ET.fromstring(client.get(path).content)
    return [urlsplit(place.text).path for place in root.iter(f"{{{NAMESPACE}}}loc")]


def relief_list(world):
    clerk, secretary, supervisor = (world.users[key] for key in ("clerk", "secretary", "supervisor"))
    version = disclosure.draft_notice(
        unit=world.liuxi,
        board=Board.RESIDENTIAL,
        item=next(key for key, item in ITEMS.items() if item.noindex),
        issuer=world.places.bodies["liuxi", "residents_committee"],
        title="低保名单确认公示",
        text="经评议，名单如下。",
        by=clerk,
        at=NOON,
    )
    version = disclosure.submit_draft(version=version, by=clerk, at=NOON)
    version = disclosure.review_notice(version=version, by=supervisor, at=NOON)
    return disclosure.sign_notice(version=version, by=secretary, at=NOON)


def test_the_sitemap_leads_to_every_page_but_those_that_name_people_in_need(world, django_assert_max_num_queries):
    hidden = relief_list(world).notice.get_absolute_url()
    client = world.client()
    with django_assert_max_num_queries(6):
        (part,) = addresses(client, reverse("sitemap"))
    assert part == reverse("sitemap_part", args=["990101001"])
    with django_assert_max_num_queries(6):
        found = addresses(client, part)
    assert len(found) == len(set(found)) and hidden not in found
    kinds = ("unit", "board", "notice", "announcement", "matter", "consultation")
    assert {urlsplit(page.url(world)).path for page in PAGES if page.name in kinds} <= {*found}
    closed = [re.escape(line[10:]).replace(r"\\*", ".*") for line in robots(client) if line.startswith("Disallow: ")]
    assert not [path for path in found if any(re.match(pattern, path) for pattern in closed)]
    assert {client.get(path).status_code for path in found[:: len(found) // 12]} == {200}
    assert client.get(reverse("sitemap_part", args=[world.liuxi.code])).status_code == 404


def robots(client):
    return client.get(reverse("robots")).content.decode().splitlines()


def test_robots_are_led_to_the_sitemap_and_away_from_the_desk(world):
    lines = robots(world.client())
    assert lines[0] == "User-agent: *" and "Disallow: /desk/" in lines
    assert lines[-1].startswith("Sitemap: http") and lines[-1].endswith("/sitemap.xml")
    assert "R19" not in "".join(lines)


def test_every_face_of_a_list_of_people_in_need_is_kept_out_of_search_engines(world):
    version = relief_list(world)
    notice, client = version.notice, world.client()
    # Every print as PDF has the header (disclosure/views/posters.py), and takes a second to make.
    names = [page for page in PAGES if re.fullmatch("notice(?!_poster_pdf).*", page.name)]
    assert len(names) >= 7
    for page in names:
        values = page.sample(world) | {"ref": notice.ref}
        for query in ("", "?version=1"):
            response = client.get(reverse(page.name, kwargs=values) + query)
            # The receipt of another notice opens nothing here.
            of_another = page.name == "notice_received" and response.status_code == 404
            assert response.headers.get("X-Robots-Tag") == HIDDEN or of_another, page
    other = client.get(next(page for page in PAGES if page.name == "notice").url(world))
    assert "X-Robots-Tag" not in other.headers
