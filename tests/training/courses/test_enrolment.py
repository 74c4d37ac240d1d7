"""Enrolled, given more time, withdrawn. # T1"""

from datetime import timedelta

import pytest

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.courses import enrolment as steps
from training.models import Course, Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ASSIGNED, SELF = EnrolmentSource.ASSIGNED, EnrolmentSource.SELF


@pytest.fixture
def course() -> Course:
    return CourseFactory.create(days_to_complete=10)


def enrol(agent: Agent, course: Course, by: User | None, source=ASSIGNED, **facts) -> Enrolment:
    return steps.enrol(agent, course, source=source, by=by, at=NOW, **facts)


def test_a_course_is_due_so_many_days_after_enrolment_and_the_agent_is_told(
    agent: Agent, course: Course, trainer: User
):
    row = enrol(agent, course, trainer)
    assert (row.due_on, row.state, row.cycle) == (TODAY + 10 * DAY, EnrolmentState.TO_DO, 1)
    assert OutboxMessage.objects.get().user == agent.user
    assert AuditEntry.objects.of(row).get().actor == trainer


def test_who_has_it_to_do_is_not_enrolled_again(agent: Agent, course: Course, trainer: User):
    enrol(agent, course, trainer)
    with pytest.raises(AlreadyTaken):
        enrol(agent, course, trainer)


def test_to_do_it_again_is_another_cycle_and_the_old_one_stays_as_it_ended(
    agent: Agent, course: Course, trainer: User
):
    old = EnrolmentFactory.create(agent=agent, course=course, state=EnrolmentState.COMPLETED, ended_at=NOW)
    assert enrol(agent, course, trainer).cycle == 2
    old.refresh_from_db()
    assert (old.state, old.cycle) == (EnrolmentState.COMPLETED, 1)


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ENDED])
def test_only_an_open_course_is_given_whatever_the_caller_read(
    agent: Agent, course: Course, state: CourseState
):
    Course.objects.update(state=state)  # The object in hand is stale.
    with pytest.raises(WrongState):
        enrol(agent, course, None)


def test_a_supervisor_enrols_his_own_people_only(
    agent: Agent, stranger: Agent, course: Course, supervisor: User
):
    enrol(agent, course, supervisor)
    with pytest.raises(NotAllowed):
        enrol(stranger, course, supervisor)


def test_an_agent_enrols_nobody_and_himself_only_in_what_is_open_to_everybody(
    agent: Agent, stranger: Agent, course: Course
):
    own = CourseFactory.create(is_open_to_all=True)
    assert enrol(agent, own, agent.user, SELF).source == SELF
    for other, what, source in ((agent, course, SELF), (stranger, own, SELF), (stranger, course, ASSIGNED)):
        with pytest.raises(NotAllowed):
            enrol(other, what, agent.user, source)
    assert not OutboxMessage.objects.exists()


def test_who_has_left_and_a_day_that_is_over_are_refused(agent: Agent, course: Course, trainer: User):
    with pytest.raises(WrongState):
        enrol(AgentFactory.create(has_left=True), course, trainer)
    with pytest.raises(MissingInformation):
        enrol(agent, course, trainer, due_on=TODAY - DAY)


def test_more_time_needs_a_reason_and_another_day(agent: Agent, supervisor: User):
    row = EnrolmentFactory.create(agent=agent)
    moved = steps.extend(row, due_on=TODAY + 30 * DAY, reason="病假", by=supervisor, at=NOW)
    assert moved.due_on == TODAY + 30 * DAY
    assert AuditEntry.objects.of(row).get().reason == "病假"
    for due_on, reason in ((TODAY + 40 * DAY, " "), (TODAY - DAY, "病假"), (moved.due_on, "病假")):
        with pytest.raises(MissingInformation):
            steps.extend(row, due_on=due_on, reason=reason, by=supervisor, at=NOW)


def test_withdrawn_with_a_reason_by_whoever_looks_after_the_person(
    agent: Agent, stranger: Agent, supervisor: User
):
    row, foreign = EnrolmentFactory.create(agent=agent), EnrolmentFactory.create(agent=stranger)
    for by, which in ((agent.user, row), (supervisor, foreign)):
        with pytest.raises(NotAllowed):
            steps.withdraw(which, reason="转岗", by=by, at=NOW)
    with pytest.raises(MissingInformation):
        steps.withdraw(row, reason="", by=supervisor, at=NOW)
    gone = steps.withdraw(row, reason="转岗", by=supervisor, at=NOW)
    assert (gone.state, gone.ended_by, gone.reason) == (EnrolmentState.WITHDRAWN, supervisor, "转岗")
    with pytest.raises(WrongState):
        steps.withdraw(row, reason="转岗", by=supervisor, at=NOW)


def test_nobody_lets_himself_off(supervisor: User):
    own = EnrolmentFactory.create(agent=supervisor.agent)
    with pytest.raises(NotAllowed):
        steps.withdraw(own, reason="没空", by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        steps.extend(own, due_on=TODAY + 60 * DAY, reason="没空", by=supervisor, at=NOW)
