"""Papers: what they say of the worked case, how they are built, who may print them, and that Word opens them."""

import datetime
import io
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from audit.models import Event
from councils.enums import Presence
from councils.models import Meeting, RollEntry
from councils.papers import docx, word
from councils.papers.catalogue import MATTER_FORMS, MEETING_FORMS, RETENTION
from councils.papers.consultations import record
from councils.papers.matters import opinions, register, resolution
from councils.papers.meetings import MOST_BALLOTS, ballots, count_sheet, minutes, notice, packet, session_of, sign_in
from councils.papers.model import FORM, OFFICIAL, Paper, Seal, Sheet, Table, Text, balanced, half_widths, heading
from councils.papers.words import chinese_time
from tests.councils.case import Case, day, earlier_notices, liuxi_case


def everything(item):
    return True


def nothing(item):
    return not item.meeting.is_party


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The worked case up to the second notice, once for all tests that only read it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        case = liuxi_case()
        earlier_notices(case.place, 2)
        case.deliberate()
        case.disclose()
        case.object()
        case.implement()
        case.account_for()
        earlier_notices(case.place, 8)
        case.disclose_outcome()
        case.fresh()
        yield case
        transaction.set_rollback(True)


@pytest.fixture
def case(told, db):
    told.fresh()
    return told


def meeting_of(case, step, outcome="valid"):
    return Meeting.objects.select_related("unit", "body").get(
        items__matter=case.matter, items__step=step, outcome=outcome
    )


def fields(sheet):
    """{label: value} of the tables of a sheet."""
    found = {}
    for table in sheet.blocks:
        if isinstance(table, Table):
            for row in table.rows:
                label = None
                for cell in row.cells:
                    if cell.label:
                        label = cell.text
                    elif label:
                        found.setdefault(label, cell.text)
    return found


# The worked case, word for word


def test_the_register_has_six_sheets_with_the_facts_of_the_case(case):
    sheets = register(case.matter, opened=everything).sheets
    assert len(sheets) == 6
    for sheet in sheets:
        said = fields(sheet)
        assert said["动议事由"] == "☑党员群众建议　□社区干部提出　□上级部署"
        assert said["事项"] == "关于将社区闲置用房改造为老年助餐点的事项"
        assert Text("编号：柳溪议〔2026〕2号", "right") in sheet.blocks or "柳溪议〔2026〕" in sheet.blocks[0].text
    propose, confer, review, resolve, disclosed, outcome = map(fields, sheets)
    assert [said["应到／实到"] for said in (propose, confer, review, resolve)] == [
        "应到7人，实到7人",
        "应到10人，实到9人",
        "应到138人，实到104人",
        "应到63人，实到51人",
    ]
    assert [said["到会比例"] for said in (propose, confer, review, resolve)] == ["100%", "90%", "75.36%", "80.95%"]
    assert [said["会议形式"] for said in (propose, confer, review, resolve)] == [
        "社区党委",
        "社区“两委”会议",
        "党员大会",
        "居民代表会议",
    ]
    assert confer["时间"] == "2026年3月11日上午9:30" and resolve["时间"] == "2026年3月31日晚7:00"
    assert review["表决情况"] == "举手：赞成98人，不赞成2人，弃权4人，表决通过。"
    assert resolve["表决情况"] == "无记名投票：同意45票，反对3票，弃权2票，无效1张，表决通过。"
    assert resolve["监督意见"] == "程序符合规定，资金来源清楚，同意提交表决。"
    assert "2026年3月24日应到63人，实到40人，到会人数未达规定，会议未举行，另行召开。" in resolve["内容"]
    assert propose["内容"].startswith(case.matter.plan)
    assert disclosed["公告编号"] == "柳溪居公〔2026〕3号" and disclosed["公布日期"] == "2026年4月1日"
    assert disclosed["公布期限"] == "2026年4月2日至4月16日" and disclosed["意见反映期"] == "2026年4月2日至4月8日"
    assert disclosed["意见办理"] == "收到意见1件，已答复1件。"
    assert "柳溪社区居务监督委员会　沈桂兰" in disclosed["监督意见"]
    assert outcome["实施情况"] == ("2026年4月20日开工，2026年5月29日完工，2026年6月4日验收合格，2026年6月8日试运行。")
    assert outcome["经费使用"] == (
        "预算186000元，实际支出179260元（大写：壹拾柒万玖仟贰佰陆拾元整），结余6740元，留存服务群众专项经费。"
    )
    assert outcome["施工单位"] == "经三家单位询价比选确定，居务监督委员会全程参加。"
    assert outcome["公告编号"] == "柳溪居公〔2026〕9号" and "意见反映期" not in outcome


