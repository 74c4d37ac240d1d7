"""T1 T4 C6: a new hire learns, passes, and is given matters for as long as the certificate lasts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from complaints import ownership
from complaints.models import Ticket
from portal.choices import Role
from portal.errors import NotAllowed
from portal.models import User
from staffing.models import Agent, Attendance, Certificate
from tests.exam_factories import exam_for_skill
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CategoryFactory,
    DutyFactory,
    TeamFactory,
    TicketFactory,
    agent_on_duty,
)
from tests.flows.conftest import DESKTOP, zh
from tests.training_factories import CourseFactory, LessonFactory
from training import tasks
from training.choices import AudienceKind, EnrolmentSource, EnrolmentState
from training.models import CourseAudience, Exam

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]

VALID_DAYS = 10
LAPSED = NOW + timedelta(days=VALID_DAYS)
"""The day after the last of them."""
RIGHT = "签收次日"


@pytest.fixture
def exam() -> Exam:
    """Of a course with one lesson, for whoever joined in the last thirty days."""
    course = CourseFactory.create(title="售后上岗课程")
    LessonFactory.create(course=course, title="退款怎么退")
    CourseAudience.objects.create(course=course, kind=AudienceKind.NEW_HIRE, joined_within_days=30)
    return exam_for_skill(course=course, valid_days=VALID_DAYS)


@pytest.fixture
def lin() -> Agent:
    """Since this morning, on a shift and signed in."""
    return agent_on_duty(team=TeamFactory.create(name="售后一组"), user__name="林晓雨", joined_on=TODAY)


@pytest.fixture
def zhou(lin: Agent) -> User:
    return AgentFactory.create(team=lin.team, user__name="周敏", user__roles=[Role.SUPERVISOR]).user


@pytest.fixture
def supervisor(open_page: Callable[..., Page], sign_in: Callable[[Page, User], Page], zhou: User) -> Page:
    return sign_in(open_page(**DESKTOP), zhou)


@pytest.fixture
def learner(page: Page, sign_in: Callable[[Page, User], Page], lin: Agent) -> Page:
    return sign_in(page, lin.user)


def test_a_new_hire_is_given_matters_from_passing_until_the_certificate_lapses(
    *,
    learner: Page,
    supervisor: Page,
    open_page: Callable[..., Page],
    sign_in: Callable[[Page, User], Page],
    exam: Exam,
    lin: Agent,
    zhou: User,
) -> None:
    first, second = (asks_for(exam, subject) for subject in ("退款没到账", "退款又没到账"))

    is_enrolled_by_rule(lin, exam)
    is_refused(supervisor, first, lin, by=zhou)

    learns(learner)
    sits_and_passes(learner, exam)
    shows_the_certificate(learner, lin, exam)

    is_assigned(supervisor, first, lin)

    with time_machine.travel(LAPSED, tick=True):
        is_at_work(lin)
        is_refused(sign_in(open_page(**DESKTOP), zhou), second, lin, by=zhou)


def asks_for(exam: Exam, subject: str) -> Ticket:
    """A matter for whoever has the exam's skill."""
    return TicketFactory.create(category=CategoryFactory.create(skill=exam.skill), subject=subject)


def is_enrolled_by_rule(agent: Agent, exam: Exam) -> None:
    tasks.enrol_by_rule()
    enrolment = agent.enrolments.get()
    assert (enrolment.course, enrolment.source) == (exam.course, EnrolmentSource.RULE)


def colleagues_offered(page: Page, ticket: Ticket) -> Locator:
    """In the dialog in which a supervisor assigns the ticket."""
    page.goto(f"/admin/complaints/ticket/{ticket.pk}/change/")
    acts = page.get_by_role("navigation", name=zh("Acts"))
    acts.get_by_text(zh("More")).click()
    acts.get_by_role("button", name=zh("Assign")).click()
    return page.get_by_role("dialog").get_by_label(zh("agent"))


def is_refused(page: Page, ticket: Ticket, agent: Agent, *, by: User) -> None:
    """He is not offered, and whoever asks for him all the same is told what he lacks."""
    offered = colleagues_offered(page, ticket)
    expect(offered).to_be_visible()
    expect(offered.locator("option", has_text=agent.user.name)).to_have_count(0)
    with pytest.raises(NotAllowed, match="售后退款"):
        ownership.assign(ticket, agent, by=by, at=timezone.now())


def learns(page: Page) -> None:
    page.goto("/admin/training/enrolment/mine/")
    page.get_by_role("link", name=zh("Begin"), exact=True).click()
    expect(page.get_by_role("heading", name="退款怎么退")).to_be_visible()
    page.get_by_role("button", name=zh("Done")).click()
    page.get_by_role("link", name=zh("To my exams")).click()


def sits_and_passes(page: Page, exam: Exam) -> None:
    page.get_by_text(zh("Begin"), exact=True).click()
    page.get_by_role("button", name=zh("Begin now")).click()
    questions = page.locator("fieldset").filter(has_text=RIGHT)
    expect(questions).to_have_count(2)
    for question in questions.all():
        question.get_by_label(RIGHT).check()
    expect(page.locator("#exam-state")).to_have_text(zh("Saved"))
    page.get_by_role("button", name=zh("Hand in")).click()
    page.get_by_role("dialog").get_by_role("button", name=zh("Hand in")).click()
    expect(page.get_by_text(zh("Certificate as PDF"))).to_be_visible()
    assert exam.attempts.get().enrolment.state == EnrolmentState.COMPLETED


def shows_the_certificate(page: Page, agent: Agent, exam: Exam) -> None:
    """To whoever has its code, as it stands on the paper."""
    certificate = Certificate.objects.get(agent=agent, skill=exam.skill)
    assert (certificate.valid_from, certificate.valid_until) == (
        TODAY,
        TODAY + timedelta(days=VALID_DAYS - 1),
    )
    page.goto(f"/certificates/{certificate.issued.check_code}/")
    expect(page.get_by_text(certificate.issued.number)).to_be_visible()


def is_assigned(page: Page, ticket: Ticket, agent: Agent) -> None:
    colleagues_offered(page, ticket).select_option(str(agent.pk))
    page.get_by_role("dialog").get_by_role("button", name=zh("Assign"), exact=True).click()
    expect(page.get_by_text(zh("Assigned."))).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.handler == agent


def is_at_work(agent: Agent) -> None:
    """Again, so that nothing but the certificate is in the way."""
    now = timezone.now()
    Attendance.objects.filter(agent=agent).update(signed_out_at=NOW + timedelta(hours=7))
    duty = DutyFactory.create(
        agent=agent, on=now.date(), starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=7)
    )
    AttendanceFactory.create(duty=duty)
