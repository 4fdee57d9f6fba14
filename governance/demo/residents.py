"""What residents bring up in the demo, at every stage; a notice off the board with masked names, and its posting."""

import datetime

from disclosure import actions
from disclosure.enums import Channel, Feedback, Kind
from governance.demo.notices import Sheet, publish
from governance.demo.walk import on

POSTS = """序号\t姓名\t岗位
1\t方小琴\t楼道保洁协管
2\t田宝根\t楼道保洁协管
3\t苗玉兰\t助老巡访
以上人员由居民小组推荐，联系人：林晓雯。"""


def recent(liuxi, today):
    """Dated back from `today`."""

    def back(days):
        return today - datetime.timedelta(days=days)

    version = publish(liuxi, Sheet(back(60), "R23", "社区公益性岗位拟聘人员名单", POSTS, 7))
    actions.enter_posting(
        notice=version.notice, posted_on=back(60), taken_down_on=back(44), by=liuxi.clerk, at=on(back(44), 17)
    )

    def ask(days, text, summary):
        return actions.register_objection(
            notice=version.notice,
            kind=Kind.QUESTION,
            channel=Channel.PHONE,
            text=text,
            summary=summary,
            by=liuxi.clerk,
            at=on(back(days), 10),
        )

    def answer(objection, days, reply):
        return actions.answer_objection(objection=objection, reply=reply, by=liuxi.clerk, at=on(back(days), 15))

    told = {"channel": Channel.PHONE, "by": liuxi.clerk}
    when = answer(ask(55, "什么时候上岗？", "询问上岗时间"), 54, "公布期满后签订协议，次月1日上岗。")
    actions.give_feedback(objection=when, feedback=Feedback.SATISFIED, at=on(back(50), 9), **told)
    pay = answer(ask(20, "补贴怎么算？", "询问岗位补贴标准"), 19, "按街道公益性岗位补贴标准发放。")
    actions.give_feedback(objection=pay, feedback=Feedback.NOT_SATISFIED, at=on(back(15), 9), **told)
    # Nobody answered: at the supervision committee from the fourth working day, at the street from the seventh.
    ask(14, "保洁时间能不能避开早高峰？", "建议保洁时间避开早高峰")
