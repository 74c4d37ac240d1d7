"""What came in on the demonstration's service lines, what is to come, and whom it needs."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from django.utils.timezone import localdate

from complaints import volumes as ticket_volumes
from config.demo import arrivals, history
from config.demo.people import Staff
from staffing import policy
from staffing.choices import DemandEventKind, TeamKind
from staffing.demand import events, forecasts, half_hours, volumes
from staffing.demand.volumes import Count
from staffing.models import ServiceLine, Skill, Team

WEEK = timedelta(days=7)
CALLS_PER_AGENT = 2
"""Of the whole department, a day: what the hotline's own system counts."""
CALL_SECONDS = (150, 330)
# Name, first and last day of the year, against usual days.
PEAKS = (
    ("年货节", (1, 5), (1, 20), 1.6),
    ("618", (6, 1), (6, 18), 2.2),
)
"""Besides those that have a plan of their own, which says how much more it expects: `peaks`."""


def fill(staff: Staff, *, rng: Random, at: datetime) -> None:
    """Comes last, when all matters are written."""
    first_on, today = localdate(history.begins_at(at)) + timedelta(days=1), localdate(at)
    _announce_peaks(staff, today, at=at)
    lines = [line for team in Team.objects.order_by("pk") for line in _lines(team)]
    for team in Team.objects.select_related("department"):
        ticket_volumes.count_days(team, first_on=first_on, last_on=today, at=at)
    agents = sum(1 for _agent in staff.everyone())
    for line in lines:
        if not line.counts_tickets:
            _calls(line, agents * CALLS_PER_AGENT, rng=rng, at=at)
        forecasts.forecast(line, first_on=today - WEEK, last_on=today, by=None, at=at - WEEK)
        last_on = today + policy.FORECAST_AHEAD
        forecasts.forecast(line, first_on=today, last_on=last_on, by=None, at=at)


def _lines(team: Team) -> list[ServiceLine]:
    """A line for what a team answers; complaints have their own; the hotline's calls come by import."""
    if team.kind == TeamKind.HOTLINE:
        line = ServiceLine(
            name="热线来电", team=team, skill=Skill.objects.get(code="hotline"), counts_tickets=False,
            within_seconds=20, patience_seconds=90, default_handling_seconds=240,
        )  # fmt: skip
    else:
        line = ServiceLine(
            name=f"{team.name}工单",
            team=team,
            within_seconds=300,
            default_handling_seconds=600,
            concurrency=2,
        )
    line.save()
    if team.kind != TeamKind.AFTER_SALE:
        return [line]
    complaint = ServiceLine.objects.create(
        name=f"{team.name}投诉", team=team, skill=Skill.objects.get(code="complaints"), within_seconds=600,
        default_handling_seconds=1200,
    )  # fmt: skip
    return [line, complaint]


def _calls(line: ServiceLine, per_day: int, *, rng: Random, at: datetime) -> None:
    """Calls by the hours of the department's day, as the hotline's system would export them."""
    zone = line.team.department.zone
    moments = arrivals.arrivals(per_day * history.DAYS, history.DAYS, rng=rng, now=at)
    came = Counter(half_hours.slot_of(moment, zone) for moment in moments)
    days: dict[date, dict[int, Count]] = {}
    for (on, slot), calls in came.items():
        days.setdefault(on, {})[slot] = Count(calls, sum(rng.randint(*CALL_SECONDS) for _ in range(calls)))
    volumes.replace_days(line, days, by=None, at=at)


def _announce_peaks(staff: Staff, today: date, *, at: datetime) -> None:
    """Each peak sale that is still to come within a year."""
    for name, first, last, factor in PEAKS:
        year = today.year + (date(today.year, *first) <= today)
        events.declare(
            name=name, kind=DemandEventKind.PEAK, first_on=date(year, *first), last_on=date(year, *last),
            factor=factor, team=None, by=staff.root, at=at,
        )  # fmt: skip
