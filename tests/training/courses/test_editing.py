"""What courses, lessons and rules say. # T1"""

import pytest
from django.core.exceptions import ValidationError

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from portal.transfers.importers import Result
from staffing.models import Agent
from tests.factories import NOW
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory, TopicFactory
from training.choices import AudienceKind, CourseState, EnrolmentState, LessonKind
from training.courses import editing
from training.models import Course, Lesson, Topic

pytestmark = pytest.mark.django_db


def test_a_code_makes_a_draft_and_later_changes_it(trainer: User):
    facts = {"title": "退货", "topic": TopicFactory.create(), "owner": trainer}
    assert editing.define("return", by=trainer, at=NOW, **facts) == Result.CREATED
    assert editing.define("return", by=trainer, at=NOW, **facts) == Result.UNCHANGED
    assert editing.define("return", by=trainer, at=NOW, title="退换货") == Result.UPDATED
    assert Course.objects.get().state == "draft"


def test_only_who_teaches_defines(supervisor: User):
    with pytest.raises(NotAllowed):
        editing.define("return", by=supervisor, at=NOW, title="退货")
    with pytest.raises(NotAllowed):
        editing.define_topic("policy", name="政策", parent=None, by=supervisor, at=NOW)


def test_prerequisites_in_a_circle_are_refused_with_the_way_round(trainer: User):
    first, second, third = (CourseFactory.create(code=code, title=code.upper()) for code in "abc")
    second.prerequisites.add(first)
    third.prerequisites.add(second)
    with pytest.raises(WrongState, match="A → C → B → A"):
        editing.define("a", by=trainer, at=NOW, prerequisites_of_it=[third])
    assert not first.prerequisites.exists()
    with pytest.raises(WrongState):
        editing.check(first, [first], by=trainer, at=NOW)


def test_topics_go_three_levels_deep_and_not_in_circles(trainer: User):
    top = TopicFactory.create(code="a")
    middle = TopicFactory.create(parent=top)
    low = TopicFactory.create(parent=middle)
    with pytest.raises(ValidationError):
        editing.define_topic("d", name="太深", parent=low, by=trainer, at=NOW)
    with pytest.raises(ValidationError):
        editing.define_topic("a", name="循环", parent=low, by=trainer, at=NOW)
    assert editing.define_topic("e", name="可以", parent=middle, by=trainer, at=NOW) == Result.CREATED
    assert Topic.objects.get(code="e").path == (top, middle, Topic.objects.get(code="e"))


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        (LessonKind.TEXT, {"text": " "}, "text"),
        (LessonKind.FILE, {"text": "见文件"}, "file"),
        (LessonKind.VIDEO, {"text": "见视频"}, "file"),
        (LessonKind.LINK, {"text": "见网页"}, "url"),
    ],
)
def test_a_lesson_holds_what_its_kind_says(kind, facts: dict, field: str):
    with pytest.raises(MissingInformation) as refused:
        editing.require_content(Lesson(kind=kind, **facts))
    assert list(refused.value.fields) == [field]
    editing.require_content(Lesson(kind=LessonKind.VIDEO, url="https://example.com/v"))
    editing.require_content(LessonFactory.build(course=None))


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (AudienceKind.TEAM, "team"),
        (AudienceKind.POSITION, "position"),
        (AudienceKind.NEW_HIRE, "joined_within_days"),
        (AudienceKind.PEAK_EVENT, "peak_plan"),
    ],
)
def test_a_rule_names_its_subject(kind: str, field: str):
    with pytest.raises(MissingInformation) as refused:
        editing.require_subject(kind, {})
    assert list(refused.value.fields) == [field]
    editing.require_subject(kind, {field: 0})
    editing.require_subject(AudienceKind.EVERYBODY, {})


def test_a_list_that_asks_for_less_completes_who_has_done_the_rest_and_spares_what_has_ended(
    agent: Agent, trainer: User
):
    row = EnrolmentFactory.create(agent=agent, course__needs_session=True)
    row.lessons_done.create(lesson=LessonFactory.create(course=row.course), done_at=NOW)
    editing.define(row.course.code, by=trainer, at=NOW, needs_session=False)
    row.refresh_from_db()
    assert row.state == EnrolmentState.COMPLETED
    Course.objects.update(state=CourseState.ENDED)
    with pytest.raises(WrongState):
        editing.define(row.course.code, by=trainer, at=NOW, title="改名")
