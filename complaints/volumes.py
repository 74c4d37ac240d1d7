"""Tickets as demand: how many came by team, skill and half hour, and how long one took where that is told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from complaints import policy
from complaints.choices import Act, Status
from complaints.models import OwnershipEntry, TicketEvent
from portal import sweeping
from staffing.demand import half_hours, volumes
from staffing.demand.volumes import Count
from staffing.models import ServiceLine, Team


@dataclass(frozen=True)
class Arrival:
    """A matter as demand. `seconds` is None where nobody could tell how long the work took."""

    skill_id: int | None
    at: datetime
    seconds: float | None


def keep_current(at: datetime) -> int:
    """Count the last days of each line anew; one without any count, or left behind, from further back.

    Derived from the tickets, so it may run as often as it likes. Matters given to a team days later are
    counted then. Answers how many lines changed.
    """
    teams = Team.objects.filter(service_lines__in=ServiceLine.objects.counting_tickets()).distinct()
    return sweeping.each(teams.select_related("department"), lambda team: _keep_current(team, at))


def _keep_current(team: Team, at: datetime) -> int:
    zone = team.department.zone
    today = at.astimezone(zone).date()
    first_on = today - policy.VOLUMES_COUNTED_AGAIN
    for line in team.service_lines.counting_tickets():
        newest = line.volumes.order_by("-starts_at").values_list("starts_at", flat=True).first()
        reached = newest.astimezone(zone).date() if newest else date.min
        first_on = min(first_on, max(reached, today - policy.VOLUMES_COUNTED_BACK))
    return count_days(team, first_on=first_on, last_on=today, at=at)


def count_days(team: Team, *, first_on: date, last_on: date, at: datetime) -> int:
    """Say for each line of a team what came on some days; answers for how many half hours that was news.

    A line counts the matters of its skill; one without a skill what belongs to no other line.
    Days before the first matter in the portal are not counted: nobody knows of them.
    """
    zone = team.department.zone
    received = TicketEvent.objects.filter(act=Act.RECEIVE).order_by("at")
    oldest = received.values_list("at", flat=True).first()
    if oldest is None:
        return 0
    dates = half_hours.dates(max(first_on, oldest.astimezone(zone).date()), last_on)
    lines = {line.skill_id: line for line in team.service_lines.counting_tickets()}
    start, end = half_hours.span(first_on, last_on, zone)
    counted = _by_line(arrivals(team, start, min(end, at)), lines, zone)
    return sum(
        volumes.replace_days(line, {on: counted[line.pk][on] for on in dates}, by=None, at=at)
        for line in lines.values()
    )


def arrivals(team: Team, start: datetime, end: datetime) -> Iterator[Arrival]:
    """The matters of a team that came in a span. What arrived settled was never work. One query.

    How long one took is known where it was taken and resolved in one sitting, policy.ONE_SITTING. A longer
    one rested in between, and tells nothing about the work.
    """
    took = OwnershipEntry.objects.filter(ticket=OuterRef("ticket"), accepted_at__isnull=False)
    above = ("", "__parent", "__parent__parent")
    rows = (
        TicketEvent.objects.filter(act=Act.RECEIVE, at__gte=start, at__lt=end, ticket__team=team)
        .exclude(to_status=Status.CLOSED)
        .order_by()
        .annotate(
            skill=Coalesce(*(f"ticket__category{up}__skill" for up in above)),
            taken_at=Subquery(took.order_by("accepted_at").values("accepted_at")[:1]),
        )
        .values_list("skill", "at", "taken_at", "ticket__resolved_at")
    )
    for skill_id, at, taken_at, resolved_at in rows.iterator():
        yield Arrival(skill_id, at, _seconds(taken_at, resolved_at))


def _seconds(taken_at: datetime | None, resolved_at: datetime | None) -> float | None:
    if taken_at is None or resolved_at is None:
        return None
    span = resolved_at - taken_at
    return span.total_seconds() if timedelta(0) < span <= policy.ONE_SITTING else None


def _by_line(
    found: Iterable[Arrival], lines: Mapping[int | None, ServiceLine], zone: ZoneInfo
) -> dict[int, dict[date, dict[int, Count]]]:
    """Line -> day -> half hour -> count."""
    counted: dict[int, dict[date, dict[int, Count]]] = defaultdict(lambda: defaultdict(dict))
    for one in found:
        line = lines.get(one.skill_id) or lines.get(None)
        if line is not None:
            on, slot = half_hours.slot_of(one.at, zone)
            seconds = line.default_handling_seconds if one.seconds is None else one.seconds
            day = counted[line.pk][on]
            known = day.get(slot, Count(0, 0))
            day[slot] = Count(known.contacts + 1, known.seconds + round(seconds))
    return counted
