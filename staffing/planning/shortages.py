"""Why a minimum is not reached: what stands in each person's way, and the cheapest way out. Plain facts, as
JSON.

Every answer is found by trying: the person is put on the shift, and the rules that this breaks are his
obstacles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from staffing.planning import judging
from staffing.planning.compiling import Compiled
from staffing.planning.explaining import our_name
from staffing.planning.judging import Unmet
from staffing.planning.material import Member
from staffing.rostering.checking import person_breaches
from staffing.rostering.problem import OFF, Person, Roster

SHOWN = 40
"""Shortages that are explained one by one; more come from one cause."""

WAYS_SHOWN = 3

FREE, ELSEWHERE = "free", "elsewhere"
COST: Mapping[str, int] = {
    FREE: 0,
    "min_off": 1,
    ELSEWHERE: 2,
    "week_hours": 3,
    "fixed": 4,
    "rest_between": 5,
    "rest_day": 6,
    "days_in_a_row": 6,
    "leave": 8,
}
"""Of bending a rule for one person; what stands not here is never bent."""


def explain(compiled: Compiled, roster: Roster) -> list[dict[str, Any]]:
    """One fact for each kind of shift that lacks people, with its sums and its days."""
    grid = compiled.grid(roster)
    by_kind: dict[tuple[str, int | None], list[Unmet]] = defaultdict(list)
    for each in judging.unmet(compiled.material, grid):
        by_kind[each.code, each.skill_id].append(each)
    finder = _Finder(compiled, roster)
    left = SHOWN
    facts = []
    for (code, skill_id), group in by_kind.items():
        facts.append(
            {
                "rule": "minimum",
                "code": code,
                "skill": skill_id,
                "needed": finder.needed(code, skill_id),
                "possible": finder.possible(code, skill_id),
                "missing": sum(each.needed - each.staffed for each in group),
                "days": [finder.day(each) for each in group[:left]],
                "more": max(0, len(group) - left),
            }
        )
        left = max(0, left - len(group))
    return facts


class _Finder:
    def __init__(self, compiled: Compiled, roster: Roster) -> None:
        self.compiled, self.roster = compiled, roster
        self.material, self.problem, self.kinds = compiled.material, compiled.problem, compiled.kinds

    def needed(self, code: str, skill_id: int | None) -> int:
        return sum(self._asked(code, skill_id).values())

    def possible(self, code: str, skill_id: int | None) -> int:
        """The most there can be: by people, each alone in his weeks, and by days, each with who is able."""
        asked = self._asked(code, skill_id)
        by_person = 0
        by_day = dict.fromkeys(asked, 0)
        for member, person in zip(self.material.members, self.problem.people, strict=True):
            able = {day for day in self._open_days(person, code) if day in asked}
            able = {day for day in able if member.has(skill_id, self.material.days[day])}
            by_person += self._most(person, code, able)
            for day in able:
                by_day[day] += 1
        return min(by_person, sum(min(heads, by_day[day]) for day, heads in asked.items()))

    def _asked(self, code: str, skill_id: int | None) -> dict[int, int]:
        """Heads by day."""
        asked: dict[int, int] = {}
        for least in self.material.minimums:
            if (least.code, least.skill_id) == (code, skill_id):
                for day, on in enumerate(self.material.days):
                    if least.applies(on):
                        asked[day] = max(asked.get(day, 0), least.agents)
        return asked

    def day(self, unmet: Unmet) -> dict[str, Any]:
        obstacles: dict[str, list[int]] = defaultdict(list)
        ways = []
        for number, member in enumerate(self.material.members):
            if not member.has(unmet.skill_id, unmet.on):
                obstacles["skill"].append(member.agent_id)
                continue
            found = self._obstacles(number, member, unmet)
            if found is None:
                continue
            for name in found or {FREE}:
                obstacles[name].append(member.agent_id)
            if found <= COST.keys():
                ways.append((sum(COST[name] for name in found), member.agent_id, sorted(found)))
        return {
            "on": unmet.on.isoformat(),
            "needed": unmet.needed,
            "staffed": unmet.staffed,
            "obstacles": dict(obstacles),
            "ways": [{"agent": who, "rules": rules} for _cost, who, rules in sorted(ways)[:WAYS_SHOWN]],
        }

    def _obstacles(self, number: int, member: Member, unmet: Unmet) -> set[str] | None:
        """What keeps him from the shift on that day; None if he works it."""
        day = (unmet.on - self.material.first_on).days
        row, person = self.roster[number], self.problem.people[number]
        if unmet.code in self.kinds.codes(row[day]):
            return None
        kind = self.kinds.number((unmet.code,)) if unmet.code in self.material.offered else None
        if kind is None:
            return {"not_offered"}
        tried = (*row[:day], kind, *row[day + 1 :])
        before = {_name(breach.label) for breach in person_breaches(self.problem, person, row)}
        found = {_name(breach.label) for breach in person_breaches(self.problem, person, tried)} - before
        if row[day] != OFF and "fixed" not in found:
            found.add(ELSEWHERE)
        return found

    def _open_days(self, person: Person, code: str) -> set[int]:
        kinds = [kind for kind in self.kinds.holding(code) if kind in self.kinds.offered]
        barred = {cell for bar in person.bars for cell in bar.cells}
        pinned = {pin.day: pin.kind for pin in person.pins}
        return {
            day
            for day in range(self.problem.days)
            if any((day, kind) not in barred and pinned.get(day, kind) == kind for kind in kinds)
        }

    def _most(self, person: Person, code: str, days: set[int]) -> int:
        """Shifts of a kind on some days that fit into a person's weeks."""
        shortest = max(1, self.material.shifts[code].paid)
        by_week: dict[int, int] = {}
        for span in person.spans:
            if span.label[0] in {"rest_day", "week_hours"}:
                most = span.max_days if span.max_days is not None else (span.max_minutes or 0) // shortest
                inside = sum(span.first <= day <= span.last for day in days)
                by_week[span.first] = min(by_week.get(span.first, inside), most, inside)
        return sum(by_week.values())


def _name(label: tuple[str | int, ...]) -> str:
    return our_name(str(label[0]))
