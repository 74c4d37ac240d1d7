"""What judged papers tell of an exam and of a question. # T4"""

from decimal import Decimal

import pytest

from tests.factories import AgentFactory
from tests.paper_factories import answered, judged
from tests.training_factories import QuestionFactory, exam_of
from training.choices import AttemptState, Finding, QuestionKind
from training.exams import figures
from training.exams.figures import Passing
from training.models import ExamAttempt, Question, QuestionOption

pytestmark = pytest.mark.django_db


def test_a_person_counts_once_for_the_pass_rate_of_first_tries_and_overall():
    exam = exam_of(QuestionFactory())
    anna, bert, carl = AgentFactory.create_batch(3)
    judged(exam, agent=anna, score=9)
    judged(exam, agent=bert, score=2)
    judged(exam, agent=bert, score=8, number=2)
    judged(exam, agent=carl, score=1)
    judged(exam, agent=carl, score=10, cycle=2)
    judged(exam, agent=AgentFactory(), score=0, state=AttemptState.VOID)
    judged(exam, agent=AgentFactory(), score=0, state=AttemptState.TO_MARK)
    passing = figures.of_exam(exam).passing
    assert (passing.sat, passing.passed_first, passing.passed) == (4, 2, 3)
    assert (passing.first_rate, passing.rate) == (0.5, 0.75)
    assert figures.pass_rates(ExamAttempt.objects.all(), [exam]) == {exam.pk: passing}


def test_average_and_distribution_are_shares_of_the_marks_of_each_paper():
    exam = exam_of(QuestionFactory())
    for score, total in ((3, 10), (18, 20), (10, 10)):
        judged(exam, score=score, total=total)
    told = figures.of_exam(exam)
    assert told.papers == 3
    assert told.average == pytest.approx(2.2 / 3)
    assert told.middle == pytest.approx(0.9)
    assert list(told.bands) == [0, 0, 0, 1, 0, 0, 0, 0, 0, 2]


def test_an_exam_that_nobody_sat_has_no_rates():
    told = figures.of_exam(exam_of(QuestionFactory()))
    assert (told.papers, told.passing.rate, told.passing.first_rate, told.average) == (0, None, None, None)
    assert list(told.items) == []


def sat_by_twenty(exam, question, *, right_from):
    """Of twenty with rising scores, those from a place on got the question right."""
    texts = [row.text for row in question.options.all()]
    for place in range(20):
        is_right = place >= right_from
        attempt = judged(exam, score=place + 2 * is_right, total=22)
        answered(attempt, question, awarded=2 if is_right else 0, chose=texts[0 if is_right else 1])


def test_a_question_has_its_difficulty_discrimination_and_counts_of_options():
    question = QuestionFactory(options=[("甲", True), ("乙", False), ("丙", False)])
    exam = exam_of(question)
    sat_by_twenty(exam, question, right_from=8)
    told = figures.of_question(question)
    assert (told.papers, told.item.difficulty, told.item.discrimination) == (20, 0.6, 1)
    assert told.item.correlation > 0.8
    assert [(one.text, one.chosen) for one in told.options] == [("甲", 12), ("乙", 8), ("丙", 0)]
    assert told.item.findings == ("idle_option",)
    assert told.present is None
    (line,) = figures.of_exam(exam).items
    assert (line.question, line.item.difficulty, line.item.answers) == (question, 0.6, 20)


def test_the_rest_of_the_paper_is_without_the_question_itself():
    question = QuestionFactory()
    attempt = judged(exam_of(question), score=5, total=10)
    paper_question = answered(attempt, question, awarded=1)
    (row,) = figures._rows(type(paper_question).objects.all())
    assert figures._answered(row).rest == pytest.approx(4 / 8)


def test_an_edition_that_was_written_anew_has_figures_of_its_own_beside_those_of_all():
    question = QuestionFactory()
    exam = exam_of(question)
    answered(judged(exam, score=0), question, awarded=0)
    question.version = 2
    question.save()
    answered(judged(exam, score=2), question, awarded=2)
    told = figures.of_question(question)
    assert (told.papers, told.item.difficulty) == (2, 0.5)
    assert (told.present.answers, told.present.difficulty) == (1, 1)


