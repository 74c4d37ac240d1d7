"""S2: the days of 2024 to 2026 are right."""

from datetime import date, timedelta

import pytest

from staffing.holidays import STATUTORY_DAYS, mainland_year
from staffing.worktime import YearWithoutCalendar

MAKE_UP_WORKDAYS = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
BREAKS_OF_2026 = [
    ("元旦", "01-01", "01-03"),
    ("春节", "02-15", "02-23"),
    ("清明", "04-04", "04-06"),
    ("劳动节", "05-01", "05-05"),
    ("端午", "06-19", "06-21"),
    ("中秋", "09-25", "09-27"),
    ("国庆节", "10-01", "10-07"),
]


def dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def workdays_of(year: int) -> list[date]:
    known = mainland_year(year)
    return [
        day
        for day in dates(date(year, 1, 1), date(year, 12, 31))
        if day in known.workdays or (day.weekday() < 5 and day not in known.holidays)
    ]


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_announced_number_of_workdays(year, count):
    assert len(workdays_of(year)) == count


def test_each_month_of_2026_has_its_announced_number_of_workdays():
    months = [day.month for day in workdays_of(2026)]
    counted = [months.count(month) for month in range(1, 13)]
    assert counted == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_make_up_workdays_are_those_of_the_notice(year):
    expected = {date.fromisoformat(f"{year}-{day}") for day in MAKE_UP_WORKDAYS[year].split()}
    assert set(mainland_year(year).workdays) == expected
    assert {day.weekday() for day in expected} <= {5, 6}


def test_the_breaks_of_2026_are_those_of_the_notice():
    expected = {
        day: name
        for name, first, last in BREAKS_OF_2026
        for day in dates(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}"))
    }
    assert mainland_year(2026).holidays == expected


@pytest.mark.parametrize(("year", "count"), [(2024, 11), (2025, 13), (2026, 13)])
def test_statutory_days_are_as_many_as_the_law_says_and_lie_within_the_breaks(year, count):
    known = mainland_year(year)
    assert len(known.statutory) == count
    assert known.statutory <= set(known.holidays)


def test_the_statutory_days_of_spring_festival_begin_on_new_years_eve_since_2025():
    assert date(2024, 2, 9) not in STATUTORY_DAYS[2024]
    assert date(2025, 1, 28) in STATUTORY_DAYS[2025]
    assert date(2026, 2, 16) in STATUTORY_DAYS[2026]


@pytest.mark.parametrize("year", [2003, 2023, 2027])
def test_a_year_that_is_not_wholly_known_is_an_error_not_a_guess(year):
    with pytest.raises(YearWithoutCalendar) as caught:
        mainland_year(year)
    assert caught.value.year == year
