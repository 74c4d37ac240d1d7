"""S3: how many are planned, beside how many must be."""

from datetime import timedelta

import pytest

from staffing.models import ShiftType
from staffing.rosters import editing
from staffing.rosters.coverage import coverage, days_of
from staffing.rosters.editing import CellChange
from tests.factories import (
    NOW,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    MinimumStaffingFactory,
    SkillFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late")]


def plan(roster, *agents, code="D", on=None):
    changes = [CellChange(agent.pk, on or roster.first_on, (code,)) for agent in agents]
    editing.change_cells(roster, changes, by=None, at=NOW)


def counts(roster, on):
    """(planned, required) by line on a day."""
    covered = coverage(roster, ShiftType.objects.all(), [on])
    return {
        line.label: (count.planned, count.required)
        for line, count in zip(covered.lines, covered.days[on], strict=True)
    }


def test_drafts_count_as_planned(roster, agent):
    plan(roster, agent)
    assert counts(roster, roster.first_on) == {"D": (1, 0), "L": (0, 0)}


def test_what_is_taken_out_of_the_plan_does_not(roster, agent):
    plan(roster, agent)
    editing.change_cells(roster, [CellChange(agent.pk, roster.first_on, ())], by=None, at=NOW)
    assert counts(roster, roster.first_on)["D"] == (0, 0)


def test_a_minimum_holds_on_its_weekdays(roster, agent):
    MinimumStaffingFactory.create(team=agent.team, agents=3, weekdays="1")
    assert counts(roster, roster.first_on)["D"] == (0, 3)
    assert counts(roster, roster.first_on + timedelta(days=1))["D"] == (0, 0)


def test_of_two_minimums_the_larger_one_holds(roster, agent):
    MinimumStaffingFactory.create(team=agent.team, agents=3)
    MinimumStaffingFactory.create(team=agent.team, agents=2, weekdays="1")
    assert counts(roster, roster.first_on)["D"] == (0, 3)


def test_holders_of_a_skill_are_counted_by_a_certificate_valid_that_day(roster, agent):
    skill = SkillFactory.create(name="投诉")
    holder, lapsed = AgentFactory.create_batch(2, team=agent.team)
    CertificateFactory.create(agent=holder, skill=skill)
    CertificateFactory.create(agent=lapsed)
    CertificateFactory.create(agent=lapsed, skill=skill, valid_until=roster.first_on - timedelta(days=1))
    MinimumStaffingFactory.create(team=agent.team, skill=skill, agents=2)
    plan(roster, agent, holder, lapsed)
    assert counts(roster, roster.first_on) == {"D": (3, 0), "D · 投诉": (1, 2), "L": (0, 0)}


def test_other_teams_are_not_counted(roster, stranger):
    DutyFactory.create(agent=stranger, on=roster.first_on)
    assert counts(roster, roster.first_on)["D"] == (0, 0)


def test_gaps_are_told_in_words(roster, agent):
    MinimumStaffingFactory.create(team=agent.team, agents=2, weekdays="1")
    (gap,) = coverage(roster, ShiftType.objects.all(), days_of(roster)).gaps()
    assert "白班" in gap
    assert "2" in gap
