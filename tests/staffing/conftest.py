"""The cast: a team with its supervisor, people who may act on others, their shifts, an empty roster."""

from datetime import time

import pytest

from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Roster, ShiftType, Team
from tests.factories import AgentFactory, RosterFactory, ShiftTypeFactory, TeamFactory, UserFactory


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def supervisor(team: Team) -> User:
    """Of the one team; belongs to it, and so is an agent, too."""
    return AgentFactory.create(team=team, user__roles=[Role.SUPERVISOR], user__name="主管").user


@pytest.fixture
def agent(team: Team) -> Agent:
    """A member of the supervisor's team."""
    return AgentFactory.create(team=team, user__name="组员")


@pytest.fixture
def stranger() -> Agent:
    """A member of another team."""
    return AgentFactory.create(team=TeamFactory.create(name="热线一组"), user__name="外组")


@pytest.fixture
def trainer() -> User:
    return UserFactory.create(roles=[Role.TRAINER])


@pytest.fixture
def administrator() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


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
