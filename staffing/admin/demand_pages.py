"""What stands on the pages of the demand: a week of a line, and how wrong its forecasts were."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import instants
from portal.admin.charts import Chart, chart
from portal.admin.house import person
from staffing.admin.demand_forms import QuestionForm
from staffing.demand import backtesting, forecasts, history, week_view
from staffing.demand.week_view import DayView, Question, WeekView
from staffing.models import Agent, ServiceLine

WEEK = timedelta(days=7)
WEEKS_TRIED = 12
BLUE, PALE, ORANGE, GREY = (
    "var(--color-primary-600)",
    "var(--color-primary-300)",
    "var(--color-orange-500)",
    "var(--color-base-400)",
)


def lines_of(request: HttpRequest) -> list[ServiceLine]:
    seen: QuerySet[ServiceLine] = ServiceLine.objects.visible_to(person(request)).active()
    return list(seen.select_related("team__department", "team__calendar", "skill"))


def chosen(lines: list[ServiceLine], request: HttpRequest) -> ServiceLine | None:
    """The line asked for, if it is one of these; else one of the person's own team, else the first."""
    asked = {str(line.pk): line for line in lines}.get(request.GET.get("line", ""))
    own = Agent.objects.filter(user=person(request)).values_list("team", flat=True).first()
    return asked or next((line for line in lines if line.team_id == own), None) or next(iter(lines), None)


def week_of(request: HttpRequest, line: ServiceLine) -> dict[str, Any]:
    """The context of a line's week and of the day chosen in it."""
    today = timezone.localdate(timezone=line.team.department.zone)
    on = instants.day(request.GET.get("on", "")) or today
    monday = on - timedelta(days=on.weekday())
    form = QuestionForm(request.GET)
    question = form.question()
    at = timezone.now()
    try:
        week = week_view.week(line, monday, at=at, question=question)
    except ValueError:  # More work than anybody can measure.
        form.add_error("handling", _("This cannot be meant."))
        question = Question()
        week = week_view.week(line, monday, at=at)
    day = week.days[on.weekday()]
    latest = line.forecasts.first()
    return {
        "week": week,
        "day": day,
        "today": today,
        "before": on - WEEK,
        "after": on + WEEK,
        "is_this_week": monday == today - timedelta(days=today.weekday()),
        "question_form": form,
        "is_asked": question.is_asked,
        "target": forecasts.target_of(line),
        "latest": latest,
        "charts": _charts(week, day) if week.slots else [],
        "what_if": _what_if_charted(question, day),
    }


def _charts(week: WeekView, day: DayView) -> list[Chart]:
    needed, rostered, came = _("Needed on the roster"), _("On the roster"), _("Came")
    return [
        chart(
            _("Agents, needed and rostered"),
            "bar",
            week.labels,
            {
                rostered: (PALE, [cell.rostered for cell in day.cells]),
                needed: (ORANGE, [cell.scheduled if cell.is_known else None for cell in day.cells]),
                **_what_if_series(day),
            },
            steps={needed, _("What if")},
        ),
        chart(
            _("Contacts"),
            "bar",
            week.labels,
            {
                _("Expected"): (BLUE, [round(cell.contacts, 1) for cell in day.cells]),
                **({came: (ORANGE, [cell.came for cell in day.cells])} if day.came is not None else {}),
            },
            steps={came},
        ),
    ]


def _what_if_series(day: DayView) -> dict[str, tuple[str, list[float | None]]]:
    if all(cell.what_if is None for cell in day.cells):
        return {}
    return {_("What if"): (GREY, [cell.what_if for cell in day.cells])}


def _what_if_charted(question: Question, day: DayView) -> dict[str, Any] | None:
    if not question.is_asked:
        return None
    return {"peak": day.what_if_peak, "hours": day.what_if_hours}


@dataclass(frozen=True)
class TrialRow:
    """A week of the test as the table shows it, errors in per cent."""

    first_on: date
    last_on: date
    contacts: float
    own: float | None
    naive: float | None

    @property
    def is_better(self) -> bool:
        return self.own is not None and self.naive is not None and self.own < self.naive


def backtest_of(line: ServiceLine) -> dict[str, Any]:
    """The context of the page that tells how wrong the forecasts of the last weeks would have been."""
    today = timezone.localdate(timezone=line.team.department.zone)
    past = history.of(line, before=today)
    trials = backtesting.by_week(past, weeks=WEEKS_TRIED)
    own, naive = backtesting.total(trials)
    rows = [
        TrialRow(one.first_on, one.last_on, one.contacts, _percent(one.own), _percent(one.naive))
        for one in trials
    ]
    return {
        "line": line,
        "days_known": len(past.days),
        "trials": trials,
        "rows": rows,
        "own": own,
        "naive": naive,
        "own_percent": _percent(own),
        "day_percent": _percent(backtesting.by_day(trials)),
        "naive_percent": _percent(naive),
        "saved_percent": None if own is None or not naive else round((naive - own) / naive * 100),
        "charts": [_error_chart(rows)] if rows else [],
    }


def _percent(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def _error_chart(rows: list[TrialRow]) -> Chart:
    return chart(
        _("Error by week, %"),
        "line",
        [date_format(row.first_on, "m-d") for row in rows],
        {
            _("Our forecast"): (BLUE, [row.own for row in rows]),
            _("Same weekday last week"): (GREY, [row.naive for row in rows]),
        },
    )
