"""The steps that change cells of a roster. Each cell is a change of its own: one refused costs only itself.

Whoever changes a cell says what he saw in it. If another was quicker, the cell stays as it is and the later
one is told by whom it was changed to what; so two who plan together lose nothing of each other's work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import DomainError, MissingInformation, Text, WrongState
from portal.models import User
from staffing import certification, duty, rights
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, Roster, RosterEdit, RosterPin, ShiftType
from staffing.shifts import DAY

MOST_CELLS = 2500
"""Of one change: a month of eighty people."""


@dataclass(frozen=True)
class CellChange:
    """What a cell is to hold, as shift codes; `seen` is what its editor saw, None to overwrite whatever."""

    agent_id: int
    on: date
    codes: tuple[str, ...]
    seen: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CellOutcome:
    """What the cell holds now. `refusal` says why it is not what was asked for.

    `is_stale`: because another has changed it.
    """

    agent_id: int
    on: date
    codes: tuple[str, ...]
    refusal: Text = ""
    is_stale: bool = False


@transaction.atomic
def change_cells(
    roster: Roster, changes: Sequence[CellChange], *, by: User | None, at: datetime, reason: str = ""
) -> list[CellOutcome]:
    """Change the plan, cell by cell; one outcome each, in order. Nobody is told before publication.

    Raises: NotAllowed; MissingInformation for more cells than one change holds.
    """
    if len(changes) > MOST_CELLS:
        raise MissingInformation(_("Change at most %(count)s cells at once.") % {"count": MOST_CELLS})
    roster = held(roster, by=by)
    agents = _locked_agents(roster, {change.agent_id for change in changes})
    editor = _Editor(roster, agents, by=by, at=at, reason=reason)
    outcomes = [editor.take(change) for change in changes]
    editor.save()
    return outcomes


@transaction.atomic
def pin(roster: Roster, cells: Iterable[tuple[int, date]], *, by: User | None, is_pinned: bool = True) -> int:
    """Keep cells from being changed by machine, or release them; answers how many changed.

    Raises: NotAllowed.
    """
    roster = held(roster, by=by)
    wanted = {(agent_id, on) for agent_id, on in cells if roster.first_on <= on <= roster.last_on}
    there = {(each.agent_id, each.on): each.pk for each in roster.pins.all()}
    if is_pinned:
        members = set(roster.team.agents.values_list("pk", flat=True))
        new = [cell for cell in wanted - there.keys() if cell[0] in members]
        RosterPin.objects.bulk_create(RosterPin(roster=roster, agent_id=who, on=on) for who, on in new)
        return len(new)
    return roster.pins.filter(pk__in=[there[cell] for cell in wanted & there.keys()]).delete()[0]


def held(roster: Roster, *, by: User | None) -> Roster:
    """The roster as it stands, locked, for whoever may draw it up. Raises: NotAllowed."""
    roster = Roster.objects.locked().select_related("team__department").get(pk=roster.pk)
    rights.require_over_team(by, rights.REDRAW, roster.team)
    return roster


def _locked_agents(roster: Roster, wanted: Iterable[int]) -> dict[int, Agent]:
    """Members of the team, and who has duties in the roster though he has moved on."""
    rows = Agent.objects.filter(pk__in=wanted).held()
    there = set(roster.duties.filter(agent__in=wanted).order_by().values_list("agent", flat=True).distinct())
    return {agent.pk: agent for agent in rows if agent.team_id == roster.team_id or agent.pk in there}


class _Editor:
    """Applies changes to a roster that is held: in memory first, then written at once."""

    def __init__(
        self,
        roster: Roster,
        agents: Mapping[int, Agent],
        *,
        by: User | None,
        at: datetime,
        reason: str,
    ) -> None:
        self._roster, self._agents = roster, agents
        self._by, self._at, self._reason = by, at, reason
        self._shift_types = {each.code: each for each in ShiftType.objects.all()}
        self._plans = _plans(roster, agents)
        self._held = certification.held_by(agents)
        self._edits: list[RosterEdit] = []
        self._created: list[DutyAssignment] = []
        self._deleted: list[DutyAssignment] = []
        self._marked: list[DutyAssignment] = []

    def take(self, change: CellChange) -> CellOutcome:
        agent = self._agents.get(change.agent_id)
        if agent is None or not self._roster.first_on <= change.on <= self._roster.last_on:
            refusal = _("This cell does not belong to the roster.")
            return CellOutcome(change.agent_id, change.on, (), refusal=refusal)
        now = self._codes(agent, change.on)
        if now == change.codes:
            return CellOutcome(agent.pk, change.on, now)
        if change.seen is not None and change.seen != now:
            return CellOutcome(agent.pk, change.on, now, refusal=self._meanwhile(change, now), is_stale=True)
        try:
            self._apply(agent, change)
        except DomainError as refusal:
            return CellOutcome(agent.pk, change.on, now, refusal=refusal.message)
        after = self._codes(agent, change.on)
        self._note(agent, change.on, now, after)
        return CellOutcome(agent.pk, change.on, after)

    def save(self) -> None:
        DutyAssignment.objects.filter(pk__in=[each.pk for each in self._deleted]).delete()
        DutyAssignment.objects.bulk_update(self._marked, ["is_withdrawn", "roster", "published_in"])
        DutyAssignment.objects.bulk_create(each for each in self._created if each not in self._deleted)
        RosterEdit.objects.bulk_create(self._edits)
        self._roster.save(update_fields=["revision"])

    def _codes(self, agent: Agent, on: date) -> tuple[str, ...]:
        planned = [each for each in self._plans[agent.pk] if each.on == on and not each.is_withdrawn]
        return tuple(each.shift_type.code for each in sorted(planned, key=lambda each: each.starts_at))

    def _apply(self, agent: Agent, change: CellChange) -> None:
        """All of the cell or nothing: what is to go and to come is found before anything is changed."""
        plan = self._plans[agent.pk]
        wanted = list(change.codes)
        going, coming = [], []
        for each in plan:
            if each.on != change.on or each.is_withdrawn:
                continue
            if each.shift_type.code in wanted:
                wanted.remove(each.shift_type.code)
            else:
                going.append(each)
        for each in going:
            self._require_of_this_roster(each)
            if each.state == DutyState.PUBLISHED:
                duty.require_not_worked(each, agent, self._at)
        others = [each for each in plan if each not in going and not each.is_withdrawn]
        for code in wanted:
            new = duty.build(
                agent, self._shift_type(code), change.on, others=others, held=self._held.get(agent.pk, ())
            )
            others.append(new)
            coming.append(new)
        self._plans[agent.pk] = others + [each for each in plan if each.is_withdrawn]
        for each in going:
            self._take_out(each)
        for each in coming:
            self._put_in(each)

    def _require_of_this_roster(self, each: DutyAssignment) -> None:
        """Another roster's publication alone takes its shifts away; one of no roster becomes one of this."""
        if each.roster_id is None:
            each.roster, each.published_in = self._roster, 0
        elif each.roster_id != self._roster.pk:
            raise WrongState(_("This shift belongs to another roster: %(roster)s.") % {"roster": each.roster})

    def _take_out(self, each: DutyAssignment) -> None:
        if each.state == DutyState.DRAFT:
            self._deleted.append(each)
            return
        each.is_withdrawn = True
        self._marked.append(each)
        self._plans[each.agent_id].append(each)

    def _put_in(self, new: DutyAssignment) -> None:
        """A published one that had been withdrawn, and is wanted after all, simply stays."""
        plan = self._plans[new.agent_id]
        kept = [
            each
            for each in plan
            if each.is_withdrawn and each.on == new.on and each.shift_type_id == new.shift_type_id
        ]
        if kept:
            kept[0].is_withdrawn = False
            self._marked.append(kept[0])
            plan.remove(new)
            return
        new.state, new.roster = DutyState.DRAFT, self._roster
        self._created.append(new)

    def _note(self, agent: Agent, on: date, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        self._roster.revision += 1
        self._edits.append(
            RosterEdit(
                roster=self._roster,
                number=self._roster.revision,
                agent=agent,
                on=on,
                before=list(before),
                after=list(after),
                reason=self._reason[:200],
                by=self._by,
                at=self._at,
            )
        )

    def _shift_type(self, code: str) -> ShiftType:
        if code not in self._shift_types:
            raise MissingInformation(_("There is no shift “%(code)s”.") % {"code": code})
        return self._shift_types[code]

    @cached_property
    def _last_by(self) -> dict[tuple[int, date], User | None]:
        """Who changed each cell last: asked once, however many cells are stale."""
        edits = RosterEdit.objects.filter(roster=self._roster, agent__in=self._agents)
        return {(edit.agent_id, edit.on): edit.by for edit in edits.select_related("by").order_by("number")}

    def _meanwhile(self, change: CellChange, now: tuple[str, ...]) -> Text:
        return _("%(name)s has changed %(agent)s on %(date)s to “%(codes)s” meanwhile.") % {
            "name": self._last_by.get((change.agent_id, change.on)) or _("The portal"),
            "agent": self._agents[change.agent_id],
            "date": date_format(change.on, "MONTH_DAY_FORMAT"),
            "codes": " ".join(now) or _("off"),
        }


def _plans(roster: Roster, agents: Mapping[int, Agent]) -> dict[int, list[DutyAssignment]]:
    """What stands for these people on the days of the roster, and next to them, by agent."""
    near = (roster.first_on - 2 * DAY, roster.last_on + 2 * DAY)
    standing = DutyAssignment.objects.standing().filter(agent__in=agents, on__range=near)
    plans: dict[int, list[DutyAssignment]] = {agent_id: [] for agent_id in agents}
    for each in standing.select_related("shift_type").order_by("starts_at"):
        plans[each.agent_id].append(each)
    return plans
