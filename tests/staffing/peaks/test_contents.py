"""Phases, people wanted and contingencies of a plan. # S9"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from portal.choices import AuditAction, Role
from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.choices import Employment, NeedState, PeopleSource, PhaseKind
from staffing.models import Agent, PeakNeed, PeakPhase, PeakPlan, Team
from staffing.peaks import contents, plans
from staffing.querysets import PeakPlanQuerySet
from tests.factories import NOW, AgentFactory, TeamFactory
from tests.peak_factories import FIRST_ON, LAST_ON, PeakNeedFactory, PeakPlanFactory, day

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ENCORE = contents.Phase(kind=PhaseKind.ENCORE, first_on=day(1), last_on=day(2), factor=Decimal("1.5"))


# Phases


def test_a_phase_lies_within_the_event_and_in_no_other(plan: PeakPlan, supervisor: User) -> None:
    phase = contents.add_phase(plan, ENCORE, by=supervisor, at=NOW)
    assert (phase.first_on, phase.factor) == (day(1), Decimal("1.5"))
    for wrong in (
        replace(ENCORE, last_on=LAST_ON + DAY),
        replace(ENCORE, first_on=FIRST_ON - DAY, last_on=FIRST_ON - DAY),
        replace(ENCORE, first_on=day(0)),
    ):
        with pytest.raises(WrongState):
            contents.add_phase(plan, wrong, by=supervisor, at=NOW)
    with pytest.raises(MissingInformation):
        contents.add_phase(plan, replace(ENCORE, last_on=day(0)), by=supervisor, at=NOW)


def test_a_phase_does_not_stand_in_its_own_way(plan: PeakPlan, supervisor: User) -> None:
    phase = contents.add_phase(plan, ENCORE, by=supervisor, at=NOW)
    contents.amend_phase(phase, replace(ENCORE, last_on=day(3)), by=supervisor, at=NOW)
    assert PeakPhase.objects.get(pk=phase.pk).last_on == day(3)
    assert AuditEntry.objects.latest("pk").changes == {"last_on": [str(day(2)), str(day(3))]}


def test_approved_phases_stand(plan: PeakPlan, supervisor: User, director: User) -> None:
    plans.approve(plan, by=director, at=NOW)
    phase = plan.phases.get()
    with pytest.raises(WrongState):
        contents.add_phase(plan, ENCORE, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        contents.drop_phase(phase, by=supervisor, at=NOW)


def test_a_phase_dropped_is_recorded_and_gone(plan: PeakPlan, supervisor: User) -> None:
    phase = plan.phases.get()
    contents.drop_phase(phase, by=supervisor, at=NOW)
    assert not plan.phases.exists()
    assert AuditEntry.objects.latest("pk").action == AuditAction.DELETE
    with pytest.raises(WrongState):
        contents.drop_phase(phase, by=supervisor, at=NOW)


def add_at_once(plan: PeakPlan) -> list[str]:
    start = Barrier(2)

    def run(kind: str) -> str:
        start.wait(timeout=10)
        try:
            contents.add_phase(plan, replace(ENCORE, kind=kind), by=None, at=NOW)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "added"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (PhaseKind.BURST, PhaseKind.ENCORE)))


@pytest.mark.django_db(transaction=True)
def test_of_phases_added_at_once_for_the_same_days_one_wins() -> None:
    assert add_at_once(PeakPlanFactory.create()) == ["WrongState", "added"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_lets_phases_overlap(monkeypatch) -> None:
    meet, require_place = Barrier(2), contents._require_place

    def require_place_then_meet(phase: PeakPhase, told: contents.Phase) -> None:
        require_place(phase, told)
        meet.wait(timeout=10)

    monkeypatch.setattr(PeakPlanQuerySet, "locked", PeakPlanQuerySet.all)
    monkeypatch.setattr(contents, "_require_place", require_place_then_meet)
    assert add_at_once(PeakPlanFactory.create()) == ["added", "added"]


# People wanted


def need(team: Team, source: str = PeopleSource.TEMPORARY, **more: object) -> contents.Need:
    return contents.Need(source=source, team=team, head_count=3, first_on=FIRST_ON, last_on=LAST_ON, **more)


def test_people_are_wanted_for_a_team_of_the_plan_only(
    plan: PeakPlan, team: Team, supervisor: User, stranger: Agent
) -> None:
    assert contents.add_need(plan, need(team), by=supervisor, at=NOW).head_count == 3
    with pytest.raises(WrongState) as refusal:
        contents.add_need(plan, need(stranger.team), by=supervisor, at=NOW)
    assert "team" in refusal.value.fields


def test_support_comes_from_another_team_and_only_support_does(
    plan: PeakPlan, team: Team, supervisor: User, stranger: Agent
) -> None:
    with pytest.raises(MissingInformation):
        contents.add_need(plan, need(team, PeopleSource.CROSS_TEAM), by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        contents.add_need(plan, need(team, PeopleSource.CROSS_TEAM, from_team=team), by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        contents.add_need(plan, need(team, from_team=stranger.team), by=supervisor, at=NOW)


def test_the_lending_team_is_told_and_again_only_when_it_is_asked_for_something_else(
    plan: PeakPlan, team: Team, supervisor: User, stranger: Agent
) -> None:
    lender = AgentFactory.create(team=stranger.team, user__roles=[Role.SUPERVISOR]).user
    asked = need(team, PeopleSource.CROSS_TEAM, from_team=stranger.team)
    row = contents.add_need(plan, asked, by=supervisor, at=NOW)
    assert OutboxMessage.objects.get().user == lender
    contents.amend_need(row, replace(asked, note="晚班"), by=supervisor, at=NOW)
    assert OutboxMessage.objects.count() == 1
    contents.amend_need(row, replace(asked, head_count=5), by=supervisor, at=NOW)
    assert OutboxMessage.objects.count() == 2


def test_people_go_on_being_wanted_after_approval_and_are_cancelled_then_not_removed(
    plan: PeakPlan, team: Team, supervisor: User, director: User
) -> None:
    row = contents.add_need(plan, need(team), by=supervisor, at=NOW)
    plans.approve(plan, by=director, at=NOW)
    with pytest.raises(WrongState):
        contents.drop_need(row, by=supervisor, at=NOW)
    contents.amend_need(row, need(team, state=NeedState.CANCELLED), by=supervisor, at=NOW)
    assert PeakNeed.objects.get().state == NeedState.CANCELLED


# Who comes


def helper(team: Team, employment: str = Employment.TEMPORARY, **more: object) -> Agent:
    return AgentFactory.create(team=team, employment=employment, **more)


def test_temporary_staff_are_named_once_hired_as_such(
    plan: PeakPlan, team: Team, supervisor: User, agent: Agent
) -> None:
    row = PeakNeedFactory.create(plan=plan, team=team)
    hired = helper(team)
    contents.name_people(row, [hired], by=supervisor, at=NOW)
    assert list(row.people.all()) == [hired]
    assert AuditEntry.objects.latest("pk").changes["people"] == [[], [str(hired)]]
    with pytest.raises(WrongState):
        contents.name_people(row, [agent], by=supervisor, at=NOW)


def test_who_leaves_before_the_first_day_is_not_named(plan: PeakPlan, team: Team, supervisor: User) -> None:
    row = PeakNeedFactory.create(plan=plan, team=team)
    with pytest.raises(WrongState):
        contents.name_people(row, [helper(team, left_on=FIRST_ON - DAY)], by=supervisor, at=NOW)


def test_nobody_is_named_twice_for_the_same_days(plan: PeakPlan, team: Team, supervisor: User) -> None:
    hired = helper(team)
    first = PeakNeedFactory.create(plan=plan, team=team, last_on=day(1))
    same, after = (
        PeakNeedFactory.create(plan=plan, team=team, first_on=day(number), last_on=day(3))
        for number in (1, 2)
    )
    contents.name_people(first, [hired], by=supervisor, at=NOW)
    with pytest.raises(AlreadyTaken):
        contents.name_people(same, [hired], by=supervisor, at=NOW)
    contents.name_people(after, [hired], by=supervisor, at=NOW)
    longer = replace(need(team), last_on=day(2))
    with pytest.raises(AlreadyTaken):
        contents.amend_need(first, longer, by=supervisor, at=NOW)


def test_the_lending_supervisor_says_who_goes_and_changes_nothing_else(
    plan: PeakPlan, team: Team, supervisor: User, stranger: Agent
) -> None:
    lender = AgentFactory.create(team=stranger.team, user__roles=[Role.SUPERVISOR]).user
    asked = need(team, PeopleSource.CROSS_TEAM, from_team=stranger.team)
    row = contents.add_need(plan, asked, by=supervisor, at=NOW)
    contents.name_people(row, [stranger], by=lender, at=NOW)
    assert list(row.people.all()) == [stranger]
    with pytest.raises(NotAllowed):
        contents.amend_need(row, asked, by=lender, at=NOW)
    own = PeakNeedFactory.create(plan=plan, team=team)
    with pytest.raises(NotAllowed):
        contents.name_people(own, [], by=lender, at=NOW)


def test_whom_a_person_does_not_see_he_neither_names_nor_takes_away(
    plan: PeakPlan, team: Team, supervisor: User, stranger: Agent
) -> None:
    row = PeakNeedFactory.create(
        plan=plan, team=team, source=PeopleSource.CROSS_TEAM, from_team=stranger.team
    )
    with pytest.raises(NotAllowed):
        contents.name_people(row, [stranger], by=supervisor, at=NOW)
    row.people.add(stranger)
    contents.name_people(row, [], by=supervisor, at=NOW)
    assert list(row.people.all()) == [stranger]


def test_overtime_is_worked_by_the_team_itself(
    plan: PeakPlan, team: Team, director: User, agent: Agent
) -> None:
    row = PeakNeedFactory.create(plan=plan, team=team, source=PeopleSource.OVERTIME)
    with pytest.raises(WrongState):
        contents.name_people(row, [AgentFactory.create(team=TeamFactory.create())], by=director, at=NOW)
    contents.name_people(row, [agent], by=director, at=NOW)
    assert row.people.count() == 1


# Contingencies


def test_a_contingency_is_added_changed_and_removed(plan: PeakPlan, supervisor: User) -> None:
    told = contents.Contingency(risk="宕机", trigger="登录失败", measure="切换备用")
    row = contents.add_contingency(plan, told, by=supervisor, at=NOW)
    contents.amend_contingency(row, replace(told, measure="公告"), by=supervisor, at=NOW)
    assert plan.contingencies.get().measure == "公告"
    contents.drop_contingency(row, by=supervisor, at=NOW)
    assert not plan.contingencies.exists()
