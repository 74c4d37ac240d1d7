"""The pages of the bank: one form for all kinds, and nobody sees it who takes exams. # T4"""

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from tests.factories import NOW, UserFactory
from tests.paper_factories import answered, judged, paper_question
from tests.training_factories import QuestionFactory, TopicFactory, exam_of
from training.choices import QuestionKind
from training.models import Question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trainer(client):
    user = UserFactory(roles=[Role.TRAINER])
    client.force_login(user)
    return user


@pytest.fixture
def trainers(client, trainer):  # noqa: ARG001 - signs in
    """The browser of a trainer."""
    return client


def url(page, *args):
    return reverse(f"admin:training_question_{page}", args=args)


def typed(topic, kind="single", **more):
    """The form as a browser sends it: every field, whatever the kind shows."""
    given = {
        "kind": kind, "difficulty": "2", "topic": topic.pk, "code": "", "stem": "几天到账？",
        "options-A": "三天", "options-A-right": "1", "options-B": "三十天", "options-C": " ",
        "is_true": "1", "answers": "", "model_answer": "", "explanation": "原路退回", "read_version": "",
    }  # fmt: skip
    return {**given, **more}


def test_the_form_adds_a_question_with_its_options(client, trainer):
    answer = client.post(url("add"), typed(TopicFactory()))
    assert answer.status_code == 302
    question = Question.objects.get()
    assert (question.code, question.author, question.explanation) == ("Q00001", trainer, "原路退回")
    assert [(one.text, one.is_correct) for one in question.options.all()] == [
        ("三天", True),
        ("三十天", False),
    ]


@pytest.mark.parametrize(
    ("kind", "more", "kept"),
    [
        (QuestionKind.TRUE_FALSE, {"is_true": ""}, ([], "", [False, True])),
        (QuestionKind.FILL_IN, {"stem": "___天", "answers": "3|三"}, ([["3", "三"]], "", [])),
        (QuestionKind.SHORT, {"model_answer": "先致歉"}, ([], "先致歉", [])),
    ],
)
def test_only_what_the_kind_needs_is_taken_without_javascript(trainers, kind, more, kept):
    assert trainers.post(url("add"), typed(TopicFactory(), kind, **more)).status_code == 302
    question = Question.objects.get()
    right = [option.is_correct for option in question.options.all()]
    assert (question.answers, question.model_answer, right) == kept


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("single", {"options-B-right": "1"}, "options"),
        ("multiple", {"options-A-right": ""}, "options"),
        ("fill_in", {"answers": "3"}, "stem"),
        ("short", {}, "model_answer"),
    ],
)
def test_what_is_missing_is_told_at_its_field_with_all_that_was_typed(trainers, kind, more, field):
    answer = trainers.post(url("add"), typed(TopicFactory(), kind, **more))
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert field in form.errors
    assert "三十天" in answer.content.decode()
    assert not Question.objects.exists()


def test_the_form_shows_a_question_as_it_is_and_saves_it_unchanged(trainers):
    """Every kind: what the form shows, sent back, is no edition."""
    for facts in (
        {"options": [("甲", False), ("乙", True)]},
        {"kind": "multiple", "options": [("甲", True), ("乙", True)]},
        {"kind": "fill_in", "stem": "___天___", "answers": [["3", "三"], ["退"]]},
        {"kind": "short", "model_answer": "先致歉"},
    ):
        question = QuestionFactory(**facts)
        form = trainers.get(url("change", question.pk)).context["adminform"].form
        initial = {name: form.initial.get(name, "") for name in form.fields}
        rows = initial.pop("options")
        for letter, option in zip("ABCDEFGH", rows, strict=False):
            initial[f"options-{letter}"] = option.text
            initial |= {f"options-{letter}-right": "1"} if option.is_correct else {}
        assert trainers.post(url("change", question.pk), initial).status_code == 302
        question.refresh_from_db()
        assert question.version == 1


