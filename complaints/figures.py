"""The department's numbers, read only: for dashboards, exports and the apps above.

What a person may see scopes every number. Nothing here walks a whole table: what is open is reached by its
partial index, what happened by a window of time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from complaints import policy
from complaints.choices import Act, Status
from complaints.models import Callback, SurveyAnswer, SurveyInvitation, Ticket, TicketEvent
from complaints.querysets import sees_all
from portal.models import User

DAY = timedelta(days=1)


@dataclass(frozen=True)
class TeamLoad:
    """The open matters of one team."""

    team_id: int
    team: str
    in_hand: int
    late: int
    due_soon: int


@dataclass(frozen=True, kw_only=True)
class OpenNow:
    """What is open at an instant. `parked` are those waiting for whom nobody qualified is on duty."""

    waiting: int
    parked: int
    late: int
    due_soon: int
    by_status: Mapping[Status, int]
    by_team: tuple[TeamLoad, ...]


@dataclass(frozen=True)
class Compared:
    """Today until now, and yesterday until the same hour."""

    today: int
    yesterday: int


@dataclass(frozen=True, kw_only=True)
class Activity:
    """How many matters came in, got an answer, were resolved."""

    received: Compared
    answered: Compared
    resolved: Compared


@dataclass(frozen=True)
class DayCount:
    on: date
    received: int
    resolved: int


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    """Survey scores, 1 to 5. A mean of nothing is None: no data, not nought."""

    answers_today: int
    mean_today: float | None
    answers: int
    mean: float | None
    satisfied: int
    invited: int
    responded: int

    @property
    def response_rate(self) -> float | None:
        return self.responded / self.invited if self.invited else None

    @property
    def satisfied_rate(self) -> float | None:
        return self.satisfied / self.answers if self.answers else None


def open_now(user: User, *, at: datetime) -> OpenNow:
    """One query."""
    rows = list(
        Ticket.objects.visible_to(user)
        .open()
        .order_by()
        .values("team", "team__name", "status")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(next_due_at__lte=at)),
            soon=Count("pk", filter=Q(next_due_at__gt=at, next_due_at__lte=at + policy.DUE_SOON)),
            parked=Count("pk", filter=Q(status=Status.NEW, parked_at__isnull=False)),
        )
    )
    by_status = Counter[Status]()
    for row in rows:
        by_status[Status(row["status"])] += row["count"]
    return OpenNow(
        waiting=by_status[Status.NEW],
        parked=sum(row["parked"] for row in rows),
        late=sum(row["late"] for row in rows),
        due_soon=sum(row["soon"] for row in rows),
        by_status=by_status,
        by_team=_by_team(rows),
    )


def activity(user: User, *, at: datetime) -> Activity:
    """Today against yesterday, each matter once a day. One query."""
    today = _midnight(at)
    rows = (
        _events(user)
        .filter(act__in=[Act.RECEIVE, Act.REPLY, Act.RESOLVE], at__gte=today - DAY, at__lte=at)
        .order_by()
        .values("act")
        .annotate(
            today=Count("ticket", distinct=True, filter=Q(at__gte=today)),
            yesterday=Count("ticket", distinct=True, filter=Q(at__lte=at - DAY)),
        )
    )
    counts = {row["act"]: Compared(row["today"], row["yesterday"]) for row in rows}
    nothing = Compared(0, 0)
    return Activity(
        received=counts.get(Act.RECEIVE, nothing),
        answered=counts.get(Act.REPLY, nothing),
        resolved=counts.get(Act.RESOLVE, nothing),
    )


def received_and_resolved(user: User, *, days: int, at: datetime) -> list[DayCount]:
    """The last days by the department's wall clock, today the last. One query."""
    first = _midnight(at) - (days - 1) * DAY
    rows = (
        _events(user)
        .filter(act__in=[Act.RECEIVE, Act.RESOLVE], at__gte=first, at__lte=at)
        .order_by()
        .values("act", on=TruncDate("at"))
        .annotate(count=Count("ticket", distinct=True))
    )
    counts = {(row["on"], row["act"]): row["count"] for row in rows}
    return [
        DayCount(on, counts.get((on, Act.RECEIVE), 0), counts.get((on, Act.RESOLVE), 0))
        for on in (first.date() + number * DAY for number in range(days))
    ]


def satisfaction(user: User, *, days: int, at: datetime) -> Satisfaction:
    """The answers of the last days and of today; and how many of those asked then have answered. Two queries.

    Source: domain.md, a survey counts when it was answered. Satisfied is policy.SURVEY_SCORE_GOOD and above.
    """
    since, today = at - days * DAY, Q(answered_at__gte=_midnight(at))
    asked = SurveyInvitation.objects.visible_to(user)
    given = SurveyAnswer.objects.filter(answered_at__gte=since, answered_at__lte=at)
    if not sees_all(user):
        given = given.filter(Exists(asked.filter(pk=OuterRef("invitation"))))
    scores = given.aggregate(
        answers=Count("pk"),
        mean=Avg("score"),
        satisfied=Count("pk", filter=Q(score__gte=policy.SURVEY_SCORE_GOOD)),
        answers_today=Count("pk", filter=today),
        mean_today=Avg("score", filter=today),
    )
    responses = asked.filter(invited_at__gte=since, invited_at__lte=at).aggregate(
        invited=Count("pk"), responded=Count("answer")
    )
    return Satisfaction(**scores, **responses)


def calls_overdue(user: User, *, at: datetime) -> int:
    """How many owed calls were not made by their time."""
    return Callback.objects.visible_to(user).due().filter(due_at__lt=at).count()


def _events(user: User) -> QuerySet[TicketEvent]:
    """The ledger, without what arrived settled: such a matter was never work."""
    return TicketEvent.objects.visible_to(user).exclude(act=Act.RECEIVE, to_status=Status.CLOSED)


def _by_team(rows: Iterable[Mapping[str, Any]]) -> tuple[TeamLoad, ...]:
    """Most late first. What belongs to no team yet is waiting, and counted there."""
    teams: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["team"] is not None:
            teams[row["team"], row["team__name"]].update({key: row[key] for key in ("count", "late", "soon")})
    loads = [
        TeamLoad(team_id, name, counts["count"], counts["late"], counts["soon"])
        for (team_id, name), counts in teams.items()
    ]
    return tuple(sorted(loads, key=lambda load: (-load.late, -load.in_hand, load.team)))


def _midnight(at: datetime) -> datetime:
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
