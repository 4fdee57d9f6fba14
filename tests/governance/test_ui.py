"""Filters and components: what they print, without a database."""

import datetime
from dataclasses import dataclass

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from governance import formats
from governance.templatetags import ui

MARCH = datetime.date(2026, 3, 6)
EVENING = datetime.datetime(2026, 3, 31, 11, 0, tzinfo=datetime.UTC)  # 19:00 in China


@dataclass(frozen=True)
class Days:
    first: datetime.date
    last: datetime.date


PERIOD = Days(datetime.date(2026, 4, 2), datetime.date(2026, 4, 16))


class Form(forms.Form):
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    text = forms.CharField(label="Text", help_text="Hint")
    agrees = forms.BooleanField(label="Agrees", required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Does not add up")


def render(source, **context):
    return Template(source).render(Context(context))


def test_a_heading_breaks_behind_its_punctuation():
    assert ui.phrases("公开内容防篡改，<可核验>") == (
        '<span class="phrase">公开内容防篡改，</span><span class="phrase">&lt;可核验&gt;</span>'
    )
    assert ui.phrases("关于步道的公告，") == "关于步道的公告，"
    assert render("{{ title|phrases }}", title="<b>") == "&lt;b&gt;"


@pytest.fixture
def english():
    with translation.override("en"):
        yield


# Dates, times and money


def test_dates_are_time_elements_with_a_machine_date(english):
    assert ui.day(MARCH) == '<time datetime="2026-03-06">6 March</time>'
    assert ui.longday(MARCH) == '<time datetime="2026-03-06">6 March 2026</time>'
    assert formats.longday(datetime.datetime(2026, 3, 5, 18, 30, tzinfo=datetime.UTC)) == "6 March 2026"  # 2:30 here
    assert ui.day_text(MARCH) == "6 March"
    assert ui.day(None) == ui.longday(None) == ui.clocktime(None) == ""
    assert ui.day_after(MARCH, datetime.date(2026, 1, 1)) == ui.day(MARCH)
    assert ui.day_after(MARCH, datetime.date(2025, 12, 31)) == ui.longday(MARCH)


def test_moments_are_shown_in_local_time(english):
    assert ui.clocktime(EVENING) == '<time datetime="19:00">7:00 pm</time>'
    late = datetime.datetime(2026, 3, 31, 17, 0, tzinfo=datetime.UTC)  # 1 April, 01:00 in China
    assert "2026-04-01" in ui.day(late)
    assert "1 April" in ui.day(late)


@pytest.mark.parametrize(
    ("hour", "minute", "text"),
    [(0, 5, "12:05 am"), (5, 59, "5:59 am"), (9, 30, "9:30 am"), (12, 0, "12:00 pm"), (13, 5, "1:05 pm")],
)
def test_hours_of_the_day(english, hour, minute, text):
    assert formats.clocktime(datetime.time(hour, minute)) == text


@pytest.mark.parametrize(
    ("fen", "plain", "account"),
    [
        (18600000, "186000", "186,000.00"),
        (18600050, "186000.50", "186,000.50"),
        (5, "0.05", "0.05"),
        (0, "0", "0.00"),
        (-123456, "-1234.56", "-1,234.56"),
    ],
)
def test_money(fen, plain, account):
    assert ui.yuan(fen) == plain
    assert ui.account(fen) == account


def test_no_money_prints_nothing():
    assert ui.yuan(None) == ui.account(None) == ui.account("") == ""


# Clock


@pytest.mark.parametrize(
    ("today", "state", "gone", "marks_today"),
    [
        (datetime.date(2026, 3, 20), "coming", 0, 0),
        (datetime.date(2026, 4, 1), "coming", 0, 0),
        (datetime.date(2026, 4, 2), "running", 0, 1),
        (datetime.date(2026, 4, 10), "running", 8, 1),
        (datetime.date(2026, 4, 16), "last", 14, 1),
        (datetime.date(2026, 4, 17), "ended", 15, 0),
        (datetime.date(2027, 4, 17), "ended", 15, 0),
    ],
)
def test_clock_draws_every_day_once(today, state, gone, marks_today):
    shown = ui.clock(PERIOD, today, "Display period")
    states = [mark["state"] for mark in shown["days"]]
    assert shown["state"] == state
    assert shown["total"] == len(states) == 15
    assert (states.count("gone"), states.count("today")) == (gone, marks_today)


def test_clock_tells_the_days_left(english):
    text = render('{% clock period today "Display" %}', period=PERIOD, today=datetime.date(2026, 4, 10))
    assert "6 days left" in text
    assert "Today is day 9 of 15" in text


@pytest.mark.parametrize(("days", "kind"), [(-1, "tag late"), (0, "tag wait"), (3, "tag wait"), (4, None)])
def test_due_dates_turn_to_tags(days, kind):
    html = ui.due(MARCH + datetime.timedelta(days), MARCH)
    assert (f'class="{kind}"' in html) if kind else ('class="tag' not in html)


# Votes and steps


def test_tally_bar_stands_for_the_votes():
    shown = ui.tally(45, 3, 2, 1, whole=51, need=26)
    assert [(bar["key"], bar["x"], bar["width"]) for bar in shown["bars"]] == [
        ("for", 0, 45),
        ("against", 45, 3),
        ("abstain", 48, 2),
        ("invalid", 50, 1),
    ]
    assert shown["whole"] == 51


def test_tally_bar_never_overflows():
    assert ui.tally(45, 3, 2, whole=10)["whole"] == 50


def test_pips_take_states_or_steps():
    @dataclass
    class Step:
        state: str

    assert ui.pips(["done", "now", "todo"]) == ui.pips([Step("done"), Step("now"), Step("todo")])


# Buttons and tags


def test_closed_button_cannot_be_sent_and_says_why():
    html = render('{% button "Sign" reason=why %}', why="Drafter <b>")
    assert 'aria-disabled="true"' in html
    assert 'type="button"' in html
    assert "Drafter &lt;b&gt;" in html


def test_text_in_components_is_escaped():
    assert "&lt;script&gt;" in ui.tag("<script>")
    assert "&lt;b&gt;" in render("{% phone number label %}", number="0000-8812300", label="<b>")


def test_phone_can_be_tapped():
    assert 'href="tel:00008812300"' in render('{% phone "0000-8812300" "Office" %}')


# Forms


def test_error_summary_leads_to_each_field():
    html = render("{% error_summary form %}", form=Form({}))
    for target in ("#id_kind_0", "#id_text"):
        assert f'href="{target}"' in html
    assert "Does not add up" in html
    assert "#id_token" not in html
    assert 'role="alert"' in html


def test_error_summary_is_silent_without_errors():
    assert render("{% error_summary form %}", form=Form()).strip() == ""
    assert ui.error_prefix(Form()) == ""
    assert ui.error_prefix(Form({})) != ""


def test_error_summary_takes_formsets():
    formset = forms.formset_factory(Form, extra=1)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-text": "x"}
    )
    assert 'href="#id_form-0-kind_0"' in render("{% error_summary formset %}", formset=formset)


def test_fields_are_tied_to_label_hint_and_error():
    html = str(Form({"kind": "a"}))
    assert '<label for="id_text">' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'aria-invalid="true"' in html
    assert "<fieldset" in html
    assert html.count('type="radio"') == 2
    assert html.count('name="token"') == 1


def test_every_id_of_a_form_is_used_once():
    import re

    ids = re.findall(r' id="([^"]+)"', str(Form({})))
    assert len(ids) == len(set(ids))