def test_a_question_that_somebody_changed_meanwhile_is_not_overwritten_unseen(trainers):
    question = QuestionFactory(version=2, stem="新稿")
    answer = trainers.post(url("change", question.pk), typed(question.topic, read_version="1"))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    question.refresh_from_db()
    assert question.stem == "新稿"


def test_a_forged_kind_of_a_used_question_has_no_effect(trainers):
    question = QuestionFactory()
    paper_question(question)
    trainers.post(
        url("change", question.pk), typed(question.topic, "short", model_answer="答", read_version="1")
    )
    question.refresh_from_db()
    assert (question.kind, question.stem) == ("single", "几天到账？")


def test_a_retired_question_leaves_an_open_exam_short_and_somebody_is_told(trainers):
    question = QuestionFactory()
    exam = exam_of(question, title="退款上岗")
    given = {"_form_submitted": "on", "reason": "政策已变"}
    trainers.post(url("retire", question.pk), given)
    question.refresh_from_db()
    assert not question.is_active
    assert exam.title in trainers.get(url("changelist")).content.decode()
    trainers.post(url("restore", question.pk), {"_form_submitted": "on"})
    question.refresh_from_db()
    assert question.is_active


def test_the_list_is_narrowed_to_a_topic_with_those_below_and_searched_by_options(trainers):
    topic = TopicFactory()
    below = QuestionFactory(topic=TopicFactory(parent=topic), options=[("火星", True), ("月球", False)])
    QuestionFactory()
    for asked in ({"topic": topic.pk}, {"q": "火星"}, {"q": below.code}):
        assert list(trainers.get(url("changelist"), asked).context["cl"].result_list) == [below]


def test_the_page_shows_what_a_candidate_sees_and_what_papers_tell(trainers):
    question = QuestionFactory()
    answered(judged(exam_of(question), score=2), question, awarded=2, chose="签收次日")
    page = trainers.get(url("change", question.pk))
    assert [option["text"] for option in page.context["drawn"].options] == ["签收次日", "下单当日"]
    assert [(one.text, one.chosen) for one in page.context["told"].options] == [
        ("签收次日", 1),
        ("下单当日", 0),
    ]


def test_the_list_asks_as_often_for_many_as_for_one(trainers, django_assert_max_num_queries):
    for question in QuestionFactory.create_batch(12):
        paper_question(question)
    with django_assert_max_num_queries(16):
        trainers.get(url("changelist"))


SEES_NOTHING = [Role.HANDLER, Role.SUPERVISOR, Role.DIRECTOR, Role.INSPECTOR, Role.AUDITOR]


@pytest.mark.parametrize("role", SEES_NOTHING)
def test_who_takes_exams_sees_the_bank_on_no_path(client, role):
    question = QuestionFactory(stem="机密题干", options=[("机密选项", True), ("另一项", False)])
    exam = exam_of(question)
    client.force_login(UserFactory(roles=[role]))
    paths = [
        *(url(page) for page in ("changelist", "add", "export")),
        *(url(page, question.pk) for page in ("change", "history", "retire", "restore")),
        reverse("admin:training_exam_sample", args=[exam.pk]),
        f"{reverse('admin:training_exam_check')}?part={question.topic_id},,,1,1",
        reverse("admin:training_exam_change", args=[exam.pk]),
        reverse("admin:training_exam_changelist"),
        reverse("admin:training_exam_results", args=[exam.pk]),
        reverse("admin:portal_transferjob_upload", args=["questions"]),
        f"{reverse('admin:search')}?s=机密&extended=1",
        f"{reverse('admin:autocomplete')}?app_label=training&model_name=paperquestion&field_name=question&term=机密",
    ]
    for address in paths:
        shown = client.get(address, follow=True).content.decode()
        assert "机密" not in shown.replace("?s=机密", "").replace('value="机密"', ""), address
    assert client.post(reverse("admin:training_exam_results_export", args=[exam.pk])).status_code == 403
    client.post(url("change", question.pk), typed(question.topic, read_version="1"))
    client.post(url("add"), typed(question.topic))
    assert list(Question.objects.values_list("stem", flat=True)) == ["机密题干"]
