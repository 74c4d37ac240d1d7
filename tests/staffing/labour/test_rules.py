"""S11: the narrowest rule in force wins."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from staffing.choices import RuleCode, Severity
from staffing.labour.rules import STANDARD, Rule, RuleBook
from tests.staffing.labour.cases import LI, march

TEMP = replace(LI, key=7, team=3, employment="temporary")


def rest(limit: int, **scope) -> Rule:
    return Rule(RuleCode.REST_BETWEEN, Decimal(limit), Severity.EXCEPTION, **scope)


def test_an_empty_book_lifts_no_law() -> None:
    assert {code: RuleBook().rule(code, LI, march(2)) for code in RuleCode} == STANDARD


@pytest.mark.parametrize(
    ("rules", "limit"),
    [
        ([rest(10)], 10),
        ([rest(10), rest(9, employment="temporary")], 9),
        ([rest(9, employment="temporary"), rest(8, team=3)], 8),
        ([rest(8, team=3, employment="temporary"), rest(7, team=3)], 8),
        ([rest(6, worker=7), rest(8, team=3, employment="temporary")], 6),
        ([rest(6, worker=8), rest(8, team=4), rest(9, employment="full_time")], 11),
        ([rest(8, team=3, employment="full_time")], 11),
    ],
)
def test_a_persons_own_rule_goes_before_the_teams_and_that_before_the_employments(
    rules: list[Rule], limit: int
) -> None:
    for order in (rules, rules[::-1]):
        assert RuleBook(order).rule(RuleCode.REST_BETWEEN, TEMP, march(2)).limit == limit


def test_a_rule_is_in_force_from_its_first_to_its_last_day() -> None:
    book = RuleBook([rest(9, valid_from=march(2), valid_until=march(3))])
    limits = [book.rule(RuleCode.REST_BETWEEN, LI, march(day)).limit for day in (1, 2, 3, 4)]
    assert limits == [11, 9, 9, 11]


def test_of_two_rules_of_one_scope_the_newer_is_in_force() -> None:
    book = RuleBook([rest(9, valid_from=date(2026, 1, 1)), rest(10, valid_from=march(1)), rest(8)])
    assert book.rule(RuleCode.REST_BETWEEN, LI, march(2)).limit == 10
