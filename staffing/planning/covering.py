"""How many heads a roster should hold when: minimums of shifts, and what each half hour requires.

Half hours in which the same shifts run are one row of the solver with one step for each of them: the price is
the same, and the rows are a tenth. Whoever holds several skills serves one line at a time: where several
lines ask, the solver allots each head to one of them.

A skill counts by the day on which the shift starts. A row knows one set of holders: where shifts of two days
run at once, those of the later day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from staffing.planning.kinds import Kinds
from staffing.planning.material import Material, Member, Need
from staffing.planning.weights import Weights
from staffing.rostering.problem import Cell, CoverRow, SharedCover, SkillNeed, Step
from staffing.shifts import DAY

ANY = 0
"""In a label: no skill is named."""


def minimum_rows(material: Material, kinds: Kinds) -> Iterator[CoverRow]:
    for day, on in enumerate(material.days):
        for least in material.minimums:
            if not least.applies(on):
                continue
            yield CoverRow(
                label=("minimum", on.toordinal(), least.code, least.skill_id or ANY),
                cells=frozenset((day, kind) for kind in kinds.holding(least.code)),
                members=None if least.skill_id is None else _holders(material, least.skill_id, on),
                minimum=least.agents,
            )


class NeedRows:
    """What is required by half hour, as rows: `single` where one line asks, `shared` where several do."""

    def __init__(self, material: Material, kinds: Kinds, weights: Weights) -> None:
        self.material, self.kinds, self.weights = material, kinds, weights
        self.single: list[CoverRow] = []
        self.shared: list[SharedCover] = []
        self.eve = material.first_on - DAY
        by_day: dict[date, list[Need]] = defaultdict(list)
        for need in material.needs:
            by_day[need.on].append(need)
        for on, needs in sorted(by_day.items()):
            self._add_day(on, needs)

    def _add_day(self, on: date, needs: list[Need]) -> None:
        day = (on - self.material.first_on).days
        alike: dict[frozenset[Cell], list[Need]] = defaultdict(list)
        for need in needs:
            alike[self._running(day, need.slot)].append(need)
        for cells, group in alike.items():
            if any(start >= 0 for start, _ in cells):
                self._add(on, cells, group)

    def _add(self, on: date, cells: frozenset[Cell], needs: list[Need]) -> None:
        starts_on = self.material.first_on + max(start for start, _ in cells) * DAY
        planned = frozenset(cell for cell in cells if cell[0] >= 0)
        carried = self._carried({kind for start, kind in cells if start < 0})
        lines: dict[int | None, list[int]] = defaultdict(list)
        for need in needs:
            lines[need.skill_id].append(round(need.agents))
        slots = sorted({need.slot for need in needs})
        label = ("cover", on.toordinal(), slots[0])
        price, surplus = self.weights.missing_slot, self.weights.surplus_slot
        if len(lines) > 1:
            row = SharedCover(
                label=label,
                cells=planned,
                needs=tuple(
                    SkillNeed((*label, skill_id or ANY), skill(skill_id, starts_on), _steps(levels, price))
                    for skill_id, levels in lines.items()
                ),
                present=tuple(_skills_on(member, self.eve, named=starts_on) for member in carried),
                idle_cost=surplus * len(slots),
            )
            self.shared.append(row)
            return
        ((skill_id, levels),) = lines.items()
        there = sum(member.has(skill_id, self.eve) for member in carried)
        left = [level - there for level in levels]
        self.single.append(
            CoverRow(
                label=(*label, skill_id or ANY),
                cells=planned,
                members=None if skill_id is None else _holders(self.material, skill_id, starts_on),
                unders=_steps((level for level in left if level > 0), price),
                overs=_steps((max(0, level) for level in left), surplus),
            )
        )

    def _running(self, day: int, slot: int) -> frozenset[Cell]:
        """The cells whose shift runs in a half hour of a day: those of the night before among them."""
        return frozenset(
            (start, kind)
            for start, days_before in ((day, 0), (day - 1, 1))
            for kind in range(len(self.kinds))
            for shift in self.kinds.shifts(kind)
            if shift.covers(slot, days_before=days_before)
        )

    def _carried(self, night: set[int]) -> list[Member]:
        """Who is still there from the night before the roster's first day."""
        return [
            member
            for member in self.material.members
            if night and self.kinds.index_of(member.agent_id, self.eve) in night
        ]


def skill(skill_id: int | None, on: date) -> str:
    """A skill as the solver knows it: certificates begin and end, so it is another one each day."""
    return f"{skill_id or ANY}@{on.toordinal()}"


def skills_of(material: Material, member: Member) -> frozenset[str]:
    """All that a person may serve, on each of the roster's days."""
    return frozenset(name for on in material.days for name in _skills_on(member, on))


def total(needs: Iterable[Need]) -> dict[tuple[date, int], float]:
    """The heads of all lines together, by half hour."""
    sums: defaultdict[tuple[date, int], float] = defaultdict(float)
    for need in needs:
        sums[need.on, need.slot] += need.agents
    return sums


def _skills_on(member: Member, on: date, *, named: date | None = None) -> frozenset[str]:
    held = {each.skill_id for each in member.held if each.is_valid(on)}
    return frozenset(skill(skill_id, named or on) for skill_id in {None, *held})


def _steps(levels: Iterable[int], weight: int) -> tuple[Step, ...]:
    return tuple((level, count * weight) for level, count in sorted(Counter(levels).items()))


def _holders(material: Material, skill_id: int | None, on: date) -> frozenset[int]:
    return frozenset(number for number, member in enumerate(material.members) if member.has(skill_id, on))
