"""The steps of a plan as a whole: opened, amended, approved, running; and copied for the next time."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.choices import NeedState, PeakState
from staffing.models import Department, PeakNeed, PeakPlan, Team
from staffing.peaks import demand_link, notices, rights
from staffing.rights import require_reason


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is agreed about an event besides its teams."""

    name: str
    kind: str
    prepared_from: date
    first_on: date
    last_on: date
    baseline: int | None = None
    service_level: int = 80
    first_response: int = 60
    note: str = ""


@transaction.atomic
def open_plan(
    terms: Terms, *, department: Department, teams: Iterable[Team], by: User | None, at: datetime
) -> PeakPlan:
    """A draft for some teams of a department, or for the whole of it.

    Raises: NotAllowed; MissingInformation for days that run backwards; WrongState for teams of elsewhere.
    """
    chosen = list(teams)
    rights.require_to_open(by, chosen)
    _require_order(terms)
    _require_of_department(chosen, department)
    plan = PeakPlan.objects.create(**asdict(terms), department=department, created_by=by, created_at=at)
    plan.teams.set(chosen)
    recording.added(plan, {**asdict(terms), "teams": chosen}, by=by, at=at)
    return plan


@transaction.atomic
def amend(plan: PeakPlan, terms: Terms, *, teams: Iterable[Team], by: User | None, at: datetime) -> PeakPlan:
    """Change what is agreed, as long as it is a draft.

    Raises: NotAllowed; MissingInformation for days that run backwards; WrongState for an approved plan, and
    for days or teams without which a phase or a row of people would hang in the air.
    """
    plan, chosen = editing(plan, by=by), list(teams)
    rights.require_draft(plan)
    before = list(plan.teams.all())
    added = set(chosen) - set(before)
    if added or (before and not chosen):
        rights.require_to_open(by, added)
    _require_order(terms)
    _require_of_department(chosen, plan.department)
    _require_phases_within(plan, terms)
    _require_needs_within(plan, chosen)
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(plan, name), value)
        for name, value in asdict(terms).items()
        if getattr(plan, name) != value
    }
    for name in changes:
        setattr(plan, name, getattr(terms, name))
    plan.save(update_fields=list(changes))
    if set(before) != set(chosen):
        plan.teams.set(chosen)
        changes["teams"] = (before, chosen)
    if changes:
        recording.changed(plan, changes, by=by, at=at)
    return plan


@transaction.atomic
def submit(plan: PeakPlan, *, by: User | None, at: datetime) -> PeakPlan:
    """Ask the directors to approve it. Raises: NotAllowed; WrongState for one approved, or without phases."""
    plan = editing(plan, by=by)
    rights.require_draft(plan)
    _require_phases(plan)
    recording.changed(plan, {"submitted_at": (plan.submitted_at, at)}, by=by, at=at)
    plan.submitted_at = at
    plan.save(update_fields=["submitted_at"])
    notices.asked_to_approve(plan, at=at)
    return plan


@transaction.atomic
def approve(plan: PeakPlan, *, by: User | None, at: datetime) -> PeakPlan:
    """From now on days, phases and targets stand. Nobody approves a plan that he wrote.

    Raises: NotAllowed; WrongState for one that is no draft, or has no phases.
    """
    plan = _deciding(plan, by=by)
    rights.require_draft(plan)
    _require_phases(plan)
    changes = {"state": (plan.state, PeakState.APPROVED), "approved_at": (None, at)}
    plan.state, plan.approved_at, plan.approved_by = PeakState.APPROVED, at, by
    plan.save(update_fields=["state", "approved_at", "approved_by"])
    demand_link.declare_events(plan, at=at)
    recording.changed(plan, changes, by=by, at=at)
    notices.approved(plan, at=at)
    return plan


@transaction.atomic
def send_back(plan: PeakPlan, *, reason: str, by: User | None, at: datetime) -> PeakPlan:
    """An approved plan, or one that waits for it, is a draft again that its author works on.

    Raises: NotAllowed; MissingInformation without a reason; WrongState once the event runs.
    """
    reason = require_reason(reason)
    plan = _deciding(plan, by=by)
    is_waiting = plan.state == PeakState.DRAFT and plan.submitted_at is not None
    if plan.state != PeakState.APPROVED and not is_waiting:
        raise WrongState(_("Only a plan that is approved, or waits for it, can be sent back."))
    changes = {"state": (plan.state, PeakState.DRAFT), "submitted_at": (plan.submitted_at, None)}
    plan.state, plan.submitted_at = PeakState.DRAFT, None
    plan.approved_at = plan.approved_by = None
    plan.save(update_fields=["state", "submitted_at", "approved_at", "approved_by"])
    demand_link.withdraw_events(plan, at=at)
    recording.changed(plan, changes, by=by, at=at, reason=reason)
    notices.sent_back(plan, reason, at=at)
    return plan


