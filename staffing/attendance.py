"""The steps of being there: signed in, signed out, forgotten, corrected."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, NotAllowed, WrongState
from portal.models import User
from staffing import policy, recording, rights, shifts
from staffing.models import Agent, Attendance, DutyAssignment


@transaction.atomic
def sign_in(agent: Agent, *, by: User | None, at: datetime, reason: str = "") -> Attendance:
    """The agent is there. It counts for the shift whose window contains the instant, or for none.

    Lateness counts from the shift's start once the grace is over; coming back to a shift is not being late.
    Whoever is still signed in to a shift that is over, and comes to the next one, is signed out of the first.
    A supervisor signs others in with a reason.

    Raises: NotAllowed; MissingInformation; WrongState for somebody not employed; AlreadyTaken when the
    agent is signed in.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    reason = _permit(agent, by, reason)
    duty = _duty_at(agent, at)
    if not agent.is_employed(duty.on if duty else agent.local_date(at)):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})
    _close_what_is_over(agent, duty, at)
    attendance = Attendance(agent=agent, duty=duty, signed_in_at=at, recorded_by=by)
    attendance.late_by = _lateness(attendance, duty, at)
    attendance.save()
    if _is_for_another(agent, by):
        recording.added(attendance, {"signed_in_at": at, "duty": duty}, by=by, at=at, reason=reason)
    return attendance


@transaction.atomic
def sign_out(agent: Agent, *, by: User | None, at: datetime, reason: str = "") -> Attendance:
    """The agent goes. It ends the attendance that is open, whichever day its shift began.

    Raises: NotAllowed; MissingInformation; WrongState when the agent is not signed in.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    reason = _permit(agent, by, reason)
    attendance = agent.attendances.open().select_related("duty").first()
    if attendance is None:
        raise WrongState(_("%(agent)s is not signed in.") % {"agent": agent})
    if is_forgotten(attendance, at):
        return _close_forgotten(attendance, at)
    _close(attendance, at)
    if _is_for_another(agent, by):
        recording.changed(attendance, {"signed_out_at": (None, at)}, by=by, at=at, reason=reason)
    return attendance


def close_forgotten(at: datetime) -> int:
    """Close what nobody signed out of, as of the end of its shift, whenever this runs; answers how many.

    Whoever stays signed in carries on through a shift that adjoins: then the end is that of the last one.
    """
    agents = list(Agent.objects.filter(attendances__in=Attendance.objects.forgotten(at)))
    return sum(_close_forgotten_of(agent, at) for agent in agents)


@transaction.atomic
def correct(
    attendance: Attendance,
    *,
    signed_in_at: datetime,
    signed_out_at: datetime,
    reason: str,
    by: User | None,
    at: datetime,
) -> Attendance:
    """Write down when somebody really came and went; shift and lateness follow from it.

    Raises: NotAllowed, also for one's own attendance; MissingInformation; WrongState when the times are
    not in order, lie ahead, or run into another attendance.
    """
    reason = rights.require_reason(reason)
    agent = Agent.objects.locked().get(pk=attendance.agent_id)
    rights.require(by, rights.ATTEND_FOR_OTHERS, agent)
    if by is not None and by.pk == agent.user_id:
        raise NotAllowed(_("Nobody corrects the own attendance."))
    if not signed_in_at <= signed_out_at <= at:
        raise WrongState(_("Signing in comes first, then signing out, and neither lies ahead."))
    attendance = Attendance.objects.get(pk=attendance.pk)
    _require_no_other(attendance, signed_in_at, signed_out_at)
    duty = _duty_at(agent, signed_in_at)
    new = {
        "signed_in_at": signed_in_at,
        "signed_out_at": signed_out_at,
        "duty": duty,
        "late_by": _lateness(attendance, duty, signed_in_at),
        "is_forgotten": False,
    }
    changes = {
        name: (getattr(attendance, name), value)
        for name, value in new.items()
        if getattr(attendance, name) != value
    }
    for name, value in new.items():
        setattr(attendance, name, value)
    attendance.recorded_by = by
    attendance.save()
    recording.changed(attendance, changes, by=by, at=at, reason=reason)
    return attendance


def is_forgotten(attendance: Attendance, at: datetime) -> bool:
    """Whether an open attendance was forgotten by then. Source: policy.FORGOTTEN_AFTER."""
    grace = policy.FORGOTTEN_AFTER if attendance.duty else timedelta(0)
    return at >= _stays_until(attendance) + grace


def _stays_until(attendance: Attendance) -> datetime:
    """When an attendance ends of itself: with its shift, or with the last of those that adjoin it."""
    duty = attendance.duty
    if duty is None:
        return attendance.signed_in_at + policy.UNSCHEDULED_STAY
    longest = attendance.signed_in_at + policy.LONGEST_STAY
    duties = DutyAssignment.objects.published().filter(agent=attendance.agent_id)
    following = duties.filter(starts_at__gt=duty.starts_at, starts_at__lt=longest).order_by("starts_at")
    return min(shifts.end_of_run(duty, following), longest)


def _is_for_another(agent: Agent, by: User | None) -> bool:
    return by is not None and by.pk != agent.user_id


def _permit(agent: Agent, by: User | None, reason: str) -> str:
    """One's own attendance, or that of people one looks after, with a reason."""
    if not _is_for_another(agent, by):
        return reason
    rights.require(by, rights.ATTEND_FOR_OTHERS, agent)
    return rights.require_reason(reason)


