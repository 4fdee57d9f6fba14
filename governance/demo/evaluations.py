"""What residents said of two outcomes: one evaluation is over, the other was called off and is open anew."""

import datetime

from disclosure import actions
from disclosure.enums import Answer
from disclosure.models import Notice
from governance.demo.walk import on

# How many answered by telephone and on paper.
BY_CODE = {Answer.SATISFIED: 19, Answer.FAIRLY: 6, Answer.UNSATISFIED: 3, Answer.UNAWARE: 4}
ON_PAPER = {Answer.SATISFIED: 30, Answer.FAIRLY: 7, Answer.UNSATISFIED: 1, Answer.UNAWARE: 4}


def tell(place, today):
    """Of the meal point some weeks ago, and of the rooms for residents just now."""
    meals = _of(place, "关于老年助餐点改造事项实施结果的公告")
    finished, codes = _asked(place, meals, "您对老年助餐点运行情况是否满意？", today - datetime.timedelta(50), 14, 120)
    for answer, number in BY_CODE.items():
        for _each in range(number):
            actions.answer_slip(code=codes.pop(), answer=answer, at=on(finished.closes_on, 18))
    number = sum(ON_PAPER.values())
    actions.enter_paper(
        evaluation=finished,
        slips=codes[:number],
        counts=ON_PAPER,
        tellers=("沈桂兰", "方建国"),
        by=place.clerk,
        at=on(finished.closes_on + datetime.timedelta(1), 10),
    )
    rooms = _of(place, "社区公共服务用房使用安排")
    question = "您对社区公共服务用房使用安排是否满意？"
    lost, _void = _asked(place, rooms, question, today - datetime.timedelta(32), 14, 60)
    actions.call_off_evaluation(
        evaluation=lost,
        reason="部分评议票在分发时遗失，本次评议取消，另行发票重新评议。",
        by=place.secretary,
        at=on(today - datetime.timedelta(20), 15),
    )
    _running, codes = _asked(place, rooms, question, today - datetime.timedelta(16), 14, 60)
    for answer in (Answer.SATISFIED, Answer.SATISFIED, Answer.FAIRLY):
        actions.answer_slip(code=codes.pop(), answer=answer, at=on(today - datetime.timedelta(1), 18))


def _of(place, title):
    """The notice of the place with this title."""
    return Notice.objects.filter(unit=place.unit, versions__title=title).latest("pk")


def _asked(place, notice, question, day, days, households):
    """(the evaluation, the codes of its slips): announced on `day`, open from ten days later for `days`."""
    opens_on = day + datetime.timedelta(10)
    evaluation = actions.open_evaluation(
        notice=notice,
        question=question,
        opens_on=opens_on,
        closes_on=opens_on + datetime.timedelta(days),
        households=households,
        by=place.clerk,
        at=on(day, 10),
    )
    return evaluation, actions.print_slips(evaluation=evaluation, by=place.clerk, at=on(day, 11))
