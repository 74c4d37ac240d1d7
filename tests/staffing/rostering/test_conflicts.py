"""D6: why a need cannot be met, in the fewest rules, and by arithmetic."""

from dataclasses import replace

import pytest

from staffing.rostering import conflicts
from staffing.rostering.problem import (
    OFF,
    Bar,
    CoverRow,
    Person,
    Pin,
    Problem,
    SharedCover,
    ShiftKind,
    SkillNeed,
)

NIGHT, DAY = 0, 1
KINDS = (ShiftKind("N", 480, 22 * 60, 30 * 60, is_night=True), ShiftKind("D", 480, 9 * 60, 17 * 60))
WEEK = range(7)


def on_leave(key):
    return Bar(("leave", key), frozenset((day, kind) for day in WEEK for kind in (NIGHT, DAY)))


@pytest.fixture
def nights():
    """Six people with two nights each at most, one on leave; two are needed a night."""
    people = [Person(key, max_shifts={NIGHT: 2}, max_run=6) for key in "abcdef"]
    people[0] = replace(people[0], bars=(on_leave("a"),))
    cover = tuple(CoverRow(("cover", day, "N"), frozenset({(day, NIGHT)}), minimum=2) for day in WEEK)
    return Problem(
        days=7, kinds=KINDS, people=tuple(people), forbidden=frozenset({(NIGHT, DAY)}), cover=cover
    )


def test_the_rules_that_exclude_one_another_are_named_with_needed_and_available(nights):
    (conflict,) = conflicts.of_cover(nights)
    assert set(conflict.rules) == {("cover", "N"), ("max_shifts", "N")}
    assert conflict.is_least
    assert (conflict.needed, conflict.available) == (14, 10)


def test_what_dropping_a_rule_achieves_is_told(nights):
    (conflict,) = conflicts.of_cover(nights)
    assert [(way.rule, way.filled) for way in conflict.ways] == [(("max_shifts", "N"), 14)]


def test_leave_is_named_where_without_it_there_would_be_enough(nights):
    people = tuple(
        replace(person, max_shifts={NIGHT: 3 if person.key in "ab" else 2}) for person in nights.people
    )
    (conflict,) = conflicts.of_cover(replace(nights, people=people))
    assert set(conflict.rules) == {("cover", "N"), ("leave",), ("max_shifts", "N")}
    assert (conflict.needed, conflict.available) == (14, 11)
    assert [way.filled for way in conflict.ways] == [14, 14]


def test_needs_that_can_be_met_are_no_conflict(nights):
    people = tuple(replace(person, max_shifts={}) for person in nights.people)
    assert conflicts.of_cover(replace(nights, people=people)) == ()


def test_needs_that_exclude_one_another_only_together_are_one_conflict():
    people = (Person("a", skills=frozenset({"chat", "phone"})),)
    needs = tuple(SkillNeed(("cover", 0, skill), skill, minimum=1) for skill in ("chat", "phone"))
    shared = SharedCover(("cover", 0), frozenset({(0, DAY)}), needs)
    (conflict,) = conflicts.of_cover(Problem(days=1, kinds=KINDS, people=people, shared=(shared,)))
    assert set(conflict.rules) == {("cover", "chat"), ("cover", "phone")}
    assert (conflict.needed, conflict.available) == (2, 1)


def test_one_persons_rules_are_named_one_by_one_and_no_rule_too_many():
    person = Person(
        "a",
        min_minutes=3 * 480,
        max_run=2,
        max_shifts={DAY: 5},
        bars=(Bar(("leave", "a", 0), frozenset((day, kind) for day in range(5) for kind in (NIGHT, DAY))),),
        pins=(Pin(("pin", "a", 0), 0, OFF),),
    )
    conflict = conflicts.of_person(Problem(days=7, kinds=KINDS, people=(person,)), 0)
    assert set(conflict.rules) == {("min_minutes", "a"), ("leave", "a", 0)}
    assert (
        conflicts.of_person(Problem(days=7, kinds=KINDS, people=(replace(person, min_minutes=0),)), 0) is None
    )
