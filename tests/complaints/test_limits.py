"""Which limit counts. # C8"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from complaints.limits import Factors, Facts, best_fit, limit_of

FACTORS = Factors(crisis=Decimal("0.50"), key_account=Decimal("0.75"))


@dataclass
class Target:
    clock: str = "first_response"
    kind: str = ""
    channel: str = ""
    severity: str = ""
    level: str = ""
    limit: timedelta = timedelta(hours=1)


def facts(**given: str) -> Facts:
    return Facts(
        **{"kind": "complaint", "channel": "chat", "severity": "normal", "level": "ordinary"} | given
    )


def test_the_target_naming_more_facts_counts():
    general, special = Target(), Target(channel="chat", kind="complaint")
    assert best_fit([general, special], "first_response", facts()) is special


def test_of_equally_specific_targets_the_weightier_fact_counts():
    by_kind, by_level = Target(kind="complaint"), Target(level="key")
    assert best_fit([by_kind, by_level], "first_response", facts(level="key")) is by_level


def test_the_order_of_the_targets_does_not_matter():
    targets = [Target(), Target(kind="complaint"), Target(channel="chat")]
    assert best_fit(targets, "first_response", facts()) is best_fit(targets[::-1], "first_response", facts())


def test_a_target_for_another_matter_does_not_count():
    assert best_fit([Target(channel="email")], "first_response", facts()) is None
    assert best_fit([Target(clock="resolution")], "first_response", facts()) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, timedelta(hours=1)),
        ({"severity": "crisis"}, timedelta(minutes=30)),
        ({"level": "key"}, timedelta(minutes=45)),
        ({"severity": "crisis", "level": "key"}, timedelta(seconds=1350)),
    ],
)
def test_a_crisis_halves_and_a_key_account_takes_three_quarters(given, expected):
    assert limit_of(Target(), facts(**given), FACTORS) == expected


def test_a_limit_set_by_name_for_a_crisis_is_not_halved_again():
    assert limit_of(Target(severity="crisis"), facts(severity="crisis"), FACTORS) == timedelta(hours=1)
