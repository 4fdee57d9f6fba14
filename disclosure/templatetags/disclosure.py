"""What depends on the day of the page, `{{ version|stage_on:today }}`, how a typed reason reads in a sentence, and the
card that a link to a page becomes when it is passed on."""

from django import template
from django.conf import settings
from django.templatetags.static import static

from disclosure import evaluation
from disclosure.sharing import card_text

register = template.Library()


@register.filter
def stage_on(version, today):
    """The `Stage` of a version on a day."""
    return version.stage(today)


@register.filter
def handling_on(objection, today):
    """The `Handling` of an objection on a day."""
    return objection.handling(today)


@register.filter
def rungs_on(objection, today):
    """Who sees on a day that an objection was not answered in time."""
    return objection.rungs(today)


@register.filter
def state_on(announcement, today):
    """Where an announcement stands on a day: (word, how it is framed)."""
    return announcement.state(today)


@register.filter
def sentence(text):
    """`text` with a full stop, whether or not it was typed with one."""
    return text if text.endswith(("。", "！", "？", "；", ".")) else f"{text}。"


@register.filter
def name_shown_at(row, place):
    """The name of the file `row` at a place among those of its version."""
    return row.name_shown_at(place)


register.filter("percent", evaluation.percent)


@register.inclusion_tag("ui/share_card.html", takes_context=True)
def share_card(context, title, text="", image=""):
    """Title, first sentences and picture for the card of a link (Open Graph, and itemprop for WeChat).

    `image` is the address of a picture of this page; without one it is the portal's own.
    """
    request = context["request"]
    base = settings.PORTAL_URL or request.build_absolute_uri("/").rstrip("/")
    return {
        "title": title,
        "text": card_text(text),
        "image": base + (image or static("img/share.png")),
        "address": base + request.path,
    }
