"""How moments and states look on pages: their words and their colours."""

from datetime import datetime, timedelta

from django import template
from django.utils.safestring import SafeString

from complaints import looks, wording
from complaints.choices import Severity, Status

register = template.Library()


@register.filter
def until(due_at: datetime, at: datetime) -> str:
    return wording.until(due_at, at=at)


@register.filter
def span(length: timedelta) -> str:
    return wording.span(length)


@register.filter
def status_badge(status: Status) -> SafeString:
    return looks.badge(status.label, looks.STATUS[status])


@register.filter
def severity_badge(severity: Severity) -> SafeString:
    return looks.badge(severity.label, looks.SEVERITY[severity])
