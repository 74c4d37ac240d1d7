"""A roster to begin with; rules are dropped by name where somebody can keep them in no roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from staffing.rostering import checking, conflicts
from staffing.rostering.greedy import first_roster
from staffing.rostering.loosening import first_to_go, without
from staffing.rostering.model import Model, build
from staffing.rostering.problem import Label, Problem, Roster


class NoRoster(Exception):  # noqa: N818 - named as the outcome
    """What is past, or the kinds themselves, leave a person no roster, whatever rule is dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The model that the search goes on with, a roster for it, and the rules that it had to leave out."""

    model: Model
    roster: Roster
    loosened: tuple[Label, ...] = ()


def begin(problem: Problem, published: Roster | None = None) -> Start:
    """A published roster is kept but for the people who by the rules of now can no longer work it.

    Raises: NoRoster.
    """
    model, loosened = build(problem), list[Label]()
    roster, waiting = published, list(range(len(problem.people)))
    if published is not None:
        rows = zip(problem.people, published, strict=True)
        waiting = [
            number
            for number, (person, row) in enumerate(rows)
            if any(checking.person_breaches(problem, person, row))
        ]
    while True:
        roster, stuck = first_roster(model, waiting, roster)
        if not stuck:
            return Start(model, roster, tuple(loosened))
        dropped = _dropped(model.problem, stuck)
        loosened += dropped
        model, waiting = build(without(model.problem, dropped)), list(stuck)


def _dropped(problem: Problem, stuck: Sequence[int]) -> list[Label]:
    dropped = []
    for number in stuck:
        conflict = conflicts.of_person(problem, number)
        rule = first_to_go(problem, problem.people[number], conflict.rules) if conflict else None
        if rule is None:
            raise NoRoster(problem.people[number].key)
        dropped.append(rule)
    return dropped
