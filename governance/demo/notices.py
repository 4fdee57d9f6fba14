"""What else hangs on the demo's boards: notices of 2026 around the worked case, and those of these weeks."""

import datetime
from dataclasses import dataclass

from disclosure import actions, relief
from disclosure.enums import Board, Frequency, Kind
from disclosure.models import Notice
from disclosure.periods import Period, period_of
from governance.demo.walk import on


@dataclass(frozen=True)
class Sheet:
    """One notice: when it was published, its catalogue item, title and text."""

    day: datetime.date
    item: str
    title: str
    text: str
    window_days: int = 0
    period: Period | None = None


BOARDS = {"P": Board.PARTY, "R": Board.RESIDENTIAL, "F": Board.FINANCIAL, "E": Board.COMPOUND}
ISSUERS = {
    Board.PARTY: ("party_committee",),
    Board.RESIDENTIAL: ("residents_committee", "villagers_committee"),
    Board.FINANCIAL: ("residents_committee", "villagers_committee"),
    Board.COMPOUND: ("owners_committee",),
}

PARTY_CHECKER = "罗志强"  # looks at Party notices for secrecy and accuracy


def _day(month, number):
    return datetime.date(2026, month, number)


# Minimal as the form at the desk makes it, and masked; people of the demo have no needs of their own.
_AIDED = [
    relief.Row(name, "临时救助", "元", f"2026年{month}月", fen=yuan * 100)
    for name, month, yuan in (
        *(("赵**", 1, 1800), ("孙*", 2, 2000), ("吴**", 3, 1600)),
        *(("郑**", 4, 2400), ("冯*", 5, 1600), ("褚**", 5, 2000)),
    )
]
OF_THE_YEAR = (
    Sheet(
        _day(1, 16),
        "P01",
        "柳溪社区党委委员分工",
        "经柳溪社区党员大会选举、青禾街道党工委批准，新一届社区党委委员分工如下：\n"
        "职务\t姓名\t分工\n书记\t周明远\t主持全面工作\n副书记\t何静\t组织、宣传\n委员\t罗志强\t为民服务\n委员\t许国平\t调解、平安建设\n"
        "委员\t韩立新\t纪检\n委员\t蒋海燕\t小区党建\n委员\t钱永福\t统战、群团",
    ),
    Sheet(
        _day(1, 20),
        "R08",
        "柳溪社区居民委员会成员分工和值班安排",
        "新一届居民委员会成员分工如下：\n职务\t姓名\t分工\n主任\t周明远\t主持全面工作\n副主任\t罗志强\t公共服务、物业联系\n委员\t何静\t文化教育\n"
        "委员\t许国平\t人民调解\n委员\t丁春梅\t公共卫生\n委员\t石建华\t治安、消防\n委员\t白玉兰\t妇女、儿童和老年人工作\n"
        "工作日9:00—17:00有人接待，双休日和节假日安排一人值班。",
    ),
    Sheet(
        _day(2, 10),
        "R11",
        "柳溪社区居民委员会2026年工作计划",
        "经居民代表会议讨论，2026年主要做好以下工作：\n一、办好老年助餐、楼道照明等民生项目。\n二、推进居民公约修订，广泛征求居民意见。\n"
        "三、每季度公开一次财务收支，重大支出随时公开。\n四、每半年召开一次居民代表会议，报告工作情况。",
        7,
    ),
    Sheet(
        _day(4, 10),
        "F06",
        "柳溪社区2026年第一季度服务群众专项经费收支公开表",
        "单位：元\n日期\t摘要\t收入\t支出\t余额\t凭证号\n1月1日\t上年结转\t\t\t62,400.00\t\n"
        "1月20日\t春节慰问困难党员群众85户\t\t10,200.00\t52,200.00\t1-04\n2月27日\t2026年度拨款\t160,000.00\t\t212,200.00\t2-02\n"
        "3月18日\t楼道扶手维修\t\t12,200.00\t200,000.00\t3-09\n3月31日\t本期合计\t160,000.00\t22,400.00\t200,000.00\t\n"
        "审批：周明远　审核：居务监督委员会　会计：青禾街道代理记账　报账员：林晓雯",
    ),
    Sheet(
        _day(4, 14),
        "R01",
        "2026年第一季度居民代表会议决定落实情况",
        "第一季度居民代表会议决定事项2件，落实情况如下：\n一、楼道扶手维修，3月18日完工，支出12200元。\n二、社区图书角开放时间延长至每日20:00，3月1日起执行。",
    ),
    Sheet(
        _day(5, 6),
        "P18",
        "社区“大党委”成员名单和第一季度例会议定事项",
        "一、社区“大党委”由8人组成，其中驻区单位委员2人，业主委员会、物业服务企业、社区民警委员各1人。\n"
        "二、第一季度例会议定：驻区单位支持老年助餐点改造资金20000元；物业服务企业每月第一周开放物业服务接待日。",
    ),
    Sheet(
        _day(5, 20),
        "R03",
        "社区公共服务用房使用安排",
        "一、一楼东侧：便民服务大厅，工作日9:00—17:00开放。\n二、二楼会议室：议事和培训，居民可提前一日预约。\n三、二楼图书角：每日9:00—18:00开放。",
        7,
    ),
    Sheet(
        _day(5, 29),
        "R26",
        "2026年5月环境卫生和消防安全检查情况",
        "5月检查楼道36个，清理堆物12处，更换过期灭火器8具，整改率100%。应急照明灯损坏15处，已列入6月更换计划。",
    ),
    Sheet(
        _day(6, 3),
        "R28",
        "2026年5月志愿服务情况",
        "5月开展志愿服务9场，参加126人次，服务时长252小时，内容为助老理发、旧衣回收和文明劝导。",
    ),
    Sheet(
        _day(6, 9),
        "R20",
        "2026年上半年临时救助办理情况",
        relief.compose("R20", _AIDED, decided_by="青禾街道办事处", decided_on=_day(6, 5), period="2026年上半年"),
    ),
    Sheet(
        _day(7, 10),
        "F06",
        "柳溪社区2026年第二季度服务群众专项经费收支公开表",
        "单位：元\n日期\t摘要\t收入\t支出\t余额\t凭证号\n4月1日\t期初余额\t\t\t200,000.00\t\n"
        "6月5日\t老年助餐点改造（柳溪居公〔2026〕3号）\t\t119,260.00\t80,740.00\t6-03\n"
        "6月16日\t端午节慰问困难老人72户\t\t8,640.00\t72,100.00\t6-07\n6月24日\t楼道应急照明灯更换\t\t15,300.00\t56,800.00\t6-11\n"
        "6月30日\t本期合计（大写：壹拾肆万叁仟贰佰元整）/期末余额\t0.00\t143,200.00\t56,800.00\t\n"
        "审批：周明远　审核：居务监督委员会 沈桂兰　会计：青禾街道代理记账　报账员：林晓雯",
    ),
)
CORRECTION = Sheet(
    _day(5, 25),
    "R03",
    "社区公共服务用房使用安排",
    "一、一楼东侧：便民服务大厅，工作日9:00—17:00开放。\n二、二楼会议室：议事和培训，居民可提前一日预约。\n三、二楼图书角：每日9:00—20:00开放。",
)


