"""What the grid's page and its script tell each other: strict about what comes, plain about what goes."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import instants
from portal.api.problems import REFUSALS
from portal.errors import DomainError, MissingInformation
from portal.models import User
from staffing import rule_checks
from staffing.absences import Absence
from staffing.labour.breaches import Breach
from staffing.labour.hours import Ledger
from staffing.models import RosterEdit, ShiftType, Wish
from staffing.rosters.coverage import Coverage, Line
from staffing.rosters.editing import MOST_CELLS, CellChange, CellOutcome
from staffing.rosters.findings import Findings
from staffing.rosters.grid import Cell, Day, Grid, Person
from staffing.rosters.news import News
from staffing.year_view import WEEKDAY_INITIALS

MOST_CODES = 4
LONGEST_CODE = 10
LARGEST_KEY = 2**63 - 1

View = Callable[..., HttpResponse]


def answers_json(view: View) -> View:
    """A refusal is told as {"error": "..."} with its status."""

    @wraps(view)
    def told(model_admin: Any, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(model_admin, request, **kwargs)
        except DomainError as refusal:
            status = next(status for kind, (status, _name) in REFUSALS.items() if isinstance(refusal, kind))
            return JsonResponse({"error": str(refusal)}, status=status)

    return told


# What comes


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """Raises: MissingInformation for what is no JSON object."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise _odd()
    return body


def revision_of(body: Mapping[str, Any]) -> int:
    return _number(body.get("revision"))


def changes_of(body: Mapping[str, Any]) -> list[CellChange]:
    """Raises: MissingInformation for anything but cells with the codes wanted and those seen."""
    return [
        CellChange(*_cell(item), codes=_codes(item.get("codes")), seen=_codes(item.get("seen")))
        for item in _items(body, "changes")
    ]


def cells_of(body: Mapping[str, Any]) -> list[tuple[int, date]]:
    return [_cell(item) for item in _items(body, "cells")]


def is_pinned(body: Mapping[str, Any]) -> bool:
    wanted = body.get("is_pinned")
    if not isinstance(wanted, bool):
        raise _odd()
    return wanted


