"""What has become of a roster since a revision: for whoever changed it, and whoever looks at it meanwhile."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from staffing.models import Agent, Roster, RosterEdit, ShiftType
from staffing.rosters.coverage import Coverage, coverage
from staffing.rosters.findings import Findings, findings_of
from staffing.rosters.grid import Cell, agents_of, cells_of

CellKey = tuple[int, date]
MOST_EDITS = 100
"""Of a history that is shown at once."""


@dataclass(frozen=True)
class Edit:
    """The last change of a cell since then. `by_id` None is the portal itself."""

    agent_id: int
    on: date
    by_id: int | None
    by: str
    at: datetime


@dataclass(frozen=True)
class News:
    """`cells` are complete: one that was changed and holds nothing is among them, empty.

    Breaches, ledgers and coverage are those of the people and days concerned, and replace what was known.
    """

    revision: int
    version: int
    edits: Sequence[Edit]
    cells: Sequence[Cell]
    agents: Collection[int]
    findings: Findings
    coverage: Coverage


def news_since(roster: Roster, revision: int, *, asked: Collection[CellKey] = ()) -> News:
    """What was changed after the revision, and what now stands in the cells `asked` about."""
    edits = _last_edits(roster, revision)
    cells = {*asked, *((edit.agent_id, edit.on) for edit in edits)}
    people = _people(roster, {agent_id for agent_id, _on in cells})
    known = {agent.pk for agent in people}
    cells = {(who, on) for who, on in cells if who in known and roster.first_on <= on <= roster.last_on}
    days = {on for _agent_id, on in cells}
    shift_types = ShiftType.objects.filter(is_active=True) if days else ()
    return News(
        revision=roster.revision,
        version=roster.version,
        edits=edits,
        cells=_cells(cells),
        agents=known,
        findings=findings_of(roster, people) if people else Findings(),
        coverage=coverage(roster, list(shift_types), days) if days else Coverage((), {}, {}),
    )


def history_of(roster: Roster, cell: CellKey | None = None) -> list[RosterEdit]:
    """Who changed the cell, or any, the newest first."""
    edits = roster.edits.select_related("agent__user", "by")
    if cell is not None:
        edits = edits.filter(agent=cell[0], on=cell[1])
    return list(edits[:MOST_EDITS])


def _last_edits(roster: Roster, revision: int) -> list[Edit]:
    if revision >= roster.revision:
        return []
    found: dict[CellKey, Edit] = {}
    rows = roster.edits.filter(number__gt=revision).order_by("number")
    for agent_id, on, by_id, name, at in rows.values_list("agent", "on", "by", "by__name", "at"):
        found[agent_id, on] = Edit(agent_id, on, by_id, name or "", at)
    return list(found.values())


def _people(roster: Roster, wanted: set[int]) -> list[Agent]:
    return [agent for agent in agents_of(roster) if agent.pk in wanted] if wanted else []


def _cells(wanted: set[CellKey]) -> list[Cell]:
    if not wanted:
        return []
    days = [on for _agent_id, on in wanted]
    there = {
        (cell.agent_id, cell.on): cell
        for cell in cells_of({agent_id for agent_id, _on in wanted}, min(days), max(days))
    }
    return [there.get(cell) or Cell(*cell, shifts=()) for cell in sorted(wanted)]
