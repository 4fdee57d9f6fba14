"""The lists of the administration: within the own scope, without what is not published, in a few queries."""

import pytest
from django.contrib import admin
from django.urls import reverse

from audit.models import Leaf
from disclosure.enums import Answer, Verdict
from disclosure.models import (
    Announcement,
    CatalogueChange,
    Evaluation,
    NoticeVersion,
    Opinion,
    Posting,
    PrivacyOverride,
    Redaction,
)
from orgs.admin.base import ListAdmin
from tests.world import NOON

LISTS = [model for model, options in admin.site._registry.items() if isinstance(options, ListAdmin)]


def address(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def listed(client, model, **query):
    response = client.get(address(model), query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list), response.content.decode()


def test_what_an_administrator_may_look_at():
    models = {Announcement, CatalogueChange, Evaluation, Leaf, Opinion, Posting, PrivacyOverride, Redaction}
    assert models < set(LISTS)


@pytest.mark.parametrize("model", LISTS)
def test_a_list_costs_few_queries_and_changes_nothing(world, model, django_assert_max_num_queries):
    client = world.client("administrator")
    client.get(address(model))
    with django_assert_max_num_queries(9):
        rows, text = listed(client, model)
    assert rows or not model.objects.exists() or model in (Posting, Redaction, PrivacyOverride)
    assert f"{address(model)}add/" not in text and 'name="action"' not in text
    listed(client, model, q="柳溪")


def test_words_that_are_not_published_are_in_no_list(world):
    client = world.client("administrator")
    Opinion.objects.bulk_create([_objection(world)])
    rows, text = listed(client, Opinion)
    assert any(row.text == "这是内部意见" for row in rows) and "这是内部意见" not in text
    rows, text = listed(client, Evaluation)
    assert world.evaluation in rows and not [label for label in Answer.labels if f">{label}<" in text]


def _objection(world):
    clerk = world.users["clerk"].person
    return Opinion(
        version=NoticeVersion.objects.filter(notice__unit=world.liuxi, notice__audience="public").latest("pk"),
        revision=1,
        verdict=Verdict.OBJECTED,
        person=clerk,
        entered_by=clerk,
        entered_at=NOON,
        on=NOON.date(),
        text="这是内部意见",
    )


def test_party_notices_and_other_streets_are_in_no_list(world):
    client = world.client("administrator")
    inside = [row for row in listed(client, Opinion)[0] if row.version.notice.audience != "public"]
    assert not inside
    stranger = Leaf.objects.exclude(path__startswith=world.liuxi.parent.path)
    rows = listed(client, Leaf)[0]
    assert rows and not set(rows) & set(stranger)