def test_the_register_keeps_the_record_of_the_party_from_others(case):
    propose, confer, review, resolve = map(fields, register(case.matter, opened=nothing).sheets[:4])
    for said in (propose, confer, review):
        assert said["应到／实到"] == said["到会比例"] == ""
        assert said["表决情况"] == "表决通过。"
        assert case.matter.plan not in said["内容"]
    assert propose["时间"] == "2026年3月6日" and review["会议形式"] == "党员大会"
    assert resolve["应到／实到"] == "应到63人，实到51人"


def test_the_register_of_a_new_matter_is_blank_where_nothing_is_recorded(case):
    case = Case(case.place)
    sheets = [fields(sheet) for sheet in register(case.fresh(), opened=everything).sheets]
    assert len(sheets) == 6
    assert all(said["事项"] == case.matter.title for said in sheets)
    assert sheets[0]["时间"] == sheets[0]["内容"] == sheets[4]["公告编号"] == sheets[5]["实施情况"] == ""
    assert sheets[4]["公开形式"].startswith("□网上公开")


def test_a_statutory_call_skips_the_stages_before(case):
    case = Case(case.place, statutory_call="reps_fifth", initiator_count=12)
    propose, *_others = register(case.fresh(), opened=everything).sheets
    assert fields(propose)["内容"] == "依法联名提请召开会议，直接进入决议。"


def test_the_resolution(case):
    paper = resolution(case.matter)
    sheet = paper.sheets[0]
    assert sheet.title_lines == ["柳溪社区居民代表会议", "关于老年助餐点改造事项的决议"]
    assert sheet.subtitle == "（2026年3月31日通过）" and sheet.layout is OFFICIAL
    texts = [block.text for block in sheet.blocks[:-1]]
    assert texts == [
        "该事项由12名居民代表联名提出，经社区党委提议、社区“两委”会议商议、党员大会审议。2026年3月31日，"
        "柳溪社区居民代表会议在社区党群服务中心多功能厅举行，应到63人、实到51人，会议有效，以无记名投票方式表决，"
        "同意45票、反对3票、弃权2票，表决通过。会议决议如下：",
        "一、将社区居委会一楼西侧闲置用房改造为老年助餐点。",
        "二、预算186000元（大写：壹拾捌万陆仟元整），其中服务群众专项经费126000元，街道养老服务补助40000元，"
        "驻区单位支持20000元。",
        "三、责任人：罗志强。实施时间：2026年4月至6月。监督：柳溪社区居务监督委员会。",
    ]
    assert sheet.blocks[-1] == Seal("柳溪社区居民委员会", day(3, 31))


def test_the_minutes_of_the_deciding_meeting(case):
    text = minutes(session_of(meeting_of(case, "resolve"))).plain()
    for line in (
        "柳溪社区居民代表会议记录",
        "时间\t2026年3月31日晚7:00",
        "应到63人，实到51人",
        "程序符合规定，资金来源清楚，同意提交表决。",
        "表决方式：无记名投票。监票人吴秀珍，计票人邓海涛，唱票人孙敏。",
        "发出表决票51张，收回51张，有效50张，无效1张（两项同时划“√”）。",
        "同意45票，反对3票，弃权2票，表决通过。",
    ):
        assert line in text
    void = minutes(session_of(meeting_of(case, "resolve", "no_quorum"))).plain()
    assert "到会人数未达规定，会议不能举行，未进行表决。" in void and "表决通过" not in void


def test_the_packet_of_a_meeting_that_was_held_is_filled_in(case):
    session = session_of(meeting_of(case, "resolve"))
    said = packet(session).plain()
    assert minutes(session).plain() in said and "同意45票，反对3票，弃权2票，表决通过。" in said
    assert "邓海涛" in said


def test_party_meetings_speak_of_approval(case):
    text = minutes(session_of(meeting_of(case, "review"))).plain()
    assert "赞成98人，不赞成2人，弃权4人，表决通过。" in text and "罗志强代表“两委”说明方案。" in text
    assert "□赞成　　□不赞成　　□弃权" in ballots(session_of(meeting_of(case, "review"))).plain()