def until(place, after, day):
    """Publish the notices of 柳溪社区 dated after `after` and until `day`."""
    for sheet in OF_THE_YEAR:
        if after < sheet.day <= day:
            publish(place, sheet)
    if after < CORRECTION.day <= day:
        _correct(place)


def draft(place, sheet):
    """The clerk's draft of `sheet` on its day."""
    board = BOARDS[sheet.item[0]]
    issuer = next(place.bodies[kind] for kind in ISSUERS[board] if kind in place.bodies)
    return actions.draft_notice(
        unit=place.unit,
        board=board,
        item=sheet.item,
        issuer=issuer,
        title=sheet.title,
        text=sheet.text,
        window_days=sheet.window_days,
        period=sheet.period,
        by=place.clerk,
        at=on(sheet.day, 9),
    )


def publish(place, sheet):
    """Drafted, reviewed where its class asks for it, and signed on one day."""
    return _sign(place, draft(place, sheet), sheet.day)


def _sign(place, version, day):
    actions.submit_draft(version=version, by=place.clerk, at=on(day, 10))
    if version.review_required:
        party = version.notice.board == Board.PARTY
        checker = place.persons[PARTY_CHECKER].user if party else place.supervisor
        opinion = "内容准确，不涉密。" if party else "情况属实，同意公布。"
        actions.review_notice(version=version, by=checker, at=on(day, 14), opinion=opinion)
    return actions.sign_notice(version=version, by=place.secretary, at=on(day, 16))


