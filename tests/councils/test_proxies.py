"""Proxies: in writing, where the law knows them and to its number, before the attendance; nowhere else."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.errors import Refused, Stale
from councils.actions import Mistaken
from councils.actions.meetings import record_proxy, remove_proxy
from councils.models import Meeting, Proxy
from councils.voting import RULES, limited, proxies_of, why_no_proxies, why_too_many
from councils.voting.proxies import Proxies
from orgs.models import User
from tests import factories
from tests.councils.case import day, moment
from tests.transactional import WithoutLocks, committed, together

__all__ = ["committed"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.key} {rule.mode} {rule.version}")
def test_where_the_law_knows_proxies(rule):
    election = rule.key in ("urc_election", "urc_election_rerun") and rule.mode != "representatives"
    assert (why_no_proxies(rule) is None) is (election or rule.key in ("owners_ordinary", "owners_special"))


def test_three_for_one_holder_in_an_election():
    election, owners = (
        proxies_of(next(rule for rule in RULES if rule.key == key)) for key in ("urc_election", "owners_ordinary")
    )
    assert [why_too_many(election, held) is None for held in (0, 2, 3)] == [True, True, False]
    assert why_too_many(owners, 100) is None
    assert owners.most is None


def test_an_adopted_number_is_never_looser_than_the_law():
    law, free = Proxies("law", most=3), Proxies("law")
    assert [limited(law, most, "rules").most for most in (None, 2, 3, 4)] == [3, 2, 3, 3]
    assert limited(free, 2, "rules") == Proxies("rules", most=2)
    assert limited(free, None, "") is free


def meeting(place, key="urc_election", mode="voters", kind="residents_meeting"):
    """A meeting under this rule, called."""
    clerk = place.people.clerk.user
    return Meeting.objects.create(
        unit=place.unit, body=place.bodies[kind], rule_key=key, rule_mode=mode, token=uuid.uuid4(), called_by=clerk,
        called_at=moment(3, 1), notice_on=day(3, 1), held_on=day(3, 20), place="广场", roll_mode="counted",
    )  # fmt: skip


def give(place, sitting, giver, holder="孙敏", **fields):
    sitting = Meeting.objects.get(pk=sitting.pk)
    given = {"by": place.people.clerk.user, "at": moment(3, 19), "seen": sitting.version, "document": "3月18日委托书"}
    return record_proxy(meeting=sitting, giver=giver, holder=holder, **(given | fields))


@pytest.mark.django_db
def test_no_holder_beyond_the_number_and_no_chain(liuxi):
    sitting = meeting(liuxi)
    rows = [give(liuxi, sitting, f"选民{number}") for number in range(3)]
    for giver, holder, field in (
        ("选民9", "孙敏", "holder"),
        ("选民1", "吴秀珍", "giver"),
        ("孙敏", "吴秀珍", "holder"),
        ("选民9", "选民1", "holder"),
        ("选民9", "选民9", "holder"),
        (" ", "吴秀珍", "giver"),
    ):
        with pytest.raises(Mistaken) as caught:
            give(liuxi, sitting, giver, holder)
        assert list(caught.value.errors) == [field]
    with pytest.raises(Mistaken):
        give(liuxi, sitting, "选民9", "吴秀珍", document=" ")
    sitting.refresh_from_db()
    taken = {"by": liuxi.people.clerk.user, "at": moment(3, 19), "meeting": sitting, "seen": sitting.version}
    remove_proxy(proxy=rows[1].pk, **taken)
    with pytest.raises(Stale):
        remove_proxy(proxy=rows[1].pk, **taken)
    assert give(liuxi, sitting, "选民9").place == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "mode"), [("residents_reps", ""), ("urc_election", "representatives"), ("owners_committee", "")]
)
def test_refused_with_the_article_elsewhere(liuxi, key, mode):
    sitting = meeting(liuxi, key, mode)
    with pytest.raises(Refused) as caught:
        give(liuxi, sitting, "选民1")
    assert str(sitting.rule.basis) in str(caught.value)


@pytest.mark.django_db
def test_pages(liuxi, client_for, monkeypatch):
    monkeypatch.setattr("governance.middleware.now", lambda: moment(3, 19))
    clerk, sitting = client_for(liuxi.people.clerk), meeting(liuxi, "owners_ordinary", "", "residents_committee")
    address = reverse("meeting_proxies", args=[sitting.pk])
    data = {"seen": sitting.version, "giver": "业主甲", "holder": "业主乙", "document": ""}
    assert "document" in clerk.post(address, data).context["form"].errors
    data["document"] = "3月18日委托书"
    assert clerk.post(address, data).url == address
    assert "业主甲" in clerk.get(address).content.decode()
    assert address in clerk.get(sitting.get_absolute_url()).content.decode()
    sitting.refresh_from_db()
    for remove in ("x", "9" * 40, str(Proxy.objects.get().pk)):
        assert clerk.post(address, {"seen": sitting.version, "remove": remove}).url == address
    assert not Proxy.objects.exists()
    other = reverse("meeting_proxies", args=[meeting(liuxi, "residents_reps", "", "residents_reps").pk])
    assert clerk.get(other).context["closed"]
    assert clerk.post(other, data).status_code == 409


@pytest.mark.django_db
def test_the_database_refuses(liuxi):
    sitting = meeting(liuxi)
    row = give(liuxi, sitting, "选民1")
    fields = {"meeting": sitting, "giver": "选民2", "holder": "孙敏", "place": 2, "most": 3, "document": "委托书"}
    fields |= {"entered_by": liuxi.people.clerk.user, "entered_at": moment(3, 19)}
    for wrong, name in (
        ({"giver": "选民1"}, "proxy_given_once"),
        ({"place": 1}, "proxy_place_once"),
        ({"place": 4}, "proxy_within_number"),
        ({"giver": "孙敏"}, "proxy_for_another"),
        ({"document": ""}, "proxy_in_writing"),
        ({"most": 4}, "knows no proxies"),
        ({"meeting": meeting(liuxi, "residents_reps", "")}, "knows no proxies"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Proxy.objects.create(**(fields | wrong))
    with pytest.raises(IntegrityError, match="proxies stand"), transaction.atomic():
        Proxy.objects.filter(pk=row.pk).update(holder="吴秀珍")


@pytest.mark.slow
def test_two_entered_at_once_are_not_one_too_many(committed, monkeypatch):
    """Without the lock on the meeting the constraint decides."""
    place = factories.liuxi()
    sitting = meeting(place)
    for number in range(2):
        give(place, sitting, f"选民{number}")
    sitting.refresh_from_db()

    def entering(giver):
        by = User.objects.get(pk=place.people.clerk.user.pk)
        return lambda: give(place, sitting, giver, by=by)

    with WithoutLocks(monkeypatch, Proxy):
        together(entering("选民甲"), entering("选民乙"))
    assert Proxy.objects.count() == 3
