"""The steps of an announcement that is out: published, revised, withdrawn, brought to whoever joins."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.errors import WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.querysets.agent import AgentQuerySet
from staffing.rights import require_reason
from training import policy
from training.announcements import notices, writing
from training.announcements.writing import Text
from training.choices import AnnouncementState
from training.models import Announcement, AnnouncementReading, AnnouncementText


@transaction.atomic
def publish(announcement: Announcement, *, by: User | None, at: datetime) -> Announcement:
    """Everybody employed whom it concerns gets it to confirm, and is told.

    Raises: NotAllowed; WrongState for one that is out or withdrawn, whose day has passed, for nobody, or with
    a question in its quiz that was retired meanwhile.
    """
    announcement = writing.held(announcement, by)
    if announcement.state != AnnouncementState.DRAFT:
        raise WrongState(_("This is no draft any more."))
    _require_day_ahead(announcement, at)
    writing.require_judgeable(announcement.questions.all())
    people = list(audience(announcement, at))
    if not people:
        raise WrongState(_("Nobody is in these teams at present."))
    announcement.state, announcement.published_at = AnnouncementState.PUBLISHED, at
    announcement.save(update_fields=["state", "published_at"])
    _keep_text(announcement, at=at)
    changes = {"state": (AnnouncementState.DRAFT, AnnouncementState.PUBLISHED), "rows": (0, len(people))}
    recording.changed(announcement, changes, by=by, at=at)
    _give(announcement, people, at=at)
    return announcement


@transaction.atomic
def revise(
    announcement: Announcement,
    text: Text,
    *,
    matters: bool,
    by: User | None,
    at: datetime,
    read: str = "",
) -> Announcement:
    """Another text for one that is out. If the change matters it is a new version, and all confirm again.

    If it does not, such as a slip of the pen, what was confirmed stays so. Another day holds for all who have
    not confirmed; whoever joined late and has longer keeps his own. Teams that are new get it; from teams
    that are left out nothing is taken away. `read` is the `writing.edition` that was read, if one was.

    Raises: as `writing.draft`; NotAllowed; Stale; WrongState for one that is not out, or whose day is past.
    """
    announcement = writing.held(announcement, by)
    writing.require_edition(announcement, read)
    if announcement.state != AnnouncementState.PUBLISHED:
        raise WrongState(_("Only what is published can be revised."))
    writing.require_text(text, by=by)
    day_before = announcement.due_on
    changes = dict(writing.put(announcement, text))
    if matters or announcement.due_on != day_before:
        _require_day_ahead(announcement, at)
    if matters:
        changes["version"] = (announcement.version, announcement.version + 1)
        announcement.version += 1
        announcement.published_at = at
        announcement.save(update_fields=["version", "published_at"])
    if not changes:
        return announcement
    _keep_text(announcement, at=at)
    recording.changed(announcement, changes, by=by, at=at)
    if announcement.due_on != day_before:
        open_ones = announcement.readings.current().filter(confirmed_at=None)
        moved = open_ones.filter(Q(due_on=day_before) | Q(due_on__lt=announcement.due_on))
        moved.update(due_on=announcement.due_on)
    _give(announcement, _without(announcement, at), at=at)
    return announcement


@transaction.atomic
def withdraw(announcement: Announcement, *, reason: str, by: User | None, at: datetime) -> Announcement:
    """It holds no more; who has not confirmed it need not. A draft is withdrawn, too, rather than deleted.

    Raises: NotAllowed; MissingInformation without a reason; WrongState for one that is withdrawn.
    """
    reason = require_reason(reason)
    announcement = writing.held(announcement, by)
    if announcement.state == AnnouncementState.WITHDRAWN:
        raise WrongState(_("This was withdrawn already."))
    before = announcement.state
    announcement.state, announcement.reason = AnnouncementState.WITHDRAWN, reason
    announcement.save(update_fields=["state", "reason"])
    changes = {"state": (before, AnnouncementState.WITHDRAWN)}
    recording.changed(announcement, changes, by=by, at=at, reason=reason)
    if before == AnnouncementState.PUBLISHED:
        notices.withdrawn(announcement, by=by, at=at)
    return announcement


def complete_audience(at: datetime) -> int:
    """Whoever has joined a team since gets what stands for it; answers of how many readings were added."""
    standing = Announcement.objects.published().order_by("pk")
    return sweeping.each(standing, partial(_complete, at=at))


def audience(announcement: Announcement, at: datetime) -> AgentQuerySet:
    """The employed of the teams it is for; without teams, of the whole department."""
    people = Agent.objects.employed(localdate(at)).select_related("user", "team__department")
    teams = announcement.teams.values("pk")
    if announcement.teams.exists():
        people = people.filter(team__in=teams)
    return people.order_by("pk")


@transaction.atomic
def _complete(announcement: Announcement, *, at: datetime) -> int:
    people = list(_without(announcement, at))
    if not people:
        return 0
    rows = Announcement.objects.select_for_update(of=("self",), no_key=True)
    announcement = rows.get(pk=announcement.pk)
    if announcement.state != AnnouncementState.PUBLISHED:
        return 0
    return _give(announcement, _without(announcement, at), at=at)


def _without(announcement: Announcement, at: datetime) -> AgentQuerySet:
    """Those of the audience who have not got this version."""
    has_it = AnnouncementReading.objects.filter(
        announcement=announcement, version=announcement.version, agent=OuterRef("pk")
    )
    return audience(announcement, at).filter(~Exists(has_it))


def _give(announcement: Announcement, people: Iterable[Agent], *, at: datetime) -> int:
    """Readings for people who have none of this version, all at once, and a line to each."""
    new = list(people)
    late = localdate(at + policy.DAYS_FOR_JOINERS)
    is_late = announcement.published_at is not None and announcement.published_at < at
    due_on = max(announcement.due_on, late) if is_late else announcement.due_on
    AnnouncementReading.objects.bulk_create(
        (
            AnnouncementReading(
                announcement=announcement, agent=agent, version=announcement.version, due_on=due_on
            )
            for agent in new
        ),
        ignore_conflicts=True,
    )
    _tell(announcement, new, due_on=due_on, at=at)
    return len(new)


def _tell(announcement: Announcement, people: Sequence[Agent], *, due_on: date, at: datetime) -> None:
    """That it has changed is told to those who had it before."""
    earlier = announcement.readings.filter(version__lt=announcement.version)
    had_it = set(earlier.values_list("agent", flat=True)) if announcement.version > 1 else set()
    for is_again in (False, True):
        users = [agent.user for agent in people if (agent.pk in had_it) is is_again]
        notices.to_read(announcement, users, due_on=due_on, is_again=is_again, at=at)


def _keep_text(announcement: Announcement, *, at: datetime) -> None:
    """What stands in the version, as it was last put right."""
    AnnouncementText.objects.update_or_create(
        announcement=announcement,
        version=announcement.version,
        defaults={"title": announcement.title, "html": announcement.html, "published_at": at},
    )


def _require_day_ahead(announcement: Announcement, at: datetime) -> None:
    if announcement.due_on < localdate(at):
        text = _("The day by which it is to be confirmed has passed.")
        raise WrongState(text, fields={"due_on": text})
