"""What planning by machine is told, as plain values: people, shifts, the plan, needs, wishes, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from staffing.certification import Held, counts_for
from staffing.labour.facts import Worker, dates
from staffing.labour.rules import RuleBook
from staffing.planning.policy import HISTORY_DAYS
from staffing.shifts import DAY

SLOT = 30
"""Minutes of one piece of the day for which a number of heads is required."""

Codes = tuple[str, ...]
Spot = tuple[int, date]
"""A cell of the roster: agent and day."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it recurs. Units: minutes of the day; `ends` beyond 1440 is on the next day."""

    code: str
    name: str
    starts: int
    ends: int
    paid: int
    skill_id: int | None = None
    is_night: bool = False
    dark_days: frozenset[int] = frozenset()
    """On which of its days it has minutes of the night: 0 that on which it starts, 1 the next."""

    def covers(self, slot: int, *, days_before: int = 0) -> bool:
        """Whether the middle of a half hour lies in a shift that started so many days before."""
        middle = slot * SLOT + SLOT // 2 + days_before * 24 * 60
        return self.starts <= middle < self.ends


@dataclass(frozen=True, slots=True)
class Away:
    """Days, both included, on which somebody cannot work."""

    first_on: date
    last_on: date
    note: str = ""

    def covers(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


@dataclass(frozen=True, slots=True)
class Member:
    """One person; nights, weekend days and days of employment of the months before the roster."""

    agent_id: int
    name: str
    worker: Worker
    held: tuple[Held, ...] = ()
    away: tuple[Away, ...] = ()
    nights: int = 0
    weekend_days: int = 0
    days_before: int = 0
    is_of_team: bool = True

    def is_away(self, on: date) -> bool:
        return any(each.covers(on) for each in self.away)

    def has(self, skill_id: int | None, on: date) -> bool:
        """For a shift that starts on the day."""
        return counts_for(self.held, skill_id, on)


@dataclass(frozen=True, slots=True)
class Need:
    """So many heads, with the skill if one is named, in a half hour of a day."""

    on: date
    slot: int
    agents: float
    skill_id: int | None = None


@dataclass(frozen=True, slots=True)
class Minimum:
    code: str
    agents: int
    weekdays: str = "1234567"
    skill_id: int | None = None

    def applies(self, on: date) -> bool:
        return str(on.isoweekday()) in self.weekdays


@dataclass(frozen=True, slots=True)
class Wished:
    """`code` None: any shift."""

    agent_id: int
    on: date
    is_wanted: bool
    code: str | None = None
    weight: int = 1


@dataclass(frozen=True)
class Material:
    """All that a roster is planned from. `plan` holds the cells with shifts, also some days around the
    roster.

    `fixed` cells stay as they are. `offered` are the codes of the shifts that may be planned.
    """

    first_on: date
    last_on: date
    members: tuple[Member, ...]
    shifts: Mapping[str, Shift]
    offered: tuple[str, ...]
    plan: Mapping[Spot, Codes] = field(default_factory=dict)
    fixed: frozenset[Spot] = frozenset()
    needs: tuple[Need, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    wishes: tuple[Wished, ...] = ()
    book: RuleBook = field(default_factory=RuleBook)
    skills: Mapping[int, str] = field(default_factory=dict)
    is_published: bool = False

    @property
    def days(self) -> list[date]:
        return dates(self.first_on, self.last_on)

    @property
    def days_before(self) -> list[date]:
        return dates(self.first_on - HISTORY_DAYS * DAY, self.first_on - DAY)

    @property
    def days_after(self) -> list[date]:
        return dates(self.last_on + DAY, self.last_on + HISTORY_DAYS * DAY)

    def cell(self, agent_id: int, on: date) -> Codes:
        return self.plan.get((agent_id, on), ())

    def without(self, agent_id: int, away: Away) -> Material:
        """The same, with somebody absent on some days: his shifts are gone, fixed or not."""
        spots = {(agent_id, on) for on in self.days if away.covers(on)}
        plan = {spot: codes for spot, codes in self.plan.items() if spot not in spots}
        members = tuple(
            replace(each, away=(*each.away, away)) if each.agent_id == agent_id else each
            for each in self.members
        )
        return replace(self, members=members, plan=plan, fixed=self.fixed - spots)
