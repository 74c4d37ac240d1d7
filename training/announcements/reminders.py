"""The steps that remind whoever has not confirmed: by the sweep before and after the day, and by a person."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.choices import Role
from portal.errors import AlreadyTaken, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from training import rights
from training.announcements import notices
from training.choices import AnnouncementState
from training.models import Announcement, AnnouncementReading
from training.querysets.announcement import AnnouncementReadingQuerySet

DAY = timedelta(days=1)


def remind(at: datetime) -> int:
    """On the day before it is due who has not confirmed is told; on the day after he and his leaders are.

    Each once for each due day, also when the sweep comes late. Answers of how many were told.
    """
    today = localdate(at)
    soon = _missing(today).filter(due_on__range=(today, today + DAY)).filter(_untold("warned_for"))
    late = _missing(today).filter(due_on__lt=today).filter(_untold("overdue_told_for"))
    teams = groupby(late.order_by("announcement", "due_on", "agent__team", "pk"), _team_key)
    return sweeping.each(soon, partial(_warn, at=at)) + sweeping.each(
        [list(readings) for _key, readings in teams], partial(_tell_late, at=at)
    )


@transaction.atomic
def remind_missing(announcement: Announcement, *, by: User, at: datetime) -> int:
    """One click reminds all who have not confirmed and whom this person looks after: once a day each.

    Raises: NotAllowed; WrongState for one that is not out; AlreadyTaken when everybody was reminded today.
    """
    if not may_remind(by) or not Announcement.objects.visible_to(by).filter(pk=announcement.pk).exists():
        raise NotAllowed(_("You may not do that."))
    announcement = Announcement.objects.select_for_update(of=("self",), no_key=True).get(pk=announcement.pk)
    if announcement.state != AnnouncementState.PUBLISHED:
        raise WrongState(_("Only of what is published somebody can be reminded."))
    today = localdate(at)
    missing = _missing(today).visible_to(by).filter(announcement=announcement)
    untold = list(missing.filter(Q(reminded_on=None) | Q(reminded_on__lt=today)))
    if not untold:
        if missing.exists():
            raise AlreadyTaken(_("Everybody who has not confirmed was reminded today."))
        raise WrongState(_("Everybody has confirmed."))
    AnnouncementReading.objects.filter(pk__in=[one.pk for one in untold]).update(reminded_on=today)
    people = [reading.agent for reading in untold]
    recording.changed(announcement, {"reminded": ((), people)}, by=by, at=at)
    notices.reminded(announcement, [agent.user for agent in people], on=today, at=at)
    return len(untold)


def may_remind(by: User) -> bool:
    """Who follows up, but not who only reads along, as an auditor."""
    return by.has_perm(rights.REANNOUNCE) or by.has_role(Role.DIRECTOR)


def _missing(today: date) -> AnnouncementReadingQuerySet:
    rows = AnnouncementReading.objects.unconfirmed().of_employed(today)
    return rows.select_related("announcement", "agent__user", "agent__team").order_by("pk")


def _untold(stamp: str) -> Q:
    return Q(**{stamp: None}) | ~Q(**{stamp: F("due_on")})


def _team_key(reading: AnnouncementReading) -> tuple[int, date, int]:
    return reading.announcement_id, reading.due_on, reading.agent.team_id


def _stamp(reading: AnnouncementReading, stamp: str) -> bool:
    """Whether it was this sweep that told: a second one at the same time finds it told.

    Only columns of the row itself are asked: over a join PostgreSQL would not look again after waiting.
    """
    rows = AnnouncementReading.objects.filter(_untold(stamp), pk=reading.pk, confirmed_at=None)
    return bool(rows.filter(due_on=reading.due_on).update(**{stamp: reading.due_on}))


@transaction.atomic
def _warn(reading: AnnouncementReading, *, at: datetime) -> int:
    if not _stamp(reading, "warned_for"):
        return 0
    notices.due_soon(reading, at=at)
    return 1


@transaction.atomic
def _tell_late(readings: Sequence[AnnouncementReading], *, at: datetime) -> int:
    """Of one announcement, day and team: each of them, and those who look after the team, once."""
    told = [reading for reading in readings if _stamp(reading, "overdue_told_for")]
    for reading in told:
        notices.overdue(reading, at=at)
    if told:
        first, people = told[0], [reading.agent for reading in told]
        notices.team_overdue(first.announcement, first.agent.team, people, due_on=first.due_on, at=at)
    return len(told)
