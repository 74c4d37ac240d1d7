from datetime import date, timedelta

import pytest

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing import people
from staffing.choices import DutyState, Employment
from staffing.models import Agent, Certificate, Team
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    PositionFactory,
    SkillFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def hire(team: Team, by: User | None, **given: object) -> Agent:
    terms = {"staff_no": "CS9001", "joined_on": TODAY, "user": UserFactory.create()} | given
    return people.hire(terms.pop("user"), team=team, by=by, at=NOW, **terms)


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


# S1


def test_hiring_makes_an_account_an_agent_and_is_recorded(team: Team, supervisor: User) -> None:
    agent = hire(team, supervisor, employment=Employment.TEMPORARY, position=PositionFactory.create())
    agent.refresh_from_db()
    assert (agent.team, agent.staff_no, agent.joined_on) == (team, "CS9001", TODAY)
    assert agent.employment == Employment.TEMPORARY
    entry = last_entry()
    assert (entry.actor, entry.at, entry.action) == (supervisor, NOW, "add")
    assert entry.changes["team"] == [None, team.name]
    assert AuditEntry.objects.of(agent).get() == entry


def test_a_supervisor_hires_for_the_own_teams_only(stranger: Agent, supervisor: User) -> None:
    with pytest.raises(NotAllowed):
        hire(stranger.team, supervisor)


def test_an_administrator_hires_for_every_team(team: Team, administrator: User) -> None:
    assert hire(team, administrator).team == team


def test_a_handler_hires_nobody(team: Team, agent: Agent) -> None:
    with pytest.raises(NotAllowed):
        hire(team, agent.user)


def test_an_account_is_one_agent(team: Team, supervisor: User, agent: Agent) -> None:
    with pytest.raises(AlreadyTaken) as refusal:
        hire(team, supervisor, user=agent.user)
    assert "user" in refusal.value.fields


def test_a_staff_number_belongs_to_one_agent(team: Team, supervisor: User, agent: Agent) -> None:
    with pytest.raises(AlreadyTaken) as refusal:
        hire(team, supervisor, staff_no=agent.staff_no)
    assert "staff_no" in refusal.value.fields


def test_a_connected_system_is_no_agent(team: Team, supervisor: User) -> None:
    with pytest.raises(WrongState):
        hire(team, supervisor, user=UserFactory.create(is_system=True))


def test_a_refused_hiring_leaves_no_trace(team: Team, supervisor: User, agent: Agent) -> None:
    before = Agent.objects.count()
    with pytest.raises(AlreadyTaken):
        hire(team, supervisor, staff_no=agent.staff_no)
    assert Agent.objects.count() == before
    assert not AuditEntry.objects.exists()


