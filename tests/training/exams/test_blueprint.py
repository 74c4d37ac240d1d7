"""An exam is set up out of parts, opened, closed, copied. # T4"""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry
from staffing.models import Certificate
from tests.exam_factories import answer_all, exam_for_skill, sit
from tests.factories import NOW, SkillFactory, UserFactory
from tests.training_factories import CourseFactory, ExamFactory, QuestionFactory, TopicFactory, exam_of
from training.choices import Difficulty, ExamState
from training.exams import bank, blueprint, sitting
from training.exams.blueprint import Terms
from training.exams.stock import Stock
from training.models import Exam, ExamPart

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return UserFactory(roles=[Role.TRAINER])


@pytest.fixture
def topic():
    """With four easy questions and one hard one."""
    found = TopicFactory(name="退款")
    QuestionFactory.create_batch(4, topic=found, difficulty=Difficulty.EASY)
    QuestionFactory(topic=found, difficulty=Difficulty.HARD)
    return found


def part(topic, count, **facts):
    return ExamPart(topic=topic, count=count, **facts)


def test_an_exam_is_set_up_as_a_draft_with_its_parts_in_their_order(trainer, topic):
    terms = Terms(title=" 售后上岗考试 ", skill=SkillFactory(), course=CourseFactory(), max_attempts=2)
    parts = [part(topic, 1, difficulty=Difficulty.HARD, marks_each=Decimal(5)), part(topic, 3)]
    exam = blueprint.set_up(terms, parts, by=trainer, at=NOW)
    exam.refresh_from_db()
    assert (exam.code, exam.title, exam.state, exam.max_attempts) == ("E0001", "售后上岗考试", "draft", 2)
    assert [(each.position, each.count, each.marks_each) for each in exam.parts.all()] == [
        (1, 1, 5),
        (2, 3, 2),
    ]
    assert "退款" in AuditEntry.objects.of(exam).get().changes["parts"][1][0]


def test_a_code_of_an_exam_is_given_once(topic):
    ExamFactory(code="aftersales")
    with pytest.raises(AlreadyTaken):
        blueprint.set_up(Terms(title="售后"), [part(topic, 1)], code="aftersales", by=None, at=NOW)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"title": "  "}, "title"),
        ({"pass_mark_percent": Decimal(0)}, "pass_mark_percent"),
        ({"pass_mark_percent": Decimal("100.01")}, "pass_mark_percent"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"time_limit_minutes": 0}, "time_limit_minutes"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(terms, field):
    with pytest.raises(MissingInformation) as refused:
        blueprint.set_up(Terms(**{"title": "售后", **terms}), [], by=None, at=NOW)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR, Role.DIRECTOR, Role.INSPECTOR])
def test_only_those_who_set_exams_may(role):
    person, exam = UserFactory(roles=[role]), ExamFactory()
    for step in (blueprint.open_, blueprint.close):
        with pytest.raises(NotAllowed):
            step(exam, by=person, at=NOW)
    with pytest.raises(NotAllowed):
        blueprint.set_up(Terms(title="售后"), [], by=person, at=NOW)
    with pytest.raises(NotAllowed):
        blueprint.amend(exam, Terms(title="售后"), [], by=person, at=NOW)
    with pytest.raises(NotAllowed):
        blueprint.copy(exam, title="售后", by=person, at=NOW)


def test_an_exam_opens_only_when_its_paper_can_be_drawn(trainer, topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 6)], by=trainer, at=NOW)
    with pytest.raises(WrongState, match="退款 × 6"):
        blueprint.open_(exam, by=trainer, at=NOW)
    QuestionFactory(topic=topic)
    assert blueprint.open_(exam, by=trainer, at=NOW).state == ExamState.OPEN
    with pytest.raises(WrongState):
        blueprint.open_(exam, by=trainer, at=NOW)


def test_an_exam_without_parts_does_not_open():
    with pytest.raises(MissingInformation):
        blueprint.open_(ExamFactory(state=ExamState.DRAFT), by=None, at=NOW)


def test_an_exam_is_closed_and_may_be_opened_again(trainer, topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 1)], by=trainer, at=NOW)
    with pytest.raises(WrongState):
        blueprint.close(exam, by=trainer, at=NOW)
    blueprint.open_(exam, by=trainer, at=NOW)
    assert blueprint.close(exam, by=trainer, at=NOW).state == ExamState.CLOSED
    assert blueprint.open_(exam, by=trainer, at=NOW).state == ExamState.OPEN


def test_an_amended_exam_has_other_terms_and_parts_and_says_what_it_had(trainer, topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 2)], by=trainer, at=NOW)
    terms = Terms(title="售后", pass_mark_percent=Decimal(90))
    amended = blueprint.amend(exam, terms, [part(topic, 3)], by=trainer, at=NOW, version=1)
    amended.refresh_from_db()
    assert (amended.version, amended.pass_mark_percent) == (2, 90)
    assert [each.count for each in amended.parts.all()] == [3]
    changes = AuditEntry.objects.of(exam).first().changes
    assert set(changes) == {"pass_mark_percent", "parts", "version"}


