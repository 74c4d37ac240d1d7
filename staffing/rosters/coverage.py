"""How many are planned on each shift of each day, beside how many must be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staffing import certification
from staffing.models import Agent, DutyAssignment, MinimumStaffing, Roster, ShiftType
from staffing.rosters.needs import Tightest, tightest
from staffing.shifts import DAY


@dataclass(frozen=True)
class Line:
    """A shift, or the holders of a skill on it."""

    shift_type: ShiftType
    skill_id: int | None = None
    skill: str = ""

    @property
    def label(self) -> str:
        return f"{self.shift_type.code} · {self.skill}" if self.skill else self.shift_type.code

    @property
    def name(self) -> str:
        return f"{self.shift_type} · {self.skill}" if self.skill else str(self.shift_type)


@dataclass(frozen=True)
class Count:
    """Of one line on one day. `required` is 0 where nothing is asked for."""

    on: date
    planned: int
    required: int

    @property
    def is_short(self) -> bool:
        return self.planned < self.required


@dataclass(frozen=True)
class Coverage:
    """The lines of a roster, and for each day of the span asked for one count per line, in their order.

    `needs` tell the tightest half hour of each day for which something is forecast.
    """

    lines: Sequence[Line]
    days: Mapping[date, Sequence[Count]]
    needs: Mapping[date, Tightest]

    def gaps(self) -> list[str]:
        """Where fewer are planned than must be, in words; then where fewer than are forecast."""
        short = [
            _("%(date)s %(shift)s: %(planned)s of %(required)s")
            % {
                "date": date_format(count.on, "MONTH_DAY_FORMAT"),
                "shift": line.name,
                "planned": count.planned,
                "required": count.required,
            }
            for counts in self.days.values()
            for line, count in zip(self.lines, counts, strict=True)
            if count.is_short
        ]
        return short + [each.sentence for each in self.needs.values() if each.missing > 0]


def coverage(roster: Roster, shift_types: Iterable[ShiftType], days: Iterable[date]) -> Coverage:
    """Planned duties of the team's members, drafts included, against the minimum staffing of the team.

    Three queries, however many days.
    """
    wanted = sorted(days)
    minimum = list(roster.team.minimum_staffing.select_related("shift_type", "skill"))
    lines = _lines(shift_types, minimum)
    if not wanted:
        return Coverage(lines, {}, {})
    counted = _planned(roster, wanted[0], wanted[-1], [each for each in minimum if each.skill_id])
    return Coverage(
        lines,
        {
            on: [
                Count(
                    on,
                    counted[on, line.shift_type.pk, line.skill_id],
                    _required(minimum, line, on),
                )
                for line in lines
            ]
            for on in wanted
        },
        tightest(roster, wanted),
    )


def _lines(shift_types: Iterable[ShiftType], minimum: Iterable[MinimumStaffing]) -> list[Line]:
    asked = {
        (each.shift_type_id, each.skill_id): each.skill.name for each in minimum if each.skill is not None
    }
    found: list[Line] = []
    for shift_type in shift_types:
        found.append(Line(shift_type))
        found += [
            Line(shift_type, skill_id, name)
            for (shift_id, skill_id), name in asked.items()
            if shift_id == shift_type.pk
        ]
    return found


def _required(minimum: Iterable[MinimumStaffing], line: Line, on: date) -> int:
    return max(
        (
            each.agents
            for each in minimum
            if (each.shift_type_id, each.skill_id) == (line.shift_type.pk, line.skill_id)
            and str(on.isoweekday()) in each.weekdays
        ),
        default=0,
    )


Counted = Counter[tuple[date, int, int | None]]


def _planned(roster: Roster, first_on: date, last_on: date, skilled: list[MinimumStaffing]) -> Counted:
    """How many are on (day, shift, skill); skill None counts everybody."""
    members = Agent.objects.filter(team=roster.team_id)
    duties = list(
        DutyAssignment.objects.planned()
        .filter(agent__in=members, on__range=(first_on, last_on))
        .order_by()
        .values_list("on", "shift_type", "agent")
    )
    skills = {each.skill_id for each in skilled}
    held = certification.held_by({agent for _on, _shift, agent in duties}) if skills else {}
    counted: Counted = Counter()
    for on, shift_id, agent_id in duties:
        counted[on, shift_id, None] += 1
        valid = {each.skill_id for each in held.get(agent_id, ()) if each.is_valid(on)}
        counted.update((on, shift_id, skill_id) for skill_id in valid & skills)
    return counted


def days_of(roster: Roster) -> list[date]:
    return [roster.first_on + number * DAY for number in range((roster.last_on - roster.first_on).days + 1)]
