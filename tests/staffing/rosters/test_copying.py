"""S3: a roster begins with the pattern of the one before."""

from datetime import date, timedelta

import pytest

from portal.errors import NotAllowed
from staffing.models import DutyAssignment
from staffing.requests import deciding
from staffing.rosters import copying, editing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, DutyFactory, RosterFactory
from tests.request_factories import TOMORROW, leave_asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]
WEEK = timedelta(days=7)


def codes(agent) -> dict[date, str]:
    planned = DutyAssignment.objects.planned().filter(agent=agent)
    return dict(planned.values_list("on", "shift_type__code"))


def test_each_weekday_is_planned_as_it_was(roster, agent, day, night, supervisor):
    DutyFactory.create(agent=agent, shift_type=day, on=roster.first_on - WEEK)
    DutyFactory.create(agent=agent, shift_type=night, on=roster.first_on - WEEK + timedelta(days=2))
    copied = copying.copy_before(roster, by=supervisor, at=NOW)
    assert copied == copying.Copied(cells=2, left_out=0)
    assert codes(agent)[roster.first_on] == "D"
    assert codes(agent)[roster.first_on + timedelta(days=2)] == "N"


def test_a_month_takes_the_weeks_before_so_that_weekdays_stay(agent, day):
    month = RosterFactory.create(team=agent.team, first_on=date(2026, 3, 1), last_on=date(2026, 3, 31))
    DutyFactory.create(agent=agent, shift_type=day, on=date(2026, 2, 2))  # A Monday.
    copying.copy_before(month, by=None, at=NOW)
    assert date(2026, 3, 9) in codes(agent)  # Five weeks later, a Monday.


def test_what_stands_already_stays(roster, agent, day):
    DutyFactory.create(agent=agent, shift_type=day, on=roster.first_on - WEEK)
    editing.change_cells(roster, [CellChange(agent.pk, roster.first_on, ("L",))], by=None, at=NOW)
    assert copying.copy_before(roster, by=None, at=NOW).cells == 0
    assert codes(agent)[roster.first_on] == "L"


def test_what_cannot_be_is_left_out_and_counted(roster, agent, day):
    DutyFactory.create(agent=agent, shift_type=day, on=roster.first_on - WEEK)
    agent.left_on = roster.first_on - timedelta(days=1)
    agent.save()
    assert copying.copy_before(roster, by=None, at=NOW) == copying.Copied(cells=0, left_out=1)


def test_who_is_on_leave_is_left_out(roster, agent, day, supervisor):
    DutyFactory.create(agent=agent, shift_type=day, on=TOMORROW - WEEK)
    deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    assert copying.copy_before(roster, by=None, at=NOW) == copying.Copied(cells=0, left_out=1)


def test_more_cells_than_one_change_holds_are_copied_in_several(roster, agent, day, monkeypatch):
    monkeypatch.setattr(editing, "MOST_CELLS", 1)
    for number in range(3):
        DutyFactory.create(agent=agent, shift_type=day, on=roster.first_on - WEEK + timedelta(days=number))
    assert copying.copy_before(roster, by=None, at=NOW).cells == 3


def test_only_who_plans_the_team_copies(roster, stranger):
    with pytest.raises(NotAllowed):
        copying.copy_before(roster, by=stranger.user, at=NOW)
