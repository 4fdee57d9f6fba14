"""Consultations of 柳溪社区: one answered, one with a point still open, one to come on a draft plan."""

import datetime
import uuid

from councils import actions
from councils.models import Matter
from governance.demo.walk import on


def held(liuxi, *, kind, subject, place, day, came, summary, points, draft="", others="", host=None):
    """A consultation announced three days before and recorded in the evening of its day."""
    row = announced(liuxi, kind, subject, place, day, called_on=day - datetime.timedelta(3), draft=draft, host=host)
    actions.record_consultation(
        by=liuxi.clerk,
        at=on(day, 20),
        consultation=row,
        seen=row.version,
        participants=came,
        others=others,
        summary=summary,
        points=[(text, "") for text in points],
    )
    return row


def announced(liuxi, kind, subject, place, day, *, called_on, **fields):
    return actions.call_consultation(
        by=liuxi.clerk,
        at=on(called_on, 10),
        unit=liuxi.unit,
        token=uuid.uuid4(),
        kind=kind,
        subject=subject,
        held_on=day,
        held_at=datetime.time(15),
        place=place,
        **fields,
    )


def answer(liuxi, row, position, day, outcome, text, matter=None):
    actions.answer_point(
        by=liuxi.clerk,
        at=on(day, 16),
        point=row.points.get(position=position),
        outcome=outcome,
        answer=text,
        matter=matter,
    )


def recent(liuxi, today):
    """What residents raised in the last weeks, and a courtyard meeting of next week."""
    host = liuxi.persons["罗志强"]
    spoken = held(
        liuxi,
        kind="speaking_day",
        subject="十月居民说事：电动自行车停放和楼道照明",
        place="社区一楼说事室",
        day=today - datetime.timedelta(24),
        came=17,
        others="街道平安办、物业企业",
        summary="居民主要反映电动自行车停放混乱、楼道灯损坏和广场舞音量问题。社区当场登记，逐条答复。",
        points=(
            "3栋、4栋之间电动自行车停放占用消防通道，充电插座不够。",
            "5栋二单元楼道灯坏了半个月。",
            "晚上9点后广场舞音量大，影响学生休息。",
        ),
        host=host,
    )
    day = today - datetime.timedelta(20)
    matter = Matter.objects.filter(unit=liuxi.unit).order_by("-id").first()
    answer(liuxi, spoken, 1, day, "matter", f"已列入议事事项，编号：{matter.number}，按程序办理。", matter)
    answer(liuxi, spoken, 2, day, "settled", "物业企业已更换声控灯并检查全部楼道照明，社区已现场查看。")
    answer(liuxi, spoken, 3, day, "passed_on", "已商请街道平安办与舞队约定：每晚8点30分结束，音量由网格员巡查。")
    talk = held(
        liuxi,
        kind="open_talk",
        subject="民情恳谈会：老年助餐点菜品和送餐范围",
        place="老年助餐点",
        day=today - datetime.timedelta(3),
        came=23,
        summary="就餐老人对菜品总体满意，希望增加软烂菜品，并把送餐范围扩大到两个小区。",
        points=("每周增加三次软烂菜品。", "送餐范围扩大到柳岸小区的高龄老人家庭。"),
        host=host,
    )
    answer(liuxi, talk, 1, today - datetime.timedelta(1), "settled", "自下周起周一、周三、周五提供两道软烂菜品。")
    announced(
        liuxi,
        "courtyard",
        "坝坝会：晾晒区改造草案征求意见",
        "3栋前小广场",
        today + datetime.timedelta(6),
        called_on=today - datetime.timedelta(1),
        draft="一、在3栋南侧空地设晾晒架12组。\n\n二、地面做防滑处理，预算28000元，从社区惠民资金列支。\n\n"
        "三、晾晒架先到先用，不得占用过夜。",
        host=host,
    )
