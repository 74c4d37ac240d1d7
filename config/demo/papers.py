"""Papers that people of the demonstration have sat, so that results have something to tell.

Each person is somewhat able, each question somewhat hard. One question is understood wrongly by the best, as
when its key is wrong. Marked as the steps mark: a choice is wholly right or not, a short answer in part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import exp
from random import Random
from typing import Any

from portal.models import User
from training.choices import AttemptState, EnrolmentState, QuestionKind
from training.exams.papers import Drawn, draw
from training.exams.questions import CHOICE_KINDS
from training.models import Enrolment, Exam, ExamAttempt, PaperQuestion, Question

EASE = {1: 1.6, 2: 0.9, 3: 0.3}
STEEP, MISLED = 1.4, -2.2
"""How much ability tells, and how much it misleads."""
LEARNT = 0.6
"""From one try to the next."""
MISUNDERSTOOD = "Q00088"
"""Whoever knows most gets this one wrong."""
LARGEST_SEED = 2**31 - 1
HALF = Decimal("0.5")
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Sitting:
    """One attempt that is going to be written."""

    attempt: ExamAttempt
    paper: Sequence[PaperQuestion]


def fill(
    enrolments: Sequence[Enrolment], exams: Sequence[Exam], *, marker: User, rng: Random, at: datetime
) -> None:
    """Whoever has completed a course with an exam has sat it; who failed all tries has failed the course."""
    by_course = {exam.course_id: exam for exam in exams if exam.course_id}
    questions = {question.pk: question for question in Question.objects.all()}
    ability = {pk: rng.gauss(0.9, 0.8) for pk in sorted({one.agent_id for one in enrolments})}
    sittings: list[Sitting] = []
    ended: list[Enrolment] = []
    for enrolment in enrolments:
        exam = by_course.get(enrolment.course_id)
        if exam is None or enrolment.state != EnrolmentState.COMPLETED:
            continue
        knows = ability[enrolment.agent_id]
        tries = _tries(enrolment, exam, knows, questions, marker=marker, rng=rng, at=at)
        sittings += tries
        last = tries[-1].attempt
        enrolment.ended_at = last.judged_at
        if last.state == AttemptState.FAILED:
            enrolment.state = EnrolmentState.FAILED
        ended.append(enrolment)
    Enrolment.objects.bulk_update(ended, ["state", "ended_at"])
    ExamAttempt.objects.bulk_create(one.attempt for one in sittings)
    PaperQuestion.objects.bulk_create(row for one in sittings for row in _of(one))


def _of(sitting: Sitting) -> Sequence[PaperQuestion]:
    """Its questions, now that the attempt has a key."""
    for row in sitting.paper:
        row.attempt = sitting.attempt
    return sitting.paper


def _tries(
    enrolment: Enrolment,
    exam: Exam,
    knows: float,
    questions: dict[int, Question],
    *,
    marker: User,
    rng: Random,
    at: datetime,
) -> list[Sitting]:
    """Until he passes, or has no more attempts; he learns a little from each."""
    found: list[Sitting] = []
    begins_at = (enrolment.started_at or at) + timedelta(days=1)
    for number in range(1, exam.max_attempts + 1):
        seed, learnt = rng.randint(1, LARGEST_SEED), knows + LEARNT * (number - 1)
        rows = [
            _answered(one, questions[one.question_id], place=place, knows=learnt, marker=marker, rng=rng)
            for place, one in enumerate(draw(exam, seed=seed), 1)
        ]
        attempt = _judged(enrolment, exam, number, seed, rows, begins_at=begins_at, rng=rng)
        found.append(Sitting(attempt, rows))
        if attempt.state == AttemptState.PASSED:
            break
        begins_at += timedelta(hours=max(exam.wait_hours, 20))
    return found


def _judged(
    enrolment: Enrolment,
    exam: Exam,
    number: int,
    seed: int,
    rows: Sequence[PaperQuestion],
    *,
    begins_at: datetime,
    rng: Random,
) -> ExamAttempt:
    score = sum((row.awarded or Decimal(0) for row in rows), Decimal(0))
    total = sum((row.marks for row in rows), Decimal(0))
    is_passed = score * WHOLE >= exam.pass_mark_percent * total
    took = timedelta(minutes=exam.time_limit_minutes * rng.uniform(0.35, 0.95))
    handed_in_at = (begins_at + took).replace(microsecond=0)
    for row in rows:
        row.answered_at = handed_in_at
    return ExamAttempt(
        exam=exam,
        agent_id=enrolment.agent_id,
        enrolment=enrolment,
        number=number,
        state=AttemptState.PASSED if is_passed else AttemptState.FAILED,
        seed=seed,
        started_at=begins_at,
        deadline_at=begins_at + timedelta(minutes=exam.time_limit_minutes),
        handed_in_at=handed_in_at,
        pass_mark_percent=exam.pass_mark_percent,
        valid_days=exam.valid_days,
        total=total,
        score=score,
        judged_at=handed_in_at,
    )


def _answered(
    one: Drawn, question: Question, *, place: int, knows: float, marker: User, rng: Random
) -> PaperQuestion:
    steep = MISLED if question.code == MISUNDERSTOOD else STEEP
    chance = 1 / (1 + exp(-(steep * knows + EASE[question.difficulty])))
    is_right = rng.random() < chance
    facts: dict[str, Any] = {"awarded": one.marks if is_right else Decimal(0)}
    if one.kind in CHOICE_KINDS:
        facts["answer"] = sorted(one.key) if is_right else _wrong(one, rng)
    elif one.kind == QuestionKind.FILL_IN:
        facts["answer"] = [spellings[0] if is_right else "不清楚" for spellings in one.key]
    else:
        share = Decimal(str(round(min(1.0, max(0.2, rng.gauss(chance, 0.12))), 1)))
        facts["awarded"] = ((one.marks * share) / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF
        facts["answer"] = [one.model_answer[: max(8, int(len(one.model_answer) * share))]]
        facts["marked_by"] = marker
    return PaperQuestion(
        position=place,
        question=question,
        question_version=one.question_version,
        kind=one.kind,
        stem=one.stem,
        options=one.options,
        key=one.key,
        model_answer=one.model_answer,
        explanation=one.explanation,
        marks=one.marks,
        **facts,
    )


def _wrong(one: Drawn, rng: Random) -> list[str]:
    """Another option; of a multiple choice a right one is missing. The last wrong one misleads nobody."""
    if one.kind == QuestionKind.MULTIPLE:
        return sorted(rng.sample(one.key, len(one.key) - 1)) or [option["key"] for option in one.options]
    others = sorted(
        (option for option in one.options if option["key"] not in one.key), key=lambda option: option["text"]
    )
    return [rng.choices(others, [5, 3, 0][: len(others)])[0]["key"]]
