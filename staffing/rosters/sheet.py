"""A roster as a table to take away: people down, days across, and what each day comes to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staffing.models import Agent, DutyAssignment, Roster, ShiftType


@dataclass(frozen=True)
class SheetCell:
    """The shifts that start on a day, by code, and the colour of the first."""

    codes: tuple[str, ...] = ()
    colour: str = ""

    @property
    def text(self) -> str:
        return "+".join(self.codes)


@dataclass(frozen=True)
class SheetRow:
    staff_no: str
    name: str
    cells: tuple[SheetCell, ...]

    @property
    def shifts(self) -> int:
        return sum(len(cell.codes) for cell in self.cells)


@dataclass(frozen=True)
class RosterSheet:
    """`totals` counts each day's people by shift, in the order of `kinds`."""

    title: str
    state: str
    days: tuple[date, ...]
    rows: tuple[SheetRow, ...]
    kinds: tuple[ShiftType, ...]
    totals: tuple[tuple[int, ...], ...]

    @property
    def legend(self) -> list[str]:
        return [f"{kind.code} {kind.name} {kind.hours}" for kind in self.kinds]


def of(roster: Roster, *, first_on: date | None = None, last_on: date | None = None) -> RosterSheet:
    """What is in force; of a roster that was never published, the draft, which the sheet says. Three queries.

    `first_on` and `last_on` cut a part out of it, such as a week.
    """
    first, last = (
        max(roster.first_on, first_on or roster.first_on),
        min(roster.last_on, last_on or roster.last_on),
    )
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    duties = _duties(roster, first, last)
    people = _people(roster, first, last, {duty.agent_id for duty in duties})
    cells: dict[tuple[int, date], list[DutyAssignment]] = {}
    for duty in duties:
        cells.setdefault((duty.agent_id, duty.on), []).append(duty)
    kinds = tuple(sorted({duty.shift_type for duty in duties}, key=lambda kind: (kind.starts, kind.code)))
    counts = Counter((duty.on, duty.shift_type_id) for duty in duties)
    return RosterSheet(
        title=_("%(team)s duty roster %(first)s – %(last)s")
        % {"team": roster.team, "first": date_format(first), "last": date_format(last)},
        state=_("Version %(version)s") % {"version": roster.version} if roster.is_published else _("Draft"),
        days=days,
        rows=tuple(
            SheetRow(
                agent.staff_no, agent.user.name, tuple(_cell(cells.get((agent.pk, on), [])) for on in days)
            )
            for agent in people
        ),
        kinds=kinds,
        totals=tuple(tuple(counts[on, kind.pk] for kind in kinds) for on in days),
    )


def heading(on: date) -> str:
    """12-01 二, or in the language of the reader."""
    return f"{on:%m-%d} {date_format(on, 'D')}"


def _duties(roster: Roster, first: date, last: date) -> list[DutyAssignment]:
    held = roster.duties.filter(on__range=(first, last)).select_related("shift_type")
    return list((held.published() if roster.is_published else held.planned()).order_by("starts_at"))


def _people(roster: Roster, first: date, last: date, on_duty: set[int]) -> Iterable[Agent]:
    """Members of the team who are employed on one of the days, and who else has a shift in it."""
    members = Q(team=roster.team_id, joined_on__lte=last) & (Q(left_on=None) | Q(left_on__gte=first))
    people = Agent.objects.filter(members | Q(pk__in=on_duty)).select_related("user")
    return people.order_by("staff_no")


def _cell(duties: Sequence[DutyAssignment]) -> SheetCell:
    if not duties:
        return SheetCell()
    return SheetCell(tuple(duty.shift_type.code for duty in duties), duties[0].shift_type.colour)
