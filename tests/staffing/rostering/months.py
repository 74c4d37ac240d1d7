"""A month of a customer-service team as a roster problem, made up by a seed."""

import random

import numpy as np

from staffing.rostering.problem import OFF, Bar, Person, Problem, ShiftKind, Span, Tally, evenly, resting
from tests.staffing.rostering.needs import shared_cover

KINDS = (
    ShiftKind("early", 450, 7 * 60, 15 * 60),
    ShiftKind("day", 450, 9 * 60, 17 * 60),
    ShiftKind("middle", 450, 12 * 60, 20 * 60),
    ShiftKind("late", 450, 15 * 60, 23 * 60),
    ShiftKind("evening", 450, 17 * 60, 25 * 60),
    ShiftKind("night", 450, 23 * 60, 31 * 60, is_night=True),
)
NIGHT = 5
SKILLS = ("chat", "phone", "returns", "complaints", "vip")
LOAD = (0.35, 0.3, 0.17, 0.12, 0.06)


def month(agents: int = 60, days: int = 31, seed: int = 7, load: float = 0.92) -> Problem:
    """Weeks by the calendar with a rest day and 40 hours, 11 hours of rest, leave, wishes, shared nights."""
    draw = random.Random(seed)
    people = tuple(_person(number, days, draw) for number in range(agents))
    needs = _needs(agents, days, load)
    minima = {"chat": np.minimum(needs["chat"], 1), "phone": np.minimum(needs["phone"], 1)}
    nights = frozenset((day, NIGHT) for day in range(days))
    weekends = tuple((day, day + 1) for day in range(5, days - 1, 7))
    unders, overs = evenly(3, weight=4, top=10)
    return Problem(
        days=days,
        kinds=KINDS,
        people=people,
        forbidden=resting(KINDS, 11 * 60),
        shared=shared_cover(KINDS, people, needs, under_weight=10, idle_cost=1, minima=minima),
        tallies=tuple(
            Tally(("nights", person.key), number, nights, draw.choice((0, 0, 1, 2)), unders, overs)
            for number, person in enumerate(people)
            if not any(bar.label[0] == "no_nights" for bar in person.bars)
        ),
        weekends=weekends,
        change_cost=3,
    )


def _person(number: int, days: int, draw: random.Random) -> Person:
    key = f"{number:03}"
    count = draw.choices((1, 2, 3), (5, 4, 1))[0]
    skills = {SKILLS[number % 2]} if draw.random() < 0.7 else set()
    while len(skills) < count:
        skills |= set(draw.choices(SKILLS, LOAD))
    bars = []
    if draw.random() < 0.4:
        first = draw.randrange(2, days - 3)
        leave = frozenset((day, kind) for day in range(first, first + 3) for kind in range(len(KINDS)))
        bars.append(Bar(("leave", key, first), leave))
    if draw.random() < 0.15:
        bars.append(Bar(("no_nights", key), frozenset((day, NIGHT) for day in range(days))))
    costs = {
        (draw.randrange(days), draw.choice((OFF, *range(len(KINDS))))): -draw.choice((1, 3, 5))
        for _ in range(4)
    }
    worked, off = draw.randrange(1, 6), draw.randrange(2, 4)
    kind = draw.randrange(NIGHT)
    history = draw.choice(((kind,) * worked + (OFF,) * off, (OFF,) * off + (kind,) * worked))
    return Person(
        key=key,
        skills=frozenset(skills),
        min_minutes=days * (16 if not bars else 12) // 31 * 450,
        max_minutes=days * 23 // 31 * 450,
        min_run=2,
        max_run=6,
        min_off=1,
        max_weekends=3,
        history=history,
        bars=tuple(bars),
        spans=tuple(
            Span(("week", key, first), first, first + 6, max_days=6, max_minutes=44 * 60)
            for first in range(-1, days, 7)
        ),
        costs=costs,
    )


def _needs(agents: int, days: int, load: float) -> dict[str, np.ndarray]:
    """Two humps a day, quieter nights and weekends; `load` is the needed share of all hours."""
    hours = np.arange(48) / 2
    shape = 0.12 + np.exp(-(((hours - 11) / 3) ** 2)) + 0.9 * np.exp(-(((hours - 20) / 2.5) ** 2))
    week = np.array([1.1, 1.0, 0.95, 0.95, 1.05, 1.15, 0.8])[np.arange(days) % 7]
    curve = np.outer(week, shape)
    curve *= load * agents * days * 0.66 * 15 / curve.sum()
    return {skill: np.round(curve * share).astype(int) for skill, share in zip(SKILLS, LOAD, strict=True)}
