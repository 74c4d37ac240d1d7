"""Shifts and workers in which the tests of working time speak. All days are of the autumn of 2026."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from staffing.choices import RuleCode
from staffing.holidays import mainland_year
from staffing.labour.breaches import Breach
from staffing.labour.checking import check
from staffing.labour.facts import DayFacts, Hindrance, Nature, WorkedShift, Worker, dates
from staffing.labour.hours import Ledger, ledger
from staffing.labour.rules import RuleBook
from staffing.shifts import span

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")

_2026 = mainland_year(2026)
CALENDAR = DayFacts(
    exceptions=dict.fromkeys(_2026.holidays, Nature.HOLIDAY)
    | dict.fromkeys(_2026.statutory, Nature.STATUTORY)
    | dict.fromkeys(_2026.workdays, Nature.MAKE_UP),
    years=frozenset({2026}),
)
LI = Worker(key=1, name="李雷", zone=SHANGHAI, calendar=CALENDAR)
BOOK = RuleBook()

DAY, EARLY, LATE, NIGHT = ("09:00", "18:00"), ("06:00", "14:00"), ("14:00", "22:00"), ("22:00", "06:00")
NAMES = {DAY: "日班", EARLY: "早班", LATE: "晚班", NIGHT: "夜班"}


def shift(
    on: date, hours: tuple[str, str] = DAY, *, pause: int | None = None, zone: ZoneInfo = SHANGHAI
) -> WorkedShift:
    """A day shift has an hour's break, the others none; so each standard shift is paid for eight hours."""
    starts, ends = map(time.fromisoformat, hours)
    starts_at, ends_at = span(on, starts, ends, zone)
    minutes = 60 if hours == DAY else 0
    return WorkedShift(on, starts_at, ends_at, minutes if pause is None else pause, NAMES.get(hours, "加班"))


def day_shifts(first_on: date, last_on: date, *, off: Sequence[date] = ()) -> list[WorkedShift]:
    return [shift(on) for on in dates(first_on, last_on) if on not in off]


def breaches(
    shifts: Sequence[WorkedShift],
    *,
    worker: Worker = LI,
    period: tuple[date, date] = (date(2026, 1, 1), date(2026, 12, 31)),
    book: RuleBook = BOOK,
    hindrances: Sequence[Hindrance] = (),
) -> list[Breach]:
    return check(
        [worker],
        {worker.key: shifts},
        first_on=period[0],
        last_on=period[1],
        book=book,
        hindrances=hindrances,
    )


def found(shifts: Sequence[WorkedShift], code: RuleCode, **terms) -> list[tuple[date, float]]:
    """Day and measure of each breach of one rule."""
    return [(each.on, float(each.measured)) for each in breaches(shifts, **terms) if each.code == code]


def account(shifts: Sequence[WorkedShift], first_on: date, last_on: date, *, worker: Worker = LI) -> Ledger:
    return ledger(worker, shifts, first_on=first_on, last_on=last_on, book=BOOK)


def march(day: int) -> date:
    """March 2026 has neither holidays nor make-up workdays, and begins on a Sunday."""
    return date(2026, 3, day)


HOUR = timedelta(hours=1)
