"""Better rosters out of a roster: parts of it are freed and solved anew, and now and then the whole.

What is freed next is drawn by the seed, and by what earlier draws gained for the work they took. Work is
counted in steps of the simplex method, not in seconds: a search that is ended by its rounds or by a proof
repeats, one that is ended by its time repeats up to the draw at which the time ran out.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from random import Random

import numpy as np

from staffing.rostering.clock import Clock
from staffing.rostering.drawing import Drawing, Part
from staffing.rostering.mip import Answer, Limits, Program, Relaxation, solve
from staffing.rostering.model import Model
from staffing.rostering.problem import Roster

TOLERANCE = 1e-6
PART_NODES = 100
PART_SECONDS = 20.0  # A backstop; the nodes are what ends a part.
PART_GAP = 0.04  # Of what the roster is from its bound.
BLIND_GAP = 0.005  # Of the roster's value, where no bound is known.
STALL_ROUNDS = 10
STALL_WORK = 50_000
WHOLE_NODES = 100_000
WHOLE_SHARE = 0.4  # Of the time that is left, for an attempt on the whole.
SMALL_COLUMNS = 3_000  # A program up to this size is tried as a whole at once.
SMALL_SHARE = 0.2
WHOLE_SECONDS_A_COLUMN = 0.005  # Less than this, and an attempt would end before it found anything.
PARTS_SHARE = 0.3  # Of all time, for parts before the next attempt on the whole.
HEARING_SECONDS = 0.2

Progress = Callable[[float, float, float, str], None]


class Stopped(Exception):  # noqa: N818
    """Whoever asked for the roster wants no more of it; a solver at work is left to end by its own limits."""


@dataclass(slots=True)
class State:
    """The best roster so far, a bound that none is below, and whether it is proven to be best."""

    values: np.ndarray
    kinds: np.ndarray
    value: float
    bound: float = -np.inf
    rounds: int = 0
    stalled: int = 0
    stalled_work: int = 0
    is_proven: bool = False

    @property
    def roster(self) -> Roster:
        return tuple(tuple(row) for row in self.kinds.tolist())


@dataclass(slots=True)
class Search:
    """The roster changes only for a better one. `rounds` ends the search after so many draws."""

    model: Model
    clock: Clock
    seed: int = 0
    workers: int = 1
    rounds: int | None = None
    relaxation: Relaxation | None = None
    on_progress: Progress | None = None
    tries_whole: bool = True
    state: State = field(init=False)
    _drawing: Drawing = field(init=False)
    _is_whole: bool = field(init=False)
    _kept: np.ndarray = field(init=False)

    def run(self, start: Roster) -> State:
        values = self.model.values(start)
        self.state = State(values, np.array(start), self._value(values))
        self._is_whole = self.model.problem.is_whole()
        self._drawing = Drawing(self.model, Random(self.seed), self.relaxation)  # noqa: S311 - no secret
        if self.relaxation is not None:
            self._raise_bound(self.relaxation.bound)
        self._tell("bound")
        pool = ThreadPoolExecutor(self.workers)
        try:
            self._search(pool)
        except Stopped:
            pass
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return self.state

    def _search(self, pool: ThreadPoolExecutor) -> None:
        whole: Future[Answer] | None = None
        tries, last_try = 0, self.clock.spent()
        while not self._is_over():
            if whole is None and self._is_due(tries, last_try):
                whole = pool.submit(solve, self._reduced(), self._whole_limits(tries))
                tries += 1
                self._tell("whole")
            if whole is not None and (whole.done() or self.workers == 1):
                self._end_whole(self._answers([whole])[0])
                whole, last_try = None, self.clock.spent()
                continue
            self._round(pool, self.workers - (whole is not None))

    def _is_over(self) -> bool:
        if self.clock.is_over() or (self.rounds is not None and self.state.rounds >= self.rounds):
            return True
        least = 1 - TOLERANCE if self._is_whole else TOLERANCE
        if self.state.value - self.state.bound < least:
            self.state.is_proven, self.state.bound = True, self.state.value
        return self.state.is_proven

    def _is_due(self, tries: int, last_try: float) -> bool:
        """The whole is tried when parts gain no more, or have had their share of the time."""
        columns = len(self.model.program.lower)
        if not self.tries_whole:
            return False
        if tries == 0 and columns <= SMALL_COLUMNS:
            return True
        if self.rounds is None and self.clock.left() * WHOLE_SHARE < columns * WHOLE_SECONDS_A_COLUMN:
            return False
        if self.state.stalled >= STALL_ROUNDS and self.state.stalled_work >= STALL_WORK * (1 + tries):
            return True
        return self.rounds is None and self.clock.spent() - last_try > PARTS_SHARE * self.clock.seconds

    def _whole_limits(self, tries: int) -> Limits:
        left = self.clock.left()
        is_early = tries == 0 and len(self.model.program.lower) <= SMALL_COLUMNS
        share = SMALL_SHARE if is_early else WHOLE_SHARE
        return Limits(
            seconds=self.clock.on_wall(max(left * share, min(left, 10))),
            nodes=WHOLE_NODES,
            cutoff=self._cutoff(),
            by_interior_point=len(self.model.program.lower) > SMALL_COLUMNS,
            seed=self.seed,
        )

    def _reduced(self) -> Program:
        """The whole, without columns that by the relaxation no better roster can use."""
        program = self.model.program
        self._kept = np.ones(len(program.lower), dtype=bool)
        if self.relaxation is not None:
            room = self._cutoff() - self.relaxation.bound
            self._kept = ~(program.whole & (self.relaxation.reduced_costs > room + 1))
        return program.part(self._kept, np.zeros(len(program.lower)))

    def _end_whole(self, answer: Answer) -> None:
        self.state.stalled = self.state.stalled_work = 0
        if answer.values is not None and answer.value < self.state.value - TOLERANCE:
            values = np.zeros(len(self._kept))
            values[self._kept] = answer.values
            self._take(values)
        if answer.is_infeasible or answer.is_optimal:
            self.state.is_proven, self.state.bound = True, self.state.value
        else:
            self._raise_bound(min(answer.bound, self.state.value))
        self._tell("whole")

    def _round(self, pool: ThreadPoolExecutor, count: int) -> None:
        parts = self._drawing.parts(self.state.kinds, count)
        limits = Limits(
            seconds=max(0.1, self.clock.on_wall(min(PART_SECONDS, self.clock.left()))),
            nodes=PART_NODES,
            cutoff=self._cutoff(),
            gap=self._part_gap(),
            seed=self.seed,
        )
        program, base = self.model.program, self.state.values
        programs = [program.part(part.columns, base) for part in parts]
        answers = self._answers([pool.submit(solve, part, limits) for part in programs])
        self.state.rounds += 1
        self.state.stalled += 1
        self.state.stalled_work += sum(answer.work for answer in answers)
        start, taken = self.state.value, np.zeros(len(self.state.kinds), dtype=bool)
        for part, answer in sorted(zip(parts, answers, strict=True), key=lambda pair: pair[1].value):
            people = part.free.any(axis=1)
            gain = 0.0
            if answer.values is not None and answer.value < start - TOLERANCE and not (people & taken).any():
                gain = self._merge(base, part, answer, is_first=not taken.any())
                taken |= people
            self._drawing.learn(part, answer, gain)

    def _merge(self, base: np.ndarray, part: Part, answer: Answer, *, is_first: bool) -> float:
        """Take an answer to a part; the second one of a round, about other people, on top of the first."""
        values = base.copy()
        values[part.columns] = answer.values
        if not is_first:
            kinds = np.where(part.free, np.array(self.model.roster(values)), self.state.kinds)
            values = self.model.values(kinds)
        gain = self.state.value - self._value(values)
        if gain > TOLERANCE:
            self._take(values)
            self._tell("parts")
        return max(0.0, gain)

    def _take(self, values: np.ndarray) -> None:
        self.state.values, self.state.value = values, self._value(values)
        self.state.kinds = np.array(self.model.roster(values))
        self.state.stalled = self.state.stalled_work = 0

    def _answers(self, futures: list[Future[Answer]]) -> list[Answer]:
        """Wait for solvers at work, with an ear for a stop.

        Raises: Stopped.
        """
        while wait_for(futures, HEARING_SECONDS).not_done:
            if self.clock.is_stopped():
                raise Stopped
        return [future.result() for future in futures]

    def _value(self, values: np.ndarray) -> float:
        value = float(self.model.program.cost @ values + self.model.program.offset)
        return round(value) if abs(value - round(value)) < TOLERANCE else value

    def _cutoff(self) -> float:
        """What a better roster costs at most."""
        return self.state.value - (1 - 0.01 if self._is_whole else TOLERANCE * 10)

    def _part_gap(self) -> float:
        """A part need not be solved more exactly than the roster as a whole is."""
        least = 0.99 if self._is_whole else TOLERANCE
        if not np.isfinite(self.state.bound):
            return max(least, BLIND_GAP * abs(self.state.value))
        return max(least, PART_GAP * (self.state.value - self.state.bound))

    def _raise_bound(self, bound: float) -> None:
        if self._is_whole and np.isfinite(bound):
            bound = float(np.ceil(bound - 1e-4))
        self.state.bound = max(self.state.bound, bound)

    def _tell(self, phase: str) -> None:
        if self.on_progress is not None:
            self.on_progress(self.clock.spent(), self.state.value, self.state.bound, phase)
