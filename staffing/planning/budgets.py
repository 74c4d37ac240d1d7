"""How many minutes of a calendar week may be planned, so that the month's overtime stays within the law.

A week of forty hours holds overtime where its workdays are fewer than five, or a statutory holiday is worked.
Where the weeks of a month could add up to more than the month allows, the fullest of them get less.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from staffing.choices import RestrictionKind, RuleCode
from staffing.labour.facts import Nature, WorkedShift, dates, monday
from staffing.labour.hours import hours_by_day, week_standard
from staffing.planning.kinds import Kinds
from staffing.planning.material import Material, Member
from staffing.shifts import DAY

STEP = 60


def week_minutes(material: Material, member: Member, kinds: Kinds) -> dict[date, int]:
    """The most paid minutes of each calendar week that touches the roster, by its Monday."""
    weeks = sorted({monday(on) for on in material.days})
    caps = {start: _usual(material, member, start) for start in weeks}
    for month, starts in _months(material, weeks).items():
        budget = material.book.minutes(RuleCode.OVERTIME_MONTH, member.worker, month)
        budget -= _overtime_before(material, member, month)
        caps |= _fitting({start: caps[start] for start in starts}, budget, material, member, kinds)
    return caps


def target_minutes(material: Material, member: Member) -> int:
    """What the contract asks for in the days of the roster: workdays, employed, not away."""
    weekly = _contract(material, member, material.first_on)
    nature = member.worker.calendar.nature
    days = [
        on
        for on in material.days
        if nature(on).is_worked and member.worker.is_employed(on) and not member.is_away(on)
    ]
    return weekly * len(days) // 5


def part(material: Material, member: Member) -> float:
    """The contract's share of a standard week."""
    standard = material.book.minutes(RuleCode.WEEK_HOURS, member.worker, material.first_on)
    return _contract(material, member, material.first_on) / standard if standard else 1.0


def _usual(material: Material, member: Member, start: date) -> int:
    """The standard week; the protected have no more than its workdays."""
    weekly = _contract(material, member, start)
    is_protected = any(
        each.kind == RestrictionKind.NO_OVERTIME and any(map(each.covers, dates(start, start + 6 * DAY)))
        for each in member.worker.restrictions
    )
    return min(weekly, week_standard(member.worker, start, material.book)) if is_protected else weekly


def _contract(material: Material, member: Member, on: date) -> int:
    standard = material.book.minutes(RuleCode.WEEK_HOURS, member.worker, on)
    weekly = member.worker.weekly_minutes
    return standard if weekly is None else min(weekly, standard)


def _months(material: Material, weeks: list[date]) -> Mapping[date, list[date]]:
    months: dict[date, list[date]] = {}
    for start in weeks:
        for first in sorted({on.replace(day=1) for on in dates(start, start + 6 * DAY)}):
            months.setdefault(first, []).append(start)
    last = material.last_on.replace(day=1)
    return {month: starts for month, starts in months.items() if month <= last}


def _fitting(
    caps: Mapping[date, int], budget: int, material: Material, member: Member, kinds: Kinds
) -> dict[date, int]:
    """The caps of a month's weeks, lowered until the overtime that they leave room for fits."""
    longest = max((kinds.minutes(kind) for kind in kinds.offered), default=0)

    def room(start: date, cap: int) -> int:
        days = dates(start, start + 6 * DAY)
        statutory = sum(member.worker.calendar.nature(on) == Nature.STATUTORY for on in days)
        standard = week_standard(member.worker, start, material.book)
        return max(0, cap - standard, min(cap, statutory * longest))

    lowered = dict(caps)
    while sum(room(start, cap) for start, cap in lowered.items()) > max(0, budget):
        fullest = max(lowered, key=lambda start: room(start, lowered[start]))
        lowered[fullest] = max(0, lowered[fullest] - STEP)
    return lowered


def _overtime_before(material: Material, member: Member, month: date) -> int:
    """Minutes of overtime that the plan holds in the month before the roster begins, its first week apart."""
    until = min(monday(material.first_on), material.first_on)
    shifts = [shift for on in material.days_before if on < until for shift in _worked(material, member, on)]
    days = hours_by_day(member.worker, shifts, material.book)
    return sum(day.overtime for on, day in days.items() if on.replace(day=1) == month)


def _worked(material: Material, member: Member, on: date) -> list[WorkedShift]:
    found = []
    for code in material.cell(member.agent_id, on):
        shift = material.shifts[code]
        starts_at, ends_at = (
            datetime.combine(on, time(), member.worker.zone).astimezone(UTC) + timedelta(minutes=minute)
            for minute in (shift.starts, shift.ends)
        )
        found.append(WorkedShift(on, starts_at, ends_at, shift.ends - shift.starts - shift.paid))
    return found
