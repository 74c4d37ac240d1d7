"""Shares as people read them on the pages of exams; what cannot be told is a dash."""

from django import template

register = template.Library()

NOTHING = "–"


@register.filter
def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.0f} %"


@register.filter
def index(value: float | None) -> str:
    return NOTHING if value is None else f"{value:+.2f}"
