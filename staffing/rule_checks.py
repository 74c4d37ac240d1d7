"""What a roster breaks, and what it makes of people's hours: the rules of `labour`, told by the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from portal.models import User
from staffing import certification, labour_rules, rights, shifts, workdays
from staffing.absences import absences_of
from staffing.choices import DutyState, RestrictionKind, RuleCode
from staffing.labour.breaches import Breach
from staffing.labour.checking import check
from staffing.labour.facts import DayFacts, Hindrance, Key, Restriction, WorkedShift, Worker
from staffing.labour.hours import Ledger, ledger, reach
from staffing.labour.rules import PROTECTED, RuleBook
from staffing.models import Agent, DutyAssignment, ShiftType, WorkRestriction
from staffing.querysets import DutyQuerySet


@dataclass(frozen=True)
class Proposed:
    """A shift that somebody is thinking of: it stands nowhere yet."""

    agent: Agent
    shift_type: ShiftType
    on: date


@dataclass(frozen=True)
class Account:
    """One agent's line of the ledger, and what is broken in it."""

    agent: Agent
    ledger: Ledger
    breaches: tuple[Breach, ...]


def planned(agents: Iterable[Agent], first_on: date, last_on: date) -> DutyQuerySet:
    """The duties that are meant to be worked, whether published yet or not. The only place that knows."""
    return DutyAssignment.objects.planned().filter(agent__in=list(agents), on__range=(first_on, last_on))


def breaches_of(
    agents: Iterable[Agent],
    first_on: date,
    last_on: date,
    *,
    extra: Iterable[Proposed] = (),
    without: Collection[int] = (),
) -> list[Breach]:
    """What the planned duties of some agents would break in a period, with some shifts more and some less.

    `without` are ids of duties that are to fall away. The agents come with user and team and its department;
    the number of queries depends on neither people nor days.
    """
    facts = Facts(agents, first_on, last_on)
    facts.read_planned(extra=extra, without=without)
    return facts.breaches()


def breaches_of_assigning(agent: Agent, shift_type: ShiftType, on: date) -> list[Breach]:
    """What putting an agent on a shift would break that is not broken without it."""
    before = {breach.key for breach in breaches_of([agent], on, on)}
    after = breaches_of([agent], on, on, extra=[Proposed(agent, shift_type, on)])
    return [breach for breach in after if breach.key not in before]


def told_to(user: User, breaches: Iterable[Breach]) -> list[Breach]:
    """Those that a person may read: who is protected is for those who plan, and for himself."""
    breaches = list(breaches)
    if user.has_perm(rights.RESTRICT) or not any(breach.code in PROTECTED for breach in breaches):
        return breaches
    own = Agent.objects.filter(user=user).values_list("pk", flat=True).first()
    return [breach for breach in breaches if breach.code not in PROTECTED or breach.worker == own]


def ledger_of(
    agents: Iterable[Agent],
    first_on: date,
    last_on: date,
    *,
    with_drafts: bool = False,
) -> list[Account]:
    """The account of each agent by the published duties, in the order given. Queries as `breaches_of`."""
    facts = Facts(agents, first_on, last_on)
    if with_drafts:
        facts.read_planned()
    else:
        facts.read_published()
    broken: dict[Key, list[Breach]] = defaultdict(list)
    for breach in facts.breaches():
        broken[breach.worker].append(breach)
    return [Account(agent, facts.ledger(agent), tuple(broken[agent.pk])) for agent in facts.agents.values()]


