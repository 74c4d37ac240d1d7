"""The pages of exams: blueprint, sample paper, results. # T4"""

import io
import json

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.choices import AuditAction, Role
from portal.models import AuditEntry
from tests.factories import NOW, AgentFactory, UserFactory
from tests.paper_factories import answered, judged
from tests.training_factories import CourseFactory, ExamFactory, QuestionFactory, TopicFactory, exam_of
from training.choices import ExamState
from training.models import Exam, ExamPart

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
    return reverse(f"admin:training_exam_{page}", args=args)


def typed(*parts, **more):
    """The form as a browser sends it; each part is topic, count, marks."""
    given = {
        "title": "售后上岗考试", "code": "", "course": "", "skill": "", "valid_days": "365",
        "time_limit_minutes": "45", "pass_mark_percent": "80", "max_attempts": "3", "wait_hours": "24",
        "are_shuffled": "on", "shows_key": "on", "read_version": "",
        "parts-TOTAL_FORMS": str(len(parts)), "parts-INITIAL_FORMS": "0",
        "parts-MIN_NUM_FORMS": "0", "parts-MAX_NUM_FORMS": "1000",
    }  # fmt: skip
    for place, (topic, count, marks) in enumerate(parts):
        line = {"topic": topic.pk, "kind": "", "difficulty": "", "count": count, "marks_each": marks}
        given |= {f"parts-{place}-{name}": str(value) for name, value in line.items()}
    return {**given, **more}


def test_the_form_sets_an_exam_up_with_its_parts(trainers):
    course, first, second = CourseFactory(), TopicFactory(), TopicFactory()
    given = typed((first, 5, 2), (second, 3, 10), course=course.pk)
    answer = trainers.post(url("add"), given)
    exam = Exam.objects.get()
    assert answer.headers["Location"] == url("change", exam.pk)
    assert (exam.code, exam.course, exam.state) == ("E0001", course, ExamState.DRAFT)
    assert [(part.topic, part.count, part.marks_each) for part in exam.parts.all()] == [
        (first, 5, 2),
        (second, 3, 10),
    ]


def test_the_form_amends_an_exam_and_the_later_of_two_is_told(trainers):
    topic = TopicFactory()
    trainers.post(url("add"), typed((topic, 5, 2)))
    exam = Exam.objects.get()
    part = exam.parts.get()
    stored = {"parts-INITIAL_FORMS": "1", "parts-0-id": part.pk, "parts-0-exam": exam.pk}
    given = typed((topic, 4, 2), read_version="1", **stored)
    assert trainers.post(url("change", exam.pk), given).status_code == 302
    exam.refresh_from_db()
    assert (exam.version, [each.count for each in exam.parts.all()]) == (2, [4])
    late = typed(
        (topic, 9, 2), title="另一稿", read_version="1", **stored | {"parts-0-id": exam.parts.get().pk}
    )
    answer = trainers.post(url("change", exam.pk), late)
    assert answer.context["adminform"].form.non_field_errors()
    exam.refresh_from_db()
    assert (exam.title, exam.parts.get().count) == ("售后上岗考试", 4)


def test_a_part_that_is_crossed_out_is_dropped(trainers):
    topic = TopicFactory()
    given = typed((topic, 5, 2), (topic, 3, 2)) | {"parts-1-DELETE": "on"}
    trainers.post(url("add"), given)
    assert [part.count for part in Exam.objects.get().parts.all()] == [5]


def test_a_forged_state_opens_nothing(trainers):
    trainers.post(url("add"), typed((TopicFactory(), 5, 2), state="open", version="9"))
    exam = Exam.objects.get()
    assert (exam.state, exam.version) == (ExamState.DRAFT, 1)


def test_an_exam_is_opened_closed_and_copied_by_its_acts(trainers):
    exam = exam_of(QuestionFactory(), state=ExamState.DRAFT)
    for act, state in (("open", ExamState.OPEN), ("close", ExamState.CLOSED)):
        trainers.post(url(act, exam.pk), {"_form_submitted": "on"})
        exam.refresh_from_db()
        assert exam.state == state
    answer = trainers.post(url("copy", exam.pk), {"_form_submitted": "on", "title": "第二份"})
    copied = Exam.objects.get(title="第二份")
    assert answer.headers["HX-Redirect"] == url("change", copied.pk)


def test_an_exam_whose_paper_cannot_be_drawn_is_refused_in_the_dialog(trainers):
    exam = ExamFactory(state=ExamState.DRAFT)
    ExamPart.objects.create(exam=exam, topic=TopicFactory(name="物流"), count=3)
    answer = trainers.post(url("open", exam.pk), {"_form_submitted": "on"})
    assert "物流 × 3" in answer.content.decode()
    exam.refresh_from_db()
    assert exam.state == ExamState.DRAFT


