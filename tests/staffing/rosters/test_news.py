"""S3: two who look at one roster learn what the other has changed."""

from datetime import timedelta

import pytest

from staffing.choices import DutyState
from staffing.models import Agent
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from staffing.rosters.grid import Cell, Shift
from staffing.rosters.news import history_of, news_since
from tests.factories import NOW, AgentFactory, DutyFactory, MinimumStaffingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late")]


def plan(roster, agent, *codes, on=None, by=None):
    change = CellChange(agent.pk, on or roster.first_on, tuple(codes))
    editing.change_cells(roster, [change], by=by, at=NOW)
    roster.refresh_from_db()


def test_nothing_new_is_nothing(roster, agent, django_assert_num_queries):
    plan(roster, agent, "D")
    with django_assert_num_queries(0):
        news = news_since(roster, roster.revision)
    assert (news.revision, list(news.cells), list(news.edits)) == (1, [], [])


def test_a_changed_cell_is_told_with_who_changed_it(roster, agent, supervisor):
    plan(roster, agent, "D", by=supervisor)
    plan(roster, agent, "L", by=supervisor)
    news = news_since(roster, 0)
    assert list(news.cells) == [Cell(agent.pk, roster.first_on, (Shift("L", "d"),))]
    (edit,) = news.edits
    assert (edit.agent_id, edit.by_id, edit.by) == (agent.pk, supervisor.pk, "主管")


def test_an_emptied_cell_is_told_empty(roster, agent):
    plan(roster, agent, "D")
    plan(roster, agent)
    assert list(news_since(roster, 1).cells) == [Cell(agent.pk, roster.first_on, ())]


def test_of_days_beyond_the_roster_nothing_is_told_whoever_asks(roster, agent, stranger):
    """He may have moved on to a team whose drafts are not for this reader."""
    plan(roster, agent, "D")
    beyond = roster.last_on + timedelta(days=1)
    Agent.objects.filter(pk=agent.pk).update(team=stranger.team)
    DutyFactory.create(agent=agent, on=beyond, state=DutyState.DRAFT)
    news = news_since(roster, roster.revision, asked={(agent.pk, beyond)})
    assert list(news.cells) == []


def test_people_and_days_concerned_come_with_their_figures(roster, agent):
    MinimumStaffingFactory.create(team=agent.team)
    AgentFactory.create(team=agent.team)
    plan(roster, agent, "D")
    news = news_since(roster, 0)
    assert set(news.agents) == {agent.pk}
    assert news.findings.ledgers[agent.pk].paid_minutes == 8 * 60
    ((on, counts),) = news.coverage.days.items()
    assert on == roster.first_on
    assert (counts[0].planned, counts[0].required) == (1, 2)


def test_a_publication_is_told_by_its_version(roster, agent):
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    roster.refresh_from_db()
    assert news_since(roster, roster.revision).version == 1


def test_cells_asked_about_are_told_though_nobody_changed_them(roster, agent, stranger):
    asked = [(agent.pk, roster.first_on), (stranger.pk, roster.first_on)]
    assert list(news_since(roster, 0, asked=asked).cells) == [Cell(agent.pk, roster.first_on, ())]


def test_a_cells_history_is_its_own(roster, agent, supervisor):
    plan(roster, agent, "D", by=supervisor)
    plan(roster, agent, "D", on=roster.first_on + timedelta(days=1))
    (edit,) = history_of(roster, (agent.pk, roster.first_on))
    assert (edit.before, edit.after, edit.by) == ([], ["D"], supervisor)
    assert len(history_of(roster)) == 2
