"""Papers that were sat, for tests of what is told about them: fixed values, no rule of their own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.factories import NOW, AgentFactory
from tests.training_factories import exam_of
from training.choices import AttemptState
from training.models import Exam, ExamAttempt, PaperQuestion, Question


def judged(exam: Exam, *, score: Any, total: Any = 10, **facts: Any) -> ExamAttempt:
    """An attempt that was judged by its score."""
    has_passed = Decimal(score) * 100 >= exam.pass_mark_percent * Decimal(total)
    usual = {
        "state": AttemptState.PASSED if has_passed else AttemptState.FAILED,
        "started_at": NOW,
        "deadline_at": NOW + timedelta(minutes=45),
        "pass_mark_percent": exam.pass_mark_percent,
        "judged_at": NOW,
        "seed": 1,
    }
    facts = {**usual, **facts}
    facts.setdefault("agent", None)
    agent = facts.pop("agent") or AgentFactory()
    return ExamAttempt.objects.create(
        exam=exam, agent=agent, score=Decimal(score), total=Decimal(total), **facts
    )


def answered(
    attempt: ExamAttempt,
    question: Question,
    *,
    awarded: Any,
    marks: Any = 2,
    chose: str = "",
    position: int = 1,
) -> PaperQuestion:
    """A question on a paper, whose option with the text `chose` was chosen."""
    options = [{"key": f"k{row.pk}", "text": row.text} for row in question.options.all()]
    return PaperQuestion.objects.create(
        attempt=attempt,
        position=position,
        question=question,
        question_version=question.version,
        kind=question.kind,
        stem=question.stem,
        options=options,
        key=[f"k{row.pk}" for row in question.options.all() if row.is_correct],
        marks=Decimal(marks),
        awarded=Decimal(awarded),
        answer=[option["key"] for option in options if option["text"] == chose],
    )


def paper_question(question: Question) -> PaperQuestion:
    """A question that somebody got right."""
    return answered(judged(exam_of(question), score=2, total=2), question, awarded=2)
