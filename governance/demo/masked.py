"""A name that should not have stood in a notice, masked by two persons."""

import datetime

from disclosure import actions
from governance.demo.notices import Sheet, publish
from governance.demo.walk import on

NAME = "郝金凤"
TEXT = f"""本季度社区人民调解委员会受理邻里纠纷4件，均已达成调解协议：
1.漏水赔偿2件，其中{NAME}与楼上住户一件，约定由楼上住户修复防水层；
2.噪声1件，约定22:00以后不使用音响；
3.楼道堆物1件，已清理。"""


def recent(liuxi, today):
    """Published nine days before `today`, masked on the third day."""
    day = today - datetime.timedelta(9)
    version = publish(liuxi, Sheet(day, "R29", "本季度矛盾纠纷调解情况", TEXT, 7))
    asked = today - datetime.timedelta(7)
    actions.ask_redaction(
        version=version,
        title=version.title,
        text=version.published_text.replace(NAME, "×××"),
        reason="调解当事人的姓名不应公开",
        by=liuxi.secretary,
        at=on(asked, 9),
    )
    actions.agree_redaction(version=version, by=liuxi.supervisor, at=on(asked, 11))
