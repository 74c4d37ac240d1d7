"""The bank as a table: what is taken in, what is refused and why, and that it goes round. # T4"""

import pytest
from django.utils.translation import override

from portal.choices import Role
from portal.transfers.importers import Record, Result
from tests.factories import NOW, UserFactory
from tests.training_factories import QuestionFactory, TopicFactory
from training.choices import Difficulty, QuestionKind
from training.exams import bank
from training.exams.importing import QuestionImporter, answer_of, path_of
from training.models import Question
from training.resources.exams import QuestionResource

pytestmark = pytest.mark.django_db

IMPORTER = QuestionImporter()
HEADER = [
    "编号", "题型", "主题", "难度", "题干",
    "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "选项G", "选项H", "正确答案", "解析",
]  # fmt: skip


@pytest.fixture
def trainer():
    return UserFactory(roles=[Role.TRAINER])


@pytest.fixture(autouse=True)
def topic():
    return TopicFactory(code="refund", name="退款", parent=TopicFactory(name="售后"))


def row(**values):
    usual = {
        "kind": "单选题",
        "topic": "退款",
        "stem": "几天到账？",
        "option_a": "三天",
        "option_b": "三十天",
        "answer": "A",
    }
    return Record(2, "template", {**usual, **values})


def taken(by, **values):
    """The question that a row becomes."""
    (outcome,) = IMPORTER.apply_chunk([row(**values)], by=by, at=NOW)
    assert outcome.problems == ()
    return Question.objects.latest("pk")


def refusal(by, **values):
    """Column and sentence of what is wrong with a row."""
    (outcome,) = IMPORTER.check_chunk([row(**values)], by=by, at=NOW)
    assert outcome.result == Result.REJECTED
    assert not Question.objects.exists()
    return [(problem.field, str(problem.message)) for problem in outcome.problems]


def test_the_columns_are_named_as_people_name_them():
    with override("zh-hans"):
        assert [str(column.header) for column in IMPORTER.columns] == HEADER
        assert [str(field.column_name) for field in QuestionResource().get_export_fields()] == HEADER


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_header_of_a_template_is_known_in_any_language(language):
    with override(language):
        headers = [str(column.header) for column in IMPORTER.columns]
    match = IMPORTER.detect(headers)
    assert match.missing == ()
    assert list(match.positions) == [column.field for column in IMPORTER.columns]


def test_a_choice_names_its_right_options_by_letter(trainer, topic):
    question = taken(trainer, kind="多选题", option_c="五天", answer="a、C", difficulty="困难")
    assert (question.kind, question.topic, question.difficulty) == ("multiple", topic, Difficulty.HARD)
    assert [(each.text, each.is_correct) for each in question.options.all()] == [
        ("三天", True),
        ("三十天", False),
        ("五天", True),
    ]


def test_letters_mean_columns_though_one_between_them_is_empty(trainer):
    question = taken(trainer, option_b="", option_c="三十天", option_d="五天", answer="C")
    assert [each.text for each in question.options.filter(is_correct=True)] == ["三十天"]


@pytest.mark.parametrize(("written", "is_true"), [("对", True), ("√", True), ("错误", False), ("F", False)])
def test_a_statement_is_true_or_false_in_many_words(trainer, written, is_true):
    question = taken(trainer, kind="判断", option_a="", option_b="", answer=written)
    assert question.kind == QuestionKind.TRUE_FALSE
    assert [each.is_correct for each in question.options.all()] == [is_true, not is_true]


def test_blanks_and_short_answers_are_taken_in(trainer):
    blanks = taken(trainer, kind="填空题", stem="___天内___", answer="7|七；退款")
    assert (blanks.answers, blanks.options.count()) == ([["7", "七"], ["退款"]], 0)
    assert taken(trainer, kind="简答题", answer="先致歉").model_answer == "先致歉"


@pytest.mark.parametrize("written", ["退款", "售后/退款", "售后／退款", "refund"])
def test_a_topic_is_known_by_name_path_or_code(trainer, topic, written):
    assert taken(trainer, topic=written).topic == topic


def test_a_name_that_several_topics_have_needs_the_one_above(trainer, topic):
    TopicFactory(name="退款", parent=TopicFactory(name="财务"))
    (problem,) = refusal(trainer)
    assert problem[0] == "topic"
    assert taken(trainer, topic="售后/退款").topic == topic


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "论述题"}, "kind"),
        ({"topic": "物流"}, "topic"),
        ({"difficulty": "极难"}, "difficulty"),
        ({"stem": ""}, "stem"),
        ({"answer": ""}, "answer"),
        ({"answer": "E"}, "answer"),
        ({"answer": "AB"}, "answer"),
        ({"answer": "三天"}, "answer"),
        ({"option_b": "三天"}, "answer"),
        ({"option_b": "长" * 301}, "answer"),
        ({"kind": "判断题", "answer": "也许"}, "answer"),
        ({"kind": "填空题", "answer": "7"}, "stem"),
        ({"kind": "填空题", "stem": "___天，___内", "answer": "7"}, "answer"),
        ({"code": "编号一"}, "code"),
        ({"code": "a" * 41}, "code"),
        ({"code": "Q 42/1"}, "code"),
    ],
)
def test_a_wrong_row_is_refused_at_its_column_with_the_remedy(trainer, values, field):
    problems = refusal(trainer, **values)
    assert [column for column, _message in problems] == [field]
    assert all(message for _column, message in problems)


def test_a_wrong_row_costs_only_itself(trainer):
    outcomes = IMPORTER.apply_chunk([row(), row(answer="Z"), row(stem="第二题？")], by=trainer, at=NOW)
    assert [outcome.result for outcome in outcomes] == [Result.CREATED, Result.REJECTED, Result.CREATED]


def test_the_rights_are_those_of_who_imports():
    (outcome,) = IMPORTER.apply_chunk([row()], by=UserFactory(roles=[Role.SUPERVISOR]), at=NOW)
    assert outcome.result == Result.REJECTED
    assert not Question.objects.exists()


def test_the_bank_goes_round_unchanged(trainer, topic):
    """Every kind, exported and imported again, is the same question."""
    QuestionFactory(topic=topic, code="Q1", options=[("甲", False), ("乙", True), ("丙", False)])
    QuestionFactory(topic=topic, code="Q2", kind="multiple", options=[("甲", True), ("乙", True)])
    QuestionFactory(topic=topic, code="Q3", kind="true_false", options=[("正确", False), ("错误", True)])
    QuestionFactory(topic=topic, code="Q4", kind="fill_in", stem="___天___", answers=[["7", "七"], ["退"]])
    QuestionFactory(topic=topic, code="Q5", kind="short", model_answer="先致歉。\n再处理。")
    with override("zh-hans"):
        table = QuestionResource().export(Question.objects.prefetch_related("options"))
        match = IMPORTER.detect(table.headers)
        rows = [
            Record(place, "template", {field: cells[at] or "" for field, at in match.positions.items()})
            for place, cells in enumerate(table, 2)
        ]
        outcomes = IMPORTER.apply_chunk(rows, by=trainer, at=NOW)
    assert [(outcome.result, outcome.problems) for outcome in outcomes] == [(Result.UNCHANGED, ())] * 5
    assert set(Question.objects.values_list("version", flat=True)) == {1}


def test_what_is_exported_is_written_as_it_is_read(topic):
    question = QuestionFactory(options=[("甲", True), ("乙", False), ("丙", True)], kind="multiple")
    assert answer_of(question) == "AC"
    assert path_of(topic) == "售后/退款"
    assert bank.wording_of(question).options[2].text == "丙"
