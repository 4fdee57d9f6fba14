"""Who looks at a draft before its signature: objections and their answers, paper, owners' representatives."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import store
from audit.enums import Audience
from audit.errors import Refused, Stale
from disclosure import actions, permissions
from disclosure.chain import CHECKS, DECIDED_BY_OWNERS
from disclosure.desk import items
from disclosure.enums import Board, Stage, Verdict
from disclosure.models import NoticeVersion, Opinion
from orgs.enums import Level
from orgs.permissions import PowerMissing
from tests import factories
from tests.disclosure.conftest import moment
from tests.world import PDF

ON = date(2026, 4, 1)
NOON = moment(4, 1, 12)


@pytest.fixture
def scan(desk):
    upload = SimpleUploadedFile("审核表.pdf", PDF)
    place = desk.liuxi.unit.path
    return store(upload, audience=Audience.UNIT, path=place, by=desk.people.clerk.user, at=moment(4, 1, 8))


@pytest.fixture
def enter(desk, scan):
    """`enter(version, …)`: the clerk enters what the supervisor signed on paper that day."""

    def enter_opinion(version, **fields):
        fields = {"person": desk.people.supervisor, "on": ON, "verdict": Verdict.AGREED, "scan": scan} | fields
        return actions.enter_opinion(version=version, by=desk.people.clerk.user, at=moment(4, 1, 12), **fields)

    return enter_opinion


@pytest.fixture
def compound(desk):
    """`compound(item)`: a draft of the compound, submitted by a member of its owners' committee."""
    liuxi = desk.liuxi
    drafter, *others = (factories.person(name) for name in ("业主甲", "业主乙", "业主丙", "业主丁"))
    for person in (drafter, *others):
        factories.user_for(person)
        factories.appoint(person, liuxi.bodies["owners_committee"], "committee_member")

    def submitted(item="E07"):
        version = desk.draft(
            board=Board.COMPOUND,
            item=item,
            unit=liuxi.compound,
            issuer=liuxi.bodies["owners_committee"],
            by=drafter.user,
        )
        return actions.submit_draft(version=version, by=drafter.user, at=moment(4, 1, 9))

    submitted.drafter, submitted.others = drafter, others
    return submitted


def sign(desk, version, hour=15):
    return actions.sign_notice(version=version, by=desk.people.secretary.user, at=moment(4, 1, hour))


def test_every_class_has_a_check_and_names_its_source():
    assert set(CHECKS) == set(Board)
    assert all(str(check.label) and str(check.waits) and str(check.basis) for check in CHECKS.values())
    review = CHECKS[Board.RESIDENTIAL]
    # Five calendar days from the day after (Chongqing, article 35).
    assert review.due(date(2026, 11, 20)) == date(2026, 11, 25)
    assert CHECKS[Board.PARTY].due(ON) is None
    assert CHECKS[Board.COMPOUND].people == 3


def test_an_objection_is_answered_by_another_text_or_by_a_reason(desk):
    clerk = desk.people.clerk.user
    version = desk.returned()
    with pytest.raises(Refused):
        actions.submit_draft(version=version, by=clerk, at=moment(4, 2))
    with pytest.raises(Refused):
        actions.discard_draft(version=version, by=clerk, at=moment(4, 2))  # the objection would go with it
    version = actions.submit_draft(version=version, by=clerk, at=moment(4, 2), answer="账目以银行对账单为准。")
    objection = version.opinions.get()
    assert (objection.verdict, objection.text) == (Verdict.OBJECTED, "请补充")
    assert objection.answer == "账目以银行对账单为准。"
    assert version.stage(ON) == Stage.IN_REVIEW  # an answer is not an agreement
    with pytest.raises(Refused):
        sign(desk, version)

    version = actions.return_notice(
        version=version, by=desk.people.supervisor.user, at=moment(4, 3), reason="请附对账单"
    )
    version = actions.edit_draft(version=version, title="公告", text="内容和对账单。", by=clerk, at=moment(4, 4))
    version = actions.submit_draft(version=version, by=clerk, at=moment(4, 4))
    assert [row.answered_by for row in version.opinions.all()] == [desk.people.clerk] * 2
    version = actions.review_notice(version=version, by=desk.people.supervisor.user, at=moment(4, 5), opinion="同意")
    assert actions.sign_notice(version=version, by=desk.people.secretary.user, at=moment(4, 6)).is_signed


