"""One paper in several hands at once: nothing is counted twice, and nothing falls between two. # T4

Each race has its control: without the lock it does not come out well.
"""

from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.db.models import QuerySet

from portal.errors import WrongState
from portal.models import AuditEntry
from staffing.models import Agent
from tests.complaints.test_races import Meeting, kinds, race
from tests.exam_factories import answer_all, exam_for_skill, exam_with, right, sat, sit
from tests.factories import NOW
from training.choices import QuestionKind
from training.exams import certification, marking, sitting
from training.exams.marking import Mark
from training.models import ExamAttempt, IssuedCertificate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

MANY = 4
PATIENCE_SECONDS = 30


def unlocked(attempt: ExamAttempt) -> ExamAttempt:
    related = ("exam__skill", "agent__user", "agent__team__department", "enrolment")
    return ExamAttempt.objects.select_related(*related).get(pk=attempt.pk)


def handed_in(attempt: ExamAttempt) -> int:
    entries = AuditEntry.objects.of(attempt)
    return sum("handed_in_at" in entry.changes for entry in entries)


def answered_and_handed_in_at_once() -> tuple[ExamAttempt, list[Any]]:
    attempt = sit(exam_with(QuestionKind.SINGLE))
    key, user = right(attempt, 1), attempt.agent.user
    acts = [
        lambda: sitting.answer(attempt, 1, key, by=user, at=NOW),
        lambda: sitting.hand_in(attempt, by=user, at=NOW),
    ]
    return attempt, race(2, lambda number: acts[number]())


def test_of_four_tabs_that_hand_in_at_once_one_does_and_three_are_told():
    attempt = sit(exam_for_skill())
    answer_all(attempt, at=NOW)
    outcomes = race(MANY, lambda _number: sitting.hand_in(attempt, by=attempt.agent.user, at=NOW))
    assert kinds(outcomes) == {"won": 1, WrongState.__name__: MANY - 1}
    assert (handed_in(attempt), IssuedCertificate.objects.count()) == (1, 1)


def test_without_the_lock_several_hand_in(monkeypatch: pytest.MonkeyPatch):
    attempt = sit(exam_with())
    meeting = Meeting(MANY)

    def read(row: ExamAttempt, *, by: Any) -> ExamAttempt:  # noqa: ARG001 - as the step asks
        fresh = unlocked(row)
        meeting.wait()
        return fresh

    monkeypatch.setattr(sitting, "_running", read)
    race(MANY, lambda _number: sitting.hand_in(attempt, by=attempt.agent.user, at=NOW))
    assert handed_in(attempt) > 1


def test_an_answer_beside_the_handing_in_is_either_marked_or_refused():
    attempt, (saved, _handed) = answered_and_handed_in_at_once()
    question = attempt.questions.get()
    assert (question.answer is None) == isinstance(saved, WrongState)
    assert question.awarded == (0 if question.answer is None else 10)


def test_without_the_lock_an_answer_comes_after_the_marks(monkeypatch: pytest.MonkeyPatch):
    is_handed_in = Event()
    grade = marking.grade

    def graded(attempt: ExamAttempt, **facts: Any) -> ExamAttempt:
        found = grade(attempt, **facts)
        is_handed_in.set()
        return found

    def put(*args: Any, **facts: Any) -> None:
        is_handed_in.wait(PATIENCE_SECONDS)
        original(*args, **facts)

    original = sitting._put
    monkeypatch.setattr(sitting, "_running", lambda row, **_facts: unlocked(row))
    monkeypatch.setattr(marking, "grade", graded)
    monkeypatch.setattr(sitting, "_put", put)
    attempt, _outcomes = answered_and_handed_in_at_once()
    question = attempt.questions.get()
    assert question.answer is not None
    assert question.awarded == 0


# Two papers of one cycle


@pytest.fixture
def papers(agent: Agent) -> tuple[ExamAttempt, ExamAttempt]:
    """One that failed, and one that was passed after it and gave the certificate."""
    exam = exam_for_skill(wait_hours=0)
    first = sat(exam, agent, is_passed=False)
    return first, sat(exam, agent, at=NOW + timedelta(hours=1))


def put_right_and_annulled_at_once(first: ExamAttempt, second: ExamAttempt) -> list[ExamAttempt]:
    """The attempts whose certificates stand afterwards."""
    later = NOW + timedelta(hours=2)
    full = {position: Mark(Decimal(10)) for position in (1, 2)}
    acts = [
        lambda: marking.mark_paper(first, full, reason="答案表有误", by=None, at=later),
        lambda: marking.annul(second, reason="替考", by=None, at=later),
    ]
    outcomes = race(2, lambda number: acts[number]())
    assert kinds(outcomes) == {"won": 2}
    rows = IssuedCertificate.objects.filter(certificate__revoked_on=None).select_related("attempt")
    return [issued.attempt for issued in rows]


def test_one_put_right_while_the_other_falls_gives_the_certificate_whichever_is_first(
    papers: tuple[ExamAttempt, ExamAttempt],
):
    assert put_right_and_annulled_at_once(*papers) == [papers[0]]


def test_without_the_lock_the_certificate_falls_between_them(
    papers: tuple[ExamAttempt, ExamAttempt], monkeypatch: pytest.MonkeyPatch
):
    meeting = Meeting(2)

    def after_both(step: Any) -> Any:
        def acted(*args: Any, **facts: Any) -> Any:
            found = step(*args, **facts)
            meeting.wait()
            return found

        return acted

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *_args, **_options: rows.all())
    for name in ("issue", "withdraw"):
        monkeypatch.setattr(certification, name, after_both(getattr(certification, name)))
    assert put_right_and_annulled_at_once(*papers) == []
