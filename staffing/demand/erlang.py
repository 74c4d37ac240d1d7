"""Queueing as arithmetic: loads, servers, and what callers then meet. Units: erlang, seconds.

Erlang B: nobody waits. Erlang C: everybody waits as long as it takes. Erlang A: who waits longer than his
patience hangs up. Arrivals are Poisson, handling times and patience exponential.

Source: staffing.md section 5, whose points are the tests of this module.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

NEGLIGIBLE = 1e-17
"""Of a sum: further terms no longer change it."""
FAR_DOWN = 60.0
"""In logarithms: e^-60 of the peak is nothing."""
PANELS, NODES = 240, 12
"""How finely Erlang A's integrals are cut: many more than their one smooth hump needs."""


@dataclass(frozen=True)
class Service:
    """What callers meet. `service_level` counts those answered in time out of ALL who called.

    A caller who hung up was not answered, however soon he did. `asa_seconds` is the mean time in the queue,
    whether it ended with an answer or not.
    """

    service_level: float
    wait_probability: float
    asa_seconds: float
    occupancy: float
    abandon_rate: float


def erlang_b(load: float, servers: int) -> float:
    """The share of calls lost where nobody can wait.

    The recurrence 1/B(n) = 1 + n / (A B(n-1)), unrolled from the last server on, so that it ends as soon as
    the rest does not count: 12,345 erlang take some hundred steps, and nothing overflows.
    """
    if load <= 0:
        return 0.0 if servers else 1.0
    inverse = term = 1.0
    for number in range(servers, 0, -1):
        term *= number / load
        inverse += term
        if math.isinf(inverse):
            return 0.0
        if number < load and term < inverse * NEGLIGIBLE:
            break
    return 1 / inverse


def erlang_c(load: float, servers: int) -> float:
    """The share of calls that wait; all of them where the servers cannot keep up."""
    if load <= 0:
        return 0.0
    if servers <= load:
        return 1.0
    lost = erlang_b(load, servers)
    return servers * lost / (servers - load * (1 - lost))


def patient(load: float, servers: int, *, aht_seconds: float, within_seconds: float) -> Service:
    """Erlang C. Where the servers cannot keep up the queue has no end: nobody is answered in time."""
    if load <= 0:
        return Service(1.0, 0.0, 0.0, 0.0, 0.0)
    if servers <= load:
        return Service(0.0, 1.0, math.inf, 1.0, 0.0)
    waits, spare = erlang_c(load, servers), servers - load
    return Service(
        service_level=1 - waits * math.exp(-spare * within_seconds / aht_seconds),
        wait_probability=waits,
        asa_seconds=waits * aht_seconds / spare,
        occupancy=load / servers,
        abandon_rate=0.0,
    )


def impatient(
    load: float, servers: int, *, aht_seconds: float, within_seconds: float, patience_seconds: float
) -> Service:
    """Erlang A: the chain of n busy servers and a queue that loses its callers at the rate of their patience.

    Its states beyond n are summed as integrals over the time v that a caller would have to wait: weighted by
    e^(-theta v), that he still is there. With c = n mu and G(v) = lambda / theta (1 - e^(-theta v)) the
    density of v is p_n c e^(G(v) - c v). All in logarithms, so that no load overflows.
    """
    if load <= 0:
        return Service(1.0, 0.0, 0.0, 0.0, 0.0)
    queue = _Queue(load / aht_seconds, servers / aht_seconds, 1 / patience_seconds)
    lost = erlang_b(load, servers)
    # The states below n against the n-th: 1/B - 1.
    log_below = math.log1p(-lost) - math.log(lost) if 0 < lost < 1 else (-math.inf if lost else math.inf)
    log_queue = queue.log_integral(math.inf)
    log_n = -float(np.logaddexp(log_below, log_queue))
    waits = math.exp(min(0.0, log_n + log_queue))
    in_time = math.exp(log_n + queue.log_integral(within_seconds, staying=True))
    queued = math.exp(log_n + queue.log_integral(math.inf, length=True))
    abandoned = min(1.0, queue.theta * queued / queue.arrivals)
    return Service(
        service_level=min(1.0, 1 - waits + in_time),
        wait_probability=waits,
        asa_seconds=queued / queue.arrivals,
        occupancy=load * (1 - abandoned) / servers if servers else 1.0,
        abandon_rate=abandoned,
    )


@dataclass(frozen=True)
class _Queue:
    """Rates by the second: callers arrive, busy servers finish, waiting callers hang up."""

    arrivals: float
    finished: float
    theta: float

    def log_integral(self, until: float, *, staying: bool = False, length: bool = False) -> float:
        """ln of the integral of c e^(G(v) - c v) dv up to `until`.

        `staying` weighs by the caller still being there, `length` by how many are in the queue before him.
        """
        if self.finished <= 0:
            return -math.inf if staying else self._without_servers(length=length)
        slope = self.finished + (self.theta if staying else 0.0)
        end = min(until, self._end(slope))
        if end <= 0:
            return -math.inf
        points, weights = _nodes(end)
        ahead = -self.arrivals / self.theta * np.expm1(-self.theta * points)
        logs = ahead - slope * points + math.log(self.finished) + np.log(weights)
        if length:
            logs = logs + np.log(ahead)
        return float(np.logaddexp.reduce(logs))

    def _without_servers(self, *, length: bool) -> float:
        """Nobody works: the queue is Poisson with mean lambda / theta, and its states sum to e^that."""
        mean = self.arrivals / self.theta
        return mean + (math.log(mean) if length else 0.0)

    def _end(self, slope: float) -> float:
        """From where on the integrand is nothing. It is one hump, since its logarithm is concave."""
        peak = math.log(self.arrivals / slope) / self.theta if self.arrivals > slope else 0.0
        top = self._log(peak, slope)
        step = 1 / slope
        while self._log(peak + step, slope) > top - FAR_DOWN:
            step *= 2
        return peak + step

    def _log(self, at: float, slope: float) -> float:
        return -self.arrivals / self.theta * math.expm1(-self.theta * at) - slope * at


def _nodes(end: float) -> tuple[Numbers, Numbers]:
    """Points and weights of Gauss and Legendre on [0, end], cut into panels."""
    points, weights = _unit_nodes()
    return points * end, weights * end


@cache
def _unit_nodes() -> tuple[Numbers, Numbers]:
    points, weights = np.polynomial.legendre.leggauss(NODES)
    middles = (np.arange(PANELS) + 0.5) / PANELS
    return (middles[:, None] + points / (2 * PANELS)).ravel(), np.tile(weights / (2 * PANELS), PANELS)
