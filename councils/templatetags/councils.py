"""Filters for the pages of the councils."""

from django import template

from councils import voting

register = template.Library()


@register.filter
def square_metres(hundredths):
    """An area of 0.01 m² as people write it: 8910 → 89.1."""
    return "" if hundredths is None else voting.square_metres(hundredths)
