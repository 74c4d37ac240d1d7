"""Re-certification: opened once, in good time, and reminded of until it is renewed. # T4"""

from datetime import timedelta
from typing import Any

import pytest

from portal.models import OutboxMessage
from staffing import people
from staffing.models import Agent, Certificate
from tests.exam_factories import exam_for_skill, exam_with, sat
from tests.factories import NOW, TODAY, AgentFactory, CertificateFactory, SkillFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training import policy
from training.choices import AttemptState, CourseState, EnrolmentSource, EnrolmentState, ExamState, Standing
from training.exams import own, renewals
from training.models import Enrolment, Exam, ExamAttempt, IssuedCertificate

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WINDOW = policy.RENEWAL_WINDOW


def held(agent: Agent, exam: Exam, *, days: int = 30, **facts: Any) -> Certificate:
    """A certificate given by hand that ends in so many days."""
    return CertificateFactory.create(
        agent=agent, skill=exam.skill, valid_from=TODAY - 300 * DAY, valid_until=TODAY + days * DAY, **facts
    )


def told(agent: Agent) -> list[str]:
    rows = OutboxMessage.objects.filter(user=agent.user, key__startswith="renewal").order_by("pk")
    return [
        key.rpartition(":")[0].replace("renewal-reminder:", "") for key in rows.values_list("key", flat=True)
    ]


def test_it_is_opened_thirty_days_before_the_end_and_not_earlier(agent: Agent):
    exam = exam_for_skill()
    certificate = held(agent, exam, days=31)
    assert renewals.open_due(NOW) == 0
    assert renewals.open_due(NOW + DAY) == 1
    assert told(agent) == [f"renewal:{certificate.pk}"]


def test_with_a_course_the_holder_is_enrolled_until_the_last_day(agent: Agent):
    exam = exam_for_skill(course=CourseFactory.create())
    certificate = held(agent, exam)
    renewals.open_due(NOW)
    enrolment = Enrolment.objects.get()
    assert (enrolment.agent, enrolment.source) == (agent, EnrolmentSource.RENEWAL)
    assert enrolment.due_on == certificate.valid_until


def test_however_often_it_runs_it_does_the_same(agent: Agent):
    held(agent, exam_for_skill(course=CourseFactory.create()))
    renewals.open_due(NOW)
    messages = OutboxMessage.objects.count()
    assert [renewals.open_due(NOW + timedelta(hours=hour)) for hour in range(3)] == [0, 0, 0]
    assert (Enrolment.objects.count(), OutboxMessage.objects.count()) == (1, messages)


@pytest.mark.parametrize(
    "state",
    [EnrolmentState.WITHDRAWN, EnrolmentState.WAIVED, EnrolmentState.FAILED, EnrolmentState.COMPLETED],
)
def test_what_has_ended_for_the_holder_is_not_begun_again_every_day(agent: Agent, state: EnrolmentState):
    held(agent, exam_for_skill(course=CourseFactory.create()))
    renewals.open_due(NOW)
    Enrolment.objects.update(state=state)
    renewals.open_due(NOW + DAY)
    assert Enrolment.objects.count() == 1


def test_who_has_the_course_to_do_already_keeps_that(agent: Agent):
    course = CourseFactory.create()
    held(agent, exam_for_skill(course=course))
    EnrolmentFactory.create(agent=agent, course=course)
    renewals.open_due(NOW)
    assert Enrolment.objects.count() == 1


def test_a_course_done_a_year_ago_is_done_again(agent: Agent):
    course = CourseFactory.create()
    held(agent, exam_for_skill(course=course))
    before = EnrolmentFactory.create(
        agent=agent,
        course=course,
        source=EnrolmentSource.RENEWAL,
        state=EnrolmentState.COMPLETED,
        enrolled_at=NOW - 330 * DAY,
    )
    renewals.open_due(NOW)
    assert Enrolment.objects.exclude(pk=before.pk).get().cycle == 2


def test_the_holder_is_reminded_at_thirty_fourteen_seven_days_and_one(agent: Agent):
    certificate = held(agent, exam_for_skill())
    for day in range(31):
        for _again in range(2):
            renewals.open_due(NOW + day * DAY)
    key = str(certificate.pk)
    assert told(agent) == [f"renewal:{key}", f"{key}:14", f"{key}:7", f"{key}:1"]


def test_a_reminder_that_was_missed_is_given_later_and_those_before_it_are_not(agent: Agent):
    certificate = held(agent, exam_for_skill())
    renewals.open_due(NOW)
    renewals.open_due(NOW + 25 * DAY)
    assert told(agent) == [f"renewal:{certificate.pk}", f"{certificate.pk}:7"]


def test_once_renewed_nothing_more_is_said(agent: Agent):
    exam = exam_for_skill()
    certificate = held(agent, exam)
    renewals.open_due(NOW)
    sat(exam, agent, at=NOW + DAY)
    for day in range(1, 31):
        renewals.open_due(NOW + day * DAY)
    assert told(agent) == [f"renewal:{certificate.pk}"]


