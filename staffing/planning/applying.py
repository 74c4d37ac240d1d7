"""The step that takes a proposal into the roster: the cells that differ, and no others, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import Stale, Text, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent, Roster, RosterProposal
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange, CellOutcome

NAMED = 5


@dataclass(frozen=True)
class Applied:
    """How many cells were changed, and those that stayed, each with why."""

    changed: int
    left: tuple[CellOutcome, ...]


class CellsChanged(Stale):
    """Cells that the proposal would change are no longer what they were, or cannot be changed."""

    def __init__(self, message: Text, left: Sequence[CellOutcome]) -> None:
        super().__init__(message)
        self.left = tuple(left)


@transaction.atomic
def apply(
    proposal: RosterProposal,
    *,
    by: User | None,
    at: datetime,
    takes_rest: bool = False,
    publishes: bool = False,
    note: str = "",
) -> Applied:
    """Change the plan to what is proposed; with `publishes` it comes into force at once.

    A cell that was changed or pinned since the run began stays. Where there is one, all of it is refused,
    unless the caller takes the rest.

    Raises: NotAllowed; WrongState for a proposal applied before; CellsChanged.
    """
    roster = editing.held(proposal.run.roster, by=by)
    proposal = RosterProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if proposal.is_applied:
        raise WrongState(_("This proposal was applied before."))
    pinned = set(roster.pins.values_list("agent", "on"))
    changes = _changes(proposal)
    free = [change for change in changes if (change.agent_id, change.on) not in pinned]
    left = [_pinned(change) for change in changes if (change.agent_id, change.on) in pinned]
    reason = str(_("Proposal: %(kind)s") % {"kind": proposal.get_kind_display()})
    left += _change(roster, free, by=by, at=at, reason=reason)
    if left and not takes_rest:
        raise CellsChanged(_sentence(left), left)
    proposal.applied_at, proposal.applied_by = at, by
    proposal.save(update_fields=["applied_at", "applied_by"])
    done = len(changes) - len(left)
    recording.changed(roster, {"proposal": (None, proposal.kind), "cells": (0, done)}, by=by, at=at)
    if publishes:
        publishing.publish(roster, by=by, at=at, note=note or reason)
    return Applied(done, tuple(left))


def _changes(proposal: RosterProposal) -> list[CellChange]:
    return [
        CellChange(agent_id, date.fromisoformat(on), tuple(after), tuple(before))
        for agent_id, on, before, after in proposal.changes
    ]


def _change(
    roster: Roster, changes: list[CellChange], *, by: User | None, at: datetime, reason: str
) -> list[CellOutcome]:
    """What could not be changed. A shift that overlaps one which is to go waits until it is gone."""
    waiting = changes
    while waiting:
        outcomes = editing.change_cells(roster, waiting, by=by, at=at, reason=reason)
        refused = [
            (change, outcome)
            for change, outcome in zip(waiting, outcomes, strict=True)
            if outcome.codes != change.codes
        ]
        if len(refused) == len(waiting):
            return [outcome for _change, outcome in refused]
        waiting = [change for change, _outcome in refused]
    return []


def _pinned(change: CellChange) -> CellOutcome:
    refusal = _("This cell is pinned.")
    return CellOutcome(change.agent_id, change.on, change.seen or (), refusal=refusal, is_stale=True)


def _sentence(left: Sequence[CellOutcome]) -> Text:
    names = {agent.pk: agent.user.name for agent in _people(left)}
    told = ", ".join(
        f"{names.get(each.agent_id, '')} {date_format(each.on, 'MONTH_DAY_FORMAT')}" for each in left[:NAMED]
    )
    return _(
        "The roster was changed since: %(cells)s (%(count)s in all). Nothing was applied; apply the rest,"
        " or plan again."
    ) % {"cells": told, "count": len(left)}


def _people(left: Iterable[CellOutcome]) -> Iterable[Agent]:
    return Agent.objects.filter(pk__in={each.agent_id for each in left}).select_related("user")
