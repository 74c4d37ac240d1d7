"""The colours of states, in the theme's words: one place, so that a colour means one thing on every page."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints import wording
from complaints.choices import (
    CallbackState,
    ClockOutcome,
    CustomerLevel,
    HandOver,
    PromiseOutcome,
    Severity,
    Status,
)
from complaints.desk import Urgency, urgency
from portal.errors import Text

STATUS = {
    Status.NEW: "primary",
    Status.ASSIGNED: "info",
    Status.IN_PROGRESS: "info",
    Status.WAITING_CUSTOMER: "warning",
    Status.WAITING_THIRD_PARTY: "warning",
    Status.RESOLVED: "success",
    Status.CLOSED: "default",
    Status.REOPENED: "danger",
    Status.CANCELLED: "default",
}
SEVERITY = {
    Severity.LOW: "default",
    Severity.NORMAL: "default",
    Severity.HIGH: "warning",
    Severity.CRISIS: "danger",
}
GRAVE = (Severity.HIGH, Severity.CRISIS)
LEVEL = {
    CustomerLevel.ORDINARY: "default",
    CustomerLevel.KEY: "primary",
    CustomerLevel.DIFFICULT: "warning",
}
CLOCK = {
    ClockOutcome.RUNNING: "info",
    ClockOutcome.MET: "success",
    ClockOutcome.MISSED: "danger",
    ClockOutcome.VOID: "default",
}
PROMISE = {
    PromiseOutcome.OPEN: "info",
    PromiseOutcome.KEPT: "success",
    PromiseOutcome.BROKEN: "danger",
    PromiseOutcome.VOID: "default",
}
HAND_OVER = {
    HandOver.PENDING: "warning",
    HandOver.HOLDING: "info",
    HandOver.ENDED: "default",
    HandOver.DECLINED: "danger",
    HandOver.RETURNED: "warning",
}
CALLBACK = {
    CallbackState.DUE: "warning",
    CallbackState.REACHED: "success",
    CallbackState.NOT_REACHED: "danger",
    CallbackState.REFUSED: "default",
    CallbackState.CANCELLED: "default",
}
URGENCY = {
    Urgency.LATE: "danger",
    Urgency.SOON: "warning",
    Urgency.LATER: "default",
    Urgency.NONE: "default",
}

BADGE = (
    "inline-block font-semibold rounded-default text-[11px] uppercase whitespace-nowrap h-6 leading-6 px-2 "
)
BADGE_COLOURS = {
    "info": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
    "danger": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "success": "bg-green-100 text-green-700 dark:bg-green-500/20 dark:text-green-400",
    "primary": "bg-primary-100 text-primary-700 dark:bg-primary-500/20 dark:text-primary-400",
    "default": "bg-base-500/8 text-base-700 dark:bg-base-500/20 dark:text-base-200",
}
"""The theme's own label, written here once: a list of a hundred rows cannot render a template per cell."""


def badge(text: Text, tone: str) -> SafeString:
    return format_html('<span class="{}{}">{}</span>', BADGE, BADGE_COLOURS[tone], text)


def severity_cell(severity: Severity) -> SafeString | str:
    """What is normal needs no badge: a colour that is everywhere warns of nothing."""
    return badge(severity.label, SEVERITY[severity]) if severity in GRAVE else str(severity.label)


def level_cell(level: CustomerLevel) -> SafeString | str:
    return str(level.label) if level == CustomerLevel.ORDINARY else badge(level.label, LEVEL[level])


def dialog_button(url: str, words: Text) -> SafeString:
    """A button in a row of a list that opens a dialog of the ticket pages."""
    return format_html(
        '<button type="button" class="act act-small" hx-get="{}" hx-target="#act-dialog"'
        ' hx-swap="innerHTML">{}</button>',
        url,
        words,
    )


def link(url: str, words: object) -> SafeString:
    return format_html('<a class="text-link nowrap" href="{}">{}</a>', url, words)


def due_cell(due_at: datetime | None, *, at: datetime) -> SafeString | str:
    """How soon or late, in the colour of its urgency; the exact time on hovering."""
    if due_at is None:
        return "–"
    return format_html(
        '<span class="due tone-{}" title="{}">{}</span>',
        URGENCY[urgency(due_at, at=at)],
        date_format(localtime(due_at), "Y-m-d H:i:s"),
        wording.until(due_at, at=at),
    )


def ago_cell(resolved_at: datetime, *, at: datetime) -> SafeString:
    """Since when a matter is resolved; the exact time on hovering."""
    return format_html(
        '<span title="{}">{}</span>',
        date_format(localtime(resolved_at), "Y-m-d H:i:s"),
        two_lines(Status.RESOLVED.label, _("%(span)s ago") % {"span": wording.span(at - resolved_at)}),
    )


def time_cell(moment: datetime | None) -> SafeString | str:
    """11-22 10:30; with the year on hovering."""
    if moment is None:
        return "–"
    local = localtime(moment)
    return format_html(
        '<time class="nowrap" title="{}">{}</time>',
        date_format(local, "Y-m-d H:i:s"),
        date_format(local, "m-d H:i"),
    )


def two_lines(first: object, second: object) -> SafeString:
    return format_html(
        '<span class="two-lines"><span>{}</span><span class="subtle">{}</span></span>', first, second
    )


def beside(first: object, second: object) -> SafeString:
    return format_html('<span class="nowrap">{} {}</span>', first, second)


def cut(text: str) -> SafeString:
    """A text in one line, whole on hovering."""
    return format_html('<span class="cut" title="{0}">{0}</span>', text)


def percent(rate: float | None) -> str:
    """94.5 %; of no data a dash."""
    return "–" if rate is None else f"{rate * 100:.1f} %"


def nowrap(text: Text) -> SafeString:
    return format_html('<span class="nowrap">{}</span>', text)
