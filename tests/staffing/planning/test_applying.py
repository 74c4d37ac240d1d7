"""S8: a proposal is taken into the roster: the cells that differ, as far as they are what they were."""

from datetime import timedelta

import pytest

from portal.errors import NotAllowed, WrongState
from staffing.choices import DutyState, ProposalKind
from staffing.models import DutyAssignment, RosterEdit, RosterProposal, RosterRun
from staffing.planning import applying
from staffing.planning.applying import CellsChanged
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def proposed(roster, agent, **days):
    """`d0=("", "D")`: on the first day from off to the day shift."""
    changes = [
        [agent.pk, str(roster.first_on + timedelta(days=int(day[1:]))), before.split(), after.split()]
        for day, (before, after) in days.items()
    ]
    run = RosterRun.objects.filter(roster=roster).first() or RosterRun.objects.create(
        roster=roster, asked_at=NOW
    )
    return RosterProposal.objects.create(
        run=run, kind=ProposalKind.values[run.proposals.count()], changes=changes
    )


def apply(proposal, **options):
    return applying.apply(proposal, **{"by": None, "at": NOW} | options)


def put(roster, agent, *codes, day=0):
    cell = CellChange(agent.pk, roster.first_on + timedelta(days=day), codes)
    editing.change_cells(roster, [cell], by=None, at=NOW)


def plan(roster):
    rows = DutyAssignment.objects.planned().filter(roster=roster).order_by("on")
    return {(row.on - roster.first_on).days: row.shift_type.code for row in rows.select_related("shift_type")}


def test_only_the_cells_that_differ_are_changed(roster, agent, supervisor):
    put(roster, agent, "D")
    proposal = proposed(roster, agent, d1=("", "L"))
    assert apply(proposal, by=supervisor).changed == 1
    assert plan(roster) == {0: "D", 1: "L"}
    edit = RosterEdit.objects.first()
    assert (edit.by, edit.before, edit.after) == (supervisor, [], ["L"])
    proposal.refresh_from_db()
    assert (proposal.applied_at, proposal.applied_by) == (NOW, supervisor)


def test_nothing_is_applied_where_a_cell_was_changed_since_and_it_is_named(roster, agent):
    proposal = proposed(roster, agent, d0=("", "D"), d1=("", "L"))
    put(roster, agent, "N", day=1)
    with pytest.raises(CellsChanged, match=str(agent)) as refused:
        apply(proposal)
    assert [each.on for each in refused.value.left] == [roster.first_on + timedelta(days=1)]
    assert plan(roster) == {1: "N"}
    proposal.refresh_from_db()
    assert not proposal.is_applied


def test_the_rest_may_be_applied(roster, agent):
    proposal = proposed(roster, agent, d0=("", "D"), d1=("", "L"))
    put(roster, agent, "N", day=1)
    assert apply(proposal, takes_rest=True).changed == 1
    assert plan(roster) == {0: "D", 1: "N"}


def test_a_change_elsewhere_does_not_matter(roster, agent):
    proposal = proposed(roster, agent, d0=("", "D"))
    put(roster, agent, "N", day=5)
    assert apply(proposal).changed == 1


def test_a_cell_pinned_since_stays(roster, agent):
    proposal = proposed(roster, agent, d0=("", "D"), d1=("", "L"))
    editing.pin(roster, [(agent.pk, roster.first_on)], by=None)
    with pytest.raises(CellsChanged):
        apply(proposal)
    apply(proposal, takes_rest=True)
    assert plan(roster) == {1: "L"}


def test_a_shift_waits_for_one_that_overlaps_and_goes(roster, agent):
    early = type(agent.team.rosters.first().duties.model.shift_type.field.related_model())
    early.objects.create(code="E", name="晨班", starts="05:00", ends="13:00")
    put(roster, agent, "D")
    put(roster, agent, "E", day=1)
    # On the first day a night comes that runs into the early shift which the second day gives up.
    apply(proposed(roster, agent, d0=("D", "N"), d1=("E", "L")))
    assert plan(roster) == {0: "N", 1: "L"}


def test_a_proposal_is_applied_once(roster, agent):
    proposal = proposed(roster, agent, d0=("", "D"))
    apply(proposal)
    with pytest.raises(WrongState):
        apply(proposal)


def test_only_who_plans_the_team_applies(roster, agent, stranger):
    proposal = proposed(roster, agent, d0=("", "D"))
    for by in (agent.user, stranger.user):
        with pytest.raises(NotAllowed):
            apply(proposal, by=by)


def test_it_may_come_into_force_at_once(roster, agent):
    put(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    apply(proposed(roster, agent, d0=("D", "")), publishes=False)
    assert DutyAssignment.objects.published().count() == 1
    apply(proposed(roster, agent, d1=("", "L")), publishes=True)
    roster.refresh_from_db()
    assert roster.version == 2
    assert list(DutyAssignment.objects.published().values_list("shift_type__code", flat=True)) == ["L"]
    assert DutyState.DRAFT not in DutyAssignment.objects.values_list("state", flat=True)
