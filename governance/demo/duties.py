"""What the demo's communities must publish: duties reckoned since last month, most of them done at 柳溪社区."""

import datetime
import uuid

from disclosure import actions
from disclosure.enums import Board, Frequency
from disclosure.periods import period_of
from governance.demo.notices import Sheet, publish
from governance.demo.walk import on

STANDING = (
    ("P17", "党员责任区和联系户分工", "社区党委划分6个党员责任区，每名委员联系1个小区。"),
    (
        "R09",
        "居务监督委员会成员和监督渠道",
        "居务监督委员会由沈桂兰等3人组成，可当面或者电话提出监督意见。",
    ),
    (
        "R10",
        "居民小组长和居民代表分布",
        "社区设居民小组12个，居民代表56名，由各居民小组推选产生。",
    ),
    (
        "R15",
        "柳溪社区居民公约",
        "一、爱护公共环境。\n二、邻里互助，尊老爱幼。\n三、文明养犬。",
    ),
    ("R17", "可以出具的证明事项", "居民委员会只出具法律、法规规定的证明。"),
    (
        "R18",
        "社区服务事项办事指南",
        "老年人优待等事项在一楼大厅办理，行动不便的居民可预约上门。",
    ),
    ("R27", "网格划分和楼栋长", "社区划分为8个网格，每个网格1名网格员，楼栋长由居民推选产生。"),
    (
        "F20",
        "柳溪社区财务管理制度",
        "支出由经手人签字，居务监督委员会审核，主任审批。",
    ),
)


def reckon(places, liuxi, taoyuan, today):
    """The street reckons duties; 柳溪社区 adds an item of its own and had nothing to say of it last month."""
    last_month = period_of(Frequency.MONTH, today.replace(day=1) - datetime.timedelta(days=1))
    first, tang = last_month.first, places.user("唐磊")
    for unit, since in (
        (places.units["street"], today.replace(day=1)),
        (liuxi.unit, first),
        (taoyuan.unit, first),
    ):
        actions.begin_duties(
            unit=unit, first_on=since, reason="青禾街道公开工作安排", token=uuid.uuid4(), by=tang, at=on(first, 9)
        )
    settled = {"unit": liuxi.unit, "first_on": first, "by": liuxi.secretary, "at": on(first, 10)}
    own = actions.add_item(
        board=Board.RESIDENTIAL,
        title="老年助餐点运营情况",
        frequency=Frequency.MONTH,
        reason="居民代表会议要求每月公开",
        token=uuid.uuid4(),
        **settled,
    )
    actions.leave_out(item="R33", reason="红白理事会由街道统一设立，章程在街道公开", token=uuid.uuid4(), **settled)
    actions.tighten_item(
        item="F02",
        frequency=Frequency.MONTH,
        reason="居民代表会议决定",
        token=uuid.uuid4(),
        **(settled | {"first_on": today.replace(day=1)}),
    )
    for number, (item, title, text) in enumerate(STANDING):
        publish(liuxi, Sheet(first + datetime.timedelta(days=12 + number % 3), item, title, text))
    actions.sign_nothing(
        unit=liuxi.unit,
        item=own.item,
        period=last_month,
        by=liuxi.secretary,
        at=on(last_month.last + datetime.timedelta(days=1), 10),
    )
