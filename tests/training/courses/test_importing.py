"""Tables of topics, courses, enrolments and completions. # T1 T3"""

import pytest
from django.utils import translation

from portal.models import User
from portal.transfers.importers import Record, Result
from staffing.models import Agent
from tests.factories import NOW
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory, TopicFactory
from training.choices import EnrolmentState
from training.courses.importing import IMPORTERS
from training.models import Course, Enrolment, Topic

pytestmark = pytest.mark.django_db

BY_KEY = {importer.key: importer for importer in IMPORTERS}


def take(kind: str, by: User, *rows: dict[str, str]):
    records = [Record(number, "template", row) for number, row in enumerate(rows, 2)]
    return BY_KEY[kind].apply_chunk(records, by=by, at=NOW)


def results(outcomes) -> list[Result]:
    return [outcome.result for outcome in outcomes]


def fields(outcomes) -> list[str]:
    return [problem.field for outcome in outcomes for problem in outcome.problems]


def test_topics_and_courses_come_in_and_again_change_nothing(trainer: User):
    topics = ({"code": "svc", "name": "服务"}, {"code": "ret", "name": "退货", "parent": "svc"})
    courses = (
        {"course": "a", "title": "基础", "topic": "svc", "open_to_all": "是", "days": "9"},
        {"course": "b", "title": "进阶", "topic": "ret", "prerequisites": "a， a"},
    )
    assert results(take("topics", trainer, *topics)) == [Result.CREATED] * 2
    assert results(take("topics", trainer, *topics)) == [Result.UNCHANGED] * 2
    assert results(take("courses", trainer, *courses)) == [Result.CREATED] * 2
    assert results(take("courses", trainer, *courses)) == [Result.UNCHANGED] * 2
    made = Course.objects.get(code="b")
    assert (made.owner, list(made.prerequisites.all())) == (trainer, [Course.objects.get(code="a")])
    assert (Course.objects.get(code="a").is_open_to_all, Topic.objects.get(code="ret").parent.code) == (
        True,
        "svc",
    )


def test_lessons_come_in_in_the_order_of_the_table_and_again_change_nothing(trainer: User):
    course = CourseFactory.create(code="ret")
    rows = (
        {"course": "ret", "title": "规则", "text": "先核对", "minutes": "5"},
        {
            "course": "ret",
            "title": "演示",
            "kind": "视频",
            "url": "https://example.com/v",
            "is_required": "否",
        },
    )
    assert results(take("lessons", trainer, *rows)) == [Result.CREATED] * 2
    assert results(take("lessons", trainer, *rows)) == [Result.UNCHANGED] * 2
    told = course.lessons.values_list("position", "title", "kind", "is_required")
    assert list(told) == [(1, "规则", "text", True), (2, "演示", "video", False)]
    for cell, value in (
        ("kind", "文件夹"),
        ("minutes", "x"),
        ("course", "zz"),
        ("is_required", "?"),
    ):
        assert fields(take("lessons", trainer, rows[0] | {cell: value})) == [cell]
    assert fields(take("lessons", trainer, rows[1] | {"url": "javascript:alert(1)"})) == ["url"]


def test_an_empty_cell_changes_nothing(trainer: User):
    course = CourseFactory.create(code="ret", topic__code="ret", topic__position=7)
    film = LessonFactory.create(
        course=course, title="演示", kind="video", url="https://example.com/v", text="看到第三分钟"
    )
    below = TopicFactory.create(code="low", name="运费", parent=course.topic, position=3)
    assert results(take("lessons", trainer, {"course": "ret", "title": "演示", "minutes": "9"})) == [
        Result.UPDATED
    ]
    film.refresh_from_db()
    assert (film.kind, film.text, film.url, film.minutes) == (
        "video", "看到第三分钟", "https://example.com/v", 9,
    )  # fmt: skip
    take("topics", trainer, {"code": "low", "name": "运费说明"})
    below.refresh_from_db()
    assert (below.name, below.parent, below.position) == ("运费说明", course.topic, 3)
    assert fields(take("lessons", trainer, {"course": "ret", "title": "新课"})) == ["text"]


def test_each_wrong_cell_of_a_course_is_named(trainer: User):
    TopicFactory.create(code="svc")
    plain = {"course": "a", "title": "基础", "topic": "svc"}
    for cell, value in (
        ("topic", "none"),
        ("days", "two"),
        ("open_to_all", "maybe"),
        ("prerequisites", "zzz"),
        ("owner", "nobody"),
        ("title", ""),
    ):
        assert fields(take("courses", trainer, plain | {cell: value})) == [cell]
    assert not Course.objects.exists()


def test_completions_come_in_with_day_and_evidence(agent: Agent, stranger: Agent, trainer: User):
    course = CourseFactory.create(code="ret")
    EnrolmentFactory.create(agent=agent, course=course)
    rows = [
        {"staff_no": each.staff_no, "course": "ret", "done_on": "2026/3/10", "note": "签到表"}
        for each in (agent, stranger)
    ]
    assert results(take("completions", trainer, *rows)) == [Result.UPDATED, Result.CREATED]
    assert results(take("completions", trainer, *rows)) == [Result.UNCHANGED] * 2
    assert {row.state for row in Enrolment.objects.all()} == {EnrolmentState.COMPLETED}
    assert {row.reason for row in Enrolment.objects.all()} == {"签到表"}


def test_each_wrong_cell_of_a_completion_is_named(agent: Agent, trainer: User):
    CourseFactory.create(code="ret")
    plain = {"staff_no": agent.staff_no, "course": "ret", "done_on": "2026-03-10", "note": "签到表"}
    for cell, value in (("staff_no", "CS9"), ("course", "x"), ("done_on", "2026-03-12"), ("note", "")):
        assert fields(take("completions", trainer, plain | {cell: value})) == [cell]


def test_enrolments_come_in_once(agent: Agent, trainer: User):
    CourseFactory.create(code="ret")
    row = {"staff_no": agent.staff_no, "course": "ret", "due_on": "2026-03-31"}
    assert results(take("enrolments", trainer, row, row)) == [Result.CREATED, Result.UNCHANGED]
    assert str(Enrolment.objects.get().due_on) == "2026-03-31"
    assert fields(take("enrolments", trainer, row | {"course": "zz"})) == ["course"]


def test_a_look_beforehand_writes_nothing(agent: Agent, trainer: User):
    CourseFactory.create(code="ret")
    record = Record(2, "template", {"staff_no": agent.staff_no, "course": "ret"})
    outcome = BY_KEY["enrolments"].check_chunk([record], by=trainer, at=NOW)
    assert results(outcome) == [Result.CREATED]
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.key)
def test_no_two_columns_have_one_header(importer):
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            headers = [str(column.header) for column in importer.columns]
        assert len(set(headers)) == len(headers)