def test_an_option_that_was_added_later_is_not_called_idle_before_it_was_offered():
    question = QuestionFactory(options=[("甲", True), ("乙", False)])
    sat_by_twenty(exam_of(question), question, right_from=8)
    QuestionOption.objects.create(question=question, position=3, text="丙")
    question.version = 2
    question.save()
    told = figures.of_question(question)
    assert [(one.text, one.offered) for one in told.options] == [("甲", 20), ("乙", 20), ("丙", 0)]
    assert Finding.IDLE_OPTION not in told.item.findings


def test_a_question_that_was_written_anew_is_not_warned_of_for_what_it_was():
    question = QuestionFactory(options=[("甲", True), ("乙", False)])
    exam = exam_of(question)
    texts = [row.text for row in question.options.all()]
    for place in range(20):  # The best got it wrong.
        is_right = place < 12
        attempt = judged(exam, score=place + 2 * is_right, total=22)
        answered(attempt, question, awarded=2 if is_right else 0, chose=texts[0 if is_right else 1])
    assert figures.of_question(question).item.findings == (Finding.KEY_DOUBTED,)
    Question.objects.update(version=2)
    question.refresh_from_db()
    assert figures.of_question(question).item.findings == ()
    (line,) = figures.of_exam(exam).items
    assert (line.item.answers, line.item.findings) == (20, ())


def test_a_first_try_that_was_annulled_leaves_the_next_one_the_first():
    exam = exam_of(QuestionFactory())
    agent = AgentFactory()
    judged(exam, agent=agent, score=0, state=AttemptState.VOID)
    judged(exam, agent=agent, score=10, number=2)
    assert figures.of_exam(exam).passing == Passing(sat=1, passed_first=1, passed=1)


def test_what_is_not_judged_yet_or_was_annulled_counts_nowhere():
    question = QuestionFactory()
    exam = exam_of(question)
    for state in (AttemptState.RUNNING, AttemptState.TO_MARK, AttemptState.VOID):
        answered(judged(exam, score=0, state=state), question, awarded=0)
    assert figures.of_question(question).papers == 0
    assert figures.of_exam(exam).papers == 0
    assert figures.with_use(Question.objects.all()).get().used is None


def test_the_list_knows_how_often_a_question_was_used_and_its_mean_share():
    """Also where marks are whole numbers, of which SQLite would make a whole share."""
    question = QuestionFactory(kind=QuestionKind.SHORT)
    exam = exam_of(question)
    answered(judged(exam, score=1), question, awarded=1, marks=2)
    answered(judged(exam, score=3), question, awarded=Decimal("1.5"), marks=2)
    listed = figures.with_use(Question.objects.all()).get()
    assert (listed.used, listed.share_right) == (2, pytest.approx(0.625))


def test_questions_to_be_looked_at_stand_first():
    fine, doubted = QuestionFactory(code="a"), QuestionFactory(code="b")
    exam = exam_of(fine)
    for place in range(20):
        attempt = judged(exam, score=place, total=24)
        answered(attempt, fine, awarded=2 if place >= 8 else 0)
        answered(attempt, doubted, awarded=2 if place < 12 else 0, position=2)
    told = figures.of_exam(exam)
    assert [line.question for line in told.items] == [doubted, fine]
    assert [line.question for line in told.noticed] == [doubted]


def test_an_exam_is_told_of_in_as_many_queries_however_many_sat(django_assert_num_queries):
    questions = QuestionFactory.create_batch(4)
    exam = exam_of(*questions)
    for score in range(5):
        attempt = judged(exam, score=score)
        for place, question in enumerate(questions):
            answered(attempt, question, awarded=1, position=place)
    with django_assert_num_queries(3):  # Attempts, papers, questions.
        figures.of_exam(exam)