def test_moving_needs_the_right_over_both_teams(supervisor: User, agent: Agent, stranger: Agent) -> None:
    with pytest.raises(NotAllowed):
        people.move(agent, team=stranger.team, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        people.move(stranger, team=agent.team, by=supervisor, at=NOW)
    led = TeamFactory.create(leader=supervisor.agent)
    assert people.move(agent, team=led, by=supervisor, at=NOW).team == led
    assert last_entry().changes == {"team": ["售后一组", led.name]}


def test_moving_to_the_same_team_records_nothing(administrator: User, agent: Agent) -> None:
    people.move(agent, team=agent.team, by=administrator, at=NOW)
    assert not AuditEntry.objects.exists()


def test_nobody_is_moved_after_the_last_day(administrator: User, team: Team) -> None:
    gone = AgentFactory.create(has_left=True)
    with pytest.raises(WrongState):
        people.move(gone, team=team, by=administrator, at=NOW)


def test_amending_changes_only_what_is_named(supervisor: User, agent: Agent) -> None:
    people.amend(agent, max_open_tickets=12, employment=agent.employment, by=supervisor, at=NOW)
    agent.refresh_from_db()
    assert agent.max_open_tickets == 12
    assert last_entry().changes == {"max_open_tickets": [30, 12]}


def test_amending_cannot_take_anothers_staff_number(supervisor: User, agent: Agent, stranger: Agent) -> None:
    with pytest.raises(AlreadyTaken):
        people.amend(agent, staff_no=stranger.staff_no, by=supervisor, at=NOW)


def test_a_supervisor_amends_nobody_of_another_team(supervisor: User, stranger: Agent) -> None:
    with pytest.raises(NotAllowed):
        people.amend(stranger, max_open_tickets=1, by=supervisor, at=NOW)


def test_leaving_cancels_the_duties_after_the_last_day(supervisor: User, agent: Agent) -> None:
    kept, dropped = DutyFactory.create(agent=agent), DutyFactory.create(agent=agent, on=TODAY + DAY)
    people.leave(agent, on=TODAY, by=supervisor, at=NOW, reason="合同到期")
    agent.refresh_from_db()
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert agent.left_on == TODAY
    assert (kept.state, dropped.state) == (DutyState.PUBLISHED, DutyState.CANCELLED)
    assert last_entry().changes == {"left_on": [None, "2026-03-11"], "cancelled_duties": [None, 1]}
    assert last_entry().reason == "合同到期"


def test_nobody_leaves_before_joining(supervisor: User, agent: Agent) -> None:
    with pytest.raises(WrongState):
        people.leave(agent, on=agent.joined_on - DAY, by=supervisor, at=NOW)


def test_temporary_staff_come_back_for_the_next_peak(supervisor: User, team: Team) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    people.rejoin(gone, team=team, on=TODAY, by=supervisor, at=NOW)
    gone.refresh_from_db()
    assert (gone.joined_on, gone.left_on) == (TODAY, None)
    assert last_entry().changes["left_on"] == ["2026-03-10", None]


def test_who_has_not_left_cannot_come_back(supervisor: User, agent: Agent) -> None:
    with pytest.raises(WrongState):
        people.rejoin(agent, team=agent.team, on=TODAY, by=supervisor, at=NOW)


# Certificates are part of S1.


def certify(agent: Agent, by: User | None, skill: object, first: date, last: date) -> Certificate:
    return people.certify(agent, skill, valid_from=first, valid_until=last, by=by, at=NOW)


def test_a_trainer_certifies_anybody_and_it_is_recorded(trainer: User, agent: Agent) -> None:
    skill = SkillFactory.create()
    certificate = certify(agent, trainer, skill, TODAY, date(2027, 3, 10))
    assert certificate.cycle == 1
    assert Agent.objects.certified(skill.pk, TODAY).get() == agent
    assert last_entry().changes["valid_until"] == [None, "2027-03-10"]


def test_a_supervisor_certifies_nobody(supervisor: User, agent: Agent) -> None:
    with pytest.raises(NotAllowed):
        certify(agent, supervisor, SkillFactory.create(), TODAY, TODAY)


def test_a_certificate_ends_after_its_start(trainer: User, agent: Agent) -> None:
    with pytest.raises(MissingInformation) as refusal:
        certify(agent, trainer, SkillFactory.create(), TODAY, TODAY - DAY)
    assert "valid_until" in refusal.value.fields


def test_an_early_renewal_extends_from_the_old_date(trainer: User) -> None:
    old = CertificateFactory.create(valid_until=date(2026, 3, 31))
    new = certify(old.agent, trainer, old.skill, TODAY, TODAY + 364 * DAY)
    assert (new.cycle, new.valid_from, new.valid_until) == (2, date(2026, 4, 1), date(2027, 3, 31))
    old.refresh_from_db()
    assert old.valid_until == date(2026, 3, 31)


def test_a_late_renewal_leaves_the_gap(trainer: User) -> None:
    old = CertificateFactory.create(is_expired=True)
    new = people.renew(old, by=trainer, at=NOW)
    assert (new.cycle, new.valid_from) == (2, TODAY)
    assert new.valid_until - new.valid_from == old.valid_until - old.valid_from


def test_a_certificate_is_renewed_once(trainer: User) -> None:
    old = CertificateFactory.create()
    people.renew(old, by=trainer, at=NOW)
    with pytest.raises(WrongState):
        people.renew(old, by=trainer, at=NOW)


def test_a_period_cannot_run_into_a_later_certificate(trainer: User) -> None:
    later = CertificateFactory.create(valid_from=date(2026, 6, 1))
    with pytest.raises(WrongState):
        certify(later.agent, trainer, later.skill, TODAY, date(2026, 6, 1))
    assert certify(later.agent, trainer, later.skill, TODAY, date(2026, 5, 31)).cycle == 2


def test_the_skills_of_one_agent_do_not_stand_against_each_other(trainer: User) -> None:
    held = CertificateFactory.create()
    assert certify(held.agent, trainer, SkillFactory.create(), TODAY, TODAY).cycle == 1


def test_a_revoked_certificate_counts_no_more_from_that_day(trainer: User) -> None:
    certificate = CertificateFactory.create()
    people.revoke(certificate, reason="抽检不合格", by=trainer, at=NOW)
    certificate.refresh_from_db()
    assert (certificate.revoked_on, certificate.revoked_reason) == (TODAY, "抽检不合格")
    assert not Certificate.objects.valid(TODAY).exists()
    assert last_entry().reason == "抽检不合格"


def test_revoking_needs_a_reason(trainer: User) -> None:
    with pytest.raises(MissingInformation):
        people.revoke(CertificateFactory.create(), reason="  ", by=trainer, at=NOW)


@pytest.mark.parametrize("state", ["is_expired", "is_revoked"])
def test_what_counts_no_more_cannot_be_revoked(trainer: User, state: str) -> None:
    with pytest.raises(WrongState):
        people.revoke(CertificateFactory.create(**{state: True}), reason="误发", by=trainer, at=NOW)


def test_after_revoking_the_skill_can_be_given_anew_but_not_renewed(trainer: User) -> None:
    certificate = CertificateFactory.create(is_revoked=True)
    with pytest.raises(WrongState):
        people.renew(certificate, by=trainer, at=NOW)
    assert certify(certificate.agent, trainer, certificate.skill, TODAY, TODAY).valid_from == TODAY


def test_a_supervisor_revokes_nothing(supervisor: User, agent: Agent) -> None:
    with pytest.raises(NotAllowed):
        people.revoke(CertificateFactory.create(agent=agent), reason="误发", by=supervisor, at=NOW)
