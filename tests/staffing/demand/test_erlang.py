"""S7: the reference points of staffing.md section 5, and the chain itself as a second opinion."""

import math
import time

import pytest

from staffing.demand import erlang

# The printed digits of a source bind; a point is equal when it rounds to them.


def rounds_to(value: float, printed: str) -> bool:
    return abs(value - float(printed)) <= 0.51 * 10.0 ** -len(printed.partition(".")[2])


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ((10, 14, 180, 20), ("0.88835", "0.174132", "0.714286")),  # Point 1.
        ((10, 15, 3, 0.33), ("0.941", "0.102", "0.667")),  # Point 2, in minutes.
        ((48, 55, 240, 20), ("0.8668", "0.23870", "0.8727")),  # Point 3.
    ],
)
def test_erlang_c_is_that_of_the_sources(asked, printed):
    load, servers, aht, within = asked
    service = erlang.patient(load, servers, aht_seconds=aht, within_seconds=within)
    found = (service.service_level, service.wait_probability, service.occupancy)
    assert all(map(rounds_to, found, printed)), found
    assert service.abandon_rate == 0


def test_the_mean_wait_is_that_of_the_sources():  # Points 3 and 12.
    assert rounds_to(erlang.patient(48, 55, aht_seconds=240, within_seconds=20).asa_seconds, "8.184")
    asa = erlang.patient(48, 50, aht_seconds=60, within_seconds=20).asa_seconds
    assert rounds_to(asa, "20.8")
    assert rounds_to(asa * 48 / 60, "16.67")


@pytest.mark.parametrize(
    ("load", "servers", "waits"),
    [
        (10, 12, "0.44939"),  # 5
        (123, 132, "0.3211"),  # 6
        (12345, 12421, "0.3812"),  # 7
        (1000, 900, "1.0"),  # 8
        (0.5, 1, "0.50"),  # 14, exact
        (0.8, 1, "0.80"),
        (20, 25, "0.2091"),  # The warning's exact value, against a public test's 0.261.
    ],
)
def test_the_share_that_waits_is_that_of_the_sources(load, servers, waits):
    assert rounds_to(erlang.erlang_c(load, servers), waits)


@pytest.mark.parametrize(
    ("load", "servers", "lost"),
    [(10, 12, "0.11974"), (123, 132, "0.0312"), (2, 5, "0.0367"), (10, 14, "0.0568"), (5, 10, "0.0184"),
     (1, 1, "0.5")],
)  # fmt: skip
def test_the_share_that_is_lost_is_that_of_the_sources(load, servers, lost):  # Points 5, 6, 10.
    assert rounds_to(erlang.erlang_b(load, servers), lost)


def test_the_loss_is_that_of_the_recurrence():
    for load in (0.01, 0.7, 3, 48, 500):
        lost = 1.0
        for servers in range(1, 700):
            lost = load * lost / (servers + load * lost)
            assert erlang.erlang_b(load, servers) == pytest.approx(lost, rel=1e-9, abs=1e-290)


def test_erlang_a_is_that_of_the_sources():
    service = erlang.impatient(10, 14, aht_seconds=180, within_seconds=20, patience_seconds=300)
    assert rounds_to(service.wait_probability, "0.14526")  # Point 11.
    assert rounds_to(service.abandon_rate, "0.013984")
    assert rounds_to(service.occupancy, "0.704297")
    assert rounds_to(service.asa_seconds / 60, "0.069919")
    assert rounds_to(service.service_level, "0.916792")  # Of all who called, not of those served.
    service = erlang.impatient(48, 50, aht_seconds=60, within_seconds=20, patience_seconds=120)
    assert rounds_to(service.abandon_rate, "0.0309")  # Point 13.
    assert rounds_to(service.asa_seconds, "3.71")
    assert rounds_to(service.asa_seconds * 48 / 60, "2.97")


@pytest.mark.parametrize("load", [0.3, 4, 30])
@pytest.mark.parametrize("servers", [1, 5, 33])
@pytest.mark.parametrize("patience", [5, 90, 900])
def test_erlang_a_is_the_birth_and_death_chain(load: float, servers: int, patience: float):
    aht, states = 120, 4000
    probabilities = chain(load / aht, 1 / aht, 1 / patience, servers, states)
    waits = sum(probabilities[servers:])
    queued = sum((state - servers) * p for state, p in enumerate(probabilities) if state > servers)
    service = erlang.impatient(load, servers, aht_seconds=aht, within_seconds=0, patience_seconds=patience)
    assert service.wait_probability == pytest.approx(waits, rel=1e-8)
    assert service.asa_seconds == pytest.approx(queued / (load / aht), rel=1e-8)
    assert service.abandon_rate == pytest.approx(queued / patience / (load / aht), rel=1e-8)
    assert service.service_level == pytest.approx(1 - waits, rel=1e-8)
    late = erlang.impatient(load, servers, aht_seconds=aht, within_seconds=1e6, patience_seconds=patience)
    assert late.service_level == pytest.approx(1 - service.abandon_rate, rel=1e-6)


def chain(arrivals: float, mu: float, theta: float, servers: int, states: int) -> list[float]:
    """The probability of each number of callers, by their balance, in logarithms."""
    logs = [0.0]
    for state in range(1, states):
        leaving = min(state, servers) * mu + max(0, state - servers) * theta
        logs.append(logs[-1] + math.log(arrivals / leaving))
    top = max(logs)
    weights = [math.exp(one - top) for one in logs]
    return [weight / sum(weights) for weight in weights]


def test_with_endless_patience_erlang_a_is_erlang_c():
    asked = {"aht_seconds": 180, "within_seconds": 20}
    endless = erlang.impatient(10, 14, patience_seconds=1e9, **asked)
    assert endless.service_level == pytest.approx(erlang.patient(10, 14, **asked).service_level, abs=1e-6)


def test_without_any_patience_erlang_a_is_erlang_b():
    none = erlang.impatient(10, 14, aht_seconds=180, within_seconds=20, patience_seconds=1e-6)
    assert none.abandon_rate == pytest.approx(erlang.erlang_b(10, 14), rel=1e-5)


@pytest.mark.parametrize("servers", [0, 1, 12000, 12345, 12421, 20000])
def test_twelve_thousand_erlang_neither_overflow_nor_take_time(servers: int):
    began = time.perf_counter()
    one = erlang.patient(12345, servers, aht_seconds=180, within_seconds=20)
    other = erlang.impatient(12345, servers, aht_seconds=180, within_seconds=20, patience_seconds=300)
    assert time.perf_counter() - began < 0.5
    for service in (one, other):
        assert 0 <= service.service_level <= 1
        assert 0 <= service.wait_probability <= 1
        assert 0 <= service.occupancy <= 1
        assert 0 <= service.abandon_rate <= 1


def test_an_empty_line_is_answered_at_once():
    for service in (
        erlang.patient(0, 0, aht_seconds=180, within_seconds=20),
        erlang.impatient(0, 3, aht_seconds=180, within_seconds=20, patience_seconds=9),
    ):
        assert (service.service_level, service.asa_seconds, service.abandon_rate) == (1, 0, 0)