def test_the_count_sheet_has_the_numbers_once_they_are_recorded(case):
    said = fields(count_sheet(session_of(meeting_of(case, "resolve"))).sheets[0])
    numbers = ("应到人数", "实到人数", "发出票数", "收回票数", "有效票", "无效票", "同意", "反对", "弃权", "合计")
    assert [said[name] for name in numbers] == ["63", "51", "51", "51", "50", "1", "45", "3", "2", "50"]
    assert "邓海涛" in count_sheet(session_of(meeting_of(case, "resolve"))).plain()


def test_opinions_are_told_in_the_summary_that_is_public(case):
    text = opinions(case.matter).plain()
    assert "居民陈*担心油烟和噪声影响楼上" in text and "2026年4月8日" in text
    assert "担心油烟和噪声影响楼上，并询问" in text


# Before a meeting


@pytest.fixture
def called(case):
    """A meeting of the representatives that is called, on a counted roll of 63."""
    fresh = Case(case.place)
    fresh.propose(), fresh.confer(), fresh.review()
    return fresh.call(
        "resolve",
        "residents_reps",
        day(11, 24),
        held_at=datetime.time(19),
        roll_mode="counted",
        roll_basis="居委会成员和居民代表",
    )


def test_the_packet_has_everything_in_the_order_of_its_use(called):
    session = session_of(called)
    paper = packet(session)
    titles = [sheet.title for sheet in paper.sheets]
    name = "柳溪社区居民代表会议"
    assert titles == [f"关于召开{name}的通知", f"{name}签到表", "", f"{name}计票单", f"{name}记录"]
    assert "定于2026年11月24日（星期二）晚7:00召开柳溪社区居民代表会议" in notice(session).plain()
    assert notice(session).sheets[0].blocks[-1].issuer == "柳溪社区居民委员会"
    slips = paper.sheets[2].blocks[0]
    assert len(slips.slips) == 63 and [len(four) for four in slips.fours] == [4] * 15 + [3]
    ballot = [text.text for text in slips.slips[0]]
    assert ballot[0] == "柳溪社区居民代表会议表决票" and ballot[1].endswith("编号：0001")
    assert ballot[3] == "□同意　　□反对　　□弃权"
    assert "多选或无法辨认的为无效票，不选的视为弃权" in ballot[4] and "本票无记名" in ballot[4]
    assert "未加盖社区居民委员会印章的无效" in ballot[4]


def test_more_ballots_than_fit_come_in_several_goes(called):
    Meeting.objects.filter(pk=called.pk).update(entitled=MOST_BALLOTS + 7)
    called.refresh_from_db()
    slips = ballots(session_of(called)).sheets[0].blocks[0].slips
    rest = ballots(session_of(called, first=MOST_BALLOTS + 1)).sheets[0].blocks[0].slips
    assert (len(slips), len(rest)) == (MOST_BALLOTS, 7)
    assert rest[0][1].text.endswith(f"{MOST_BALLOTS + 1:04}")


def test_the_sign_in_sheet_names_who_is_on_the_roll_and_who_is_away(case, called):
    Meeting.objects.filter(pk=called.pk).update(roll_mode="named", observers=[{"name": "唐磊", "capacity": "街道"}])
    away = {"presence": Presence.LEAVE, "leave_reason": "外出培训"}
    RollEntry.objects.create(meeting=called, name="何静", capacity="居民代表", **away)
    RollEntry.objects.create(meeting=called, name="预备甲", capacity="党员", votes=False)
    text = sign_in(session_of(Meeting.objects.get(pk=called.pk))).plain()
    assert "何静\t居民代表\t\t请假（外出培训）" in text and "预备甲\t党员（无表决权）" in text
    assert "1\t唐磊\t街道" in text


def test_who_is_recused_stands_in_the_minutes(called):
    roll = (SimpleNamespace(name="许国平", presence="present", recused=True, recusal_reason="其弟承揽工程"),)
    assert "回避：许国平（其弟承揽工程）。" in minutes(replace(session_of(called), roll=roll)).plain()


