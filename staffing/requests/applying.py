"""What an approved request makes of the duties: all of it in one transaction, as one version of each roster.

Unlike `duty.assign` and `duty.cancel` it asks for no right to plan: whoever may decide the request may have
it done. Rosters are locked before agents, as everywhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from portal.models import User
from staffing import absences, duty, recording
from staffing.choices import DutyState
from staffing.labour.breaches import Breach
from staffing.models import (
    Agent,
    DutyAssignment,
    RequestShift,
    Roster,
    RosterVersion,
    ShiftType,
    StaffRequest,
)
from staffing.rosters import exceptions


@dataclass(frozen=True)
class Placing:
    """Somebody is put on a shift because of a line of a request."""

    line: RequestShift
    agent: Agent
    shift_type: ShiftType
    on: date


def carry_out(
    *,
    going: Sequence[DutyAssignment],
    coming: Sequence[Placing],
    by: User | None,
    at: datetime,
    reason: str,
) -> list[DutyAssignment]:
    """Take duties away and put people on others; answers the new ones, each written into its line.

    Raises: WrongState for a duty that was changed, or worked, meanwhile, or a day of leave; AlreadyTaken when
    a new one overlaps another.
    """
    rosters, agents = lock(going, coming)
    days = _cells(going, coming)
    before = {cell: duty.codes_on(agents[cell[0]], cell[1]) for cell in days}
    versions = _Versions(rosters, by=by, at=at)
    for each in _as_they_stand(going, agents, at):
        _cancel(each, versions, by=by, at=at, reason=reason)
    made = [_place(each, agents[each.agent.pk], versions, by=by, at=at) for each in coming]
    versions.write(reason)
    for (agent_id, on), codes in before.items():
        agent = agents[agent_id]
        roster = versions.over(agent.team_id, on)
        duty.note_edit(roster, agent, on, codes, by=by, at=at, reason=reason)
    return made


def note_exceptions(
    request: StaffRequest, breaches: Iterable[Breach], reason: str, *, by: User | None, at: datetime
) -> None:
    """Beside the roster, so that it may be published with what was allowed here."""
    rosters = Roster.objects.filter(team=request.agent.team_id)
    for breach in breaches:
        roster = rosters.touching(breach.on, breach.on).first() if breach.needs_exception else None
        if roster is not None:
            exceptions.grant(roster, breach, reason.strip()[:200], by=by, at=at)


def lock(going: Sequence[DutyAssignment], coming: Sequence[Placing]) -> tuple[list[Roster], dict[int, Agent]]:
    """Hold what will be changed, so that what is checked before it stays true."""
    rosters = _locked_rosters(going, coming)
    people = {agent_id for agent_id, _on in _cells(going, coming)}
    rows = Agent.objects.locked().filter(pk__in=people).select_related("user", "team__department")
    return rosters, {agent.pk: agent for agent in rows.order_by("pk")}


def _cells(going: Iterable[DutyAssignment], coming: Iterable[Placing]) -> list[tuple[int, date]]:
    return [(each.agent_id, each.on) for each in going] + [(each.agent.pk, each.on) for each in coming]


class _Versions:
    """The rosters that are touched: what is done at once to one that is out is its next version."""

    def __init__(self, rosters: Sequence[Roster], *, by: User | None, at: datetime) -> None:
        self._rosters = {roster.pk: roster for roster in rosters}
        self._by, self._at = by, at
        self.added: Counter[int] = Counter()
        self.removed: Counter[int] = Counter()

    def over(self, team_id: int, on: date) -> Roster | None:
        covering = (
            roster
            for roster in self._rosters.values()
            if roster.team_id == team_id and roster.first_on <= on <= roster.last_on
        )
        return next(covering, None)

    def next_of(self, roster: Roster | None) -> int | None:
        if roster is None or not roster.is_published:
            return 0 if roster else None
        return roster.version + 1

    def get(self, key: int | None) -> Roster | None:
        return self._rosters.get(key) if key else None

    def write(self, reason: str) -> None:
        for roster in self._rosters.values():
            counts = self.added[roster.pk], self.removed[roster.pk]
            if not roster.is_published or not any(counts):
                continue
            roster.version += 1
            roster.save(update_fields=["version"])
            RosterVersion.objects.create(
                roster=roster,
                version=roster.version,
                note=reason[:200],
                added=counts[0],
                removed=counts[1],
                by=self._by,
                at=self._at,
            )


def _locked_rosters(going: Iterable[DutyAssignment], coming: Iterable[Placing]) -> list[Roster]:
    touched = Q(pk__in=[each.roster_id for each in going if each.roster_id])
    for each in coming:
        touched |= Q(team=each.agent.team_id, first_on__lte=each.on, last_on__gte=each.on)
    for gone in going:
        touched |= Q(team=gone.agent.team_id, first_on__lte=gone.on, last_on__gte=gone.on)
    return list(Roster.objects.locked().filter(touched).order_by("pk"))


def _as_they_stand(
    going: Iterable[DutyAssignment], agents: Mapping[int, Agent], at: datetime
) -> list[DutyAssignment]:
    rows = DutyAssignment.objects.filter(pk__in=[each.pk for each in going]).select_related("shift_type")
    for each in rows:
        if each.state == DutyState.CANCELLED:
            raise WrongState(
                _("The shift “%(shift)s” of %(date)s has been changed meanwhile.")
                % {"shift": each.shift_type, "date": each.on}
            )
        duty.require_not_worked(each, agents[each.agent_id], at)
    return list(rows)


def _cancel(each: DutyAssignment, versions: _Versions, *, by: User | None, at: datetime, reason: str) -> None:
    roster = versions.get(each.roster_id)
    changes = {"state": (each.state, DutyState.CANCELLED)}
    if each.state == DutyState.PUBLISHED:
        each.cancelled_in = versions.next_of(roster)
        if roster is not None:
            versions.removed[roster.pk] += 1
    each.state, each.is_withdrawn = DutyState.CANCELLED, False
    each.save(update_fields=["state", "is_withdrawn", "cancelled_in"])
    recording.changed(each, changes, by=by, at=at, reason=reason)


def _place(
    placing: Placing, agent: Agent, versions: _Versions, *, by: User | None, at: datetime
) -> DutyAssignment:
    absences.require_present(agent, placing.on)
    new = duty.build(agent, placing.shift_type, placing.on, others=agent.duties.standing())
    roster = versions.over(agent.team_id, placing.on)
    new.state, new.roster = DutyState.PUBLISHED, roster
    new.published_in = versions.next_of(roster)
    new.save(force_insert=True)
    if roster is not None:
        versions.added[roster.pk] += 1
    facts = {"shift_type": new.shift_type, "starts_at": new.starts_at, "ends_at": new.ends_at}
    recording.added(new, facts, by=by, at=at)
    placing.line.made = new
    placing.line.save(update_fields=["made"])
    return new
