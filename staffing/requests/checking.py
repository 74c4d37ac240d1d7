"""Which rule of working time a request would break, for everybody whose shifts it changes.

Only what the request itself brings about counts: who has too little rest already may still swap elsewhere.
The facts of any number of people are read once, so that a list of requests asks no more than one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from portal.errors import WrongState
from staffing import absences, shifts
from staffing.choices import RequestKind, RuleCode, ShiftSide
from staffing.holidays import STATUTORY_DAYS, mainland_year
from staffing.labour.breaches import Breach
from staffing.labour.checking import check
from staffing.labour.facts import DayFacts, Hindrance, Nature, WorkedShift, Worker
from staffing.labour.hours import reach
from staffing.labour.rules import RuleBook
from staffing.models import Agent, DutyAssignment, RequestShift, ShiftType, StaffRequest

MORE_IS_BETTER = frozenset({RuleCode.REST_DAY, RuleCode.REST_BETWEEN})


@dataclass(frozen=True)
class Extra:
    """A shift that somebody would work."""

    shift_type: ShiftType
    on: date


@dataclass(frozen=True)
class Change:
    """What becomes different for one agent: duties less, by their id, and shifts more."""

    agent: Agent
    without: frozenset[int] = frozenset()
    extra: tuple[Extra, ...] = ()


class Situation:
    """The shifts of some people around a period, and the rules for them. Read once, asked often."""

    def __init__(
        self, agents: Iterable[Agent], first_on: date, last_on: date, *, with_drafts: bool = False
    ) -> None:
        """The agents come with user, team and its department. `with_drafts` for whoever plans."""
        self.agents = {agent.pk: agent for agent in agents}
        self.first_on, self.last_on = first_on, last_on
        days = reach(first_on, last_on)
        self._book = RuleBook()
        self._workers = {agent.pk: _worker(agent) for agent in self.agents.values()}
        self._shifts = _shifts(self.agents, days, with_drafts=with_drafts)
        self._hindrances = [
            Hindrance(each.agent_id, RuleCode.ON_LEAVE, each.first_on, each.last_on)
            for each in absences.absences_of(self.agents.values(), *days)
            if each.is_approved
        ]

    def broken_by(self, change: Change) -> list[Breach]:
        """What is broken with the change and not without it, or broken more; in the order of days."""
        key = change.agent.pk
        now = self._shifts[key]
        then = [shift for shift in now if shift.key not in change.without]
        then += [_proposed(change.agent, extra) for extra in change.extra]
        before = {breach.key: breach for breach in self._breaches(key, now)}
        return [
            breach
            for breach in self._breaches(key, then)
            if breach.key not in before or _is_worse(breach, before[breach.key])
        ]

    def paid_minutes(self, agent: Agent) -> int:
        """What the agent works in the days asked about."""
        shifts_inside = (
            shift for shift in self._shifts[agent.pk] if self.first_on <= shift.on <= self.last_on
        )
        return sum(shift.paid_minutes for shift in shifts_inside)

    def is_free(self, agent: Agent, starts_at: object, ends_at: object) -> bool:
        """Nothing that the agent works has a moment in common with the span."""
        return not any(
            shift.starts_at < ends_at and shift.ends_at > starts_at  # type: ignore[operator]
            for shift in self._shifts[agent.pk]
        )

    def _breaches(self, key: int, worked: Sequence[WorkedShift]) -> list[Breach]:
        return check(
            [self._workers[key]],
            {key: worked},
            first_on=self.first_on,
            last_on=self.last_on,
            book=self._book,
            hindrances=self._hindrances,
        )


def calendar_of(agent: Agent, first_on: date, last_on: date) -> DayFacts:  # noqa: ARG001
    """By which days the working time of an agent counts."""
    return _mainland()


def changes_of(request: StaffRequest, lines: Sequence[RequestShift]) -> list[Change]:
    """What a request changes, by agent: leave takes shifts away, which no rule forbids."""
    if request.kind == RequestKind.LEAVE:
        return []
    away = [line for line in lines if line.side == ShiftSide.GIVEN]
    come = [line for line in lines if line.side == ShiftSide.TAKEN]
    changes = [_change(request.agent, away, come)]
    if request.counterpart is not None:
        changes.append(_change(request.counterpart, come, away))
    return changes


def broken_by(
    request: StaffRequest, lines: Sequence[RequestShift], *, with_drafts: bool = False
) -> list[Breach]:
    """Which rules a request would break, for both sides."""
    changes = changes_of(request, lines)
    if not changes:
        return []
    days = [line.on for line in lines]
    situation = Situation([change.agent for change in changes], min(days), max(days), with_drafts=with_drafts)
    return [breach for change in changes for breach in situation.broken_by(change)]


def require_lawful(breaches: Iterable[Breach], *, is_excepted: bool) -> None:
    """Nothing that is forbidden is done; what needs an exception only where there is one.

    Raises: WrongState, which says each rule that stands against it.
    """
    against = [
        breach for breach in breaches if breach.is_forbidden or (breach.needs_exception and not is_excepted)
    ]
    if not against:
        return
    text = "；".join(dict.fromkeys(str(breach) for breach in against))
    fields = {} if any(breach.is_forbidden for breach in against) else {"exception": text}
    raise WrongState(text, fields=fields)


def _change(agent: Agent, away: Iterable[RequestShift], come: Iterable[RequestShift]) -> Change:
    without = frozenset(line.duty_id for line in away if line.duty_id)
    return Change(agent, without, tuple(Extra(line.shift_type, line.on) for line in come))


def _is_worse(breach: Breach, before: Breach) -> bool:
    if breach.code in MORE_IS_BETTER:
        return breach.measured < before.measured
    return breach.measured > before.measured


def _shifts(
    agents: Iterable[int], days: tuple[date, date], *, with_drafts: bool
) -> defaultdict[int, list[WorkedShift]]:
    duties = DutyAssignment.objects.planned() if with_drafts else DutyAssignment.objects.published()
    found: defaultdict[int, list[WorkedShift]] = defaultdict(list)
    duties = duties.filter(agent__in=list(agents), on__range=days)
    for duty in duties.select_related("shift_type").order_by("starts_at", "pk"):
        kind = duty.shift_type
        found[duty.agent_id].append(
            WorkedShift(duty.on, duty.starts_at, duty.ends_at, kind.break_minutes, kind.name, duty.pk)
        )
    return found


def _proposed(agent: Agent, extra: Extra) -> WorkedShift:
    kind = extra.shift_type
    span = shifts.span(extra.on, kind.starts, kind.ends, agent.zone)
    return WorkedShift(extra.on, *span, kind.break_minutes, kind.name)


def _worker(agent: Agent) -> Worker:
    return Worker(
        key=agent.pk,
        name=agent.user.name,
        zone=agent.zone,
        team=agent.team_id,
        employment=agent.employment,
        employed_from=agent.joined_on,
        employed_until=agent.left_on,
        calendar=_mainland(),
    )


@lru_cache(maxsize=1)
def _mainland() -> DayFacts:
    exceptions: dict[date, Nature] = {}
    for year in STATUTORY_DAYS:
        announced = mainland_year(year)
        exceptions |= dict.fromkeys(announced.holidays, Nature.HOLIDAY)
        exceptions |= dict.fromkeys(announced.statutory, Nature.STATUTORY)
        exceptions |= dict.fromkeys(announced.workdays, Nature.MAKE_UP)
    return DayFacts(exceptions, years=frozenset(STATUTORY_DAYS))
