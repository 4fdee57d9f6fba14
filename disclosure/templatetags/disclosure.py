"""What depends on the day of the page: `{{ version|stage_on:today }}`."""

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
