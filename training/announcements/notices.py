"""Who is told what about an announcement, each in his own language."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.errors import Text
from portal.models import User
from staffing.models import Agent, Team
from staffing.notices import day, supervisors_of, tell
from training.models import Announcement, AnnouncementReading


def to_read(
    announcement: Announcement, people: Iterable[User], *, due_on: date, is_again: bool, at: datetime
) -> None:
    """Once for each version."""
    text = _("Please read and confirm by %(date)s: “%(title)s”")
    if is_again:
        text = _("“%(title)s” has changed: please read and confirm again by %(date)s")
    key = f"announcement:{announcement.pk}:{announcement.version}"
    _of(announcement, people, key, text, at=at, date=day(due_on))


def withdrawn(announcement: Announcement, *, by: User | None, at: datetime) -> None:
    """Whoever got it must know that it holds no more, confirmed or not."""
    rows = announcement.readings.filter(version=announcement.version)
    people = User.objects.filter(agent__readings__in=rows)
    text = _("“%(title)s” is withdrawn: %(reason)s")
    told = people.exclude(pk=by.pk) if by else people
    _of(announcement, told, f"announcement-off:{announcement.pk}", text, at=at, reason=announcement.reason)


def reminded(announcement: Announcement, people: Iterable[User], *, on: date, at: datetime) -> None:
    """By a person, at most once a day."""
    key = f"announcement-reminded:{announcement.pk}:{on.isoformat()}"
    _of(announcement, people, key, _("You have not confirmed yet: “%(title)s”"), at=at)


def due_soon(reading: AnnouncementReading, *, at: datetime) -> None:
    key = f"announcement-due:{reading.pk}:{reading.due_on.isoformat()}"
    text = _("To be confirmed by %(date)s: “%(title)s”")
    people = [reading.agent.user]
    _of(reading.announcement, people, key, text, at=at, date=day(reading.due_on))


def overdue(reading: AnnouncementReading, *, at: datetime) -> None:
    key = f"announcement-late:{reading.pk}:{reading.due_on.isoformat()}"
    text = _("Overdue since %(date)s: “%(title)s” is not confirmed")
    people = [reading.agent.user]
    _of(reading.announcement, people, key, text, at=at, date=day(reading.due_on))


def team_overdue(
    announcement: Announcement, team: Team, people: Sequence[Agent], *, due_on: date, at: datetime
) -> None:
    """Those who look after a team hear of all of it in one line."""
    key = f"announcement-team:{announcement.pk}:{announcement.version}:{team.pk}:{due_on.isoformat()}"
    text = _("“%(title)s”: %(count)s of %(team)s have not confirmed by %(date)s: %(names)s")
    names = ", ".join(str(agent) for agent in people)
    facts = {"count": len(people), "team": team, "names": names, "date": day(due_on)}
    _of(announcement, supervisors_of(team), key, text, at=at, page="board", **facts)


def _of(
    announcement: Announcement,
    people: Iterable[User],
    key: str,
    text: Text,
    *,
    at: datetime,
    page: str = "change",
    **facts: object,
) -> None:
    told = {"title": announcement.title, **facts}
    link = reverse(f"admin:training_announcement_{page}", args=[announcement.pk])
    tell(people, key, lambda: str(text % told), link=link, at=at)