class Facts:
    """What the tables say about some agents around a period: read once, asked and supposed often."""

    def __init__(self, agents: Iterable[Agent], first_on: date, last_on: date) -> None:
        self.agents = {agent.pk: agent for agent in agents}
        self.first_on, self.last_on = first_on, last_on
        self.reach = reach(first_on, last_on)
        self.book: RuleBook = labour_rules.book(*self.reach)
        self.workers = _workers(self.agents, self.reach)
        self.held = certification.held_by(self.agents)
        self.shifts: dict[Key, list[WorkedShift]] = defaultdict(list)
        self.uncertified: list[Hindrance] = []
        self.leave = [
            Hindrance(each.agent_id, RuleCode.ON_LEAVE, each.first_on, each.last_on)
            for each in absences_of(self.agents.values(), *self.reach)
            if each.is_approved
        ]

    def read_planned(self, *, extra: Iterable[Proposed] = (), without: Collection[int] = ()) -> None:
        self._read(planned(self.agents.values(), *self.reach).exclude(pk__in=without))
        for number, each in enumerate(extra, 1):
            self._add(each.agent.pk, each.shift_type, _proposed_shift(each, key=-number))

    def read_published(self) -> None:
        duties = DutyAssignment.objects.filter(state=DutyState.PUBLISHED, on__range=self.reach)
        self._read(duties.filter(agent__in=list(self.agents)))

    def supposing(self, *, extra: Iterable[Proposed] = (), without: Collection[int] = ()) -> "Facts":
        """The same with some shifts more and some less; nothing is read again."""
        supposed = copy(self)
        supposed.shifts = defaultdict(list, self.shifts)
        supposed.uncertified = [each for each in self.uncertified if each.shift not in without]
        for key, worked in self.shifts.items():
            if any(shift.key in without for shift in worked):
                supposed.shifts[key] = [shift for shift in worked if shift.key not in without]
        for number, each in enumerate(extra, 1):
            supposed.shifts[each.agent.pk] = list(supposed.shifts[each.agent.pk])
            supposed._add(each.agent.pk, each.shift_type, _proposed_shift(each, key=-number))  # noqa: SLF001
        return supposed

    def breaches(self, *, of: Collection[int] | None = None) -> list[Breach]:
        """Of all, or `of` some of the agents by their ids."""
        return check(
            [worker for key, worker in self.workers.items() if of is None or key in of],
            self.shifts,
            first_on=self.first_on,
            last_on=self.last_on,
            book=self.book,
            hindrances=[*self.leave, *self.uncertified],
        )

    def ledger(self, agent: Agent) -> Ledger:
        return ledger(
            self.workers[agent.pk],
            self.shifts[agent.pk],
            first_on=self.first_on,
            last_on=self.last_on,
            book=self.book,
        )

    def _read(self, duties: DutyQuerySet) -> None:
        for duty in duties.select_related("shift_type__skill").order_by("starts_at", "pk"):
            self._add(duty.agent_id, duty.shift_type, shift_of(duty))

    def _add(self, agent_id: int, shift_type: ShiftType, shift: WorkedShift) -> None:
        self.shifts[agent_id].append(shift)
        if not certification.permits(self.held.get(agent_id, ()), shift_type.skill_id, shift.on):
            note = shift_type.skill.name if shift_type.skill else ""
            self.uncertified.append(
                Hindrance(agent_id, RuleCode.NO_CERTIFICATE, shift.on, shift.on, note, shift.key)
            )


def shift_of(duty: DutyAssignment) -> WorkedShift:
    return WorkedShift(
        on=duty.on,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        break_minutes=duty.shift_type.break_minutes,
        label=duty.shift_type.name,
        key=duty.pk,
    )


def _proposed_shift(each: Proposed, *, key: Key) -> WorkedShift:
    kind = each.shift_type
    span = shifts.span(each.on, kind.starts, kind.ends, each.agent.zone)
    return WorkedShift(each.on, *span, kind.break_minutes, kind.name, key)


def _workers(agents: Mapping[int, Agent], days: tuple[date, date]) -> dict[Key, Worker]:
    """Two queries for the calendars' days and years, one for the calendars, one for the restrictions."""
    calendars = workdays.facts_of({agent.team for agent in agents.values()}, *days)
    protected: dict[int, list[Restriction]] = defaultdict(list)
    for row in WorkRestriction.objects.touching(*days).filter(agent__in=list(agents)):
        restriction = Restriction(RestrictionKind(row.kind), row.first_on, row.last_on)
        protected[row.agent_id].append(restriction)
    return {key: worker_of(agent, calendars[agent.team_id], protected[key]) for key, agent in agents.items()}


def worker_of(agent: Agent, calendar: DayFacts, protected: Sequence[Restriction]) -> Worker:
    """An agent as the rules know him."""
    hours = agent.weekly_hours
    return Worker(
        key=agent.pk,
        name=agent.user.name,
        zone=agent.zone,
        restrictions=tuple(protected),
        weekly_minutes=None if hours is None else round(hours * 60),
        team=agent.team_id,
        employment=agent.employment,
        employed_from=agent.joined_on,
        employed_until=agent.left_on,
        calendar=calendar,
    )
