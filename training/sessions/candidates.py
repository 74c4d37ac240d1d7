"""Who could take a seat: those who have the course to do, with what keeps them at the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from portal.models import User
from staffing.models import Agent
from training.models import Enrolment, SessionBooking, TrainingSession
from training.sessions.clashes import Clash, clashes_of

MOST = 500
"""Nobody ticks more names than that on one page; those who are due first come first."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who has the course to do. `elsewhere` is another session of it in which he has a seat."""

    agent: Agent
    due_on: date
    clashes: Sequence[Clash]
    elsewhere: TrainingSession | None

    @property
    def is_barred(self) -> bool:
        return any(clash.is_final for clash in self.clashes)

    @property
    def is_free(self) -> bool:
        return not self.clashes and self.elsewhere is None


def candidates(session: TrainingSession, *, by: User, at: datetime) -> list[Candidate]:
    """Those whom this person looks after: first who is free, then whom a reason frees, then the barred.

    Among them whoever has to be done first. Seven queries, however many they are.
    """
    rows = _enrolments(session, by)
    agents = [enrolment.agent for enrolment in rows]
    found = clashes_of(agents, session.starts_at, session.ends_at, seen_by=by)
    seats = _other_seats(session, agents, at)
    people = [
        Candidate(
            agent=row.agent,
            due_on=row.due_on,
            clashes=found[row.agent_id],
            elsewhere=seats.get(row.agent_id),
        )
        for row in rows
    ]
    return sorted(people, key=lambda one: (one.is_barred, not one.is_free))


def open_to(agent: Agent, at: datetime) -> list[TrainingSession]:
    """Coming sessions with seats left, of courses that somebody has to do and has no seat for. One query.

    What keeps him at the time is asked when he books.
    """
    to_do = Enrolment.objects.unfinished().filter(agent=agent).values("course")
    has_seat = SessionBooking.objects.standing().filter(
        agent=agent, session__course=OuterRef("course"), session__ends_at__gt=at
    )
    sessions = TrainingSession.objects.planned().filter(starts_at__gt=at, course__in=to_do)
    free = sessions.filter(~Exists(has_seat)).with_seats_free()
    rows = free.select_related("course", "room", "trainer").order_by("starts_at", "pk")
    return list(rows[:MOST])


def _enrolments(session: TrainingSession, by: User) -> list[Enrolment]:
    here = SessionBooking.objects.standing().filter(session=session, agent=OuterRef("agent"))
    rows = Enrolment.objects.unfinished().filter(~Exists(here), course=session.course_id)
    employed = Agent.objects.visible_to(by).employed(localdate(session.starts_at))
    rows = rows.filter(agent__in=employed).select_related("agent__user", "agent__team__department")
    return list(rows.order_by("due_on", "agent__team__name", "agent__user__name", "pk")[:MOST])


def _other_seats(
    session: TrainingSession, agents: Sequence[Agent], at: datetime
) -> dict[int, TrainingSession]:
    seats = SessionBooking.objects.standing().filter(
        agent__in=agents, session__course=session.course_id, session__ends_at__gt=at
    )
    rows = seats.exclude(session=session).select_related("session__course", "session__room")
    return {seat.agent_id: seat.session for seat in rows.order_by("-session__starts_at")}