def _correct(place):
    """The opening hours of the reading corner were printed wrong: a second version, the first stays readable."""
    notice = Notice.objects.get(unit=place.unit, item=CORRECTION.item, year=CORRECTION.day.year)
    version = actions.correct_notice(
        notice=notice,
        title=CORRECTION.title,
        text=CORRECTION.text,
        reason="图书角开放时间应为每日9:00—20:00，原公告误写为18:00。",
        by=place.clerk,
        at=on(CORRECTION.day, 9),
    )
    _sign(place, version, CORRECTION.day)


def recent(liuxi, taoyuan, today):
    """What these weeks brought, dated back from `today`."""

    def back(days):
        return today - datetime.timedelta(days=days)

    # The last one that was over before the first of these reports.
    last_month = period_of(Frequency.MONTH, back(8).replace(day=1) - datetime.timedelta(days=1))
    month = last_month.first.month
    publish(
        liuxi,
        Sheet(
            back(9),
            "P05",
            "社区党委本季度学习和工作安排",
            "一、开展主题党日活动1次，组织生活会1次。\n二、党员领办小区微实事6件，结果在本栏公布。",
        ),
    )
    publish(
        liuxi,
        Sheet(
            back(8),
            "F04",
            f"{month}月居民委员会办公经费收支公开表",
            "单位：元\n摘要\t收入\t支出\n街道拨付办公经费\t4,000.00\t\n水电费\t\t1,126.40\n办公用品\t\t683.00\n电话和网络\t\t320.00\n"
            "本月结余\t\t1,870.60",
        ),
    )
    safety = publish(
        liuxi,
        Sheet(
            back(3),
            "R26",
            f"{month}月环境卫生和消防安全检查情况",
            f"{month}月检查楼道36个，清理堆物9处，劝导电动自行车进楼7次，更换消防通道标识11块。",
            7,
            last_month,
        ),
    )
    actions.receive_objection(
        notice=safety.notice,
        kind=Kind.QUESTION,
        text="3号楼地下室门口的堆物什么时候清理？",
        at=on(back(1), 20),
    )
    publish(
        taoyuan,
        Sheet(
            back(5),
            "R30",
            f"{month}月居民意见办理情况",
            f"{month}月收到居民意见14件，已办结12件，2件正在办理。",
            7,
            last_month,
        ),
    )
    # Two drafts that wait: one for the supervision committee, one for the signature.
    waiting = draft(
        liuxi,
        Sheet(
            back(2),
            "R28",
            f"{month}月志愿服务情况",
            f"{month}月开展志愿服务8场，参加103人次，服务时长206小时。",
            period=last_month,
        ),
    )
    actions.submit_draft(version=waiting, by=liuxi.clerk, at=on(back(2), 10))
    reviewed = draft(
        liuxi,
        Sheet(
            back(3),
            "R30",
            f"{month}月居民意见办理情况",
            f"{month}月收到居民意见21件，已办结19件，2件正在办理。",
            period=last_month,
        ),
    )
    actions.submit_draft(version=reviewed, by=liuxi.clerk, at=on(back(3), 10))
    actions.review_notice(version=reviewed, by=liuxi.supervisor, at=on(back(1), 9), opinion="情况属实，同意公布。")
    for title, text, shown, age in (
        (
            "柳溪路14号至22号停水检修",
            f"因管道检修，{_when(today + datetime.timedelta(days=2))}上午8:30至下午4:00停水，请提前储水。",
            3,
            1,
        ),
        (
            "老年助餐点开放时间和就餐办法",
            "每日10:30至13:00开放。60周岁以上老人凭证件登记后就餐，价格见现场公示。",
            60,
            20,
        ),
    ):
        actions.publish_announcement(
            unit=liuxi.unit,
            title=title,
            text=text,
            shown_until=today + datetime.timedelta(days=shown),
            by=liuxi.clerk,
            at=on(back(age), 9),
        )


def _when(day):
    return f"{day.month}月{day.day}日"
