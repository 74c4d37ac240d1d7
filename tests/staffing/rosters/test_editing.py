"""S3: cells of a roster, changed by several at once."""

from datetime import timedelta

import pytest

from portal.errors import MissingInformation, NotAllowed
from staffing import duty
from staffing.choices import DutyState
from staffing.models import DutyAssignment, RosterEdit
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, AttendanceFactory, DutyFactory, RosterFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def change(roster, agent, *codes, on=None, seen=None, by=None):
    wanted = CellChange(agent.pk, on or roster.first_on, tuple(codes), seen)
    return editing.change_cells(roster, [wanted], by=by, at=NOW)[0]


def test_a_cell_of_the_plan_is_a_draft_that_is_not_in_force(roster, agent, supervisor):
    outcome = change(roster, agent, "D", by=supervisor)
    planned = DutyAssignment.objects.get()
    assert outcome.codes == ("D",)
    assert (planned.state, planned.roster, planned.on) == (DutyState.DRAFT, roster, roster.first_on)


def test_the_ledger_tells_who_changed_what(roster, agent, supervisor):
    change(roster, agent, "D", by=supervisor)
    change(roster, agent, by=supervisor)
    roster.refresh_from_db()
    edits = RosterEdit.objects.order_by("number").values_list("number", "before", "after", "by")
    assert list(edits) == [(1, [], ["D"], supervisor.pk), (2, ["D"], [], supervisor.pk)]
    assert roster.revision == 2


def test_the_same_again_changes_nothing(roster, agent):
    change(roster, agent, "D")
    change(roster, agent, "D")
    roster.refresh_from_db()
    assert roster.revision == 1


def test_who_was_quicker_wins_and_the_later_is_told_by_whom(roster, agent, supervisor):
    change(roster, agent, "D", seen=(), by=supervisor)
    outcome = change(roster, agent, "L", seen=())
    assert outcome.is_stale
    assert outcome.codes == ("D",)
    assert "主管" in str(outcome.refusal)


def test_different_cells_do_not_stand_in_each_others_way(roster, agent):
    tuesday = roster.first_on + timedelta(days=1)
    change(roster, agent, "D", seen=())
    assert not change(roster, agent, "D", on=tuesday, seen=()).is_stale
    assert DutyAssignment.objects.count() == 2


def test_a_refused_cell_costs_only_itself(roster, agent, day):
    monday, tuesday = roster.first_on, roster.first_on + timedelta(days=1)
    early = type(day).objects.create(code="E", name="晨班", starts="05:00", ends="13:00")
    wanted = [CellChange(agent.pk, monday, ("N",)), CellChange(agent.pk, tuesday, (early.code,))]
    first, second = editing.change_cells(roster, wanted, by=None, at=NOW)
    assert first.codes == ("N",)
    assert second.codes == ()
    assert "夜班" in str(second.refusal)


def test_half_of_a_cell_is_not_taken(roster, agent):
    change(roster, agent, "L")
    outcome = change(roster, agent, "D", "L")  # 14:00-18:00 would be twice.
    assert outcome.codes == ("L",)
    assert outcome.refusal


def test_an_unknown_shift_is_refused_by_its_code(roster, agent):
    assert "X" in str(change(roster, agent, "X").refusal)


def test_a_published_shift_taken_out_stays_in_force_until_the_next_version(roster, agent):
    change(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    change(roster, agent)
    assert DutyAssignment.objects.published().count() == 1
    assert DutyAssignment.objects.planned().count() == 0


def test_taken_out_and_put_in_again_nothing_is_pending(roster, agent):
    change(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    change(roster, agent)
    change(roster, agent, "D")
    assert not DutyAssignment.objects.pending().exists()
    assert DutyAssignment.objects.count() == 1


def test_a_shift_somebody_signed_in_to_stays(roster, agent, day):
    worked = duty.assign(agent, day, on=NOW.date(), by=None, at=NOW)
    AttendanceFactory.create(agent=agent, duty=worked)
    outcome = change(roster, agent, on=NOW.date())
    assert outcome.codes == ("D",)
    assert outcome.refusal


def test_cells_of_others_are_not_of_this_roster(roster, stranger, agent):
    assert change(roster, stranger, "D").refusal
    assert change(roster, agent, "D", on=roster.last_on + timedelta(days=1)).refusal
    assert not DutyAssignment.objects.exists()


def test_only_who_plans_the_team_changes_cells(roster, agent, stranger):
    with pytest.raises(NotAllowed):
        change(roster, agent, "D", by=agent.user)
    with pytest.raises(NotAllowed):
        editing.pin(roster, [(agent.pk, roster.first_on)], by=stranger.user)


def test_a_change_has_an_end(roster, agent, monkeypatch):
    monkeypatch.setattr(editing, "MOST_CELLS", 1)
    cell = CellChange(agent.pk, roster.first_on, ("D",))
    with pytest.raises(MissingInformation):
        editing.change_cells(roster, [cell, cell], by=None, at=NOW)


def test_pins_are_set_and_released(roster, agent, stranger):
    cells = [(agent.pk, roster.first_on), (stranger.pk, roster.first_on)]
    assert editing.pin(roster, cells, by=None) == 1
    assert editing.pin(roster, cells, by=None) == 0
    assert editing.pin(roster, cells, by=None, is_pinned=False) == 1


def test_a_month_is_changed_with_few_questions(roster, agent, django_assert_max_num_queries):
    days = [roster.first_on + timedelta(days=number) for number in range(7)]
    with django_assert_max_num_queries(16):
        editing.change_cells(roster, [CellChange(agent.pk, on, ("D",)) for on in days], by=None, at=NOW)
    assert DutyAssignment.objects.count() == 7


def test_a_month_that_others_have_changed_is_told_with_few_questions(
    roster, agent, supervisor, django_assert_max_num_queries
):
    days = [roster.first_on + timedelta(days=number) for number in range(7)]
    editing.change_cells(roster, [CellChange(agent.pk, on, ("D",)) for on in days], by=supervisor, at=NOW)
    late = [CellChange(agent.pk, on, ("L",), seen=()) for on in days]
    with django_assert_max_num_queries(11):
        outcomes = editing.change_cells(roster, late, by=None, at=NOW)
    assert all(each.is_stale and "主管" in str(each.refusal) for each in outcomes)


def test_a_shift_of_another_roster_is_taken_away_there_only(roster, agent):
    """Somebody has changed teams: his old team's roster keeps what it has published."""
    change(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    agent.team = TeamFactory.create()
    agent.save()
    after = RosterFactory.create(team=agent.team, first_on=roster.first_on)
    outcome = change(after, agent, "L")
    assert outcome.codes == ("D",)
    assert str(roster) in str(outcome.refusal)


def test_a_shift_of_no_roster_goes_with_the_one_that_takes_it_away(roster, agent):
    loose = DutyFactory.create(agent=agent, on=roster.first_on)
    change(roster, agent, "L")
    publishing.publish(roster, by=None, at=NOW)
    loose.refresh_from_db()
    assert (loose.state, loose.roster, loose.cancelled_in) == (DutyState.CANCELLED, roster, 1)
