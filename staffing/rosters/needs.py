"""What the forecast asks of a roster: the half hour of each day in which most people are missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staffing.demand import figures, half_hours
from staffing.demand.figures import Need
from staffing.models import Roster, ServiceLine


@dataclass(frozen=True)
class Tightest:
    """Of all half hours and service lines of a day the one with the greatest want. `time` as 10:30."""

    on: date
    time: str
    line: str
    needed: int
    planned: int

    @property
    def missing(self) -> int:
        return self.needed - self.planned

    @property
    def sentence(self) -> str:
        return _("%(date)s %(time)s %(line)s: %(planned)s of %(needed)s forecast") % {
            "date": date_format(self.on, "MONTH_DAY_FORMAT"),
            "time": self.time,
            "line": self.line,
            "planned": self.planned,
            "needed": self.needed,
        }


def tightest(roster: Roster, days: Sequence[date]) -> Mapping[date, Tightest]:
    """Of the days, in order, that have a forecast. Three queries for each line that has one.

    The roster comes with its team and the team's department.
    """
    lines = list(ServiceLine.objects.active().filter(team=roster.team_id))
    found: dict[date, Tightest] = {}
    needs = figures.needs(lines, roster.team.department.zone, days[0], days[-1]) if lines else []
    for line, need in zip(lines, needs, strict=True):
        if need.is_known.any():
            line.team = roster.team
            for each in _of_line(line, need):
                known = found.get(each.on)
                if known is None or each.missing > known.missing:
                    found[each.on] = each
    return {on: found[on] for on in days if on in found}


def _of_line(line: ServiceLine, need: Need) -> Iterator[Tightest]:
    heads = figures.rostered_by_half_hour(line, need.dates[0], need.dates[-1])
    missing = np.where(need.is_known, need.scheduled - heads, np.iinfo(int).min)
    for row, on in enumerate(need.dates):
        slot = int(missing[row].argmax())
        if need.is_known[row, slot]:
            yield Tightest(
                on=on,
                time=half_hours.label(slot),
                line=line.name,
                needed=int(need.scheduled[row, slot]),
                planned=int(heads[row, slot]),
            )
