"""The register of a session: who was there. What is not marked stays so, and is no absence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.choices import AuditAction
from portal.errors import AlreadyTaken, NotAllowed, Stale, WrongState
from portal.models import User
from staffing.models import Agent
from staffing.rights import require_reason
from training import rights
from training.choices import Presence, SessionState
from training.courses import progress
from training.models import SessionBooking, TrainingSession
from training.querysets.course import SessionBookingQuerySet
from training.sessions import scheduling

OPENS = timedelta(minutes=30)
"""So long before the beginning whoever is there already may be marked."""

NOT_THERE = (Presence.ABSENT, Presence.EXCUSED)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is to stand in a line, and what stood there when it was read."""

    presence: Presence
    seen: Presence
    note: str = ""
    seen_note: str = ""


@transaction.atomic
def mark(
    session: TrainingSession,
    marks: Mapping[int, Mark],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> int:
    """Save the register, by the key of the seat; answers of how many lines were written.

    What of a line was not touched is not written, so two who mark do not undo each other.

    Raises: NotAllowed for a seat that one may not mark; Stale for a line that somebody else has marked
    otherwise since; MissingInformation without a reason once the register is closed; WrongState for a session
    that was cancelled or has not begun.
    """
    session = _open(session, by=by, at=at)
    rows = markable(session, by).select_for_update(of=("self",)).select_related("agent__user")
    seats = {seat.pk: seat for seat in rows.filter(pk__in=marks.keys())}
    if len(seats) < len(marks):
        raise NotAllowed(_("You may not do that for this person."))
    before = {seat.pk: (Presence(seat.presence), seat.note) for seat in seats.values()}
    written = [seat for key, seat in seats.items() if _write(seat, marks[key], by=by, at=at)]
    if not written:
        return 0
    if session.state == SessionState.HELD:
        reason = require_reason(reason)
    SessionBooking.objects.bulk_update(written, ["presence", "note", "marked_at", "marked_by"])
    _record(session, written, before, by=by, at=at, reason=reason)
    for seat in sorted(written, key=lambda seat: seat.agent_id):  # As every register does.
        if seat.presence != before[seat.pk][0]:
            progress.settle_for(seat.agent, session.course, at=at)
    return len(written)


@transaction.atomic
def walk_in(
    session: TrainingSession, agent: Agent, *, by: User | None, at: datetime, reason: str = ""
) -> SessionBooking:
    """Somebody came without a seat: he is present. Seats of those who are marked absent are free for him.

    Raises: NotAllowed; AlreadyTaken for somebody who has a seat, or a full room; MissingInformation without a
    reason once the register is closed; WrongState as for `mark`, for somebody who is not employed, or who
    teaches the session himself.
    """
    session = _open(session, by=by, at=at)
    if by is not None and not Agent.objects.visible_to(by).filter(pk=agent.pk).exists():
        raise NotAllowed(_("You may not do that for this person."))
    if session.state == SessionState.HELD:
        reason = require_reason(reason)
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    if not agent.is_employed(agent.local_date(session.starts_at)):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})
    if agent.user_id == session.trainer_id:
        raise WrongState(_("Whoever teaches the session is not one of those who learn."))
    seats = SessionBooking.objects.standing().filter(session=session)
    if seats.filter(agent=agent).exists():
        raise AlreadyTaken(_("%(names)s: has a seat already.") % {"names": agent})
    if seats.exclude(presence__in=NOT_THERE).count() >= session.seats:
        raise AlreadyTaken(_("All seats are taken. Mark first who is absent."))
    facts = {
        "is_cancelled": False, "is_walk_in": True, "presence": Presence.PRESENT, "reason": reason.strip(),
        "booked_at": at, "marked_at": at, "marked_by": by,
    }  # fmt: skip
    seat, _is_new = SessionBooking.objects.update_or_create(session=session, agent=agent, defaults=facts)
    before = {seat.pk: (Presence.UNMARKED, seat.note)}
    _record(session, [seat], before, by=by, at=at, reason=reason)
    progress.settle_for(agent, session.course, at=at)
    return seat


def markable(session: TrainingSession, by: User | None) -> SessionBookingQuerySet:
    """The lines of the register that somebody may write: all for whoever teaches it, else those he sees."""
    rows = SessionBooking.objects.standing().filter(session=session)
    if by is None:
        return rows
    if not scheduling.conducts(session, rights.MARK_ATTENDANCE, by):
        return rows.none()
    return rows.visible_to(by)


def _open(session: TrainingSession, *, by: User | None, at: datetime) -> TrainingSession:
    session = scheduling.hold_alive(session)
    scheduling.require_conductor(session, rights.MARK_ATTENDANCE, by)
    if at < session.starts_at - OPENS:
        raise WrongState(_("The session has not begun yet."))
    return session


def _write(seat: SessionBooking, given: Mark, *, by: User | None, at: datetime) -> bool:
    """Whether the line is another one now. Mark and note are each written only if they were touched."""
    note, seen_note, presence = given.note.strip(), given.seen_note.strip(), Presence(seat.presence)
    if given.presence != given.seen:
        if presence not in (given.seen, given.presence):
            facts = {"agent": seat.agent, "mark": seat.get_presence_display()}
            raise Stale(_("%(agent)s was marked “%(mark)s” by somebody else. Look again.") % facts)
        presence = given.presence
    if note == seen_note:
        note = seat.note
    elif seat.note not in (seen_note, note):
        facts = {"agent": seat.agent, "note": seat.note}
        raise Stale(_("Somebody else has noted of %(agent)s: “%(note)s”. Look again.") % facts)
    if (presence, note) == (seat.presence, seat.note):
        return False
    seat.presence, seat.note = presence, note
    is_marked = presence != Presence.UNMARKED
    seat.marked_at, seat.marked_by = (at, by) if is_marked else (None, None)
    return True


def _record(
    session: TrainingSession,
    written: Sequence[SessionBooking],
    before: Mapping[int, tuple[Presence, str]],
    *,
    by: User | None,
    at: datetime,
    reason: str,
) -> None:
    """One row for all lines, with what each was before; by staff number, too, since two may have one name."""
    changes: dict[str, dict[str, list[str]]] = {"presence": {}, "note": {}}
    for seat in written:
        for name, old, new in zip(changes, before[seat.pk], (seat.presence, seat.note), strict=True):
            if old != new:
                changes[name][f"{seat.agent} {seat.agent.staff_no}"] = [str(old), str(new)]
    told = {name: lines for name, lines in changes.items() if lines}
    audit.record(AuditAction.CHANGE, session, by=by, at=at, changes=told, reason=reason.strip())
