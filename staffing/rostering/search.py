"""Better rosters out of a roster: parts of it are freed and solved anew, and now and then the whole.

What is freed next is drawn by the seed, and by what earlier draws gained for the work they took. Work is
counted in steps of the simplex method, not in seconds: a search that is ended by its effort or by a proof
repeats, one that is ended by its time repeats up to the draw at which the time ran out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from random import Random

import numpy as np

from staffing.rostering import checking
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
WHOLE_NODES_A_SECOND = 20  # Of effort, where seconds must not decide.
BACKSTOP = 4.0  # How many times its effort an answer may take before the clock ends it.
HEARING_SECONDS = 0.2
AHEAD = 1  # A question beyond those at work, so that nobody waits for the slowest; more grow stale.

Progress = Callable[[float, float, float, str], None]


class Stopped(Exception):  # noqa: N818
    """Whoever asked for the roster wants no more of it; a solver at work is left to end by its own limits."""


@dataclass(slots=True)
class State:
    """The best roster so far, a bound that none is below, and whether it is proven to be best.

    `was_cut`: the clock ended an answer before its work was done.
    """

    values: np.ndarray
    kinds: np.ndarray
    value: float
    bound: float = -np.inf
    rounds: int = 0
    stalled: int = 0
    stalled_work: int = 0
    effort: float = 0.0
    is_proven: bool = False
    was_cut: bool = False

    @property
    def roster(self) -> Roster:
        return tuple(tuple(row) for row in self.kinds.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A part at work, and the roster that it was drawn from."""

    part: Part
    kinds: np.ndarray
    value: float
    answer: Future[Answer]


