"""S3: what the page of a roster shows."""

from datetime import timedelta

import pytest

from staffing.choices import DayKind, RuleCode
from staffing.models import Calendar, Wish
from staffing.requests import deciding
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from staffing.rosters.grid import DRAFT, PUBLISHED, WITHDRAWN, Shift, grid_of
from staffing.year_view import Look
from tests.factories import NOW, TODAY, AgentFactory, CertificateFactory, DutyFactory, standard_policy
from tests.request_factories import TOMORROW, leave_asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def plan(roster, agent, *codes, on=None):
    change = CellChange(agent.pk, on or roster.first_on, tuple(codes))
    return editing.change_cells(roster, [change], by=None, at=NOW)


def shifts(grid, agent, on) -> tuple[Shift, ...]:
    found = {(cell.agent_id, cell.on): cell.shifts for cell in grid.cells}
    return found.get((agent.pk, on), ())


def test_the_rows_are_the_team_by_staff_number_and_who_left_duties_there(roster, agent, stranger):
    first = AgentFactory.create(team=agent.team, staff_no="A0001")
    DutyFactory.create(agent=stranger, roster=roster, on=roster.first_on)
    AgentFactory.create(team=agent.team, has_left=True, left_on=roster.first_on - timedelta(days=1))
    people = grid_of(roster, today=TODAY).people
    assert [person.agent_id for person in people] == [first.pk, agent.pk, stranger.pk]
    assert [person.is_member for person in people] == [True, True, False]


def test_a_cell_tells_what_is_in_force_what_is_drafted_and_what_will_be_taken_away(roster, agent):
    monday, tuesday = roster.first_on, roster.first_on + timedelta(days=1)
    plan(roster, agent, "D")
    plan(roster, agent, "D", on=tuesday)
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "L")
    grid = grid_of(roster, today=TODAY)
    assert shifts(grid, agent, monday) == (Shift("D", WITHDRAWN), Shift("L", DRAFT))
    assert shifts(grid, agent, tuesday) == (Shift("D", PUBLISHED),)


def test_shifts_of_another_roster_stand_in_the_cells_too(roster, agent):
    DutyFactory.create(agent=agent, on=TODAY)
    assert shifts(grid_of(roster, today=TODAY), agent, TODAY) == (Shift("D", PUBLISHED),)


def test_a_day_is_what_the_teams_calendar_says(roster, agent):
    standard_policy()
    assert agent.team.calendar is None  # Then the holidays of the office count.
    Calendar.objects.get(code="office").days.create(on=TODAY, kind=DayKind.STATUTORY, name="节日")
    days = {day.on: day for day in grid_of(roster, today=TODAY).days}
    assert (days[TODAY].look, days[TODAY].name, days[TODAY].is_today) == (Look.STATUTORY, "节日", True)
    assert days[roster.last_on].look == Look.REST
    assert days[roster.first_on].look == Look.WORK


def test_a_year_that_nobody_has_announced_is_marked(roster):
    standard_policy()
    roster.first_on = TODAY.replace(year=2040)
    roster.last_on = roster.first_on + timedelta(days=6)
    roster.save()
    assert not any(day.is_known for day in grid_of(roster, today=TODAY).days)


def test_wishes_pins_and_skills_are_shown(roster, agent):
    certificate = CertificateFactory.create(agent=agent)
    CertificateFactory.create(agent=agent, is_expired=True, valid_until=roster.first_on - timedelta(days=1))
    wish = Wish.objects.create(agent=agent, on=TODAY)
    editing.pin(roster, [(agent.pk, TODAY)], by=None)
    grid = grid_of(roster, today=TODAY)
    assert list(grid.wishes) == [wish]
    assert list(grid.pins) == [(agent.pk, TODAY)]
    assert grid.people[0].skills == (certificate.skill.name,)


def test_leave_is_shown_granted_or_not(roster, agent, supervisor):
    waiting = leave_asked(agent)
    (told,) = grid_of(roster, today=TODAY).absences
    assert (told.agent_id, told.first_on, told.is_approved) == (agent.pk, TOMORROW, False)
    deciding.approve(waiting, by=supervisor, at=NOW)
    (told,) = grid_of(roster, today=TODAY).absences
    assert told.is_approved


def test_a_shift_on_a_day_of_leave_can_never_be(roster, agent, supervisor):
    deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    plan(roster, agent, "D", on=TOMORROW)
    (breach,) = grid_of(roster, today=TODAY).findings.breaches
    assert (breach.code, breach.is_forbidden) == (RuleCode.ON_LEAVE, True)


def test_what_the_plan_breaks_and_adds_up_to_is_shown(roster, agent):
    plan(roster, agent, "L")
    plan(roster, agent, "D", on=roster.first_on + timedelta(days=1))  # 22:00 to 09:00 is eleven hours.
    assert grid_of(roster, today=TODAY).findings.breaches == []
    early = editing.ShiftType.objects.create(code="E", name="晨班", starts="07:00", ends="15:00")
    plan(roster, agent, early.code, on=roster.first_on + timedelta(days=1))
    found = grid_of(roster, today=TODAY).findings
    assert "晨班" in found.breaches[0].sentence
    assert found.ledgers[agent.pk].paid_minutes == (7 + 8) * 60


def test_sixty_people_take_as_many_questions_as_one(roster, agent, django_assert_max_num_queries):
    plan(roster, agent, "D")
    with django_assert_max_num_queries(19) as asked:
        grid_of(roster, today=TODAY)
    for person in AgentFactory.create_batch(9, team=agent.team):
        plan(roster, person, "D")
    with django_assert_max_num_queries(len(asked)):
        assert len(grid_of(roster, today=TODAY).people) == 10
