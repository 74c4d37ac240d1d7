"""Everybody's fair share: hours by contract, nights and weekend days by availability over months.

What was carried in the months before is the opening balance; the share is of that and of what is to come
together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from staffing.planning import budgets, covering
from staffing.planning.kinds import Kinds
from staffing.planning.material import Material, Member
from staffing.planning.weights import Weights
from staffing.rostering.problem import Cell, Tally, evenly

SATURDAY = 5
TOP = 6
"""Units away from the share that are priced each by itself; beyond, each costs as the last."""


def tallies(material: Material, kinds: Kinds, weights: Weights) -> Iterator[Tally]:
    yield from _hours(material, kinds, weights)
    nights = frozenset(kind for kind in range(len(kinds)) if kinds.is_night(kind))
    yield from _burden(
        "nights",
        material,
        weights,
        cells=_cells(material, nights, lambda _on: True),
        opening=lambda member: member.nights,
        expected=expected_nights(material),
    )
    yield from _burden(
        "weekends",
        material,
        weights,
        cells=_cells(material, frozenset(range(len(kinds))), is_weekend),
        opening=lambda member: member.weekend_days,
        expected=expected_weekend_days(material, kinds),
    )


def is_weekend(on: date) -> bool:
    return on.weekday() >= SATURDAY


def target_shifts(material: Material, member: Member, kinds: Kinds) -> int:
    """How many shifts make up what the contract asks for."""
    lengths = [kinds.minutes(kind) for kind in kinds.offered] or [480]
    return round(budgets.target_minutes(material, member) / (sum(lengths) / len(lengths)))


def available_days(material: Material, member: Member) -> int:
    """Days of the roster on which somebody can be planned for."""
    return sum(member.worker.is_employed(on) and not member.is_away(on) for on in material.days)


def expected_nights(material: Material) -> int:
    """How many nights the roster asks for: the minimums, or the least that the dark hours require."""
    codes = {material.shifts[code].code for code in material.offered if material.shifts[code].is_night}
    asked = 0
    needs = covering.total(material.needs)
    for on in material.days:
        least = [each.agents for each in material.minimums if each.code in codes and each.applies(on)]
        deepest = [needs.get((on, slot), 0) for slot in range(4, 8)] if codes else []
        asked += max(sum(least), round(max(deepest, default=0)))
    return asked


def expected_weekend_days(material: Material, kinds: Kinds) -> int:
    """The weekends' share of all shifts: by need, by minimums, or else by days."""
    shifts = sum(target_shifts(material, member, kinds) for member in material.members)
    weights: dict[date, float] = dict.fromkeys(material.days, 0.0)
    for need in material.needs:
        weights[need.on] += need.agents
    if not any(weights.values()):
        for on in material.days:
            weights[on] = sum(each.agents for each in material.minimums if each.applies(on)) or 1.0
    share = sum(weight for on, weight in weights.items() if is_weekend(on)) / sum(weights.values())
    return round(shifts * share)


def _hours(material: Material, kinds: Kinds, weights: Weights) -> Iterator[Tally]:
    everything = _cells(material, frozenset(range(len(kinds))), lambda _on: True)
    for number, member in enumerate(material.members):
        if not member.is_of_team:
            continue
        unders, overs = evenly(target_shifts(material, member, kinds), weight=weights.hours, top=TOP + 4)
        yield Tally(("hours", member.agent_id), number, everything, unders=unders, overs=overs)


def _burden(
    name: str,
    material: Material,
    weights: Weights,
    *,
    cells: frozenset[Cell],
    opening: Callable[[Member], int],
    expected: int,
) -> Iterator[Tally]:
    """One tally a person, each towards his share by the days on which he is, or was, available; half of it
    for half the hours.
    """
    sharing = [
        (number, member)
        for number, member in enumerate(material.members)
        if member.is_of_team and _may(material, member, is_night=name == "nights")
    ]
    days = {
        number: (member.days_before + available_days(material, member)) * budgets.part(material, member)
        for number, member in sharing
    }
    everything = expected + sum(opening(member) for _, member in sharing)
    if not cells or not sum(days.values()):
        return
    for number, member in sharing:
        share = round(everything * days[number] / sum(days.values()))
        unders, overs = evenly(share, weight=weights.burden, top=max(TOP, abs(share - opening(member)) + TOP))
        yield Tally(
            (name, member.agent_id), number, cells, opening=opening(member), unders=unders, overs=overs
        )


def _may(material: Material, member: Member, *, is_night: bool) -> bool:
    """Whoever is kept from nights has no share of them."""
    if not is_night:
        return True
    protected = [each for each in member.worker.restrictions if each.kind == "no_nights"]
    return not all(any(each.covers(on) for each in protected) for on in material.days)


def _cells(material: Material, kinds: frozenset[int], is_counted: Callable[[date], bool]) -> frozenset[Cell]:
    return frozenset((day, kind) for day, on in enumerate(material.days) if is_counted(on) for kind in kinds)
