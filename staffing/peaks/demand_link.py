"""Where a peak plan meets the demand: what it tells the forecast, and what it is measured by afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Q, Sum

from staffing import policy, recording
from staffing.choices import DemandEventKind
from staffing.demand import events
from staffing.models import (
    Attendance,
    ContactVolume,
    DemandEvent,
    DutyAssignment,
    PeakPlan,
    RequiredStaff,
    Team,
)
from staffing.peaks import uplift

LONGEST_NAME = 60


@dataclass(frozen=True)
class Contacts:
    """Of one half hour."""

    forecast: int | None = None
    actual: int | None = None
    required: int | None = None


@dataclass(frozen=True)
class HalfHour:
    """Plan against actual. `actual` and `present` are None for what has not passed yet."""

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


def declare_events(plan: PeakPlan, *, at: datetime) -> None:
    """Forecasts made from now on know the phases of an approved plan, for each of its teams."""
    for phase in plan.phases.all():
        made = [
            events.declare(
                name=f"{plan.name} {phase.get_kind_display()}"[:LONGEST_NAME],
                kind=DemandEventKind.PEAK,
                first_on=phase.first_on,
                last_on=phase.last_on,
                factor=float(phase.factor),
                team=team,
                by=None,
                at=at,
            )
            for team in teams_of(plan)
        ]
        phase.events.set(made)


def withdraw_events(plan: PeakPlan, *, at: datetime) -> None:
    """What a plan sent back had told the forecast no longer counts."""
    for event in DemandEvent.objects.filter(peak_phases__plan=plan).distinct():
        recording.removed(event, by=None, at=at)
        event.delete()


def contacts_of(teams: Sequence[Team], starts_at: datetime, ends_at: datetime) -> dict[datetime, Contacts]:
    """Forecast, counted, and required to be at work, by half hour, all lines of the teams together.

    On a day of which anything was counted, a half hour without a row had no contact. Two queries.
    """
    span = {"line__team__in": teams, "line__is_active": True, "starts_at__gte": starts_at}
    required = RequiredStaff.objects.filter(**span, starts_at__lt=ends_at).order_by().values("starts_at")
    counted = ContactVolume.objects.filter(**span, starts_at__lt=ends_at).order_by().values("starts_at")
    wanted = {row["starts_at"]: row for row in required.annotate(came=Sum("contacts"), heads=Sum("agents"))}
    came = {row["starts_at"]: row["came"] for row in counted.annotate(came=Sum("contacts"))}
    return {
        start: Contacts(
            forecast=round(wanted[start]["came"]) if start in wanted else None,
            actual=came.get(start, 0) if came else None,
            required=wanted[start]["heads"] if start in wanted else None,
        )
        for start in uplift.half_hours(starts_at, ends_at)
    }


def teams_of(plan: PeakPlan) -> list[Team]:
    """Those named, or all of the department."""
    return list(plan.teams.all()) or list(plan.department.teams.all())


def plan_against_actual(
    plan: PeakPlan, on: date, *, at: datetime, teams: Sequence[Team] | None = None
) -> list[HalfHour]:
    """Each half hour of a day, by the clock of the department's place: who was to be there, and who was.

    People of the plan's teams, and those whom others lend. Five queries.
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
    known = contacts_of(teams, starts_at, ends_at)
    return [
        HalfHour(
            starts_at=start.astimezone(zone),
            forecast=contacts.forecast,
            actual=contacts.actual if is_over else None,
            required=contacts.required,
            rostered=rostered[start],
            present=present[start] if is_over else None,
        )
        for start in half_hours
        for is_over in (start + uplift.HALF_HOUR <= at,)
        for contacts in (known.get(start, Contacts()),)
    ]
