"""My schedule 我的排班: what an agent sees on a phone of his own shifts, requests and chances. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from staffing import absences
from staffing.choices import RequestState
from staffing.models import Agent, DutyAssignment, RequestShift, StaffRequest, StayOffer, Wish
from staffing.querysets import RequestQuerySet
from staffing.querysets.request import UNDECIDED
from staffing.requests import eligibility, entitlement, telling
from staffing.shifts import DAY

SHIFTS_SHOWN = 5
REQUESTS_SHOWN = 10
AHEAD = timedelta(days=35)
"""How far shifts are offered to choose from."""


@dataclass(frozen=True)
class ShiftCard:
    duty: DutyAssignment
    would_stay: bool
    is_asked_for: bool
    """It is part of a request that is not decided yet."""


@dataclass(frozen=True)
class DayCell:
    on: date
    is_in_month: bool
    is_today: bool
    shifts: list[DutyAssignment]
    is_leave: bool


@dataclass(frozen=True)
class RequestCard:
    """A request and what its reader may do with it."""

    request: StaffRequest
    matter: str
    lines: list[RequestShift]
    acts: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether there is anything to choose from."""
        return len(self.lines) > len({line.side for line in self.lines})


@dataclass(frozen=True)
class Mine:
    agent: Agent
    today: date
    shifts: list[ShiftCard]
    weeks: list[list[DayCell]]
    month: date
    asked_of_me: list[RequestCard]
    requests: list[RequestCard]
    offers: list[RequestCard]
    balance: entitlement.Balance
    wishes: list[Wish] = field(default_factory=list)

    @property
    def month_before(self) -> date:
        return (self.month - DAY).replace(day=1)

    @property
    def month_after(self) -> date:
        return (self.month + 31 * DAY).replace(day=1)


def read(agent: Agent, *, at: datetime, month: date | None = None) -> Mine:
    """The page of an agent, who comes with user, team and its department."""
    today = agent.local_date(at)
    first = (month or today).replace(day=1)
    return Mine(
        agent=agent,
        today=today,
        shifts=_shifts(agent, at),
        weeks=_weeks(agent, first, today),
        month=first,
        asked_of_me=_asked_of_me(agent),
        requests=_requests(agent),
        offers=[
            RequestCard(offer.request, telling.matter(offer.request, offer.lines), offer.lines, ("accept",))
            for offer in eligibility.offers_for(agent, at=at)
        ],
        balance=entitlement.balance_of(agent, today.year, at=at),
        wishes=list(agent.wishes.filter(on__gt=today).select_related("shift_type").order_by("on")[:20]),
    )


def shifts_ahead(agent: Agent, *, at: datetime) -> list[DutyAssignment]:
    """Those that can be swapped or given away, the soonest first; by what is published, as he knows it."""
    ahead = agent.duties.published().filter(starts_at__gt=at, on__lte=agent.local_date(at) + AHEAD)
    return list(ahead.select_related("shift_type").order_by("starts_at"))


def _shifts(agent: Agent, at: datetime) -> list[ShiftCard]:
    coming = agent.duties.published().filter(ends_at__gt=at).select_related("shift_type")
    duties = list(coming.order_by("starts_at")[:SHIFTS_SHOWN])
    stays = set(StayOffer.objects.filter(duty__in=duties).values_list("duty", flat=True))
    busy = RequestShift.objects.filter(duty__in=duties, is_dropped=False, request__state__in=UNDECIDED)
    asked = set(busy.order_by().values_list("duty", flat=True))
    return [ShiftCard(duty, duty.pk in stays, duty.pk in asked) for duty in duties]


def _weeks(agent: Agent, first: date, today: date) -> list[list[DayCell]]:
    """The weeks that hold a month, from Monday to Sunday."""
    start = first - first.weekday() * DAY
    last = (first + 31 * DAY).replace(day=1) - DAY
    end = last + (6 - last.weekday()) * DAY
    shifts: dict[date, list[DutyAssignment]] = defaultdict(list)
    duties = agent.duties.published().filter(on__range=(start, end)).select_related("shift_type")
    for duty in duties.order_by("starts_at"):
        shifts[duty.on].append(duty)
    leave = [each for each in absences.absences_of([agent], start, end) if each.is_approved]
    days = [start + number * DAY for number in range((end - start).days + 1)]
    cells = [
        DayCell(
            on=on,
            is_in_month=on.month == first.month,
            is_today=on == today,
            shifts=shifts[on],
            is_leave=any(each.first_on <= on <= each.last_on for each in leave),
        )
        for on in days
    ]
    return [cells[number : number + 7] for number in range(0, len(cells), 7)]


def _asked_of_me(agent: Agent) -> list[RequestCard]:
    """What waits for the agent's answer, and what he has taken and may still give back."""
    waiting = agent.requests_to_me.filter(state__in=UNDECIDED)
    acts = {
        RequestState.OFFERED.value: ("accept", "decline"),
        RequestState.WAITING.value: ("give_back",),
    }
    return [_card(request, acts[request.state]) for request in _with_shifts(waiting.order_by("lapses_at"))]


def _requests(agent: Agent) -> list[RequestCard]:
    own = StaffRequest.objects.filter(Q(agent=agent) | Q(counterpart=agent, state=RequestState.APPROVED))
    latest = _with_shifts(own.order_by("-asked_at", "-id"))[:REQUESTS_SHOWN]
    return [
        _card(request, ("withdraw",) if request.is_undecided and request.agent_id == agent.pk else ())
        for request in latest
    ]


def _with_shifts(requests: RequestQuerySet) -> RequestQuerySet:
    people = requests.select_related("agent__user", "counterpart__user")
    return people.prefetch_related("shifts__shift_type")


def _card(request: StaffRequest, acts: tuple[str, ...]) -> RequestCard:
    lines = [line for line in request.shifts.all() if not line.is_dropped]
    return RequestCard(request, telling.matter(request, lines), lines, acts)
