"""Learners and their leaders are reminded, each once. # T3"""

from datetime import timedelta

import pytest

from portal.models import OutboxMessage, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import CourseState, EnrolmentState
from training.courses import reminding
from training.models import Course

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def due(agent: Agent, days: int, **facts):
    return EnrolmentFactory.create(
        agent=agent, due_on=TODAY + days * DAY, enrolled_at=NOW - 30 * DAY, **facts
    )


def told(user: User) -> list[str]:
    return sorted(OutboxMessage.objects.filter(user=user).values_list("key", flat=True))


@pytest.mark.parametrize(("days", "step"), [(7, 7), (5, 7), (1, 1), (0, 1)])
def test_the_learner_is_reminded_some_days_before_also_when_a_run_was_missed(
    agent: Agent, days: int, step: int
):
    row = due(agent, days)
    reminding.remind(NOW)
    reminding.remind(NOW)
    assert told(agent.user) == [f"course-due:{row.pk}:{row.due_on}:{step}:{agent.user_id}"]


def test_long_before_nobody_is_reminded_and_who_was_just_enrolled_neither(agent: Agent):
    due(agent, 8)
    EnrolmentFactory.create(agent=agent, due_on=TODAY + 3 * DAY, enrolled_at=NOW)
    reminding.remind(NOW)
    assert told(agent.user) == []


def test_the_day_after_learner_and_leaders_hear_of_it_the_leaders_in_one_line(agent: Agent, supervisor: User):
    course = CourseFactory.create()
    mate = AgentFactory.create(team=agent.team, user__name="同组人")
    for each in (agent, mate):
        due(each, -1, course=course)
    for _run in range(2):
        reminding.remind(NOW)
    assert len(told(agent.user)) == 1
    line = OutboxMessage.objects.get(user=supervisor)
    assert "组员" in line.subject
    assert "同组人" in line.subject
    assert f"team={agent.team_id}" in line.link


def test_what_is_long_overdue_is_no_news(agent: Agent):
    due(agent, -8)
    reminding.remind(NOW)
    assert told(agent.user) == []


def test_who_has_left_is_through_or_whose_course_has_ended_is_left_alone(agent: Agent):
    due(AgentFactory.create(has_left=True), 1)
    due(agent, 1, state=EnrolmentState.COMPLETED)
    due(agent, -1, state=EnrolmentState.WAIVED)
    ended = due(agent, 1)
    Course.objects.filter(pk=ended.course_id).update(state=CourseState.ENDED)
    reminding.remind(NOW)
    assert not OutboxMessage.objects.exists()


def test_another_day_is_reminded_of_anew(agent: Agent):
    row = due(agent, 1)
    reminding.remind(NOW)
    row.due_on = TODAY + 6 * DAY
    row.save()
    reminding.remind(NOW)
    assert len(told(agent.user)) == 2


@pytest.mark.usefixtures("supervisor")
def test_who_leads_a_team_is_looked_up_once_however_many_courses_are_late(agent: Agent, monkeypatch):
    asked, plain = [], reminding.supervisors_of

    def counted(team):
        asked.append(team)
        return plain(team)

    monkeypatch.setattr(reminding, "supervisors_of", counted)
    for _course in range(3):
        due(agent, -1)
    reminding.remind(NOW)
    assert asked == [agent.team]