def _items(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = body.get(name)
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        raise _odd()
    if len(listed) > MOST_CELLS:
        raise MissingInformation(_("Change at most %(count)s cells at once.") % {"count": MOST_CELLS})
    return listed


def _cell(item: Mapping[str, Any]) -> tuple[int, date]:
    on = item.get("on")
    day = instants.day(on) if isinstance(on, str) else None
    if day is None:
        raise _odd()
    return _number(item.get("agent")), day


def _codes(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_CODES:
        raise _odd()
    if not all(isinstance(code, str) and code and len(code) <= LONGEST_CODE for code in value):
        raise _odd()
    return tuple(value)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_KEY:
        raise _odd()
    return value


def _odd() -> MissingInformation:
    return MissingInformation(_("This is no change of a roster."))


# What goes


def told_grid(grid: Grid, *, reader: User) -> dict[str, Any]:
    roster = grid.roster
    return {
        "roster": {
            "id": roster.pk,
            "revision": roster.revision,
            "version": roster.version,
        },
        "days": [_day(day) for day in grid.days],
        "shifts": [_shift(shift_type) for shift_type in grid.shift_types],
        "people": [_person(person) for person in grid.people],
        "cells": [_told_cell(cell) for cell in grid.cells],
        "pins": [[agent_id, str(on)] for agent_id, on in grid.pins],
        "wishes": [_wish(wish) for wish in grid.wishes],
        "absences": [_absence(each) for each in grid.absences],
        "lines": [_line(line) for line in grid.coverage.lines],
        "coverage": _coverage(grid.coverage),
        "needs": _needs(grid.coverage),
        **_findings(grid.findings, reader),
    }


def told_news(news: News, *, reader: User) -> dict[str, Any]:
    return {
        "revision": news.revision,
        "version": news.version,
        "edits": [
            {"agent": each.agent_id, "on": str(each.on), "by": each.by_id, "name": each.by}
            for each in news.edits
        ],
        "cells": [_told_cell(cell) for cell in news.cells],
        "agents": sorted(news.agents),
        "coverage": _coverage(news.coverage),
        "needs": _needs(news.coverage),
        **_findings(news.findings, reader),
    }


def told_outcomes(outcomes: Iterable[CellOutcome]) -> list[dict[str, Any]]:
    """Only what was refused: of the rest the cells tell what they hold."""
    return [
        {
            "agent": each.agent_id,
            "on": str(each.on),
            "refusal": str(each.refusal),
            "is_stale": each.is_stale,
        }
        for each in outcomes
        if each.refusal
    ]


def told_history(edits: Iterable[RosterEdit]) -> list[dict[str, Any]]:
    return [
        {
            "name": edit.by.name if edit.by else "",
            "agent": edit.agent.user.name,
            "day": f"{edit.on:%m-%d}",
            "at": f"{timezone.localtime(edit.at):%m-%d %H:%M}",
            "before": edit.before,
            "after": edit.after,
            "reason": edit.reason,
        }
        for edit in edits
    ]


def _day(day: Day) -> dict[str, Any]:
    return {
        "on": str(day.on),
        "weekday": str(WEEKDAY_INITIALS[day.on.weekday()]),
        "short": f"{day.on:%m-%d}",
        "look": day.look.value,
        "name": day.name or (str(day.look.label) if day.look.value not in {"work", "rest"} else ""),
        "today": day.is_today,
        "known": day.is_known,
    }


def _shift(shift_type: ShiftType) -> dict[str, Any]:
    return {
        "code": shift_type.code,
        "name": shift_type.name,
        "hours": shift_type.hours,
        "colour": shift_type.colour,
        "active": shift_type.is_active,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.agent_id,
        "name": person.name,
        "no": person.staff_no,
        "skills": person.skills,
        "from": str(person.first_on),
        "until": str(person.last_on) if person.last_on else "",
        "member": person.is_member,
    }


def _told_cell(cell: Cell) -> list[Any]:
    return [cell.agent_id, str(cell.on), [[shift.code, shift.state] for shift in cell.shifts]]


def _absence(absence: Absence) -> list[Any]:
    """Agent, days, what it is, and whether it is granted."""
    days = (str(absence.first_on), str(absence.last_on))
    return [absence.agent_id, *days, str(absence.kind.label), absence.is_approved]


def _wish(wish: Wish) -> dict[str, Any]:
    return {
        "agent": wish.agent_id,
        "on": str(wish.on),
        "code": wish.shift_type.code if wish.shift_type else "",
        "wanted": wish.is_wanted,
        "note": wish.note,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"code": line.shift_type.code, "name": line.shift_type.name, "skill": line.skill}


def _coverage(coverage: Coverage) -> dict[str, list[list[int]]]:
    return {
        str(on): [[count.planned, count.required] for count in counts] for on, counts in coverage.days.items()
    }


def _needs(coverage: Coverage) -> dict[str, dict[str, Any]]:
    return {str(on): {"missing": each.missing, "text": each.sentence} for on, each in coverage.needs.items()}


def _findings(findings: Findings, reader: User) -> dict[str, Any]:
    return {
        "breaches": [_breach(breach) for breach in rule_checks.told_to(reader, findings.breaches)],
        "ledgers": {str(agent_id): _ledger(each) for agent_id, each in findings.ledgers.items()},
    }


def _breach(breach: Breach) -> dict[str, Any]:
    return {
        "agent": breach.worker,
        "on": str(breach.on),
        "rule": str(breach.code.label),
        "severity": breach.severity.value,
        "text": breach.sentence,
        "article": breach.article,
    }


def _ledger(ledger: Ledger) -> dict[str, Any]:
    rest = ledger.shortest_rest
    return {
        "paid": ledger.paid_minutes,
        "standard": ledger.standard_minutes,
        "overtime": ledger.overtime_minutes,
        "nights": ledger.nights,
        "weekends": ledger.weekends,
        "rest": None if rest is None else round(rest.total_seconds() / 60),
    }
