"""Which limit counts for a matter: the most specific of the policy's targets, times its factors. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

FITS = ("level", "severity", "channel", "kind")
"""From the weightiest: of two targets naming equally many, the one naming a weightier counts."""


class Target(Protocol):
    clock: str
    kind: str
    channel: str
    severity: str
    level: str
    limit: timedelta


T = TypeVar("T", bound=Target)


@dataclass(frozen=True, kw_only=True)
class Facts:
    kind: str
    channel: str
    severity: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Factors:
    crisis: Decimal
    key_account: Decimal


def best_fit(targets: Iterable[T], clock: str, facts: Facts) -> T | None:
    """The target that counts, or None when the policy sets no limit for this clock and matter."""
    fitting = [
        target
        for target in targets
        if target.clock == clock and all(getattr(target, fact) in ("", getattr(facts, fact)) for fact in FITS)
    ]
    return max(fitting, key=_weight, default=None)


def _weight(target: Target) -> tuple[int, list[bool]]:
    named = [bool(getattr(target, fact)) for fact in FITS]
    return sum(named), named


def limit_of(target: Target, facts: Facts, factors: Factors) -> timedelta:
    """The target's limit; a crisis and a key account shorten one that was not set for them by name.

    Rounded to whole seconds.
    """
    factor = Decimal(1)
    if facts.severity == "crisis" and not target.severity:
        factor *= factors.crisis
    if facts.level == "key" and not target.level:
        factor *= factors.key_account
    return timedelta(seconds=round(Decimal(target.limit.total_seconds()) * factor))
