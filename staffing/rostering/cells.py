"""What each person may work on each day before any choice is made, and what history leaves open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.rostering.problem import OFF, Person, Problem, runs


@dataclass(frozen=True, slots=True)
class Tail:
    """How a person's history ends: the run of its last days, and whether its beginning is known."""

    works: bool
    length: int
    is_whole: bool


def tail(person: Person) -> Tail | None:
    """None for a person without history."""
    if not person.history:
        return None
    first, last, works = runs(person.history)[-1]
    return Tail(works, last - first + 1, first > 0)


def open_cells(problem: Problem, person: Person) -> np.ndarray:
    """Days x kinds: True where nothing bars the person from the kind on that day."""
    cells = np.ones((problem.days, len(problem.kinds)), dtype=bool)
    for bar in person.bars:
        for day, kind in bar.cells:
            cells[day, kind] = False
    for kind, most in person.max_shifts.items():
        if most <= 0:
            cells[:, kind] = False
    for pin in person.pins:
        cells[pin.day, np.arange(len(problem.kinds)) != pin.kind] = False
    if person.minds_succession and person.history and person.history[-1] != OFF:
        for before, after in problem.forbidden:
            if before == person.history[-1]:
                cells[0, after] = False
    return cells


def must_work(problem: Problem, person: Person) -> np.ndarray:
    """Days that a pin makes working days."""
    days = np.zeros(problem.days, dtype=bool)
    for pin in person.pins:
        days[pin.day] |= pin.kind != OFF
    return days


def blocks(problem: Problem, person: Person, workable: np.ndarray) -> list[tuple[int, int]]:
    """Every block of work (first day, last day) that the rules on runs allow, history included.

    A block at day 0 carries on the work of the day before, if there was any.
    """
    past = tail(person)
    found = []
    most = person.max_run if person.max_run is not None else problem.days
    for first in range(problem.days):
        carried = past.length if past and past.works and first == 0 else 0
        if not _may_begin(person, past, first):
            continue
        for last in range(first, min(problem.days, first + most - carried)):
            if not workable[last]:
                break
            length = carried + last - first + 1
            begins_unseen = first == 0 and (past is None or (past.works and not past.is_whole))
            if length >= person.min_run or begins_unseen or last == problem.days - 1:
                found.append((first, last))
    return found


def must_carry_on(person: Person) -> bool:
    """Whether the run of work at the end of history is too short to end there."""
    past = tail(person)
    return past is not None and past.works and past.is_whole and past.length < person.min_run


def _may_begin(person: Person, past: Tail | None, first: int) -> bool:
    """Whether the days off before a block that begins on this day are enough."""
    if past is None:
        return True
    if past.works:
        return first == 0 or first >= person.min_off
    return not past.is_whole or past.length + first >= person.min_off
