"""The steps of duty: an agent is put on a shift, taken off it, replaced; drafted for a roster not yet out.

Whoever locks rosters and agents does it in this order.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from staffing import absences, certification, notices, recording, rights, rule_checks, shifts
from staffing.certification import Held
from staffing.choices import DutyState
from staffing.labour.rules import PROTECTED
from staffing.models import Agent, DutyAssignment, Roster, RosterEdit, RosterVersion, ShiftType
from staffing.querysets import DutyQuerySet


@transaction.atomic
def assign(
    agent: Agent, shift_type: ShiftType, *, on: date, by: User | None, at: datetime, note: str = ""
) -> DutyAssignment:
    """Put an agent on a shift that starts on a day, by the wall clock of the agent's department, at once.

    Nobody is on two shifts at once: a night that runs into the next morning stands against a shift there.
    Where a roster is out for the day, this is its next version: what breaks a rule of working time is
    refused, since only the roster itself can be published with a recorded reason.

    Raises: NotAllowed; WrongState for such a rule, a shift type out of use, or a day on which the agent is
    not employed or on leave, or holds no certificate that the shift asks for; AlreadyTaken when another duty
    overlaps.
    """
    act = Act(by=by, at=at)
    duty = _assign(agent, shift_type, on, act, note=note)
    act.close()
    return duty


@transaction.atomic
def cancel(duty: DutyAssignment, *, by: User | None, at: datetime, reason: str = "") -> DutyAssignment:
    """Take an agent off a shift. One to which somebody has signed in, or stayed on, was worked and stays.

    Raises: NotAllowed; WrongState for one cancelled before, or worked.
    """
    act = Act(by=by, at=at, reason=reason)
    duty = _cancel(duty, act)
    act.close()
    return duty


@transaction.atomic
def replace(
    duty: DutyAssignment,
    *,
    by: User | None,
    at: datetime,
    agent: Agent | None = None,
    shift_type: ShiftType | None = None,
    reason: str = "",
) -> DutyAssignment:
    """Another agent takes the shift over, or the same agent gets another one that day: all of it or nothing.

    It is one version of each roster it touches, and one word to each person.
    Raises: as `cancel` and `assign`; MissingInformation when nothing would be different.
    """
    new_agent, new_type = agent or duty.agent, shift_type or duty.shift_type
    if (new_agent.pk, new_type.pk) == (duty.agent_id, duty.shift_type_id):
        raise MissingInformation(_("Name another agent or another shift."))
    hold([duty.agent, new_agent], from_on=duty.on)
    act = Act(by=by, at=at, reason=reason)
    _cancel(duty, act)
    new = _assign(new_agent, new_type, duty.on, act, note=duty.note)
    act.close()
    return new


def build(
    agent: Agent,
    shift_type: ShiftType,
    on: date,
    *,
    others: Iterable[DutyAssignment],
    held: Iterable[Held] | None = None,
    note: str = "",
) -> DutyAssignment:
    """The duty, not saved, if there can be one and none of the agent's `others` overlaps.

    `held` are the agent's certificates, if they are at hand. Raises: as `assign`, rights apart.
    """
    _require_possible(agent, shift_type, on)
    certification.require(agent, shift_type, on, held=held)
    span = shifts.span(on, shift_type.starts, shift_type.ends, agent.zone)
    if span.ends_at <= span.starts_at:
        raise WrongState(_("On this day the clocks are changed, and nothing of this shift is left."))
    _require_free(agent, span, others)
    return DutyAssignment(
        agent=agent,
        shift_type=shift_type,
        on=on,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        note=note,
    )


def hold(agents: Iterable[Agent], *, from_on: date) -> None:
    """Lock the rosters of some agents, then the agents, for whoever changes several duties in one go."""
    keys = [agent.pk for agent in agents]
    near = Q(duties__agent__in=keys) | Q(team__agents__in=keys)
    rosters = Roster.objects.filter(near, last_on__gte=from_on).order_by().values("pk")
    list(Roster.objects.locked().filter(pk__in=rosters).order_by("pk"))
    list(Agent.objects.locked().filter(pk__in=keys).order_by("pk"))


def require_not_worked(duty: DutyAssignment, agent: Agent, at: datetime) -> None:
    """Raises: WrongState."""
    stayed_on = duty.starts_at <= at and agent.attendances.present(duty.starts_at).exists()
    if stayed_on or duty.attendances.exists():
        raise WrongState(_("%(agent)s has signed in to this shift.") % {"agent": agent})


def codes_on(agent: Agent, on: date) -> list[str]:
    """What a cell of the plan holds: the codes of the shifts, in the order in which they start."""
    planned = agent.duties.planned().filter(on=on).order_by("starts_at")
    return list(planned.values_list("shift_type__code", flat=True))


def note_edit(
    roster: Roster | None,
    agent: Agent,
    on: date,
    before: list[str],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> RosterEdit | None:
    """Write a changed cell into the roster's ledger; the caller holds the roster's lock."""
    after = codes_on(agent, on)
    if roster is None or after == before:
        return None
    roster.revision += 1
    roster.save(update_fields=["revision"])
    return RosterEdit.objects.create(
        roster=roster,
        number=roster.revision,
        agent=agent,
        on=on,
        before=before,
        after=after,
        reason=reason[:200],
        by=by,
        at=at,
    )


class Act:
    """What is done at once: a version of each roster that is out, a line for each cell, a word to each.

    Where `tells` is off, whoever acts tells people himself, and so does the portal.
    """

    def __init__(self, *, by: User | None, at: datetime, reason: str = "", tells: bool = True) -> None:
        self.by, self.at, self.reason, self.tells = by, at, reason, tells
        self._rosters: dict[int, Roster] = {}
        self._versions: dict[int, RosterVersion] = {}
        self._before: dict[tuple[int, date], list[str]] = {}
        self._cells: dict[tuple[Roster | None, Agent, date], None] = {}
        self._told: set[int] = set()

    def touch(self, roster: Roster | None, agent: Agent, on: date) -> Roster | None:
        """Before the cell is changed. Answers the roster as this act knows it."""
        roster = self._rosters.setdefault(roster.pk, roster) if roster else None
        self._before.setdefault((agent.pk, on), codes_on(agent, on))
        self._cells[roster, agent, on] = None
        return roster

    def version(self, roster: Roster | None, *, added: int = 0, removed: int = 0) -> int | None:
        """The version in which a duty of the roster comes, or goes."""
        if roster is None or not roster.is_published:
            return 0 if roster else None
        row = self._versions.get(roster.pk)
        if row is None:
            roster.version += 1
            roster.save(update_fields=["version"])
            row = RosterVersion(
                roster=roster, version=roster.version, note=self.reason[:200], by=self.by, at=self.at
            )
            self._versions[roster.pk] = row
        row.added, row.removed = row.added + added, row.removed + removed
        return roster.version

    def tell(self, agent: Agent, duty: DutyAssignment) -> None:
        """Whose shift another has changed, and it is not over."""
        is_others = self.by is not None and self.by.pk != agent.user_id
        if self.tells and is_others and duty.ends_at > self.at:
            self._told.add(agent.pk)

    def close(self) -> None:
        for row in self._versions.values():
            row.save(force_insert=True)
        for roster, agent, on in self._cells:
            before = self._before[agent.pk, on]
            edit = note_edit(roster, agent, on, before, by=self.by, at=self.at, reason=self.reason)
            if edit is not None and edit.roster.is_published and agent.pk in self._told:
                self._told.remove(agent.pk)
                notices.shifts_changed(edit)


def put_on(
    agent: Agent, shift_type: ShiftType, on: date, roster: Roster | None, act: Act, *, note: str = ""
) -> DutyAssignment:
    """A shift, in force at once. Who calls holds rosters and agent, and has asked for the right, and leave.

    Raises: as `build`.
    """
    roster = act.touch(roster, agent, on)
    duty = build(agent, shift_type, on, others=agent.duties.standing(), note=note)
    duty.state, duty.roster = DutyState.PUBLISHED, roster
    duty.published_in = act.version(roster, added=1)
    duty.save(force_insert=True)
    act.tell(agent, duty)
    facts = {"shift_type": shift_type, "starts_at": duty.starts_at, "ends_at": duty.ends_at}
    recording.added(duty, facts, by=act.by, at=act.at)
    return duty


def take_off(duty: DutyAssignment, agent: Agent, roster: Roster | None, act: Act) -> None:
    """The shift is no more, at once. As `put_on`.

    Raises: WrongState for one that is worked.
    """
    require_not_worked(duty, agent, act.at)
    roster = act.touch(roster, agent, duty.on)
    changes = {"state": (duty.state, DutyState.CANCELLED)}
    if duty.state == DutyState.PUBLISHED:
        duty.cancelled_in = act.version(roster, removed=1)
        act.tell(agent, duty)
    duty.state, duty.is_withdrawn = DutyState.CANCELLED, False
    duty.save(update_fields=["state", "is_withdrawn", "cancelled_in"])
    recording.changed(duty, changes, by=act.by, at=act.at, reason=act.reason)


def _assign(agent: Agent, shift_type: ShiftType, on: date, act: Act, *, note: str) -> DutyAssignment:
    """Raises: as `assign`."""
    roster = _roster_over(agent, on)
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(act.by, rights.PLAN, agent)
    absences.require_present(agent, on)
    if roster is not None and roster.is_published:
        _require_lawful(agent, shift_type, on)
    return put_on(agent, shift_type, on, roster, act, note=note)


def _cancel(duty: DutyAssignment, act: Act) -> DutyAssignment:
    """Raises: as `cancel`."""
    roster = Roster.objects.locked().filter(pk=duty.roster_id).first() if duty.roster_id else None
    agent = Agent.objects.locked().get(pk=duty.agent_id)
    rights.require(act.by, rights.REPLAN, agent)
    duty = DutyAssignment.objects.get(pk=duty.pk)
    if duty.state == DutyState.CANCELLED:
        raise WrongState(_("This duty was cancelled before."))
    take_off(duty, agent, roster, act)
    return duty


def _require_lawful(agent: Agent, shift_type: ShiftType, on: date) -> None:
    """Raises: WrongState. Protections are told in no more words than anybody may read."""
    broken = rule_checks.breaches_of_assigning(agent, shift_type, on)
    against = [breach for breach in broken if breach.is_forbidden or breach.needs_exception]
    if against:
        said = "；".join(str(breach) for breach in against if breach.code not in PROTECTED)
        text = _(
            "%(name)s cannot take this. Put it into the roster, where a reason can be recorded. %(breaches)s"
        )
        raise WrongState(text % {"name": agent, "breaches": said})


def _roster_over(agent: Agent, on: date) -> Roster | None:
    """The roster of the agent's team for the day, locked."""
    return Roster.objects.locked().touching(on, on).filter(team=agent.team_id).first()