@dataclass(slots=True)
class Search:
    """The roster changes only for a better one. `effort` ends the search after the work of so many seconds as
    a usual core would take for it; the clock is then only a backstop.
    """

    model: Model
    clock: Clock
    seed: int = 0
    workers: int = 1
    effort: float | None = None
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
        random = Random(self.seed)  # noqa: S311 - no secret
        self._drawing = Drawing(self.model, random, self.relaxation, seconds=self._budget())
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
        """Answers are taken in the order of their questions, whichever is there first: so it repeats."""
        tries, last_try = 0, self._left()
        asked: deque[Question] = deque()
        while not self._is_over():
            if self._is_due(tries, last_try):
                while asked:
                    self._take_in(asked.popleft())
                self._try_whole(pool, tries)
                tries, last_try = tries + 1, self._left()
                continue
            while len(asked) < (self.workers + AHEAD if self.workers > 1 else 1):
                asked.append(self._ask(pool, [question.part for question in asked]))
            self._take_in(asked.popleft())

    def _is_over(self) -> bool:
        if self.clock.is_over() or self._left() <= 0:
            return True
        least = 1 - TOLERANCE if self._is_whole else TOLERANCE
        if self.state.value - self.state.bound < least:
            self.state.is_proven, self.state.bound = True, self.state.value
        return self.state.is_proven

    def _budget(self) -> float:
        return self.clock.seconds if self.effort is None else self.effort

    def _left(self) -> float:
        """What decides how much more is tried. Units: seconds, of effort where that is limited."""
        return self.clock.left() if self.effort is None else self.effort - self.state.effort

    def _is_due(self, tries: int, last_try: float) -> bool:
        """The whole is tried when parts gain no more, or have had their share of the time."""
        columns = len(self.model.program.lower)
        if not self.tries_whole:
            return False
        if tries == 0 and columns <= SMALL_COLUMNS:
            return True
        if self._left() * WHOLE_SHARE < columns * WHOLE_SECONDS_A_COLUMN:
            return False
        if self.state.stalled >= STALL_ROUNDS and self.state.stalled_work >= STALL_WORK * (1 + tries):
            return True
        return last_try - self._left() > PARTS_SHARE * self._budget()

    def _whole_limits(self, tries: int) -> Limits:
        left = self._left()
        is_early = tries == 0 and len(self.model.program.lower) <= SMALL_COLUMNS
        seconds = max(left * (SMALL_SHARE if is_early else WHOLE_SHARE), min(left, 10))
        return Limits(
            seconds=self._on_wall(seconds),
            nodes=WHOLE_NODES if self.effort is None else max(1, round(seconds * WHOLE_NODES_A_SECOND)),
            cutoff=self._cutoff(),
            by_interior_point=len(self.model.program.lower) > SMALL_COLUMNS,
            seed=self.seed,
        )

    def _on_wall(self, seconds: float) -> float:
        return self.clock.on_wall(seconds if self.effort is None else BACKSTOP * max(1.0, seconds))

    def _reduced(self) -> Program:
        """The whole, without columns that by the relaxation no better roster can use."""
        program = self.model.program
        self._kept = np.ones(len(program.lower), dtype=bool)
        if self.relaxation is not None:
            room = self._cutoff() - self.relaxation.bound
            self._kept = ~(program.whole & (self.relaxation.reduced_costs > room + 1))
        return program.part(self._kept, np.zeros(len(program.lower)))

    def _try_whole(self, pool: ThreadPoolExecutor, tries: int) -> None:
        self._tell("whole")
        answer = self._answer(pool.submit(solve, self._reduced(), self._whole_limits(tries)))
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

    def _ask(self, pool: ThreadPoolExecutor, others: Sequence[Part]) -> Question:
        part = self._drawing.part(self.state.kinds, others)
        limits = Limits(
            seconds=max(0.1, self._on_wall(min(PART_SECONDS, self.clock.left()))),
            nodes=PART_NODES,
            cutoff=self._cutoff(),
            gap=self._part_gap(),
            seed=self.seed,
        )
        program = self.model.program.part(part.columns, self.state.values)
        return Question(part, self.state.kinds, self.state.value, pool.submit(solve, program, limits))

    def _take_in(self, question: Question) -> None:
        answer, part = self._answer(question.answer), question.part
        self.state.rounds += 1
        self.state.stalled += 1
        self.state.stalled_work += answer.work
        gain = 0.0
        if answer.values is not None and answer.value < question.value - TOLERANCE:
            gain = self._merge(question, answer.values)
        self._drawing.learn(part, answer, gain)

    def _merge(self, question: Question, found: np.ndarray) -> float:
        """Take an answer to a part, on top of what has become better elsewhere since it was asked."""
        part, kinds = question.part, self.state.kinds
        if (part.free & (kinds != question.kinds)).any():
            return 0.0
        values = self.state.values.copy()
        values[part.columns] = found
        if kinds is not question.kinds:
            kinds = np.where(part.free, np.array(self.model.roster(values)), kinds)
            if not self._keeps_the_rules(part, kinds):
                return 0.0
            values = self.model.values(kinds)
        gain = self.state.value - self._value(values)
        if gain > TOLERANCE:
            self._take(values)
            self._tell("parts")
        return max(0.0, gain)

    def _keeps_the_rules(self, part: Part, kinds: np.ndarray) -> bool:
        """Whether what was found for some of a person's days and for others goes together."""
        problem = self.model.problem
        return not any(
            any(checking.person_breaches(problem, problem.people[number], tuple(kinds[number].tolist())))
            for number in np.flatnonzero(part.free.any(axis=1))
        )

    def _take(self, values: np.ndarray) -> None:
        self.state.values, self.state.value = values, self._value(values)
        self.state.kinds = np.array(self.model.roster(values))
        self.state.stalled = self.state.stalled_work = 0

    def _answer(self, future: Future[Answer]) -> Answer:
        """Wait for a solver at work, with an ear for a stop.

        Raises: Stopped.
        """
        while wait_for([future], HEARING_SECONDS).not_done:
            if self.clock.is_stopped():
                raise Stopped
        answer = future.result()
        self.state.effort += answer.effort
        self.state.was_cut |= answer.was_cut
        return answer

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
