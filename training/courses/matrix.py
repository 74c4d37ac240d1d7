"""Who has completed what: persons by teams, open courses across. A constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import Text
from portal.models import User
from staffing.models import Agent, Team
from training.choices import EnrolmentSource, EnrolmentState
from training.models import Course, Enrolment, Topic


class Look(StrEnum):
    """How a cell stands. `overdue` is to do or in progress after its day; `outdated` an old edition."""

    NONE = "none"
    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    OUTDATED = "outdated"
    FAILED = "failed"
    WAIVED = "waived"


SIGNS = {
    Look.NONE: "·",
    Look.TO_DO: "○",
    Look.IN_PROGRESS: "◐",
    Look.OVERDUE: "!",
    Look.COMPLETED: "✓",
    Look.OUTDATED: "↻",
    Look.FAILED: "✕",
    Look.WAIVED: "—",
}
"""Told apart without colours, too."""
LABELS: dict[Look, Text] = {
    Look.NONE: _("Not enrolled"),
    Look.TO_DO: _("Not begun"),
    Look.IN_PROGRESS: pgettext_lazy("enrolment", "In progress"),
    Look.OVERDUE: pgettext_lazy("enrolment", "Overdue"),
    Look.COMPLETED: pgettext_lazy("enrolment", "Completed"),
    Look.OUTDATED: _("Completed in an old edition"),
    Look.FAILED: pgettext_lazy("enrolment", "Failed"),
    Look.WAIVED: pgettext_lazy("enrolment", "Waived"),
}
PLAIN = {
    EnrolmentState.TO_DO: Look.TO_DO,
    EnrolmentState.IN_PROGRESS: Look.IN_PROGRESS,
    EnrolmentState.FAILED: Look.FAILED,
    EnrolmentState.WAIVED: Look.WAIVED,
    EnrolmentState.WITHDRAWN: Look.NONE,
}
WITH_DAY = (Look.TO_DO, Look.IN_PROGRESS, Look.OVERDUE)
THROUGH = (Look.COMPLETED, Look.WAIVED)
GAPS = (Look.TO_DO, Look.IN_PROGRESS, Look.OVERDUE, Look.OUTDATED, Look.FAILED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the matrix is narrowed."""

    team: Team | None = None
    position_id: int | None = None
    topic: Topic | None = None
    only_gaps: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    agent_id: int
    course_id: int
    look: Look = Look.NONE
    due_on: date | None = None
    enrolment_id: int | None = None
    is_own_wish: bool = False
    """Begun of his own accord, each time: nobody requires it."""

    @property
    def sign(self) -> str:
        return SIGNS[self.look]

    @property
    def label(self) -> Text:
        return LABELS[self.look]

    @property
    def shown_day(self) -> date | None:
        return self.due_on if self.look in WITH_DAY else None

    @property
    def is_gap(self) -> bool:
        return self.look in GAPS

    @property
    def is_required(self) -> bool:
        return self.look != Look.NONE and not self.is_own_wish


@dataclass(frozen=True)
class Tally:
    """How many of those who are asked are through."""

    asked: int
    through: int
    overdue: int

    @property
    def percent(self) -> int | None:
        return self.through * 100 // self.asked if self.asked else None


@dataclass(frozen=True, kw_only=True)
class Row:
    agent: Agent
    cells: Sequence[Cell]

    @property
    def tally(self) -> Tally:
        return tally_of(self.cells)

    @property
    def is_covered(self) -> bool:
        """Has completed, or need not do, every course that is required of him."""
        return not any(cell.is_gap and cell.is_required for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    courses: Sequence[Course]
    rows: Sequence[Row]
    totals: Sequence[Tally] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[Team, list[Row]]]:
        found: dict[Team, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.agent.team, []).append(row)
        return list(found.items())

    @property
    def tally(self) -> Tally:
        return tally_of(cell for row in self.rows for cell in row.cells)

    @property
    def covered(self) -> int:
        return sum(row.is_covered for row in self.rows)

    @property
    def coverage_percent(self) -> int | None:
        """Agents with all required courses / agents. Source: domain.md, training_coverage."""
        return self.covered * 100 // len(self.rows) if self.rows else None


def tally_of(cells: Iterable[Cell]) -> Tally:
    looks = [cell.look for cell in cells if cell.look != Look.NONE]
    return Tally(
        asked=len(looks),
        through=sum(look in THROUGH for look in looks),
        overdue=sum(look == Look.OVERDUE for look in looks),
    )


def read(user: User, asked: Asked, *, on: date) -> Matrix:
    """Whom the user sees and who is employed that day, and the open courses. Three queries.

    Totals are of the persons shown, so that a column adds up to what one sees.
    """
    courses = list(_courses(asked))
    agents = list(_agents(user, asked, on))
    cells = _cells(agents, courses, on)
    rows = [
        Row(
            agent=agent,
            cells=[cells.get((agent.pk, course.pk)) or Cell(agent.pk, course.pk) for course in courses],
        )
        for agent in agents
    ]
    if asked.only_gaps:
        rows = [row for row in rows if any(cell.is_gap for cell in row.cells)]
    totals = [tally_of(row.cells[number] for row in rows) for number in range(len(courses))]
    return Matrix(courses=courses, rows=rows, totals=totals)


def _courses(asked: Asked) -> Iterable[Course]:
    rows = Course.objects.open().select_related("topic").order_by("topic__position", "topic__name", "code")
    return rows if asked.topic is None else rows.within(asked.topic)


def _agents(user: User, asked: Asked, on: date) -> Iterable[Agent]:
    rows = Agent.objects.visible_to(user).employed(on).select_related("user", "team", "position")
    if asked.team is not None:
        rows = rows.filter(team=asked.team)
    if asked.position_id is not None:
        rows = rows.filter(position=asked.position_id)
    return rows.order_by("team__name", "user__name", "pk")


def _cells(agents: Sequence[Agent], courses: Sequence[Course], on: date) -> dict[tuple[int, int], Cell]:
    """The last cycle of each person and course that was not withdrawn."""
    counts_from = {course.pk: course.counts_from for course in courses}
    rows = Enrolment.objects.filter(agent__in=[agent.pk for agent in agents], course__in=counts_from)
    facts = rows.exclude(state=EnrolmentState.WITHDRAWN).order_by("cycle")
    columns = ("pk", "agent", "course", "state", "due_on", "course_version", "source")
    found: dict[tuple[int, int], Cell] = {}
    for key, agent, course, state, due_on, version, source in facts.values_list(*columns):
        before = found.get((agent, course))
        found[agent, course] = Cell(
            agent,
            course,
            _look(EnrolmentState(state), due_on, on, is_current=version >= counts_from[course]),
            due_on,
            key,
            source == EnrolmentSource.SELF and (before is None or before.is_own_wish),
        )
    return found


def _look(state: EnrolmentState, due_on: date, on: date, *, is_current: bool) -> Look:
    if state == EnrolmentState.COMPLETED:
        return Look.COMPLETED if is_current else Look.OUTDATED
    look = PLAIN[state]
    return Look.OVERDUE if look in WITH_DAY and due_on < on else look
