"""A draft for the supervisor's team, with a burst on its first day; and who approves it."""

import pytest

from portal.choices import Role
from portal.models import User
from staffing.models import PeakPlan, Team
from tests.factories import UserFactory
from tests.peak_factories import PeakPhaseFactory, PeakPlanFactory


@pytest.fixture
def director() -> User:
    return UserFactory.create(roles=[Role.DIRECTOR], name="总监")


@pytest.fixture
def plan(team: Team, supervisor: User) -> PeakPlan:
    plan = PeakPlanFactory.create(teams=[team], created_by=supervisor)
    PeakPhaseFactory.create(plan=plan)
    return plan
