"""The steps of the duty roster: an agent is put on a shift, taken off it, replaced."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from staffing import recording, rights, shifts
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, ShiftType


@transaction.atomic
def assign(
    agent: Agent, shift_type: ShiftType, *, on: date, by: User | None, at: datetime, note: str = ""
) -> DutyAssignment:
    """Put an agent on a shift that starts on a day, by the wall clock of the agent's department.

    Nobody is on two shifts at once: a night that runs into the next morning stands against a shift there.

    Raises: NotAllowed; WrongState for a shift type out of use, or a day on which the agent is not employed;
    AlreadyTaken when another duty overlaps.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.PLAN, agent)
    _require_possible(agent, shift_type, on)
    span = shifts.span(on, shift_type.starts, shift_type.ends, agent.zone)
    if span.ends_at <= span.starts_at:
        raise WrongState(_("On this day the clocks are changed, and nothing of this shift is left."))
    _require_free(agent, span)
    duty = DutyAssignment.objects.create(
        agent=agent,
        shift_type=shift_type,
        on=on,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        note=note,
    )
    facts = {"shift_type": shift_type, "starts_at": span.starts_at, "ends_at": span.ends_at}
    recording.added(duty, facts, by=by, at=at)
    return duty


@transaction.atomic
def cancel(duty: DutyAssignment, *, by: User | None, at: datetime, reason: str = "") -> DutyAssignment:
    """Take an agent off a shift. One to which somebody has signed in, or stayed on, was worked and stays.

    Raises: NotAllowed; WrongState for one cancelled before, or worked.
    """
    agent = Agent.objects.locked().get(pk=duty.agent_id)
    rights.require(by, rights.REPLAN, agent)
    duty = DutyAssignment.objects.get(pk=duty.pk)
    if duty.state == DutyState.CANCELLED:
        raise WrongState(_("This duty was cancelled before."))
    stayed_on = duty.starts_at <= at and agent.attendances.present(duty.starts_at).exists()
    if stayed_on or duty.attendances.exists():
        raise WrongState(_("%(agent)s has signed in to this shift.") % {"agent": agent})
    changes = {"state": (duty.state, DutyState.CANCELLED)}
    duty.state = DutyState.CANCELLED
    duty.save(update_fields=["state"])
    recording.changed(duty, changes, by=by, at=at, reason=reason)
    return duty


@transaction.atomic
def replace(
    duty: DutyAssignment,
    *,
    by: User | None,
    at: datetime,
    agent: Agent | None = None,
    shift_type: ShiftType | None = None,
    reason: str = "",
) -> DutyAssignment:
    """Another agent takes the shift over, or the same agent gets another one that day: all of it or nothing.

    Raises: as `cancel` and `assign`; MissingInformation when nothing would be different.
    """
    new_agent, new_type = agent or duty.agent, shift_type or duty.shift_type
    if (new_agent.pk, new_type.pk) == (duty.agent_id, duty.shift_type_id):
        raise MissingInformation(_("Name another agent or another shift."))
    cancel(duty, by=by, at=at, reason=reason)
    return assign(new_agent, new_type, on=duty.on, by=by, at=at, note=duty.note)


def _require_possible(agent: Agent, shift_type: ShiftType, on: date) -> None:
    if not shift_type.is_active:
        text = _("The shift “%(shift)s” is no longer in use.") % {"shift": shift_type}
        raise WrongState(text, fields={"shift_type": text})
    if not agent.is_employed(on):
        text = _("%(agent)s is not employed on %(date)s.") % {"agent": agent, "date": date_format(on)}
        raise WrongState(text, fields={"on": text})


def _require_free(agent: Agent, span: shifts.Span) -> None:
    clash = agent.duties.standing().touching(*span).select_related("shift_type").first()
    if clash is not None:
        raise AlreadyTaken(
            _("%(agent)s is on “%(shift)s” from %(starts)s to %(ends)s already.")
            % {
                "agent": agent,
                "shift": clash.shift_type,
                "starts": _wall(clash.starts_at, agent),
                "ends": _wall(clash.ends_at, agent),
            }
        )


def _wall(at: datetime, agent: Agent) -> str:
    return date_format(timezone.localtime(at, agent.zone), "SHORT_DATETIME_FORMAT")
