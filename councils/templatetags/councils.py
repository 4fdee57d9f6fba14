"""Filters for the pages of the councils."""

from django import template
from django.utils.safestring import mark_safe

from councils import voting

register = template.Library()


@register.filter
def square_metres(hundredths):
    """An area of 0.01 m² as people write it: 8910 → 89.1."""
    return "" if hundredths is None else voting.square_metres(hundredths)


@register.filter
def no_empty_headings(markup):
    """Django's table of inline rows, its corners as plain cells: a heading without words is read aloud as nothing."""
    for corner in ('<th class="original"></th>', "<th></th>"):
        markup = markup.replace(corner, corner.replace("th", "td", 1).replace("/th", "/td"))
    return mark_safe(markup)  # Django made it
