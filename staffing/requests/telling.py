"""Who is told what about a request: each act once, and nobody of what he did himself."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.choices import Role
from portal.errors import Text
from portal.models import User
from staffing import notices
from staffing.choices import RequestKind, ShiftSide
from staffing.models import Agent, DutyAssignment, RequestShift, StaffRequest

MINE = "admin:staffing_staffrequest_mine"
DETAIL = "admin:staffing_staffrequest_change"


def days(request: StaffRequest) -> str:
    """3月12日, 3月12日–14日 or 3月12日 09:00–12:00, in the reader's language."""
    first = day(request.first_on)
    if request.starts and request.ends:
        return f"{first} {request.starts:%H:%M}–{request.ends:%H:%M}"
    return first if request.first_on == request.last_on else f"{first} – {day(request.last_on)}"


def shifts(lines: Iterable[RequestShift], side: ShiftSide) -> str:
    """The shifts of one side: 3月12日 白班、3月13日 白班."""
    named = [f"{day(line.on)} {line.shift_type.name}" for line in lines if line.side == side]
    return "、".join(named)


def matter(request: StaffRequest, lines: Sequence[RequestShift]) -> str:
    """What it is about, in one line."""
    given, taken = shifts(lines, ShiftSide.GIVEN), shifts(lines, ShiftSide.TAKEN)
    if request.kind == RequestKind.SWAP:
        return f"{request.get_kind_display()} {given} ⇄ {taken}"
    if request.kind == RequestKind.LEAVE:
        return f"{request.what} {days(request)}"
    return f"{request.what} {given or taken}"


def asked(request: StaffRequest, lines: Sequence[RequestShift], *, by: User | None, at: datetime) -> None:
    """A colleague has to answer, or a supervisor to decide."""
    if request.counterpart is not None:
        people = [request.counterpart.user]
    else:
        people = [agent.user for agent in _free_colleagues(request, lines)]
    _tell(
        people,
        request,
        lambda: (
            _("%(name)s asks you: %(matter)s") % {"name": request.agent, "matter": matter(request, lines)}
        ),
        link=reverse(MINE),
        by=by,
        at=at,
    )


def waits(request: StaffRequest, lines: Sequence[RequestShift], *, by: User | None, at: datetime) -> None:
    _tell(
        deciders_of(request),
        request,
        lambda: (
            _("To be approved: %(name)s, %(matter)s")
            % {"name": request.agent, "matter": matter(request, lines)}
        ),
        link=reverse(DETAIL, args=[request.pk]),
        by=by,
        at=at,
        what="waits",
    )


def answered(
    request: StaffRequest,
    text: Text,
    *,
    by: User | None,
    at: datetime,
    with_counterpart: bool = False,
    who: Agent | None = None,
) -> None:
    """Whoever asked hears what became of it, and the colleague where it is about him as well.

    `text` is lazy, with %(matter)s and, if it likes, %(name)s of the colleague (or `who`) and %(answer)s.
    """
    people = [request.agent.user]
    if with_counterpart and request.counterpart is not None:
        people.append(request.counterpart.user)
    lines = list(request.shifts.filter(is_dropped=False).select_related("shift_type"))
    _tell(
        people,
        request,
        lambda: (
            str(text)
            % {
                "name": who or request.counterpart or "",
                "matter": matter(request, lines),
                "answer": f": {request.answer}" if request.answer else "",
            }
        ),
        link=reverse(MINE),
        by=by,
        at=at,
    )


def counterpart(request: StaffRequest, text: Text, *, by: User | None, at: datetime) -> None:
    """The colleague hears that it is off."""
    if request.counterpart is None:
        return
    lines = list(request.shifts.filter(is_dropped=False).select_related("shift_type"))
    _tell(
        [request.counterpart.user],
        request,
        lambda: str(text) % {"name": request.agent, "matter": matter(request, lines)},
        link=reverse(MINE),
        by=by,
        at=at,
        what="off",
    )


def filled(line: RequestShift, agent: Agent, *, at: datetime) -> None:
    notices.tell(
        [agent.user],
        f"gap:{line.pk}:{line.made_id}",
        lambda: _("You stand in: %(day)s %(shift)s") % {"day": day(line.on), "shift": line.shift_type.name},
        link=reverse(MINE),
        at=at,
    )


def deciders_of(request: StaffRequest) -> list[User]:
    """Those who look after the team; who takes part himself does not decide: then the directors."""
    partners = {agent.user_id for agent in (request.agent, request.counterpart) if agent}
    people = [user for user in notices.supervisors_of(request.agent.team) if user.pk not in partners]
    return people or list(User.objects.filter(is_active=True, groups__name=Role.DIRECTOR))


def _free_colleagues(request: StaffRequest, lines: Sequence[RequestShift]) -> list[Agent]:
    """Members of the team who have no shift on any of the days."""
    busy = DutyAssignment.objects.published().filter(on__in=[line.on for line in lines])
    members = Agent.objects.employed(request.first_on).filter(team=request.agent.team_id)
    free = members.exclude(pk=request.agent_id).exclude(pk__in=busy.order_by().values("agent"))
    return list(free.select_related("user"))


def _tell(
    people: Iterable[User],
    request: StaffRequest,
    wording: notices.Wording,
    *,
    link: str,
    by: User | None,
    at: datetime,
    what: str = "told",
) -> None:
    others = [user for user in people if by is None or user.pk != by.pk]
    notices.tell(others, f"request:{request.pk}:{request.revision}:{what}", wording, link=link, at=at)


def day(on: date) -> str:
    return date_format(on, "MONTH_DAY_FORMAT")
