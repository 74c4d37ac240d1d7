"""Whether a roster keeps its rules and what it costs, told without any of the code that makes rosters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from staffing.rostering.problem import (
    OFF,
    CoverRow,
    Label,
    Person,
    Problem,
    Roster,
    Row,
    SharedCover,
    SkillNeed,
    Tally,
    runs,
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A hard rule that a roster breaks: which, on which day (None: over the horizon), by how much."""

    label: Label
    day: int | None = None
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Heads missing below the minimum of a cover row."""

    label: Label
    needed: int
    staffed: int


@dataclass(frozen=True, slots=True)
class Value:
    """What a roster costs, by part; `total` is the objective."""

    wishes: float
    cover: float
    tallies: float
    changes: float
    shortfall: float

    @property
    def total(self) -> float:
        return self.wishes + self.cover + self.tallies + self.changes + self.shortfall


def breaches(problem: Problem, roster: Roster) -> list[Breach]:
    """Every hard rule that is broken; empty for a roster that may be worked."""
    if len(roster) != len(problem.people) or any(len(row) != problem.days for row in roster):
        raise ValueError("the roster has not one row a person and one cell a day")
    return [
        breach
        for person, row in zip(problem.people, roster, strict=True)
        for breach in person_breaches(problem, person, row)
    ]


def person_breaches(problem: Problem, person: Person, row: Row) -> Iterator[Breach]:
    yield from _cells(person, row)
    yield from _successions(problem, person, row)
    yield from _runs(person, row)
    yield from _totals(problem, person, row)
    yield from _spans(problem, person, row)


def shortfalls(problem: Problem, roster: Roster) -> list[Shortfall]:
    counts = [(row.label, row.minimum, staffed(row, roster)) for row in problem.cover if row.minimum]
    for shared in problem.shared:
        if any(need.minimum for need in shared.needs):
            filled, _ = allotted(problem, shared, roster)
            counts += [
                (need.label, need.minimum, count) for need, count in zip(shared.needs, filled, strict=True)
            ]
    return [Shortfall(*count) for count in counts if count[2] < count[1]]


def staffed(row: CoverRow, roster: Roster) -> int:
    members = range(len(roster)) if row.members is None else row.members
    return sum(
        (day, roster[member][day]) in row.cells for member in members for day in {d for d, _ in row.cells}
    )


def value(problem: Problem, roster: Roster) -> Value:
    wishes = problem.constant + sum(
        person.costs.get((day, kind), 0)
        for person, row in zip(problem.people, roster, strict=True)
        for day, kind in enumerate(row)
    )
    missing = sum(fall.needed - fall.staffed for fall in shortfalls(problem, roster))
    cover = sum(_steps(row, staffed(row, roster)) for row in problem.cover)
    for shared in problem.shared:
        filled, idle = allotted(problem, shared, roster)
        cover += shared.idle_cost * idle
        cover += sum(_steps(need, count) for need, count in zip(shared.needs, filled, strict=True))
    return Value(
        wishes=wishes,
        cover=cover,
        tallies=sum(_steps(tally, tallied(tally, roster)) for tally in problem.tallies),
        changes=problem.change_cost * changes(problem, roster),
        shortfall=problem.shortfall_weight * missing,
    )


def tallied(tally: Tally, roster: Roster) -> float:
    row = roster[tally.person]
    return tally.opening + sum((day, kind) in tally.cells for day, kind in enumerate(row))


def changes(problem: Problem, roster: Roster) -> int:
    """How often the kind differs between two working days in a row."""
    count = 0
    for person, row in zip(problem.people, roster, strict=True):
        kinds = (*person.history[-1:], *row)
        count += sum(OFF not in pair and pair[0] != pair[1] for pair in pairwise(kinds))
    return count


def allotted(problem: Problem, shared: SharedCover, roster: Roster) -> tuple[list[int], int]:
    """Heads for each need at the best sharing, and the heads left idle.

    Sets of posts that can be filled at once are a matroid, so filling the dearest post first, moving heads
    already allotted where that makes room, is the cheapest sharing.
    """
    heads = [*shared.present]
    for person, row in zip(problem.people, roster, strict=True):
        heads += [person.skills for day, kind in enumerate(row) if (day, kind) in shared.cells]
    posts = sorted(
        (
            (sum(weight for level, weight in need.unders if level > place), place < need.minimum, -number)
            for number, need in enumerate(shared.needs)
            for place in range(_posts(need))
        ),
        key=lambda post: (post[1], post[0], post[2]),
        reverse=True,
    )
    held: list[int | None] = [None] * len(heads)
    for *_, number in posts:
        _fill(-number, [need.skill for need in shared.needs], heads, held, set())
    filled = [held.count(number) for number in range(len(shared.needs))]
    return filled, held.count(None)


def _posts(need: SkillNeed) -> int:
    return ceil(max([need.minimum, *(level for level, _ in need.unders)]))


def _fill(
    number: int, skills: list[str], heads: list[frozenset[str]], held: list[int | None], seen: set[int]
) -> bool:
    """Whether a head could be found for one more post of this need."""
    able = [head for head, has in enumerate(heads) if skills[number] in has]
    for head in able:
        if held[head] is None:
            held[head] = number
            return True
    seen.add(number)
    for head in able:
        other = held[head]
        if other is not None and other not in seen and _fill(other, skills, heads, held, seen):
            held[head] = number
            return True
    return False


def _steps(row: CoverRow | SkillNeed | Tally, count: float) -> float:
    under = sum(weight * max(0, level - count) for level, weight in row.unders)
    overs = () if isinstance(row, SkillNeed) else row.overs
    return under + sum(weight * max(0, count - level) for level, weight in overs)


def _cells(person: Person, row: Row) -> Iterator[Breach]:
    for bar in person.bars:
        yield from (Breach(bar.label, day) for day, kind in enumerate(row) if (day, kind) in bar.cells)
    yield from (Breach(pin.label, pin.day) for pin in person.pins if row[pin.day] != pin.kind)


def _successions(problem: Problem, person: Person, row: Row) -> Iterator[Breach]:
    if not person.minds_succession:
        return
    kinds = (*person.history[-1:], *row)
    first = -1 if person.history else 0
    for day, pair in enumerate(pairwise(kinds), first + 1):
        if pair in problem.forbidden:
            yield Breach(("succession", person.key, *pair), day)


def _runs(person: Person, row: Row) -> Iterator[Breach]:
    """Runs that touch the horizon or end before its first day.

    One whose beginning or end is out of sight counts as long enough.
    """
    before = len(person.history)
    known = (*person.history, *row)
    for first, last, works in runs(known):
        length, day = last - first + 1, first - before
        if last < before - 1:
            continue
        if works and last >= before and person.max_run is not None and length > person.max_run:
            yield Breach(("max_run", person.key), day, length - person.max_run)
        is_whole = first > 0 and last < len(known) - 1
        least = person.min_run if works else person.min_off
        if is_whole and length < least:
            yield Breach(("min_run" if works else "min_off", person.key), day, least - length)


def _totals(problem: Problem, person: Person, row: Row) -> Iterator[Breach]:
    minutes = sum(problem.kinds[kind].minutes for kind in row if kind != OFF)
    if minutes < person.min_minutes:
        yield Breach(("min_minutes", person.key), None, person.min_minutes - minutes)
    if person.max_minutes is not None and minutes > person.max_minutes:
        yield Breach(("max_minutes", person.key), None, minutes - person.max_minutes)
    for kind, most in person.max_shifts.items():
        if row.count(kind) > most:
            label = ("max_shifts", person.key, problem.kinds[kind].code)
            yield Breach(label, None, row.count(kind) - most)
    if person.max_weekends is not None:
        worked = sum(any(_works(person, row, day) for day in weekend) for weekend in problem.weekends)
        if worked > person.max_weekends:
            yield Breach(("max_weekends", person.key), None, worked - person.max_weekends)


def _spans(problem: Problem, person: Person, row: Row) -> Iterator[Breach]:
    for span in person.spans:
        kinds = [_kind(person, row, day) for day in range(span.first, min(span.last + 1, problem.days))]
        worked = [kind for kind in kinds if kind != OFF]
        minutes = sum(problem.kinds[kind].minutes for kind in worked)
        if span.max_days is not None and len(worked) > span.max_days:
            yield Breach(span.label, span.first, len(worked) - span.max_days)
        if span.max_minutes is not None and minutes > span.max_minutes:
            yield Breach(span.label, span.first, minutes - span.max_minutes)


def _kind(person: Person, row: Row, day: int) -> int:
    """What is worked on a day, history included; OFF where nothing is known."""
    if day >= 0:
        return row[day]
    return person.history[day] if -day <= len(person.history) else OFF


def _works(person: Person, row: Row, day: int) -> bool:
    return day < len(row) and _kind(person, row, day) != OFF
