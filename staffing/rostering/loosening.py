"""A problem without one of its rules, and which rule goes first where a person can keep them not all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from staffing.rostering.problem import Label, Person, Problem

PAST = "past"

# Comfort goes before agreements, agreements before rest. What is past is never dropped.
LADDER = (
    "min_minutes",
    "min_off",
    "min_run",
    "max_weekends",
    "max_shifts",
    "max_minutes",
    "pin",
    "span",
    "max_run",
    "succession",
    "bar",
)

_DROPS: dict[str, Callable[[Person], Person]] = {
    "min_minutes": lambda person: replace(person, min_minutes=0),
    "max_minutes": lambda person: replace(person, max_minutes=None),
    "min_run": lambda person: replace(person, min_run=1),
    "max_run": lambda person: replace(person, max_run=None),
    "min_off": lambda person: replace(person, min_off=1),
    "max_weekends": lambda person: replace(person, max_weekends=None),
    "succession": lambda person: replace(person, minds_succession=False),
}


def group(problem: Problem, person: Person) -> dict[Label, str]:
    """Every rule that binds the person: its label, and its rung on the ladder."""
    found: dict[Label, str] = {}
    if person.min_minutes:
        found["min_minutes", person.key] = "min_minutes"
    if person.max_minutes is not None:
        found["max_minutes", person.key] = "max_minutes"
    if person.min_run > 1:
        found["min_run", person.key] = "min_run"
    if person.max_run is not None:
        found["max_run", person.key] = "max_run"
    if person.min_off > 1:
        found["min_off", person.key] = "min_off"
    if person.max_weekends is not None:
        found["max_weekends", person.key] = "max_weekends"
    if problem.forbidden and person.minds_succession:
        found["succession", person.key] = "succession"
    for kind in person.max_shifts:
        found["max_shifts", person.key, problem.kinds[kind].code] = "max_shifts"
    found |= {bar.label: "bar" for bar in person.bars}
    found |= {span.label: "span" for span in person.spans}
    found |= {pin.label: "pin" for pin in person.pins if pin.label[0] != PAST}
    return found


def without(problem: Problem, labels: Iterable[Label]) -> Problem:
    """The problem as if these rules were not there, the minima of cover included."""
    dropped = frozenset(labels)
    return replace(
        problem,
        people=tuple(_freed(problem, person, dropped) for person in problem.people),
        cover=tuple(replace(row, minimum=0) if row.label in dropped else row for row in problem.cover),
        shared=tuple(
            replace(
                shared,
                needs=tuple(
                    replace(need, minimum=0) if need.label in dropped else need for need in shared.needs
                ),
            )
            for shared in problem.shared
        ),
    )


def first_to_go(problem: Problem, person: Person, labels: Iterable[Label]) -> Label | None:
    """Of the rules in conflict the one on the lowest rung; None where only the past is left."""
    rungs = group(problem, person)
    known = [label for label in labels if label in rungs]
    return min(known, key=lambda label: (LADDER.index(rungs[label]), str(label)), default=None)


def _freed(problem: Problem, person: Person, dropped: frozenset[Label]) -> Person:
    if not dropped & group(problem, person).keys():
        return person
    for name, drop in _DROPS.items():
        if (name, person.key) in dropped:
            person = drop(person)
    return replace(
        person,
        max_shifts={
            kind: most
            for kind, most in person.max_shifts.items()
            if ("max_shifts", person.key, problem.kinds[kind].code) not in dropped
        },
        bars=tuple(bar for bar in person.bars if bar.label not in dropped),
        spans=tuple(span for span in person.spans if span.label not in dropped),
        pins=tuple(pin for pin in person.pins if pin.label not in dropped),
    )
