"""One team with a trainer, a supervisor and an agent, and somebody of another team."""

import pytest

from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Team
from tests.factories import AgentFactory, TeamFactory, UserFactory


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def agent(team: Team) -> Agent:
    return AgentFactory.create(team=team, user__name="组员")


@pytest.fixture
def stranger() -> Agent:
    """Of another team."""
    return AgentFactory.create(team=TeamFactory.create(name="热线一组"), user__name="外组")


@pytest.fixture
def trainer() -> User:
    return UserFactory.create(name="培训师", roles=[Role.TRAINER])


@pytest.fixture
def supervisor(team: Team) -> User:
    return AgentFactory.create(team=team, user__name="主管", user__roles=[Role.SUPERVISOR]).user