def test_nobody_who_has_left_or_whose_certificate_was_revoked_is_asked():
    exam = exam_for_skill()
    held(AgentFactory.create(has_left=True), exam)
    revoked = held(AgentFactory.create(), exam)
    people.revoke(revoked, reason="抽检", by=None, at=NOW)
    held(AgentFactory.create(), exam, days=-1)
    assert renewals.open_due(NOW) == 0


@pytest.mark.parametrize("state", [ExamState.DRAFT, ExamState.CLOSED])
def test_without_an_open_exam_there_is_nothing_to_open(agent: Agent, state: ExamState):
    held(agent, exam_for_skill(state=state))
    assert renewals.open_due(NOW) == 0


def test_a_course_that_is_not_open_leaves_the_exam_to_be_told_of(agent: Agent):
    held(agent, exam_for_skill(course=CourseFactory.create(state=CourseState.ENDED)))
    assert renewals.open_due(NOW) == 1
    assert not Enrolment.objects.exists()


def test_one_that_fails_stops_no_other(agent: Agent, stranger: Agent):
    exam = exam_for_skill(course=CourseFactory.create())
    for each in (agent, stranger):
        held(each, exam)
    EnrolmentFactory.create(
        agent=agent,
        course=exam.course,
        cycle=32767,
        state=EnrolmentState.COMPLETED,
        enrolled_at=NOW - 400 * DAY,
    )
    renewals.open_due(NOW)
    assert Enrolment.objects.filter(agent=stranger).exists()


def test_a_renewal_leaves_the_cycle_before_untouched_and_counts_its_own_attempts(agent: Agent):
    course = CourseFactory.create()
    exam = exam_with(skill=SkillFactory.create(), course=course, valid_days=100, max_attempts=1, wait_hours=0)
    EnrolmentFactory.create(agent=agent, course=course)
    first = sat(exam, agent)
    kept = (
        list(ExamAttempt.objects.values()),
        list(Enrolment.objects.values()),
        list(Certificate.objects.values()),
        list(IssuedCertificate.objects.values()),
    )
    renewal = NOW + 80 * DAY
    renewals.open_due(renewal)
    second = sat(exam, agent, at=renewal)
    assert [each.cycle for each in (first, second)] == [1, 2]
    assert second.state == AttemptState.PASSED
    tables = (ExamAttempt, Enrolment, Certificate, IssuedCertificate)
    for table, rows in zip(tables, kept, strict=True):
        assert list(table.objects.filter(pk__in=[row["id"] for row in rows]).values()) == rows
    certificates = Certificate.objects.order_by("cycle")
    assert [each.cycle for each in certificates] == [1, 2]
    assert certificates[1].valid_from == certificates[0].valid_until + DAY


def test_what_has_been_renewed_is_not_shown_as_to_be_renewed(agent: Agent):
    exam = exam_for_skill(valid_days=20)
    sat(exam, agent)
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    assert [each.standing for each in own.mine(agent, at=NOW).certificates] == [Standing.DUE]
    assert [each.is_renewed for each in IssuedCertificate.objects.with_renewed()] == [False]
    sat(exam, agent, at=NOW + timedelta(hours=1))
    found = own.mine(agent, at=NOW + timedelta(hours=2)).certificates
    assert [each.standing for each in found] == [Standing.LATER, Standing.VALID]
    assert {each.is_renewed for each in IssuedCertificate.objects.with_renewed()} == {False, True}


# The desk


def test_the_desk_shows_in_two_queries_what_is_to_sit_and_what_ends(
    agent: Agent, django_assert_num_queries: Any
):
    exam = exam_for_skill(course=CourseFactory.create())
    held(agent, exam, days=9)
    EnrolmentFactory.create(agent=agent, course=exam.course)
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    with django_assert_num_queries(2):
        found = own.read(agent, at=NOW)
    assert [(each.title, each.is_running) for each in found.to_sit] == [(exam.title, False)]
    assert [(each.skill, each.days_left, each.is_renewable) for each in found.ending] == [
        ("售后退款", 9, True)
    ]
    sat(exam, agent)
    assert own.read(agent, at=NOW).is_empty


def test_my_exams_are_read_in_as_many_queries_however_many_there_are(
    agent: Agent, django_assert_max_num_queries: Any
):
    for _each in range(8):
        course = CourseFactory.create()
        EnrolmentFactory.create(agent=agent, course=course)
        sat(exam_with(course=course, skill=SkillFactory.create()), agent)
        exam_with()
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    with django_assert_max_num_queries(9):
        mine = own.mine(agent, at=NOW)
    assert (len(mine.ready), len(mine.results), len(mine.certificates)) == (8, 8, 8)
