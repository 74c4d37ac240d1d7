"""The same act for many people and courses at once, as chosen in the matrix: each by its own step.

What is refused stops nothing else and is told with its reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from portal.errors import DomainError, MissingInformation, NotAllowed
from portal.models import User
from staffing.models import Agent
from training import policy
from training.choices import EnrolmentSource
from training.courses import enrolment, files, marking
from training.models import Course, Enrolment

MOST_CELLS = 2_000

Cell = tuple[int, int]
"""The keys of an agent and a course."""


class Act(StrEnum):
    ENROL = "enrol"
    COMPLETE = "complete"
    WAIVE = "waive"
    WITHDRAW = "withdraw"
    EXTEND = "extend"


@dataclass
class Outcome:
    done: int = 0
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By reason, whom it concerns."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What was filled in; which of it an act needs its step says."""

    reason: str = ""
    due_on: date | None = None
    done_on: date | None = None
    evidence: File[Any] | None = None


def act_on_cells(cells: Collection[Cell], act: Act, wanted: Wanted, *, by: User, at: datetime) -> Outcome:
    """Raises: MissingInformation when nothing or too much is chosen, or for a file that is not taken."""
    if not cells or len(cells) > MOST_CELLS:
        raise MissingInformation(_("Choose 1 to %(count)s cells.") % {"count": MOST_CELLS})
    if wanted.evidence:
        files.take(wanted.evidence, field="evidence", at_most=policy.LARGEST_EVIDENCE)
    agents = {row.pk: row for row in _agents(by, {agent for agent, _course in cells})}
    courses = Course.objects.visible_to(by).in_bulk({course for _agent, course in cells})
    step = _step(act, wanted, by=by, at=at)
    outcome = Outcome()
    for agent, course in sorted(cells):
        try:
            if agent not in agents or course not in courses:
                raise NotAllowed(_("You may not do that for this person."))
            step(agents[agent], courses[course])
            outcome.done += 1
        except DomainError as refusal:
            told = str(agents.get(agent, "?"))
            if len(courses) > 1:
                told = f"{told} · {courses.get(course, '?')}"
            outcome.refused[str(refusal)].append(told)
    return outcome


def _agents(by: User, keys: Iterable[int]) -> Iterable[Agent]:
    return Agent.objects.visible_to(by).filter(pk__in=set(keys)).select_related("user", "team__department")


def _step(act: Act, wanted: Wanted, *, by: User, at: datetime) -> Callable[[Agent, Course], object]:
    evidence, name = b"", ""
    if wanted.evidence:
        wanted.evidence.seek(0)
        evidence, name = wanted.evidence.read(), wanted.evidence.name or ""

    def copy() -> File[Any] | None:
        """Each enrolment keeps its own: one may be corrected without the others."""
        return ContentFile(evidence, name=name) if evidence else None

    def run(agent: Agent, course: Course) -> object:
        match act:
            case Act.ENROL:
                return enrolment.enrol(
                    agent, course, source=EnrolmentSource.ASSIGNED, by=by, at=at, due_on=wanted.due_on
                )
            case Act.COMPLETE:
                return marking.complete(
                    agent, course, reason=wanted.reason, by=by, at=at, done_on=wanted.done_on, evidence=copy()
                )
            case Act.WAIVE:
                return marking.waive(agent, course, reason=wanted.reason, by=by, at=at, evidence=copy())
            case Act.WITHDRAW:
                return enrolment.withdraw(_to_do(agent, course), reason=wanted.reason, by=by, at=at)
            case Act.EXTEND:
                return _extend(_to_do(agent, course), wanted, by=by, at=at)

    return run


def _extend(row: Enrolment, wanted: Wanted, *, by: User, at: datetime) -> Enrolment:
    if wanted.due_on is None:
        message = _("Choose another day.")
        raise MissingInformation(message, fields={"due_on": message})
    return enrolment.extend(row, due_on=wanted.due_on, reason=wanted.reason, by=by, at=at)


def _to_do(agent: Agent, course: Course) -> Enrolment:
    found = Enrolment.objects.unfinished().filter(agent=agent, course=course).first()
    if found is None:
        raise MissingInformation(_("This is not to be done at present."))
    return found
