"""S3 S7: the tightest half hour of each day of a roster, by the forecast."""

from datetime import timedelta

import pytest

from staffing.demand import forecasts
from staffing.models import ShiftType
from staffing.rosters import editing
from staffing.rosters.coverage import coverage
from staffing.rosters.editing import CellChange
from staffing.rosters.needs import tightest
from tests.demand_factories import MORNING, ServiceLineFactory, forecast_line
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
TOMORROW = TODAY + timedelta(days=1)


def by_hand(line, agents, *, on=TODAY, slot=MORNING):
    forecasts.set_by_hand(line, on=on, slots=[slot], agents=agents, reason="直播", by=None, at=NOW)


@pytest.fixture
def line(roster):
    """Needs nobody but in the half hours set by hand."""
    return forecast_line(team=roster.team, ahead=2, contacts=0).line


def test_without_a_forecast_nothing_is_told(roster):
    ServiceLineFactory.create(team=roster.team)
    assert tightest(roster, [TODAY]) == {}


def test_the_half_hour_in_which_most_are_missing_is_told(roster, agent, line):
    by_hand(line, 3)
    by_hand(line, 5, slot=MORNING + 1)
    editing.change_cells(roster, [CellChange(agent.pk, TODAY, ("D",))], by=None, at=NOW)
    told = tightest(roster, [TODAY])[TODAY]
    assert (told.needed, told.planned, told.missing, told.line) == (5, 1, 4, line.name)
    assert told.time in told.sentence


def test_days_without_a_forecast_are_left_out(roster, line):
    by_hand(line, 3)
    assert set(tightest(roster, [TODAY, TOMORROW, TOMORROW + timedelta(days=1)])) == {TODAY, TOMORROW}


def test_of_several_lines_the_tightest_is_told(roster, line):
    other = forecast_line(team=roster.team, ahead=2, contacts=0, name="热线").line
    by_hand(line, 3)
    by_hand(other, 4)
    assert tightest(roster, [TODAY])[TODAY].line == "热线"


def test_what_is_taken_out_of_the_plan_counts_no_more(roster, agent, line):
    by_hand(line, 1)
    editing.change_cells(roster, [CellChange(agent.pk, TODAY, ("D",))], by=None, at=NOW)
    assert tightest(roster, [TODAY])[TODAY].missing <= 0
    roster.duties.update(state="published")
    editing.change_cells(roster, [CellChange(agent.pk, TODAY, ())], by=None, at=NOW)
    assert tightest(roster, [TODAY])[TODAY].missing == 1


def test_a_want_is_told_among_the_gaps(roster, line):
    by_hand(line, 2)
    gaps = coverage(roster, ShiftType.objects.all(), [TODAY]).gaps()
    assert any(line.name in gap for gap in gaps)