def test_written_proxies_stand_on_the_sheet_and_in_the_minutes(called):
    session = replace(session_of(called), proxies=(SimpleNamespace(giver="甲", holder="乙"),))
    assert "书面委托：甲（受托人乙）。" in sign_in(session).plain()
    assert "书面委托：甲（受托人乙）。" in minutes(session).plain()


def test_a_vote_in_writing_names_its_period(called):
    called.voting_from = day(11, 20)
    assert "定于2026年11月20日至2026年11月24日（书面表决）召开" in notice(session_of(called)).plain()


def test_the_record_of_a_consultation_leaves_out_who_said_it():
    point = SimpleNamespace(text="油烟怎么办", answer="不设厨房。", answered_on=day(3, 2), raised_by="陈大妈")
    consultation = SimpleNamespace(
        subject="老年助餐点选址",
        number="柳溪协〔2026〕1号",
        held_on=day(2, 26),
        held_at=datetime.time(9, 30),
        place="院坝",
        host=SimpleNamespace(name="何静"),
        participants=23,
        others="物业企业",
        summary="大家同意选址。",
        called_off_reason="",
        unit=SimpleNamespace(is_village=False),
        points=SimpleNamespace(all=lambda: [point]),
        get_kind_display=lambda: "坝坝会",
    )
    text = record(consultation).plain()
    for part in (
        "主题\t老年助餐点选址",
        "2026年2月26日上午9:30",
        "居民23人，物业企业",
        "1\t油烟怎么办\t不设厨房。",
    ):
        assert part in text
    assert "陈大妈" not in text


# The model


@pytest.mark.parametrize(
    ("hour", "minute", "text"),
    [
        (5, 0, "凌晨5:00"),
        (9, 30, "上午9:30"),
        (12, 5, "中午12:05"),
        (15, 0, "下午3:00"),
        (19, 0, "晚7:00"),
        (0, 0, "凌晨12:00"),
    ],
)
def test_times(hour, minute, text):
    assert chinese_time(datetime.time(hour, minute)) == text


def test_long_titles_are_balanced():
    title = "关于" + "将社区闲置用房改造为老年助餐点" * 8
    lines = balanced(title[:120], 40)
    assert "".join(lines) == title[:120] and all(half_widths(line) <= 40 for line in lines)
    assert max(map(len, lines)) - min(map(len, lines)) <= len(lines)
    assert balanced("短标题", 40) == ["短标题"] and balanced("", 40) == []


@pytest.mark.parametrize("issuer", ["柳溪社区居民委员会", "青禾街道柳溪社区第一居民代表会议筹备委员会"])
def test_issuer_and_date_are_centred_on_each_other(issuer):
    seal = Seal(issuer, day(3, 31))
    name, date = seal.indents
    assert abs((name + half_widths(issuer) / 2) - (date + half_widths(seal.date) / 2)) <= 1
    assert date >= 8 and name >= 0


def test_every_kept_paper_has_a_period_of_retention():
    assert {"notice", "sign-in", "count", "minutes", *MATTER_FORMS, "scan", "file"} <= set(RETENTION)


# Word


def opened_again(paper):
    return Document(io.BytesIO(docx.write(paper)))


def test_word_has_the_page_the_fonts_and_the_page_field(case):
    written = docx.write(resolution(case.matter))
    assert len(written) < 20_000  # without the unused styles of the library's own document
    document = Document(io.BytesIO(written))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    title, body = document.paragraphs[0], document.paragraphs[4]
    assert title.text == "柳溪社区居民代表会议"
    assert title.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert body.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋" and body.runs[0].font.size.pt == 16
    for footer in (section.footer, section.even_page_footer):
        xml = footer._element.xml
        assert "PAGE" in xml and 'w:fldCharType="begin"' in xml and "— " in xml
    assert document.paragraphs[-1].text == "2026年3月31日"


def test_word_has_real_tables_with_the_texts(case):
    document = opened_again(register(case.matter, opened=everything))
    assert len(document.tables) == 6 and len(document.sections) == 6
    cells = [cell.text for row in document.tables[3].rows for cell in row.cells]
    assert "80.95%" in cells and "应到63人，实到51人" in cells
    head = opened_again(sign_in(session_of(meeting_of(case, "resolve")))).tables[0].rows[0]
    assert "w:tblHeader" in head._tr.xml


