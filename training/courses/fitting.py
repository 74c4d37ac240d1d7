"""Whom a rule of a course enrols, and by when. Plain values, no tables."""

from dataclasses import dataclass
from datetime import date, timedelta

from training.choices import AudienceKind

DAYS_BEFORE_EVENT = 1
"""Unless the rule says otherwise, a course is done so many days before the event begins."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is employed on his department's `today`."""

    key: int
    team: int
    department: int
    position: int | None
    joined_on: date
    today: date


@dataclass(frozen=True, kw_only=True)
class Event:
    """A peak event: its people by name, or else all of its teams, or else the whole department."""

    department: int
    first_on: date
    last_on: date
    people: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()

    def has(self, person: Person) -> bool:
        if person.today > self.last_on:
            return False
        if self.people:
            return person.key in self.people
        return person.team in self.teams if self.teams else person.department == self.department


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`event` is None for a plan that is not approved, too: a draft is no order yet."""

    kind: AudienceKind
    days: int
    team: int | None = None
    position: int | None = None
    joined_within_days: int | None = None
    event: Event | None = None


def fits(rule: Rule, person: Person) -> bool:
    """Whether the rule enrols this person today."""
    if rule.kind == AudienceKind.NEW_HIRE:
        return person.joined_on >= person.today - timedelta(days=rule.joined_within_days or 0)
    return keeps(rule, person)


def keeps(rule: Rule, person: Person) -> bool:
    """Whether the rule still asks whom it has enrolled; no longer being new takes nothing off a new hire."""
    match rule.kind:
        case AudienceKind.EVERYBODY | AudienceKind.NEW_HIRE:
            return True
        case AudienceKind.TEAM:
            return person.team == rule.team
        case AudienceKind.POSITION:
            return person.position is not None and person.position == rule.position
        case AudienceKind.PEAK_EVENT:
            return rule.event is not None and rule.event.has(person)


def due_on(rule: Rule, today: date) -> date:
    """Counted from today; for an event back from its first day, but never before today."""
    if rule.event is None:
        return today + timedelta(days=rule.days)
    return max(rule.event.first_on - timedelta(days=rule.days), today)
