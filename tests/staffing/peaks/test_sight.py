"""Who sees which plans and tasks. # S9 X1"""

import pytest

from portal.choices import Role
from portal.models import User
from staffing.choices import PeopleSource
from staffing.models import Agent, PeakPlan, PeakTask, Team
from tests.factories import AgentFactory, TeamFactory, UserFactory
from tests.peak_factories import PeakNeedFactory, PeakPlanFactory, PeakTaskFactory

pytestmark = pytest.mark.django_db

OVERSEERS = [Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR]


def seen_by(user: User) -> set[PeakPlan]:
    rows = list(PeakPlan.objects.visible_to(user))
    assert len(rows) == len(set(rows)), "each once"
    return set(rows)


@pytest.mark.parametrize("role", OVERSEERS)
def test_who_looks_after_the_department_sees_every_plan(plan: PeakPlan, role: Role) -> None:
    assert seen_by(UserFactory.create(roles=[role])) == {plan}


def test_a_supervisor_sees_the_plans_of_the_own_teams_and_of_the_whole_department(
    plan: PeakPlan, team: Team, supervisor: User
) -> None:
    both = PeakPlanFactory.create(teams=[team, TeamFactory.create(leader=supervisor.agent)])
    whole = PeakPlanFactory.create()
    PeakPlanFactory.create(teams=[TeamFactory.create()])
    assert seen_by(supervisor) == {plan, both, whole}


def test_a_supervisor_asked_to_lend_people_sees_the_plan(plan: PeakPlan, team: Team, stranger: Agent) -> None:
    lender = AgentFactory.create(team=stranger.team, user__roles=[Role.SUPERVISOR]).user
    assert seen_by(lender) == set()
    PeakNeedFactory.create(plan=plan, team=team, source=PeopleSource.CROSS_TEAM, from_team=stranger.team)
    assert seen_by(lender) == {plan}
    assert list(PeakPlan.objects.led_by(lender)) == []


def test_a_handler_sees_no_plan_but_the_own_tasks(plan: PeakPlan, agent: Agent) -> None:
    own = PeakTaskFactory.create(plan=plan, owner=agent.user)
    PeakTaskFactory.create(plan=plan)
    assert seen_by(agent.user) == set()
    assert list(PeakTask.objects.visible_to(agent.user)) == [own]


def test_a_supervisor_sees_the_tasks_of_the_own_plans_and_those_given_by_others(
    plan: PeakPlan, supervisor: User
) -> None:
    elsewhere = PeakPlanFactory.create(teams=[TeamFactory.create()])
    ours, given = PeakTaskFactory.create(plan=plan), PeakTaskFactory.create(plan=elsewhere, owner=supervisor)
    PeakTaskFactory.create(plan=elsewhere)
    assert set(PeakTask.objects.visible_to(supervisor)) == {ours, given}
