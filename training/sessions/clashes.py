"""Where people already are at the time of a session: on a shift, on leave, in another session, in a meeting.

Learning takes somebody away from a shift, which is often meant: it is told, and goes on with a reason. Nobody
is called back from approved leave, and nobody is in two sessions at once, whatever the reason.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.models import User
from staffing import absences
from staffing.absences import Absence
from staffing.choices import DutyState, MeetingState
from staffing.models import Agent, DutyAssignment, MeetingAttendee
from training import policy
from training.models import SessionBooking, TrainingSession

NAMES_TOLD = 3
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One thing that somebody has to do at the time. `text` is in the language of whoever asked."""

    agent_id: int
    kind: str
    text: str
    is_final: bool = False
    """No reason helps."""

    @property
    def takes_off_duty(self) -> bool:
        return self.kind == "shift"


def clashes_of(
    agents: Collection[Agent],
    starts_at: datetime,
    ends_at: datetime,
    *,
    seen_by: User | None,
    but: TrainingSession | None = None,
) -> Mapping[int, list[Clash]]:
    """What keeps each of some people from coming in a span of time, by the key of the agent. Five queries.

    Shifts of a roster that is not out are told only to whoever may see them. `but` is the session that is
    being moved, which does not stand in its own way.
    """
    found: dict[int, list[Clash]] = {agent.pk: [] for agent in agents}
    for clash in (
        *_shifts(agents, starts_at, ends_at, seen_by),
        *_leave(agents, starts_at, ends_at),
        *_seats(agents, starts_at, ends_at, but),
        *_teaching(agents, starts_at, ends_at, but),
        *_meetings(agents, starts_at, ends_at),
    ):
        found[clash.agent_id].append(clash)
    return found


def named(agents: Collection[Agent], clashes: Mapping[int, Sequence[Clash]]) -> str:
    """The first few whom something keeps, each with the first thing; and how many more there are."""
    kept = [agent for agent in agents if clashes[agent.pk]]
    told = [
        _("%(agent)s: %(clash)s") % {"agent": agent, "clash": clashes[agent.pk][0].text}
        for agent in kept[:NAMES_TOLD]
    ]
    if len(kept) > NAMES_TOLD:
        told.append(_("%(count)s more") % {"count": len(kept) - NAMES_TOLD})
    return "; ".join(told)


def final(found: Mapping[int, Sequence[Clash]]) -> dict[int, list[Clash]]:
    """Those of them that no reason overrules, by the key of the agent."""
    return {key: [clash for clash in told if clash.is_final] for key, told in found.items()}


def off_duty(agents: Collection[Agent], found: Mapping[int, Sequence[Clash]]) -> list[Agent]:
    """Who of them would be away from a shift."""
    return [agent for agent in agents if any(clash.takes_off_duty for clash in found[agent.pk])]


def _shifts(
    agents: Collection[Agent], starts_at: datetime, ends_at: datetime, seen_by: User | None
) -> Iterator[Clash]:
    duties = DutyAssignment.objects.standing().touching(starts_at, ends_at).filter(agent__in=agents)
    if seen_by is not None:
        duties = duties.visible_to(seen_by)
    for duty in duties.select_related("shift_type").order_by("starts_at", "pk"):
        text = _("on shift %(shift)s %(time)s")
        if duty.state == DutyState.DRAFT:
            text = _("on shift %(shift)s %(time)s, not yet published")
        facts = {"shift": duty.shift_type.name, "time": _span(duty.starts_at, duty.ends_at)}
        yield Clash(agent_id=duty.agent_id, kind="shift", text=text % facts)


def _leave(agents: Collection[Agent], starts_at: datetime, ends_at: datetime) -> Iterator[Clash]:
    """Days of leave are those of the clock by which somebody works."""
    zones = {agent.pk: agent.zone for agent in agents}
    first_on, last_on = starts_at.date() - DAY, ends_at.date() + DAY  # Wherever they are.
    for absence in absences.absences_of(agents, first_on, last_on, with_hours=True):
        zone = zones[absence.agent_id]
        if not _keeps(absence, starts_at.astimezone(zone), (ends_at - INSTANT).astimezone(zone)):
            continue
        facts = {"first": f"{absence.first_on:%m-%d}", "last": f"{absence.last_on:%m-%d}"}
        text = _("on leave %(first)s to %(last)s") if absence.is_approved else _("has asked for leave")
        yield Clash(agent_id=absence.agent_id, kind="leave", text=text % facts, is_final=absence.is_approved)


def _keeps(absence: Absence, begins: datetime, ends: datetime) -> bool:
    """Leave for some hours of a day keeps somebody only in those hours. `ends` is the last instant."""
    if begins.date() > absence.last_on or ends.date() < absence.first_on:
        return False
    if absence.hours is None:
        return True
    from_, to = absence.hours
    first = begins.time() if begins.date() == absence.first_on else time.min
    last = ends.time() if ends.date() == absence.first_on else time.max
    return from_ <= last and first < to


def _seats(
    agents: Collection[Agent], starts_at: datetime, ends_at: datetime, but: TrainingSession | None
) -> Iterator[Clash]:
    seats = SessionBooking.objects.of_sessions_touching(starts_at, ends_at).filter(agent__in=agents)
    if but is not None:
        seats = seats.exclude(session=but)
    for seat in seats.select_related("session__course").order_by("session__starts_at", "pk"):
        facts = {"course": seat.session, "time": _span(seat.session.starts_at, seat.session.ends_at)}
        text = _("in the session “%(course)s” %(time)s") % facts
        yield Clash(agent_id=seat.agent_id, kind="session", text=text, is_final=True)


def _teaching(
    agents: Collection[Agent], starts_at: datetime, ends_at: datetime, but: TrainingSession | None
) -> Iterator[Clash]:
    sessions = TrainingSession.objects.standing().touching(starts_at, ends_at)
    taught = sessions.filter(trainer__agent__in=agents).select_related("course", "trainer__agent")
    if but is not None:
        taught = taught.exclude(pk=but.pk)
    for session in taught:
        facts = {"course": session, "time": _span(session.starts_at, session.ends_at)}
        text = _("teaches “%(course)s” %(time)s") % facts
        yield Clash(agent_id=session.trainer.agent.pk, kind="teaching", text=text, is_final=True)


def _meetings(agents: Collection[Agent], starts_at: datetime, ends_at: datetime) -> Iterator[Clash]:
    asked = MeetingAttendee.objects.filter(
        agent__in=agents,
        meeting__state=MeetingState.PLANNED,
        meeting__starts_at__lt=ends_at,
        meeting__starts_at__gt=starts_at - policy.MEETING_LENGTH,
    )
    for one in asked.select_related("meeting").order_by("meeting__starts_at", "pk"):
        facts = {"title": one.meeting, "time": f"{localtime(one.meeting.starts_at):%H:%M}"}
        text = _("asked to the meeting “%(title)s” at %(time)s") % facts
        yield Clash(agent_id=one.agent_id, kind="meeting", text=text)


def _span(starts_at: datetime, ends_at: datetime) -> str:
    """03-11 09:00–18:00."""
    return f"{localtime(starts_at):%m-%d %H:%M}–{localtime(ends_at):%H:%M}"
