"""The step that makes a plan binding, and what it changed: everybody is told of his own shifts only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.errors import Stale, WrongState
from portal.models import User
from staffing import notices, recording
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, Roster, RosterVersion
from staffing.rosters import editing, exceptions

DAYS_TOLD = 6
"""A notice names so many days and counts the rest."""


@dataclass
class Change:
    """What became different for one agent on one day, as shifts' names."""

    agent: Agent
    on: date
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def is_different(self) -> bool:
        return self.before != self.after


@transaction.atomic
def publish(
    roster: Roster,
    *,
    by: User | None,
    at: datetime,
    revision: int | None = None,
    note: str = "",
    reasons: Mapping[str, str] | None = None,
) -> RosterVersion:
    """The plan comes into force, as the roster's next version.

    `revision` is the one that was looked at; None publishes whatever stands there. `reasons` say, by the key
    of a breach, why it may be broken this once.

    Raises: NotAllowed; Stale when a cell was changed since; WrongState when nothing is new, or when the plan
    breaks what can never be or what nobody has given a reason for.
    """
    roster = editing.held(roster, by=by)
    if revision is not None and revision != roster.revision:
        raise Stale(gettext_lazy("The roster has changed since you looked at it. Look again, then publish."))
    pending = _locked(roster)
    if not pending and roster.is_published:
        raise WrongState(gettext_lazy("There is nothing new to publish."))
    exceptions.settle(roster, reasons or {}, by=by, at=at)
    changes = _changes(pending)
    version = _come_into_force(roster, pending, by=by, at=at, note=note)
    is_first = version.version == 1
    _tell(roster, version, [*_all_of(roster), *_lost(roster, changes)] if is_first else changes)
    recording.changed(
        roster,
        {"version": (version.version - 1, version.version), "added": (0, version.added)}
        | {"removed": (0, version.removed)},
        by=by,
        at=at,
        reason=note,
    )
    return version


def difference(roster: Roster, older: int, newer: int) -> list[Change]:
    """What one version has and the other has not, by agent and day; to version 0 belongs what was before."""
    duties = roster.duties.exclude(published_in=None).select_related("agent__user", "shift_type")
    changes: dict[tuple[int, date], Change] = {}
    for duty in duties.order_by("agent__user__name", "on", "starts_at"):
        was, is_now = _held(duty, older), _held(duty, newer)
        change = changes.setdefault((duty.agent_id, duty.on), Change(duty.agent, duty.on))
        change.before += [duty.shift_type.name] * was
        change.after += [duty.shift_type.name] * is_now
    return [change for change in changes.values() if change.is_different]


def pending_changes(roster: Roster) -> list[Change]:
    """What the next publication would change."""
    return _changes(roster.duties.pending().select_related("agent__user", "shift_type"))


def _held(duty: DutyAssignment, version: int) -> bool:
    """Whether the duty was in force in that version."""
    since, until = duty.published_in, duty.cancelled_in
    return since is not None and since <= version and (until is None or version < until)


def _locked(roster: Roster) -> list[DutyAssignment]:
    """What is pending, with its people locked, so that nobody signs in to what is just taken away."""
    people = roster.duties.pending().order_by().values("agent")
    list(Agent.objects.locked().filter(pk__in=people).order_by("pk"))
    pending = roster.duties.pending().select_related("agent__user", "shift_type")
    return list(pending.order_by("agent__user__name", "starts_at"))


def _changes(pending: Iterable[DutyAssignment]) -> list[Change]:
    """Each day whole: what of it stays is in both, before and after."""
    changes = {(duty.agent_id, duty.on): Change(duty.agent, duty.on) for duty in pending}
    people, days = {agent for agent, _on in changes}, {on for _agent, on in changes}
    whole = DutyAssignment.objects.standing().filter(agent__in=people, on__in=days)
    for duty in whole.select_related("shift_type").order_by("starts_at"):
        change = changes.get((duty.agent_id, duty.on))
        if change is not None:
            change.before += [duty.shift_type.name] * (duty.state == DutyState.PUBLISHED)
            change.after += [duty.shift_type.name] * (not duty.is_withdrawn)
    return list(changes.values())


def _come_into_force(
    roster: Roster, pending: list[DutyAssignment], *, by: User | None, at: datetime, note: str
) -> RosterVersion:
    roster.version += 1
    roster.published_at = at
    roster.save(update_fields=["version", "published_at"])
    going = [duty.pk for duty in pending if duty.is_withdrawn]
    coming = [duty.pk for duty in pending if not duty.is_withdrawn]
    DutyAssignment.objects.filter(pk__in=going).update(
        state=DutyState.CANCELLED, is_withdrawn=False, cancelled_in=roster.version
    )
    DutyAssignment.objects.filter(pk__in=coming).update(
        state=DutyState.PUBLISHED, published_in=roster.version
    )
    return RosterVersion.objects.create(
        roster=roster,
        version=roster.version,
        note=note[:200],
        added=len(coming),
        removed=len(going),
        by=by,
        at=at,
    )


def _all_of(roster: Roster) -> list[Change]:
    """Before the first version nobody knew of anything."""
    duties = roster.duties.published().select_related("agent__user", "shift_type").order_by("starts_at")
    return [Change(duty.agent, duty.on, after=[duty.shift_type.name]) for duty in duties]


def _lost(roster: Roster, changes: Iterable[Change]) -> list[Change]:
    """Shifts assigned before there was a roster, of people to whom its first version leaves none."""
    staying = set(roster.duties.published().order_by().values_list("agent", flat=True))
    return [change for change in changes if change.before and change.agent.pk not in staying]


def _tell(roster: Roster, version: RosterVersion, changes: Iterable[Change]) -> None:
    own: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        own[change.agent.pk].append(change)
    for mine in own.values():
        notices.tell(
            [mine[0].agent.user],
            f"roster:{version.pk}",
            lambda mine=mine: _sentence(roster, version, mine),  # type: ignore[misc]
            link=reverse("admin:staffing_dutyassignment_week") + f"?on={mine[0].on}",
            at=version.at,
        )


def _sentence(roster: Roster, version: RosterVersion, mine: list[Change]) -> str:
    if version.version == 1 and any(change.after for change in mine):
        return ngettext(
            "Your roster from %(first)s to %(last)s is out: %(count)s shift",
            "Your roster from %(first)s to %(last)s is out: %(count)s shifts",
            len(mine),
        ) % {"first": _day(roster.first_on), "last": _day(roster.last_on), "count": len(mine)}
    told = "; ".join(_told(change) for change in mine[:DAYS_TOLD])
    more = len(mine) - DAYS_TOLD
    return _("Your shifts have changed: %(days)s") % {"days": f"{told} …+{more}" if more > 0 else told}


def _told(change: Change) -> str:
    off = _("off")
    before, after = (" ".join(names) or off for names in (change.before, change.after))
    return f"{_day(change.on)} {before} → {after}"


def _day(on: date) -> str:
    return date_format(on, "MONTH_DAY_FORMAT")
