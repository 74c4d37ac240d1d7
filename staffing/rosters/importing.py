"""A roster out of Excel, as Chinese departments keep it: names down, days across, a shift in each cell."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Layout, Match, Record, Result
from staffing.importers import StaffingImporter, wrong
from staffing.models import Agent, Roster, ShiftType
from staffing.rosters import editing, headings, opening
from staffing.rosters.editing import CellChange
from staffing.shifts import DAY

DAYS = range(1, 32)
OFF = frozenset({"", "-", "–", "—", "/", "休", "休息", "off", "空", "0", "○", "x"})
"""What people write for a day off."""
LONG_AGO, FAR_AHEAD = 31 * DAY, 150 * DAY
"""Where a day without a year is looked for. A year that is written must lie there, too."""
SUMS = ("合计", "合計", "total")
NAMES = frozenset({"姓名", "员工", "name", "员工姓名"})
NUMBERS = frozenset({"工号", "staffnumber", "staffno", "员工编号", "工號"})


class RosterImporter(StaffingImporter):
    """Each row sets the cells of one person in the roster that is open for the days; it publishes nothing.

    Where the team has no roster for these days, and the file names their month, the first row begins it.
    """

    key, label, table = "rosters", _("Roster as a grid"), "roster"
    permission = "staffing.import_roster"
    columns = (
        Column("staff_no", _("Staff number"), help=_("Or the name, where it is unique."), example="CS1001"),
        Column("name", _("Agent"), example="王蕾"),
        *(
            Column(
                f"day{day}",
                str(day),
                help=_("Shift code or name; empty or 休 for a day off.") if day == 1 else "",
                example="A",
            )
            for day in DAYS
        ),
    )

    def detect(self, header: Sequence[str], *, layout: str = "") -> Match | None:
        """A row with a name or number and several days is the header; the layout's key keeps its days."""
        days = headings.across(header)
        people = {
            field: place
            for place, cell in enumerate(header)
            if (field := _person_field(cell)) and place not in days
        }
        if not days:
            return None
        positions = people | {f"day{heading.day}": place for place, heading in days.items()}
        missing = [] if people else [str(_("Staff number"))]
        if len(positions) < len(people) + len(days):
            missing.append(str(_("one month at most")))
        return Match(Layout(_key(list(days.values())), self.label, {}), positions, tuple(missing))

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        if not row["staff_no"] and (not row["name"] or _plain(row["name"]).startswith(SUMS)):
            return Result.UNCHANGED  # The line of weekdays below the dates, or a sum at the foot.
        agent = _agent(row, by)
        roster, first_on = _roster(agent, row, by=by, at=at)
        revision = roster.revision
        changes = _changes(row, agent, roster, first_on)
        outcomes = editing.change_cells(roster, changes, by=by, at=at)
        refused = {f"day{outcome.on.day}": outcome.refusal for outcome in outcomes if outcome.refusal}
        if refused:
            raise MissingInformation(_("Some cells cannot be taken."), fields=refused)
        roster.refresh_from_db(fields=["revision"])
        return Result.UNCHANGED if roster.revision == revision else Result.UPDATED

    def objects_url(self, job: TransferJob) -> str:
        return reverse("admin:staffing_roster_changelist")


def _key(days: Sequence[headings.Heading]) -> str:
    """What is known of the first day across, and the last; a row tells by it which days its cells are."""
    first, last = days[0], days[-1]
    return f"grid:{first.year or ''}-{first.month or ''}-{first.day}-{last.day}"


def _span(layout: str) -> tuple[headings.Heading, int]:
    """The first day across, and the number of the last."""
    year, month, day, last = layout.removeprefix("grid:").split("-")
    return headings.Heading(int(day), int(month) if month else None, int(year) if year else None), int(last)


def _person_field(cell: str) -> str:
    word = _plain(cell)
    return "name" if word in NAMES else "staff_no" if word in NUMBERS else ""


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _agent(row: Record, by: User) -> Agent:
    """By the number; by the name, where only one person has it."""
    people = Agent.objects.visible_to(by).select_related("team__department", "user")
    if row["staff_no"]:
        found = list(people.filter(staff_no=row["staff_no"]))
        field = "staff_no"
    else:
        found, field = list(people.filter(user__name=row["name"])[:2]), "name"
    if len(found) != 1:
        text = _("This is not known, or you may not see it.")
        raise wrong(field, _("Several people have this name: add the staff number.") if found else text)
    return found[0]


def _roster(agent: Agent, row: Record, *, by: User, at: datetime) -> tuple[Roster, date]:
    """The newest roster of the person's team that has the first day across, or a new one; and that day."""
    first, last = _span(row.layout)
    for roster in Roster.objects.visible_to(by).filter(team=agent.team_id).order_by("-first_on"):
        first_on = headings.day_of(first, roster.first_on, roster.last_on)
        if first_on is not None:
            return roster, first_on
    today = agent.local_date(at)
    meant = headings.day_of(first, today - LONG_AGO, today + FAR_AHEAD)
    if meant is None:
        text = _("%(team)s has no roster for these days: begin one, or write the month into the header.")
        raise MissingInformation(text % {"team": agent.team})
    last_on = _day(last, meant)
    return opening.open_roster(agent.team, first_on=meant, last_on=last_on, by=by, at=at), meant


def _day(number: int, first_on: date) -> date:
    """The next day of that number, since the columns are of one month's length at most."""
    return next(on for on in (first_on + n * DAY for n in range(62)) if on.day == number)


def _changes(row: Record, agent: Agent, roster: Roster, first_on: date) -> list[CellChange]:
    words = _shift_words()
    changes = []
    for field, text in row.values.items():
        if field.startswith("day"):
            on = _day(int(field[3:]), first_on)
            if not roster.first_on <= on <= roster.last_on:
                raise wrong(field, _("This day does not belong to the roster."))
            changes.append(CellChange(agent.pk, on, _codes(text, field, words)))
    return changes


def _shift_words() -> dict[str, str]:
    """Code by what people write for it: 早 or 早班 for its name, or the code itself."""
    kinds = list(ShiftType.objects.filter(is_active=True))
    short = {_plain(each.name).removesuffix("班"): each.code for each in kinds}
    return (
        short
        | {_plain(each.name): each.code for each in kinds}
        | {_plain(each.code): each.code for each in kinds}
    )


def _codes(text: str, field: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """A, 早班, A+N; nothing, 休 or - for a day off."""
    if _plain(text) in OFF and _plain(text) not in words:
        return ()
    parts = [_plain(part) for part in text.replace("、", "+").replace("/", "+").split("+")]
    unknown = [part for part in parts if part not in words]
    if unknown:
        raise wrong(field, _("There is no shift “%(code)s”.") % {"code": unknown[0][:20]})
    return tuple(words[part] for part in parts)
