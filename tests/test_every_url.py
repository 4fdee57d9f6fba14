"""Every form and every page of models, asked for by every kind of person, with the real rows of the demo.

What is expected is in the table of `tests/pages.py`: a page says who may open it, and everybody else gets the login,
the reason or nothing at all. Nobody ever gets a fault of ours. Who may read a page: see tests/test_every_page.py.
"""

import pytest
from django.contrib import admin
from django.urls import reverse

from orgs.admin.base import ListAdmin
from orgs.models import ExportLayout, UnitGrant
from tests import pages
from tests.pages import ADMINISTRATION, LOGIN, PAGES, PUBLIC, REFUSED, answer_of
from tests.world import PEOPLE

# The table is whole


def test_every_name_has_a_page_and_every_page_a_name():
    assert {sheet.name for sheet in PAGES} == pages.named_pages() - set(pages.NOT_SWEPT)


def test_public_views_are_exactly_those_with_a_reason():
    assert pages.public_views() == set(pages.PUBLIC_NAMES)


def test_public_pages_are_public_in_the_table():
    assert {sheet.name for sheet in PAGES if sheet.audience == PUBLIC} == set(pages.PUBLIC_NAMES)


# Writing


@pytest.mark.parametrize("sheet", [sheet for sheet in PAGES if sheet.post_only or sheet.takes_post], ids=str)
def test_empty_form_is_answered_and_never_a_fault(world, sheet):
    """Who may not open a form may not send it either; who may is told what is missing, or is done."""
    url = sheet.url(world)
    for person in PEOPLE:
        found = answer_of(world.client(person).post(url))
        closed = sheet.audience.answer(person)
        if closed:
            assert found == closed, person
        else:
            assert found in (200, 302, 400, 404, 409), (person, found)


# The administration of models


def model_addresses(world):
    """{name: (address, what the administrator gets)} of every page of every registered model."""
    found = {}
    for model, options in admin.site._registry.items():
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        found[prefix + "changelist"] = reverse(prefix + "changelist"), 200
        if isinstance(options, ListAdmin):
            continue
        row = world.row(model)
        found[prefix + "add"] = reverse(prefix + "add"), 403 if model is UnitGrant else 200
        for word in ("change", "history"):
            found[prefix + word] = reverse(prefix + word, args=[row.pk]), 200
        found[prefix + "delete"] = reverse(prefix + "delete", args=[row.pk]), 200 if model is ExportLayout else 403
        for word in getattr(options, "list_tools", ()):
            found[prefix + word] = reverse(prefix + word), 200
        for word in getattr(options, "tool_views", ()):
            found[prefix + word] = reverse(prefix + word, args=[row.pk]), 200
    return found


def test_every_page_of_the_administration_has_an_address(world):
    assert set(model_addresses(world)) == pages.model_pages()


@pytest.mark.parametrize("person", PEOPLE)
def test_administration_opens_for_administrators_alone(world, person):
    """Who asks comes before how: of those who are not let in two try it by POST, too."""
    client = world.client(person)
    for name, (url, opens) in model_addresses(world).items():
        expected = ADMINISTRATION.answer(person) or opens
        assert (name, answer_of(client.get(url))) == (name, expected)
        if person not in ("administrator", "visitor", "clerk"):
            continue
        posted = answer_of(client.post(url))
        assert posted == expected if expected in (LOGIN, REFUSED) else posted in (200, 302, 403, 409), name


# Whose term has ended, and who is suspended


def test_ended_and_suspended_accounts_get_what_an_account_without_powers_gets():
    """Powers end with the term by themselves, and all at once with a suspension. The sweep above asks the pages."""
    for sheet in PAGES:
        assert sheet.answer("ended") == sheet.answer("suspended") == sheet.answer("powerless"), sheet
