"""S7: the fewest people who meet a service level."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.demand import requirement
from staffing.demand.requirement import Target


def need(arrivals: float, aht: float, minutes: float = 30, **target: float) -> requirement.Requirement:
    load = requirement.load_of(arrivals, aht, minutes * 60)
    return requirement.require(load, Target(**target), aht_seconds=aht)


@pytest.mark.parametrize(
    ("asked", "target", "agents", "scheduled"),
    [
        ((100, 180, 30), {}, 14, 20),  # Point 1 of staffing.md section 5.
        ((100, 180, 30), {"within_seconds": 19.8, "max_occupancy": 0.7}, 15, 22),  # 2
        ((360, 240, 30), {"max_occupancy": 1, "shrinkage": 0}, 54, 54),  # 4
        ((250, 330, 60), {"within_seconds": 30, "max_occupancy": 1, "shrinkage": 0}, 28, 28),  # 9
        ((2000, 150, 60), {"service_level": 0.9, "within_seconds": 30, "max_occupancy": 1}, 90, 129),
        ((90, 240, 30), {}, 16, 23),
    ],
)
def test_the_fewest_agents_are_those_of_the_sources(asked, target, agents, scheduled):
    found = need(*asked, **target)
    assert (found.agents, found.scheduled) == (agents, scheduled)


def test_one_agent_fewer_would_not_do():
    for patience in (None, 120):
        target = Target(patience_seconds=patience)
        found = requirement.require(48, target, aht_seconds=240)
        fewer = requirement.serve(48, found.agents - 1, target, aht_seconds=240)
        assert found.service.service_level >= 0.8
        assert found.service.occupancy <= 0.85
        assert fewer.service_level < 0.8 or fewer.occupancy > 0.85


@given(
    load=st.floats(0.01, 400),
    level=st.floats(0.5, 0.99),
    patience=st.none() | st.floats(10, 1000),
)
def test_doubling_and_halving_finds_what_counting_up_finds(load, level, patience):
    target = Target(service_level=level, patience_seconds=patience)
    found = requirement.require(load, target, aht_seconds=200)
    start = max(1, found.agents - 3)
    counted = next(agents for agents in range(start, found.agents + 1) if enough(load, agents, target))
    assert counted == found.agents


def enough(load: float, agents: int, target: Target) -> bool:
    service = requirement.serve(load, agents, target, aht_seconds=200)
    return service.service_level >= target.service_level and round(service.occupancy, 9) <= 0.85


def test_the_cap_on_occupancy_counts_even_where_nobody_waits():
    assert need(100, 180, service_level=0.01, shrinkage=0).agents == 12  # 10 erlang of 0.85 are 11.8.
    assert need(10, 153, minutes=30, service_level=0.01, max_occupancy=0.85).agents == 1  # Exactly full.


def test_people_who_hang_up_need_fewer_agents_than_people_who_wait():
    assert need(100, 180, patience_seconds=300).agents < need(100, 180).agents


def test_in_a_chat_one_agent_stands_for_several():
    alone, chat = need(100, 180, shrinkage=0), need(100, 180, shrinkage=0, concurrency=3)
    assert chat.agents == math.ceil(alone.agents / 3)


def test_nothing_to_do_needs_nobody():
    found = need(0, 180)
    assert (found.agents, found.scheduled, found.service.service_level) == (0, 0, 1)


@pytest.mark.parametrize(("agents", "shrinkage", "scheduled"), [(14, 0.3, 20), (21, 0.3, 30), (1, 0, 1)])
def test_shrinkage_is_made_up_for_to_the_head(agents, shrinkage, scheduled):
    assert requirement.scheduled_for(agents, shrinkage) == scheduled


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_level": 80}, {"service_level": 0}, {"service_level": math.nan}, {"within_seconds": -1},
        {"patience_seconds": 0}, {"max_occupancy": 0}, {"max_occupancy": 1.1}, {"shrinkage": 1},
        {"shrinkage": -0.1}, {"concurrency": 0}, {"within_seconds": math.inf},
    ],
)  # fmt: skip
def test_a_target_that_nobody_can_mean_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong)).replace("_", " ")):
        Target(**wrong)


@pytest.mark.parametrize("odd", [(math.nan, 1, 1), (-1, 1, 1), (1, 0, 1), (1, 1, 0), (1e9, 100, 60)])
def test_a_load_that_nobody_can_mean_is_refused(odd):
    with pytest.raises(ValueError, match=r"arrivals|handling|interval|load"):
        requirement.load_of(*odd)
