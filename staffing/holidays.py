"""The days of mainland China that differ from the week, year by year, as announced.

The chinesecalendar library knows the breaks and the make-up workdays, but not which days of a break
are statutory (paid threefold when worked) and which are exchanged or compensate a weekend: those
stand here. A year is known only when both parts are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar import constants as announced

from staffing.worktime import YearWithoutCalendar

# Source: State Council notices for 2024 to 2026; 11 days a year, 13 since the revision of Nov 2024.
STATUTORY_DAYS: Mapping[int, frozenset[date]] = {
    year: frozenset(date(year, month, day) for month, days in months.items() for day in days)
    for year, months in {
        2024: {1: [1], 2: [10, 11, 12], 4: [4], 5: [1], 6: [10], 9: [17], 10: [1, 2, 3]},
        2025: {1: [1, 28, 29, 30, 31], 4: [4], 5: [1, 2, 31], 10: [1, 2, 3, 6]},
        2026: {
            1: [1],
            2: [16, 17, 18, 19],
            4: [5],
            5: [1, 2],
            6: [19],
            9: [25],
            10: [1, 2, 3],
        },
    }.items()
}


@dataclass(frozen=True)
class AnnouncedYear:
    """Dates with the name of their occasion. `holidays` include the weekends and the statutory days."""

    year: int
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    statutory: frozenset[date]
    source: str


def mainland_year(year: int) -> AnnouncedYear:
    """What was announced for a calendar year, with the Chinese names of the occasions.

    Raises: YearWithoutCalendar when the announcement or the table of statutory days is missing.
    """
    holidays = _named(announced.holidays, year)
    if not holidays or year not in STATUTORY_DAYS:
        raise YearWithoutCalendar(year)
    return AnnouncedYear(
        year=year,
        holidays=holidays,
        workdays=_named(announced.workdays, year),
        statutory=STATUTORY_DAYS[year],
        source=f"国务院办公厅关于{year}年部分节假日安排的通知",
    )


def _named(days: Mapping[date, str], year: int) -> dict[date, str]:
    return {day: Holiday(name).chinese for day, name in days.items() if day.year == year}
