"""Filters and components that every template may use. Components take explicit arguments and make no queries."""

import datetime
import functools
import re

from django import template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from disclosure.text import unbroken_parts
from governance import context as page_context
from governance import formats
from orgs.village import in_place

register = template.Library()

# Board -> (name, character of the seal). The characters are part of the drawing, the same in every language.
SEALS = {"party": "党", "residential": "居", "financial": "财", "compound": "区", "everyday": "告"}


# Filters


@register.filter(name="in_place")
def in_place_of(text, unit):
    """`text` of the portal, never what people typed, in the words of `unit`: a village has other organs."""
    return in_place(text, unit)


@register.filter
def phrases(heading):
    """A Chinese `heading` that breaks behind its punctuation before it breaks inside a word."""
    parts = re.split("(?<=[，：；、])(?=.)", str(heading))
    return format_html_join("", '<span class="phrase">{}</span>', ([part] for part in parts)) if parts[1:] else heading


@register.filter
def unbroken(text):
    """`text` whose dates, hours, telephone and document numbers stay on one line each."""
    parts = unbroken_parts(str(text))
    if not parts:
        return text
    spans = (format_html('<span class="no">{}</span>', part) if is_whole else part for part, is_whole in parts)
    return format_html_join("", "{}", ([span] for span in spans))


def _local(value):
    """`value` as a date or datetime of the portal's time zone."""
    return timezone.localtime(value) if isinstance(value, datetime.datetime) and timezone.is_aware(value) else value


@functools.lru_cache(maxsize=4096)  # lists write the same days again and again
def _day(date, language, written):
    """`<time>` with `date` as the function `written` writes it in `language`, the one of the page."""
    return _time(date, written(date))


def _time(value, text):
    stamp = value.isoformat(timespec="minutes") if isinstance(value, datetime.datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', stamp, text)


@register.filter
def day(value):
    """`<time>` with 3月6日; nothing for nothing."""
    return _day(_local(value), get_language(), formats.day) if value else ""


@register.filter
def longday(value):
    """`<time>` with 2026年3月6日."""
    return _day(_local(value), get_language(), formats.longday) if value else ""


@register.filter
def day_after(value, first):
    """`<time>` with 3月6日 for a day beside `first` (today, or one before it in a text), with its year when another.

    Nothing for nothing.
    """
    if not value or not first:
        return day(value)
    return (day if _local(value).year == _local(first).year else longday)(value)


@register.filter
def day_text(value):
    """3月6日 without an element, for titles and attributes."""
    return formats.day(_local(value)) if value else ""


@register.filter
def longday_text(value):
    """2026年3月6日 without an element, for titles and attributes."""
    return formats.longday(_local(value)) if value else ""


@register.filter
def clocktime(value):
    """`<time>` with 上午9:30; a time or an aware datetime."""
    if value is None or value == "":
        return ""
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', f"{local:%H:%M}", formats.clocktime(local))


@register.filter
def hour_of_day(value):
    """Like `clocktime` for a datetime, nothing for a date without an hour."""
    return clocktime(value) if hasattr(value, "hour") else ""


@register.filter
def weekday(value):
    """星期四."""
    return formats.weekday(_local(value)) if value else ""


@register.filter
def yuan(fen):
    """Integer fen as running text writes yuan: 186000."""
    return "" if fen is None or fen == "" else formats.yuan(fen)


@register.filter
def account(fen):
    """Integer fen as a table of account writes yuan: 186,000.00."""
    return "" if fen is None or fen == "" else formats.account(fen)


@register.filter
def digits(number):
    """The figures of a telephone number, for `tel:`."""
    return re.sub(r"[^0-9+]", "", str(number))


@register.filter
def days_until(value, today):
    """Whole days from `today` to `value`; negative when it has passed."""
    return (value - today).days


@register.filter
def heads(table):
    """{name of a column: its head} of a django-tables2 table, for all its rows: a phone shows them beside the cells."""
    return {column.name: conditional_escape(column.header) for column in table.columns}


# Components


@register.filter
def links(units):
    """A list item with a link for each of `units`. Without a template: a district may have a hundred below it."""
    return format_html_join(
        "", '<li><a href="{}">{}</a></li>', ((unit.get_absolute_url(), unit.name) for unit in units)
    )


@register.filter
def marked(segments):
    """What the search found: its `Segment`s with the hits marked. Without a template: a page has a hundred and more."""
    return format_html_join(
        "",
        "{}",
        ([format_html("<mark>{}</mark>", unbroken(text)) if hit else unbroken(text)] for text, hit in segments),
    )


@register.simple_tag
def tag(text, kind=""):
    """A state as a word. `kind`: good, wait, late, void, or nothing."""
    return format_html('<span class="{}">{}</span>', f"tag {kind}".strip(), text)


@register.simple_tag
def due(on, today):
    """How a due date stands: late in red, three days before in ochre, otherwise the plain number of days."""
    left = (on - today).days
    if left < 0:
        return tag(ngettext("%(days)s day overdue", "%(days)s days overdue", -left) % {"days": -left}, "late")
    if left == 0:
        return tag(_("Due today"), "wait")
    text = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return tag(text, "wait") if left <= 3 else format_html('<small class="no">{}</small>', text)


@register.simple_tag
def options(groups):
    """The options of a select, from the `optgroups` of its widget. Without a template for each of a hundred."""
    drawn = []
    for name, choices, _index in groups:
        found = SafeString("".join(map(_option, choices)))
        drawn.append(format_html('\n  <optgroup label="{}">{}\n      </optgroup>', name, found) if name else found)
    return SafeString("".join(drawn))


def _option(choice):
    attributes = flatatt(choice["attrs"]) if choice["attrs"] else ""
    return format_html('\n    <option value="{}"{}>{}</option>', choice["value"], attributes, choice["label"])


@register.simple_tag
def seal(board, character=""):
    """The mark of a board: party, residential, financial, compound or everyday. The word stands beside it."""
    return format_html('<span class="seal {}" aria-hidden="true">{}</span>', board, character or SEALS[board])


@register.inclusion_tag("ui/clock.html")
def clock(period, today, label, note="", level=3):
    """A public period. `period` has `first` and `last`, both counted; `level` is that of its heading."""
    total = (period.last - period.first).days + 1
    passed = (today - period.first).days
    if today < period.first:
        state = "coming"
    elif today > period.last:
        state = "ended"
    else:
        state = "last" if today == period.last else "running"
    strip = [
        {
            "x": number * 10,
            "state": "" if state == "coming" or number > passed else "today" if number == passed else "gone",
        }
        for number in range(total)
    ]
    return {
        "period": period,
        "today": today,
        "label": label,
        "note": note,
        "level": level,
        "state": state,
        "total": total,
        "number": passed + 1,
        "left": (period.last - today).days,
        "until": (period.first - today).days,
        "days": strip,
        "width": f"{total * 10 - 1.4:.1f}",
    }


@register.simple_tag
def pips(steps):
    """The small track beside a title. `steps`: states (done, now, todo, stopped) or objects that have a `state`."""
    states = [getattr(step, "state", step) for step in steps]
    # Without a template: lists draw some hundred circles on a page.
    marks = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="7" r="5"/>',
        ((state, 7 + 20 * number) for number, state in enumerate(states)),
    )
    return format_html(
        '<svg class="pips" viewBox="0 0 {width} 14" width="{width}" height="14" aria-hidden="true">'
        '<path d="M7 7H{end}"/>{marks}</svg>',
        width=20 * len(states) - 6,
        end=20 * len(states) - 13,
        marks=marks,
    )


