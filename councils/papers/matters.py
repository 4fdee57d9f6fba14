"""The papers of a matter: its resolution, the register of its stages, what residents said about it."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from councils import documents
from councils.actions.implementation import done_items
from councils.documents import chinese_number, short_name_of
from councils.enums import Origin
from councils.papers.meetings import convenor_of
from councils.papers.model import (
    OFFICIAL,
    Cell,
    Paper,
    Row,
    Seal,
    Sheet,
    Table,
    Text,
    heading,
    pairs,
    signatures,
    wide,
)
from councils.papers.words import method_of, moment, named, verdict, void_clause, vote_sentence
from councils.procedures import Deliberation, Purpose
from councils.voting import percent
from disclosure.closing import chinese_date, chinese_period
from disclosure.models import Notice
from orgs.village import in_place

FOUR_TWO, OTHER = "四议两公开决策实施登记表", "议事决策实施登记表"
ORIGINS = {Origin.RESIDENTS: "党员群众建议", Origin.CADRES: "{place}干部提出", Origin.HIGHER: "上级部署"}
# The stages at which somebody of the street sits in and signs (local form).
STREET_SIGNS = ("review", "resolve")
STREET = ("街道", "镇政府", "乡政府", "镇党委", "乡党委")
COLUMNS = 4
# The first column holds 街道（乡镇） on one line, the third 到会比例.
REGISTER_WIDTHS = (22, 34, 17, 27)
KEPT_BY_THE_PARTY = "会议记录由党组织保管，本页不载。"
_CHANNELS = {"web": "网上", "phone": "来电", "visit": "来访"}


NOTICES = ("resolution_notice", "outcome_notice")


def with_notices(matter, rounds=()):
    """`matter` with its notices as papers read them: versions, signatures, files, issuer, opinions. Five queries.

    So have its earlier `rounds`.
    """
    holders = (matter, *rounds)
    rows = Notice.objects.filter(pk__in={getattr(row, f"{name}_id") for row in holders for name in NOTICES} - {None})
    rows = rows.select_related("issuer", "unit").with_versions()
    for notice in rows.prefetch_related("versions__attachments__attachment", "objections"):
        for row in holders:
            for name in NOTICES:
                if getattr(row, f"{name}_id") == notice.pk:
                    setattr(row, name, notice)
    return matter


def notices_of(row):
    """The notices of a matter or of one of its earlier rounds, the resolution's first."""
    return [notice for name in NOTICES if (notice := getattr(row, name)) is not None]


def resolution_item(matter):
    """The agenda item by which the deciding step is validly done, or None."""
    deciding = matter.procedure_row.deciding_step.key
    return next((item for item in reversed(done_items(matter)) if item.step == deciding), None)


def why_no_resolution(matter):
    """Why there is no resolution of `matter` to print; None when there is one."""
    if resolution_item(matter) is None:
        return _("The deciding step is not done yet: there is no resolution.")
    return None


def items_until(matter, number):
    """The agenda items on which the round `number` of `matter` stood when it ended, in the order of the steps."""
    latest = {}
    for item in matter.items.all():
        if not item.void and item.round <= number and item.vote and item.step_row.goes_on(item.vote.is_carried):
            latest[item.step] = item
    return [latest[step.key] for step in matter.steps if step.key in latest]


def resolution(matter, past=None):
    """决议 in the manner of GB/T 9704. Only for a matter that `why_no_resolution` finds resolved.

    Of an earlier round (`past`) only where it published its resolution.
    """
    items = items_until(matter, past.number) if past else done_items(matter)
    item = next(item for item in reversed(items) if item.step_row.binding)
    meeting, vote = item.meeting, item.vote
    path = documents.path_of(items, matter.unit)
    place = f"在{meeting.place}举行，" if meeting.place else ""
    opening = (
        f"{documents.origin_clause(matter)}{f'，经{path}' if path else ''}。"
        f"{chinese_date(meeting.held_on)}，{meeting.body.name}{place}{documents.attendance_of(vote)}，"
        f"会议有效，以{method_of(vote)}方式表决，{documents.counts_of(vote)}，{verdict(vote)}。会议决议如下："
    )
    paragraphs = [f"{row.number}、{row.text}" for row in documents.resolved_paragraphs(matter, past)]
    blocks = (Text(opening), *map(Text, paragraphs), Seal(convenor_of(meeting), meeting.held_on))
    sheet = Sheet(
        f"{meeting.body.name}关于{(past or matter).short_title}事项的决议",
        blocks,
        layout=OFFICIAL,
        subtitle=f"（{chinese_date(meeting.held_on)}通过）",
    )
    return Paper("决议", (sheet,), meeting.held_on)


