"""What people read daily in the demo: who is on duty this week, and a service guide in its second version."""

import datetime

from disclosure import actions, everyday
from disclosure.enums import AnnouncementKind
from governance.demo.walk import on

OFFICE = "0000-8812300"
ON_DUTY = (*("罗志强", "丁春梅", "石建华", "白玉兰", "许国平"), "何静", "罗志强")
GUIDE = {
    "conditions": "年满60周岁、在本社区居住的老年人，可在社区登记老年助餐。行动不便的，可由家属代为登记。",
    "papers": "居民身份证原件；代为登记的，另带代办人身份证原件。",
    "time_limit": "材料齐全的，当场办结。",
    "post": "便民服务大厅民政窗口",
    "phone": OFFICE,
}


def recent(liuxi, today):
    """This week's rota; the guide as it was first written, and corrected."""
    monday = today - datetime.timedelta(days=today.weekday())
    duties = [
        everyday.Duty(monday + datetime.timedelta(number), "值班干部", name, OFFICE)
        for number, name in enumerate(ON_DUTY)
    ]
    _publish(liuxi, monday, AnnouncementKind.ROTA, "本周值班表", everyday.rota_text(duties), shown_until=duties[-1].day)
    kind, title = AnnouncementKind.GUIDE, "老年助餐登记办事指南"
    old = everyday.guide_text(GUIDE | {"time_limit": "3个工作日。"})
    first = _publish(liuxi, today - datetime.timedelta(40), kind, title, old)
    _publish(liuxi, today - datetime.timedelta(20), kind, title, everyday.guide_text(GUIDE), supersedes=first)


def _publish(liuxi, day, kind, title, text, **fields):
    return actions.publish_announcement(
        unit=liuxi.unit, kind=kind, title=title, text=text, by=liuxi.clerk, at=on(day, 8), **fields
    )
