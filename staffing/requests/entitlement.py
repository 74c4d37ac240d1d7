"""What leave counts, and what is left of it: annual days by years of service, time off by overtime worked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum

from staffing import policy, rule_checks, workdays
from staffing.choices import LeaveKind, RequestKind, RequestState, ShiftSide
from staffing.labour.facts import DayFacts, Worker, dates, minutes
from staffing.labour.hours import statutory_minutes
from staffing.models import Agent, DutyAssignment, LeaveEntitlement, RequestShift, Roster, StaffRequest
from staffing.querysets import RequestQuerySet
from staffing.shifts import DAY

DAY_MINUTES = minutes(policy.WORKING_DAY)
LIMITED = (LeaveKind.ANNUAL, LeaveKind.COMPENSATORY)
"""Of these nobody has more than is left; the others are a matter of proof."""


@dataclass(frozen=True)
class Balance:
    """Units: minutes; `annual` are those of the whole year, the others what is left now."""

    year: int
    annual: int
    annual_left: int
    time_off_left: int

    def left(self, kind: LeaveKind) -> int | None:
        """None where nothing is counted down."""
        limits = {LeaveKind.ANNUAL: self.annual_left, LeaveKind.COMPENSATORY: self.time_off_left}
        return limits.get(kind)

    @property
    def annual_days(self) -> float:
        return self.annual / DAY_MINUTES

    @property
    def annual_days_left(self) -> float:
        return self.annual_left / DAY_MINUTES

    @property
    def time_off_hours_left(self) -> float:
        return self.time_off_left / 60


def days_of_service(joined_on: date, on: date) -> int:
    """The days of annual leave a year that somebody has on a day."""
    years = on.year - joined_on.year - ((on.month, on.day) < (joined_on.month, joined_on.day))
    return next((days for least, days in policy.ANNUAL_LEAVE if years >= least), 0)


def balance_of(agent: Agent, year: int, *, at: datetime, without: StaffRequest | None = None) -> Balance:
    """What is left for a year, what waits for approval being taken already; `without` one request."""
    known = LeaveEntitlement.objects.filter(agent=agent, year=year).first()
    last_on = date(year, 12, 31)
    days = known.days if known else days_of_service(agent.joined_on, last_on)
    annual = round(float(days) * DAY_MINUTES)
    own = agent.requests.leave()
    if without is not None:
        own = own.exclude(pk=without.pk)
    in_year = own.filter(leave_kind=LeaveKind.ANNUAL, first_on__year=year)
    return Balance(
        year=year,
        annual=annual,
        annual_left=annual - _total(in_year),
        time_off_left=earned(agent, at=at) - _total(own.filter(leave_kind=LeaveKind.COMPENSATORY)),
    )


def earned(agent: Agent, *, at: datetime) -> int:
    """Minutes of approved overtime that is worked; what lies on a statutory holiday is paid, not given back.

    Source: Labour Law, Art. 44.
    """
    lines = RequestShift.objects.filter(
        request__agent=agent,
        request__kind=RequestKind.OVERTIME,
        request__state=RequestState.APPROVED,
        side=ShiftSide.TAKEN,
        made__in=DutyAssignment.objects.published().filter(agent=agent, ends_at__lte=at),
    )
    worked = [line.made for line in lines.select_related("made__shift_type") if line.made]
    if not worked:
        return 0
    calendar = _calendar_of(agent, worked[0].on, worked[-1].on + DAY)  # A night runs into the next day.
    worker = Worker(agent.pk, str(agent), agent.zone, calendar=calendar)
    shifts = [rule_checks.shift_of(duty) for duty in worked]
    return sum(shift.paid_minutes - statutory_minutes(worker, shift) for shift in shifts)


def counted(agent: Agent, first_on: date, last_on: date, *, hours: tuple[time, time] | None = None) -> int:
    """The working minutes that leave takes: of each day of work one day, of a day off nothing.

    Where a roster is out it says which days are worked; elsewhere the calendar, make-up workdays included.
    """
    if hours is not None:
        length = timedelta(hours=hours[1].hour, minutes=hours[1].minute)
        length -= timedelta(hours=hours[0].hour, minutes=hours[0].minute)
        return min(minutes(length), DAY_MINUTES)
    calendar = _calendar_of(agent, first_on, last_on)
    planned = DutyAssignment.objects.published().filter(agent=agent, on__range=(first_on, last_on))
    on_duty = set(planned.order_by().values_list("on", flat=True))
    rosters = list(Roster.objects.published().touching(first_on, last_on).filter(team=agent.team_id))
    return DAY_MINUTES * sum(
        on in on_duty
        or (
            calendar.nature(on).is_worked
            and not any(roster.first_on <= on <= roster.last_on for roster in rosters)
        )
        for on in dates(first_on, last_on)
    )


def _calendar_of(agent: Agent, first_on: date, last_on: date) -> DayFacts:
    return workdays.facts_of([agent.team], first_on, last_on)[agent.team_id]


def _total(requests: RequestQuerySet) -> int:
    return requests.aggregate(total=Sum("counted_minutes"))["total"] or 0
