"""The check-list of a plan, and what is told of it. # S9"""

from datetime import timedelta

import pytest

from portal.errors import NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.choices import PeakState
from staffing.models import Agent, PeakPlan, PeakTask
from staffing.peaks import checklist, plans, watching
from staffing.peaks.standard_tasks import STANDARD_TASKS
from tests.factories import NOW, TODAY, UserFactory
from tests.peak_factories import FIRST_ON, LAST_ON, PeakTaskFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_task_is_ticked_by_its_owner_and_nobody_else_of_the_team(plan: PeakPlan, agent: Agent) -> None:
    own, foreign = PeakTaskFactory.create(plan=plan, owner=agent.user), PeakTaskFactory.create(plan=plan)
    ticked = checklist.tick(own, by=agent.user, at=NOW)
    assert (ticked.done_at, ticked.done_by) == (NOW, agent.user)
    with pytest.raises(NotAllowed):
        checklist.tick(foreign, by=agent.user, at=NOW)


def test_a_task_ticked_again_keeps_its_time_and_is_recorded_once(plan: PeakPlan, supervisor: User) -> None:
    task = PeakTaskFactory.create(plan=plan)
    checklist.tick(task, by=supervisor, at=NOW)
    assert checklist.tick(task, by=supervisor, at=NOW + DAY).done_at == NOW
    assert AuditEntry.objects.count() == 1
    undone = checklist.untick(task, by=supervisor, at=NOW)
    assert (undone.done_at, undone.done_by) == (None, None)


def test_a_task_done_is_not_changed(plan: PeakPlan, supervisor: User) -> None:
    task = PeakTaskFactory.create(plan=plan, done_at=NOW)
    with pytest.raises(WrongState):
        checklist.amend_task(task, text="x", due_on=TODAY, owner=None, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        checklist.drop_task(task, by=supervisor, at=NOW)


def test_nobody_owns_a_task_who_cannot_sign_in(plan: PeakPlan, supervisor: User) -> None:
    gone = UserFactory.create(is_active=False)
    with pytest.raises(WrongState):
        checklist.add_task(plan, text="x", due_on=TODAY, owner=gone, by=supervisor, at=NOW)


def test_the_owner_of_a_task_adds_none(plan: PeakPlan, agent: Agent) -> None:
    with pytest.raises(NotAllowed):
        checklist.add_task(plan, text="x", due_on=TODAY, by=agent.user, at=NOW)


# The standard tasks


def test_the_standard_tasks_are_counted_from_the_first_day_and_after_the_last() -> None:
    first, last = STANDARD_TASKS[0], STANDARD_TASKS[-1]
    assert first.due_on(FIRST_ON, LAST_ON) == FIRST_ON - 45 * DAY
    assert last.due_on(FIRST_ON, LAST_ON) == LAST_ON + 7 * DAY


def test_standard_tasks_whose_day_has_passed_are_due_today_and_come_once(
    plan: PeakPlan, supervisor: User
) -> None:
    made = checklist.load_standard(plan, owner=supervisor, by=supervisor, at=NOW)
    assert made == len(STANDARD_TASKS) == plan.tasks.count()
    assert plan.tasks.filter(owner=supervisor, due_on=TODAY).count() > 1
    assert not plan.tasks.filter(due_on__lt=TODAY).exists()
    assert checklist.load_standard(plan, by=supervisor, at=NOW) == 0


# What is told


def approve(plan: PeakPlan, director: User) -> None:
    plans.approve(plan, by=director, at=NOW)
    OutboxMessage.objects.all().delete()


def keys() -> list[str]:
    return sorted(key.rsplit(":", 1)[0] for key in OutboxMessage.objects.values_list("key", flat=True))


def test_an_owner_is_told_the_day_before_and_when_it_is_overdue_each_once(
    plan: PeakPlan, director: User, agent: Agent
) -> None:
    task = PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY + DAY)
    PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY + 2 * DAY)
    approve(plan, director)
    for _again in range(2):
        watching.watch(at=NOW)
    assert keys() == [f"peak-task:{task.pk}:due:{task.due_on}"]
    for _again in range(2):
        watching.watch(at=NOW + 2 * DAY)
    assert f"peak-task:{task.pk}:overdue:{task.due_on}" in keys()
    assert set(OutboxMessage.objects.values_list("user", flat=True)) == {agent.user_id}


def test_nobody_is_told_of_what_is_done_or_a_draft(plan: PeakPlan, director: User, agent: Agent) -> None:
    PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY, done_at=NOW)
    waiting = PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY)
    watching.watch(at=NOW)
    assert not [key for key in keys() if key.startswith("peak-task")]
    approve(plan, director)
    watching.watch(at=NOW)
    assert keys() == [f"peak-task:{waiting.pk}:due:{TODAY}"]


def test_of_an_overdue_task_without_owner_the_author_is_told(
    plan: PeakPlan, supervisor: User, director: User
) -> None:
    PeakTaskFactory.create(plan=plan, due_on=TODAY - DAY)
    approve(plan, director)
    watching.watch(at=NOW)
    assert OutboxMessage.objects.get().user == supervisor


def test_a_task_put_off_is_told_of_again(plan: PeakPlan, supervisor: User, director: User) -> None:
    task = PeakTaskFactory.create(plan=plan, owner=supervisor, due_on=TODAY)
    approve(plan, director)
    watching.watch(at=NOW)
    checklist.amend_task(task, text=task.text, due_on=TODAY + DAY, owner=supervisor, by=supervisor, at=NOW)
    watching.watch(at=NOW)
    assert len(keys()) == 2


def test_of_a_reviewed_plan_only_what_the_review_decided_is_told(plan: PeakPlan, agent: Agent) -> None:
    PeakPlan.objects.update(state=PeakState.REVIEWED)
    PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY)
    follow_up = PeakTaskFactory.create(plan=plan, owner=agent.user, due_on=TODAY, is_follow_up=True)
    watching.watch(at=NOW)
    assert keys() == [f"peak-task:{follow_up.pk}:due:{TODAY}"]


def test_director_and_author_are_told_of_a_plan_that_should_have_been_approved(
    plan: PeakPlan, supervisor: User, director: User
) -> None:
    for _again in range(2):
        watching.watch(at=NOW)
    assert set(OutboxMessage.objects.values_list("user", flat=True)) == {supervisor.pk, director.pk}
    assert OutboxMessage.objects.count() == 2
    PeakPlan.objects.filter(pk=plan.pk).update(prepared_from=TODAY + 4 * DAY)
    watching.watch(at=NOW)
    assert OutboxMessage.objects.count() == 2, "there is time enough"


def test_the_watch_starts_an_approved_plan_on_its_day(plan: PeakPlan, director: User) -> None:
    approve(plan, director)
    assert watching.watch(at=NOW) == 0
    assert watching.watch(at=NOW + (FIRST_ON - TODAY)) == 1
    assert PeakPlan.objects.get().state == PeakState.RUNNING
    assert watching.watch(at=NOW + (FIRST_ON - TODAY)) == 0
    assert PeakTask.objects.count() == 0
