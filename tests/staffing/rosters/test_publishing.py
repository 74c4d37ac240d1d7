"""S3: a plan comes into force as a version; each is told of his own change only."""

from datetime import date, timedelta

import pytest

from portal.errors import AlreadyTaken, MissingInformation, Stale, WrongState
from portal.models import OutboxMessage
from staffing import duty
from staffing.choices import DutyState, RequestState
from staffing.models import DutyAssignment, RosterVersion, StaffRequest
from staffing.rosters import editing, opening, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, AgentFactory, AttendanceFactory, DutyFactory
from tests.request_factories import leave_asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def plan(roster, agent, *codes, on=None):
    editing.change_cells(roster, [CellChange(agent.pk, on or roster.first_on, tuple(codes))], by=None, at=NOW)


@pytest.fixture
def colleague(agent):
    return AgentFactory.create(team=agent.team, user__name="同事")


def told(agent) -> list[str]:
    return list(
        OutboxMessage.objects.filter(user=agent.user).order_by("pk").values_list("subject", flat=True)
    )


def test_published_drafts_are_in_force_as_version_one(roster, agent):
    plan(roster, agent, "D")
    version = publishing.publish(roster, by=None, at=NOW)
    duty_now = DutyAssignment.objects.get()
    assert (version.version, version.added, version.removed) == (1, 1, 0)
    assert (duty_now.state, duty_now.published_in) == (DutyState.PUBLISHED, 1)


def test_everybody_is_told_of_his_own_change_only(roster, agent, colleague):
    plan(roster, agent, "D")
    plan(roster, colleague, "D")
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "L")
    publishing.publish(roster, by=None, at=NOW)
    assert len(told(colleague)) == 1
    assert len(told(agent)) == 2
    assert "白班" in told(agent)[-1]
    assert "晚班" in told(agent)[-1]


def test_a_day_that_gets_a_second_shift_is_told_whole(roster, agent):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "D", "N")
    (change,) = publishing.pending_changes(roster)
    assert (change.before, change.after) == (["白班"], ["白班", "夜班"])


def test_the_difference_of_two_versions_names_what_became_of_each_cell(roster, agent):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "L")
    publishing.publish(roster, by=None, at=NOW)
    (change,) = publishing.difference(roster, 1, 2)
    assert (change.agent, change.before, change.after) == (agent, ["白班"], ["晚班"])
    (first,) = publishing.difference(roster, 0, 1)
    assert (first.before, first.after) == ([], ["白班"])
    assert publishing.difference(roster, 2, 2) == []


def test_what_was_changed_since_one_looked_is_not_published_blindly(roster, agent):
    seen = roster.revision
    plan(roster, agent, "D")
    with pytest.raises(Stale):
        publishing.publish(roster, by=None, at=NOW, revision=seen)
    assert not RosterVersion.objects.exists()


def test_nothing_new_is_no_version(roster, agent):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    with pytest.raises(WrongState):
        publishing.publish(roster, by=None, at=NOW)


def test_what_is_assigned_at_once_is_a_version_of_a_roster_that_is_out(roster, agent, day):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    tuesday = roster.first_on + timedelta(days=1)
    made = duty.assign(agent, day, on=tuesday, by=None, at=NOW)
    duty.cancel(made, by=None, at=NOW)
    made.refresh_from_db()
    roster.refresh_from_db()
    assert (made.published_in, made.cancelled_in, roster.version) == (2, 3, 3)
    assert publishing.difference(roster, 1, 3) == []
    assert len(publishing.difference(roster, 1, 2)) == 1


def test_who_is_put_on_a_shift_or_taken_off_it_at_once_is_told(roster, agent, day, supervisor):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    made = duty.assign(agent, day, on=roster.last_on, by=supervisor, at=NOW)
    duty.cancel(made, by=supervisor, at=NOW)
    (_first, put_on, taken_off) = told(agent)
    assert put_on.endswith("休 → 白班")
    assert taken_off.endswith("白班 → 休")


def test_what_breaks_the_law_is_not_slipped_into_a_roster_that_is_out(roster, agent, day):
    plan(roster, agent, "N")
    publishing.publish(roster, by=None, at=NOW)
    tuesday = roster.first_on + timedelta(days=1)
    with pytest.raises(WrongState, match="休息"):
        duty.assign(agent, day, on=tuesday, by=None, at=NOW)
    roster.refresh_from_db()
    assert roster.version == 1


def test_what_was_worked_before_the_leave_was_known_forbids_no_version(roster, agent):
    worked = DutyFactory.create(agent=agent, on=roster.first_on, roster=roster, published_in=0)
    AttendanceFactory.create(agent=agent, duty=worked)
    asked = leave_asked(agent, first_on=roster.first_on)
    StaffRequest.objects.filter(pk=asked.pk).update(state=RequestState.APPROVED)
    plan(roster, agent, "L", on=roster.last_on)
    assert publishing.publish(roster, by=None, at=NOW).version == 1


def test_a_night_across_the_end_of_the_roster_is_published_once_with_its_first_day(roster, agent):
    # Source: staffing.md 2.1: shifts that cross the end of the week were not published.
    plan(roster, agent, "N", on=roster.last_on)
    publishing.publish(roster, by=None, at=NOW)
    (duty_now,) = DutyAssignment.objects.all()
    assert (duty_now.state, duty_now.on) == (DutyState.PUBLISHED, roster.last_on)
    following = opening.open_roster(
        roster.team,
        first_on=roster.last_on + timedelta(days=1),
        last_on=roster.last_on + timedelta(days=7),
        by=None,
        at=NOW,
    )
    assert not following.duties.exists()


def test_a_new_roster_holds_what_was_assigned_before(agent, day):
    known = DutyFactory.create(agent=agent, shift_type=day, on=NOW.date())
    opened = opening.open_roster(
        agent.team, first_on=NOW.date(), last_on=NOW.date() + timedelta(days=6), by=None, at=NOW
    )
    known.refresh_from_db()
    assert (known.roster, known.published_in, known.state) == (opened, 0, DutyState.PUBLISHED)


def test_a_day_belongs_to_one_roster_of_a_team(roster, supervisor):
    with pytest.raises(AlreadyTaken):
        opening.open_roster(
            roster.team, first_on=roster.last_on, last_on=date(2026, 4, 1), by=supervisor, at=NOW
        )


def test_a_roster_has_an_order_and_an_end(team):
    with pytest.raises(MissingInformation):
        opening.open_roster(team, first_on=date(2026, 4, 2), last_on=date(2026, 4, 1), by=None, at=NOW)
    with pytest.raises(WrongState):
        opening.open_roster(team, first_on=date(2026, 4, 1), last_on=date(2026, 8, 1), by=None, at=NOW)


def test_whoever_loses_his_only_shift_in_the_first_version_is_told(agent, day):
    duty.assign(agent, day, on=NOW.date() + timedelta(days=1), by=None, at=NOW)
    roster = opening.open_roster(
        agent.team, first_on=NOW.date(), last_on=NOW.date() + timedelta(days=6), by=None, at=NOW
    )
    plan(roster, agent, on=NOW.date() + timedelta(days=1))
    publishing.publish(roster, by=None, at=NOW)
    (sentence,) = told(agent)
    assert "白班" in sentence
