"""What depends on the day of the page, `{{ version|stage_on:today }}`, and how a typed reason reads in a sentence."""

from django import template

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
def state_on(announcement, today):
    """Where an announcement stands on a day: (word, how it is framed)."""
    return announcement.state(today)


@register.filter
def sentence(text):
    """`text` with a full stop, whether or not it was typed with one."""
    return text if text.endswith(("。", "！", "？", "；", ".")) else f"{text}。"
