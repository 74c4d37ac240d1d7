"""A dozen requests in every state, made by the steps themselves, for the inbox of the account `supervisor`.

Whatever a rule forbids in this day's roster is left out: the demonstration keeps the rules, too.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import localdate

from config.demo.people import HOME_TEAM, Staff
from portal.errors import DomainError
from staffing.choices import LeaveKind
from staffing.models import Agent, ShiftType, StaffRequest
from staffing.requests import deciding, leave, overtime, swaps, wishes
from staffing.requests.mine import shifts_ahead
from staffing.shifts import DAY

HOUR = timedelta(hours=1)
Made = TypeVar("Made")


def fill(staff: Staff, *, at: datetime) -> None:
    others = staff.agents[HOME_TEAM][2:]
    if len(others) < len(("sick", "personal", "marriage", "approved")):
        return
    _leave(staff, others, at=at)
    _exchanges(staff, others, at=at)
    _overtime(staff, others, at=at)
    _wishes(staff, others, at=at)


def _leave(staff: Staff, others: list[Agent], *, at: datetime) -> None:
    boss = staff.supervisor.user
    _ask_leave(others[0], LeaveKind.SICK, 1, 1, "发烧，已挂号", at=at - 2 * HOUR)
    _ask_leave(others[1], LeaveKind.PERSONAL, 3, 2, "孩子家长会", at=at - 5 * HOUR)
    _ask_leave(others[2], LeaveKind.MARRIAGE, 12, 3, "领证", at=at - 30 * HOUR)
    _ask_leave(staff.supervisor, LeaveKind.PERSONAL, 9, 1, "体检", at=at - 3 * HOUR)
    approved = _ask_leave(others[3], LeaveKind.SICK, 2, 1, "拔牙", at=at - 20 * HOUR)
    if approved:
        _try(deciding.approve, approved, answer="早日康复", by=boss, at=at - 19 * HOUR)
    refused = _ask_leave(staff.handler, LeaveKind.PERSONAL, 6, 4, "想去旅游", at=at - 40 * HOUR)
    if refused:
        _try(deciding.refuse, refused, reason="大促期间，请改到月底", by=boss, at=at - 38 * HOUR)


def _ask_leave(
    agent: Agent, kind: LeaveKind, day: int, days: int, reason: str, *, at: datetime
) -> StaffRequest | None:
    first_on = localdate(at) + day * DAY
    last_on = first_on + (days - 1) * DAY
    told = {"first_on": first_on, "last_on": last_on, "reason": reason}
    return _try(leave.ask, agent, kind, **told, by=agent.user, at=at)


def _exchanges(staff: Staff, others: list[Agent], *, at: datetime) -> None:
    """Offered, taken, declined, withdrawn."""
    _swap(others[0], staff.handler, at=at - 4 * HOUR)
    taken = _give_away(others[3], None, at=at - 7 * HOUR)
    for colleague in others[:3]:
        if taken and _try(swaps.accept, taken, agent=colleague, by=colleague.user, at=at - 6 * HOUR):
            break
    _give_away(others[1], None, at=at - 2 * HOUR)
    declined = next(filter(None, (_give_away(staff.handler, one, at=at - 26 * HOUR) for one in others)), None)
    if declined and declined.counterpart:
        partner = declined.counterpart.user
        _try(swaps.decline, declined, reason="那天有事", by=partner, at=at - 25 * HOUR)
    withdrawn = _give_away(others[2], None, at=at - 50 * HOUR)
    if withdrawn:
        _try(deciding.withdraw, withdrawn, by=others[2].user, at=at - 49 * HOUR)


def _swap(agent: Agent, colleague: Agent, *, at: datetime) -> None:
    """The first pair of shifts that no rule forbids."""
    told = {"reason": "想换一天陪家人", "by": agent.user, "at": at}
    theirs = shifts_ahead(colleague, at=at)
    for given in shifts_ahead(agent, at=at):
        for taken in theirs:
            if _try(swaps.ask, agent, given=[given], taken=[taken], **told):
                return


def _give_away(agent: Agent, to: Agent | None, *, at: datetime) -> StaffRequest | None:
    told = {"to": to, "reason": "家里有事", "by": agent.user, "at": at}
    for duty in reversed(shifts_ahead(agent, at=at)):
        made = _try(swaps.give_away, agent, given=[duty], **told)
        if made:
            return made
    return None


def _overtime(staff: Staff, others: list[Agent], *, at: datetime) -> None:
    """One waits, one is approved."""
    types = list(ShiftType.objects.filter(is_active=True))
    for number, agent in enumerate(others[2:4]):
        told = {"reason": "大促支援", "by": agent.user, "at": at - (8 + number) * HOUR}
        days = [localdate(at) + day * DAY for day in range(3, 12)]
        tries = (_try(overtime.ask, agent, kind, on=on, **told) for on in days for kind in types)
        asked = next(filter(None, tries), None)
        if asked and number:
            _try(deciding.approve, asked, by=staff.supervisor.user, at=at - HOUR)


def _wishes(staff: Staff, others: list[Agent], *, at: datetime) -> None:
    for number, agent in enumerate((staff.handler, *others[:4])):
        on = localdate(at) + (15 + number) * DAY
        _try(wishes.wish, agent, on=on, is_wanted=bool(number % 2), weight=2, by=agent.user, at=at)
    for duty in shifts_ahead(others[0], at=at)[:2]:
        wishes.offer_to_stay(duty, by=others[0].user, at=at)


def _try(step: Callable[..., Made], *args: Any, **told: Any) -> Made | None:
    with suppress(DomainError), transaction.atomic():
        return step(*args, **told)
    return None
