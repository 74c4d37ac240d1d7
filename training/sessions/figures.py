"""Read-only numbers of sessions: who took part in what he had to, and what one comes to next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import make_aware

from staffing.models import Agent
from training.choices import Presence, SessionState
from training.models import SessionBooking, TrainingSession


@dataclass(frozen=True, kw_only=True)
class Participation:
    """Seats of a span by what became of them.

    Required are those marked present, late or absent; excused ones are not, nor those that nobody marked.
    """

    present: int
    late: int
    absent: int
    excused: int
    unmarked: int
    planned: int

    @property
    def attended(self) -> int:
        return self.present + self.late

    @property
    def required(self) -> int:
        return self.attended + self.absent

    @property
    def rate(self) -> float | None:
        """Sessions attended out of those required, 0 to 1; None where nothing was required.

        Source: domain.md, indicator training_participation.
        """
        return self.attended / self.required if self.required else None

    @property
    def percent(self) -> str:
        """For people: 75 %, or a dash."""
        return "–" if self.rate is None else f"{self.rate:.0%}"

    def __add__(self, other: "Participation") -> "Participation":
        return Participation(**{name: getattr(self, name) + getattr(other, name) for name in FIELDS})


FIELDS = ("present", "late", "absent", "excused", "unmarked", "planned")
NOTHING = Participation(**dict.fromkeys(FIELDS, 0))


@dataclass(frozen=True, kw_only=True)
class OfAgent:
    agent: Agent
    participation: Participation


@dataclass(frozen=True, kw_only=True)
class OfTeam:
    name: str
    agents: Sequence[OfAgent]
    participation: Participation


def participation(agents: QuerySet[Agent], first_on: date, last_on: date, *, at: datetime) -> list[OfTeam]:
    """Of some people, in the sessions that begin on the days of a span, both included. One query.

    Who had no seat is not among them. A session is over once it has ended, with its
    register closed or not.
    """
    mine = Q(
        training_bookings__is_cancelled=False,
        training_bookings__session__starts_at__range=span(first_on, last_on),
    ) & ~Q(training_bookings__session__state=SessionState.CANCELLED)
    is_over = Q(training_bookings__session__state=SessionState.HELD) | Q(
        training_bookings__session__ends_at__lte=at
    )
    counts = {f"n_{presence}": _count(mine, presence) for presence in _MARKS}
    rows = agents.annotate(
        n_all=Count("training_bookings", filter=mine),
        n_unmarked=_count(mine & is_over, Presence.UNMARKED),
        n_planned=_count(mine & ~is_over, Presence.UNMARKED),
        **counts,
    )
    seated = rows.filter(n_all__gt=0).select_related("user", "team")
    seated = seated.order_by("team__name", "team_id", "user__name", "pk")
    people = [OfAgent(agent=row, participation=_of(row)) for row in seated]
    return [_team(list(members)) for _team_id, members in groupby(people, lambda one: one.agent.team_id)]


def total(teams: Iterable[OfTeam]) -> Participation:
    return sum((team.participation for team in teams), NOTHING)


def own(agent: Agent, at: datetime) -> list[SessionBooking]:
    """The sessions somebody comes to next, the first one first. One query."""
    seats = SessionBooking.objects.filter(
        agent=agent, is_cancelled=False, session__state=SessionState.PLANNED, session__ends_at__gt=at
    )
    rows = seats.select_related("session__course", "session__room", "session__trainer")
    return list(rows.order_by("session__starts_at", "pk"))


def taught_by(user_id: int, at: datetime) -> list[TrainingSession]:
    """What somebody teaches next, with the seats taken, and what is over but whose register is open."""
    sessions = TrainingSession.objects.planned().filter(trainer=user_id, ends_at__gt=at - timedelta(days=14))
    rows = sessions.with_seats_taken().select_related("course", "room")
    return list(rows.order_by("starts_at", "pk"))


_MARKS = (Presence.PRESENT, Presence.LATE, Presence.ABSENT, Presence.EXCUSED)


def _count(seats: Q, presence: str) -> Count:
    return Count("training_bookings", filter=seats & Q(training_bookings__presence=presence))


def _of(row: Agent) -> Participation:
    return Participation(**{name: getattr(row, f"n_{name}") for name in FIELDS})


def _team(members: Sequence[OfAgent]) -> OfTeam:
    whole = sum((one.participation for one in members), NOTHING)
    return OfTeam(name=members[0].agent.team.name, agents=members, participation=whole)


def span(first_on: date, last_on: date) -> tuple[datetime, datetime]:
    """The first and the last instant of some days."""
    return make_aware(datetime.combine(first_on, time.min)), make_aware(datetime.combine(last_on, time.max))
