"""The street's own columns for the register of matters, as its offices know it from paper."""

from orgs import actions
from orgs.models import ExportLayout

REGISTER = (
    ("number", "议题编号"),
    ("unit", "所在社区（村）"),
    ("title", "议题名称"),
    ("registered_on", "提出日期"),
    ("origin", "提出方式"),
    ("decided_by", "决议主体"),
    ("planned", "预算金额（元）"),
    ("spent", "实际支出（元）"),
    ("status", "办理进度"),
)


def lay_out(street, by, at):
    """The layout of `street` for its matters."""
    actions.add_layout(layout=ExportLayout(unit=street, sheet="matters"), columns=REGISTER, by=by, at=at)