def test_what_the_signatory_returns_is_no_objection(desk):
    version = desk.reviewed()
    actions.return_notice(version=version, by=desk.people.secretary.user, at=moment(4, 1, 11), reason="改标题")
    version = actions.submit_draft(version=version, by=desk.people.clerk.user, at=moment(4, 1, 12))
    assert [row.verdict for row in version.opinions.all()] == [Verdict.AGREED]


def test_the_only_signatory_is_not_asked_to_check(desk, enter):
    deputy, secretary = desk.people.deputy, desk.people.secretary
    version = desk.submitted(board=Board.PARTY, item="P12")
    told = {who: [row.todo for row in items(who.user, ON) if row.kind == "review"] for who in (deputy, secretary)}
    assert told == {deputy: [_("Review")], secretary: []}
    reason = permissions.verbs_of(version.notice, secretary.user, secretary, ON)["review"]
    assert deputy.name in reason
    with pytest.raises(Refused, match=deputy.name):
        actions.review_notice(version=version, by=secretary.user, at=moment(4, 1, 10))
    with pytest.raises(Refused, match=deputy.name):
        enter(version, person=secretary)
    # Left from before: he checked it himself, and can only give it back.
    Opinion.objects.create(
        version=version, revision=0, verdict="agreed", person=secretary, on=ON, entered_by=secretary, entered_at=NOON
    )
    version.reviewed_by, version.reviewed_at = secretary, NOON
    version.save(update_fields=["reviewed_by", "reviewed_at"])
    assert [row.todo for row in items(secretary.user, ON) if row.kind == "review"] == [_("Return for changes")]
    # A return ends the opinions of its round: the same text goes its whole way again.
    actions.return_notice(version=version, by=secretary.user, at=moment(4, 1, 13), reason="请何静审核")
    version = actions.submit_draft(version=version, by=desk.people.clerk.user, at=moment(4, 1, 14))
    version = actions.review_notice(version=version, by=deputy.user, at=moment(4, 1, 14))
    version = actions.return_notice(version=version, by=secretary.user, at=moment(4, 1, 14), reason="再看看")
    version = actions.submit_draft(version=version, by=desk.people.clerk.user, at=moment(4, 1, 14))
    version = actions.review_notice(version=version, by=deputy.user, at=moment(4, 1, 14))
    assert sign(desk, version).is_signed


