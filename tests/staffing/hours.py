"""Schedules and instants in which the tests of worktime speak."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from staffing.windows import WEEKDAYS, Window
from staffing.worktime import Schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")
PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ALL_DAY = Window.parse("00:00", "24:00")
NINE_TO_SIX = Window.parse("09:00", "18:00")

AROUND_THE_CLOCK = Schedule(SHANGHAI, ((ALL_DAY,),) * 7)
OFFICE = Schedule(
    SHANGHAI,
    ((NINE_TO_SIX,),) * 5 + ((), ()),
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)),
    workdays={date(2026, 2, 14): (NINE_TO_SIX,), date(2026, 2, 28): (NINE_TO_SIX,)},
    years=frozenset({2026}),
)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def schedule(zone: ZoneInfo = SHANGHAI, **week: list[list[str]]) -> Schedule:
    return Schedule.from_json({"timezone": zone.key, "week": week})


def every_day(*windows: list[str], zone: ZoneInfo = SHANGHAI) -> Schedule:
    return schedule(zone, **{day: list(windows) for day in WEEKDAYS})
