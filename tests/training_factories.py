"""Rows of training for tests: fixed values, sensible states, nothing random."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.choices import Role
from tests.factories import NOW, TODAY, AgentFactory, UserFactory
from training.choices import (
    ArticleState,
    Audience,
    CourseState,
    EnrolmentSource,
    ExamState,
    QuestionKind,
    VersionState,
)
from training.models import (
    Article,
    ArticleVersion,
    Course,
    Enrolment,
    Exam,
    ExamPart,
    Lesson,
    Question,
    QuestionOption,
    Topic,
)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic

    code = factory.Sequence(lambda n: f"topic-{n}")
    name = factory.Sequence(lambda n: f"主题{n}")


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    code = factory.Sequence(lambda n: f"course-{n}")
    title = factory.Sequence(lambda n: f"退换货政策{n}")
    topic = factory.SubFactory(TopicFactory)
    owner = factory.SubFactory(UserFactory, roles=[Role.TRAINER])
    state = CourseState.OPEN


class LessonFactory(DjangoModelFactory[Lesson]):
    class Meta:
        model = Lesson

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"第{n}课")
    text = "先核对订单，再说明政策。"


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    agent = factory.SubFactory(AgentFactory)
    course = factory.SubFactory(CourseFactory)
    source = EnrolmentSource.ASSIGNED
    enrolled_at = NOW
    due_on = TODAY + timedelta(days=14)


class QuestionFactory(DjangoModelFactory[Question]):
    """A single choice whose first option is right; other kinds say their `answers`."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"q-{n:05}")
    topic = factory.SubFactory(TopicFactory)
    kind = QuestionKind.SINGLE
    stem = factory.Sequence(lambda n: f"第{n}题：七天无理由从哪天起算？")
    explanation = "从签收次日零时起算。"

    @factory.post_generation
    def options(self: Question, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: FBT001
        if not create or self.kind not in (
            QuestionKind.SINGLE,
            QuestionKind.MULTIPLE,
            QuestionKind.TRUE_FALSE,
        ):
            return
        for position, (text, is_correct) in enumerate(
            extracted or [("签收次日", True), ("下单当日", False)], 1
        ):
            QuestionOption.objects.create(question=self, position=position, text=text, is_correct=is_correct)


class ExamFactory(DjangoModelFactory[Exam]):
    """Without parts; see `exam_of`."""

    class Meta:
        model = Exam

    code = factory.Sequence(lambda n: f"exam-{n}")
    title = factory.Sequence(lambda n: f"上岗考试{n}")
    state = ExamState.OPEN
    pass_mark_percent = Decimal(80)


def exam_of(*questions: Question, marks_each: int = 2, **facts: Any) -> Exam:
    """An open exam whose paper holds just these questions, which must share one topic of their own."""
    exam: Any = ExamFactory(**facts)
    ExamPart.objects.create(
        exam=exam, topic=questions[0].topic, count=len(questions), marks_each=Decimal(marks_each)
    )
    return exam


class ArticleFactory(DjangoModelFactory[Article]):
    """Published to customers and agents, in one version; not in the search index, which publishing keeps."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"article-{n}")
    topic = factory.SubFactory(TopicFactory)
    audience = Audience.CUSTOMERS
    state = ArticleState.DRAFT
    created_at = NOW
    review_on = TODAY + timedelta(days=90)

    @factory.post_generation
    def version(self: Article, create: bool, extracted: Any, **facts: Any) -> None:  # noqa: FBT001
        if not create:
            return
        text = {"title": f"如何退货 {self.code}", "body": "七天内可以无理由退货。"} | facts
        text.setdefault("html", f"<p>{text['body']}</p>")
        state = VersionState.APPROVED
        version = ArticleVersion.objects.create(article=self, number=1, written_at=NOW, state=state, **text)
        self.current, self.state, self.published_at = version, ArticleState.PUBLISHED, NOW
        self.save()
