"""The solver in a process of its own.

Apart, since a search holds hundreds of megabytes and a core for minutes: inside a worker it would keep the
memory for ever, starve its other threads, and could not be ended. A child gives it all back, runs behind the
portal's pages (nice), is ended at any moment, and if it dies it takes nothing with it.
"""

from __future__ import annotations

import json
import logging
import pickle
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Any

from staffing.planning import policy
from staffing.rostering.problem import Label, Problem, Roster

logger = logging.getLogger(__name__)

_PROJECT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
_READ_BYTES = 65_536
_LAST_WORDS = 2_000

Watch = Callable[["Report | None"], bool]
"""Called at each report, and at least once a second without one; answers whether to go on."""


class SolverDied(Exception):  # noqa: N818 - as told by the log
    """The child ended without an answer."""


@dataclass(frozen=True, slots=True)
class Report:
    """How far a search is: its phase, the best value, a bound that no roster is below. Units: seconds."""

    phase: str
    value: float | None
    bound: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out. No roster: `stuck` is the key of whom what is settled leaves none.

    `loosened` are labels of rules that nobody could keep, `conflicts` why minimums are not met.
    """

    roster: Roster | None
    value: float = 0
    bound: float | None = None
    is_optimal: bool = False
    repeats: bool = False
    loosened: tuple[Label, ...] = ()
    conflicts: tuple[dict[str, Any], ...] = ()
    stuck: str = ""


def solve_apart(
    problem: Problem, *, seconds: float, seed: int, watch: Watch, start: Roster | None = None
) -> Solved:
    """The best roster within a budget; whoever watches may end the search, and gets the best so far.

    Raises: SolverDied.
    """
    with tempfile.TemporaryFile() as last_words:
        child = _start(seconds, seed, last_words)
        try:
            return _Dialogue(child, watch, seconds).run(pickle.dumps((problem, start)))
        except SolverDied:
            last_words.seek(0)
            logger.exception("The solver died: %s", last_words.read()[-_LAST_WORDS:].decode(errors="replace"))
            raise
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()


class _Dialogue:
    def __init__(self, child: subprocess.Popen[bytes], watch: Watch, seconds: float) -> None:
        assert child.stdin is not None  # noqa: S101 - started with pipes
        assert child.stdout is not None  # noqa: S101
        self.child, self.into, self.out = child, child.stdin, child.stdout
        self.watch, self.is_stopping = watch, False
        self.started = monotonic()
        self.ends_by = self.started + seconds + policy.OVERTIME_OF_THE_CLOCK.total_seconds()

    def run(self, order: bytes) -> Solved:
        with suppress(BrokenPipeError):
            self.into.write(order)
            self.into.close()
        for message in self._messages():
            if message is None:
                self._ask(None)
            elif "phase" in message:
                self._ask(Report(**message, seconds=round(monotonic() - self.started, 1)))
            else:
                return _solved(message)
        if self.is_stopping:  # It had nothing yet, or was too slow to say it.
            return Solved(None)
        raise SolverDied(f"code {self.child.wait()}")

    def _ask(self, report: Report | None) -> None:
        if not self.watch(report):
            self.child.send_signal(signal.SIGTERM)
            self.is_stopping = True
            self.ends_by = min(self.ends_by, monotonic() + policy.STOP_WITHIN.total_seconds())
            self.watch = lambda _report: True

    def _messages(self) -> Iterator[dict[str, Any] | None]:
        """What the child says; None for each second in which it says nothing."""
        rest = b""
        while True:
            if monotonic() > self.ends_by:
                if self.is_stopping:
                    return
                raise SolverDied("out of time")
            if not select.select([self.out], [], [], policy.REPORT_EVERY.total_seconds())[0]:
                yield None
                continue
            piece = self.out.read1(_READ_BYTES)  # type: ignore[attr-defined]
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(json.loads, lines)


def _solved(message: dict[str, Any]) -> Solved:
    rows = message["roster"]
    if rows is None:
        return Solved(None, stuck=message["stuck"])
    return Solved(
        roster=tuple(tuple(row) for row in rows),
        value=message["value"],
        bound=message["bound"],
        is_optimal=message["is_optimal"],
        repeats=message["repeats"],
        loosened=tuple(tuple(label) for label in message["loosened"]),
        conflicts=tuple(message["conflicts"]),
    )


def _start(seconds: float, seed: int, last_words: IO[bytes]) -> subprocess.Popen[bytes]:
    effort = seconds * policy.EFFORT_SHARE
    arguments = [str(seconds), str(effort), str(seed), str(policy.SOLVER_MEMORY)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "staffing.planning.solver_process", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=last_words,
        cwd=_PROJECT,
        env=_ENVIRONMENT,
    )
