"""A village speaks of its own organs: one table of words, and no page of a village without it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation

from disclosure.catalogue import ITEMS
from orgs.enums import UnitKind
from orgs.models import OrgUnit
from orgs.village import WORDS, in_place, in_village, only_villages

VILLAGE, COMMUNITY = SimpleNamespace(is_village=True), SimpleNamespace(is_village=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("居务监督委员会成员、监督渠道", "村务监督委员会成员、监督渠道"),
        ("居民会议授权居民代表会议决定以下事项。", "村民会议授权村民代表会议决定以下事项。"),
        ("社区居民委员会", "村民委员会"),
        ("社区居委会或居务监督委员会", "村委会或村务监督委员会"),
        ("自治章程、居民公约（村规民约）由居民会议（村民会议）决定", "自治章程、村规民约由村民会议决定"),
        ("《城市居民委员会组织法》第三十二条", "《城市居民委员会组织法》第三十二条"),
        ("社区工作者报酬补贴", "村工作人员报酬补贴"),
        ("Residents' meeting", "Residents' meeting"),
    ],
)
def test_the_words_of_a_village(text, said):
    assert in_village(text) == in_place(text, VILLAGE) == said
    assert in_place(text, COMMUNITY) == text.replace("（村规民约）", "").replace("（村民会议）", "")


def test_no_word_is_left_half_changed():
    assert all(in_village(said) == said for said in WORDS.values())


def test_who_has_villages_alone_is_spoken_to_in_their_words():
    assert only_villages([VILLAGE]) is VILLAGE
    assert only_villages([VILLAGE, COMMUNITY]) is only_villages([]) is None


def test_the_board_of_a_village_names_its_items(world, client):
    OrgUnit.objects.filter(pk=world.liuxi.pk).update(kind=UnitKind.VILLAGE)
    with translation.override("zh-hans"):
        page = client.get(reverse("board", args=[world.liuxi.code, "residential"])).content.decode()
        assert in_village(ITEMS["R09"].title) in page and str(ITEMS["R09"].title) not in page
