"""The record of a consultation: what residents were asked about, what they raised, what came of each point."""

from django.utils.translation import override

from councils.papers.model import Cell, Paper, Row, Sheet, Table, Text, heading, signatures, wide
from councils.papers.words import moment_of
from disclosure.closing import chinese_date
from orgs.village import in_place


def record(consultation):
    """协商记录 of a consultation with its points. Who raised a point is kept for asking back alone, and left out."""
    with override("zh-hans"):
        kind = in_place(str(consultation.get_kind_display()), consultation.unit)
    residents = in_place("居民", consultation.unit)
    came = "" if consultation.participants is None else f"{residents}{consultation.participants}人"
    facts = (
        wide("主题", consultation.subject, columns=4, height=9),
        wide("形式", kind, columns=4, height=9),
        wide("时间", moment_of(consultation.held_on, consultation.held_at), columns=4, height=9),
        wide("地点", consultation.place, columns=4, height=9),
        wide("主持人", consultation.host.name if consultation.host else "", columns=4, height=9),
        wide("参加人员", "，".join(filter(None, (came, consultation.others))), columns=4, height=9),
        wide("协商内容", consultation.called_off_reason or consultation.summary, columns=4, height=50),
    )
    rows = [heading("序号", "意见", "答复", "答复日期")]
    for place, point in enumerate(consultation.points.all(), start=1):
        answered = chinese_date(point.answered_on) if point.answered_on else ""
        texts = (str(place), point.text, point.answer, answered)
        rows.append(Row(tuple(Cell(text, centre=not column) for column, text in enumerate(texts)), height=9))
    blocks = (
        Text(f"编号：{consultation.number}", "right"),
        Table((17, 33, 17, 33), facts),
        *([Table((8, 40, 36, 16), tuple(rows), head=1)] if len(rows) > 1 else []),
        signatures("主持人\n（签字）", "记录人\n（签字）", height=16),
    )
    return Paper("协商记录", (Sheet(f"{residents}协商记录", blocks),), consultation.held_on)
