"""Whom a rule names, by plain values. # T1"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from training.choices import AudienceKind
from training.courses.fitting import Event, Person, Rule, due_on, fits, keeps

TODAY = date(2026, 3, 11)
DAY = timedelta(days=1)
PERSON = Person(key=7, team=1, department=1, position=3, joined_on=date(2026, 3, 1), today=TODAY)
EVENT = Event(department=1, first_on=TODAY + 20 * DAY, last_on=TODAY + 22 * DAY)


def rule(kind: AudienceKind, **facts) -> Rule:
    return Rule(kind=kind, days=14, **facts)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (rule(AudienceKind.EVERYBODY), True),
        (rule(AudienceKind.TEAM, team=1), True),
        (rule(AudienceKind.TEAM, team=2), False),
        (rule(AudienceKind.POSITION, position=3), True),
        (rule(AudienceKind.POSITION, position=4), False),
        (rule(AudienceKind.NEW_HIRE, joined_within_days=10), True),
        (rule(AudienceKind.NEW_HIRE, joined_within_days=9), False),
        (rule(AudienceKind.PEAK_EVENT), False),
    ],
)
def test_a_rule_fits_whom_it_names(named: Rule, expected):
    assert fits(named, PERSON) is expected


def test_nobody_without_a_position_fits_a_rule_for_one():
    assert not fits(rule(AudienceKind.POSITION), replace(PERSON, position=None))


def test_who_is_new_no_longer_has_it_to_do_all_the_same():
    new = rule(AudienceKind.NEW_HIRE, joined_within_days=10)
    later = replace(PERSON, today=TODAY + 30 * DAY)
    assert (fits(new, later), keeps(new, later)) == (False, True)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (EVENT, True),
        (replace(EVENT, department=2), False),
        (replace(EVENT, teams=frozenset({2})), False),
        (replace(EVENT, teams=frozenset({1})), True),
        (replace(EVENT, teams=frozenset({1}), people=frozenset({8})), False),
        (replace(EVENT, teams=frozenset({2}), people=frozenset({7})), True),
        (replace(EVENT, last_on=TODAY - DAY), False),
        (replace(EVENT, last_on=TODAY), True),
    ],
)
def test_the_staff_of_an_event_are_its_people_else_its_teams_else_its_department(event: Event, expected):
    assert fits(rule(AudienceKind.PEAK_EVENT, event=event), PERSON) is expected


def test_the_due_day_counts_from_today_and_for_an_event_back_from_its_first_day():
    assert due_on(rule(AudienceKind.EVERYBODY), TODAY) == TODAY + 14 * DAY
    assert due_on(rule(AudienceKind.PEAK_EVENT, event=EVENT), TODAY) == TODAY + 6 * DAY
    soon = replace(EVENT, first_on=TODAY + 3 * DAY)
    assert due_on(rule(AudienceKind.PEAK_EVENT, event=soon), TODAY) == TODAY
