"""Read-only numbers of announcements: what one has to confirm, and who has not, by team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from portal.models import User
from staffing.models import Agent
from training.models import Announcement, AnnouncementReading


@dataclass(frozen=True, kw_only=True)
class OfTeam:
    """How far a team is. `missing` have not confirmed, the late ones first."""

    name: str
    missing: Sequence[AnnouncementReading]
    confirmed: Sequence[AnnouncementReading]

    @property
    def asked(self) -> int:
        return len(self.missing) + len(self.confirmed)


@dataclass(frozen=True, kw_only=True)
class Board:
    teams: Sequence[OfTeam]

    @property
    def asked(self) -> int:
        return sum(team.asked for team in self.teams)

    @property
    def confirmed(self) -> int:
        return sum(len(team.confirmed) for team in self.teams)

    @property
    def missing(self) -> Sequence[AnnouncementReading]:
        return [reading for team in self.teams for reading in team.missing]

    @property
    def opened(self) -> int:
        """Of the missing, those who have looked at it."""
        return sum(reading.opened_at is not None for reading in self.missing)


def own(agent: Agent) -> list[AnnouncementReading]:
    """What somebody has to confirm, the most urgent first; `is_again`: he had another version. One query."""
    rows = AnnouncementReading.objects.unconfirmed().filter(agent=agent).select_related("announcement")
    earlier = AnnouncementReading.objects.filter(
        announcement=OuterRef("announcement"), agent=OuterRef("agent"), version__lt=OuterRef("version")
    )
    return list(rows.annotate(is_again=Exists(earlier)).order_by("due_on", "pk"))


def confirmed_by(agent: Agent) -> QuerySet[AnnouncementReading]:
    """What somebody has confirmed, the last first."""
    rows = AnnouncementReading.objects.filter(agent=agent).exclude(confirmed_at=None)
    return rows.select_related("announcement").order_by("-confirmed_at", "-pk")


def board(announcement: Announcement, *, seen_by: User, today: date) -> Board:
    """Who has confirmed the present version and who has not, of the people one looks after. One query.

    Somebody who has left counts only if he has confirmed.
    """
    rows = announcement.readings.filter(version=announcement.version).visible_to(seen_by).counting(today)
    ordered = rows.select_related("agent__user", "agent__team").order_by(
        "agent__team__name", "agent__team", "agent__user__name", "pk"
    )
    teams = groupby(ordered, lambda reading: reading.agent.team_id)
    return Board(teams=[_team(list(readings)) for _key, readings in teams])


def _team(readings: Sequence[AnnouncementReading]) -> OfTeam:
    missing = [one for one in readings if one.confirmed_at is None]
    return OfTeam(
        name=readings[0].agent.team.name,
        missing=sorted(missing, key=lambda one: one.due_on),
        confirmed=[one for one in readings if one.confirmed_at is not None],
    )
