from datetime import time

import pytest

from portal.choices import Role
from portal.models import User
from staffing.models import Agent, ShiftType, Team
from tests.factories import AgentFactory, ShiftTypeFactory, UserFactory


@pytest.fixture
def colleague(team: Team) -> Agent:
    return AgentFactory.create(team=team, user__name="同事")


@pytest.fixture
def director() -> User:
    return UserFactory.create(roles=[Role.DIRECTOR], name="总监")


@pytest.fixture
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture
def late() -> ShiftType:
    return ShiftTypeFactory.create(code="L", name="晚班", starts=time(16), ends=time(23))


@pytest.fixture
def early() -> ShiftType:
    return ShiftTypeFactory.create(code="E", name="早班", starts=time(7), ends=time(15))
