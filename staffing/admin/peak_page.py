"""What the page of a peak plan shows beside its figures: acts, words, tones, and the day as a chart."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.errors import Text
from portal.models import AuditEntry, User
from staffing.choices import PeakState
from staffing.models import PeakPlan
from staffing.peaks import demand_link, figures, rights, uplift
from staffing.peaks.demand_link import HalfHour
from staffing.peaks.figures import PlanFigures
from staffing.peaks.uplift import Flaw

STATE_TONES = {
    PeakState.DRAFT: "warning",
    PeakState.APPROVED: "info",
    PeakState.RUNNING: "danger",
    PeakState.REVIEWED: "success",
}
FLAWS: dict[Flaw, Text] = {
    Flaw.OVERDUE: gettext_lazy("Not found in time"),
    Flaw.NO_DATE: gettext_lazy("Say by when they are found"),
    Flaw.HIRED_LATE: gettext_lazy("Too late to be trained"),
    Flaw.TRAINED_LATE: gettext_lazy("Training ends after the first day"),
}
MISSED_MOST = 5


@dataclass(frozen=True)
class Chart:
    title: str
    data: str
    options: str


@dataclass(frozen=True)
class Day:
    """Plan against actual on one day."""

    on: date
    choices: Sequence[date]
    rows: Sequence[HalfHour]
    charts: Sequence[Chart]

    @property
    def is_empty(self) -> bool:
        return not self.busy

    @property
    def busy(self) -> list[HalfHour]:
        """The half hours in which anything was planned, came or was done."""
        return [row for row in self.rows if row.rostered or row.present or row.forecast or row.actual]

    @property
    def worst(self) -> list[HalfHour]:
        short = [row for row in self.rows if row.missing]
        return sorted(short, key=lambda row: (-row.missing, row.starts_at))[:MISSED_MOST]

    @property
    def knows_contacts(self) -> bool:
        return any(row.forecast is not None or row.actual is not None for row in self.rows)


@dataclass(frozen=True)
class Act:
    """A button of the head: the name of the dialog's page, and whether it is the next thing to do."""

    name: str
    title: Text
    icon: str
    is_main: bool = False


def countdown(plan: PeakPlan, today: date) -> str:
    """In how many days it begins, which day of it this is, or how long it is over."""
    if plan.covers(today):
        number, total = (today - plan.first_on).days + 1, (plan.last_on - plan.first_on).days + 1
        return _("Day %(number)s of %(total)s") % {"number": number, "total": total}
    if today > plan.last_on:
        days = (today - plan.last_on).days
        return ngettext("Over since %(count)s day", "Over since %(count)s days", days) % {"count": days}
    days = (plan.first_on - today).days
    return ngettext("Begins in %(count)s day", "Begins in %(count)s days", days) % {"count": days}


def acts(user: User, of: PlanFigures) -> Iterator[Act]:
    """What the person may do now with the plan as a whole. What is allowed, the steps decide."""
    plan = of.plan
    is_draft, may_edit = plan.state == PeakState.DRAFT, rights.may_edit(user, plan)
    may_approve = rights.may_approve(user, plan)
    is_waiting = is_draft and plan.submitted_at is not None
    if is_draft and may_approve and of.phases:
        yield Act("approve", _("Approve the plan"), "verified", is_main=is_waiting)
    if is_draft and may_edit and of.phases and not is_waiting:
        yield Act("submit", _("Send for approval"), "send", is_main=True)
    if may_edit and figures.needs_review(plan, of.today):
        yield Act("review", _("Review the event"), "rate_review", is_main=True)
    if is_draft and may_edit:
        yield Act("amend", _("Change the plan"), "edit")
    if may_approve and (plan.state == PeakState.APPROVED or is_waiting):
        yield Act("send_back", _("Send back"), "undo")
    if user.has_perm(rights.OPEN):
        yield Act("copy_plan", _("Copy for the next time"), "content_copy")


def day(of: PlanFigures, asked: date | None, *, at: datetime) -> Day | None:
    """The day asked for; else today, or the first of the strongest phase. None before the event."""
    plan = of.plan
    choices = [on for on in uplift.days(plan.first_on, plan.last_on) if on <= of.today]
    if not choices:
        return None
    strongest = max(of.phases, key=lambda line: line.phase.factor).phase.first_on if of.phases else choices[0]
    usual = of.today if plan.covers(of.today) else strongest
    on = asked if asked in choices else min(usual, choices[-1])
    rows = demand_link.plan_against_actual(plan, on, at=at, teams=of.teams)
    return Day(on, choices, rows, list(_charts(rows)))


def _charts(rows: Sequence[HalfHour]) -> Iterator[Chart]:
    labels = [f"{row.starts_at:%H:%M}" for row in rows]
    if any(row.rostered or row.present for row in rows):
        people: dict[str, tuple[str, list[int | None]]] = {
            _("Rostered"): ("var(--color-primary-600)", [row.rostered for row in rows]),
            _("Present"): ("var(--color-green-600)", [row.present for row in rows]),
        }
        if any(row.required is not None for row in rows):
            people[_("Required")] = ("var(--color-red-600)", [row.required for row in rows])
        yield _chart(_("People by half hour"), labels, people)
    if any(row.forecast is not None or row.actual is not None for row in rows):
        yield _chart(
            _("Contacts by half hour"),
            labels,
            {
                _("Forecast"): ("var(--color-primary-600)", [row.forecast for row in rows]),
                _("Actual"): ("var(--color-orange-600)", [row.actual for row in rows]),
            },
        )


def _chart(title: str, labels: list[str], series: dict[str, tuple[str, list[int | None]]]) -> Chart:
    """In the form of the theme's chart library; steps, since a half hour is one number."""
    datasets = [
        {"label": name, "data": values, "borderColor": colour, "backgroundColor": colour, "stepped": "middle"}
        for name, (colour, values) in series.items()
    ]
    axis = {"border": {"display": False}, "ticks": {"color": "#6b7280", "precision": 0}}
    options: dict[str, Any] = {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "elements": {"line": {"borderWidth": 2}, "point": {"radius": 0, "hitRadius": 12}},
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {
            "legend": {
                "display": True,
                "align": "end",
                "labels": {"color": "#6b7280", "usePointStyle": True, "boxHeight": 6, "boxWidth": 6},
            }
        },
        "scales": {"x": axis | {"grid": {"display": False}}, "y": axis | {"beginAtZero": True, "grid": {}}},
    }
    return Chart(title, json.dumps({"labels": labels, "datasets": datasets}), json.dumps(options))


def target(plan: PeakPlan) -> str:
    return _("%(share)s answered within %(seconds)s seconds") % {
        "share": f"{plan.service_level}%",
        "seconds": plan.first_response,
    }


def history_of(plan: PeakPlan) -> QuerySet[AuditEntry]:
    """Of the plan, and of each row that it has now; the latest first."""
    whole = Q(object_type=plan._meta.label_lower, object_id=str(plan.pk))
    for rows in (plan.phases, plan.needs, plan.tasks, plan.contingencies):
        keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
        whole |= Q(object_type=rows.model._meta.label_lower, object_id__in=keys)
    return AuditEntry.objects.filter(whole).select_related("actor")


def days_of(plan: PeakPlan) -> str:
    return f"{date_format(plan.first_on, 'Y-m-d')} – {date_format(plan.last_on, 'm-d')}"
