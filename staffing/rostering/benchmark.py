"""The text format of the public shift-scheduling instances, as a Problem, and solutions as lines of text.

The instances begin on a Monday. Nobody has a history, and a run cut off by either end of the horizon counts
as long enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from staffing.rostering.problem import OFF, Bar, Cell, CoverRow, Person, Problem, Roster, ShiftKind

SATURDAY, SUNDAY, WEEK = 5, 6, 7


class UnreadableInstance(ValueError):  # noqa: N818 - named as what the user sees
    """The text is no instance of the benchmark."""


def read(text: str) -> Problem:
    """Raises: UnreadableInstance."""
    try:
        return _problem(_sections(text))
    except (ValueError, KeyError, IndexError) as error:
        raise UnreadableInstance(f"Not an instance of the shift-scheduling benchmark: {error!r}") from error


def lines(problem: Problem, roster: Roster) -> Iterator[str]:
    """One line a day worked: employee, day from 0, shift, between tabs."""
    for person, row in zip(problem.people, roster, strict=True):
        for day, kind in enumerate(row):
            if kind != OFF:
                yield f"{person.key}\t{day}\t{problem.kinds[kind].code}"


def parse_lines(problem: Problem, text: str) -> Roster:
    """The roster that `lines` wrote.

    Raises: KeyError for an unknown person or shift, ValueError for a bad line.
    """
    rows = {person.key: [OFF] * problem.days for person in problem.people}
    for line in text.splitlines():
        employee, day, code = line.split("\t")
        rows[employee][int(day)] = problem.kind(code)
    return tuple(tuple(row) for row in rows.values())


def _sections(text: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = defaultdict(list)
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("SECTION_"):
            section = line
        elif line and not line.startswith("#"):
            found[section].append(line.split(","))
    return found


def _problem(sections: dict[str, list[list[str]]]) -> Problem:
    days = int(sections["SECTION_HORIZON"][0][0])
    shifts = sections["SECTION_SHIFTS"]
    index = {fields[0]: number for number, fields in enumerate(shifts)}
    bars, costs, constant = _requests(sections, index)
    return Problem(
        days=days,
        kinds=tuple(ShiftKind(fields[0], int(fields[1])) for fields in shifts),
        forbidden=frozenset(
            (index[fields[0]], index[after]) for fields in shifts for after in fields[2].split("|") if after
        ),
        people=tuple(_person(fields, index, bars, costs) for fields in sections["SECTION_STAFF"]),
        cover=tuple(
            CoverRow(
                label=("cover", int(day), code),
                cells=frozenset({(int(day), index[code])}),
                unders=((int(need), int(under)),),
                overs=((int(need), int(over)),),
            )
            for day, code, need, under, over in sections["SECTION_COVER"]
        ),
        weekends=tuple(
            tuple(day for day in (week + SATURDAY, week + SUNDAY) if day < days)
            for week in range(0, days - SATURDAY, WEEK)
        ),
        constant=constant,
    )


def _requests(
    sections: dict[str, list[list[str]]], index: dict[str, int]
) -> tuple[dict[str, list[Bar]], dict[str, dict[Cell, float]], float]:
    bars: dict[str, list[Bar]] = defaultdict(list)
    for employee, *off in sections["SECTION_DAYS_OFF"]:
        bars[employee] += (
            Bar(("day_off", employee, int(day)), frozenset((int(day), kind) for kind in index.values()))
            for day in off
        )
    costs: dict[str, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
    constant = 0
    for employee, day, code, weight in sections["SECTION_SHIFT_ON_REQUESTS"]:
        constant += int(weight)
        costs[employee][int(day), index[code]] -= int(weight)
    for employee, day, code, weight in sections["SECTION_SHIFT_OFF_REQUESTS"]:
        costs[employee][int(day), index[code]] += int(weight)
    return bars, costs, constant


def _person(
    fields: list[str],
    index: dict[str, int],
    bars: dict[str, list[Bar]],
    costs: dict[str, dict[Cell, float]],
) -> Person:
    key, maxima, *numbers = fields
    most, least, max_run, min_run, min_off, weekends = map(int, numbers)
    limits = (limit.split("=") for limit in maxima.split("|"))
    return Person(
        key=key,
        max_shifts={index[code]: int(number) for code, number in limits},
        max_minutes=most,
        min_minutes=least,
        max_run=max_run,
        min_run=min_run,
        min_off=min_off,
        max_weekends=weekends,
        bars=tuple(bars[key]),
        costs=dict(costs[key]),
    )
