"""A course is opened, given anew, ended. # T1"""

from datetime import timedelta

import pytest

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory
from training.choices import AudienceKind, CourseState, EnrolmentSource, EnrolmentState
from training.courses import audiences, offering
from training.models import Course, CourseAudience, Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def draft() -> Course:
    course = CourseFactory.create(state=CourseState.DRAFT, days_to_complete=7)
    LessonFactory.create(course=course)
    CourseAudience.objects.create(course=course, kind=AudienceKind.EVERYBODY)
    return course


@pytest.fixture
def given(agent: Agent) -> Course:
    """Open; the agent has completed it."""
    course = CourseFactory.create(days_to_complete=7)
    EnrolmentFactory.create(agent=agent, course=course, state=EnrolmentState.COMPLETED, ended_at=NOW)
    return course


def test_opening_enrols_at_once_whom_the_rules_name(draft: Course, agent: Agent, trainer: User):
    assert offering.open_course(draft, by=trainer, at=NOW) == 1
    draft.refresh_from_db()
    assert draft.state == CourseState.OPEN
    assert Enrolment.objects.get().agent == agent
    with pytest.raises(WrongState):
        offering.open_course(draft, by=trainer, at=NOW)


def test_a_course_that_asks_for_nothing_cannot_be_opened(draft: Course, trainer: User):
    draft.lessons.update(is_required=False)
    with pytest.raises(MissingInformation):
        offering.open_course(draft, by=trainer, at=NOW)


def test_only_who_teaches_opens_ends_and_gives_anew(
    draft: Course, given: Course, supervisor: User, agent: Agent
):
    for by in (supervisor, agent.user):
        with pytest.raises(NotAllowed):
            offering.open_course(draft, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            offering.new_edition(given, is_repeated=True, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            offering.end(given, reason="过期", by=by, at=NOW)


def test_ending_withdraws_whoever_has_not_completed_it(
    given: Course, agent: Agent, stranger: Agent, trainer: User
):
    EnrolmentFactory.create(agent=stranger, course=given, state=EnrolmentState.IN_PROGRESS)
    with pytest.raises(MissingInformation):
        offering.end(given, reason=" ", by=trainer, at=NOW)
    assert offering.end(given, reason="政策废止", by=trainer, at=NOW) == 1
    states = dict(Enrolment.objects.values_list("agent", "state"))
    assert states == {agent.pk: EnrolmentState.COMPLETED, stranger.pk: EnrolmentState.WITHDRAWN}
    assert AuditEntry.objects.of(given).get().reason == "政策废止"


def test_a_new_edition_asks_everybody_again_when_wanted(given: Course, agent: Agent, trainer: User):
    gone = AgentFactory.create(has_left=True)
    waived = AgentFactory.create()
    EnrolmentFactory.create(agent=gone, course=given, state=EnrolmentState.COMPLETED)
    EnrolmentFactory.create(agent=waived, course=given, state=EnrolmentState.WAIVED)
    assert offering.preview_edition(given, at=NOW) == offering.EditionPreview(to_do_again=1, at_it=0)
    assert offering.new_edition(given, is_repeated=True, days=3, by=trainer, at=NOW) == 1
    again = Enrolment.objects.unfinished().get()
    assert (again.agent, again.cycle, again.course_version) == (agent, 2, 2)
    assert (again.source, again.due_on) == (EnrolmentSource.EDITION, TODAY + 3 * DAY)
    assert Enrolment.objects.get(agent=agent, cycle=1).state == EnrolmentState.COMPLETED


def test_without_asking_again_what_was_completed_counts_on(given: Course, agent: Agent, trainer: User):
    CourseAudience.objects.create(course=given, kind=AudienceKind.EVERYBODY)
    assert offering.new_edition(given, is_repeated=False, by=trainer, at=NOW) == 0
    assert audiences.enrol_all(NOW) == 0
    assert Enrolment.objects.counting().filter(agent=agent).exists()


def test_who_is_at_it_goes_on_with_the_new_edition(given: Course, stranger: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=stranger, course=given, state=EnrolmentState.IN_PROGRESS)
    assert offering.preview_edition(given, at=NOW).at_it == 1
    offering.new_edition(given, is_repeated=True, by=trainer, at=NOW)
    row.refresh_from_db()
    assert (row.course_version, row.state, row.cycle) == (2, EnrolmentState.IN_PROGRESS, 1)
