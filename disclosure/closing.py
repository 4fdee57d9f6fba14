"""The closing block of a notice: periods, telephones, address, signature, date, reviewer (pure).

Notices are Chinese documents, so this wording is not translated. With an objection window the block is the long one of
a resolution; without (an outcome, a statement) periods and supervision telephones share a line.
"""

from dataclasses import dataclass
from datetime import date

from disclosure import clocks, text
from disclosure.enums import Board
from orgs.village import in_village

_OPENING = "公布期限："


@dataclass(frozen=True)
class Facts:
    """What a closing block is made of. Telephones are (number, label) in order; `reviewer` may still be empty."""

    published_on: date
    display_days: int
    window_days: int
    board: Board
    village: bool
    number: str
    issuer: str
    phones: tuple[tuple[str, str], ...] = ()
    supervision: tuple[tuple[str, str], ...] = ()
    address: str = ""
    hours: str = ""
    review_body: str = ""
    reviewer: str = ""

    @property
    def display(self):
        return clocks.display_period(self.published_on, self.display_days)

    @property
    def window(self):
        return clocks.objection_window(self.published_on, self.window_days)


def chinese_date(day, *, year=True):
    """2026年4月1日, or 4月1日."""
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def chinese_period(period):
    """2026年4月2日至4月16日; the year again only when it changes."""
    return f"{chinese_date(period.first)}至{chinese_date(period.last, year=period.last.year != period.first.year)}"


def tokens(facts):
    """Values of the tokens of `disclosure/text.py`."""
    return {
        "published_on": chinese_date(facts.published_on),
        "display_first": chinese_date(facts.display.first),
        "display_last": chinese_date(facts.display.last),
        "window_last": chinese_date((facts.window or facts.display).last),
        "number": facts.number,
    }


def _addressees(facts):
    """To whom objections go."""
    if facts.board == Board.PARTY:
        return facts.issuer
    if facts.board == Board.COMPOUND:
        return f"{facts.issuer}或社区居委会"
    committees = "社区居委会或居务监督委员会"
    return in_village(committees) if facts.village else committees


def _labelled(phones):
    return "、".join(f"{number}（{label}）" if label else number for number, label in phones)


def closing(facts):
    """The lines of the closing block."""
    period = f"{_OPENING}{chinese_period(facts.display)}。"
    lines = []
    if facts.window:
        until = chinese_date(facts.window.last, year=facts.window.last.year != facts.published_on.year)
        period += f"如有意见，请于{until}前向{_addressees(facts)}反映，提倡署实名，个人信息予以保密。"
        lines.append(period)
        telephones = []
        if facts.phones:
            telephones.append(f"联系电话：{_labelled(facts.phones)}")
        if facts.supervision:
            telephones.append(f"监督电话：{_labelled(facts.supervision)}")
        if telephones:
            lines.append(" ".join(telephones))
        if facts.address:
            lines.append(f"地址：{facts.address}" + (f"，{facts.hours}" if facts.hours else ""))
    else:
        if facts.supervision:
            period += "监督电话：" + "、".join(number for number, _label in facts.supervision)
        lines.append(period)
    lines += ["特此公告。", f"{facts.issuer}（盖章）", chinese_date(facts.published_on)]
    if facts.window and facts.review_body:
        lines.append(f"审核：{facts.review_body}（盖章） {facts.reviewer}".rstrip())
    return lines


def body_of(whole):
    """The body of a whole text as `compose` made it: what stands before the last line that opens a closing block."""
    body, opening, _closing = whole.rpartition(f"\n{_OPENING}")
    return body if opening else whole


def compose(body, facts):
    """The whole text of a notice: `body` with its tokens filled, then the closing block, one paragraph a line."""
    return text.fill(text.clean(body), tokens(facts)) + "\n" + "\n".join(closing(facts))