def test_a_review_on_paper_counts_and_can_be_contradicted(desk, enter):
    supervisor = desk.people.supervisor
    version = enter(desk.submitted(), text="同意公布")
    assert (version.reviewed_by, version.stage(ON)) == (supervisor, Stage.REVIEWED)
    opinion = version.opinions.get()
    assert opinion.on_paper and opinion.body == desk.liuxi.bodies["supervision_committee"]
    with pytest.raises(PowerMissing):
        actions.contradict_opinion(
            opinion=opinion, by=desk.people.deputy.user, at=moment(4, 1, 13), reason="不是我签的"
        )
    actions.contradict_opinion(opinion=opinion, by=supervisor.user, at=moment(4, 1, 13), reason="不是我签的")
    version = NoticeVersion.objects.get()
    assert (version.reviewed_by, version.stage(ON)) == (None, Stage.IN_REVIEW)
    with pytest.raises(Stale):
        actions.contradict_opinion(opinion=opinion, by=supervisor.user, at=moment(4, 1, 14), reason="再说一次")
    version = sign(desk, enter(version))
    actions.contradict_opinion(
        opinion=version.opinions.last(), by=supervisor.user, at=moment(4, 2), reason="公布后才看到"
    )
    assert NoticeVersion.objects.get().reviewed_by == supervisor  # what was published stays; the contradiction too
    # It waits for who signs and who oversees until it is corrected or withdrawn.
    people, url = desk.people, version.notice.desk_url

    def waits():
        return [who for who, one in vars(people).items() if url in {row.url for row in items(one.user, ON)}]

    assert waits() == ["secretary", "street"]
    signed = _(
        "This notice has been signed and published and cannot be returned. To change it, correct or withdraw it."
    )
    with pytest.raises(Stale, match=signed):
        actions.return_notice(version=version, by=people.secretary.user, at=moment(4, 2), reason="有误")
    actions.withdraw_version(version=version, by=people.secretary.user, at=moment(4, 2), reason="审核记录有误")
    assert waits() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"scan": None},
        {"scan": "csv"},
        {"on": date(2026, 4, 2)},
        {"on": date(2026, 3, 31)},
        {"verdict": Verdict.OBJECTED, "text": " "},
        {"person": "deputy"},
        {"person": "clerk"},
        {"person": None, "names": ("沈桂兰",)},
    ],
)
def test_paper_that_proves_nothing_is_refused(desk, enter, fields):
    if isinstance(fields.get("person"), str):
        fields = fields | {"person": getattr(desk.people, fields["person"])}
    if fields.get("scan"):
        fields["scan"] = SimpleNamespace(media_type="text/csv")
    version = desk.submitted()
    with pytest.raises(Refused):
        enter(version, **fields)
    assert not Opinion.objects.exists()


def test_an_objection_on_paper_hands_the_draft_back(desk, enter):
    version = enter(desk.submitted(), verdict=Verdict.OBJECTED, text="缺少凭证号")
    assert (version.stage(ON), version.returned_by) == (Stage.RETURNED, desk.people.supervisor)


def test_three_owners_check_what_their_compound_publishes(desk, compound):
    version = compound()
    for hour, owner in enumerate(compound.others, 10):
        with pytest.raises(Refused):
            sign(desk, version)
        version = actions.review_notice(version=version, by=owner.user, at=moment(4, 1, hour))
    assert (version.rechecked_by, version.reviewed_by) == (3, None)
    assert "审核" not in sign(desk, version).published_text


def test_one_owner_does_not_agree_twice_and_others_do_not_agree_for_owners(desk, compound):
    version = compound()
    owner = compound.others[0]
    actions.review_notice(version=version, by=owner.user, at=moment(4, 1, 10))
    with pytest.raises(Stale):
        actions.review_notice(version=version, by=owner.user, at=moment(4, 1, 11))
    for person in (desk.people.clerk, desk.people.secretary, desk.people.supervisor):
        with pytest.raises((PowerMissing, Refused)):
            actions.review_notice(version=version, by=person.user, at=moment(4, 1, 11))


def test_owners_sign_a_sheet_whose_names_are_entered(desk, compound, enter, client):
    version = compound()
    no_people = ("甲",), ("abc",), ("１２３",), ("！！！",), ("赵一", "赵一"), ("赵一、钱二",)
    for names in ((), ("业主甲", "业主乙", "业主丙"), ("甲" * 61,), *no_people):
        with pytest.raises(Refused):
            enter(version, person=None, names=names)
    version = enter(version, person=None, names=("赵一", "钱二"))
    assert (version.stage(ON), version.opinions.count()) == (Stage.IN_REVIEW, 2)
    with pytest.raises(Refused):
        enter(version, person=None, names=("赵一",))
    version = enter(version, person=None, names=("孙三",))
    assert version.rechecked_by == 3
    public = client.get(sign(desk, version).get_absolute_url()).content.decode()
    assert str(CHECKS[Board.COMPOUND].label) in public and "赵一" not in public


