"""A paper is drawn out of the bank. # T4"""

from decimal import Decimal

import pytest

from portal.errors import MissingInformation, WrongState
from tests.training_factories import ExamFactory, QuestionFactory, TopicFactory, exam_of
from training.choices import Difficulty, QuestionKind
from training.exams.papers import draw
from training.models import ExamPart, Question

pytestmark = pytest.mark.django_db


def part_of(exam, topic, *, count, **facts):
    return ExamPart.objects.create(exam=exam, topic=topic, count=count, **facts)


def test_the_same_seed_and_bank_give_the_same_paper():
    topic = TopicFactory()
    for _ in range(6):
        QuestionFactory(topic=topic)
    exam = ExamFactory()
    part_of(exam, topic, count=3)
    assert draw(exam, seed=11) == draw(exam, seed=11)
    papers = {tuple(one.question_id for one in draw(exam, seed=seed)) for seed in range(12)}
    assert len(papers) > 1


def test_a_question_carries_what_it_was_when_it_was_drawn():
    question = QuestionFactory(version=4)
    (one,) = draw(exam_of(question, marks_each=3), seed=1)
    assert (one.question_id, one.question_version, one.kind) == (question.pk, 4, "single")
    assert (one.stem, one.explanation, one.marks) == (question.stem, question.explanation, Decimal(3))
    by_key = {option["key"]: option["text"] for option in one.options}
    assert [by_key[key] for key in one.key] == ["签收次日"]


def test_the_key_of_an_option_tells_neither_its_place_nor_whether_it_is_right():
    """The right option stands in different places, under different keys."""
    exam = exam_of(QuestionFactory(options=[("甲", True), ("乙", False), ("丙", False), ("丁", False)]))
    papers = [draw(exam, seed=seed)[0] for seed in range(20)]
    places = {[option["key"] for option in one.options].index(one.key[0]) for one in papers}
    assert places == {0, 1, 2, 3}
    assert len({one.key[0] for one in papers}) == 20
    assert all(len({option["key"] for option in one.options}) == 4 for one in papers)


def test_without_shuffling_questions_and_options_stand_in_their_order():
    topic = TopicFactory()
    for code in ("c", "a", "b"):
        QuestionFactory(topic=topic, code=code, options=[("甲", True), ("乙", False), ("丙", False)])
    exam = ExamFactory(are_shuffled=False)
    part_of(exam, topic, count=3)
    paper = draw(exam, seed=8)
    assert [Question.objects.get(pk=one.question_id).code for one in paper] == ["a", "b", "c"]
    assert all([option["text"] for option in one.options] == ["甲", "乙", "丙"] for one in paper)


def test_true_and_false_stay_in_their_order():
    question = QuestionFactory(kind=QuestionKind.TRUE_FALSE, options=[("正确", False), ("错误", True)])
    exam = exam_of(question)
    assert all(
        [each["text"] for each in draw(exam, seed=seed)[0].options] == ["正确", "错误"] for seed in range(8)
    )


def test_the_key_of_blanks_is_the_spellings_each_accepts():
    question = QuestionFactory(kind=QuestionKind.FILL_IN, stem="___天内___", answers=[["7", "七"], ["退货"]])
    (one,) = draw(exam_of(question), seed=1)
    assert (one.options, one.key) == ([], [["7", "七"], ["退货"]])


def test_a_short_answer_carries_what_the_marker_looks_for():
    question = QuestionFactory(kind=QuestionKind.SHORT, model_answer="先致歉，再给方案。")
    (one,) = draw(exam_of(question), seed=1)
    assert (one.options, one.key, one.model_answer) == ([], [], "先致歉，再给方案。")


def test_a_part_draws_by_topic_with_those_below_kind_and_difficulty():
    shop = TopicFactory()
    refund = TopicFactory(parent=shop)
    late = TopicFactory(parent=refund)
    fits = [QuestionFactory(topic=topic, difficulty=Difficulty.HARD) for topic in (shop, refund, late)]
    QuestionFactory(topic=late, difficulty=Difficulty.EASY)
    QuestionFactory(topic=late, difficulty=Difficulty.HARD, kind=QuestionKind.SHORT)
    QuestionFactory(topic=late, difficulty=Difficulty.HARD, is_active=False)
    QuestionFactory(difficulty=Difficulty.HARD)
    exam = ExamFactory()
    part_of(exam, shop, count=3, kind=QuestionKind.SINGLE, difficulty=Difficulty.HARD)
    assert {one.question_id for one in draw(exam, seed=1)} == {question.pk for question in fits}


def test_parts_stand_one_after_the_other_each_with_its_marks():
    topic = TopicFactory()
    QuestionFactory.create_batch(2, topic=topic)
    QuestionFactory(topic=topic, kind=QuestionKind.SHORT)
    exam = ExamFactory()
    part_of(exam, topic, count=1, position=2, kind=QuestionKind.SHORT, marks_each=10)
    part_of(exam, topic, count=2, position=1, kind=QuestionKind.SINGLE, marks_each=5)
    assert [(one.kind, one.marks) for one in draw(exam, seed=1)] == [("single", 5)] * 2 + [("short", 10)]


def test_too_few_questions_are_told_with_the_part_that_lacks_them():
    topic = TopicFactory(name="物流配送")
    QuestionFactory(topic=topic)
    exam = ExamFactory()
    part_of(exam, topic, count=3)
    with pytest.raises(WrongState, match="物流配送 × 3"):
        draw(exam, seed=1)


def test_an_exam_without_parts_has_no_paper():
    with pytest.raises(MissingInformation):
        draw(ExamFactory(), seed=1)


def test_a_paper_takes_as_many_queries_however_many_questions(django_assert_num_queries):
    topic = TopicFactory()
    QuestionFactory.create_batch(9, topic=topic)
    exam = ExamFactory()
    part_of(exam, topic, count=4)
    part_of(exam, topic, count=4, position=2)
    with django_assert_num_queries(4):  # Parts, bank, topics, questions with their options.
        draw(exam, seed=1)
