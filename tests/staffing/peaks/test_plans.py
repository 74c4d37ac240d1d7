"""A plan is opened, amended, approved by another, sent back, started, copied, reviewed. # S9"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.choices import NeedState, PeakKind, PeakState
from staffing.models import Agent, PeakPlan, Team
from staffing.peaks import checklist, plans, reviews
from tests.factories import NOW, AgentFactory, DepartmentFactory, TeamFactory, UserFactory
from tests.peak_factories import (
    FIRST_ON,
    LAST_ON,
    PeakContingencyFactory,
    PeakNeedFactory,
    PeakPlanFactory,
    PeakTaskFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TERMS = plans.Terms(
    name="双12",
    kind=PeakKind.DOUBLE_12,
    prepared_from=FIRST_ON - 30 * DAY,
    first_on=FIRST_ON,
    last_on=LAST_ON,
)
DURING, AFTER = NOW + 20 * DAY, NOW + 30 * DAY


def told() -> list[str]:
    return list(OutboxMessage.objects.values_list("key", flat=True))


def open_plan(by: User, *teams: Team) -> PeakPlan:
    return plans.open_plan(TERMS, department=DepartmentFactory.create(), teams=teams, by=by, at=NOW)


# Opening


def test_a_supervisor_opens_a_plan_for_the_own_team(team: Team, supervisor: User) -> None:
    plan = open_plan(supervisor, team)
    assert (plan.state, plan.created_by, list(plan.teams.all())) == (PeakState.DRAFT, supervisor, [team])
    assert AuditEntry.objects.latest("pk").changes["teams"] == [None, ["售后一组"]]


def test_a_supervisor_plans_neither_for_another_team_nor_for_the_whole_department(
    supervisor: User, stranger: Agent
) -> None:
    with pytest.raises(NotAllowed):
        open_plan(supervisor, stranger.team)
    with pytest.raises(NotAllowed) as refusal:
        open_plan(supervisor)
    assert "teams" in refusal.value.fields


def test_a_director_plans_for_the_whole_department(director: User) -> None:
    assert not open_plan(director).teams.exists()


def test_a_handler_opens_none(agent: Agent) -> None:
    with pytest.raises(NotAllowed):
        open_plan(agent.user, agent.team)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"last_on": FIRST_ON - DAY}, "last_on"), ({"prepared_from": FIRST_ON + DAY}, "prepared_from")],
)
def test_days_do_not_run_backwards(director: User, wrong: dict, field: str) -> None:
    with pytest.raises(MissingInformation) as refusal:
        plans.open_plan(
            replace(TERMS, **wrong), department=DepartmentFactory.create(), teams=[], by=director, at=NOW
        )
    assert field in refusal.value.fields


def test_a_team_of_another_department_is_refused(director: User) -> None:
    elsewhere = TeamFactory.create(department=DepartmentFactory.create(name="海外部"))
    with pytest.raises(WrongState):
        open_plan(director, elsewhere)


# Amending


def terms_of(plan: PeakPlan, **changed: object) -> plans.Terms:
    facts = {name: getattr(plan, name) for name in plans.Terms.__dataclass_fields__}
    return plans.Terms(**facts | changed)


def test_a_draft_is_amended_and_what_changed_is_recorded(plan: PeakPlan, supervisor: User) -> None:
    terms = terms_of(plan, service_level=90)
    plans.amend(plan, terms, teams=plan.teams.all(), by=supervisor, at=NOW)
    assert PeakPlan.objects.get().service_level == 90
    assert AuditEntry.objects.latest("pk").changes == {"service_level": [80, 90]}


def test_no_phase_is_left_outside_the_days(plan: PeakPlan, supervisor: User) -> None:
    terms = terms_of(plan, first_on=FIRST_ON + DAY)
    with pytest.raises(WrongState):
        plans.amend(plan, terms, teams=plan.teams.all(), by=supervisor, at=NOW)


def test_no_team_goes_for_which_people_are_wanted(plan: PeakPlan, director: User) -> None:
    PeakNeedFactory.create(plan=plan, team=plan.teams.get())
    with pytest.raises(WrongState):
        plans.amend(plan, terms_of(plan), teams=[TeamFactory.create()], by=director, at=NOW)


def test_a_supervisor_does_not_draw_another_team_in(
    plan: PeakPlan, supervisor: User, stranger: Agent
) -> None:
    with pytest.raises(NotAllowed):
        plans.amend(plan, terms_of(plan), teams=[*plan.teams.all(), stranger.team], by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        plans.amend(plan, terms_of(plan), teams=[], by=supervisor, at=NOW)


def test_a_supervisor_of_another_team_changes_nothing(plan: PeakPlan) -> None:
    foreign = AgentFactory.create(user__roles=[Role.SUPERVISOR]).user
    with pytest.raises(NotAllowed):
        plans.amend(plan, terms_of(plan, name="x"), teams=plan.teams.all(), by=foreign, at=NOW)


# Approving


def test_a_director_approves_and_the_author_hears_of_it(plan: PeakPlan, director: User) -> None:
    approved = plans.approve(plan, by=director, at=NOW)
    assert (approved.state, approved.approved_by, approved.approved_at) == (PeakState.APPROVED, director, NOW)
    assert [key.startswith("peak-approved") for key in told()] == [True]


def test_an_administrator_approves_too(plan: PeakPlan, administrator: User) -> None:
    assert plans.approve(plan, by=administrator, at=NOW).state == PeakState.APPROVED


def test_nobody_approves_a_plan_that_he_wrote(director: User) -> None:
    own = PeakPlanFactory.create(created_by=director)
    with pytest.raises(NotAllowed):
        plans.approve(own, by=director, at=NOW)


def test_the_database_keeps_author_and_approver_apart(director: User) -> None:
    own = PeakPlanFactory.create(created_by=director)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeakPlan.objects.filter(pk=own.pk).update(approved_by=director)


def test_a_supervisor_approves_nothing(plan: PeakPlan, team: Team) -> None:
    other = AgentFactory.create(team=team, user__roles=[Role.SUPERVISOR]).user
    with pytest.raises(NotAllowed):
        plans.approve(plan, by=other, at=NOW)


def test_a_plan_without_phases_is_neither_sent_nor_approved(
    team: Team, supervisor: User, director: User
) -> None:
    bare = PeakPlanFactory.create(teams=[team], created_by=supervisor)
    with pytest.raises(WrongState):
        plans.submit(bare, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        plans.approve(bare, by=director, at=NOW)


def test_what_is_approved_stands(plan: PeakPlan, supervisor: User, director: User) -> None:
    plans.approve(plan, by=director, at=NOW)
    with pytest.raises(WrongState):
        plans.amend(plan, terms_of(plan, name="x"), teams=plan.teams.all(), by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        plans.approve(plan, by=director, at=NOW)


def test_directors_are_asked_once_it_is_sent(plan: PeakPlan, supervisor: User, director: User) -> None:
    assert plans.submit(plan, by=supervisor, at=NOW).submitted_at == NOW
    assert OutboxMessage.objects.get().user == director


def test_a_plan_sent_back_is_a_draft_and_its_author_learns_why(
    plan: PeakPlan, supervisor: User, director: User
) -> None:
    plans.approve(plan, by=director, at=NOW)
    back = plans.send_back(plan, reason="人数偏少", by=director, at=NOW)
    assert (back.state, back.approved_by, back.submitted_at) == (PeakState.DRAFT, None, None)
    message = OutboxMessage.objects.get(key__startswith="peak-sent-back")
    assert message.user == supervisor
    assert "人数偏少" in message.subject
    assert AuditEntry.objects.latest("pk").reason == "人数偏少"


def test_a_draft_that_waits_for_nobody_is_not_sent_back(plan: PeakPlan, director: User) -> None:
    with pytest.raises(WrongState):
        plans.send_back(plan, reason="x", by=director, at=NOW)


# Running and reviewed


def test_an_approved_plan_starts_on_its_first_day(plan: PeakPlan, director: User) -> None:
    plans.approve(plan, by=director, at=NOW)
    with pytest.raises(WrongState):
        plans.start(plan, by=None, at=DURING - DAY)
    assert plans.start(plan, by=None, at=DURING).state == PeakState.RUNNING
    with pytest.raises(WrongState):
        plans.send_back(plan, reason="x", by=director, at=DURING)


def review(plan: PeakPlan, by: User, at=AFTER):
    return reviews.review(plan, went_well="快", went_badly="缺人", conclusions="早招", by=by, at=at)


def test_an_event_is_reviewed_after_its_last_day_and_then_stays(
    plan: PeakPlan, supervisor: User, director: User
) -> None:
    plans.approve(plan, by=director, at=NOW)
    with pytest.raises(WrongState):
        review(plan, supervisor, NOW + (LAST_ON - NOW.date()))
    assert review(plan, supervisor).by == supervisor
    assert PeakPlan.objects.get().state == PeakState.REVIEWED
    with pytest.raises(WrongState):
        review(plan, supervisor)


def test_a_plan_never_approved_is_not_reviewed(plan: PeakPlan, supervisor: User) -> None:
    with pytest.raises(WrongState):
        review(plan, supervisor)


def test_what_the_review_decides_becomes_a_task(plan: PeakPlan, supervisor: User, director: User) -> None:
    plans.approve(plan, by=director, at=NOW)
    review(plan, supervisor)
    task = checklist.add_task(plan, text="早招人", due_on=FIRST_ON, by=supervisor, at=AFTER)
    assert task.is_follow_up
    assert checklist.tick(task, by=supervisor, at=AFTER).done_at == AFTER


# Copying


def test_a_copy_moves_every_day_with_the_first_and_forgets_what_was_done(
    plan: PeakPlan, supervisor: User, agent: Agent
) -> None:
    need = PeakNeedFactory.create(plan=plan, team=plan.teams.get(), state=NeedState.READY)
    need.people.add(agent)
    PeakNeedFactory.create(plan=plan, team=plan.teams.get(), state=NeedState.CANCELLED)
    PeakTaskFactory.create(
        plan=plan, due_on=FIRST_ON - DAY, owner=agent.user, done_at=NOW, done_by=agent.user
    )
    gone = UserFactory.create(is_active=False)
    PeakTaskFactory.create(plan=plan, due_on=FIRST_ON, owner=gone)
    PeakTaskFactory.create(plan=plan, is_follow_up=True)
    PeakContingencyFactory.create(plan=plan)
    later = 365 * DAY
    made = plans.copy(plan, name="明年", first_on=FIRST_ON + later, by=supervisor, at=NOW)
    assert (made.first_on, made.last_on) == (FIRST_ON + later, LAST_ON + later)
    assert (made.prepared_from, made.state) == (plan.prepared_from + later, PeakState.DRAFT)
    assert list(made.teams.all()) == list(plan.teams.all())
    assert [phase.first_on for phase in made.phases.all()] == [FIRST_ON + later]
    copied = made.needs.get()
    assert (copied.state, copied.hired_by) == (NeedState.PLANNED, FIRST_ON - 7 * DAY + later)
    assert not copied.people.exists()
    assert [(task.due_on, task.owner, task.done_at) for task in made.tasks.all()] == [
        (FIRST_ON - DAY + later, agent.user, None),
        (FIRST_ON + later, None, None),
    ]
    assert made.contingencies.count() == 1
    assert PeakNeedFactory._meta.model.objects.get(pk=need.pk).people.get() == agent, "the old one stays"
    assert plan.tasks.count() == 3


def test_where_there_is_no_other_director_the_administrators_are_asked(
    plan: PeakPlan, supervisor: User, administrator: User
) -> None:
    plans.submit(plan, by=supervisor, at=NOW)
    assert OutboxMessage.objects.get().user == administrator