def register(matter, *, opened):
    """四议两公开决策实施登记表: a sheet for each numbered stage, filled in from the record, blank where there is none.

    `opened(item)` says whether the reader may read the record of that sitting; of the others the sheet gives body and
    result only.
    """
    title = FOUR_TWO if matter.procedure.startswith("four_two") else OTHER
    sheets = []
    for step in matter.procedure_row.steps:
        if not step.numbered:
            continue
        rows = _deliberation(matter, step, opened) if isinstance(step, Deliberation) else _disclosure(matter, step)
        with override("zh-hans"):
            name = str(step.label)
        blocks = (
            Text(f"编号：{matter.number}", "right"),
            Table(REGISTER_WIDTHS, (*_head(matter), *rows)),
        )
        sheets.append(Sheet(title, blocks, subtitle=f"（{chinese_number(len(sheets) + 1)}）{name}"))
    return Paper(title, tuple(sheets), matter.registered_on)


def _head(matter):
    """What is the same on all sheets: where the matter comes from, and what it is."""
    place = in_place("社区", matter.unit)
    ticks = [("☑" if origin == matter.origin else "□") + word.format(place=place) for origin, word in ORIGINS.items()]
    return (
        wide("动议事由", "　".join(ticks), columns=COLUMNS, height=9),
        wide("事项", matter.title, columns=COLUMNS, height=9),
    )


def sittings_of(matter, step):
    """(the sitting that counts at `step` or None, those that were void before it)."""
    items = [item for item in matter.items.all() if item.step == step.key]
    held = [item for item in items if not item.void]
    current = max(held, key=lambda item: (item.round, item.meeting.held_on), default=None)
    return current, [item for item in items if item.meeting.is_void]


def _deliberation(matter, step, opened):
    item, void = sittings_of(matter, step)
    skipped = matter.is_statutory and step not in matter.steps
    if item is None or not opened(item):
        meeting, vote, shown = (item.meeting if item else None), None, False
    else:
        meeting, vote, shown = item.meeting, item.vote, True
    when = moment(meeting) if shown else chinese_date(meeting.held_on) if meeting else ""
    rows = [
        wide("时间", when, columns=COLUMNS, height=9),
        wide("会议形式", short_name_of(meeting.body, matter.unit) if meeting else "", columns=COLUMNS, height=9),
        pairs(
            "应到／实到",
            f"应到{_people(meeting.entitled)}，实到{_people(meeting.present)}" if shown else "",
            "到会比例",
            percent(meeting.present, meeting.entitled) if shown else "",
            height=9,
        ),
        wide("内容", _content(matter, item, void, shown, skipped, opened), columns=COLUMNS, height=50),
        wide("表决情况", _vote(item, vote, shown), columns=COLUMNS, height=16),
    ]
    if step.part in STREET_SIGNS:
        rows.append(wide("街道（乡镇）\n列席人员及职务", _street(meeting) if shown else "", columns=COLUMNS, height=16))
    if step.binding:
        opinion = meeting.supervision_opinion if shown else ""
        rows.append(wide("监督意见", opinion, columns=COLUMNS, height=16))
    rows.append(wide("参会人员\n（签名）", "", columns=COLUMNS, height=40))
    rows.append(pairs("主持人\n（签名）", "", "记录人\n（签名）", "", height=16))
    return tuple(rows)


def _street(meeting):
    """Who of the street sat in."""
    return named([row for row in meeting.observers if any(word in row.get("capacity", "") for word in STREET)])


def _people(number):
    return "　　人" if number is None else f"{number}人"


def _content(matter, item, void, shown, skipped, opened):
    """What the meeting was about: at the first stage the plan itself; void sittings; the sentence for everyone."""
    if skipped:
        return "依法联名提请召开会议，直接进入决议。"
    if item is None:
        return ""
    if not shown:
        return KEPT_BY_THE_PARTY
    first = item.step == matter.procedure_row.steps[0].key
    lines = [matter.plan if first else item.motion if item.motion.endswith("。") else f"{item.motion}。"]
    for other in void:
        if opened(other) and other.pk != item.pk:
            sitting = other.meeting
            lines.append(
                f"{chinese_date(sitting.held_on)}应到{sitting.entitled}人，实到{sitting.present}人，"
                "到会人数未达规定，会议未举行，另行召开。"
            )
    if item.meeting.public_summary:
        lines.append(item.meeting.public_summary)
    return "\n".join(lines)