def _duty_at(agent: Agent, at: datetime) -> DutyAssignment | None:
    today = agent.local_date(at)
    near = agent.duties.published().filter(on__range=(today - 2 * shifts.DAY, today + shifts.DAY))
    return shifts.belonging_to(at, near.select_related("shift_type"))


def _lateness(attendance: Attendance, duty: DutyAssignment | None, at: datetime) -> timedelta | None:
    """By how much signing in at an instant is late for a shift.

    Not at all for whoever comes back to it, or was there when it began, from the shift before.
    """
    if duty is None:
        return None
    others = Attendance.objects.filter(agent=duty.agent_id).exclude(pk=attendance.pk)
    is_back = others.filter(duty=duty, signed_in_at__lte=at).exists()
    if is_back or others.present(duty.starts_at).exists():
        return None
    return shifts.lateness(at, duty.starts_at)


def _close_what_is_over(agent: Agent, duty: DutyAssignment | None, at: datetime) -> None:
    """Make room for a new attendance, or say that there is none."""
    standing = agent.attendances.open().select_related("duty").first()
    if standing is None:
        return
    if is_forgotten(standing, at):
        _close_forgotten(standing, at)
    elif standing.duty and duty and duty != standing.duty and standing.duty.ends_at <= at:
        _close(standing, at)
    else:
        since = date_format(timezone.localtime(standing.signed_in_at, agent.zone), "SHORT_DATETIME_FORMAT")
        raise AlreadyTaken(
            _("%(agent)s has been signed in since %(since)s.") % {"agent": agent, "since": since}
        )


def _close(attendance: Attendance, at: datetime) -> None:
    attendance.signed_out_at = at
    attendance.save(update_fields=["signed_out_at"])


@transaction.atomic
def _close_forgotten_of(agent: Agent, at: datetime) -> int:
    agent = Agent.objects.locked().get(pk=agent.pk)
    attendance = agent.attendances.forgotten(at).select_related("duty").first()
    if attendance is None:
        return 0
    _close_forgotten(attendance, at)
    return 1


def _close_forgotten(attendance: Attendance, at: datetime) -> Attendance:
    ended_at = max(attendance.signed_in_at, _stays_until(attendance))
    attendance.signed_out_at, attendance.is_forgotten = ended_at, True
    attendance.save(update_fields=["signed_out_at", "is_forgotten"])
    recording.changed(attendance, {"signed_out_at": (None, ended_at)}, by=None, at=at)
    return attendance


def _require_no_other(attendance: Attendance, start: datetime, end: datetime) -> None:
    others = Attendance.objects.filter(agent=attendance.agent_id).exclude(pk=attendance.pk)
    if others.touching(start, end).exists():
        raise WrongState(_("These times run into another attendance."))
