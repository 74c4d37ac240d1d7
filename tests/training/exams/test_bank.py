"""A question is added, changed, retired: by those who keep the bank, each edition on record. # T4"""

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry
from portal.transfers.importers import Result
from tests.factories import NOW, UserFactory
from tests.paper_factories import paper_question
from tests.training_factories import QuestionFactory, TopicFactory, exam_of
from training.choices import Difficulty, QuestionKind
from training.exams import bank
from training.exams.papers import draw
from training.exams.questions import Choice, Wording
from training.models import Question

pytestmark = pytest.mark.django_db

WORDING = Wording(
    kind="single", stem="退款几天到账？", options=(Choice("三天", True), Choice("三十天", False))
)


@pytest.fixture
def trainer():
    return UserFactory(roles=[Role.TRAINER])


def change(question, wording=WORDING, **facts):
    usual = {"topic": question.topic, "difficulty": question.difficulty, "by": None, "at": NOW}
    return bank.change(question, wording=wording, **{**usual, **facts})


def texts(question):
    return [(row.text, row.is_correct) for row in question.options.order_by("position")]


def test_a_question_is_added_with_its_options_in_their_order(trainer):
    topic = TopicFactory()
    question = bank.add(
        topic, wording=WORDING, difficulty=Difficulty.HARD, code="refund-1", by=trainer, at=NOW
    )
    question.refresh_from_db()
    assert (question.code, question.topic, question.difficulty) == ("refund-1", topic, Difficulty.HARD)
    assert (question.version, question.is_active, question.author) == (1, True, trainer)
    assert texts(question) == [("三天", True), ("三十天", False)]
    entry = AuditEntry.objects.of(question).get()
    assert entry.changes["options"] == [None, ["✓ 三天", "✗ 三十天"]]


def test_questions_without_a_code_are_numbered_on():
    topic = TopicFactory()
    QuestionFactory(code="Q00041")
    QuestionFactory(code="Quality")
    numbered = [bank.add(topic, wording=WORDING, by=None, at=NOW).code for _ in range(2)]
    assert numbered == ["Q00042", "Q00043"]


def test_a_code_is_given_once():
    bank.add(TopicFactory(), wording=WORDING, code="refund-1", by=None, at=NOW)
    with pytest.raises(AlreadyTaken) as refused:
        bank.add(TopicFactory(), wording=WORDING, code="refund-1", by=None, at=NOW)
    assert set(refused.value.fields) == {"code"}


def test_an_incomplete_question_is_refused_at_its_field(trainer):
    with pytest.raises(MissingInformation) as refused:
        bank.add(TopicFactory(), wording=Wording("single", "几天？"), by=trainer, at=NOW)
    assert set(refused.value.fields) == {"options"}
    assert not Question.objects.exists()


@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR, Role.DIRECTOR, Role.INSPECTOR, Role.AUDITOR])
def test_only_those_who_keep_the_bank_write_in_it(role):
    person, question = UserFactory(roles=[role]), QuestionFactory()
    with pytest.raises(NotAllowed):
        bank.add(question.topic, wording=WORDING, by=person, at=NOW)
    with pytest.raises(NotAllowed):
        change(question, by=person)
    with pytest.raises(NotAllowed):
        bank.retire(question, reason="答案有误", by=person, at=NOW)
    assert not Question.objects.visible_to(person).exists()


def test_a_change_is_another_edition_and_keeps_what_stood_before_on_record(trainer):
    question = QuestionFactory(stem="旧题", options=[("甲", True), ("乙", False)])
    changed = change(question, by=trainer, version=1)
    changed.refresh_from_db()
    assert (changed.version, changed.stem, texts(changed)) == (
        2,
        "退款几天到账？",
        [("三天", True), ("三十天", False)],
    )
    entry = AuditEntry.objects.of(question).get()
    assert entry.changes["stem"] == ["旧题", "退款几天到账？"]
    assert entry.changes["options"] == [["✓ 甲", "✗ 乙"], ["✓ 三天", "✗ 三十天"]]
    assert entry.changes["version"] == [1, 2]


def test_nothing_different_is_no_edition():
    question = QuestionFactory()
    assert change(question, wording=bank.wording_of(question)).version == 1
    assert not AuditEntry.objects.of(question).exists()


def test_another_topic_or_difficulty_is_an_edition_too():
    question, topic = QuestionFactory(), TopicFactory()
    wording = bank.wording_of(question)
    changed = change(question, wording=wording, topic=topic, difficulty=Difficulty.HARD)
    changed.refresh_from_db()
    assert (changed.version, changed.topic, changed.difficulty) == (2, topic, Difficulty.HARD)


def test_a_change_of_what_was_read_before_somebody_elses_change_is_refused():
    question = QuestionFactory()
    change(question)
    with pytest.raises(Stale):
        change(question, wording=Wording("short", "问？", model_answer="答"), version=1)


def test_a_paper_that_was_drawn_keeps_the_question_as_it_was():
    question = QuestionFactory(stem="旧题")
    exam = exam_of(question)
    (drawn,) = draw(exam, seed=1)
    change(question)
    (drawn_later,) = draw(exam, seed=1)
    assert (drawn.stem, drawn.question_version) == ("旧题", 1)
    assert (drawn_later.stem, drawn_later.question_version) == ("退款几天到账？", 2)


def test_a_question_changes_its_kind_only_before_it_was_put_on_a_paper():
    short = Wording("short", "问？", model_answer="答")
    assert change(QuestionFactory(), wording=short).kind == QuestionKind.SHORT
    used = QuestionFactory()
    paper_question(used)
    with pytest.raises(WrongState) as refused:
        change(used, wording=short)
    assert set(refused.value.fields) == {"kind"}


def test_a_retired_question_is_drawn_no_more_and_may_come_back(trainer):
    question = QuestionFactory()
    exam = exam_of(question)
    bank.retire(question, reason="政策已变", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        draw(exam, seed=1)
    assert AuditEntry.objects.of(question).get().reason == "政策已变"
    with pytest.raises(WrongState):
        bank.retire(question, reason="再来一次", by=trainer, at=NOW)
    bank.restore(question, by=trainer, at=NOW)
    assert len(draw(exam, seed=1)) == 1
    with pytest.raises(WrongState):
        bank.restore(question, by=trainer, at=NOW)


def test_a_question_is_retired_for_a_reason():
    with pytest.raises(MissingInformation):
        bank.retire(QuestionFactory(), reason=" ", by=None, at=NOW)


def test_a_table_adds_what_is_new_and_changes_what_is_known():
    topic = TopicFactory()
    facts = {"wording": WORDING, "difficulty": Difficulty.EASY, "by": None, "at": NOW}
    assert bank.define("refund-1", topic, **facts) == Result.CREATED
    assert bank.define("refund-1", topic, **facts) == Result.UNCHANGED
    assert bank.define("refund-1", topic, **{**facts, "difficulty": Difficulty.HARD}) == Result.UPDATED
    assert bank.define("", topic, **facts) == Result.CREATED
    assert Question.objects.count() == 2
