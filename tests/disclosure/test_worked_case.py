"""The resolution notice and the outcome notice of the worked case, word for word."""

import datetime

import pytest

from disclosure import actions
from disclosure.enums import Board, Kind, Outcome, Stage

CHINA = datetime.timezone(datetime.timedelta(hours=8))

RESOLUTION_BODY = """\
该事项由12名居民代表联名提出，经社区党委提议、社区“两委”会议商议、党员大会审议，2026年3月31日柳溪社区居民代表会议应到63人、\
实到51人，以无记名投票方式表决，同意45票、反对3票、弃权2票，表决通过。现将决议公布如下：
一、将社区居委会一楼西侧闲置用房改造为老年助餐点。
二、预算186000元（大写：壹拾捌万陆仟元整），其中服务群众专项经费126000元，街道养老服务补助40000元，驻区单位支持20000元。
三、责任人：罗志强。实施时间：2026年4月至6月。监督：柳溪社区居务监督委员会。"""
RESOLUTION_CLOSING = """
公布期限：2026年4月2日至4月16日。如有意见，请于4月8日前向社区居委会或居务监督委员会反映，提倡署实名，个人信息予以保密。
联系电话：0000-8812300（居委会） 监督电话：0000-8812366（居务监督委员会）、0000-8810012（青禾街道）
地址：柳溪路18号，工作日9:00—17:00
特此公告。
柳溪社区居民委员会（盖章）
2026年4月1日
审核：柳溪社区居务监督委员会（盖章） 沈桂兰"""
OUTCOME_CLOSING = """
公布期限：2026年6月13日至6月27日。监督电话：0000-8812366、0000-8810012
特此公告。
柳溪社区居民委员会（盖章）
2026年6月12日"""


def at(month, day, hour=10):
    return datetime.datetime(2026, month, day, hour, tzinfo=CHINA)


def publish(liuxi, *, text, title, month, day, window_days=None):
    people = liuxi.people
    version = actions.draft_notice(
        unit=liuxi.unit,
        board=Board.RESIDENTIAL,
        item="R01",
        issuer=liuxi.bodies["residents_committee"],
        title=title,
        text=text,
        by=people.clerk.user,
        at=at(month, day, 9),
        window_days=window_days,
        source_label="柳溪议〔2026〕2号",
        source_url="/u/990101001001/matters/2026-2/",
    )
    version = actions.submit_draft(version=version, by=people.clerk.user, at=at(month, day, 10))
    version = actions.review_notice(version=version, by=people.supervisor.user, at=at(month, day, 11))
    return actions.sign_notice(version=version, by=people.secretary.user, at=at(month, day, 12))


@pytest.fixture
def resolution(liuxi):
    liuxi.unit.office_hours = "工作日9:00—17:00"
    liuxi.unit.save(update_fields=["office_hours"])
    for number in (1, 2):
        publish(liuxi, title=f"公告{number}", text="内容。", month=1, day=number)
    return publish(liuxi, title="关于老年助餐点改造事项决议的公告", text=RESOLUTION_BODY, month=4, day=1)


def test_the_resolution_notice_is_that_of_the_worked_case(resolution):
    assert resolution.notice.number == "柳溪居公〔2026〕3号"
    assert resolution.published_text == RESOLUTION_BODY + RESOLUTION_CLOSING
    assert (resolution.displayed_until, resolution.window_until) == (
        datetime.date(2026, 4, 16),
        datetime.date(2026, 4, 8),
    )


def test_the_outcome_notice_closes_without_a_window(resolution, liuxi):
    outcome = publish(
        liuxi, title="关于老年助餐点改造事项实施结果的公告", text="一、完成情况。", month=6, day=12, window_days=0
    )
    assert outcome.published_text == "一、完成情况。" + OUTCOME_CLOSING
    assert outcome.window is None
    assert outcome.stage(datetime.date(2026, 6, 27)) == Stage.ON_DISPLAY
    assert outcome.stage(datetime.date(2026, 6, 28)) == Stage.DISPLAY_ENDED


def test_the_objection_by_telephone_is_due_after_the_holiday_and_answered_once(resolution, liuxi):
    objection = actions.register_objection(
        notice=resolution.notice,
        kind=Kind.OBJECTION,
        channel="phone",
        text="担心油烟和噪声",
        name="陈某某",
        by=liuxi.people.clerk.user,
        at=at(4, 3),
    )
    assert objection.due == datetime.date(2026, 4, 9)
    objection = actions.answer_objection(
        objection=objection,
        summary="居民陈*担心油烟和噪声影响楼上，并询问非老年居民能否用餐。",
        reply="助餐点不设厨房，饭菜集中配送，无油烟排放。",
        outcome=Outcome.NOT_UPHELD,
        by=liuxi.people.clerk.user,
        at=at(4, 8),
    )
    assert not resolution.notice.objections.upheld().exists()
    assert not resolution.notice.objections.open().exists()
