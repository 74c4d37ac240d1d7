"""Who is told what about a session, each in his own language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.errors import Text
from portal.models import User
from staffing.models import Agent, Team
from staffing.notices import supervisors_of, tell
from training.models import SessionBooking, TrainingSession
from training.querysets.course import SessionBookingQuerySet


def to_teach(session: TrainingSession, *, at: datetime) -> None:
    text = _("You teach “%(course)s” on %(time)s, %(place)s")
    _of(session, [session.trainer], f"session-teach:{session.pk}", text, at=at)


def booked(session: TrainingSession, people: Iterable[Agent], *, by: User | None, at: datetime) -> None:
    """Whoever booked for himself knows it."""
    users = [agent.user for agent in people if by is None or agent.user_id != by.pk]
    text = _("You have a seat in “%(course)s” on %(time)s, %(place)s")
    _of(session, users, f"session-seat:{session.pk}:{_moment(at)}", text, at=at)


def taken_off_duty(
    session: TrainingSession, people: Sequence[Agent], *, by: User | None, at: datetime
) -> None:
    """Those who look after a team learn who of it is away from a shift; one line for each team."""
    for team, members in groupby(sorted(people, key=_team_key), key=lambda agent: agent.team):
        _tell_leaders(session, team, list(members), by=by, at=at)


def given_back(booking: SessionBooking, session: TrainingSession, *, by: User | None, at: datetime) -> None:
    """Given back by himself, the trainer is told; taken from him, he is."""
    key = f"session-back:{booking.pk}:{_moment(at)}"
    if by is not None and by.pk == booking.agent.user_id:
        text = _("%(agent)s does not come to “%(course)s” on %(time)s")
        _of(session, [session.trainer], key, text, at=at, agent=booking.agent)
    else:
        text = _("Your seat in “%(course)s” on %(time)s was given back: %(reason)s")
        _of(session, [booking.agent.user], key, text, at=at, reason=booking.reason)


def moved(session: TrainingSession, others: Iterable[User], *, by: User | None, at: datetime) -> None:
    """Everybody with a seat, whoever teaches it, and who taught it before."""
    people = [*_with_seats(session), session.trainer, *others]
    text = _("“%(course)s” is changed: %(time)s, %(place)s, with %(trainer)s")
    _of(session, _but(people, by), f"session-moved:{session.pk}:{_moment(at)}", text, at=at)


def cancelled(session: TrainingSession, *, by: User | None, at: datetime) -> None:
    people = _but([*_seat_holders(session), session.trainer], by)
    text = _("“%(course)s” on %(time)s is cancelled: %(reason)s")
    _of(session, people, f"session-cancelled:{session.pk}", text, at=at, reason=session.reason)


def reminded(session: TrainingSession, *, at: datetime) -> None:
    key = f"session-soon:{session.pk}:{_moment(session.starts_at)}"
    text = _("Soon: “%(course)s” on %(time)s, %(place)s")
    _of(session, [*_with_seats(session), session.trainer], key, text, at=at)


def _tell_leaders(
    session: TrainingSession, team: Team, members: Sequence[Agent], *, by: User | None, at: datetime
) -> None:
    text = ngettext_lazy(
        "%(names)s is in training “%(course)s” during a shift, %(time)s",
        "%(names)s are in training “%(course)s” during their shifts, %(time)s",
        len(members),
    )
    key = f"session-off-duty:{session.pk}:{team.pk}:{_moment(at)}"
    names = ", ".join(str(agent) for agent in members)
    _of(session, _but(supervisors_of(team), by), key, text, at=at, names=names)


def _of(
    session: TrainingSession,
    people: Iterable[User],
    key: str,
    text: Text,
    *,
    at: datetime,
    **facts: object,
) -> None:
    told = {
        "course": session.course,
        "time": session.when,
        "place": session.place,
        "trainer": session.trainer,
        **facts,
    }
    link = reverse("admin:training_trainingsession_change", args=[session.pk])
    tell(people, key, lambda: str(text % told), link=link, at=at)


def _with_seats(session: TrainingSession) -> list[User]:
    return list(User.objects.filter(agent__training_bookings__in=_seats(session)))


def _seat_holders(session: TrainingSession) -> list[User]:
    """Of a session that was just cancelled, whose seats count no more."""
    return list(User.objects.filter(agent__training_bookings__in=session.bookings.filter(is_cancelled=False)))


def _seats(session: TrainingSession) -> SessionBookingQuerySet:
    return SessionBooking.objects.standing().filter(session=session)


def _but(people: Iterable[User], by: User | None) -> list[User]:
    return [user for user in people if by is None or user.pk != by.pk]


def _team_key(agent: Agent) -> int:
    return agent.team_id


def _moment(at: datetime) -> str:
    """In a key: the same may be told again at another time."""
    return f"{at.timestamp():.0f}"
