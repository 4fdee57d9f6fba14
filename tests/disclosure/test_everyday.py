"""What people read daily: announcements, service guides, duty rotas; and notices on physical boards."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from audit.errors import Refused, Stale
from audit.models import Event
from disclosure import actions, everyday
from disclosure.enums import AnnouncementKind
from disclosure.everyday import Duty
from disclosure.models import Announcement, Posting
from orgs.permissions import PowerMissing
from tests.disclosure.conftest import moment

CODE = "990101001001"
GUIDE = {
    "conditions": "年满60周岁。",
    "papers": "身份证原件。\n照片一张。",
    "time_limit": "当场办结",
    "post": "民政窗口",
    "phone": "0000-8812300",
}
KINDS = AnnouncementKind


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("2026-10-01\t值班干部\t何静\t0000-8812300", [Duty(date(2026, 10, 1), "值班干部", "何静", "0000-8812300")]),
        ("10月1日，值班干部，何静", [Duty(date(2026, 10, 1), "值班干部", "何静")]),
        (
            "2026年10月2日 社工 李伟\n10.1 社工 王芳",
            [Duty(date(2026, 10, 1), "社工", "王芳"), Duty(date(2026, 10, 2), "社工", "李伟")],
        ),
        ("日期\t岗位\t姓名\t办公电话\n10/1\t社工\t王芳\t", [Duty(date(2026, 10, 1), "社工", "王芳")]),
    ],
)
def test_rotas_are_read_as_people_write_them(lines, expected):
    assert everyday.read_rota(lines, year=2026) == expected
    assert everyday.read_rota(everyday.rota_text(expected), year=1) == expected


@pytest.mark.parametrize(
    "lines",
    ["", "\n", "何静 10月1日 值班", "13月1日 值班 何静", "2月30日 值班 何静", "10月1日 何静", "10月1日 a b c d"],
)
def test_a_line_that_is_no_duty_is_named(lines):
    with pytest.raises(everyday.WrongLine):
        everyday.read_rota(lines, year=2026)


def test_a_guide_is_text_and_read_back():
    assert everyday.guide_parts(everyday.guide_text(GUIDE)) == GUIDE
    assert everyday.wrong(KINDS.GUIDE, everyday.guide_text(GUIDE)) is None
    assert (
        everyday.wrong(KINDS.GUIDE, "办理条件：无")
        and everyday.wrong(KINDS.ROTA, "无")
        and not everyday.wrong("", "无")
    )


@pytest.fixture
def publish(liuxi):
    def publish(kind=KINDS.ANNOUNCEMENT, text="内容。", *, day=1, **fields):
        fields = {"unit": liuxi.unit, "title": "标题", "by": liuxi.people.clerk.user} | fields
        return actions.publish_announcement(kind=kind, text=text, at=moment(4, day), **fields)

    return publish


def test_only_a_guide_stands_without_an_end(publish, liuxi):
    guide = publish(KINDS.GUIDE, everyday.guide_text(GUIDE))
    assert guide.state(date(2030, 1, 1))[1] == "good"
    with pytest.raises(Refused):
        publish()
    for fields, constraint in (
        ({"kind": "announcement", "shown_until": None}, "announcement_only_guides_stand"),
        ({"kind": "song"}, "announcement_kind_is_known"),
        ({"supersedes": guide}, "a successor is of the same unit and kind"),
    ):
        fields = {"kind": "announcement", "shown_until": date(2026, 4, 2)} | fields
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Announcement.objects.create(
                unit=liuxi.unit,
                title="a",
                text="b",
                signed_by=liuxi.people.clerk,
                signed_at=moment(4, 1),
                published_on=date(2026, 4, 1),
                **fields,
            )


def test_an_announcement_is_shown_for_a_year_at_most(publish):
    assert publish(shown_until=date(2027, 4, 1))
    with pytest.raises(Refused):
        publish(shown_until=date(2030, 4, 1))
    assert publish(KINDS.GUIDE, everyday.guide_text(GUIDE), shown_until=date(2030, 4, 1))


def test_a_successor_replaces_once_and_its_like_only(publish):
    old = publish(shown_until=date(2026, 4, 9))
    with pytest.raises(Refused):
        publish(KINDS.GUIDE, everyday.guide_text(GUIDE), supersedes=old)
    new = publish(text="更正。", shown_until=date(2026, 4, 9), supersedes=old)
    with pytest.raises(Stale):
        publish(text="再更正。", shown_until=date(2026, 4, 9), supersedes=old)
    with pytest.raises(IntegrityError, match="supersedes_id"), transaction.atomic():
        new.pk = None
        new.save(force_insert=True)
    assert [one.text for one in Announcement.objects.shown(date(2026, 4, 2))] == ["更正。"]


def test_each_kind_is_written_shown_and_corrected(client, client_for, liuxi, clock, django_assert_max_num_queries):
    clock(4, 1)
    clerk = client_for(liuxi.people.clerk)
    page = reverse("desk_announcement_new")
    unit = {"unit": liuxi.unit.pk, "title": "清明值班"}
    wrong = clerk.post(page + "?kind=rota", unit | {"lines": "清明 何静"})
    assert wrong.context["form"].errors["lines"] and "清明 何静" in wrong.content.decode()
    past = clerk.post(page, {"unit": liuxi.unit.pk, "text": "停水。", "shown_until": "2026-03-31"})
    assert set(past.context["form"].errors) == {"title", "shown_until"}
    lines = {"lines": "4月1日 干部 何静 0000-8812300\n4月2日 干部 罗志强"}
    rota = clerk.post(page + "?kind=rota", unit | lines).url
    again = clerk.post(page + "?kind=rota", unit | lines)
    assert again.status_code == 409 and f'<a href="{rota}">清明值班</a>' in again.content.decode()
    guide = clerk.post(page + "?kind=guide", unit | GUIDE | {"title": "办事"}).url
    with django_assert_max_num_queries(6):
        shown = client.get(liuxi.unit.get_absolute_url())
    assert [duty.name for duty in shown.context["everyday"].on_duty] == ["何静"]
    assert 'href="tel:00008812300"' in client.get(rota).content.decode()
    with django_assert_max_num_queries(6):
        assert "民政窗口" in client.get(guide).content.decode()
    pk = Announcement.objects.get(kind=KINDS.GUIDE).pk
    correct = reverse("desk_announcement_correct", args=[pk])
    assert clerk.get(correct).context["form"].initial["post"] == "民政窗口"
    new = clerk.post(correct, unit | GUIDE | {"title": "办事", "post": "综合窗口"}).url
    assert new in client.get(guide).content.decode() and guide in client.get(new).content.decode()
    assert clerk.get(correct).status_code == 302
    listed = client.get(reverse("announcements", args=[CODE]) + "?kind=rota").context["page"].object_list
    assert [one.kind for one in listed] == [KINDS.ROTA]
    clock(4, 3)
    assert client.get(liuxi.unit.get_absolute_url()).context["everyday"].on_duty == ()


def test_one_photograph_of_a_board_covers_what_hangs_on_it(client, client_for, desk, clock, tmp_path):
    first, second = (desk.published(title=f"第{number}件") for number in (1, 2))
    third = desk.published(title="第3件", text="感谢居民张三热心参与。")
    party = desk.published(title="党务", board="party", item="P03")
    clock(4, 5)
    clerk, page = client_for(desk.people.clerk), reverse("desk_notice_postings", args=[first.notice_id])
    assert set(clerk.get(page).context["form"].fields["others"].queryset) == {second, third}
    whole = {"posted_on": "2026-04-02", "photo": photo(tmp_path), "photo_public": "on", "others": [second.pk]}
    assert clerk.post(page, whole | {"photo": photo(tmp_path), "others": [party.pk]}).status_code == 200
    named = {"photo": photo(tmp_path), "others": [third.pk]}  # and could be read there after the display
    assert clerk.post(page, whole | named).status_code == 409
    assert clerk.post(page, whole).status_code == 302
    assert clerk.post(page, {"posted_on": "2026-04-02", "others": [third.pk]}).status_code == 409
    one, other = Posting.objects.all()
    assert one.photo == other.photo and {one.notice, other.notice} == {first.notice, second.notice}
    assert one.photo.get_absolute_url() in client.get(second.notice.get_absolute_url()).content.decode()
    down = {"posting": one.pk, "down-taken_down_on": "2026-04-04"}
    assert clerk.post(page, down | {"down-together": "on"}).status_code == 302
    assert set(Posting.objects.values_list("taken_down_on", flat=True)) == {date(2026, 4, 4)}


def photo(tmp_path, name="board.jpg"):
    Image.new("RGB", (8, 8), "red").save(tmp_path / name)
    return SimpleUploadedFile(name, (tmp_path / name).read_bytes())


def test_a_posting_is_entered_taken_down_and_shown(client, client_for, desk, clock, tmp_path):
    version = desk.published()
    clock(4, 5)
    clerk, page = client_for(desk.people.clerk), reverse("desk_notice_postings", args=[version.notice_id])
    for posted, down, wrong in (
        ("", "", {"posted_on"}),
        ("2026-03-31", "2026-04-06", {"posted_on", "taken_down_on"}),
        ("2026-04-06", "", {"posted_on"}),
        ("2026-04-02", "2026-04-01", {"taken_down_on"}),
    ):
        for photograph in (b"MZ not an image", b"%PDF-1.4 not an image"):
            typed = {"posted_on": posted, "taken_down_on": down, "photo": SimpleUploadedFile("board.jpg", photograph)}
            refused = clerk.post(page, typed)
            assert refused.status_code == 200 and set(refused.context["form"].errors) == wrong | {"photo"}
    assert not Posting.objects.exists()
    public = {"posted_on": "2026-04-01", "photo": photo(tmp_path), "photo_public": "on"}
    assert clerk.post(page, public).status_code == 302
    assert clerk.post(page, {"posted_on": "2026-04-01"}).status_code == 409
    assert clerk.post(page, {"posted_on": "2026-04-02", "photo": photo(tmp_path)}).status_code == 302
    first, second = Posting.objects.all()
    ids = re.findall(r' id="([^"]+)"', clerk.get(page).content.decode())
    assert len(ids) == len(set(ids))
    shown = client.get(version.notice.get_absolute_url()).content.decode()
    assert first.photo.get_absolute_url() in shown and second.photo.get_absolute_url() not in shown
    assert client.get(second.photo.get_absolute_url()).status_code == 404
    address, back = first.photo.get_absolute_url(), {"back": first.pk, "back-reason": "照片中有居民"}
    for sent, status in ((back | {"back-reason": " "}, 200), (back, 302), (back, 409), (back | {"back": "x"}, 404)):
        assert clerk.post(page, sent).status_code == status
    assert address not in client.get(version.notice.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 404
    assert clerk.get(address).getvalue(), "the unit goes on reading it"
    assert Event.objects.get(verb="take_back_photo").data["reason"] == "照片中有居民"
    down = {"posting": first.pk, "down-taken_down_on": "2026-04-04"}
    late = clerk.post(page, down | {"down-taken_down_on": "2026-04-06"})
    assert late.status_code == 200 and late.context["asked"].errors["taken_down_on"]
    assert clerk.post(page, down).status_code == 302 and clerk.post(page, down).status_code == 409
    assert clerk.post(page, down | {"posting": "9" * 30}).status_code == 404
    with pytest.raises(PowerMissing):
        actions.take_down(
            posting=second, taken_down_on=date(2026, 4, 4), by=desk.people.supervisor.user, at=moment(4, 5)
        )
    for fields, constraint in (
        ({"posted_on": date(2026, 4, 3)}, "never changes"),
        ({"taken_down_on": None}, "never changes"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Posting.objects.filter(pk=first.pk).update(**fields)
    with pytest.raises(IntegrityError, match="posting_dates_in_order"), transaction.atomic():
        Posting.objects.filter(pk=second.pk).update(taken_down_on=date(2026, 4, 1))
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        second.delete()
    second.pk = None
    with pytest.raises(IntegrityError, match="posting_once_a_day"), transaction.atomic():
        second.save(force_insert=True)
