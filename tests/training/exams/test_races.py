"""Two trainers at once: the later one is told, and nothing of the first is lost. # T4

Each race has its control: without the lock all believe that they wrote.
"""

import pytest

from portal.errors import AlreadyTaken, Stale, WrongState
from portal.models import AuditEntry
from tests.complaints.test_races import Meeting, kinds, race
from tests.factories import NOW
from tests.training_factories import ExamFactory, QuestionFactory, TopicFactory
from training.choices import ExamState
from training.exams import bank, blueprint
from training.exams.blueprint import Terms
from training.exams.questions import Choice, Wording
from training.models import Exam, ExamPart, Question

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

MANY = 4


@pytest.fixture
def without_lock(monkeypatch):
    """Rows are read without a lock, and nobody writes before all have read."""

    def switch_off(room, model):
        meeting = Meeting(MANY)

        def read(row):
            fresh = model.objects.get(pk=row.pk)
            meeting.wait()
            return fresh

        monkeypatch.setattr(room, "_locked", read)

    return switch_off


def rewritten(question, number):
    wording = Wording("single", f"第{number}稿？", (Choice("甲", True), Choice(f"乙{number}", False)))
    return bank.change(
        question, topic=question.topic, wording=wording, difficulty=2, version=1, by=None, at=NOW
    )


def test_of_four_who_rewrite_a_question_one_is_taken_and_three_are_told():
    question = QuestionFactory()
    outcomes = race(MANY, lambda number: rewritten(question, number))
    assert kinds(outcomes) == {"won": 1, Stale.__name__: MANY - 1}
    kept = Question.objects.get()
    assert (kept.version, kept.options.count()) == (2, 2)
    assert AuditEntry.objects.of(kept).count() == 1


def test_without_the_lock_all_four_believe_that_they_wrote(without_lock):
    question = QuestionFactory()
    without_lock(bank, Question)
    outcomes = race(MANY, lambda number: rewritten(question, number))
    assert kinds(outcomes)["won"] > 1
    assert Question.objects.get().version == 2, "editions were lost"


def amended(exam, topic, number):
    parts = [ExamPart(topic=topic, count=number + 1)]
    return blueprint.amend(exam, Terms(title=f"第{number}稿"), parts, version=1, by=None, at=NOW)


def test_of_four_who_amend_an_exam_one_is_taken_and_three_are_told():
    exam, topic = ExamFactory(state=ExamState.DRAFT), TopicFactory()
    outcomes = race(MANY, lambda number: amended(exam, topic, number))
    assert kinds(outcomes) == {"won": 1, Stale.__name__: MANY - 1}
    assert (Exam.objects.get().version, exam.parts.count()) == (2, 1)


def test_without_the_lock_all_four_believe_that_they_amended_it(without_lock):
    exam, topic = ExamFactory(state=ExamState.DRAFT), TopicFactory()
    without_lock(blueprint, Exam)
    outcomes = race(MANY, lambda number: amended(exam, topic, number))
    assert kinds(outcomes)["won"] > 1
    assert Exam.objects.get().version == 2, "editions were lost"


def test_of_four_who_open_an_exam_one_opens_it():
    question = QuestionFactory()
    exam = ExamFactory(state=ExamState.DRAFT)
    ExamPart.objects.create(exam=exam, topic=question.topic, count=1)
    outcomes = race(MANY, lambda _number: blueprint.open_(exam, by=None, at=NOW))
    assert kinds(outcomes) == {"won": 1, WrongState.__name__: MANY - 1}
    assert AuditEntry.objects.of(exam).count() == 1


def test_of_four_who_add_a_question_with_the_same_code_one_is_taken():
    topic = TopicFactory()
    wording = Wording("short", "问？", model_answer="答")
    outcomes = race(MANY, lambda _number: bank.add(topic, wording=wording, code="same", by=None, at=NOW))
    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}
    assert Question.objects.count() == 1