def test_nothing_different_is_no_edition_of_an_exam(trainer, topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 2)], by=trainer, at=NOW)
    exam.refresh_from_db()
    same = [blueprint.part_like(each) for each in exam.parts.all()]
    assert blueprint.amend(exam, Terms(title="售后"), same, by=trainer, at=NOW).version == 1


def test_the_later_of_two_who_amend_an_exam_is_told(topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 2)], by=None, at=NOW)
    blueprint.amend(exam, Terms(title="售后一"), [part(topic, 2)], by=None, at=NOW, version=1)
    with pytest.raises(Stale):
        blueprint.amend(exam, Terms(title="售后二"), [part(topic, 2)], by=None, at=NOW, version=1)


def test_an_open_exam_cannot_be_made_one_that_cannot_be_drawn(topic):
    exam = blueprint.set_up(Terms(title="售后"), [part(topic, 2)], by=None, at=NOW)
    blueprint.open_(exam, by=None, at=NOW)
    with pytest.raises(WrongState):
        blueprint.amend(exam, Terms(title="售后"), [part(topic, 9)], by=None, at=NOW)
    assert [each.count for each in exam.parts.all()] == [2]


def test_a_copy_is_a_draft_with_the_same_terms_and_parts(trainer, topic):
    terms = Terms(title="售后", skill=SkillFactory(), pass_mark_percent=Decimal("79.5"))
    exam = blueprint.set_up(terms, [part(topic, 2, kind="single")], by=trainer, at=NOW)
    blueprint.open_(exam, by=trainer, at=NOW)
    copied = blueprint.copy(exam, title="售后（新）", by=trainer, at=NOW)
    copied.refresh_from_db()
    assert (copied.code, copied.title, copied.state) == ("E0002", "售后（新）", ExamState.DRAFT)
    assert (copied.skill, copied.pass_mark_percent) == (terms.skill, Decimal("79.5"))
    assert [(each.topic, each.kind, each.count) for each in copied.parts.all()] == [(topic, "single", 2)]
    assert exam.parts.count() == 1


# What the bank holds


def test_the_bank_is_held_against_every_part_and_all_of_them_together(topic):
    below = TopicFactory(parent=topic)
    QuestionFactory(topic=below, difficulty=Difficulty.HARD)
    parts = [part(topic, 2, difficulty=Difficulty.HARD, marks_each=Decimal(5)), part(below, 1)]
    coverage = Stock.load().coverage(parts)
    assert (coverage.held, coverage.questions, coverage.marks) == ((2, 1), 3, 12)
    assert not coverage.suffices, "each has enough, but both ask for the same question"
    assert "1. " in str(coverage.shortage)
    assert "2. " in str(coverage.shortage)
    assert Stock.load().coverage(parts[:1]).suffices


def test_open_exams_are_named_when_a_retired_question_leaves_them_short(topic):
    question = QuestionFactory()
    short, well = exam_of(question), ExamFactory(title="足够")
    ExamPart.objects.create(exam=well, topic=topic, count=2)
    exam_of(QuestionFactory(is_active=False), state=ExamState.CLOSED)
    assert blueprint.open_but_short(Stock.load()) == []
    bank.retire(question, reason="政策已变", by=None, at=NOW)
    assert blueprint.open_but_short(Stock.load()) == [short]


def test_all_open_exams_are_held_against_the_bank_in_as_many_queries(django_assert_num_queries, topic):
    for _ in range(4):
        ExamPart.objects.create(exam=ExamFactory(), topic=topic, count=2)
    assert Exam.objects.open().count() == 4
    with django_assert_num_queries(5):  # Bank, topics; exams, parts, their topics.
        blueprint.open_but_short(Stock.load())


def test_an_exam_that_was_sat_keeps_its_skill(trainer):
    """A paper that is being marked would else give another certificate than the one it was sat for."""
    exam = exam_for_skill()
    other = SkillFactory.create()
    terms = replace(blueprint._terms_of(exam), skill=other)
    parts = list(exam.parts.all())
    assert blueprint.amend(exam, terms, parts, by=trainer, at=NOW).skill == other
    sit(exam)
    with pytest.raises(WrongState) as refused:
        blueprint.amend(exam, replace(terms, skill=None), parts, by=trainer, at=NOW)
    assert "skill" in refused.value.fields


def test_a_paper_gives_the_days_that_were_promised_when_it_began(agent, trainer):
    exam = exam_for_skill(valid_days=365)
    attempt = sit(exam, agent)
    answer_all(attempt, at=NOW)
    terms = replace(blueprint._terms_of(exam), valid_days=30)
    blueprint.amend(exam, terms, list(exam.parts.all()), by=trainer, at=NOW)
    sitting.hand_in(attempt, by=agent.user, at=NOW)
    certificate = Certificate.objects.get(agent=agent)
    assert (certificate.valid_until - certificate.valid_from).days == 364


@pytest.mark.parametrize(
    ("count", "marks_each"), [(0, "2"), (5, "0"), (5, "NaN"), (5, "1.005"), (200, "999.99"), (5, "-1")]
)
def test_parts_that_make_no_paper_are_refused(trainer, topic, count, marks_each):
    part = ExamPart(topic=topic, count=count, marks_each=Decimal(marks_each))
    with pytest.raises(MissingInformation):
        blueprint.set_up(Terms(title="上岗考试"), [part], by=trainer, at=NOW)
