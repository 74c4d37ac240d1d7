"""The steps of a seat: booked for somebody or by oneself, and given back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.rights import may, require_reason
from training import rights
from training.choices import Presence
from training.models import Enrolment, SessionBooking, TrainingSession
from training.sessions import clashes, notices, scheduling
from training.sessions.clashes import Clash


@transaction.atomic
def book(
    session: TrainingSession, agents: Collection[Agent], *, by: User | None, at: datetime, reason: str = ""
) -> list[SessionBooking]:
    """Seats for some people, all or none. What they have to do at the time needs a reason, if it can be.

    Who may book for somebody is his leader or a trainer; oneself one books only a course that one has to do,
    and only where nothing stands in the way: whoever looks after him decides about his shifts.

    Raises: NotAllowed; MissingInformation for nobody, or a clash without a reason; AlreadyTaken for somebody
    who has a seat, or when there are not seats enough; WrongState for a session that has begun, somebody who
    is not employed, on leave or in another session.
    """
    session = _coming(session, at)
    people = list(Agent.objects.filter(pk__in=[agent.pk for agent in agents]).held())
    if not people:
        raise MissingInformation(_("Tick at least one person."))
    selves = _not_looked_after(people, by)
    for agent in selves:
        _require_own_course(session, agent, by)
    _require_employed(people, session.starts_at)
    _require_seats(session, people)
    found = clashes.clashes_of(people, session.starts_at, session.ends_at, seen_by=by)
    reason = "" if selves else reason.strip()
    _require_free(people, found, reason=reason)
    seats = [_seat(session, agent, reason=reason if found[agent.pk] else "", at=at) for agent in people]
    recording.changed(session, {"booked": ((), people)}, by=by, at=at, reason=reason)
    notices.booked(session, people, by=by, at=at)
    notices.taken_off_duty(session, clashes.off_duty(people, found), by=by, at=at)
    return seats


@transaction.atomic
def give_back(booking: SessionBooking, *, by: User | None, at: datetime, reason: str = "") -> SessionBooking:
    """Before the session begins, by whose seat it is, or with a reason by whoever may book for him.

    Raises: NotAllowed; MissingInformation without a reason; AlreadyTaken for one that was given back;
    WrongState for a session that has begun, or somebody whom the register has already.
    """
    session = _coming(booking.session, at)
    rows = SessionBooking.objects.select_for_update(of=("self",)).select_related("agent__user")
    booking = rows.get(pk=booking.pk)
    is_own = by is not None and by.pk == booking.agent.user_id
    if not (is_own or may(by, rights.BOOK, booking.agent)):
        raise NotAllowed(_("You may not do that for this person."))
    reason = reason.strip() if is_own else require_reason(reason)
    if booking.is_cancelled:
        raise AlreadyTaken(_("This seat was given back already."))
    if booking.presence != Presence.UNMARKED:
        text = _("%(agent)s is marked in the register already. Take the mark out first.")
        raise WrongState(text % {"agent": booking.agent})
    booking.is_cancelled, booking.reason = True, reason
    booking.save(update_fields=["is_cancelled", "reason"])
    recording.changed(session, {"booked": ([booking.agent], ())}, by=by, at=at, reason=reason)
    notices.given_back(booking, session, by=by, at=at)
    return booking


def _coming(session: TrainingSession, at: datetime) -> TrainingSession:
    session = scheduling.hold_planned(session)
    if at >= session.starts_at:
        raise WrongState(_("The session has begun. Add who came to the register instead."))
    return session


def _not_looked_after(people: Sequence[Agent], by: User | None) -> list[Agent]:
    """Those for whom this person may not book; two queries, however many they are."""
    if by is None:
        return []
    if not by.has_perm(rights.BOOK):
        return list(people)
    rows = Agent.objects.visible_to(by).filter(pk__in=[agent.pk for agent in people])
    seen = set(rows.values_list("pk", flat=True))
    return [agent for agent in people if agent.pk not in seen]


def _require_own_course(session: TrainingSession, agent: Agent, by: User | None) -> None:
    mine = Enrolment.objects.unfinished().filter(agent=agent, course=session.course_id)
    if by is None or by.pk != agent.user_id or not mine.exists():
        raise NotAllowed(_("You may not do that for this person."))


def _require_employed(people: Sequence[Agent], on: datetime) -> None:
    for agent in people:
        if not agent.is_employed(agent.local_date(on)):
            raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})


def _require_seats(session: TrainingSession, people: Sequence[Agent]) -> None:
    taken = SessionBooking.objects.standing().filter(session=session)
    booked = taken.filter(agent__in=people).select_related("agent__user")
    if names := [str(seat.agent) for seat in booked]:
        raise AlreadyTaken(_("%(names)s: has a seat already.") % {"names": ", ".join(names)})
    free = session.seats - taken.count()
    if len(people) > free:
        facts = {"free": max(free, 0), "wanted": len(people)}
        raise AlreadyTaken(_("%(free)s seats are free, and %(wanted)s are wanted.") % facts)


def _require_free(people: Sequence[Agent], found: Mapping[int, Sequence[Clash]], *, reason: str) -> None:
    final = clashes.final(found)
    if any(final.values()):
        raise WrongState(_("Not possible. %(clashes)s.") % {"clashes": clashes.named(people, final)})
    if any(found.values()) and not reason:
        told = clashes.named(people, found)
        text = _("%(clashes)s. Give a reason if it is to be so all the same.") % {"clashes": told}
        raise MissingInformation(text, fields={"reason": _("Give a reason.")})


def _seat(session: TrainingSession, agent: Agent, *, reason: str, at: datetime) -> SessionBooking:
    """A seat that was given back is taken again: there is one row for each person."""
    facts = {"is_cancelled": False, "is_walk_in": False, "reason": reason, "booked_at": at}
    seat, _is_new = SessionBooking.objects.update_or_create(session=session, agent=agent, defaults=facts)
    return seat
