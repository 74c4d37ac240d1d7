"""One's own shifts in the calendar of one's phone: an address that nobody can guess, and what it answers."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from icalendar import Calendar, Event

from portal.errors import NotAllowed
from portal.models import User
from staffing import recording
from staffing.models import Agent, DutyAssignment, DutyFeed

TOKEN_BYTES = 32
BEFORE, AHEAD = timedelta(days=31), timedelta(days=93)
"""What the calendar shows around today."""
REFRESH = timedelta(hours=1)


@transaction.atomic
def make_address(agent: Agent, *, by: User | None, at: datetime) -> str:
    """A new token for the agent's own calendar, told this once; the old address is dead from now on.

    Raises: NotAllowed for anybody else, also for a supervisor: the address needs no sign-in.
    """
    if by is not None and by.pk != agent.user_id:
        raise NotAllowed(gettext_lazy("Everybody makes the address of his own calendar only."))
    agent = Agent.objects.locked().get(pk=agent.pk)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed, is_new = DutyFeed.objects.update_or_create(
        agent=agent, defaults={"token_digest": _digest(token), "made_at": at}
    )
    if is_new:
        recording.added(feed, {"made_at": at}, by=by, at=at)
    else:
        recording.changed(feed, {"made_at": (None, at)}, by=by, at=at)
    return token


def agent_of(token: str, *, at: datetime) -> Agent | None:
    """Whose address it is; nobody's once he has left, or may sign in no more."""
    feed = DutyFeed.objects.filter(token_digest=_digest(token)).select_related(
        "agent__user", "agent__team__department"
    )
    found = feed.first()
    if found is None or not found.agent.user.is_active:
        return None
    agent: Agent = found.agent
    return agent if agent.is_employed(agent.local_date(at)) else None


def calendar_of(agent: Agent, *, at: datetime) -> bytes:
    """The published shifts as iCalendar, in the agent's language."""
    with override(agent.user.language):
        calendar = Calendar()
        calendar.add("prodid", "-//customer service portal//duty//")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("My shifts"))
        calendar.add("x-wr-timezone", agent.team.department.timezone)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        today = agent.local_date(at)
        duties = agent.duties.published().filter(on__range=(today - BEFORE, today + AHEAD))
        for duty in duties.select_related("shift_type").order_by("starts_at"):
            calendar.add_component(_event(duty, agent, at))
        return bytes(calendar.to_ical())


def _event(duty: DutyAssignment, agent: Agent, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"duty-{duty.pk}@portal")
    event.add("dtstamp", at)
    event.add("summary", duty.shift_type.name)
    event.add("dtstart", duty.starts_at.astimezone(agent.zone))
    event.add("dtend", duty.ends_at.astimezone(agent.zone))
    event.add("location", agent.team.name)
    if duty.note:
        event.add("description", duty.note)
    return event


def _digest(token: str) -> str:
    """A plain hash suffices: the token has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
