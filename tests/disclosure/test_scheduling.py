"""A notice signed for a later day: nobody outside the desk sees it before, and until then it can be recalled."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.actions import store
from audit.enums import Audience, LeafKind
from audit.errors import Refused
from disclosure import actions
from disclosure.desk import items
from disclosure.enums import Kind, Stage
from disclosure.models import NoticeVersion
from governance.checking import find
from tests.disclosure.conftest import moment
from tests.pages import body_of
from tests.world import PDF

TITLE = "定于四月五日公布的停车办法"
SIGNED, DAY = date(2026, 4, 1), date(2026, 4, 5)


def sign(desk, version, publish_on=DAY, *, at=None):
    return actions.sign_notice(
        version=version, by=desk.people.secretary.user, at=at or moment(4, 1, 11), publish_on=publish_on
    )


@pytest.fixture
def attached(desk):
    """A scheduled notice with a file, beside one that is on the board."""
    desk.published(title="已在栏内的公告")
    upload = SimpleUploadedFile("停车办法.pdf", PDF)
    file = store(
        upload, audience=Audience.UNIT, path=desk.liuxi.unit.path, by=desk.people.clerk.user, at=moment(4, 1, 8)
    )
    return sign(desk, desk.reviewed(title=TITLE, attachments=[file]))


def addresses(version):
    """{name: address} of everything public that could tell of the notice."""
    notice, code = version.notice, version.notice.unit.code
    here, own = [code], [code, notice.ref]
    return {
        "unit": reverse("unit", args=here),
        "board": reverse("board", args=[code, notice.board]),
        "board by item": reverse("board", args=[code, notice.board]) + f"?q={TITLE}",
        "board_csv": reverse("board_csv", args=[code, notice.board]),
        "feed": reverse("feed", args=here),
        "search": reverse("search") + "?q=停车办法",
        "notice": reverse("notice", args=own),
        "its only version": reverse("notice", args=own) + "?version=1",
        "notice_poster": reverse("notice_poster", args=own),
        "notice_share": reverse("notice_share", args=own),
        "notice_qr": reverse("notice_qr", args=own),
        "notice_picture": reverse("notice_picture", args=[*own, 1]),
        "notice_object": reverse("notice_object", args=own),
        "attachment": version.attachments.get().attachment.get_absolute_url(),
    }


OF_ITS_OWN = ("notice", "its only", "attachment")


@pytest.mark.parametrize("remembered", [False, True])
def test_no_public_page_tells_of_it_before_its_day(attached, client, clock, settings, remembered):
    """Also with the pages that a worker keeps: at midnight they are made anew."""
    settings.PAGE_CACHE_SECONDS = 0.001 if remembered else 0
    if remembered:
        client.get(reverse("unit", args=[attached.notice.unit.code]))
    for month_day, hour in ((1, 12), (4, 23)):
        clock(4, month_day, hour)
        for name, address in addresses(attached).items():
            response = client.get(address)
            hidden = name.startswith(OF_ITS_OWN)
            assert response.status_code == (404 if hidden else 200), name
            if not hidden:
                text = body_of(response).decode().replace(f'value="{TITLE}"', "")
                assert TITLE not in text and attached.notice.number not in text, name
    clock(4, 5, 0)
    for name, address in addresses(attached).items():
        response = client.get(address)
        content = body_of(response)
        assert response.status_code in (200, 503), name  # 503: no font to draw with
        if not name.endswith(("qr", "picture", "attachment", "search")):
            assert TITLE in content.decode(), name
    feed = body_of(client.get(addresses(attached)["feed"])).decode()
    assert "2026-04-05T00:00:00+08:00" in feed


def test_it_is_fixed_when_it_is_signed_and_its_clocks_run_from_its_day(attached):
    assert attached.notice.number == "柳溪居公〔2026〕2号"
    assert (attached.published_on, attached.displayed_until) == (DAY, date(2026, 4, 20))
    assert "2026年4月6日至4月20日" in attached.published_text
    stages = [attached.stage(day) for day in (SIGNED, date(2026, 4, 4), DAY, date(2026, 4, 21))]
    assert stages == [Stage.SCHEDULED, Stage.SCHEDULED, Stage.ON_DISPLAY, Stage.DISPLAY_ENDED]


def test_nobody_objects_before_its_day_or_corrects_it(attached, desk):
    with pytest.raises(Refused):
        actions.receive_objection(notice=attached.notice, kind=Kind.QUESTION, text="几时开始？", at=moment(4, 2))
    with pytest.raises(Refused):
        desk.correct(attached, month=4, day=2)


def test_a_recalled_notice_was_never_public_and_is_drafted_anew_under_its_number(
    attached, desk, client, client_for, clock
):
    actions.withdraw_version(version=attached, by=desk.people.secretary.user, at=moment(4, 3), reason="方案有改动")
    version = NoticeVersion.objects.get(pk=attached.pk)
    assert version.stage(DAY) == version.stage(SIGNED) == Stage.RECALLED
    clock(4, 6)
    assert client.get(version.notice.get_absolute_url()).status_code == 404
    assert client.get(version.attachments.get().attachment.get_absolute_url()).status_code == 404
    assert TITLE not in client.get(version.notice.board_url).content.decode()
    page = client_for(desk.people.clerk).get(version.notice.desk_url)
    ((_stage, track),) = page.context["track"]
    assert track[-1].short == pgettext("step", "Recalled")
    assert reverse("desk_notice_postings", args=[version.notice_id]) not in page.content.decode()

    clerk = client_for(desk.people.clerk)
    (waiting,) = items(desk.people.clerk.user, DAY)
    assert (waiting.url, waiting.todo) == (version.notice.desk_url, _("Draft it anew"))
    form = reverse("desk_notice_correct", args=[version.notice_id])
    shown = clerk.get(form)
    assert "reason" not in shown.context["form"].fields and shown.context["heading"] == _("Draft it anew")
    sent = {"title": TITLE, "text": "改动后的办法。", "seen": shown.context["form"]["seen"].value()}
    assert clerk.post(form, sent).status_code == 302
    (waiting,) = items(desk.people.clerk.user, DAY)
    assert waiting.todo == _("Finish and submit"), "it is drafted anew"
    draft = NoticeVersion.objects.get(notice=version.notice_id, number=2)
    anew = actions.submit_draft(version=draft, by=desk.people.clerk.user, at=moment(4, 6, 11))
    anew = actions.review_notice(version=anew, by=desk.people.supervisor.user, at=moment(4, 6, 11))
    anew = actions.sign_notice(version=anew, by=desk.people.secretary.user, at=moment(4, 6, 11))
    found = find(anew.check_code.replace("-", ""), DAY + timedelta(1))
    assert found.kind == LeafKind.PUBLICATION.label, "nobody could read an earlier one"
    assert anew.notice.number == attached.notice.number
    page = client.get(anew.notice.get_absolute_url())
    assert page.context["versions"] == [anew]
    assert not anew.is_correction
    assert client.get(f"{anew.notice.get_absolute_url()}?version=1").status_code == 404
    assert [row.is_correction for row in NoticeVersion.objects.current().with_corrects()] == [False, False]


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 6, 1)])
def test_days_that_a_signature_cannot_be_for(desk, day):
    version = desk.reviewed()
    with pytest.raises(Refused):
        sign(desk, version, day)
    assert version.notice.serial is None
    assert sign(desk, version, date(2026, 5, 31)).published_on == date(2026, 5, 31)


def test_a_number_is_of_the_year_in_which_it_is_published(desk):
    version = desk.reviewed(month=12, day=20)
    assert sign(desk, version, date(2027, 1, 5), at=moment(12, 20, 12)).notice.number == "柳溪居公〔2027〕1号"


def test_a_mistake_on_the_board_is_corrected_at_once(desk):
    version = desk.published()
    new = actions.correct_notice(
        notice=version.notice,
        title="更正",
        text="更正",
        reason="数字有误",
        by=desk.people.clerk.user,
        at=moment(4, 2, 8),
    )
    new = actions.submit_draft(version=new, by=desk.people.clerk.user, at=moment(4, 2, 9))
    new = actions.review_notice(version=new, by=desk.people.supervisor.user, at=moment(4, 2, 10))
    with pytest.raises(Refused):
        sign(desk, new, DAY, at=moment(4, 2, 11))


def test_the_signer_gives_the_day_at_the_desk_and_recalls_there(desk, client_for, clock):
    notice = desk.reviewed(title=TITLE).notice
    secretary, act = client_for(desk.people.secretary), lambda verb: reverse("desk_notice_act", args=[notice.pk, verb])
    wrong = secretary.post(act("sign"), {"publish_on": "2026-02-30"})
    assert wrong.status_code == 409 and wrong.context["sign_form"]["publish_on"].value() == "2026-02-30"
    assert secretary.post(act("sign"), {"publish_on": "2026-04-05"}).status_code == 302
    page = secretary.get(notice.desk_url)
    assert page.context["stage"] == Stage.SCHEDULED and not page.context["is_public"]
    assert page.context["track"][0][1][-1].on == DAY, "the day of publication, not the end of the display"
    assert notice.pk in [
        row.pk for row in secretary.get(reverse("desk_notices") + "?state=scheduled").context["table"].data
    ]
    assert secretary.post(act("withdraw"), {"withdraw-reason": "改期公布"}).status_code == 302
    assert secretary.get(notice.desk_url).context["stage"] == Stage.RECALLED
