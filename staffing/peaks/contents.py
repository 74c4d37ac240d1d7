"""The steps of what a plan holds: phases, people wanted, and what is done when something goes wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Text, WrongState
from portal.models import User
from staffing import recording
from staffing.choices import Employment, NeedState, PeopleSource
from staffing.models import (
    Agent,
    PeakContingency,
    PeakNeed,
    PeakPhase,
    PeakPlan,
    Skill,
    Team,
)
from staffing.peaks import notices, plans, rights

R = TypeVar("R", PeakPhase, PeakNeed, PeakContingency)
HIRED_AS = {
    PeopleSource.TEMPORARY: frozenset({Employment.TEMPORARY}),
    PeopleSource.OUTSOURCED: frozenset({Employment.OUTSOURCED}),
}
"""What somebody must be employed as, to count for a source; for the others it does not matter."""


@dataclass(frozen=True, kw_only=True)
class Phase:
    kind: str
    first_on: date
    last_on: date
    factor: Decimal
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Need:
    source: str
    team: Team
    head_count: int
    first_on: date
    last_on: date
    from_team: Team | None = None
    skill: Skill | None = None
    hired_by: date | None = None
    trained_by: date | None = None
    responsible: User | None = None
    state: str = NeedState.PLANNED
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Contingency:
    risk: str
    trigger: str
    measure: str
    responsible: User | None = None


# Phases: they are what is approved, so they change in a draft only.


@transaction.atomic
def add_phase(plan: PeakPlan, told: Phase, *, by: User | None, at: datetime) -> PeakPhase:
    """Raises: NotAllowed; MissingInformation for days that run backwards; WrongState for an approved plan,
    days outside the event, or in another phase."""
    plan = _drafting(plan, by=by)
    phase = PeakPhase(plan=plan)
    _require_place(phase, told)
    return _write(phase, _facts(told), by=by, at=at)


@transaction.atomic
def amend_phase(phase: PeakPhase, told: Phase, *, by: User | None, at: datetime) -> PeakPhase:
    """Raises: as `add_phase`."""
    phase = _fresh(phase, _drafting(phase.plan, by=by))
    _require_place(phase, told)
    return _write(phase, _facts(told), by=by, at=at)


@transaction.atomic
def drop_phase(phase: PeakPhase, *, by: User | None, at: datetime) -> None:
    """Raises: NotAllowed; WrongState for an approved plan."""
    _drop(_fresh(phase, _drafting(phase.plan, by=by)), by=by, at=at)


# People wanted


@transaction.atomic
def add_need(plan: PeakPlan, told: Need, *, by: User | None, at: datetime) -> PeakNeed:
    """So many people from one source. A team that is to lend some is told.

    Raises: NotAllowed; MissingInformation for days that run backwards, or support from nobody; WrongState
    for a reviewed plan, a team that is not in it, or one that lends to itself.
    """
    plan = _working(plan, by=by)
    _require_sensible(plan, told)
    need = _write(PeakNeed(plan=plan), _facts(told), by=by, at=at)
    notices.support_asked(need, at=at)
    return need


@transaction.atomic
def amend_need(need: PeakNeed, told: Need, *, by: User | None, at: datetime) -> PeakNeed:
    """Raises: as `add_need`; AlreadyTaken when those named would be wanted twice on a day."""
    plan = _working(need.plan, by=by)
    need = _fresh(need, plan)
    _require_sensible(plan, told)
    need = _write(need, _facts(told), by=by, at=at)
    if need.state != NeedState.CANCELLED:
        _require_once(need, list(need.people.all()))
        notices.support_asked(need, at=at)
    return need


@transaction.atomic
def drop_need(need: PeakNeed, *, by: User | None, at: datetime) -> None:
    """Out of a draft; what was approved is cancelled instead. Raises: NotAllowed; WrongState."""
    _drop(_fresh(need, _drafting(need.plan, by=by)), by=by, at=at)


@transaction.atomic
def name_people(need: PeakNeed, agents: Iterable[Agent], *, by: User | None, at: datetime) -> PeakNeed:
    """Say who comes. Those whom the person does not see stay as they were named by others.

    Raises: NotAllowed; AlreadyTaken for somebody wanted elsewhere in the plan on the same days; WrongState
    for somebody who does not fit the source.
    """
    plan = PeakPlan.objects.locked().select_related("department").get(pk=need.plan_id)
    need = _fresh(need, plan)
    rights.require_not_reviewed(plan)
    if not rights.may_lend(by, need):
        raise NotAllowed(_("Only those who look after the teams of this plan may change it."))
    before, named = set(need.people.select_related("user")), set(agents)
    seen = Agent.objects.all() if by is None else Agent.objects.visible_to(by)
    within_sight = set(seen.filter(pk__in=[agent.pk for agent in before | named]))
    if not named - before <= within_sight:
        raise NotAllowed(_("You may not do that for this person."))
    after = named | (before - within_sight)
    for agent in after - before:
        _require_fit(need, agent)
    _require_once(need, after)
    if after != before:
        need.people.set(after)
        changes: dict[str, tuple[object, object]] = {"people": (_sorted(before), _sorted(after))}
        recording.changed(need, changes, by=by, at=at)
    return need


# Contingencies


@transaction.atomic
def add_contingency(plan: PeakPlan, told: Contingency, *, by: User | None, at: datetime) -> PeakContingency:
    """Raises: NotAllowed; WrongState for a reviewed plan."""
    plan = _working(plan, by=by)
    return _write(PeakContingency(plan=plan), _facts(told), by=by, at=at)


@transaction.atomic
def amend_contingency(
    contingency: PeakContingency, told: Contingency, *, by: User | None, at: datetime
) -> PeakContingency:
    """Raises: as `add_contingency`."""
    contingency = _fresh(contingency, _working(contingency.plan, by=by))
    return _write(contingency, _facts(told), by=by, at=at)


@transaction.atomic
def drop_contingency(contingency: PeakContingency, *, by: User | None, at: datetime) -> None:
    """Raises: as `add_contingency`."""
    _drop(_fresh(contingency, _working(contingency.plan, by=by)), by=by, at=at)


# What they have in common


def _working(plan: PeakPlan, *, by: User | None) -> PeakPlan:
    plan = plans.editing(plan, by=by)
    rights.require_not_reviewed(plan)
    return plan


def _drafting(plan: PeakPlan, *, by: User | None) -> PeakPlan:
    plan = plans.editing(plan, by=by)
    rights.require_draft(plan)
    return plan


def _fresh(row: R, plan: PeakPlan) -> R:
    """As it stands now that the plan is locked."""
    found: R | None = type(row)._default_manager.filter(pk=row.pk).first()
    if found is None:
        raise WrongState(_("Somebody has removed this row."))
    found.plan = plan
    return found


def _facts(told: Phase | Need | Contingency) -> dict[str, object]:
    """As they stand in the row; relations stay objects."""
    return {name: getattr(told, name) for name in told.__dataclass_fields__}


def _write(row: R, facts: Mapping[str, object], *, by: User | None, at: datetime) -> R:
    is_new = row.pk is None
    old = {name: None if is_new else getattr(row, name) for name in facts}
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    changes = {name: (old[name], value) for name, value in facts.items() if old[name] != value}
    if is_new:
        recording.added(row, facts, by=by, at=at)
    elif changes:
        recording.changed(row, changes, by=by, at=at)
    return row


def _drop(row: PeakPhase | PeakNeed | PeakContingency, *, by: User | None, at: datetime) -> None:
    recording.removed(row, by=by, at=at)
    row.delete()


def _require_order(first_on: date, last_on: date) -> None:
    if last_on < first_on:
        text = _("The last day lies before the first.")
        raise MissingInformation(text, fields={"last_on": text})


def _require_place(phase: PeakPhase, told: Phase) -> None:
    _require_order(told.first_on, told.last_on)
    plan = phase.plan
    if not (plan.covers(told.first_on) and plan.covers(told.last_on)):
        text = _("The event lasts from %(first)s to %(last)s.") % {
            "first": plan.first_on,
            "last": plan.last_on,
        }
        raise WrongState(text, fields={"first_on": text})
    others = plan.phases.exclude(pk=phase.pk)
    clash = others.filter(first_on__lte=told.last_on, last_on__gte=told.first_on).first()
    if clash is not None:
        text = _("These days belong to “%(phase)s” already.") % {"phase": clash.get_kind_display()}
        raise WrongState(text, fields={"first_on": text})


def _require_sensible(plan: PeakPlan, told: Need) -> None:
    _require_order(told.first_on, told.last_on)
    text: Text
    teams = plan.teams.all()
    is_in = told.team in teams if teams else told.team.department_id == plan.department_id
    if not is_in:
        text = _("“%(team)s” is not in this plan.") % {"team": told.team}
        raise WrongState(text, fields={"team": text})
    is_support = told.source == PeopleSource.CROSS_TEAM
    if is_support and told.from_team is None:
        text = _("Say which team lends them.")
        raise MissingInformation(text, fields={"from_team": text})
    if not is_support and told.from_team is not None:
        text = _("Only cross-team support comes from another team.")
        raise WrongState(text, fields={"from_team": text})
    if told.from_team == told.team:
        text = _("A team cannot lend to itself: that is overtime.")
        raise WrongState(text, fields={"from_team": text})


def _require_fit(need: PeakNeed, agent: Agent) -> None:
    source = PeopleSource(need.source)
    if source in HIRED_AS and agent.employment not in HIRED_AS[source]:
        text = _("%(agent)s is employed as “%(employment)s”.")
        raise _unfit(text, agent, employment=agent.get_employment_display())
    lending = {PeopleSource.CROSS_TEAM: need.from_team_id, PeopleSource.OVERTIME: need.team_id}
    if source in lending and agent.team_id != lending[source]:
        raise _unfit(_("%(agent)s is not in that team."), agent)
    if agent.left_on is not None and agent.left_on < need.first_on:
        raise _unfit(_("%(agent)s has left the department."), agent)


def _unfit(text: Text, agent: Agent, **words: object) -> WrongState:
    told = str(text) % {"agent": agent, **words}
    return WrongState(told, fields={"people": told})


def _require_once(need: PeakNeed, agents: Iterable[Agent]) -> None:
    others = need.plan.needs.exclude(pk=need.pk).exclude(state=NeedState.CANCELLED)
    overlapping = others.filter(first_on__lte=need.last_on, last_on__gte=need.first_on)
    twice = Agent.objects.filter(peak_needs__in=overlapping, pk__in=[agent.pk for agent in agents])
    agent = twice.select_related("user").first()
    if agent is not None:
        text = _("%(agent)s is named for these days in another row already.") % {"agent": agent}
        raise AlreadyTaken(text, fields={"people": text})


def _sorted(agents: Iterable[Agent]) -> list[str]:
    return sorted(str(agent) for agent in agents)
