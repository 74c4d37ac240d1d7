"""The same act for many at once. # T3"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.errors import MissingInformation
from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, TODAY
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import EnrolmentState
from training.courses import bulk
from training.courses.bulk import Act, Wanted
from training.models import Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def act(cells, what: Act, by: User, **wanted) -> bulk.Outcome:
    return bulk.act_on_cells(cells, what, Wanted(**wanted), by=by, at=NOW)


def test_each_is_done_by_its_step_and_what_is_refused_stops_nothing(
    agent: Agent, stranger: Agent, trainer: User
):
    course = CourseFactory.create()
    EnrolmentFactory.create(agent=stranger, course=course, state=EnrolmentState.COMPLETED)
    cells = {(agent.pk, course.pk), (stranger.pk, course.pk)}
    outcome = act(cells, Act.COMPLETE, trainer, reason="线下", done_on=TODAY - DAY)
    assert outcome.done == 1
    assert list(outcome.refused.values()) == [["外组"]]


def test_evidence_is_kept_with_each(agent: Agent, stranger: Agent, trainer: User):
    course = CourseFactory.create()
    cells = {(agent.pk, course.pk), (stranger.pk, course.pk)}
    proof = SimpleUploadedFile("签到.pdf", b"%PDF-1.4\n")
    assert act(cells, Act.WAIVE, trainer, reason="有证", evidence=proof).done == 2
    first, second = Enrolment.objects.all()
    assert first.evidence.name != second.evidence.name
    assert first.evidence.read() == second.evidence.read() == b"%PDF-1.4\n"
    with pytest.raises(MissingInformation):
        act(cells, Act.WAIVE, trainer, reason="有证", evidence=SimpleUploadedFile("签到.pdf", b"MZ"))


def test_people_whom_one_does_not_see_are_refused(agent: Agent, stranger: Agent, supervisor: User):
    course = CourseFactory.create()
    outcome = act({(agent.pk, course.pk), (stranger.pk, course.pk)}, Act.ENROL, supervisor)
    assert (outcome.done, Enrolment.objects.get().agent) == (1, agent)
    assert list(outcome.refused.values()) == [["?"]]  # Not even the name.


def test_more_time_and_withdrawal_are_for_what_is_to_do(agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent)
    cell = {(agent.pk, row.course_id)}
    assert act(cell, Act.EXTEND, trainer, reason="病假", due_on=TODAY + 60 * DAY).done == 1
    assert act(cell, Act.EXTEND, trainer, reason="病假").done == 0
    assert act(cell, Act.WITHDRAW, trainer, reason="转岗").done == 1
    assert act(cell, Act.WITHDRAW, trainer, reason="转岗").done == 0


@pytest.mark.parametrize(
    "cells", [set(), {(1, n) for n in range(bulk.MOST_CELLS + 1)}], ids=["none", "too many"]
)
def test_some_cells_have_to_be_chosen_and_not_too_many(trainer: User, cells):
    with pytest.raises(MissingInformation):
        act(cells, Act.ENROL, trainer)
