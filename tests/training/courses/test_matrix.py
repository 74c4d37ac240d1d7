"""Who has completed what, and the numbers of it. # T3"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, TopicFactory
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.courses import figures, matrix, mine, own
from training.courses.figures import Rate
from training.courses.matrix import Asked, Look

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
S = EnrolmentState


def read(user: User, **asked) -> matrix.Matrix:
    return matrix.read(user, Asked(**asked), on=TODAY)


@pytest.mark.parametrize(
    ("facts", "look"),
    [
        ({}, Look.TO_DO),
        ({"state": S.IN_PROGRESS}, Look.IN_PROGRESS),
        ({"due_on": TODAY - DAY}, Look.OVERDUE),
        ({"due_on": TODAY}, Look.TO_DO),
        ({"state": S.COMPLETED, "due_on": TODAY - DAY}, Look.COMPLETED),
        ({"state": S.COMPLETED, "course__counts_from": 2}, Look.OUTDATED),
        ({"state": S.FAILED}, Look.FAILED),
        ({"state": S.WAIVED, "course__counts_from": 2}, Look.WAIVED),
        ({"state": S.WITHDRAWN}, Look.NONE),
    ],
)
def test_a_cell_looks_as_its_last_cycle_stands(agent: Agent, trainer: User, facts: dict, look: Look):
    EnrolmentFactory.create(agent=agent, **facts)
    assert read(trainer).rows[0].cells[0].look == look


def test_the_last_cycle_counts_unless_it_was_withdrawn(agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent, state=S.COMPLETED)
    again = EnrolmentFactory.create(agent=agent, course=row.course, cycle=2)
    assert read(trainer).rows[0].cells[0].look == Look.TO_DO
    again.state = S.WITHDRAWN
    again.save()
    assert read(trainer).rows[0].cells[0].look == Look.COMPLETED


def test_a_supervisor_sees_the_own_team_only(agent: Agent, stranger: Agent, supervisor: User, trainer: User):
    CourseFactory.create()
    assert {row.agent for row in read(supervisor).rows} == {agent, supervisor.agent}
    assert {row.agent for row in read(trainer).rows} == {agent, supervisor.agent, stranger}


def test_drafts_ended_courses_and_people_who_have_left_are_not_in_it(trainer: User):
    for state in (CourseState.DRAFT, CourseState.ENDED):
        CourseFactory.create(state=state)
    AgentFactory.create(has_left=True)
    table = read(trainer)
    assert (table.courses, table.rows, table.coverage_percent) == ([], [], None)


def test_it_is_narrowed_by_team_position_topic_and_gaps(agent: Agent, stranger: Agent, trainer: User):
    top = TopicFactory.create()
    low = CourseFactory.create(topic=TopicFactory.create(parent=TopicFactory.create(parent=top)))
    other = CourseFactory.create()
    EnrolmentFactory.create(agent=agent, course=low, due_on=TODAY - DAY)
    EnrolmentFactory.create(agent=stranger, course=other, state=S.COMPLETED)
    assert [row.agent for row in read(trainer, only_gaps=True).rows] == [agent]
    assert read(trainer, topic=top).courses == [low]
    assert [row.agent for row in read(trainer, team=stranger.team).rows] == [stranger]
    assert read(trainer, position_id=2_000_000).rows == []


def test_totals_are_of_whom_one_sees(agent: Agent, stranger: Agent, trainer: User):
    course = CourseFactory.create()
    EnrolmentFactory.create(agent=agent, course=course, due_on=TODAY - DAY)
    EnrolmentFactory.create(agent=stranger, course=course, state=S.WAIVED)
    table = read(trainer)
    assert table.totals == [matrix.Tally(asked=2, through=1, overdue=1)]
    assert (table.covered, table.coverage_percent, table.tally.percent) == (1, 50, 50)
    assert [(team.name, len(rows)) for team, rows in table.groups] == [("售后一组", 1), ("热线一组", 1)]


def test_what_one_does_of_ones_own_accord_is_not_required(agent: Agent, trainer: User):
    EnrolmentFactory.create(agent=agent, source=EnrolmentSource.SELF, due_on=TODAY - DAY)
    assert read(trainer).coverage_percent == 100
    assert figures.coverage(trainer, on=TODAY) == Rate(1, 1)


def test_who_begins_anew_himself_what_is_required_of_him_is_not_through(agent: Agent, trainer: User):
    failed = EnrolmentFactory.create(agent=agent, source=EnrolmentSource.RULE, state=S.FAILED)
    again = {"agent": agent, "course": failed.course, "source": EnrolmentSource.SELF, "cycle": 2}
    EnrolmentFactory.create(**again)
    assert read(trainer).coverage_percent == 0
    assert figures.coverage(trainer, on=TODAY) == Rate(0, 1)


def test_two_hundred_people_cost_no_more_questions_than_two(trainer: User):
    courses = CourseFactory.create_batch(3)
    assert trainer.role_codes  # Read once for each request.

    def queries(count: int) -> int:
        for each in AgentFactory.create_batch(count):
            EnrolmentFactory.create(agent=each, course=courses[0])
        with CaptureQueriesContext(connection) as asked:
            table = read(trainer)
            assert table.groups
            assert str(table.rows[0].agent.user.name)
        return len(asked)

    assert [queries(2), queries(12)] == [3, 3]


def test_coverage_and_what_is_overdue_are_of_whom_one_sees_and_who_is_here(
    agent: Agent, stranger: Agent, supervisor: User, trainer: User, django_assert_num_queries
):
    EnrolmentFactory.create(agent=agent, state=S.COMPLETED)
    EnrolmentFactory.create(agent=agent, due_on=TODAY - DAY)
    EnrolmentFactory.create(agent=stranger, state=S.COMPLETED, course__counts_from=2)
    EnrolmentFactory.create(agent=AgentFactory.create(has_left=True), due_on=TODAY - DAY)
    EnrolmentFactory.create(agent=stranger, state=S.FAILED, course__state="ended")
    assert trainer.role_codes
    with django_assert_num_queries(1):
        assert figures.coverage(trainer, on=TODAY) == Rate(1, 3)
    assert figures.coverage(supervisor, on=TODAY) == Rate(1, 2)
    assert [figures.overdue(user, on=TODAY).count() for user in (supervisor, trainer)] == [1, 1]
    assert Rate(0, 0).percent is None


def test_coverage_is_the_same_beside_the_matrix(agent: Agent, trainer: User):
    states = [S.TO_DO, S.IN_PROGRESS, S.COMPLETED, S.FAILED, S.WAIVED, S.WITHDRAWN]
    for state in states:
        row = EnrolmentFactory.create(agent=AgentFactory.create(), state=state)
        EnrolmentFactory.create(agent=AgentFactory.create(), course=row.course, state=state, cycle=1)
        again = {"agent": row.agent, "course": row.course, "cycle": 2}
        EnrolmentFactory.create(**again, state=S.WITHDRAWN if state == S.TO_DO else S.COMPLETED)
    EnrolmentFactory.create(agent=agent, state=S.COMPLETED, course__counts_from=2)
    table = read(trainer)
    assert figures.coverage(trainer, on=TODAY) == Rate(table.covered, len(table.rows))
    assert 0 < table.covered < len(table.rows)


# One's own


def test_what_an_agent_has_to_do_comes_with_the_soonest_due_first(agent: Agent):
    late = EnrolmentFactory.create(agent=agent, due_on=TODAY - 2 * DAY)
    EnrolmentFactory.create(agent=agent)
    done = EnrolmentFactory.create(agent=agent, state=S.COMPLETED, ended_at=NOW)
    EnrolmentFactory.create(agent=agent, state=S.WITHDRAWN)
    first = CourseFactory.create(is_open_to_all=True)
    late.course.prerequisites.add(first)
    read_ = mine.read(agent, at=NOW)
    assert (len(read_.to_do), read_.overdue, list(read_.ended)) == (2, 1, [done])
    assert (read_.to_do[0].enrolment, read_.to_do[0].days_late, read_.to_do[0].before) == (late, 2, (first,))
    assert read_.open_to_me == (first,)


def test_the_desk_is_told_in_one_question(agent: Agent, django_assert_max_num_queries):
    rows = [EnrolmentFactory.create(agent=agent, due_on=TODAY + days * DAY) for days in range(-1, 6)]
    agent = Agent.objects.select_related("team__department").get(pk=agent.pk)
    with django_assert_max_num_queries(1):
        told = own.read(agent, at=NOW)
    assert (told.count, len(told.courses), told.is_empty) == (7, 5, False)
    assert (told.courses[0].enrolment_id, told.courses[0].is_overdue) == (rows[0].pk, True)
