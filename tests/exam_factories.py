"""Exams with small papers, and people who sit them, for tests: fixed values, nothing random."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from staffing.models import Agent
from tests.factories import NOW, AgentFactory, SkillFactory
from tests.training_factories import QuestionFactory, TopicFactory, exam_of
from training.choices import QuestionKind
from training.exams import marking, sitting
from training.exams.marking import Mark
from training.models import Exam, ExamAttempt

MINUTE = timedelta(minutes=1)


def exam_with(*kinds: QuestionKind, **facts: Any) -> Exam:
    """An open exam with a question of each kind, worth ten marks each; two single choices unless said."""
    topic = TopicFactory.create()
    wanted = kinds or (QuestionKind.SINGLE, QuestionKind.SINGLE)
    options = {QuestionKind.MULTIPLE: [("退款", True), ("换货", True), ("拒收", False)]}
    questions = [
        QuestionFactory.create(
            topic=topic,
            kind=kind,
            options=options.get(kind),
            answers=[["七天", "7天"], ["签收"]] if kind == QuestionKind.FILL_IN else [],
            model_answer="先致歉，再核实。" if kind == QuestionKind.SHORT else "",
        )
        for kind in wanted
    ]
    return exam_of(*questions, marks_each=10, are_shuffled=False, **facts)


def exam_for_skill(**facts: Any) -> Exam:
    return exam_with(skill=SkillFactory.create(name="售后退款"), title="售后上岗考试", **facts)


def sit(exam: Exam, agent: Agent | None = None, *, at: datetime = NOW) -> ExamAttempt:
    """Begun and not yet answered."""
    agent = agent or AgentFactory.create()
    return sitting.start(exam, agent, by=agent.user, at=at, seed=1)


def right(attempt: ExamAttempt, position: int) -> list[str]:
    question = attempt.questions.get(position=position)
    if question.kind == QuestionKind.FILL_IN:
        return [spellings[0] for spellings in question.key]
    return ["先致歉"] if question.kind == QuestionKind.SHORT else question.key


def wrong(attempt: ExamAttempt, position: int) -> list[str]:
    question = attempt.questions.get(position=position)
    return [option["key"] for option in question.options if option["key"] not in question.key][:1]


def answer_all(attempt: ExamAttempt, *, at: datetime, are_right: bool = True) -> None:
    user = attempt.agent.user
    for question in attempt.questions.all():
        given = right(attempt, question.position) if are_right else wrong(attempt, question.position)
        sitting.answer(attempt, question.position, given, by=user, at=at)


def sat(exam: Exam, agent: Agent | None = None, *, at: datetime = NOW, is_passed: bool = True) -> ExamAttempt:
    """Begun, answered and handed in a minute later."""
    attempt = sit(exam, agent, at=at)
    answer_all(attempt, at=at, are_right=is_passed)
    return sitting.hand_in(attempt, by=attempt.agent.user, at=at + MINUTE)


def marked(attempt: ExamAttempt, awarded: int, *, at: datetime = NOW, **more: Any) -> ExamAttempt:
    """Every short answer of the paper gets so many marks."""
    shorts = attempt.questions.filter(kind=QuestionKind.SHORT)
    given = {each.position: Mark(Decimal(awarded)) for each in shorts}
    return marking.mark_paper(attempt, given, by=more.pop("by", None), at=at, **more)
