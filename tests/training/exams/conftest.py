"""The cast: a team with its supervisor, a trainer, and who is trained."""

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
    """A member of another team."""
    return AgentFactory.create(team=TeamFactory.create(name="热线一组"), user__name="外组")


@pytest.fixture
def supervisor(team: Team) -> User:
    return AgentFactory.create(team=team, user__roles=[Role.SUPERVISOR], user__name="主管").user


@pytest.fixture
def trainer() -> User:
    return UserFactory.create(roles=[Role.TRAINER], name="培训师")
