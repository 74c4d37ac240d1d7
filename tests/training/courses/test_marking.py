"""Completed or waived by the word of somebody else. # T3"""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent
from tests.factories import NOW, SHANGHAI, TODAY
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import CourseState, EnrolmentState
from training.courses import marking
from training.models import Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PDF = b"%PDF-1.4\n%%EOF\n"


def test_what_is_to_do_is_completed_by_hand_on_an_earlier_day_with_evidence(agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent)
    done = marking.complete(
        agent,
        row.course,
        reason="线下签到",
        done_on=TODAY - DAY,
        evidence=SimpleUploadedFile("签到表.exe", PDF),
        by=trainer,
        at=NOW,
    )
    assert (done.pk, done.state, done.ended_by) == (row.pk, EnrolmentState.COMPLETED, trainer)
    assert done.ended_at == datetime(2026, 3, 10, 12, tzinfo=SHANGHAI)
    assert (done.evidence_name, done.evidence.read()) == ("签到表.pdf", PDF)
    assert AuditEntry.objects.of(row).get().changes == {"state": ["to_do", "completed"]}
    assert OutboxMessage.objects.get().user == agent.user


def test_without_an_enrolment_one_is_made_and_ended(agent: Agent, supervisor: User):
    course = CourseFactory.create(version=3)
    done = marking.waive(agent, course, reason="有同类证书", by=supervisor, at=NOW)
    assert (done.state, done.cycle, done.course_version) == (EnrolmentState.WAIVED, 1, 3)


def test_who_has_completed_it_is_not_marked_again_until_a_new_edition_asks(agent: Agent, trainer: User):
    course = CourseFactory.create()
    marking.complete(agent, course, reason="线下", by=trainer, at=NOW)
    with pytest.raises(AlreadyTaken):
        marking.waive(agent, course, reason="线下", by=trainer, at=NOW)
    course.version = course.counts_from = 2
    course.save()
    assert marking.complete(agent, course, reason="线下", by=trainer, at=NOW).cycle == 2


@pytest.mark.parametrize(
    "given", [{"reason": " "}, {"reason": "x", "done_on": TODAY + DAY}], ids=["no reason", "a day to come"]
)
def test_a_mark_needs_a_reason_and_a_day_that_has_come(agent: Agent, trainer: User, given: dict):
    with pytest.raises(MissingInformation):
        marking.complete(agent, CourseFactory.create(), by=trainer, at=NOW, **given)
    assert not Enrolment.objects.exists()


def test_nobody_marks_himself_a_stranger_or_a_draft(
    agent: Agent, stranger: Agent, supervisor: User, trainer: User
):
    course = CourseFactory.create()
    for person, by in ((agent, agent.user), (stranger, supervisor), (supervisor.agent, supervisor)):
        with pytest.raises(NotAllowed):
            marking.complete(person, course, reason="线下", by=by, at=NOW)
    draft = CourseFactory.create(state=CourseState.DRAFT)
    with pytest.raises(WrongState):
        marking.complete(agent, draft, reason="线下", by=trainer, at=NOW)
