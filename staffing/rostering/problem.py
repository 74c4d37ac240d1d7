"""What is to be rostered: people, shift kinds, rules, needs, wishes. Frozen, plain, without Django.

Days are counted from 0, the first of the horizon; the days before are negative, and a person's history
tells them. Kinds are indices into `Problem.kinds`, OFF is a day without a shift. Every rule has a label, a
tuple that begins with the rule's name, so that whoever calls can tell a conflict in his own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

OFF = -1
DAY_MINUTES = 24 * 60

Label = tuple[str | int, ...]
Cell = tuple[int, int]  # (day, kind); as a wish the kind may be OFF
Row = tuple[int, ...]  # one person's kind for each day
Roster = tuple[Row, ...]
Step = tuple[float, float]  # (level, weight): each unit beyond the level costs the weight


@dataclass(frozen=True, slots=True)
class ShiftKind:
    """A shift as it recurs. Units: paid minutes; minutes of the day, `ends` beyond 1440 on the next day."""

    code: str
    minutes: int
    starts: int = 0
    ends: int = 0
    is_night: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Cells a person must not work: leave, no certificate, a protected time."""

    label: Label
    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Pin:
    """A cell that is settled: this kind, or OFF."""

    label: Label
    day: int
    kind: int


@dataclass(frozen=True, slots=True)
class Span:
    """At most so many days, or paid minutes, from `first` to `last`, both included; history counts."""

    label: Label
    first: int
    last: int
    max_days: int | None = None
    max_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person and the rules that bind him.

    `history` ends with the day before day 0. A run whose beginning or end is out of sight counts as long
    enough, and no longer than what is seen of it.
    """

    key: str
    min_minutes: int = 0
    max_minutes: int | None = None
    max_shifts: Mapping[int, int] = field(default_factory=dict, hash=False)
    min_run: int = 1
    max_run: int | None = None
    min_off: int = 1
    max_weekends: int | None = None
    minds_succession: bool = True
    skills: frozenset[str] = frozenset()
    history: Row = ()
    bars: tuple[Bar, ...] = ()
    pins: tuple[Pin, ...] = ()
    spans: tuple[Span, ...] = ()
    costs: Mapping[Cell, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CoverRow:
    """How many of `members` (None: everybody) work one of `cells`, and what too few or too many cost.

    `minimum` ranks above all wishes: missing it costs `Problem.shortfall_weight` a head and is told.
    """

    label: Label
    cells: frozenset[Cell]
    members: frozenset[int] | None = None
    unders: tuple[Step, ...] = ()
    overs: tuple[Step, ...] = ()
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """How many heads with a skill are needed at once; steps and minimum as in CoverRow."""

    label: Label
    skill: str
    unders: tuple[Step, ...] = ()
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class SharedCover:
    """Needs for several skills at one time, met by whoever works one of `cells`: each head counts once.

    `present` are the skills of those who are there from a shift before the horizon; `idle_cost` is paid for
    a head that no need takes.
    """

    label: Label
    cells: frozenset[Cell]
    needs: tuple[SkillNeed, ...]
    present: tuple[frozenset[str], ...] = ()
    idle_cost: float = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """One person's share of a burden (nights, weekend days) on top of what was carried before."""

    label: Label
    person: int
    cells: frozenset[Cell]
    opening: float = 0
    unders: tuple[Step, ...] = ()
    overs: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """All that decides a roster. `forbidden` are pairs (kind, kind of the next day) that nobody may work.

    `change_cost` is paid whenever the kind changes between two working days in a row. `weekends` are
    groups of neighbouring days that count as one weekend where any of them is worked.
    """

    days: int
    kinds: tuple[ShiftKind, ...]
    people: tuple[Person, ...]
    forbidden: frozenset[tuple[int, int]] = frozenset()
    cover: tuple[CoverRow, ...] = ()
    shared: tuple[SharedCover, ...] = ()
    tallies: tuple[Tally, ...] = ()
    weekends: tuple[tuple[int, ...], ...] = ()
    change_cost: float = 0
    constant: float = 0
    shortfall_weight: float = 10_000

    def __post_init__(self) -> None:
        """Raises: ValueError for a cell outside of the horizon or the kinds."""
        for cell in self._named_cells():
            if not (0 <= cell[0] < self.days and OFF <= cell[1] < len(self.kinds)):
                raise ValueError(f"cell {cell} is outside of {self.days} days and {len(self.kinds)} kinds")

    def _named_cells(self) -> Iterable[Cell]:
        for person in self.people:
            yield from person.costs
            yield from ((pin.day, pin.kind) for pin in person.pins)
            for bar in person.bars:
                yield from bar.cells
        rows: tuple[CoverRow | SharedCover | Tally, ...] = (*self.cover, *self.shared, *self.tallies)
        for row in rows:
            yield from row.cells

    def kind(self, code: str) -> int:
        """Raises: KeyError."""
        for index, kind in enumerate(self.kinds):
            if kind.code == code:
                return index
        raise KeyError(code)

    def is_whole(self) -> bool:
        """Whether every value of a roster is a whole number, so that better means better by one."""
        weights = [self.change_cost, self.constant, self.shortfall_weight]
        for person in self.people:
            weights += person.costs.values()
        rows: tuple[CoverRow | Tally, ...] = (*self.cover, *self.tallies)
        for row in rows:
            weights += [number for step in (*row.unders, *row.overs) for number in step]
        for shared in self.shared:
            weights.append(shared.idle_cost)
            weights += [number for need in shared.needs for step in need.unders for number in step]
        weights += [tally.opening for tally in self.tallies]
        return all(float(weight).is_integer() for weight in weights)


def resting(kinds: Iterable[ShiftKind], rest_minutes: int) -> frozenset[tuple[int, int]]:
    """Pairs of kinds on neighbouring days that leave less rest than asked for."""
    shifts = tuple(kinds)
    return frozenset(
        (before, after)
        for before, first in enumerate(shifts)
        for after, second in enumerate(shifts)
        if second.starts + DAY_MINUTES - first.ends < rest_minutes
    )


def evenly(target: float, *, weight: float, top: int) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Steps (under, over) that cost about the square of the distance from the target, up to `top` units.

    Squares spread a burden; a cost that only grows evenly leaves it where it lies.
    """
    levels = range(top)
    unders = tuple(
        (target - level, weight if level == 0 else 2 * weight) for level in levels if target > level
    )
    overs = tuple((target + level, weight if level == 0 else 2 * weight) for level in levels)
    return unders, overs


def runs(row: Iterable[int]) -> list[tuple[int, int, bool]]:
    """A row as runs (first, last, works), in order."""
    worked = [kind != OFF for kind in row]
    edges = [day for day in range(len(worked)) if day == 0 or worked[day] != worked[day - 1]]
    return [(first, after - 1, worked[first]) for first, after in pairwise([*edges, len(worked)])]
