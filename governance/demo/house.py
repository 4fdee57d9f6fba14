"""What 柳溪社区 settled for itself, as everyone reads it at /u/<code>/rules/."""

import datetime
import uuid

from councils.actions.house import adopt_local_rule, authorise_representatives
from councils.voting import Share
from governance.demo.walk import on

GIVEN = datetime.date(2026, 1, 25)


def settle(liuxi, today):
    """The authorisation that the representatives hold for a year, and two thirds to come to the two committees."""
    if today < GIVEN:
        return
    authorise_representatives(
        by=liuxi.secretary,
        at=on(GIVEN + datetime.timedelta(1), 10),
        unit=liuxi.unit,
        token=uuid.uuid4(),
        given_on=GIVEN,
        document="2026年1月25日柳溪社区居民会议决议",
        categories=["M17"],
        extent="居民公约和自治章程除外",
        until=datetime.date(2026, 12, 31),
    )
    adopt_local_rule(
        by=liuxi.secretary,
        at=on(GIVEN + datetime.timedelta(1), 10),
        unit=liuxi.unit,
        token=uuid.uuid4(),
        rule_key="two_committees",
        quorum=Share(2, 3),
        document="柳溪社区“两委”议事规则",
        adopted_on=GIVEN,
        in_force_from=datetime.date(2026, 2, 1),
    )
