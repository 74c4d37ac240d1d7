"""The steps of looking ahead: a forecast of a line, and whom it needs; a number set by hand stays."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, WrongState
from portal.models import User
from staffing import policy, recording, rights
from staffing.demand import backtesting, days, half_hours, history, requirement
from staffing.demand.forecasting import METHOD, History, Profile, fit
from staffing.demand.requirement import Requirement, Target
from staffing.models import Forecast, RequiredStaff, ServiceLine

HALF_HOUR_SECONDS = 1800
WRITTEN = ("forecast", "on", "contacts", "handling_seconds", "agents", "scheduled")
"""What a new forecast writes over; `override` stays."""


@transaction.atomic
def forecast(line: ServiceLine, *, first_on: date, last_on: date, by: User | None, at: datetime) -> Forecast:
    """Forecast a span from all days that are over, and write whom each of its half hours needs.

    Raises: NotAllowed; MissingInformation for a span that is none, or too long; WrongState while fewer than
    policy.FORECAST_NEEDS_DAYS days were counted.
    """
    line = held(line, by)
    _require_span(first_on, last_on)
    past = history.of(line, before=at.astimezone(line.team.department.zone).date())
    if len(past.days) < policy.FORECAST_NEEDS_DAYS:
        raise WrongState(
            _("A forecast needs %(needed)s counted days; of “%(line)s” there are %(known)s.")
            % {"needed": policy.FORECAST_NEEDS_DAYS, "line": line, "known": len(past.days)}
        )
    own, naive = backtesting.total(backtesting.by_week(past, weeks=policy.BACKTEST_WEEKS))
    made = Forecast.objects.create(
        line=line, made_at=at, by=by, first_on=first_on, last_on=last_on, days_known=len(past.days),
        method=METHOD, error=own, naive_error=naive,
    )  # fmt: skip
    try:
        write(line, made, past)
    except ValueError as error:
        text = _("The volumes of “%(line)s” are beyond all measure. Correct them first.")
        raise WrongState(text % {"line": line}) from error
    recording.added(made, {"first_on": first_on, "last_on": last_on, "error": own}, by=by, at=at)
    return made


@transaction.atomic
def set_by_hand(
    line: ServiceLine,
    *,
    on: date,
    slots: Sequence[int],
    agents: int | None,
    reason: str,
    by: User | None,
    at: datetime,
) -> int:
    """Say how many agents some half hours of a day need, or with None that the forecast says it again.

    Raises: NotAllowed; MissingInformation without a reason; WrongState where nothing is forecast.
    """
    reason = rights.require_reason(reason)
    line = held(line, by)
    wanted = [
        starts_at for slot, starts_at in half_hours.starts(on, line.team.department.zone) if slot in slots
    ]
    rows = list(line.required.filter(starts_at__in=wanted))
    if not rows:
        raise WrongState(_("Nothing is forecast for these half hours. Forecast the days first."))
    before = sorted({row.needed for row in rows})
    line.required.filter(pk__in=[row.pk for row in rows]).update(override=agents)
    changes = {f"{on} {half_hours.label(min(slots))}": (before, agents)}
    recording.changed(line, changes, by=by, at=at, reason=reason)
    return len(rows)


def keep_ahead(at: datetime) -> int:
    """Forecast anew each line whose last forecast is not of today; answers how many.

    Derived from the forecasts themselves, so that a day on which nothing ran is made up for.
    """
    made = 0
    for line in ServiceLine.objects.active().select_related("team__department"):
        today = at.astimezone(line.team.department.zone).date()
        start, _end = half_hours.span(today, today, line.team.department.zone)
        if line.forecasts.filter(made_at__gte=start, last_on__gte=today + policy.FORECAST_AHEAD).exists():
            continue
        try:
            forecast(line, first_on=today, last_on=today + policy.FORECAST_AHEAD, by=None, at=at)
        except WrongState:  # Too little was counted yet; tomorrow it is more.
            continue
        made += 1
    return made


def write(line: ServiceLine, made: Forecast, past: History) -> None:
    """The rows of a forecast, in place of those before. For `forecast`, and for whoever has a history."""
    profile = fit(past, usual_handling=line.default_handling_seconds)
    RequiredStaff.objects.bulk_create(
        list(_rows(line, made, profile)),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["line", "starts_at"],
        update_fields=WRITTEN,
    )


def _rows(line: ServiceLine, made: Forecast, profile: Profile) -> Iterator[RequiredStaff]:
    """Outside the team's hours nobody is needed, whatever comes."""
    dates, target = half_hours.dates(made.first_on, made.last_on), target_of(line)
    contacts, is_open = profile.contacts(days.kinds_of(line, dates)), days.open_half_hours(line, dates)
    for row, on in enumerate(dates):
        for slot, starts_at in half_hours.starts(on, line.team.department.zone):
            expected, seconds = float(contacts[row, slot]), float(profile.handling[slot])
            need = need_of(expected if is_open[row, slot] else 0.0, seconds, target)
            yield RequiredStaff(
                line=line, forecast=made, on=on, starts_at=starts_at, contacts=round(expected, 2),
                handling_seconds=round(seconds, 1), agents=need.agents, scheduled=need.scheduled,
            )  # fmt: skip


def target_of(line: ServiceLine) -> Target:
    return Target(
        service_level=line.service_level,
        within_seconds=line.within_seconds,
        patience_seconds=line.patience_seconds,
        max_occupancy=line.max_occupancy,
        shrinkage=line.shrinkage,
        concurrency=line.concurrency,
    )


def need_of(contacts: float, handling_seconds: float, target: Target) -> Requirement:
    """Whom a half hour needs. Rounded to a hundredth of a contact and to a second, as it is shown.

    Raises: ValueError for a load beyond all measure.
    """
    return _need(round(contacts, 2), round(handling_seconds), target)


@lru_cache(maxsize=20_000)
def _need(contacts: float, handling_seconds: int, target: Target) -> Requirement:
    """The same half hour comes again on every like day of five weeks."""
    if contacts <= 0 or handling_seconds <= 0:
        return requirement.require(0, target, aht_seconds=1)
    load = requirement.load_of(contacts, handling_seconds, HALF_HOUR_SECONDS)
    return requirement.require(load, target, aht_seconds=handling_seconds)


def held(line: ServiceLine, by: User | None) -> ServiceLine:
    """The line, locked and fresh. Raises: NotAllowed."""
    line = ServiceLine.objects.locked().select_related("team__department", "team__calendar").get(pk=line.pk)
    rights.require_over_team(by, rights.FORECAST, line.team)
    return line


def _require_span(first_on: date, last_on: date) -> None:
    if not timedelta(0) <= last_on - first_on <= policy.FORECAST_LONGEST:
        text = _("Forecast at least one day, and at most %(days)s.") % {
            "days": policy.FORECAST_LONGEST.days + 1
        }
        raise MissingInformation(text, fields={"last_on": text})
