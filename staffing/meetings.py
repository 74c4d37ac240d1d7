"""The steps of a meeting: called, moved, minuted while it goes on, closed, or cancelled."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from staffing import notices, recording, rights
from staffing.choices import MeetingState
from staffing.models import Agent, Meeting, MeetingAttendee, Team

LONGEST_MINUTES = 20_000


@transaction.atomic
def call(
    team: Team,
    *,
    title: str,
    kind: str,
    starts_at: datetime,
    chaired_by: Agent,
    by: User | None,
    at: datetime,
    place: str = "",
    invited: Iterable[Agent] = (),
) -> Meeting:
    """Call a meeting of a team; without names everybody of the team is asked. Who chairs is asked, too.

    Raises: NotAllowed, also for people one does not look after; MissingInformation without a title;
    WrongState for somebody who is not employed then.
    """
    rights.require_over_team(by, rights.CALL_MEETING, team)
    if not title.strip():
        raise MissingInformation(_("Give a title."), fields={"title": _("Give a title.")})
    on = starts_at.astimezone(team.department.zone).date()
    named = list(invited) or list(Agent.objects.filter(team=team).employed(on))
    asked = {agent.pk: agent for agent in (*named, chaired_by)}
    _require_askable(asked, team, starts_at, by)
    meeting = Meeting.objects.create(
        team=team,
        title=title.strip(),
        kind=kind,
        starts_at=starts_at,
        place=place.strip(),
        chaired_by=chaired_by,
    )
    MeetingAttendee.objects.bulk_create(
        MeetingAttendee(meeting=meeting, agent=agent) for agent in asked.values()
    )
    facts = {"starts_at": starts_at, "chaired_by": chaired_by, "attendees": len(asked)}
    recording.added(meeting, facts, by=by, at=at)
    notices.meeting_called(meeting, attendees_of(meeting, but=by), at=at)
    return meeting


@transaction.atomic
def move(meeting: Meeting, *, starts_at: datetime, by: User | None, at: datetime, place: str = "") -> Meeting:
    """Another time or place; everybody who was asked is told.

    Raises: NotAllowed; WrongState for one that is over; MissingInformation when nothing would be different.
    """
    meeting = _planned(meeting, by)
    new = {"starts_at": starts_at, "place": place.strip()}
    changes = {
        name: (getattr(meeting, name), value)
        for name, value in new.items()
        if getattr(meeting, name) != value
    }
    if not changes:
        raise MissingInformation(_("Name another time or place."))
    for name, value in new.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(new))
    recording.changed(meeting, changes, by=by, at=at)
    notices.meeting_moved(meeting, attendees_of(meeting, but=by), at=at)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: User | None, at: datetime) -> Meeting:
    """Raises: NotAllowed; MissingInformation without a reason; WrongState for one that is over."""
    reason = rights.require_reason(reason)
    meeting = _planned(meeting, by)
    _set_state(meeting, MeetingState.CANCELLED, by=by, at=at, reason=reason)
    notices.meeting_cancelled(meeting, attendees_of(meeting, but=by), at=at)
    return meeting


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, minutes: str, present: Collection[int], version: int, by: User | None, at: datetime
) -> Meeting:
    """Write down what is said, and who is there (by the key of the agent); as often as one likes.

    `version` is the one that was read: what somebody else has written since is not overwritten unseen.

    Raises: NotAllowed; Stale; MissingInformation for a text that is too long; WrongState for a cancelled one.
    """
    meeting = _written_by(meeting, by)
    if meeting.state == MeetingState.CANCELLED:
        raise WrongState(_("This meeting was cancelled."))
    if len(minutes) > LONGEST_MINUTES:
        message = _("At most %(count)s characters.") % {"count": LONGEST_MINUTES}
        raise MissingInformation(message, fields={"minutes": message})
    as_read = Meeting.objects.filter(pk=meeting.pk, version=version)
    if not as_read.update(minutes=minutes.strip(), version=F("version") + 1):
        raise Stale(_("Somebody else has written the minutes since. Put both together and save again."))
    attendees = MeetingAttendee.objects.filter(meeting=meeting)
    attendees.filter(agent__in=present).update(was_present=True)
    attendees.exclude(agent__in=present).update(was_present=False)
    meeting.refresh_from_db()
    recording.changed(meeting, {"version": (version, meeting.version)}, by=by, at=at)
    return meeting


@transaction.atomic
def close(meeting: Meeting, *, by: User | None, at: datetime) -> Meeting:
    """It was held: the minutes are there for everybody who was asked.

    Raises: NotAllowed; MissingInformation without minutes; WrongState for one that is over or has not begun.
    """
    meeting = _planned(meeting, by)
    if at < meeting.starts_at:
        raise WrongState(_("The meeting has not begun yet. If it was held earlier, move it first."))
    if not meeting.minutes:
        raise MissingInformation(_("Write the minutes first."))
    _set_state(meeting, MeetingState.HELD, by=by, at=at)
    notices.minutes_ready(meeting, attendees_of(meeting, but=by), at=at)
    return meeting


def may_write(meeting: Meeting, by: User | None) -> bool:
    """Who chairs it, or looks after the team."""
    if by is None or by.pk == meeting.chaired_by.user_id:
        return True
    sees_team = Team.objects.visible_to(by).filter(pk=meeting.team_id)
    return by.has_perm(rights.WRITE_MINUTES) and sees_team.exists()


def require_writer(meeting: Meeting, by: User | None) -> None:
    """Raises: NotAllowed."""
    if not may_write(meeting, by):
        raise NotAllowed(_("Only who chairs the meeting or looks after the team may do that."))


def attendees_of(meeting: Meeting, *, but: User | None = None) -> list[User]:
    """Those who were asked; who acts need not be told."""
    people = User.objects.filter(agent__meetings_asked_to__meeting=meeting)
    return list(people.exclude(pk=but.pk) if but else people)


def _require_askable(asked: dict[int, Agent], team: Team, starts_at: datetime, by: User | None) -> None:
    seen = Agent.objects.visible_to(by) if by else Agent.objects.all()
    if seen.filter(pk__in=asked).count() < len(asked):
        raise NotAllowed(_("You may not do that for this person."))
    for agent in asked.values():
        if not agent.is_employed(starts_at.astimezone(team.department.zone).date()):
            raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})


def _written_by(meeting: Meeting, by: User | None) -> Meeting:
    """The meeting as it stands, if this person may act on it."""
    rows = Meeting.objects.select_for_update(of=("self",))
    meeting = rows.select_related("team__department", "chaired_by__user").get(pk=meeting.pk)
    require_writer(meeting, by)
    return meeting


def _planned(meeting: Meeting, by: User | None) -> Meeting:
    meeting = _written_by(meeting, by)
    if meeting.state != MeetingState.PLANNED:
        raise WrongState(_("This meeting is over, or was cancelled."))
    return meeting


def _set_state(
    meeting: Meeting, state: MeetingState, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    changes = {"state": (meeting.state, state)}
    meeting.state = state
    meeting.save(update_fields=["state"])
    recording.changed(meeting, changes, by=by, at=at, reason=reason)
