"""Where a peak plan meets the demand: what it tells the forecast, and what it is measured by afterwards.

To be wired once contacts are counted and forecast (the demand room may import this one):

1. Uplift. `uplifts_of(plan)` gives a plan's phases as spans with a factor; `plans.approve` should make a
   demand event of each (name, first and last day, factor), `plans.send_back` take them away again.
2. Contacts. Call `provide_contacts(provider)` once, with a function

       provider(teams, starts_at, ends_at) -> {begin of the half hour: Contacts(forecast, actual, required)}

   over the service lines of these teams: forecast and actual contacts, and people required to be there
   (before shrinkage), each summed over the lines; None where nothing is known. Keys are aware instants, as
   `uplift.half_hours` gives them. Until then these columns are empty; rostered and present are real.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db.models import Q

from staffing import policy
from staffing.models import Attendance, DutyAssignment, PeakPlan, Team
from staffing.peaks import uplift


@dataclass(frozen=True)
class Uplift:
    first_on: date
    last_on: date
    factor: Decimal


@dataclass(frozen=True)
class Contacts:
    """Of one half hour."""

    forecast: int | None = None
    actual: int | None = None
    required: int | None = None


@dataclass(frozen=True)
class HalfHour:
    """Plan against actual. `present` is None for what has not passed yet."""

    starts_at: datetime
    forecast: int | None
    actual: int | None
    required: int | None
    rostered: int
    present: int | None

    @property
    def missing(self) -> int:
        """How many fewer were there than required, or than rostered where nobody knows what it took."""
        wanted = self.rostered if self.required is None else self.required
        return 0 if self.present is None else max(0, wanted - self.present)


Provider = Callable[[Sequence[Team], datetime, datetime], Mapping[datetime, Contacts]]


def _nothing_known(
    _teams: Sequence[Team], _starts_at: datetime, _ends_at: datetime
) -> Mapping[datetime, Contacts]:
    return {}


_provider: list[Provider] = [_nothing_known]


def provide_contacts(provider: Provider) -> Provider:
    """From now on contacts come from it; answers the one before."""
    before, _provider[0] = _provider[0], provider
    return before


def uplifts_of(plan: PeakPlan) -> list[Uplift]:
    return [Uplift(phase.first_on, phase.last_on, phase.factor) for phase in plan.phases.all()]


def teams_of(plan: PeakPlan) -> list[Team]:
    """Those named, or all of the department."""
    return list(plan.teams.all()) or list(plan.department.teams.all())


def plan_against_actual(
    plan: PeakPlan, on: date, *, at: datetime, teams: Sequence[Team] | None = None
) -> list[HalfHour]:
    """Each half hour of a day, by the clock of the department's place: who was to be there, and who was.

    People of the plan's teams, and those whom others lend. Three queries, and the provider's.
    """
    teams = teams_of(plan) if teams is None else teams
    zone = plan.department.zone
    starts_at = datetime.combine(on, time.min, zone).astimezone(UTC)
    ends_at = datetime.combine(on + uplift.DAY, time.min, zone).astimezone(UTC)
    lent = list(plan.needs.exclude(people=None).values_list("people", flat=True))
    whose = Q(agent__team__in=teams) | Q(agent__in=lent)
    duties = DutyAssignment.objects.published().filter(whose).touching(starts_at, ends_at)
    stays = Attendance.objects.filter(whose, signed_in_at__gt=starts_at - policy.LONGEST_ATTENDANCE)
    half_hours = uplift.half_hours(starts_at, ends_at)
    rostered = uplift.count_in_each(half_hours, duties.values_list("starts_at", "ends_at"))
    present = uplift.count_in_each(
        half_hours,
        [
            (signed_in_at, signed_out_at or at)
            for signed_in_at, signed_out_at in stays.touching(starts_at, ends_at).values_list(
                "signed_in_at", "signed_out_at"
            )
        ],
    )
    known = _provider[0](teams, starts_at, ends_at)
    return [
        HalfHour(
            starts_at=start.astimezone(zone),
            forecast=contacts.forecast,
            actual=contacts.actual,
            required=contacts.required,
            rostered=rostered[start],
            present=present[start] if start + uplift.HALF_HOUR <= at else None,
        )
        for start in half_hours
        for contacts in (known.get(start, Contacts()),)
    ]
