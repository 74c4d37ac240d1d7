"""Courses enrol by themselves whom their rules name. # T1"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from portal.models import AuditEntry, OutboxMessage, User
from staffing.choices import PeakState
from staffing.models import Agent, Team
from tests.factories import NOW, TODAY, AgentFactory, PositionFactory, TeamFactory
from tests.peak_factories import FIRST_ON, PeakNeedFactory, PeakPlanFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import AudienceKind, CourseState, EnrolmentSource, EnrolmentState
from training.courses import audiences, enrolment, marking
from training.models import Course, CourseAudience, Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + DAY


@pytest.fixture
def course() -> Course:
    return CourseFactory.create(days_to_complete=10)


def rule(course: Course, kind=AudienceKind.EVERYBODY, **facts) -> CourseAudience:
    return CourseAudience.objects.create(course=course, kind=kind, **facts)


def enrolled(course: Course) -> set[Agent]:
    return {row.agent for row in Enrolment.objects.unfinished().filter(course=course)}


def test_joining_a_team_enrols_and_the_person_is_told(course: Course, team: Team, stranger: Agent):
    row = rule(course, AudienceKind.TEAM, team=team, days_to_complete=5)
    joiner = AgentFactory.create(team=team)
    assert audiences.enrol_all(NOW) == 1
    made = Enrolment.objects.get()
    assert (made.agent, made.source, made.audience) == (joiner, EnrolmentSource.RULE, row)
    assert made.due_on == TODAY + 5 * DAY
    assert OutboxMessage.objects.get().user == joiner.user
    Agent.objects.filter(pk=stranger.pk).update(team=team)
    assert audiences.enrol_all(LATER) == 1
    assert enrolled(course) == {joiner, stranger}


def test_a_second_sweep_finds_nothing_to_do(course: Course, agent: Agent):
    rule(course)
    rule(course, AudienceKind.TEAM, team=agent.team)
    assert [audiences.enrol_all(NOW), audiences.enrol_all(LATER)] == [1, 0]
    assert AuditEntry.objects.of(course).count() == 1


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ENDED])
@pytest.mark.usefixtures("agent")
def test_only_open_courses_enrol(course: Course, state: CourseState):
    rule(course)
    Course.objects.update(state=state)
    assert audiences.enrol_all(NOW) == 0


def test_who_has_left_or_has_not_joined_yet_is_not_enrolled(course: Course):
    rule(course)
    AgentFactory.create(has_left=True)
    AgentFactory.create(joined_on=TODAY + DAY)
    assert audiences.enrol_all(NOW) == 0


def test_new_hires_and_positions(course: Course):
    rule(course, AudienceKind.NEW_HIRE, joined_within_days=30)
    new = AgentFactory.create(joined_on=TODAY - 30 * DAY)
    AgentFactory.create(joined_on=TODAY - 31 * DAY)
    audiences.enrol_all(NOW)
    assert enrolled(course) == {new}
    leader = AgentFactory.create(position=PositionFactory.create(name="组长"))
    rule(course, AudienceKind.POSITION, position=leader.position)
    audiences.enrol_all(NOW)
    assert enrolled(course) == {new, leader}


def test_staff_of_a_peak_event_are_due_before_it_begins_once_it_is_approved(
    course: Course, agent: Agent, stranger: Agent
):
    plan = PeakPlanFactory.create(teams=[agent.team])
    rule(course, AudienceKind.PEAK_EVENT, peak_plan=plan, days_to_complete=3)
    assert audiences.enrol_all(NOW) == 0  # A draft is no order yet.
    plan.state = PeakState.APPROVED
    plan.save()
    audiences.enrol_all(NOW)
    assert enrolled(course) == {agent}
    assert Enrolment.objects.get().due_on == FIRST_ON - 3 * DAY
    need = PeakNeedFactory.create(plan=plan)
    need.people.add(stranger)  # From now on it names its people.
    audiences.enrol_all(NOW)
    assert enrolled(course) == {stranger}


@pytest.mark.parametrize("end", [marking.complete, marking.waive])
def test_who_is_through_is_not_enrolled_again_until_an_edition_asks(
    course: Course, agent: Agent, trainer: User, end
):
    rule(course)
    end(agent, course, reason="线下", by=trainer, at=NOW)
    course.version = 2
    course.save()
    assert audiences.enrol_all(LATER) == 0
    course.counts_from = 2
    course.save()
    is_asked = end is marking.complete  # What was waived stays so.
    assert audiences.enrol_all(LATER) == is_asked


@pytest.mark.usefixtures("agent")
def test_who_failed_or_was_withdrawn_by_somebody_is_left_alone(course: Course, trainer: User):
    rule(course)
    audiences.enrol_all(NOW)
    enrolment.withdraw(Enrolment.objects.get(), reason="长病假", by=trainer, at=NOW)
    EnrolmentFactory.create(agent=AgentFactory.create(), course=course, state=EnrolmentState.FAILED)
    assert audiences.enrol_all(LATER) == 0


def test_who_fits_no_more_is_withdrawn_if_he_has_not_begun(course: Course, team: Team):
    rule(course, AudienceKind.TEAM, team=team)
    idle, busy, sent = AgentFactory.create_batch(3, team=team)
    enrolment.enrol(sent, course, source=EnrolmentSource.ASSIGNED, by=None, at=NOW)
    audiences.enrol_all(NOW)
    Enrolment.objects.filter(agent=busy).update(state=EnrolmentState.IN_PROGRESS)
    Agent.objects.update(team=TeamFactory.create())
    audiences.enrol_all(LATER)
    assert enrolled(course) == {busy, sent}
    gone = Enrolment.objects.get(agent=idle)
    assert (gone.state, gone.ended_by, gone.ended_at) == (EnrolmentState.WITHDRAWN, None, LATER)
    Agent.objects.filter(pk=idle.pk).update(team=team)  # He comes back: another cycle.
    audiences.enrol_all(LATER)
    assert Enrolment.objects.unfinished().get(agent=idle).cycle == 2


def test_who_leaves_the_department_has_nothing_to_begin_any_more(course: Course, agent: Agent):
    assigned = EnrolmentFactory.create(agent=agent, course=course)
    Agent.objects.filter(pk=agent.pk).update(left_on=TODAY)
    assert audiences.withdraw_unfit(NOW) == 0  # His last day is not over.
    assert audiences.withdraw_unfit(LATER) == 1
    assigned.refresh_from_db()
    assert assigned.state == EnrolmentState.WITHDRAWN


@pytest.mark.usefixtures("agent")
def test_a_rule_that_is_switched_off_enrols_nobody_and_lets_go_who_has_not_begun(course: Course):
    row = rule(course)
    audiences.enrol_all(NOW)
    row.is_active = False
    row.save()
    assert audiences.enrol_all(LATER) == 0
    assert enrolled(course) == set()


def test_a_preview_tells_whom_each_rule_would_enrol_and_writes_nothing(
    course: Course, agent: Agent, stranger
):
    Course.objects.update(state=CourseState.DRAFT)
    rule(course, AudienceKind.TEAM, team=agent.team)
    rule(course)
    EnrolmentFactory.create(agent=stranger, course=course)
    first, second = audiences.preview(course, at=NOW)
    assert (first.agents, first.already, first.due_on) == ((agent,), 0, TODAY + 10 * DAY)
    assert (second.agents, second.already) == ((), 2)  # One by the first rule, one has it already.
    assert Enrolment.objects.count() == 1


def test_a_rule_that_fails_stops_no_other(course: Course, agent: Agent, monkeypatch):
    broken = rule(CourseFactory.create())
    rule(course)
    plain = audiences.rule_of

    def failing(row, events):
        if row.pk == broken.pk:
            raise DatabaseError("broken")
        return plain(row, events)

    monkeypatch.setattr(audiences, "rule_of", failing)
    assert audiences._enrol_by(CourseAudience.objects.enrolling(), NOW) == 1
    assert enrolled(course) == {agent}


def test_a_person_who_fails_stops_nobody_else(course: Course, agent: Agent):
    """The table refuses one row: somebody got that very cycle meanwhile."""
    EnrolmentFactory.create(agent=agent, course=course)
    other = AgentFactory.create()
    facts = {"course": course, "source": "rule", "enrolled_at": NOW, "due_on": TODAY}
    created = audiences.insert([Enrolment(agent=each, **facts) for each in (agent, other)])
    assert [row.agent for row in created] == [other]


def test_a_thousand_people_cost_no_more_questions_than_ten(course: Course):
    rule(course)

    def queries(count: int) -> int:
        team = TeamFactory.create()
        AgentFactory.create_batch(count, team=team)
        with CaptureQueriesContext(connection) as asked:
            assert audiences.enrol_all(NOW) == count
        return len(asked)

    few = queries(10)
    assert queries(40) == few
    with CaptureQueriesContext(connection) as idle:
        audiences.enrol_all(NOW)
    assert len(idle) <= 6
