"""The steps of the check-list: an item is put down, given to somebody, ticked; or all the usual ones."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.errors import NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.choices import PeakState
from staffing.models import PeakPlan, PeakTask
from staffing.peaks import plans, rights
from staffing.peaks.standard_tasks import STANDARD_TASKS


@transaction.atomic
def add_task(
    plan: PeakPlan, *, text: str, due_on: date, owner: User | None = None, by: User | None, at: datetime
) -> PeakTask:
    """One item. What is added to a reviewed plan follows from its review.

    Raises: NotAllowed; WrongState for an owner who cannot sign in.
    """
    plan = plans.editing(plan, by=by)
    _require_owner(owner)
    facts = {"text": text, "due_on": due_on, "owner": owner}
    is_follow_up = plan.state == PeakState.REVIEWED
    task = PeakTask.objects.create(plan=plan, **facts, is_follow_up=is_follow_up)
    recording.added(task, facts, by=by, at=at)
    return task


@transaction.atomic
def amend_task(
    task: PeakTask, *, text: str, due_on: date, owner: User | None, by: User | None, at: datetime
) -> PeakTask:
    """Raises: as `add_task`; WrongState for a task done, or one of a reviewed plan."""
    plan = plans.editing(task.plan, by=by)
    task = _fresh(task, plan)
    _require_open_plan(plan, task)
    if task.done_at is not None:
        raise WrongState(_("This task is done."))
    facts = {"text": text, "due_on": due_on, "owner": owner}
    changes = {
        name: (getattr(task, name), value) for name, value in facts.items() if getattr(task, name) != value
    }
    if "owner" in changes:
        _require_owner(owner)
    if changes:
        for name, (_old, value) in changes.items():
            setattr(task, name, value)
        task.save(update_fields=list(changes))
        recording.changed(task, changes, by=by, at=at)
    return task


@transaction.atomic
def drop_task(task: PeakTask, *, by: User | None, at: datetime) -> None:
    """Take an item off that is not done. Raises: NotAllowed; WrongState."""
    plan = plans.editing(task.plan, by=by)
    task = _fresh(task, plan)
    _require_open_plan(plan, task)
    if task.done_at is not None:
        raise WrongState(_("This task is done."))
    recording.removed(task, by=by, at=at)
    task.delete()


@transaction.atomic
def tick(task: PeakTask, *, by: User | None, at: datetime) -> PeakTask:
    """The task is done. By its owner, or whoever may change the plan. Again changes nothing.

    Raises: NotAllowed; WrongState in a reviewed plan, but for what its review decided.
    """
    return _mark(task, by=by, at=at, done_at=at)


@transaction.atomic
def untick(task: PeakTask, *, by: User | None, at: datetime) -> PeakTask:
    """It was not done after all. Raises: as `tick`."""
    return _mark(task, by=by, at=at, done_at=None)


@transaction.atomic
def load_standard(plan: PeakPlan, *, owner: User | None = None, by: User | None, at: datetime) -> int:
    """Put the usual tasks on the check-list, counted back from the first day; answers how many were new.

    Those whose day has passed are due today. What stands on the list already is not put there twice.

    Raises: NotAllowed; WrongState for a reviewed plan.
    """
    plan = plans.editing(plan, by=by)
    rights.require_not_reviewed(plan)
    _require_owner(owner)
    today, there = plans.today_of(plan, at), set(plan.tasks.values_list("text", flat=True))
    with override(by.language if by else settings.LANGUAGE_CODE):
        wanted = [(str(each.text), each.due_on(plan.first_on, plan.last_on)) for each in STANDARD_TASKS]
    made = PeakTask.objects.bulk_create(
        PeakTask(plan=plan, text=text, due_on=max(due_on, today), owner=owner)
        for text, due_on in wanted
        if text not in there
    )
    if made:
        recording.changed(plan, {"rows": (len(there), len(there) + len(made))}, by=by, at=at)
    return len(made)


def _fresh(task: PeakTask, plan: PeakPlan) -> PeakTask:
    """As it stands now that the plan is locked."""
    found = PeakTask.objects.select_related("owner").filter(pk=task.pk).first()
    if found is None:
        raise WrongState(_("Somebody has removed this row."))
    found.plan = plan
    return found


def _mark(task: PeakTask, *, by: User | None, at: datetime, done_at: datetime | None) -> PeakTask:
    plan = PeakPlan.objects.locked().get(pk=task.plan_id)
    task = _fresh(task, plan)
    if not rights.may_tick(by, task):
        raise NotAllowed(_("Only its owner, or who looks after the plan, ticks a task."))
    _require_open_plan(plan, task)
    if (task.done_at is None) == (done_at is None):
        return task
    recording.changed(task, {"done_at": (task.done_at, done_at)}, by=by, at=at)
    task.done_at, task.done_by = done_at, by if done_at else None
    task.save(update_fields=["done_at", "done_by"])
    return task


def _require_open_plan(plan: PeakPlan, task: PeakTask) -> None:
    if not task.is_follow_up:
        rights.require_not_reviewed(plan)


def _require_owner(owner: User | None) -> None:
    if owner is not None and not (owner.is_active and owner.is_staff):
        text = _("%(name)s cannot sign in.") % {"name": owner}
        raise WrongState(text, fields={"owner": text})
