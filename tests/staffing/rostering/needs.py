"""Needs by half hour and skill as few cover rows: time in which the same shifts are at work is one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from staffing.rostering.problem import (
    DAY_MINUTES,
    OFF,
    Cell,
    Label,
    Person,
    SharedCover,
    ShiftKind,
    SkillNeed,
    Step,
)


def shared_cover(
    kinds: Sequence[ShiftKind],
    people: Sequence[Person],
    needs: Mapping[str, np.ndarray],
    *,
    under_weight: float | Mapping[str, float],
    idle_cost: float = 0,
    minima: Mapping[str, np.ndarray] | None = None,
    slot_minutes: int = 30,
) -> tuple[SharedCover, ...]:
    """Rows for `Problem.shared`. `needs` and `minima`: heads by skill, as arrays of days x slots of the day.

    `under_weight` is the price of a head missing for a slot, `idle_cost` of a head idle for one. Slots in
    which no shift is at work make no row. Labels: ("cover", first slot's day, its minute, end minute,
    skill).
    """
    minima = minima or {}
    days = next(iter(needs.values())).shape[0]
    groups: dict[frozenset[Cell], list[int]] = defaultdict(list)
    for slot, cells in enumerate(_at_work(kinds, days, slot_minutes)):
        if cells:
            groups[cells].append(slot)
    flat = {skill: np.ravel(need) for skill, need in needs.items()}
    least = {skill: np.ravel(need) for skill, need in minima.items()}
    rows = []
    for cells, slots in groups.items():
        label = _label(slots, slot_minutes)
        skills = [
            SkillNeed(
                (*label, skill),
                skill,
                _unders(flat[skill][slots], _weight(under_weight, skill)),
                int(np.max(least[skill][slots])) if skill in least else 0,
            )
            for skill in sorted(flat)
            if np.any(flat[skill][slots] > 0) or (skill in least and np.any(least[skill][slots] > 0))
        ]
        rows.append(
            SharedCover(
                label,
                cells,
                tuple(skills),
                present=_present(kinds, people, slots[0] * slot_minutes),
                idle_cost=idle_cost * len(slots),
            )
        )
    return tuple(rows)


def _weight(weights: float | Mapping[str, float], skill: str) -> float:
    return weights[skill] if isinstance(weights, Mapping) else weights


def _at_work(kinds: Sequence[ShiftKind], days: int, slot_minutes: int) -> list[frozenset[Cell]]:
    """For each slot of the horizon the cells that cover it whole, those of the evening before among them."""
    slots: list[set[Cell]] = [set() for _ in range(days * DAY_MINUTES // slot_minutes)]
    for day in range(days):
        for number, kind in enumerate(kinds):
            begin = day * DAY_MINUTES + kind.starts
            end = day * DAY_MINUTES + kind.ends
            for slot in range(-(-begin // slot_minutes), min(end // slot_minutes, len(slots))):
                slots[slot].add((day, number))
    return [frozenset(cells) for cells in slots]


def _present(kinds: Sequence[ShiftKind], people: Sequence[Person], minute: int) -> tuple[frozenset[str], ...]:
    """The skills of those still at work on a shift begun on the day before the horizon."""
    last = [(person, person.history[-1]) for person in people if person.history]
    return tuple(
        person.skills for person, kind in last if kind != OFF and kinds[kind].ends - DAY_MINUTES > minute
    )


def _unders(needs: np.ndarray, weight: float) -> tuple[Step, ...]:
    levels, counts = np.unique(needs[needs > 0], return_counts=True)
    return tuple((float(level), weight * int(count)) for level, count in zip(levels, counts, strict=True))


def _label(slots: Sequence[int], slot_minutes: int) -> Label:
    day, minute = divmod(slots[0] * slot_minutes, DAY_MINUTES)
    return ("cover", day, minute, minute + (slots[-1] - slots[0] + 1) * slot_minutes)
