from datetime import time

import pytest

from staffing.models import Agent, Roster, ShiftType
from tests.factories import RosterFactory, ShiftTypeFactory


@pytest.fixture
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture
def late() -> ShiftType:
    return ShiftTypeFactory.create(code="L", name="晚班", starts=time(14), ends=time(22))


@pytest.fixture
def night() -> ShiftType:
    return ShiftTypeFactory.create(is_night=True)


@pytest.fixture
def roster(agent: Agent) -> Roster:
    """An empty draft of the supervisor's team, for the week of NOW."""
    return RosterFactory.create(team=agent.team)
