"""S11: somebody is kept from nights or overtime, and only those who plan know."""

from datetime import timedelta

import pytest

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing import restrictions
from staffing.choices import RestrictionKind
from staffing.models import Agent, WorkRestriction
from tests.factories import NOW, TODAY, AgentFactory, RestrictionFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NO_NIGHTS, NO_OVERTIME = RestrictionKind.NO_NIGHTS, RestrictionKind.NO_OVERTIME


def restrict(agent: Agent, by: User | None, **terms) -> WorkRestriction:
    facts = {"kind": NO_NIGHTS, "first_on": TODAY, "last_on": None, **terms}
    return restrictions.restrict(agent, facts.pop("kind"), by=by, at=NOW, **facts)


def test_a_supervisor_protects_the_own_team_and_the_note_is_not_in_the_log(
    agent: Agent, stranger: Agent, supervisor: User
) -> None:
    made = restrict(agent, supervisor, note="排白班")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.object_id) == (supervisor, str(made.pk))
    assert entry.changes == {
        "kind": [None, NO_NIGHTS],
        "first_on": [None, str(TODAY)],
        "last_on": [None, None],
    }
    with pytest.raises(NotAllowed):
        restrict(stranger, supervisor)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.TRAINER, Role.DIRECTOR, Role.INSPECTOR, Role.AUDITOR])
def test_nobody_else_protects_or_sees_who_is_protected(agent: Agent, role: Role) -> None:
    RestrictionFactory.create(agent=agent)
    colleague = AgentFactory.create(team=agent.team, user__roles=[role]).user
    assert not WorkRestriction.objects.visible_to(colleague).exists()
    with pytest.raises(NotAllowed):
        restrict(agent, colleague, kind=NO_OVERTIME)


def test_a_supervisor_sees_the_own_team_and_an_administrator_all(
    agent: Agent, stranger: Agent, supervisor: User
) -> None:
    own, other = RestrictionFactory.create(agent=agent), RestrictionFactory.create(agent=stranger)
    assert [*WorkRestriction.objects.visible_to(supervisor)] == [own]
    seen = WorkRestriction.objects.visible_to(UserFactory.create(roles=[Role.ADMINISTRATOR]))
    assert {*seen} == {own, other}


def test_the_same_protection_never_stands_twice_on_a_day(agent: Agent, supervisor: User) -> None:
    restrict(agent, supervisor, last_on=TODAY + DAY)
    with pytest.raises(WrongState):
        restrict(agent, supervisor, first_on=TODAY + DAY)
    restrict(agent, supervisor, kind=NO_OVERTIME)
    restrict(agent, supervisor, first_on=TODAY + 2 * DAY)


def test_an_end_before_the_start_is_refused(agent: Agent, supervisor: User) -> None:
    with pytest.raises(MissingInformation):
        restrict(agent, supervisor, last_on=TODAY - DAY)


def test_the_last_day_is_set_and_the_change_recorded(agent: Agent, supervisor: User) -> None:
    made = restrict(agent, supervisor)
    ended = restrictions.end(made, last_on=TODAY + DAY, by=supervisor, at=NOW)
    assert ended.last_on == TODAY + DAY
    assert AuditEntry.objects.latest("pk").changes == {"last_on": [None, str(TODAY + DAY)]}
    count = AuditEntry.objects.count()
    restrictions.end(made, last_on=TODAY + DAY, by=supervisor, at=NOW)
    assert AuditEntry.objects.count() == count


def test_a_protection_cannot_be_stretched_into_the_next(agent: Agent, supervisor: User) -> None:
    first = restrict(agent, supervisor, last_on=TODAY)
    restrict(agent, supervisor, first_on=TODAY + DAY)
    with pytest.raises(WrongState):
        restrictions.end(first, last_on=None, by=supervisor, at=NOW)


def test_a_colleague_does_not_end_a_protection(agent: Agent) -> None:
    made = RestrictionFactory.create(agent=agent)
    colleague = AgentFactory.create(team=agent.team).user
    with pytest.raises(NotAllowed):
        restrictions.end(made, last_on=TODAY, by=colleague, at=NOW)
