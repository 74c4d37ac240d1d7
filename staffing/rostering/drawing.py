"""Which part of a roster to free next: some people, some days, or some of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

import numpy as np

from staffing.rostering.mip import Answer, Relaxation
from staffing.rostering.model import Model
from staffing.rostering.neighbourhoods import Freedom
from staffing.rostering.person_rows import NONE
from staffing.rostering.problem import OFF

LITTLE_WORK, MUCH_WORK = 2_000, 6_000  # Steps of the simplex method: of about a second, and of several.
GROW, SHRINK = 1.1, 0.85
LEAST_CELLS = 24
FIRST_COLUMNS = {"people": 1_000, "days": 4_000, "mix": 3_000}  # Few people over all days are the hardest.
LONG_SECONDS, LEAST_SCALE = 60.0, 0.25
LEAST_SHARE = 0.15
WORK_A_COLUMN = 0.2
FADING = 0.8
TRIES = 5


@dataclass(slots=True)
class Shape:
    """A way to choose what is freed, how many cells it takes, and how it has fared of late."""

    name: str
    cells: float
    gain: float
    work: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A draw: which cells and columns are free."""

    shape: Shape
    free: np.ndarray
    columns: np.ndarray


class Drawing:
    """Draws parts, and learns from what became of them."""

    def __init__(
        self, model: Model, random: Random, relaxation: Relaxation | None, *, seconds: float = LONG_SECONDS
    ) -> None:
        """`seconds` are those of the whole search: parts of a short one begin small."""
        scale = min(1.0, max(LEAST_SCALE, seconds / LONG_SECONDS))
        self.model, self.random = model, random
        self.freedom = Freedom(model)
        self.people, self.days = len(model.problem.people), model.problem.days
        size = self.people * self.days
        self.shapes = [
            Shape(
                name,
                max(LEAST_CELLS, min(size, size * scale * columns / max(1, len(model.program.lower)))),
                gain=1,
            )
            for name, columns in FIRST_COLUMNS.items()
        ]
        self._wanted: np.ndarray | None = None
        if relaxation is not None:
            self._wanted = np.append(relaxation.values, 0)[model.cells] * (model.cells != NONE)

    def part(self, kinds: np.ndarray, others: Sequence[Part] = ()) -> Part:
        """A part that shares no cell with the others, if one is found soon."""
        doubt = self._doubt(kinds)
        for _ in range(TRIES):
            shape = self._shape()
            free = self._free(shape, doubt)
            if not any((part.free & free).any() for part in others):
                break
        return Part(shape, free, self.freedom.columns(free, kinds != OFF))

    def learn(self, part: Part, answer: Answer, gain: float) -> None:
        shape = part.shape
        shape.gain = FADING * shape.gain + gain
        shape.work = FADING * shape.work + answer.work + WORK_A_COLUMN * len(part.columns)
        is_done = answer.is_optimal or answer.is_infeasible
        if is_done and answer.work < LITTLE_WORK:
            shape.cells = min(shape.cells * GROW, self.people * self.days)
        elif not is_done or answer.work > MUCH_WORK:
            shape.cells = max(shape.cells * SHRINK, LEAST_CELLS)

    def _shape(self) -> Shape:
        rates = [shape.gain / shape.work for shape in self.shapes]
        total = sum(rates)
        weights = [LEAST_SHARE + (rate / total if total > 0 else 0) for rate in rates]
        return self.random.choices(self.shapes, weights)[0]

    def _doubt(self, kinds: np.ndarray) -> np.ndarray:
        """How far each cell is from what the relaxation would have, at least a little."""
        if self._wanted is None:
            return np.ones(kinds.shape)
        person, day = np.indices(kinds.shape)
        worked = self._wanted.sum(axis=2)
        agreed = np.where(kinds == OFF, 1 - worked, self._wanted[person, day, np.maximum(kinds, 0)])
        doubt: np.ndarray = np.clip(1 - agreed, 0, 1) + 0.1
        return doubt

    def _free(self, shape: Shape, doubt: np.ndarray) -> np.ndarray:
        free = np.zeros(doubt.shape, dtype=bool)
        if self.random.random() < 0.5:  # noqa: PLR2004 - every other draw is blind, lest the relaxation misleads
            doubt = np.ones(doubt.shape)
        if shape.name == "people":
            free[self._some_people(round(shape.cells / self.days), doubt.sum(axis=1))] = True
        elif shape.name == "days":
            free[:, self._window(round(shape.cells / self.people), doubt.sum(axis=0))] = True
        else:
            share = sqrt(shape.cells / (self.people * self.days))
            share = min(1.0, share * self.random.uniform(0.8, 1.25))
            count = max(2, round(share * self.people))
            window = self._window(round(shape.cells / count), doubt.sum(axis=0))
            chosen = self._some_people(count, doubt[:, window].sum(axis=1))
            free[np.ix_(chosen, range(self.days)[window])] = True
        return free

    def _some_people(self, count: int, weights: np.ndarray) -> list[int]:
        """Different people, the likelier the heavier."""
        count = max(2, min(count, self.people))
        keys = [self.random.random() ** (1 / weight) for weight in weights]
        return sorted(range(self.people), key=lambda person: -keys[person])[:count]

    def _window(self, length: int, weights: Sequence[float] | np.ndarray) -> slice:
        length = max(3, min(length, self.days))
        firsts = range(-(length // 2), self.days - length // 2)
        total = np.concatenate(([0], np.cumsum(weights)))
        heft = [total[min(self.days, first + length)] - total[max(0, first)] for first in firsts]
        first = self.random.choices(firsts, heft)[0]
        return slice(max(0, first), min(self.days, first + length))