def test_decisions_of_the_owners_and_compounds_without_owners_need_no_check(desk, compound):
    assert not compound("E03").review_required and "E03" in DECIDED_BY_OWNERS
    bare = factories.unit(Level.COMPOUND, parent=desk.liuxi.unit)
    issuer = factories.body("property_company", bare)
    version = desk.draft(board=Board.COMPOUND, item="E07", unit=bare, issuer=issuer)
    assert not version.review_required


def test_the_database_keeps_opinions_as_they_were_given(desk, enter, scan):
    version = enter(desk.submitted())
    opinion = version.opinions.get()
    fixed = {"version": version, "revision": 0, "on": ON, "entered_by": desk.people.clerk, "entered_at": moment(4, 1)}
    impossible = (
        {"verdict": "agreed", "person": desk.people.supervisor, "scan": scan},
        {"verdict": "agreed", "person": desk.people.deputy},
        {"verdict": "objected", "person": desk.people.deputy, "scan": scan},
        {"verdict": "agreed", "person": desk.people.deputy, "name": "何静", "scan": scan},
        {"verdict": "agreed", "scan": scan},
        {"verdict": "perhaps", "person": desk.people.deputy, "scan": scan},
        {"verdict": "agreed", "person": desk.people.deputy, "scan": scan, "answered_at": moment(4, 1)},
        {"verdict": "agreed", "person": desk.people.deputy, "scan": scan, "contradicted_at": moment(4, 1)},
    )
    for fields in impossible:
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.create(**fixed, **fields)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opinion.objects.update(text="别的话")
    sign(desk, version)
    with pytest.raises(DatabaseError), transaction.atomic():
        opinion.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        NoticeVersion.objects.filter(pk=desk.submitted(title="乙").pk).update(reviewed_at=moment(4, 2))


def test_reviews_of_many_are_handed_in_at_once_and_paper_is_entered_at_the_desk(desk, client_for, clock):
    clock(4, 1, 14)
    good, bad, other = (desk.submitted(title=title) for title in ("甲", "乙", "丙"))
    supervisor, page = client_for(desk.people.supervisor), reverse("desk_review_batch")
    data = {"version": f"{good.pk}:0", f"objection-{bad.pk}": "缺少凭证号", f"seen-{bad.pk}": "0"}
    assert supervisor.post(page, data).status_code == 302
    stages = {row.title: row.stage(ON) for row in NoticeVersion.objects.select_related("notice")}
    assert stages == {"甲": Stage.REVIEWED, "乙": Stage.RETURNED, "丙": Stage.IN_REVIEW}

    clerk, page = client_for(desk.people.clerk), reverse("desk_notice_paper", args=[other.notice_id])
    sheet = SimpleUploadedFile("审核表.pdf", PDF)
    data = {"person": desk.people.supervisor.pk, "verdict": "agreed", "on": "2026-04-01", "seen": "0", "scan": sheet}
    for name, content in (("审核表.pdf", b"<html>"), ("a.csv", b"a,b\n")):
        wrong = data | {"on": "2026-04-02", "scan": SimpleUploadedFile(name, content)}
        assert set(clerk.post(page, wrong).context["form"].errors) == {"on", "scan"}
    assert clerk.post(page, data).status_code == 302
    scan = Opinion.objects.get(version=other).scan.get_absolute_url()
    text = client_for(desk.people.secretary).get(other.notice.desk_url).content.decode()
    entered = _("entered the agreement of %(of)s from paper") % {"of": desk.people.supervisor}
    assert scan in text and f"{entered}</li>" in text
    mine = supervisor.get(other.notice.desk_url).context["mine"]
    act = reverse("desk_notice_act", args=[other.notice_id, "contradict"])
    said = {"opinion": mine[0].pk, "contradict-reason": "不是我签的"}
    assert supervisor.post(act, said).status_code == 302
    assert NoticeVersion.objects.get(pk=other.pk).reviewed_by is None
