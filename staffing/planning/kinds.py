"""The kinds of work that the solver counts by number: each offered shift, and every odd cell as its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from staffing.planning.material import Codes, Material, Shift, Spot
from staffing.rostering.problem import OFF, ShiftKind, resting
from staffing.shifts import DAY


class Kinds:
    """Numbers of kinds, by what a cell holds.

    Where two fixed cells leave too little rest between them, the second is a double of its kind that may
    follow anything.
    """

    def __init__(self, material: Material) -> None:
        self._material = material
        self._held: list[Codes] = [(code,) for code in material.offered]
        self.offered = frozenset(range(len(self._held)))
        around = {*material.days_before, *material.days, *material.days_after}
        for spot, codes in sorted(material.plan.items()):
            if codes and spot[1] in around and codes not in self._held:
                self._held.append(codes)
        self._number = {codes: number for number, codes in enumerate(self._held)}
        self._doubles: dict[Spot, int] = {}
        self._double_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._held)

    def codes(self, kind: int) -> Codes:
        return () if kind == OFF else self._held[kind]

    def shifts(self, kind: int) -> list[Shift]:
        return [self._material.shifts[code] for code in self.codes(kind)]

    def minutes(self, kind: int) -> int:
        return sum(shift.paid for shift in self.shifts(kind))

    def is_night(self, kind: int) -> bool:
        return any(shift.is_night for shift in self.shifts(kind))

    def holding(self, code: str | None) -> list[int]:
        """The kinds with that shift; all of them for any."""
        return [kind for kind in range(len(self)) if code is None or code in self._held[kind]]

    def number(self, codes: Codes) -> int:
        return self._number[codes] if codes else OFF

    def index_of(self, agent_id: int, on: date) -> int:
        """The kind that a cell of the plan holds."""
        spot = (agent_id, on)
        return self._doubles.get(spot, self.number(self._material.cell(agent_id, on)))

    def shift_kinds(self) -> tuple[ShiftKind, ...]:
        return tuple(self._kind(number) for number in range(len(self)))

    def forbidden(self, rest_minutes: int) -> frozenset[tuple[int, int]]:
        """Which kind may not follow which, the doubles apart."""
        return frozenset(
            (before, after)
            for before, after in resting(self.shift_kinds(), rest_minutes)
            if after not in self._double_of
        )

    def allow_fixed(self, rest_minutes: int) -> None:
        """Give fixed cells that follow a fixed one too soon a kind that may."""
        tight = resting(self.shift_kinds(), rest_minutes)
        for agent_id, before_on, on in self._fixed_pairs():
            pair = (self.index_of(agent_id, before_on), self.number(self._material.cell(agent_id, on)))
            original = (self._double_of.get(pair[0], pair[0]), pair[1])
            if original in tight:
                self._doubles[agent_id, on] = self._double(pair[1])

    def _fixed_pairs(self) -> Iterator[tuple[int, date, date]]:
        material = self._material
        for member in material.members:
            for before_on, on in pairwise([material.first_on - DAY, *material.days]):
                is_settled = before_on < material.first_on or (member.agent_id, before_on) in material.fixed
                if is_settled and (member.agent_id, on) in material.fixed:
                    yield member.agent_id, before_on, on

    def _double(self, kind: int) -> int:
        for double, of in self._double_of.items():
            if of == kind:
                return double
        self._held.append(self._held[kind])
        self._double_of[len(self._held) - 1] = kind
        return len(self._held) - 1

    def _kind(self, number: int) -> ShiftKind:
        parts = self.shifts(number)
        return ShiftKind(
            code=" ".join(self._held[number]) + ("*" if number in self._double_of else ""),
            minutes=self.minutes(number),
            starts=min(part.starts for part in parts),
            ends=max(part.ends for part in parts),
            is_night=self.is_night(number),
        )
