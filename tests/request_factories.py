"""Requests as the steps make them, for tests; nothing random."""

from datetime import date, timedelta
from typing import Any

from staffing.choices import LeaveKind
from staffing.models import Agent, DutyAssignment, ShiftType, StaffRequest
from staffing.requests import leave, overtime, swaps
from tests.factories import NOW, TODAY, DutyFactory, ShiftTypeFactory

TOMORROW = TODAY + timedelta(days=1)


def ahead(agent: Agent, *, days: int = 1, shift_type: ShiftType | None = None) -> DutyAssignment:
    """A published shift of the agent, so many days from now."""
    kind = shift_type or ShiftTypeFactory.create()
    return DutyFactory.create(agent=agent, shift_type=kind, on=TODAY + timedelta(days=days))


def leave_asked(
    agent: Agent, *, first_on: date = TOMORROW, last_on: date | None = None, **more: Any
) -> StaffRequest:
    told = {"kind": LeaveKind.SICK, "by": agent.user, "at": NOW, "reason": "发烧"} | more
    return leave.ask(agent, told.pop("kind"), first_on=first_on, last_on=last_on or first_on, **told)


def swap_asked(agent: Agent, colleague: Agent, **more: Any) -> StaffRequest:
    """Tomorrow's shift for the colleague's on the day after."""
    given, taken = ahead(agent, days=1), ahead(colleague, days=2)
    return swaps.ask(agent, given=[given], taken=[taken], **{"by": agent.user, "at": NOW} | more)


def given_away(agent: Agent, *, to: Agent | None = None, **more: Any) -> StaffRequest:
    told = {"by": agent.user, "at": NOW} | more
    return swaps.give_away(agent, given=[ahead(agent)], to=to, **told)


def overtime_asked(agent: Agent, *, on: date = TOMORROW, **more: Any) -> StaffRequest:
    told = {"by": agent.user, "at": NOW} | more
    kind = told.pop("shift_type", None) or ShiftTypeFactory.create()
    return overtime.ask(agent, kind, on=on, **told)
