"""Who may take which shift: the offers somebody may take, and the people who may fill a gap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from portal.models import User
from staffing import shifts
from staffing.labour.breaches import Breach
from staffing.models import Agent, RequestShift, ShiftType, StaffRequest, StayOffer
from staffing.requests import checking
from staffing.requests.checking import Against, Change, Situation
from staffing.rule_checks import Proposed
from staffing.shifts import DAY

STAYS_WITHIN = timedelta(hours=4)
"""Whoever would stay on can take a shift that begins so long before or after the end of his own."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who is free for a shift. Units: minutes of the month so far."""

    agent: Agent
    minutes: int
    would_stay: bool
    breaches: tuple[Against, ...]

    @property
    def needs_exception(self) -> bool:
        return any(breach.needs_exception for breach in self.breaches)

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def remarks(self) -> list[str]:
        return list(dict.fromkeys(breach.sentence for breach in self.breaches))


@dataclass(frozen=True)
class Offer:
    """A request somebody may take, with what it breaks for him."""

    request: StaffRequest
    lines: list[RequestShift]


def offers_for(agent: Agent, *, at: datetime) -> list[Offer]:
    """The shifts that colleagues of the team give away and that this agent may take, the soonest first."""
    offered = StaffRequest.objects.offered().filter(agent__team=agent.team_id, lapses_at__gt=at)
    requests = list(
        offered.exclude(agent=agent)
        .select_related("agent__user", "agent__team__department")
        .prefetch_related("shifts__shift_type", "shifts__duty")
        .order_by("lapses_at")
    )
    if not requests:
        return []
    days = [day for request in requests for day in (request.first_on, request.last_on)]
    situation = Situation([agent], min(days), max(days))
    offers = [Offer(request, list(request.shifts.all())) for request in requests]
    return [offer for offer in offers if _may_take(agent, offer, situation)]


def candidates(
    line: RequestShift, *, team: Iterable[Agent], at: datetime, reader: User | None
) -> list[Candidate]:
    """Who of a team could fill a gap: whoever breaks no rule first, then who would stay, then by hours.

    `reader` is told no more than he may know of what stands against somebody.
    """
    people = [agent for agent in team if agent.is_employed(line.on)]
    if not people:
        return []
    situation = Situation(people, line.on.replace(day=1), _last_of_month(line.on), with_drafts=True)
    stays = _stays(line.shift_type, line, people)
    broken: dict[Agent, list[Breach]] = {}
    for agent in people:
        span = shifts.span(line.on, line.shift_type.starts, line.shift_type.ends, agent.zone)
        if span.starts_at > at and situation.is_free(agent, span):
            change = Change(agent, extra=(Proposed(agent, line.shift_type, line.on),))
            breaches = situation.broken_by(change)
            if not any(breach.is_forbidden for breach in breaches):
                broken[agent] = breaches
    told = iter(checking.read_by(reader, [breach for breaches in broken.values() for breach in breaches]))
    return sorted(
        (
            Candidate(
                agent, situation.paid_minutes(agent), agent.pk in stays, tuple(islice(told, len(breaches)))
            )
            for agent, breaches in broken.items()
        ),
        key=lambda each: (each.needs_exception, not each.would_stay, each.minutes, each.agent.pk),
    )


def _last_of_month(on: date) -> date:
    return (on.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _may_take(agent: Agent, offer: Offer, situation: Situation) -> bool:
    extra = tuple(Proposed(agent, line.shift_type, line.on) for line in offer.lines)
    breaches = situation.broken_by(Change(agent, extra=extra))
    allowed = offer.request.wants_exception
    return not any(each.is_forbidden or (each.needs_exception and not allowed) for each in breaches)


def _stays(shift_type: ShiftType, line: RequestShift, people: Iterable[Agent]) -> set[int]:
    """Those who said they would stay on after a shift that ends about when this one begins."""
    span = shifts.span(line.on, shift_type.starts, shift_type.ends, line.request.agent.zone)
    near = (span.starts_at - STAYS_WITHIN, span.starts_at + STAYS_WITHIN)
    offers = StayOffer.objects.filter(duty__agent__in=list(people), duty__ends_at__range=near)
    return set(offers.values_list("duty__agent", flat=True))
