"""The steps of planning by machine: it is asked for, a worker takes it up, reports, and ends it.

One run at a time for each roster. A worker holds it by a lease, and writes only as long as the lease is its
own; a run whose worker died is taken up again by the next, a few times. Nothing here changes the roster: a
run that was stopped or died leaves it as it was (see `applying`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, Text, WrongState
from portal.models import User
from staffing import notices, recording, rights
from staffing.choices import RunKind, RunState
from staffing.models import Agent, Roster, RosterProposal, RosterRun
from staffing.planning import policy
from staffing.planning.weights import Weights
from staffing.rosters import editing


class LeaseLost(Exception):  # noqa: N818 - not an error: another worker goes on, or somebody called it off
    """This worker may not write for the run any more."""


@transaction.atomic
def ask(
    roster: Roster,
    *,
    by: User | None,
    at: datetime,
    weights: Weights | None = None,
    seconds: int = policy.USUAL_SECONDS,
    seed: int = 1,
    shift_codes: Sequence[str] = (),
    keeps_planned: bool = False,
    has_alternatives: bool = True,
) -> RosterRun:
    """Have a roster planned: all of it that is neither begun nor pinned. The weights stay with the roster.

    Raises: NotAllowed; WrongState for a roster that is over; AlreadyTaken while another run is open.
    """
    roster = editing.held(roster, by=by)
    weights = weights or Weights.of(roster.weights)
    roster.weights = weights.as_dict()
    roster.save(update_fields=["weights"])
    options = {
        "shift_codes": list(shift_codes),
        "keeps_planned": keeps_planned,
        "has_alternatives": has_alternatives,
    }
    return _open(roster, RunKind.GENERATE, options, weights=weights, seconds=seconds, seed=seed, by=by, at=at)


@transaction.atomic
def ask_repair(
    roster: Roster,
    agent: Agent,
    *,
    first_on: date,
    last_on: date,
    by: User | None,
    at: datetime,
    seconds: int = policy.USUAL_SECONDS // 2,
    seed: int = 1,
) -> RosterRun:
    """Somebody is absent: have three ways worked out to do without him on these days.

    Raises: as `ask`; MissingInformation for days out of the roster, in the past, or on which he has no shift.
    """
    roster = editing.held(roster, by=by)
    _require_days(roster, agent, first_on, last_on, at)
    options = {"agent": agent.pk, "first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
    weights = Weights.of(roster.weights)
    return _open(roster, RunKind.REPAIR, options, weights=weights, seconds=seconds, seed=seed, by=by, at=at)


@transaction.atomic
def stop(run: RosterRun, *, by: User | None, at: datetime) -> RosterRun:
    """End a run; what it has found so far may still be proposed. The roster stays as it is.

    Raises: NotAllowed; WrongState for one that has ended.
    """
    run = RosterRun.objects.select_for_update(of=("self",)).select_related("roster__team").get(pk=run.pk)
    rights.require_over_team(by, rights.REDRAW, run.roster.team)
    if not run.is_open:
        raise WrongState(_("This run has ended already."))
    before = run.state
    run.is_stop_asked = True
    if run.state == RunState.QUEUED:
        run.state, run.finished_at = RunState.STOPPED, at
    run.save(update_fields=["is_stop_asked", "state", "finished_at"])
    recording.changed(run, {"state": (before, RunState.STOPPED)}, by=by, at=at)
    return run


# What a worker does


def due(at: datetime) -> list[int]:
    """The runs that wait for a worker, told from the database alone."""
    return list(RosterRun.objects.workable(at).order_by("pk").values_list("pk", flat=True))


def claim(run_id: int, *, at: datetime) -> RosterRun | None:
    """Lease the run to the caller; None if it waits for nobody or somebody holds it."""
    taken = (
        RosterRun.objects.workable(at)
        .filter(pk=run_id)
        .update(
            lease_token=uuid.uuid4(),
            leased_until=at + policy.LEASE,
            state=RunState.RUNNING,
            started_at=at,
            attempts=F("attempts") + 1,
            progress={},
        )
    )
    if not taken:
        return None
    return RosterRun.objects.select_related("roster__team__department", "asked_by").get(pk=run_id)


def report(run: RosterRun, *, at: datetime, **changes: Any) -> bool:
    """Write how far it is, and hold the lease; answers whether to go on. A transaction of its own.

    Raises: LeaseLost.
    """
    _update_held(run, leased_until=at + policy.LEASE, **changes)
    return not RosterRun.objects.filter(pk=run.pk, is_stop_asked=True).exists()


@transaction.atomic
def finish(
    run: RosterRun,
    proposals: Iterable[RosterProposal],
    *,
    at: datetime,
    explanation: Sequence[Mapping[str, Any]] = (),
) -> None:
    """The proposals are there, for whoever asked to choose from.

    Raises: LeaseLost.
    """
    asked_to_stop = RosterRun.objects.filter(pk=run.pk, is_stop_asked=True).exists()
    state = RunState.STOPPED if asked_to_stop else RunState.DONE
    _end(run, state, at=at, explanation=list(explanation))
    made = RosterProposal.objects.bulk_create(proposals)
    text: Text = _("Proposals for %(team)s from %(first)s are ready: %(count)s")
    _tell(run, text, count=len(made), at=at)


@transaction.atomic
def fail(run: RosterRun, reason: Text, *, at: datetime) -> None:
    """Say why there is no proposal.

    Raises: LeaseLost.
    """
    _end(run, RunState.FAILED, at=at, failure=str(reason))
    _tell(run, _("Planning %(team)s from %(first)s has failed"), count=0, at=at)


def _open(
    roster: Roster,
    kind: RunKind,
    options: Mapping[str, Any],
    *,
    weights: Weights,
    seconds: int,
    seed: int,
    by: User | None,
    at: datetime,
) -> RosterRun:
    today = at.astimezone(roster.team.department.zone).date()
    if roster.last_on <= today:
        raise WrongState(_("The days of this roster are over or have begun: nothing is left to plan."))
    if not policy.LEAST_SECONDS <= seconds <= policy.MOST_SECONDS:
        text = _("Plan for %(least)s to %(most)s seconds.") % {
            "least": policy.LEAST_SECONDS,
            "most": policy.MOST_SECONDS,
        }
        raise MissingInformation(text, fields={"seconds": text})
    if roster.runs.open().exists():
        raise AlreadyTaken(_("This roster is being planned already. Wait for the end, or stop it."))
    run = RosterRun.objects.create(
        roster=roster,
        kind=kind,
        options=dict(options),
        weights=weights.as_dict(),
        seconds=seconds,
        seed=seed,
        asked_by=by,
        asked_at=at,
    )
    facts = {"kind": kind, "seconds": seconds, "seed": seed} | weights.as_dict()
    recording.added(run, facts, by=by, at=at)
    return run


def _require_days(roster: Roster, agent: Agent, first_on: date, last_on: date, at: datetime) -> None:
    today = at.astimezone(roster.team.department.zone).date()
    text: Text = ""
    if last_on < first_on:
        text = _("The last day lies before the first.")
    elif first_on < roster.first_on or last_on > roster.last_on:
        text = _("These days do not all belong to the roster.")
    elif first_on <= today:
        text = _("Today's shifts have begun: take them off by hand. Plan from tomorrow on.")
    if text:
        raise MissingInformation(text, fields={"first_on": text})
    on_duty = roster.duties.planned().filter(agent=agent, on__range=(first_on, last_on))
    if not on_duty.exists():
        text = _("%(agent)s has no shift on these days.") % {"agent": agent}
        raise MissingInformation(text, fields={"agent": text})


def _end(run: RosterRun, state: RunState, *, at: datetime, **changes: Any) -> None:
    _update_held(run, state=state, finished_at=at, lease_token=None, leased_until=None, **changes)


def _update_held(run: RosterRun, **changes: Any) -> None:
    """Write to the run if it is still leased to us.

    Raises: LeaseLost.
    """
    held = RosterRun.objects.filter(pk=run.pk, lease_token=run.lease_token, state=RunState.RUNNING)
    if run.lease_token is None or not held.update(**changes):
        raise LeaseLost


def _tell(run: RosterRun, text: Text, *, count: int, at: datetime) -> None:
    if run.asked_by is None:
        return
    roster = run.roster

    def wording() -> str:
        first = date_format(roster.first_on, "MONTH_DAY_FORMAT")
        return str(text) % {"team": roster.team, "first": first, "count": count}

    link = reverse("admin:staffing_rosterrun_change", args=[run.pk])
    notices.tell([run.asked_by], f"roster-run:{run.pk}", wording, link=link, at=at)