def _vote(item, vote, shown):
    if vote is not None:
        counts = vote_sentence(vote, item.meeting.rule.is_party) + void_clause(vote)
        return f"{method_of(vote)}：{counts}，{verdict(vote)}。"
    # Of a sitting that the reader may not read, everyone may know that it passed.
    if item is not None and not shown and item.meeting.confirmed_at and item.vote:
        return f"{verdict(item.vote)}。"
    return ""


def _disclosure(matter, step):
    outcome = step.purpose == Purpose.OUTCOME
    notice = matter.outcome_notice if outcome else matter.resolution_notice
    version = notice.current if notice else None
    rows = _implementation(matter) if outcome else ()
    published = chinese_date(version.published_on) if version else ""
    opinions = opinions_sentence(notice) if version else ""
    reviewer = ""
    if version and version.reviewed_by:
        body = version.review_body.name if version.review_body else ""
        reviewer = f"{body}　{version.reviewed_by.name}　{version.review_note}".strip("　")
    return (
        *rows,
        wide("公开内容", version.title if version else "", columns=COLUMNS, height=12),
        pairs("公告编号", notice.number if version else "", "公布日期", published, height=9),
        wide("公布期限", chinese_period(version.display) if version else "", columns=COLUMNS, height=9),
        *_window(version),
        wide("公开形式", ("☑" if version else "□") + "网上公开　□公开栏　□其他：", columns=COLUMNS, height=9),
        wide("意见办理", opinions, columns=COLUMNS, height=16),
        wide("监督意见", reviewer, columns=COLUMNS, height=16),
        pairs("公布单位\n（盖章）", version.issuer_name if version else "", "监督人员\n（签名）", "", height=24),
    )


def _window(version):
    """The objection window, where the notice has one or there is no notice yet."""
    if version and not version.window:
        return ()
    return (wide("意见反映期", chinese_period(version.window) if version else "", columns=COLUMNS, height=9),)


def _implementation(matter):
    """What was done, spent and chosen, as far as it is recorded."""
    first = next(iter(matter.milestones.all()), None)
    year = first.on.year if first else matter.year
    phrases = [documents.milestone_phrase(row, 0) for row in matter.milestones.all()]
    parts = dict(documents.outcome_parts(matter, year, opinions=documents.Opinions(0, 0)))
    evaluation = in_place("居民评议", matter.unit)
    return (
        wide("实施情况", "，".join(phrases) + "。" if phrases else "", columns=COLUMNS, height=16),
        wide("经费使用", parts["经费使用"].removesuffix("明细见附表。"), columns=COLUMNS, height=16),
        wide("施工单位", parts["施工单位"], columns=COLUMNS, height=9),
        wide(evaluation, parts[evaluation], columns=COLUMNS, height=12),
    )


def opinions_sentence(notice):
    """意见反映期内收到意见1件，已答复1件; or that none was received."""
    received = list(notice.objections.all())
    replied = sum(objection.replied_on is not None for objection in received)
    return f"收到意见{len(received)}件，已答复{replied}件。" if received else "未收到意见。"


def opinions(matter, rounds=()):
    """意见登记表: what residents brought up about the notices of all rounds, in the public summaries, and the answers.

    Names and raw texts stay where they were taken; None when nothing was brought up.
    """
    notices = [notice for row in (*rounds, matter) for notice in notices_of(row)]
    rows = [heading("序号", "日期", "方式", "反映（摘要）", "答复", "答复日期")]
    for notice in notices:
        for objection in notice.objections.all():
            cells = (
                str(len(rows)),
                chinese_date(objection.received_on),
                _CHANNELS.get(objection.channel, ""),
                objection.summary,
                objection.reply,
                chinese_date(objection.replied_on) if objection.replied_on else "",
            )
            rows.append(Row(tuple(Cell(text) for text in cells)))
    if len(rows) == 1:
        return None
    blocks = (
        Text(f"事项：{matter.title}　　编号：{matter.number}", "plain"),
        Table((7, 15, 9, 29, 27, 13), tuple(rows), head=1),
        signatures("登记人\n（签字）", "日期", height=16),
    )
    return Paper("意见登记表", (Sheet("意见登记表", blocks),), notices[0].current and notices[0].current.published_on)
