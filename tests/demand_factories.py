"""Rows of the demand for people: lines, volumes, forecasts. Fixed values, nothing random."""

from datetime import date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from staffing.choices import DemandEventKind
from staffing.demand import forecasts, half_hours, volumes
from staffing.demand.volumes import Count
from staffing.models import ContactVolume, DemandEvent, Forecast, ServiceLine
from tests.factories import NOW, SHANGHAI, TODAY, TeamFactory

MORNING, NOON = 18, 24
"""The half hours from 09:00 and 12:00."""


class ServiceLineFactory(DjangoModelFactory[ServiceLine]):
    """A line whose contacts are imported; `counts_tickets=True` for one that counts tickets."""

    class Meta:
        model = ServiceLine

    name = factory.Sequence(lambda n: f"服务线{n}")
    team = factory.SubFactory(TeamFactory)
    counts_tickets = False


class ContactVolumeFactory(DjangoModelFactory[ContactVolume]):
    """Twelve contacts from 10:30 of yesterday, five minutes each."""

    class Meta:
        model = ContactVolume

    line = factory.SubFactory(ServiceLineFactory)
    starts_at = NOW - timedelta(days=1)
    contacts = 12
    handling_seconds_total = 3600


class DemandEventFactory(DjangoModelFactory[DemandEvent]):
    """Double-11 of next week, for all teams."""

    class Meta:
        model = DemandEvent

    name = "双11"
    kind = DemandEventKind.PEAK
    first_on = TODAY + timedelta(days=7)
    last_on = TODAY + timedelta(days=9)
    factor = 2.8


def counted_line(*, days: int = 28, contacts: int = 10, seconds: int = 300, **line: Any) -> ServiceLine:
    """A line with so many contacts in each half hour from 09:00 to 12:00 of each of the last days."""
    made = ServiceLineFactory.create(**line)
    dates = [TODAY - timedelta(days=number) for number in range(days, 0, -1)]
    count = Count(contacts, contacts * seconds)
    told = {on: dict.fromkeys(range(MORNING, NOON), count) for on in dates}
    volumes.replace_days(made, told, by=None, at=NOW)
    return made


def forecast_line(*, ahead: int = 14, **line: Any) -> Forecast:
    """A counted line, and its forecast of the days from today on."""
    made = counted_line(**line)
    last_on = TODAY + timedelta(days=ahead - 1)
    return forecasts.forecast(made, first_on=TODAY, last_on=last_on, by=None, at=NOW)


def instant(on: date, slot: int) -> datetime:
    return dict(half_hours.starts(on, SHANGHAI))[slot]