@register.inclusion_tag("ui/tally.html")
def tally(in_favour, against, abstain, invalid=None, whole=None, need=None, party=False):
    """Votes as a bar and a list.

    `whole`: what the bar is out of (default: the sum); `need`: votes needed, drawn as a mark; `party`: the words of
    a Party meeting (赞成, 不赞成) instead of a residents' one (同意, 反对).
    """
    words = (
        (pgettext("votes of a Party meeting", "For"), pgettext("votes of a Party meeting", "Against"))
        if party
        else (_("For"), _("Against"))
    )
    parts = [("for", words[0], in_favour), ("against", words[1], against), ("abstain", _("Abstain"), abstain)]
    if invalid is not None:
        parts.append(("invalid", _("Invalid"), invalid))
    x, bars = 0, []
    for key, _label, count in parts:
        bars.append({"key": key, "x": x, "width": count})
        x += count
    return {"parts": parts, "bars": bars, "whole": max(whole or 0, x), "need": need}


@register.inclusion_tag("ui/leaf.html")
def leaf(date):
    """A calendar leaf for a date or an aware datetime."""
    date = _local(date)
    return {"date": date, "month": formats.month(date), "weekday": formats.leaf_weekday(date)}


@register.inclusion_tag("ui/phone.html")
def phone(number, label, hours=""):
    """A telephone number to tap, with whose it is and when somebody answers."""
    return {"number": number, "label": label, "hours": hours}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(*forms):
    """What is wrong in one or more forms or formsets, above the `h1`; each line leads to its field."""
    errors = []
    for form in forms:
        if not form or not form.is_bound:
            continue
        if hasattr(form, "forms"):
            errors += [("", "", error) for error in form.non_form_errors()]
        for single in getattr(form, "forms", [form]):
            errors += _form_errors(single)
    return {"errors": errors}


def _form_errors(form):
    lines = [("", "", error) for error in form.non_field_errors()]
    for field in form:
        target = field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)
        lines += [("" if field.is_hidden else target, field.label, error) for error in field.errors]
    return lines


@register.simple_tag
def error_prefix(*forms):
    """“有误：” at the head of a title when one of the forms has errors."""
    wrong = any(form and form.is_bound and not form.is_valid() for form in forms)
    return _("Error: ") if wrong else ""


@register.inclusion_tag("ui/button.html")
def button(label, reason="", name="", value="", plain=False, url=""):
    """A button of the form around it, or a link when `url` is given. With a `reason` it is closed and says why."""
    return {"label": label, "reason": reason, "name": name, "value": value, "plain": plain, "url": url}


@register.inclusion_tag("ui/menu.html")
def public_menu(path, code):
    """The public menu; `code` is that of the community on the page, or of the last one seen."""
    return {"entries": page_context.public_menu(path, code), "label": _("Main menu")}


@register.inclusion_tag("ui/menu.html")
def desk_menu(path):
    """The staff menu."""
    return {"entries": page_context.desk_menu(path), "label": _("Desk menu")}


@register.inclusion_tag("ui/crumbs.html")
def unit_crumbs(ancestors, here=""):
    """Crumbs from home down a chain of units; `here` is the page itself when it is not the last unit."""
    return {"ancestors": list(ancestors), "here": here}