@transaction.atomic
def start(plan: PeakPlan, *, by: User | None, at: datetime) -> PeakPlan:
    """The event begins. Raises: NotAllowed; WrongState for a plan not approved, or before its first day."""
    plan = editing(plan, by=by)
    if plan.state != PeakState.APPROVED or today_of(plan, at) < plan.first_on:
        raise WrongState(_("Only an approved plan starts, on its first day or later."))
    recording.changed(plan, {"state": (plan.state, PeakState.RUNNING)}, by=by, at=at)
    plan.state = PeakState.RUNNING
    plan.save(update_fields=["state"])
    return plan


@transaction.atomic
def copy(plan: PeakPlan, *, name: str, first_on: date, by: User | None, at: datetime) -> PeakPlan:
    """A new draft out of an old plan, every day moved as far as the first one.

    Nobody's name is taken over as people found, nothing as done, and what the review decided stays there.

    Raises: NotAllowed.
    """
    teams, shift = list(plan.teams.all()), first_on - plan.first_on
    terms = Terms(
        name=name,
        kind=plan.kind,
        prepared_from=plan.prepared_from + shift,
        first_on=first_on,
        last_on=plan.last_on + shift,
        service_level=plan.service_level,
        first_response=plan.first_response,
        note=plan.note,
    )
    made = open_plan(terms, department=plan.department, teams=teams, by=by, at=at)
    for phase in plan.phases.all():
        phase.pk, phase.plan = None, made
        phase.first_on, phase.last_on = phase.first_on + shift, phase.last_on + shift
        phase.save(force_insert=True)
    for need in plan.needs.exclude(state=NeedState.CANCELLED):
        _copy_need(need, made)
    for task in plan.tasks.filter(is_follow_up=False).select_related("owner"):
        task.pk, task.plan, task.due_on = None, made, task.due_on + shift
        task.owner = task.owner if task.owner and task.owner.is_active else None
        task.done_at = task.done_by = None
        task.save(force_insert=True)
    for contingency in plan.contingencies.all():
        contingency.pk, contingency.plan = None, made
        contingency.save(force_insert=True)
    return made


def _copy_need(need: PeakNeed, made: PeakPlan) -> None:
    shift = made.first_on - need.plan.first_on
    need.pk, need.plan, need.state = None, made, NeedState.PLANNED
    need.first_on, need.last_on = need.first_on + shift, need.last_on + shift
    need.hired_by = need.hired_by + shift if need.hired_by else None
    need.trained_by = need.trained_by + shift if need.trained_by else None
    need.save(force_insert=True)


def editing(plan: PeakPlan, *, by: User | None) -> PeakPlan:
    """The plan, locked, for somebody who may change it. Raises: NotAllowed."""
    plan = PeakPlan.objects.locked().select_related("department", "created_by").get(pk=plan.pk)
    rights.require_to_edit(by, plan)
    return plan


def today_of(plan: PeakPlan, at: datetime) -> date:
    """The day by the clock of the department's place."""
    return at.astimezone(plan.department.zone).date()


def _deciding(plan: PeakPlan, *, by: User | None) -> PeakPlan:
    plan = PeakPlan.objects.locked().select_related("department", "created_by").get(pk=plan.pk)
    if by is not None and by.pk == plan.created_by_id:
        raise NotAllowed(_("Nobody approves his own plan. Ask another director or an administrator."))
    if not rights.may_approve(by, plan):
        raise NotAllowed(_("Only a director or an administrator decides on peak plans."))
    return plan


def _require_order(terms: Terms) -> None:
    if terms.last_on < terms.first_on:
        text = _("The last day lies before the first.")
        raise MissingInformation(text, fields={"last_on": text})
    if terms.prepared_from > terms.first_on:
        text = _("Preparation begins before the event, or with it.")
        raise MissingInformation(text, fields={"prepared_from": text})


def _require_of_department(teams: Iterable[Team], department: Department) -> None:
    foreign = next((team for team in teams if team.department_id != department.pk), None)
    if foreign is not None:
        text = _("“%(team)s” belongs to another department.") % {"team": foreign}
        raise WrongState(text, fields={"teams": text})


def _require_phases(plan: PeakPlan) -> None:
    if not plan.phases.exists():
        raise WrongState(_("Enter the phases first: without them nobody knows how many people it takes."))


def _require_phases_within(plan: PeakPlan, terms: Terms) -> None:
    outside = plan.phases.exclude(first_on__gte=terms.first_on, last_on__lte=terms.last_on).first()
    if outside is not None:
        raise WrongState(_("The phase “%(phase)s” lies outside these days.") % {"phase": outside})


def _require_needs_within(plan: PeakPlan, teams: list[Team]) -> None:
    stray = plan.needs.exclude(team__in=teams).select_related("team").first() if teams else None
    if stray is not None:
        raise WrongState(_("There are people wanted for %(team)s.") % {"team": stray.team})
