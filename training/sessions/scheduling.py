"""The steps of a session: scheduled, moved, cancelled, held."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.rights import require_reason
from training import policy, rights
from training.choices import CourseState, SessionState
from training.models import Course, Room, SessionBooking, TrainingSession
from training.sessions import clashes, notices, rooms

TOLD_OF = frozenset({"trainer", "room", "url", "starts_at", "ends_at"})
"""Of such a change people with a seat are told."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """By whom, where and when; `seats` at most as many as the room has."""

    trainer: User
    starts_at: datetime
    ends_at: datetime
    seats: int
    room: Room | None = None
    url: str = ""


@transaction.atomic
def schedule(
    course: Course, plan: Plan, *, by: User | None, at: datetime, reason: str = ""
) -> TrainingSession:
    """A course gets a date. What the trainer has to do at the time is overruled by a reason, if by anything.

    Raises: NotAllowed; MissingInformation without a place, or without a reason where one is needed;
    AlreadyTaken for a room or trainer who is busy; WrongState for a course that is not open, more seats than
    the room has, or a time that cannot be.
    """
    rights.require(by, rights.SCHEDULE)
    plan = _hold_place(plan)
    teacher, _nobody = _hold_people(plan)
    course = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    if course.state != CourseState.OPEN:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    _require_recent(plan, at)
    _require_possible(plan)
    _require_trainer_free(teacher, plan, reason, by=by)
    session = TrainingSession.objects.create(course=course, **_facts(plan))
    recording.added(session, {"course": course, **_facts(plan)}, by=by, at=at, reason=reason.strip())
    if by is None or plan.trainer.pk != by.pk:
        notices.to_teach(session, at=at)
    return session


@transaction.atomic
def move(
    session: TrainingSession, plan: Plan, *, by: User | None, at: datetime, reason: str = ""
) -> TrainingSession:
    """Another time, place or trainer, more or fewer seats; whoever has a seat is told.

    Whom something keeps at the new time keeps his seat, but only a reason makes that pass, and none does
    for those who are on leave then, in another session, or teach: theirs are given back before. Leaders hear
    of whom it takes off a shift.

    Raises: as `schedule`; WrongState for a session that is over, another time once the register is begun,
    fewer seats than are taken, or a trainer who has one of them; MissingInformation when nothing would be
    different.
    """
    rights.require(by, rights.RESCHEDULE, session)
    session = hold_planned(session)
    plan = _hold_place(plan)
    before = session.trainer
    new = _facts(plan)
    changes = {
        name: (getattr(session, name), value)
        for name, value in new.items()
        if getattr(session, name) != value
    }
    if not changes:
        raise MissingInformation(_("Name another time, place, trainer or number of seats."))
    has_new_time = bool({"starts_at", "ends_at"} & changes.keys())
    if has_new_time:
        _require_recent(plan, at)
        _require_unmarked(session)
    _require_possible(plan, but=session)
    teacher, seated = _hold_people(plan, session)
    if has_new_time or "trainer" in changes:
        _require_trainer_free(teacher, plan, reason, by=by, but=session)
    _require_seats_for(seated, teacher, plan)
    off_duty = _require_free(seated, session, plan, reason, by=by) if has_new_time else []
    for name, value in new.items():
        setattr(session, name, value)
    if has_new_time:
        session.reminded_at = None
    session.save(update_fields=[*new, "reminded_at"])
    recording.changed(session, changes, by=by, at=at, reason=reason.strip())
    if TOLD_OF & changes.keys():
        notices.moved(session, [before], by=by, at=at)
    notices.taken_off_duty(session, off_duty, by=by, at=at)
    return session


@transaction.atomic
def cancel(session: TrainingSession, *, reason: str, by: User | None, at: datetime) -> TrainingSession:
    """It is not held. Seats stay as they were, for the record, and count no more.

    Raises: NotAllowed; MissingInformation without a reason; WrongState for one that is over, or to which
    somebody came.
    """
    rights.require(by, rights.RESCHEDULE, session)
    reason = require_reason(reason)
    session = hold_planned(session)
    if SessionBooking.objects.standing().came().filter(session=session).exists():
        raise WrongState(_("The register says that somebody came. Close it instead."))
    session.state, session.reason = SessionState.CANCELLED, reason
    session.save(update_fields=["state", "reason"])
    changes = {"state": (SessionState.PLANNED, SessionState.CANCELLED)}
    recording.changed(session, changes, by=by, at=at, reason=reason)
    notices.cancelled(session, by=by, at=at)
    return session


@transaction.atomic
def hold(session: TrainingSession, *, by: User | None, at: datetime) -> TrainingSession:
    """It was held: the register is closed. Who is not marked stays unmarked, which is no absence.

    Raises: NotAllowed, unless one teaches it; WrongState for one that is over or has not begun.
    """
    require_conductor(session, rights.RESCHEDULE, by)
    session = hold_planned(session)
    if at < session.starts_at:
        raise WrongState(_("The session has not begun yet."))
    session.state = SessionState.HELD
    session.save(update_fields=["state"])
    changes = {"state": (SessionState.PLANNED, SessionState.HELD)}
    recording.changed(session, changes, by=by, at=at)
    return session


def conducts(session: TrainingSession, permission: str, by: User | None) -> bool:
    """Whether somebody teaches the session, or has the permission."""
    return by is None or by.pk == session.trainer_id or by.has_perm(permission)


def require_conductor(session: TrainingSession, permission: str, by: User | None) -> None:
    """Raises: NotAllowed."""
    if not conducts(session, permission, by):
        raise NotAllowed(_("Only who teaches the session or plans training may do that."))


def hold_alive(session: TrainingSession) -> TrainingSession:
    """The session under its lock, if it was not cancelled. Raises: WrongState.

    Locked alone, and read again: over a join PostgreSQL finds nothing once another has put in a new trainer.
    """
    rows = TrainingSession.objects.all()
    rows.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    session = rows.select_related("course", "trainer", "room").get(pk=session.pk)
    if session.state == SessionState.CANCELLED:
        raise WrongState(_("This session was cancelled."))
    return session


def hold_planned(session: TrainingSession) -> TrainingSession:
    """Raises: WrongState."""
    session = hold_alive(session)
    if session.state == SessionState.HELD:
        raise WrongState(_("This session is over."))
    return session


def _facts(plan: Plan) -> dict[str, object]:
    facts = {field.name: getattr(plan, field.name) for field in fields(plan)}
    return facts | {"url": plan.url.strip()}


def _hold_place(plan: Plan) -> Plan:
    """The plan with its room and trainer as they are now.

    Room first, then the trainer: what is planned for either is planned one after the other.
    """
    room = rooms.hold(plan.room) if plan.room is not None else None
    trainer = User.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.trainer.pk)
    return replace(plan, room=room, trainer=trainer)


def _hold_people(plan: Plan, session: TrainingSession | None = None) -> tuple[Agent | None, list[Agent]]:
    """Whoever is to teach, if he is on the staff, and those with a seat: locked together, in their order.

    So nobody is given a seat elsewhere while he is being made the trainer here.
    """
    keys = list(Agent.objects.filter(user=plan.trainer).values_list("pk", flat=True))
    seats = SessionBooking.objects.standing().filter(session=session)
    seated = set(seats.values_list("agent", flat=True)) if session is not None else set()
    people = list(Agent.objects.filter(pk__in=[*keys, *seated]).held())
    teacher = next((agent for agent in people if agent.pk in keys), None)
    return teacher, [agent for agent in people if agent.pk in seated]


def _require_recent(plan: Plan, at: datetime) -> None:
    if plan.ends_at < at - policy.ENTERED_LATE:
        _refuse_time(_("This lies too far back."), "starts_at")


def _require_unmarked(session: TrainingSession) -> None:
    """Who was marked absent at one time was not absent at another."""
    if SessionBooking.objects.standing().marked().filter(session=session).exists():
        _refuse_time(_("The register is begun: the time stays as it is."), "starts_at")


def _require_possible(plan: Plan, *, but: TrainingSession | None = None) -> None:
    """The time, the place, and that neither room nor trainer is busy then."""
    if plan.ends_at <= plan.starts_at:
        _refuse_time(_("It ends before it begins."), "ends_at")
    if plan.ends_at - plan.starts_at > policy.LONGEST_SESSION:
        hours = policy.LONGEST_SESSION.total_seconds() // 3600
        _refuse_time(_("At most %(count)d hours.") % {"count": hours}, "ends_at")
    if not plan.trainer.is_active:
        raise WrongState(_("This account is not active."), fields={"trainer": _("Choose another trainer.")})
    _require_place(plan)
    if plan.seats < 1:
        raise MissingInformation(_("At least one seat."), fields={"seats": _("At least one seat.")})
    busy = TrainingSession.objects.standing().touching(plan.starts_at, plan.ends_at).select_related("course")
    if but is not None:
        busy = busy.exclude(pk=but.pk)
    if plan.room is not None and (other := busy.filter(room=plan.room).first()):
        text = _("The room is taken: “%(course)s” %(time)s.") % {"course": other, "time": other.when}
        raise AlreadyTaken(text, fields={"room": text})
    if other := busy.filter(trainer=plan.trainer).first():
        text = _("The trainer teaches “%(course)s” %(time)s.") % {"course": other, "time": other.when}
        raise AlreadyTaken(text, fields={"trainer": text})


def _require_place(plan: Plan) -> None:
    if plan.room is None and not plan.url.strip():
        text = _("Name a room, or the address at which it is held online.")
        raise MissingInformation(text, fields={"room": text})
    if plan.url.strip():
        try:
            URLValidator(schemes=["http", "https"])(plan.url.strip())
        except ValidationError as error:
            text = _("This is not an address of the web.")
            raise WrongState(text, fields={"url": text}) from error
    if plan.room is None:
        return
    if not plan.room.is_active:
        raise WrongState(_("This room is not in use."), fields={"room": _("Choose another room.")})
    if plan.seats > plan.room.seats:
        most = _("The room has %(count)s seats.") % {"count": plan.room.seats}
        raise WrongState(most, fields={"seats": most})


def _require_trainer_free(
    teacher: Agent | None,
    plan: Plan,
    reason: str,
    *,
    by: User | None,
    but: TrainingSession | None = None,
) -> None:
    """A trainer is often on the roster, too."""
    if teacher is None:
        return
    found = clashes.clashes_of([teacher], plan.starts_at, plan.ends_at, seen_by=by, but=but)
    if final := clashes.final(found)[teacher.pk]:
        told = clashes.named([teacher], {teacher.pk: final})
        raise WrongState(told, fields={"trainer": _("Choose another trainer.")})
    if found[teacher.pk] and not reason.strip():
        _ask_for_reason(clashes.named([teacher], found))


def _require_seats_for(seated: Sequence[Agent], teacher: Agent | None, plan: Plan) -> None:
    """Those who have a seat keep it, and none of them teaches."""
    if plan.seats < len(seated):
        text = _("%(count)s seats are taken.") % {"count": len(seated)}
        raise WrongState(text, fields={"seats": text})
    if teacher in seated:
        text = _("%(agent)s has a seat in this session. Give it back first.") % {"agent": teacher}
        raise WrongState(text, fields={"trainer": text})


def _require_free(
    seated: Sequence[Agent], session: TrainingSession, plan: Plan, reason: str, *, by: User | None
) -> list[Agent]:
    """What keeps those with a seat at the new time is known; answers who of them is taken off a shift."""
    found = clashes.clashes_of(seated, plan.starts_at, plan.ends_at, seen_by=by, but=session)
    if any(clashes.final(found).values()):
        told = clashes.named(seated, clashes.final(found))
        text = _("%(clashes)s. Give these seats back first.") % {"clashes": told}
        raise WrongState(text, fields={"starts_at": text})
    if any(found.values()) and not reason.strip():
        _ask_for_reason(clashes.named(seated, found))
    return clashes.off_duty(seated, found)


def _ask_for_reason(told: str) -> None:
    text = _("%(clashes)s. Give a reason if it is to be so all the same.") % {"clashes": told}
    raise MissingInformation(text, fields={"reason": _("Give a reason.")})


def _refuse_time(text: object, field: str) -> None:
    raise WrongState(str(text), fields={field: str(text)})
