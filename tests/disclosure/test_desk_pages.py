"""Notices, objections and announcements at the desk: who sees what, who may do what, and what a click does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext

from audit.errors import Refused
from disclosure import actions, permissions
from disclosure import desk as desk_items
from disclosure.enums import Board, Stage
from disclosure.models import Announcement, Notice, NoticeVersion, Objection
from orgs.models import UnitGrant
from orgs.powers import Power
from tests import factories
from tests.disclosure.conftest import Desk, moment

MOST = 14
ITEM_OF = {Board.PARTY: "P03", Board.RESIDENTIAL: "R01", Board.FINANCIAL: "F01"}
STAGES = ("draft", "submitted", "returned", "reviewed", "published", "withdrawn")


def url(name, *args):
    return reverse(name, args=args)


@pytest.fixture
def staff(client_for, people):
    """`staff("clerk")`: the client of that person."""
    return lambda name: client_for(getattr(people, name))


def at_every_stage():
    """The community with a notice at every stage."""
    liuxi = factories.liuxi()
    desk = Desk(liuxi)
    liuxi.notices = {name: getattr(desk, name)(title=f"公告 {name}").notice for name in STAGES}
    return liuxi


@pytest.fixture
def liuxi(told, request):
    """With the notices where a test asks for them."""
    if "every_stage" in request.fixturenames:
        return told("at every stage", at_every_stage)
    return told("liuxi", factories.liuxi)


@pytest.fixture
def every_stage(liuxi):
    return liuxi.notices


def test_the_list_costs_few_queries_however_many_rows(desk, staff, clock, django_assert_max_num_queries):
    clerk = staff("clerk")
    desk.published(title="甲")
    with django_assert_max_num_queries(MOST) as one:
        clerk.get(url("desk_notices"))
    for name in STAGES:
        getattr(desk, name)(title=name)
    with django_assert_max_num_queries(MOST) as many:
        response = clerk.get(url("desk_notices"))
    assert len(one) == len(many)
    assert response.context["table"].paginator.count == 7


def test_the_tabs_sort_by_stage(every_stage, staff, clock):
    clerk = staff("clerk")
    expected = {
        "": set(STAGES),
        "open": {"draft", "submitted", "returned", "reviewed"},
        "in_review": {"submitted"},
        "reviewed": {"reviewed"},
        "on_display": {"published"},
        "display_ended": set(),
    }
    for state, names in expected.items():
        response = clerk.get(url("desk_notices") + f"?state={state}")
        found = {row.record.newest.title.split()[-1] for row in response.context["table"].paginated_rows}
        assert found == names
        counts = {key: count for key, _name, count, _current in response.context["tabs"]}
        assert counts[state] == len(names)
    response = clerk.get(url("desk_notices") + "?q=reviewed&board=residential")
    assert [row.record for row in response.context["table"].paginated_rows] == [every_stage["reviewed"]]


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("clerk", True),
        ("secretary", True),
        ("supervisor", True),
        ("member", True),
        ("street", True),
        ("administrator", False),
        ("stranger", False),
    ],
)
def test_who_opens_a_notice_at_the_desk(name, sees, every_stage, staff, clock):
    for notice in every_stage.values():
        assert staff(name).get(notice.desk_url).status_code == (200 if sees else 404)


@pytest.mark.parametrize("name", ["supervisor", "street", "stranger", "administrator"])
def test_in_party_notices_stay_with_the_party_organisation(name, desk, staff, clock):
    notice = desk.published(board=Board.PARTY, item="P12", title="内部通报甲").notice
    assert staff(name).get(notice.desk_url).status_code == 404
    assert "内部通报甲" not in staff(name).get(url("desk_notices")).content.decode()
    assert staff("secretary").get(notice.desk_url).status_code == 200


def test_a_page_of_a_notice_costs_few_queries(every_stage, desk, staff, clock, django_assert_max_num_queries):
    for number in range(3):
        desk.objection(every_stage["published"].newest, text=f"意见{number}")
    for name in ("clerk", "secretary", "supervisor"):
        client = staff(name)
        for notice in every_stage.values():
            with django_assert_max_num_queries(MOST):
                assert client.get(notice.desk_url).status_code == 200


# verb -> stage -> who may, among the people below. Everybody else has a reason in words.
PEOPLE = ("clerk", "secretary", "supervisor", "member", "street", "deputy")
MAY = {
    "edit": dict.fromkeys(("draft", "submitted", "returned", "reviewed"), {"clerk"}),
    "submit": {"draft": {"clerk"}, "returned": {"clerk"}},
    "discard": {"draft": {"clerk"}},  # what came back holds an objection that was not answered
    "review": {"submitted": {"supervisor"}},
    "return": {"submitted": {"supervisor"}, "reviewed": {"secretary"}},
    "sign": {"reviewed": {"secretary"}},
    "correct": {"published": {"clerk"}, "withdrawn": {"clerk"}},
    "withdraw": {"published": {"secretary"}},
}


@pytest.mark.parametrize("stage", STAGES)
def test_person_by_action_by_state(stage, every_stage, people, clock):
    notice = Notice.objects.select_related("unit").get(pk=every_stage[stage].pk)
    for name in PEOPLE:
        person = getattr(people, name)
        verbs = permissions.verbs_of(notice, person.user, person, moment(4, 1).date())
        for verb, reason in verbs.items():
            allowed = name in MAY[verb].get(stage, ())
            assert (reason is None) == allowed, (name, verb, reason)
        assert {verb for verb in MAY if stage in MAY[verb]} <= set(verbs)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("verb", ["submit", "review", "return", "sign", "withdraw", "discard"])
def test_a_click_does_what_the_table_says(verb, stage, every_stage, staff, clock):
    clock(4, 1, 14)
    notice = every_stage[stage]
    for name in PEOPLE:
        if name in MAY[verb].get(stage, ()):
            continue
        before = NoticeVersion.objects.filter(notice=notice).values().get()
        response = staff(name).post(url("desk_notice_act", notice.pk, verb), {f"{verb}-reason": "数字有误"})
        assert response.status_code in (403, 409), name
        assert NoticeVersion.objects.filter(notice=notice).values().get() == before
    for name in MAY[verb].get(stage, ()):
        response = staff(name).post(
            url("desk_notice_act", notice.pk, verb), {f"{verb}-reason": "数字有误", "answer": "理由", "seen": "0"}
        )
        assert response.status_code == 302
        after = {
            "submit": Stage.IN_REVIEW,
            "review": Stage.REVIEWED,
            "return": Stage.RETURNED,
            "sign": Stage.ON_DISPLAY,
            "withdraw": Stage.WITHDRAWN,
        }
        if verb == "discard":
            assert not Notice.objects.filter(pk=notice.pk).exists()
        else:
            version = NoticeVersion.objects.get(notice=notice)
            assert version.stage(moment(4, 1).date()) == after[verb]


def test_a_refusal_keeps_what_was_typed(every_stage, staff, clock):
    notice = every_stage["draft"]
    response = staff("supervisor").post(url("desk_notice_act", notice.pk, "review"), {"opinion": "程序符合规定"})
    assert response.status_code == 409
    assert response.context["refused"]
    assert "程序符合规定" in response.content.decode() or response.context["opinion_form"].data["opinion"]
    assert staff("clerk").post(url("desk_notice_act", notice.pk, "nonsense")).status_code == 404
    assert staff("clerk").get(url("desk_notice_act", notice.pk, "submit")).status_code == 405


def test_nobody_signs_a_text_they_have_not_seen(desk, staff, clock, people):
    clock(4, 1, 14)
    version = desk.reviewed()
    page = staff("secretary").get(version.notice.desk_url).content.decode()
    assert '<input type="hidden" name="seen" value="0">' in page
    edit = {"title": "改了", "text": "改了", "by": people.clerk.user, "at": moment(4, 1, 11)}
    version = actions.edit_draft(version=version, **edit)
    # Just changed: the signer reads that, and not that it was never handed in.
    changed = gettext("Somebody else has changed this meanwhile. Look at the new text first, then act.")
    early = staff("secretary").post(url("desk_notice_act", version.notice_id, "sign"), {"seen": "0"})
    assert early.context["refused"] == changed
    for step in (
        lambda v: actions.submit_draft(version=v, by=people.clerk.user, at=moment(4, 1, 12)),
        lambda v: actions.review_notice(version=v, by=people.supervisor.user, at=moment(4, 1, 13)),
    ):
        version = step(version)
    response = staff("secretary").post(url("desk_notice_act", version.notice_id, "sign"), {"seen": "0"})
    assert response.status_code == 409
    assert not NoticeVersion.objects.signed().exists()
    response = staff("secretary").post(url("desk_notice_act", version.notice_id, "sign"), {"seen": "1"})
    assert response.status_code == 302


def new_form(liuxi, **fields):
    return {
        "item": "R01",
        "issuer": liuxi.bodies["residents_committee"].pk,
        "title": "关于停车的公告",
        "text": "一、内容。",
        "display_days": "",
        "window_days": "",
    } | fields


def test_a_clerk_drafts_a_notice_with_a_file(liuxi, staff, clock, client):
    clock(4, 1, 8)
    clerk = staff("clerk")
    assert clerk.get(url("desk_notice_new") + "?item=R01").context["form"].initial["item"] == "R01"
    upload = SimpleUploadedFile("预算.pdf", b"%PDF-1.7")
    response = clerk.post(url("desk_notice_new"), new_form(liuxi, files=[upload]))
    version = NoticeVersion.objects.get()
    assert response.url == version.notice.desk_url
    assert (version.display_days, version.window_days, version.min_display_days) == (15, 7, 15)
    attachment = version.attachments.get().attachment
    assert client.get(attachment.get_absolute_url()).status_code == 404
    # The same form again is the same draft.
    again = clerk.post(url("desk_notice_new"), new_form(liuxi, files=[SimpleUploadedFile("预算.pdf", b"%PDF-1.7")]))
    assert again.status_code == 409 and not again.context["lost_files"]
    assert f'<a href="{version.notice.desk_url}">{version.title}</a></p>' in again.content.decode()
    assert NoticeVersion.objects.count() == 1
    wrong = clerk.post(url("desk_notice_new"), new_form(liuxi, window_days="30")).context["form"].errors
    assert wrong.keys() == {"window_days"}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "  "}, 200),
        ({"title": ""}, 200),
        ({"item": "X99"}, 200),
        ({"display_days": "14"}, 200),
        ({"issuer": "0"}, 200),
        ({"item": "P03"}, 200),
        ({"item": "E07"}, 200),
    ],
)
def test_wrong_drafts_are_shown_again(liuxi, staff, clock, fields, status):
    response = staff("clerk").post(url("desk_notice_new"), new_form(liuxi, **fields))
    assert response.status_code == status
    assert response.context["form"].errors or response.context["refused"]
    assert not Notice.objects.exists()


def test_all_that_is_wrong_is_said_at_once(liuxi, staff, clock):
    wrong = {"title": "", "text": " ", "period": "2026-03", "display_days": "3"}
    wrong["issuer"] = liuxi.bodies["party_committee"].pk
    response = staff("clerk").post(url("desk_notice_new"), new_form(liuxi, **wrong))
    assert response.context["form"].errors.keys() == wrong.keys()
    del wrong["issuer"]
    response = staff("clerk").post(url("desk_notice_new"), new_form(liuxi, issuer="", **wrong))
    assert response.context["form"].errors.keys() == {*wrong, "issuer"}
    # Without an item, fewer days than any item asks for are named too, and each file that is none.
    empty = [SimpleUploadedFile(name, b"") for name in ("甲.pdf", "乙.pdf")]
    for days in ("3", "-4"):
        sent = new_form(liuxi, item="", display_days=days, files=[*empty, SimpleUploadedFile("好.pdf", b"%PDF-1.7")])
        response = staff("clerk").post(url("desk_notice_new"), sent)
        errors = response.context["form"].errors
        assert errors.keys() == {"item", "display_days", "files"} and "15" in errors["display_days"][0]
        assert [error.split("：")[0] for error in errors["files"]] == ["甲.pdf", "乙.pdf"]
        assert response.context["lost_files"]
    response = staff("clerk").post(url("desk_notice_new"), new_form(liuxi, display_days="-4"))
    too_few = gettext("The display period must be at least %(days)s days.") % {"days": 15}
    assert response.context["form"].errors["display_days"] == [too_few]


def test_what_a_draft_is_about_changes_until_it_is_handed_in(liuxi, desk, staff, clock):
    version = desk.draft()
    clerk, page = staff("clerk"), url("desk_notice_edit", version.notice_id)
    sent = new_form(liuxi, item="P01", issuer=liuxi.bodies["party_committee"].pk, seen="0")
    first = clerk.get(page).context["form"].initial
    assert (first["item"], first["issuer"]) == ("R01", liuxi.bodies["residents_committee"].pk)
    wrong = clerk.post(page, sent | {"issuer": liuxi.bodies["residents_committee"].pk})
    assert wrong.context["form"].errors.keys() == {"issuer"}
    assert clerk.post(page, sent).status_code == 302
    notice = Notice.objects.get()
    assert (notice.item, notice.board, notice.issuer) == ("P01", Board.PARTY, liuxi.bodies["party_committee"])
    submitted = desk.submitted(title="另一件")
    page = url("desk_notice_edit", submitted.notice_id)
    assert "item" not in clerk.get(page).context["form"].fields
    with pytest.raises(Refused, match=str(permissions.may_change_subject(submitted))):
        subject = ("P01", liuxi.bodies["party_committee"], None)
        actions.edit_draft(
            version=submitted, title="x", text="x", subject=subject, by=desk.people.clerk.user, at=moment(4, 1, 12)
        )


def test_an_in_party_draft_of_somebody_without_that_power_comes_back_whole(liuxi, staff, clock):
    UnitGrant.objects.filter(permission__codename=Power.SEE_PARTY_INTERNAL).delete()
    sent = new_form(liuxi, item="P12", issuer=liuxi.bodies["party_committee"].pk)
    response = staff("clerk").post(url("desk_notice_new"), sent)
    assert response.status_code == 200 and "item" in response.context["form"].errors
    assert response.context["form"]["text"].value() == sent["text"]
    assert not Notice.objects.exists()


def test_a_file_that_is_not_one_is_refused_and_nothing_is_kept(liuxi, staff, clock):
    uploads = [SimpleUploadedFile(name, b"<html>") for name in ("a.pdf", "b.pdf")]
    response = staff("clerk").post(url("desk_notice_new"), new_form(liuxi, files=uploads, text=""))
    errors = response.context["form"].errors
    assert set(errors) == {"text", "files"} and "a.pdf" in str(errors["files"]) and "b.pdf" in str(errors["files"])
    assert gettext("Files are kept only once the draft is saved. Choose those that are right again.") in (
        response.content.decode()
    )
    assert "关于停车的公告" in response.content.decode()
    assert not Notice.objects.exists()


def test_the_preview_shows_text_and_warnings_and_keeps_nothing(liuxi, staff, clock):
    text = "张三电话13812345678，患有糖尿病。公布日期{published_on}"
    data = new_form(liuxi, title="3栋501室的公告", text=text, preview="1")
    response = staff("clerk").post(url("desk_notice_new"), data)
    assert [(finding.sort, finding.line) for finding in response.context["warnings"]][:2] == [
        ("door", 0),
        ("mobile", 1),
    ]
    assert {finding.sort for finding in response.context["warnings"]} >= {"mobile", "health"}
    assert "2026年4月1日" in response.content.decode()
    assert "公布期限：2026年4月2日至4月16日" in strip_tags(response.content.decode())
    assert not Notice.objects.exists()


@pytest.mark.parametrize("name", ["secretary", "supervisor", "street", "administrator"])
def test_only_drafters_open_the_form(name, liuxi, staff, clock):
    assert staff(name).get(url("desk_notice_new")).status_code == 403


def test_a_stranger_cannot_draft_for_another_community(liuxi, staff, clock):
    response = staff("stranger").post(url("desk_notice_new"), new_form(liuxi))
    assert response.status_code == 200 and response.context["form"].errors["issuer"]


def test_a_draft_is_changed_and_a_stale_form_is_not(desk, staff, clock):
    version = desk.submitted()
    page = url("desk_notice_edit", version.notice_id)
    clerk = staff("clerk")
    assert clerk.get(page).context["form"].initial["seen"] == 0
    data = {"title": "新标题", "text": "新内容", "display_days": "20", "window_days": "0", "seen": "0"}
    preview = clerk.post(page, data | {"preview": "1"})
    assert "新内容" in preview.content.decode()
    assert clerk.post(page, data).status_code == 302
    version.refresh_from_db()
    assert (version.title, version.display_days, version.window_days, version.stage_of_draft) == (
        *("新标题", 20, 0),
        Stage.DRAFT,
    )
    longer = clerk.post(page, data | {"window_days": "30"})
    assert longer.context["form"].errors.keys() == {"window_days"}, "and not cut to the display without a word"
    late = clerk.post(page, data | {"title": "迟到的标题"})
    assert late.status_code == 409 and "迟到的标题" in late.content.decode()
    beside = late.context["theirs"][0]
    assert ["".join(part.text for part in cells[0]) for cells in (beside.old, beside.new)] == ["新标题", "迟到的标题"]
    assert 'name="seen" value="1"' in late.content.decode(), "saved again, it replaces knowingly"
    assert clerk.post(page, data | {"title": "迟到的标题", "seen": "1"}).status_code == 302
    assert staff("supervisor").get(page).status_code == 403
    assert staff("stranger").get(page).status_code == 404


def test_what_is_published_is_corrected_not_changed(desk, staff, clock):
    clock(4, 2)
    notice = desk.published().notice
    clerk = staff("clerk")
    assert clerk.get(url("desk_notice_edit", notice.pk)).status_code == 302
    page = url("desk_notice_correct", notice.pk)
    assert clerk.get(page).context["form"].initial["title"] == "公告"
    data = {"title": "公告（更正）", "text": "新内容", "display_days": "15", "window_days": "7", "reason": "数字有误"}
    for reason in ("", "居民张建国来电要求更正", "请拨13812345678"):
        assert clerk.post(page, data | {"reason": reason}).context["form"].errors.keys() == {"reason"}
    same = clerk.post(page, data | {"title": "公告", "text": "内容。"}, follow=True)
    assert [message.level_tag for message in same.context["messages"]] == ["success", "warning"]
    assert same.context["verbs"]["submit"]
    assert clerk.post(url("desk_notice_act", notice.pk, "submit")).status_code == 409
    clerk.post(url("desk_notice_act", notice.pk, "discard"))
    assert clerk.post(page, data).status_code == 302
    assert clerk.post(page, data).status_code == 302  # there is a correction already
    assert notice.versions.count() == 2
    assert staff("secretary").get(page).status_code == 403


def test_files_are_added_and_taken_off(desk, staff, clock):
    version = desk.draft()
    page = url("desk_notice_files", version.notice_id)
    clerk = staff("clerk")
    upload = SimpleUploadedFile("表.pdf", b"%PDF-1.7")
    clerk.post(page, {"files": [upload, SimpleUploadedFile("表2.pdf", b"%PDF-1.8")]})
    assert version.attachments.count() == 2
    clerk.post(page, {"remove": version.attachments.first().attachment_id})
    assert version.attachments.count() == 1
    for data in ({}, {"files": SimpleUploadedFile("x.pdf", b"no")}):
        clerk.post(page, data)
    # Each bad file is named, and the good one among them is kept.
    mixed = [SimpleUploadedFile(name, content) for name, content in (("空.pdf", b""), ("x.pdf", b"no"))]
    page_after = clerk.post(page, {"files": [*mixed, SimpleUploadedFile("好.pdf", b"%PDF-1.9")]}, follow=True)
    said = list(map(str, page_after.context["messages"]))[-3:]
    assert said[0] == gettext("Saved.") and [line.split("：")[0] for line in said[1:]] == ["空.pdf", "x.pdf"]
    assert version.attachments.count() == 2
    actions.submit_draft(version=version, by=desk.people.clerk.user, at=moment(4, 1, 12))
    void = gettext(
        "Adding or removing a file voids the reviews and approvals so far: the draft must be submitted again."
    )
    assert void in clerk.get(version.notice.desk_url).content.decode()
    lost = clerk.post(page, {"remove": version.attachments.first().attachment_id}, follow=True)
    gone = gettext("Saved. What was reviewed and approved is void: the draft must be submitted again.")
    assert gone in map(str, lost.context["messages"]) and void not in lost.content.decode()
    assert staff("supervisor").post(page, {}).status_code == 403
    published = desk.published(title="另一件")
    clerk.post(url("desk_notice_files", published.notice_id), {"files": SimpleUploadedFile("表.pdf", b"%PDF-1.7")})
    assert not published.attachments.exists()


def test_a_supervisor_reviews_several_at_once(desk, staff, clock, django_assert_max_num_queries):
    clock(4, 1, 12)
    versions = [desk.submitted(title=f"公告{number}", text="自{display_first}起") for number in range(3)]
    supervisor = staff("supervisor")
    with django_assert_max_num_queries(MOST):
        response = supervisor.get(url("desk_review_batch"))
    assert strip_tags(response.content.decode()).count("自2026年4月2日起") == 3
    assert [row.version for row in response.context["rows"]] == versions
    stale = actions.edit_draft(
        version=versions[2], title="改", text="改", by=desk.people.clerk.user, at=moment(4, 1, 10)
    )
    actions.submit_draft(version=stale, by=desk.people.clerk.user, at=moment(4, 1, 11))
    boxes = [f"{version.pk}:0" for version in versions[1:]]
    response = supervisor.post(url("desk_review_batch"), {"version": boxes, "opinion": "同意"})
    assert response.status_code == 409 and len(response.context["messages"]) == 1
    said = [(row.version, row.said and row.said.agrees, bool(row.error)) for row in response.context["rows"]]
    assert said == [(versions[0], None, False), (versions[2], False, True)], "what was not seen is not ticked again"
    assert [NoticeVersion.objects.get(pk=v.pk).stage_of_draft for v in versions] == [
        *(Stage.IN_REVIEW, Stage.REVIEWED, Stage.IN_REVIEW),
    ]
    # Taken back by its drafter meanwhile; agreed and objected at once.
    actions.edit_draft(version=stale, title="改二", text="改", by=desk.people.clerk.user, at=moment(4, 1, 11))
    first = versions[0].pk
    sent = {"version": f"{first}:0", f"objection-{first}": "又不同意", f"objection-{stale.pk}": "数字<有误>"}
    response = supervisor.post(url("desk_review_batch"), sent)
    (row,) = response.context["rows"]
    assert (row.said.agrees, row.said.objection, bool(row.error)) == (True, "又不同意", True)
    assert "改二" in response.context["gone"][0] and "数字<有误>" in response.context["gone"][0]
    html = response.content.decode()
    assert 'value="又不同意"' in html and f'value="{first}:0" checked' in html
    assert NoticeVersion.objects.get(pk=first).stage_of_draft == Stage.IN_REVIEW
    assert supervisor.post(url("desk_review_batch"), {"version": ["x", "9:9"]}).status_code == 409
    for name in ("clerk", "secretary", "street"):
        assert staff(name).get(url("desk_review_batch")).status_code == 403


def test_a_notice_with_personal_data_is_not_agreed_to_unopened(desk, staff, clock):
    clock(4, 1, 12)
    version = desk.submitted(title="甲", text="联系13812345678")
    supervisor, page = staff("supervisor"), url("desk_review_batch")
    html = supervisor.get(page).content.decode()
    assert "<mark>13812345678</mark>" in html and f"{version.pk}:0" not in html
    supervisor.post(page, {"version": [f"{version.pk}:0"]})
    assert NoticeVersion.objects.get(pk=version.pk).stage_of_draft == Stage.IN_REVIEW


def test_calls_are_registered_and_answered_once(desk, staff, clock, django_assert_max_num_queries):
    clock(4, 3)
    version = desk.published()
    clerk = staff("clerk")
    page = url("desk_objection_new", version.notice_id)
    with django_assert_max_num_queries(MOST):
        assert clerk.get(page).status_code == 200
    data = {
        "channel": "phone",
        "received_on": "2026-04-03",
        "kind": "objection",
        "text": "怕吵",
        "name": "陈大明",
        "contact": "",
        "summary": "",
    }
    wrong = clerk.post(page, data | {"received_on": "2026-04-04", "summary": "陈大明怕吵", "text": ""})
    assert set(wrong.context["form"].errors) == {"received_on", "summary", "text"}
    wrong = clerk.post(page, data | {"received_on": "2026-03-31"})
    assert set(wrong.context["form"].errors) == {"received_on"}, "it was not published then"
    clock(5, 3)
    wrong = clerk.post(page, data | {"received_on": "2026-05-03"})
    assert set(wrong.context["form"].errors) == {"kind"}, "the time for objections is over"
    clock(4, 3)
    sent = data | {"token": clerk.get(page).context["form"]["token"].value()}
    response = clerk.post(page, sent)
    objection = Objection.objects.get()
    assert response.url == clerk.post(page, sent).url == objection.get_absolute_url(), "pressed twice"
    assert clerk.post(page, data).status_code == 409
    with django_assert_max_num_queries(MOST):
        text = clerk.get(response.url).content.decode()
    assert "陈大明" in text and 'datetime="2026-04-09"' in text
    answer = {"verb": "answer", "summary": "居民陈*怕吵。", "reply": "按规定控制噪声。", "outcome": "not_upheld"}
    assert clerk.post(response.url, answer | {"outcome": ""}).status_code == 200
    assert clerk.post(response.url, answer | {"reply": "陈大明同意"}).status_code == 409
    assert clerk.post(response.url, {"verb": "summarise", "summary": "居民陈*怕吵。"}).status_code == 302
    assert clerk.post(response.url, {"verb": "pass"}).status_code == 302
    assert clerk.post(response.url, {"verb": "pass"}).status_code == 409
    assert clerk.post(response.url, {"verb": "nonsense"}).status_code == 404
    assert clerk.post(response.url, answer).status_code == 302
    again = clerk.post(response.url, answer | {"reply": "另一个答复"})
    assert again.status_code == 409
    objection.refresh_from_db()
    assert objection.reply == "按规定控制噪声。"
    assert clerk.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("name", "read", "register"),
    [
        ("clerk", 200, 200),
        ("secretary", 200, 200),
        ("supervisor", 200, 403),
        ("street", 200, 403),
        ("stranger", 404, 404),
        ("administrator", 404, 404),
    ],
)
def test_who_reads_and_registers_objections(name, read, register, desk, staff, clock):
    clock(4, 3)
    version = desk.published()
    objection = desk.objection(version)
    client = staff(name)
    assert client.get(objection.get_absolute_url()).status_code == read
    assert client.get(url("desk_objection_new", version.notice_id)).status_code == register
    assert objection.text not in client.get(url("desk_objections")).content.decode()
    if register == 403:
        answer = {"verb": "answer", "summary": "摘要", "reply": "答复", "outcome": "upheld"}
        assert client.post(objection.get_absolute_url(), answer).status_code == 403


def test_the_list_of_objections_marks_what_is_late(desk, staff, clock, django_assert_max_num_queries):
    version = desk.published()
    late = desk.objection(version, day=2)
    desk.objection(version, day=3, kind="question", text="几点开门")
    clock(4, 9)
    clerk = staff("clerk")
    with django_assert_max_num_queries(MOST) as few:
        response = clerk.get(url("desk_objections"))
    assert response.content.decode().count('class="overdue"') == 1
    assert [row.record for row in response.context["table"].paginated_rows][0] == late
    for number in range(4):
        desk.objection(version, day=3, text=f"意见{number}")
    with django_assert_max_num_queries(len(few)):
        clerk.get(url("desk_objections"))
    assert staff("clerk").get(url("desk_objections") + "?state=replied").context["table"].paginator.count == 0


def test_announcements_are_written_and_withdrawn(liuxi, staff, clock, django_assert_max_num_queries):
    clock(4, 1)
    clerk = staff("clerk")
    page = url("desk_announcement_new")
    data = {"unit": liuxi.unit.pk, "title": "停水通知", "text": "4月2日停水。", "shown_until": "2026-04-02"}
    assert clerk.get(page).status_code == 200
    assert clerk.post(page, data | {"text": " "}).context["form"].errors["text"]
    for wrong in ("2026-03-31", "9999-12-31"):
        assert clerk.post(page, data | {"shown_until": wrong}).context["form"].errors["shown_until"]
    refused = clerk.post(page, data | {"text": "联系张三13812345678"})
    assert refused.status_code == 409 and refused.context["warnings"]
    response = clerk.post(page, data)
    announcement = Announcement.objects.get()
    assert response.url == announcement.get_absolute_url()
    assert clerk.post(page, data).status_code == 409
    with django_assert_max_num_queries(MOST):
        assert "停水通知" in clerk.get(url("desk_announcements")).content.decode()
    assert "停水通知" in staff("supervisor").get(url("desk_announcements")).content.decode()
    assert staff("supervisor").get(page).status_code == 403
    withdraw = url("desk_announcement_withdraw", announcement.pk)
    assert staff("stranger").post(withdraw, {"reason": "x"}).status_code == 404
    clerk.post(withdraw, {"reason": ""})
    announcement.refresh_from_db()
    assert announcement.withdrawn_at is None
    clerk.post(withdraw, {"reason": "会议改期"})
    clerk.post(withdraw, {"reason": "再次改期"})
    announcement.refresh_from_db()
    assert announcement.withdrawn_reason == "会议改期"


def test_the_desk_tells_each_what_waits_for_them(every_stage, desk, people, clock, django_assert_max_num_queries):
    on = moment(4, 2).date()
    desk.objection(every_stage["published"].newest, day=2)
    found = {}
    for name in (*PEOPLE, "stranger", "administrator"):
        user = getattr(people, name).user
        user.__dict__.pop("_scopes", None)
        with django_assert_max_num_queries(4):
            found[name] = sorted(item.kind for item in desk_items.items(user, on) if not item.sent)
    assert found == {
        "clerk": ["draft", "draft", "reply"],
        "secretary": ["reply", "sign"],
        "supervisor": ["review"],
        "member": [],
        "street": [],
        "deputy": [],
        "stranger": [],
        "administrator": [],
    }
    sent = {item.title for item in desk_items.items(people.clerk.user, on) if item.sent}
    assert sent == {"公告 submitted", "公告 reviewed"}
    assert not any(item.sent for item in desk_items.items(people.secretary.user, on))
    due = [(item.due, item.title) for item in desk_items.upcoming(people.clerk.user, on)]
    assert due == [(moment(4, 8).date(), "公告 published"), (moment(4, 16).date(), "公告 published")]
    reply = next(item for item in desk_items.items(people.clerk.user, on) if item.kind == "reply")
    assert reply.due == moment(4, 8).date() and not reply.is_overdue(on)


@pytest.mark.parametrize(
    "name",
    ["desk_notices", "desk_notice_new", "desk_review_batch", "desk_objections", "desk_announcements"],
)
def test_the_desk_needs_a_login(name, client, db):
    response = client.get(url(name))
    assert response.status_code == 302 and "login" in response.url
