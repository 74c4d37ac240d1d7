"""A paper as somebody may see it: to be answered, never with the key, or to be looked through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.models import User
from training import rights
from training.choices import AttemptState, QuestionKind
from training.models import ExamAttempt, PaperQuestion

JUDGED = (AttemptState.PASSED, AttemptState.FAILED)


@dataclass(frozen=True)
class Choice:
    key: str
    text: str
    is_chosen: bool
    is_right: bool | None = None
    """None where that is not told."""


@dataclass(frozen=True)
class Asked:
    """A question to be answered. Whatever is not in here cannot reach the candidate's page."""

    position: int
    kind: str
    kind_label: str
    stem: str
    marks: Decimal
    choices: tuple[Choice, ...]
    blanks: tuple[str, ...]
    text: str

    @property
    def is_answered(self) -> bool:
        return any(choice.is_chosen for choice in self.choices) or any(self.blanks) or bool(self.text)

    @property
    def is_multiple(self) -> bool:
        return self.kind == QuestionKind.MULTIPLE


@dataclass(frozen=True)
class Told:
    """A question looked through. `accepted` are the spellings of each blank."""

    asked: Asked
    awarded: Decimal | None
    comment: str
    is_late: bool
    accepted: tuple[str, ...] = ()
    model_answer: str = ""
    explanation: str = ""

    @property
    def is_to_mark(self) -> bool:
        return self.awarded is None

    @property
    def is_full(self) -> bool:
        return self.awarded == self.asked.marks


def asked(attempt: ExamAttempt) -> list[Asked]:
    """The paper as it is put to the candidate. One query."""
    return [_asked(question) for question in attempt.questions.all()]


def answers(attempt: ExamAttempt) -> dict[int, Sequence[str]]:
    """What is kept of the paper by now, by position. One query."""
    return {each.position: each.answer or [] for each in attempt.questions.all()}


def told(attempt: ExamAttempt) -> list[Told]:
    """The paper with its key; ask `sees_key` before. One query."""
    return [_told(question) for question in attempt.questions.all()]


def sees_key(user: User, attempt: ExamAttempt) -> bool:
    """The candidate once it is judged and the exam shows its key; others then, and whoever marks at any time.

    `attempt` comes with exam and agent, and out of what the person may see.
    """
    is_shown = attempt.exam.shows_key and attempt.state in JUDGED
    if user.pk == attempt.agent.user_id:
        return is_shown
    return is_shown or user.has_perm(rights.MARK_PAPERS)


def time_left(attempt: ExamAttempt, at: datetime) -> int:
    """Seconds until the deadline."""
    return max(0, round((attempt.deadline_at - at).total_seconds()))


def _asked(question: PaperQuestion, *, with_key: bool = False) -> Asked:
    given = question.answer or []
    is_text = question.kind in (QuestionKind.FILL_IN, QuestionKind.SHORT)
    choices = tuple(
        Choice(
            key=option["key"],
            text=option["text"],
            is_chosen=option["key"] in given,
            is_right=option["key"] in question.key if with_key else None,
        )
        for option in ([] if is_text else question.options)
    )
    blanks: tuple[str, ...] = ()
    if question.kind == QuestionKind.FILL_IN:
        blanks = tuple((*given, *[""] * len(question.key))[: len(question.key)])
    return Asked(
        position=question.position,
        kind=question.kind,
        kind_label=question.get_kind_display(),
        stem=question.stem,
        marks=question.marks,
        choices=choices,
        blanks=blanks,
        text=given[0] if question.kind == QuestionKind.SHORT and given else "",
    )


def _told(question: PaperQuestion) -> Told:
    accepted: tuple[str, ...] = ()
    if question.kind == QuestionKind.FILL_IN:
        accepted = tuple(each if isinstance(each, str) else " / ".join(each) for each in question.key)
    return Told(
        asked=_asked(question, with_key=True),
        awarded=question.awarded,
        comment=question.comment,
        is_late=question.late_answer is not None,
        accepted=accepted,
        model_answer=question.model_answer,
        explanation=question.explanation,
    )
