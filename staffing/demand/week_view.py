"""A week of a line as its supervisor looks at it: every half hour, needed against rostered."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from staffing.demand import figures, forecasts, half_hours
from staffing.demand.figures import Heads, Need
from staffing.demand.forecasting import SLOTS, Numbers
from staffing.demand.requirement import Target
from staffing.models import ServiceLine

WEEK = 7
HARDLY_ANY = 0.5


@dataclass(frozen=True)
class Cell:
    """One half hour. `spare` is what the roster has more than needed; below nought it is short."""

    slot: int
    contacts: float
    handling_seconds: float
    agents: int
    scheduled: int
    rostered: int
    is_by_hand: bool
    is_known: bool
    came: int | None = None
    """What really came; None where it is not known, or not yet."""
    what_if: int | None = None
    """To roster under other promises; None where nothing is asked."""

    @property
    def label(self) -> str:
        return half_hours.label(self.slot)

    @property
    def spare(self) -> int:
        return self.rostered - self.scheduled

    @property
    def is_short(self) -> bool:
        return self.is_known and self.spare < 0

    @property
    def is_quiet(self) -> bool:
        """Nothing to see: nobody needed, nobody there, and hardly anything comes."""
        is_idle = not self.scheduled and not self.rostered
        return is_idle and self.contacts < HARDLY_ANY and not self.came


@dataclass(frozen=True)
class DayView:
    """`contacts` are those of the whole day, also of half hours that are left out."""

    on: date
    cells: tuple[Cell, ...]
    contacts: float

    @property
    def came(self) -> int | None:
        """None for a day of which nothing is known."""
        known = [cell.came for cell in self.cells if cell.came is not None]
        return sum(known) if known else None

    @property
    def is_known(self) -> bool:
        return any(cell.is_known for cell in self.cells)

    @property
    def peak(self) -> int:
        return max((cell.scheduled for cell in self.cells), default=0)

    @property
    def short_hours(self) -> float:
        """Hours of people that are missing."""
        return sum(-cell.spare for cell in self.cells if cell.is_short) / 2

    @property
    def needed_hours(self) -> float:
        return sum(cell.scheduled for cell in self.cells) / 2

    @property
    def rostered_hours(self) -> float:
        return sum(cell.rostered for cell in self.cells) / 2

    @property
    def what_if_hours(self) -> float:
        return sum(cell.what_if or 0 for cell in self.cells) / 2

    @property
    def what_if_peak(self) -> int:
        return max((cell.what_if or 0 for cell in self.cells), default=0)

    @property
    def busiest(self) -> Cell | None:
        return max(self.cells, key=lambda cell: cell.scheduled, default=None)


@dataclass(frozen=True)
class WeekView:
    """`slots` are the half hours in which anything happens on any of its days."""

    days: tuple[DayView, ...]
    slots: tuple[int, ...]

    @property
    def labels(self) -> list[str]:
        return [half_hours.label(slot) for slot in self.slots]

    @property
    def short_hours(self) -> float:
        return sum(day.short_hours for day in self.days)


@dataclass(frozen=True)
class Question:
    """What would be if these differed. None leaves a value as it is."""

    service_level: float | None = None
    within_seconds: float | None = None
    handling_seconds: float | None = None
    patience_seconds: float | None = None

    @property
    def is_asked(self) -> bool:
        return self != Question()

    def target(self, line: ServiceLine) -> Target:
        """Raises: ValueError."""
        usual = forecasts.target_of(line)
        names = ("service_level", "within_seconds", "patience_seconds")
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return replace(usual, **given)


@dataclass(frozen=True)
class _Tables:
    need: Need
    rostered: Heads
    came: Numbers
    what_if: Heads | None


def week(line: ServiceLine, monday: date, *, at: datetime, question: Question | None = None) -> WeekView:
    """Four queries. Raises: ValueError for a question that makes no sense."""
    sunday = monday + timedelta(days=WEEK - 1)
    (need,) = figures.needs([line], line.team.department.zone, monday, sunday)
    tables = _Tables(
        need,
        figures.rostered_by_half_hour(line, monday, sunday),
        figures.came_by_half_hour(line, monday, sunday, at=at),
        _what_if(line, need, question) if question and question.is_asked else None,
    )
    days = [_day(tables, row) for row in range(WEEK)]
    busy = [slot for slot in range(SLOTS) if not all(day.cells[slot].is_quiet for day in days)]
    slots = range(min(busy), max(busy) + 1) if busy else range(0)
    shown = [replace(day, cells=tuple(day.cells[slot] for slot in slots)) for day in days]
    return WeekView(tuple(shown), tuple(slots))


def _day(tables: _Tables, row: int) -> DayView:
    cells = tuple(_cell(tables, row, slot) for slot in range(SLOTS))
    return DayView(tables.need.dates[row], cells, float(tables.need.contacts[row].sum()))


def _cell(tables: _Tables, row: int, slot: int) -> Cell:
    need, came = tables.need, tables.came[row, slot]
    return Cell(
        slot=slot,
        contacts=float(need.contacts[row, slot]),
        handling_seconds=float(need.handling_seconds[row, slot]),
        agents=int(need.agents[row, slot]),
        scheduled=int(need.scheduled[row, slot]),
        rostered=int(tables.rostered[row, slot]),
        is_by_hand=bool(need.is_by_hand[row, slot]),
        is_known=bool(need.is_known[row, slot]),
        came=None if np.isnan(came) else int(came),
        what_if=None if tables.what_if is None else int(tables.what_if[row, slot]),
    )


def _what_if(line: ServiceLine, need: Need, question: Question) -> Heads:
    """Whom the same contacts would need. Where nobody is needed now, because it is closed, nobody is then."""
    target = question.target(line)
    heads = np.zeros(need.agents.shape, dtype=int)
    for row, slot in zip(*np.nonzero(need.agents), strict=True):
        seconds = question.handling_seconds or float(need.handling_seconds[row, slot])
        heads[row, slot] = forecasts.need_of(float(need.contacts[row, slot]), seconds, target).scheduled
    return heads