def rows_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def check(client, *parts):
    return json.loads(client.get(url("check"), {"part": parts}).content)


def test_while_the_parts_are_written_the_bank_is_asked_for_them(trainers):
    topic = QuestionFactory().topic
    QuestionFactory(topic=topic, kind="short")
    told = check(trainers, f"{topic.pk},,,2,5", f"{topic.pk},short,,3,5", ",,,,")
    assert [part and (part["text"], part["isShort"]) for part in told["parts"]] == [
        ("2 / 2", False),
        ("1 / 3", True),
        None,
    ]
    assert "25" in told["sum"]
    assert told["shortage"]


@pytest.mark.parametrize(
    "part",
    ["", ",", "x,y,z,a,b", "1,,,999999999999999999999,1", "1,,,1,NaN", "1,,,1,1e999", "1,,,1,-3", "²,,,²,²"],
)
def test_whatever_stands_in_the_question_to_the_bank_it_answers(trainers, part):
    TopicFactory(pk=1)
    assert check(trainers, part)["parts"] == [None]


def test_a_sample_paper_is_the_same_for_the_same_number_and_shows_the_key_when_asked(trainers):
    exam = exam_of(*(QuestionFactory(topic=topic) for topic in [TopicFactory()] for _ in range(4)))
    papers = [trainers.get(url("sample", exam.pk), {"seed": 7}).context["paper"] for _ in range(2)]
    assert papers[0] == papers[1]
    assert "is-right" not in trainers.get(url("sample", exam.pk), {"seed": 7}).content.decode()
    assert "is-right" in trainers.get(url("sample", exam.pk), {"seed": 7, "key": 1}).content.decode()
    for seed in ("-1", "x", "9" * 30, "²"):
        assert trainers.get(url("sample", exam.pk), {"seed": seed}).status_code == 200


def test_results_are_told_and_taken_away_with_a_row_in_the_audit_log(trainers):
    question = QuestionFactory(stem="=1+1")
    exam = exam_of(question)
    answered(judged(exam, score=9), question, awarded=2)
    page = trainers.get(url("results", exam.pk))
    assert (page.context["told"].passing.sat, page.context["told"].papers) == (1, 1)
    answer = trainers.post(url("results_export", exam.pk))
    rows = rows_of(answer)
    assert rows[1][0] == question.code
    assert rows[1][1] == "'=1+1", "a question is no formula"
    assert AuditEntry.objects.filter(action=AuditAction.EXPORT, object_id=str(exam.pk)).exists()


def test_a_supervisor_sees_how_his_own_people_did_but_no_question(client):
    question = QuestionFactory(stem="机密题干")
    exam = exam_of(question)
    own = AgentFactory()
    answered(judged(exam, agent=own, score=9), question, awarded=2)
    answered(judged(exam, score=1), question, awarded=0)
    leader = AgentFactory(team=own.team, user__roles=[Role.SUPERVISOR]).user
    client.force_login(leader)
    page = client.get(url("results", exam.pk))
    assert page.context["told"].passing.sat == 1
    assert "机密题干" not in page.content.decode()


def test_the_list_tells_handlers_what_to_sit_and_nothing_of_results(client):
    exam = exam_of(QuestionFactory(), title="已开放")
    ExamFactory(title="草稿中", state=ExamState.DRAFT)
    judged(exam, score=9)
    client.force_login(UserFactory(roles=[Role.HANDLER]))
    page = client.get(url("changelist"))
    assert list(page.context["cl"].result_list) == [exam]
    assert "pass_rate" not in page.context["cl"].list_display
    assert client.get(url("results", exam.pk)).status_code == 403


def test_the_list_of_exams_is_taken_away_with_its_pass_rates(trainers):
    exam = exam_of(QuestionFactory())
    judged(exam, score=9)
    answer = trainers.post(f"{url('changelist')}export/", {"format": "0", "resource": ""})
    assert answer.status_code == 200
    rows = rows_of(answer)
    told = dict(zip(rows[0], rows[1], strict=True))
    assert 100 in told.values()
    assert exam.title in told.values()


def test_many_exams_ask_as_often_as_one(trainers, django_assert_max_num_queries):
    topic = QuestionFactory().topic
    for _ in range(12):
        ExamPart.objects.create(exam=ExamFactory(), topic=topic, count=1)
    with django_assert_max_num_queries(18):
        trainers.get(url("changelist"))
