"""The child in which a roster is solved: `solver_process SECONDS EFFORT SEED MEMORY`.

The problem comes in pickled, from the parent and nobody else; out go JSON lines, one for each report and a
last one with the roster. A request to end (SIGTERM) means: hand out the best that there is. It never asks the
database, and it ends when nobody reads it any more.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import pickle
import resource
import signal
import sys
from types import FrameType
from typing import Any

from staffing.rostering.conflicts import Conflict, of_cover
from staffing.rostering.problem import Label, Problem, Roster
from staffing.rostering.solving import solve
from staffing.rostering.starting import NoRoster

WORKERS = 2
EFFORT = 2.0
"""Of one question to the explanation: deterministic seconds."""


class Out:
    """Where reports go, and whether to go on."""

    def __init__(self) -> None:
        self.is_stopped = False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopped = True

    def report(self, phase: str, value: float, bound: float) -> None:
        self.say({"phase": phase, "value": value, "bound": _finite(bound)})

    def say(self, message: dict[str, Any]) -> None:
        try:
            sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(1)


def main(seconds: float, effort: float, seed: int, memory: int) -> None:
    os.nice(5)  # The portal's pages come first.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    out = Out()
    problem, start = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
    out.say(_solved(problem, start, seconds=seconds, effort=effort, seed=seed, out=out))


def _solved(
    problem: Problem, start: Roster | None, *, seconds: float, effort: float, seed: int, out: Out
) -> dict[str, Any]:
    """`seconds` are by the clock on the wall; the solver counts those of all its cores.

    Its effort is to end the search well before the clock does: so the same seed gives the same roster.
    """
    try:
        found = solve(
            problem,
            seconds=seconds * WORKERS,
            wall_seconds=seconds,
            seed=seed,
            workers=WORKERS,
            effort=effort,
            start=start,
            on_progress=lambda _seconds, value, bound, phase: out.report(phase, value, bound),
            should_stop=lambda: out.is_stopped,
        )
    except NoRoster as nobody:
        return {"roster": None, "stuck": str(nobody)}
    why: tuple[Conflict, ...] = ()
    if found.shortfalls and not out.is_stopped:
        out.report("explain", found.value, found.bound)
        why = of_cover(problem, grouping=rule_of, effort=EFFORT)
    return {
        "roster": found.roster,
        "value": found.value,
        "bound": _finite(found.bound),
        "is_optimal": found.status == "optimal",
        "repeats": found.repeats,
        "loosened": found.loosened,
        "conflicts": [dataclasses.asdict(conflict) for conflict in why],
    }


def rule_of(label: Label) -> Label:
    """Which labels are one rule in an explanation: each leave by itself, a minimum by its shift and skill."""
    name = str(label[0])
    if name == "minimum":
        return (name, *label[2:])
    return label if name == "leave" else (name,)


def _finite(bound: float) -> float | None:
    return bound if math.isfinite(bound) else None


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