def _require_possible(agent: Agent, shift_type: ShiftType, on: date) -> None:
    if not shift_type.is_active:
        text = _("The shift “%(shift)s” is no longer in use.") % {"shift": shift_type}
        raise WrongState(text, fields={"shift_type": text})
    if not agent.is_employed(on):
        text = _("%(agent)s is not employed on %(date)s.") % {"agent": agent, "date": date_format(on)}
        raise WrongState(text, fields={"on": text})


def _require_free(agent: Agent, span: shifts.Span, others: Iterable[DutyAssignment]) -> None:
    if isinstance(others, DutyQuerySet):
        others = others.touching(*span).select_related("shift_type")
    overlaps = (each for each in others if each.starts_at < span.ends_at and each.ends_at > span.starts_at)
    clash = next(overlaps, None)
    if clash is not None:
        raise AlreadyTaken(
            _("%(agent)s is on “%(shift)s” from %(starts)s to %(ends)s already.")
            % {
                "agent": agent,
                "shift": clash.shift_type,
                "starts": _wall(clash.starts_at, agent),
                "ends": _wall(clash.ends_at, agent),
            }
        )


def _wall(at: datetime, agent: Agent) -> str:
    return date_format(timezone.localtime(at, agent.zone), "SHORT_DATETIME_FORMAT")
