"""The catalogue: complete, and never below the law."""

from django.core.management import call_command

from audit.enums import Audience
from disclosure.catalogue import AFFAIRS, BASES, ITEMS, choices, of_board
from disclosure.enums import Board, Frequency, Scope
from disclosure.views.drafts import ISSUERS
from orgs.offices import BODY_KINDS


def test_every_item_of_the_catalogue_is_there():
    counts = {"P": 22, "R": 33, "F": 20, "E": 15}
    expected = [f"{letter}{number:02d}" for letter, count in counts.items() for number in range(1, count + 1)]
    assert list(ITEMS) == expected


def test_the_law_names_thirteen_and_asks_for_fifteen_days():
    named = [key for key, item in ITEMS.items() if item.statutory]
    assert named == [*(f"R{number:02d}" for number in range(1, 8)), "E03", "E05", "E06", "E07", "E08", "E10"]
    for item in ITEMS.values():
        if item.board in (Board.RESIDENTIAL, Board.FINANCIAL):
            assert item.min_display >= 15
            assert item.reviewers and set(item.reviewers) <= set(BODY_KINDS)
        assert item.display_days >= item.min_display > 0
        assert item.basis and item.frequencies
    assert ITEMS["E12"].min_display == 30


def test_what_stays_in_the_party_is_party_affairs():
    internal = {key for key, item in ITEMS.items() if item.audience == Audience.PARTY}
    assert internal == {"P11", "P12", "P13", "P21"}


def test_only_what_is_open_to_society_or_to_the_community_is_public():
    for item in ITEMS.values():
        assert (item.audience == Audience.PUBLIC) is (item.scope in (Scope.SOCIETY, Scope.COMMUNITY)), item.key
    assert {item.scope for item in ITEMS.values() if item.board != Board.PARTY} == {Scope.SOCIETY, Scope.COMMUNITY}


def test_every_item_has_its_source_its_chain_and_what_it_says():
    for item in ITEMS.values():
        affairs = item.affairs
        assert str(BASES[item.basis]) and str(item.elements), item.key
        assert all(str(step) for step in (affairs.prepare, affairs.review, affairs.approve, affairs.supervise))
    assert {AFFAIRS[item.board].publisher for item in of_board(Board.PARTY)} == {AFFAIRS[Board.PARTY].publisher}
    assert ITEMS["R19"].basis == "SAL 45" and ITEMS["E08"].basis == "CC 281" and ITEMS["E06"].basis == "CC 943"


def test_what_is_asked_for_is_the_rarest_frequency():
    assert ITEMS["F02"].duty == Frequency.QUARTER
    assert ITEMS["E07"].duty == Frequency.HALF_YEAR
    assert ITEMS["R26"].duty == Frequency.MONTH
    assert ITEMS["R08"].duty == Frequency.STANDING and ITEMS["R01"].duty == Frequency.EVENT


def test_frequencies():
    assert ITEMS["F02"].frequencies == (Frequency.MONTH, Frequency.QUARTER)
    assert ITEMS["E08"].frequencies == (Frequency.HALF_YEAR, Frequency.YEAR)
    assert ITEMS["R01"].frequency == Frequency.EVENT
    assert ITEMS["R08"].frequency == Frequency.STANDING and ITEMS["R08"].display_days == 365


def test_choices_follow_the_board_and_the_public():
    assert len(choices()) == 90
    assert [key for key, _label in choices(Board.FINANCIAL)] == [item.key for item in of_board(Board.FINANCIAL)]
    assert "P12" not in dict(choices(Board.PARTY, public_only=True))
    assert "P12" in dict(choices(Board.PARTY))
    assert len({str(item.title) for item in ITEMS.values()}) == 90


def test_the_page_of_the_catalogue_is_current():
    call_command("write_catalogue", check=True)


def test_only_known_bodies_publish():
    assert set(ISSUERS) <= set(BODY_KINDS)
