from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing import duty
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, Roster, RosterEdit, RosterVersion, ShiftType
from staffing.querysets import AgentQuerySet, DutyQuerySet
from staffing.shifts import Span
from tests.complaints.test_races import kinds, race
from tests.factories import (
    NOW,
    SHANGHAI,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    DepartmentFactory,
    DutyFactory,
    RosterFactory,
    ShiftTypeFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture
def night() -> ShiftType:
    return ShiftTypeFactory.create(is_night=True)


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


# S2, S3


def test_a_duty_covers_the_shift_by_the_departments_clock(
    agent: Agent, supervisor: User, night: ShiftType
) -> None:
    assigned = duty.assign(agent, night, on=TODAY, by=supervisor, at=NOW)
    assigned.refresh_from_db()
    assert assigned.starts_at == datetime(2026, 3, 11, 22, tzinfo=SHANGHAI)
    assert assigned.ends_at == datetime(2026, 3, 12, 6, tzinfo=SHANGHAI)
    assert (assigned.on, assigned.state) == (TODAY, DutyState.PUBLISHED)
    assert last_entry().actor == supervisor
    assert last_entry().changes["shift_type"] == [None, "夜班"]


def test_a_night_on_which_the_clocks_go_forward_is_an_hour_shorter(
    administrator: User, night: ShiftType
) -> None:
    berlin = DepartmentFactory.create(name="欧洲客服部", timezone="Europe/Berlin")
    agent = AgentFactory.create(team=TeamFactory.create(department=berlin))
    assigned = duty.assign(agent, night, on=date(2026, 3, 28), by=administrator, at=NOW)
    assert assigned.ends_at - assigned.starts_at == timedelta(hours=7)


def test_a_shift_that_the_clock_skips_altogether_cannot_be_assigned(administrator: User) -> None:
    berlin = DepartmentFactory.create(name="欧洲客服部", timezone="Europe/Berlin")
    agent = AgentFactory.create(team=TeamFactory.create(department=berlin))
    skipped = ShiftTypeFactory.create(code="S", starts=time(2), ends=time(3))
    with pytest.raises(WrongState):
        duty.assign(agent, skipped, on=date(2026, 3, 29), by=administrator, at=NOW)


def test_nobody_is_on_two_shifts_at_once(agent: Agent, supervisor: User, day: ShiftType) -> None:
    duty.assign(agent, day, on=TODAY, by=supervisor, at=NOW)
    evening = ShiftTypeFactory.create(code="E", name="晚班", starts=time(17), ends=time(22))
    with pytest.raises(AlreadyTaken) as refusal:
        duty.assign(agent, evening, on=TODAY, by=supervisor, at=NOW)
    assert "白班" in str(refusal.value)
    assert "组员" in str(refusal.value)


def test_a_night_stands_against_the_next_morning(agent: Agent, supervisor: User, night: ShiftType) -> None:
    duty.assign(agent, night, on=TODAY, by=supervisor, at=NOW)
    early = ShiftTypeFactory.create(code="M", starts=time(5, 30), ends=time(13))
    with pytest.raises(AlreadyTaken):
        duty.assign(agent, early, on=TODAY + DAY, by=supervisor, at=NOW)


def test_a_morning_stands_against_the_night_before(agent: Agent, supervisor: User, night: ShiftType) -> None:
    early = ShiftTypeFactory.create(code="M", starts=time(5, 30), ends=time(13))
    duty.assign(agent, early, on=TODAY + DAY, by=supervisor, at=NOW)
    with pytest.raises(AlreadyTaken):
        duty.assign(agent, night, on=TODAY, by=supervisor, at=NOW)


def test_one_shift_may_begin_when_the_other_ends(agent: Agent, supervisor: User, night: ShiftType) -> None:
    duty.assign(agent, night, on=TODAY, by=supervisor, at=NOW)
    morning = ShiftTypeFactory.create(code="M", starts=time(6), ends=time(14))
    assert duty.assign(agent, morning, on=TODAY + DAY, by=supervisor, at=NOW).pk


def test_two_agents_may_share_a_shift_and_a_cancelled_duty_is_in_nobodys_way(
    agent: Agent, supervisor: User, day: ShiftType
) -> None:
    DutyFactory.create(shift_type=day)
    DutyFactory.create(agent=agent, shift_type=day, is_cancelled=True)
    assert duty.assign(agent, day, on=TODAY, by=supervisor, at=NOW).pk


def test_a_shift_out_of_use_is_not_assigned(agent: Agent, supervisor: User) -> None:
    retired = ShiftTypeFactory.create(code="X", is_active=False)
    with pytest.raises(WrongState):
        duty.assign(agent, retired, on=TODAY, by=supervisor, at=NOW)


def test_only_the_employed_are_assigned(team: object, supervisor: User, day: ShiftType) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    with pytest.raises(WrongState):
        duty.assign(gone, day, on=TODAY, by=supervisor, at=NOW)
    assert duty.assign(gone, day, on=TODAY - DAY, by=supervisor, at=NOW).pk


def test_a_supervisor_plans_the_own_teams_only(stranger: Agent, supervisor: User, day: ShiftType) -> None:
    with pytest.raises(NotAllowed):
        duty.assign(stranger, day, on=TODAY, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        duty.cancel(DutyFactory.create(agent=stranger), by=supervisor, at=NOW)


def test_a_handler_plans_nobody_not_even_himself(agent: Agent, day: ShiftType) -> None:
    with pytest.raises(NotAllowed):
        duty.assign(agent, day, on=TODAY, by=agent.user, at=NOW)


def test_a_cancelled_duty_stays_as_a_row_and_covers_nothing(agent: Agent, supervisor: User) -> None:
    planned = DutyFactory.create(agent=agent)
    duty.cancel(planned, by=supervisor, at=NOW, reason="病假")
    planned.refresh_from_db()
    assert planned.state == DutyState.CANCELLED
    assert not DutyAssignment.objects.covering(NOW).exists()
    assert (last_entry().changes, last_entry().reason) == ({"state": ["published", "cancelled"]}, "病假")
    with pytest.raises(WrongState):
        duty.cancel(planned, by=supervisor, at=NOW)


def test_a_duty_that_was_worked_is_not_cancelled(agent: Agent, supervisor: User) -> None:
    worked = DutyFactory.create(agent=agent)
    AttendanceFactory.create(duty=worked)
    with pytest.raises(WrongState):
        duty.cancel(worked, by=supervisor, at=NOW)


def test_another_agent_takes_a_shift_over(agent: Agent, team: object, supervisor: User) -> None:
    planned, deputy = DutyFactory.create(agent=agent), AgentFactory.create(team=team)
    new = duty.replace(planned, agent=deputy, by=supervisor, at=NOW, reason="病假")
    planned.refresh_from_db()
    assert planned.state == DutyState.CANCELLED
    assert (new.agent, new.on, new.starts_at) == (deputy, planned.on, planned.starts_at)


def test_a_shift_is_exchanged_for_another_one_of_the_day(
    agent: Agent, supervisor: User, night: ShiftType
) -> None:
    planned = DutyFactory.create(agent=agent)
    assert duty.replace(planned, shift_type=night, by=supervisor, at=NOW).shift_type == night
    assert DutyAssignment.objects.standing().count() == 1


def told(agent: Agent) -> list[str]:
    return list(OutboxMessage.objects.filter(user=agent.user).values_list("subject", flat=True))


def test_another_shift_of_the_day_is_one_version_and_one_word(
    roster: Roster, agent: Agent, supervisor: User, late: ShiftType
) -> None:
    out_since_one(roster)
    planned = DutyFactory.create(agent=agent, roster=roster, published_in=1)
    new = duty.replace(planned, shift_type=late, by=supervisor, at=NOW, reason="人手")
    planned.refresh_from_db()
    version, edit = RosterVersion.objects.get(), RosterEdit.objects.get()
    assert (version.version, version.added, version.removed) == (2, 1, 1)
    assert (planned.cancelled_in, new.published_in) == (2, 2)
    assert (edit.before, edit.after, edit.reason) == (["D"], ["L"], "人手")
    assert [sentence[-7:] for sentence in told(agent)] == ["白班 → 晚班"]


def test_a_shift_that_passes_to_another_is_one_version_and_one_word_to_each(
    roster: Roster, agent: Agent, supervisor: User
) -> None:
    out_since_one(roster)
    planned = DutyFactory.create(agent=agent, roster=roster, published_in=1)
    deputy = AgentFactory.create(team=agent.team)
    duty.replace(planned, agent=deputy, by=supervisor, at=NOW)
    assert [row.version for row in RosterVersion.objects.all()] == [2]
    assert RosterEdit.objects.count() == 2
    assert [sentence[-6:] for sentence in told(agent) + told(deputy)] == ["白班 → 休", "休 → 白班"]


def test_a_shift_that_passes_to_another_team_is_a_version_of_each_roster(
    roster: Roster, agent: Agent, stranger: Agent, administrator: User
) -> None:
    theirs = RosterFactory.create(team=stranger.team)
    for each in (roster, theirs):
        out_since_one(each)
    planned = DutyFactory.create(agent=agent, roster=roster, published_in=1)
    new = duty.replace(planned, agent=stranger, by=administrator, at=NOW)
    rows = RosterVersion.objects.order_by("roster").values_list("roster", "version", "added", "removed")
    assert list(rows) == [(roster.pk, 2, 0, 1), (theirs.pk, 2, 1, 0)]
    assert new.roster == theirs


def out_since_one(roster: Roster) -> None:
    roster.version = 1
    roster.save()


def test_a_refused_replacement_leaves_the_duty_as_it_was(
    agent: Agent, stranger: Agent, supervisor: User
) -> None:
    planned = DutyFactory.create(agent=agent)
    with pytest.raises(NotAllowed):
        duty.replace(planned, agent=stranger, by=supervisor, at=NOW)
    planned.refresh_from_db()
    assert planned.state == DutyState.PUBLISHED
    assert not AuditEntry.objects.exists()


def test_a_replacement_is_somebody_or_something_else(agent: Agent, supervisor: User) -> None:
    with pytest.raises(MissingInformation):
        duty.replace(DutyFactory.create(agent=agent), agent=agent, by=supervisor, at=NOW)


# Races


def assign_at_once(agent: Agent, types: list[ShiftType]) -> list[str]:
    """Each type by a thread of its own, all let go together; what came of each."""
    start = Barrier(len(types))

    def run(shift_type: ShiftType) -> str:
        start.wait(timeout=10)
        try:
            duty.assign(agent, shift_type, on=TODAY, by=None, at=NOW)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "assigned"

    with ThreadPoolExecutor(len(types)) as pool:
        return sorted(pool.map(run, types))


def overlapping(count: int) -> list[ShiftType]:
    return [
        ShiftTypeFactory.create(code=f"S{hour}", starts=time(hour), ends=time(18)) for hour in range(count)
    ]


@pytest.mark.django_db(transaction=True)
def test_of_overlapping_shifts_assigned_at_once_one_wins() -> None:
    agent = AgentFactory.create()
    assert assign_at_once(agent, overlapping(4)) == ["AlreadyTaken"] * 3 + ["assigned"]
    assert DutyAssignment.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_shifts_that_pass_both_ways_between_two_teams_none_waits_for_ever() -> None:
    """Each holds both rosters, then both agents, in one order."""
    pair = AgentFactory.create_batch(2)
    monday = RosterFactory.create(team=pair[0].team).first_on
    RosterFactory.create(team=pair[1].team)
    planned = [DutyFactory.create(agent=pair[n % 2], on=monday + n * DAY) for n in range(6)]
    outcomes = race(6, lambda n: duty.replace(planned[n], agent=pair[(n + 1) % 2], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 6}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_puts_somebody_on_two_shifts(monkeypatch) -> None:
    meet = Barrier(2)
    require_free = duty._require_free

    def require_free_then_meet(agent: Agent, span: Span, others: DutyQuerySet) -> None:
        require_free(agent, span, others)
        meet.wait(timeout=10)

    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    monkeypatch.setattr(duty, "_require_free", require_free_then_meet)
    assert assign_at_once(AgentFactory.create(), overlapping(2)) == ["assigned", "assigned"]
