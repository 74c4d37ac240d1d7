"""What a plan is worth, in figures that a supervisor can check by counting; the solver's own code is not
asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations

from staffing.planning.material import Codes, Material, Member, Need, Spot
from staffing.planning.sharing import is_weekend
from staffing.shifts import DAY

Grid = Mapping[Spot, Codes]
Half = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A minimum that a plan does not reach."""

    on: date
    code: str
    skill_id: int | None
    needed: int
    staffed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Units: `cover` in parts of the required half hours times heads, None without a requirement.

    A spread lies between who has most and who has least, the months before included.
    """

    cover: float | None
    missing_hours: float
    unmet: int
    wishes_met: int
    wishes: int
    night_spread: int
    weekend_spread: int
    shifts: int
    hours: float
    changes: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def judge(material: Material, grid: Grid, *, base: Grid) -> Figures:
    required, met = _cover(material, grid)
    wished, granted = _wishes(material, grid)
    minutes = sum(material.shifts[code].paid for codes in grid.values() for code in codes)
    return Figures(
        cover=round(met / required, 4) if required else None,
        missing_hours=round((required - met) / 2, 1),
        unmet=sum(each.needed - each.staffed for each in unmet(material, grid)),
        wishes_met=granted,
        wishes=wished,
        night_spread=_spread(material, _nights(material, grid)),
        weekend_spread=_spread(material, _weekends(material, grid)),
        shifts=sum(len(codes) for codes in grid.values()),
        hours=round(minutes / 60, 1),
        changes=sum(base.get(spot, ()) != codes for spot, codes in grid.items()),
    )


def unmet(material: Material, grid: Grid) -> list[Unmet]:
    """The minimums that are not reached, in the order of days."""
    found = []
    for on in material.days:
        for least in material.minimums:
            if not least.applies(on):
                continue
            staffed = sum(
                least.code in grid.get((member.agent_id, on), ()) and member.has(least.skill_id, on)
                for member in material.members
            )
            if staffed < least.agents:
                found.append(Unmet(on, least.code, least.skill_id, least.agents, staffed))
    return found


def lacking(material: Material, grid: Grid) -> list[tuple[date, float]]:
    """Hours times heads below the requirement, by day; covered days are left out."""
    missing: defaultdict[date, float] = defaultdict(float)
    for (on, _slot), required, met in _slots(material, grid):
        missing[on] += (required - met) / 2
    return [(on, hours) for on, hours in sorted(missing.items()) if hours > 0]


def _cover(material: Material, grid: Grid) -> tuple[float, float]:
    required = met = 0.0
    for _slot, asked, given in _slots(material, grid):
        required += asked
        met += given
    return required, met


def _slots(material: Material, grid: Grid) -> Iterator[tuple[Half, float, float]]:
    """Each half hour with what it requires and what a plan gives to it, all lines together."""
    lines: defaultdict[Half, list[Need]] = defaultdict(list)
    for need in material.needs:
        lines[need.on, need.slot].append(need)
    there = _there(material, grid, lines.keys())
    for half, needs in lines.items():
        crew = [[member.has(need.skill_id, start) for need in needs] for member, start in there[half]]
        yield half, sum(need.agents for need in needs), served([need.agents for need in needs], crew)


def served(needs: Sequence[float], crew: Sequence[Sequence[bool]]) -> float:
    """The most heads that can serve several lines at once, each person one line at a time.

    `crew` tells for each person which lines he may serve. Those who may serve some of a set of lines are all
    that these lines can have; the narrowest such set decides (Hall).
    """
    best = sum(needs)
    for size in range(1, len(needs) + 1):
        for chosen in combinations(range(len(needs)), size):
            able = sum(any(may[line] for line in chosen) for may in crew)
            others = sum(need for line, need in enumerate(needs) if line not in chosen)
            best = min(best, able + others)
    return best


def _there(
    material: Material, grid: Grid, wanted: Collection[Half]
) -> Mapping[Half, list[tuple[Member, date]]]:
    """Who works in each half hour, and since which day."""
    members = {member.agent_id: member for member in material.members}
    there: defaultdict[Half, list[tuple[Member, date]]] = defaultdict(list)
    for (agent_id, on), codes in _with_eve(material, grid).items():
        for code in codes:
            for half in _halves(material, code, on):
                if half in wanted:
                    there[half].append((members[agent_id], on))
    return there


def _halves(material: Material, code: str, on: date) -> Iterator[Half]:
    shift = material.shifts[code]
    for later in (0, 1):
        for slot in range(48):
            if shift.covers(slot, days_before=later):
                yield on + later * DAY, slot


def _with_eve(material: Material, grid: Grid) -> dict[Spot, Codes]:
    """The plan, and the nights before it that reach into its first day."""
    eve = material.first_on - DAY
    before = {spot: codes for spot, codes in material.plan.items() if spot[1] == eve}
    return before | dict(grid)


def _wishes(material: Material, grid: Grid) -> tuple[int, int]:
    granted = 0
    for wish in material.wishes:
        codes = grid.get((wish.agent_id, wish.on), ())
        has = bool(codes) if wish.code is None else wish.code in codes
        granted += has == wish.is_wanted
    return len(material.wishes), granted


def _nights(material: Material, grid: Grid) -> Mapping[int, int]:
    counts = Counter({member.agent_id: member.nights for member in material.members})
    for (agent_id, _on), codes in grid.items():
        counts[agent_id] += any(material.shifts[code].is_night for code in codes)
    return counts


def _weekends(material: Material, grid: Grid) -> Mapping[int, int]:
    counts = Counter({member.agent_id: member.weekend_days for member in material.members})
    for (agent_id, on), codes in grid.items():
        counts[agent_id] += bool(codes) and is_weekend(on)
    return counts


def _spread(material: Material, counts: Mapping[int, int]) -> int:
    """Among those who are there all the time: others have less of everything."""
    steady = [
        counts[member.agent_id]
        for member in material.members
        if member.is_of_team and not member.away and not member.worker.restrictions
        if all(member.worker.is_employed(on) for on in (material.first_on, material.last_on))
        if member.days_before >= _most_days(material)
    ]
    return max(steady) - min(steady) if steady else 0


def _most_days(material: Material) -> int:
    return max((member.days_before for member in material.members), default=0)
