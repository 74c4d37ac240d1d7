"""How many people a service level needs: the fewest who meet it, and how many to roster for them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from staffing.demand import erlang
from staffing.demand.erlang import Service

HEAVIEST_LOAD = 1_000_000.0
"""In erlang. No department has more; beyond, somebody mixed up seconds and days."""
ROUNDING = 9
"""14 of 0.7 are 20, whatever binary fractions say."""


@dataclass(frozen=True)
class Target:
    """What is promised to callers, and to those who answer them.

    `service_level` is the share of all callers to be answered within `within_seconds`; `max_occupancy` the
    share of the time at work that may be filled with contacts; `shrinkage` the share of paid time away from
    contacts: breaks, training, sickness. Without `patience_seconds` everybody waits as long as it takes.
    """

    service_level: float = 0.80
    within_seconds: float = 20.0
    patience_seconds: float | None = None
    max_occupancy: float = 0.85
    shrinkage: float = 0.30
    concurrency: int = 1
    """How many contacts one agent handles at once: 1 on the phone, more in a chat."""

    def __post_init__(self) -> None:
        _require(0 < self.service_level < 1, "service level: between 0 and 1, such as 0.8")
        _require(
            _is_number(self.within_seconds) and self.within_seconds >= 0,
            "within seconds: not negative",
        )
        _require(
            self.patience_seconds is None
            or (_is_number(self.patience_seconds) and self.patience_seconds > 0),
            "patience seconds: a number above 0",
        )
        _require(0 < self.max_occupancy <= 1, "max occupancy: above 0, at most 1")
        _require(0 <= self.shrinkage < 1, "shrinkage: from 0 to below 1")
        _require(self.concurrency >= 1, "concurrency: at least 1")


@dataclass(frozen=True)
class Requirement:
    """`agents` are at work at once, `scheduled` on the roster, so that after shrinkage so many are."""

    agents: int
    scheduled: int
    service: Service


def load_of(contacts: float, aht_seconds: float, interval_seconds: float) -> float:
    """Contacts of an interval as load. Units: erlang.

    Raises: ValueError.
    """
    _require(_is_number(contacts) and contacts >= 0, "arrivals: a number, not negative")
    _require(_is_number(aht_seconds) and aht_seconds > 0, "handling seconds: a number above 0")
    _require(_is_number(interval_seconds) and interval_seconds > 0, "interval: a number above 0")
    load = contacts * aht_seconds / interval_seconds
    _require(load <= HEAVIEST_LOAD, f"the load of {load:.3g} erlang is more than {HEAVIEST_LOAD:.0f}")
    return load


def serve(load: float, agents: int, target: Target, *, aht_seconds: float) -> Service:
    """What callers meet with so many agents at work."""
    servers = agents * target.concurrency
    if target.patience_seconds is None:
        return erlang.patient(load, servers, aht_seconds=aht_seconds, within_seconds=target.within_seconds)
    return erlang.impatient(
        load,
        servers,
        aht_seconds=aht_seconds,
        within_seconds=target.within_seconds,
        patience_seconds=target.patience_seconds,
    )


def require(load: float, target: Target, *, aht_seconds: float) -> Requirement:
    """The fewest agents with whom service level and occupancy both hold. Nothing to do needs nobody."""
    if load <= 0:
        return Requirement(0, 0, erlang.patient(0, 0, aht_seconds=aht_seconds, within_seconds=0))

    def is_enough(agents: int) -> bool:
        service = serve(load, agents, target, aht_seconds=aht_seconds)
        return service.service_level >= target.service_level and (
            round(service.occupancy, ROUNDING) <= target.max_occupancy
        )

    agents = _least(is_enough, near=math.ceil(load / target.concurrency))
    return Requirement(
        agents,
        scheduled_for(agents, target.shrinkage),
        serve(load, agents, target, aht_seconds=aht_seconds),
    )


def scheduled_for(agents: int, shrinkage: float) -> int:
    """How many to roster, so that `agents` are at work. Source: pyworkforce's raw / (1 - shrinkage)."""
    return math.ceil(round(agents / (1 - shrinkage), ROUNDING))


def _least(is_enough: Callable[[int], bool], *, near: int) -> int:
    """The least number that is enough; more than enough stays enough. Found from `near` on, by doubling."""
    low, step = 0, max(1, math.isqrt(near))
    high = near
    while not is_enough(high):
        low, high, step = high, high + step, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _is_number(value: float) -> bool:
    return math.isfinite(value)


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ValueError(message)