def test_long_and_hostile_texts_come_out_whole(case):
    """60 kB of minutes, a title of 120 characters, 300 names, characters that XML cannot hold."""
    meeting = meeting_of(case, "resolve")
    line = "居民代表发言：<script>alert(1)</script> & “引号”𠮷㙓\x0b\x00。"
    meeting.minutes = "\n".join([line] * (60_000 // len(line)))
    meeting.roll_mode = "named"
    session = session_of(meeting)
    nothing_said = {"capacity": "", "votes": True, "presence": "", "leave_reason": "", "recused": False}
    roll = [SimpleNamespace(name=f"代表{n}", **nothing_said) for n in range(300)]
    session = SimpleNamespace(**(vars(session) | {"roll": roll, "motions": session.motions}))
    written = opened_again(minutes(session))
    assert sum("居民代表发言" in paragraph.text for paragraph in written.paragraphs) == 60_000 // len(line)
    assert len(opened_again(sign_in(session)).tables[0].rows) == 301
    long = "关于" + "长" * 118
    paper = Paper("x\x00", (Sheet(long, (Table((50, 50), (heading("甲", "乙"),)),), layout=FORM),))
    assert "".join(p.text for p in opened_again(paper).paragraphs) == long


# Pages


@pytest.fixture
def clerk(case, client_for):
    return client_for(case.place.people.clerk)


@pytest.mark.parametrize("form", list(MEETING_FORMS))
def test_every_paper_of_a_meeting_opens_and_saves(case, clerk, form):
    meeting = meeting_of(case, "resolve")
    assert clerk.get(reverse("meeting_paper", args=[meeting.pk, form])).status_code == 200
    saved = clerk.get(reverse("meeting_paper_docx", args=[meeting.pk, form]))
    assert saved.headers["Content-Type"] == word.MEDIA_TYPE and saved.content[:2] == b"PK"
    assert "attachment" in saved.headers["Content-Disposition"]


@pytest.mark.parametrize("first", ["", "x", "-1", "0", "９", "1" * 40])
def test_a_strange_serial_number_is_the_first(case, clerk, first):
    address = reverse("meeting_paper", args=[meeting_of(case, "resolve").pk, "ballots"])
    page = clerk.get(address, {"first": first})
    assert page.status_code == 200


def test_unknown_papers_are_not_there(case, clerk):
    assert clerk.get(reverse("meeting_paper", args=[meeting_of(case, "resolve").pk, "nonsense"])).status_code == 404
    assert clerk.get(reverse("matter_paper", args=[case.matter.pk, "nonsense"])).status_code == 404


def test_there_is_no_resolution_before_the_decision(case, client_for):
    case = Case(case.place)
    clerk = client_for(case.place.people.clerk)
    for name in ("matter_paper", "matter_paper_docx"):
        answer = clerk.get(reverse(name, args=[case.matter.pk, "resolution"]))
        assert answer.status_code == 302 and answer.url == case.matter.get_desk_url()


def test_papers_of_the_party_by_person(case, client_for):
    meeting, people = meeting_of(case, "review"), case.place.people
    for person, status in (
        (people.clerk, 200),
        (people.secretary, 200),
        (people.supervisor, 404),
        (people.street, 404),
        (people.stranger, 404),
        (people.administrator, 404),
        (None, 302),
    ):
        client = client_for(person)
        for name, form in (("meeting_paper", "packet"), ("meeting_paper", "minutes"), ("meeting_paper_docx", "count")):
            assert client.get(reverse(name, args=[meeting.pk, form])).status_code == status, (person, form)


def test_reading_a_paper_of_the_party_is_written_down(case, clerk):
    meeting = meeting_of(case, "review")
    before = Event.objects.filter(verb="read_party_record").count()
    clerk.get(reverse("meeting_paper", args=[meeting.pk, "minutes"]))
    clerk.get(reverse("meeting_paper", args=[meeting_of(case, "resolve").pk, "minutes"]))
    assert Event.objects.filter(verb="read_party_record").count() == before + 1


def test_pages_take_few_queries_however_long_the_roll(case, clerk, called, django_assert_max_num_queries):
    address = reverse("meeting_paper", args=[called.pk, "packet"])
    with django_assert_max_num_queries(14):
        clerk.get(address)
    for form in MATTER_FORMS:
        with django_assert_max_num_queries(20):
            clerk.get(reverse("matter_paper", args=[case.matter.pk, form]))
