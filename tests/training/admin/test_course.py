"""The pages of courses and topics. # T1"""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Team
from tests.factories import NOW, UserFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory, TopicFactory
from training.admin.course import CourseAdmin
from training.choices import AudienceKind, CourseState, EnrolmentState
from training.models import Course, CourseAudience, Enrolment, Lesson

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_course_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def filled(
    trainer: User, *, lessons: Sequence[dict] = (), rules: Sequence[dict] = (), **facts: Any
) -> dict[str, Any]:
    """What the form posts."""
    given: dict[str, Any] = {
        "title": "退换货政策", "code": "return", "topic": TopicFactory.create().pk, "owner": trainer.pk,
        "minutes": 30, "days_to_complete": 14, **facts,
    }  # fmt: skip
    for prefix, rows in (("lessons", lessons), ("audiences", rules)):
        given |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            given |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return given


def lesson(**facts: Any) -> dict[str, Any]:
    return {"title": "第一课", "kind": "text", "text": "先核对订单", "minutes": 5, "position": 1} | facts


def test_a_course_is_written_with_its_lessons_and_rules(client, trainer: User, team: Team):
    client.force_login(trainer)
    assert client.get(url("add")).context["adminform"].form.initial["owner"] == trainer.pk
    rules = [{"kind": "team", "team": team.pk, "is_active": "on"}]
    files = [lesson(), lesson(kind="file", text="", file=SimpleUploadedFile("课件.txt", PDF), position=2)]
    assert client.post(url("add"), filled(trainer, lessons=files, rules=rules)).status_code == 302
    course = Course.objects.get()
    first, second = course.lessons.all()
    assert (course.state, course.audiences.get().team, first.text) == ("draft", team, "先核对订单")
    assert (second.file_name, second.file_type) == ("课件.pdf", "application/pdf")
    assert second.file.name.startswith("training/")
    assert "课件" not in str(second.file.name)


@pytest.mark.parametrize(
    ("lessons", "rules"),
    [
        ([lesson(text="")], []),
        ([lesson(kind="link")], []),
        ([lesson(kind="link", url="javascript:alert(1)")], []),
        ([lesson(kind="file", file=SimpleUploadedFile("课件.pdf", b"<html>"))], []),
        ([], [{"kind": "team"}]),
        ([], [{"kind": "new_hire"}]),
    ],
)
def test_what_a_lesson_or_rule_lacks_is_said_on_the_form(client, trainer: User, lessons, rules):
    client.force_login(trainer)
    page = client.post(url("add"), filled(trainer, lessons=lessons, rules=rules))
    assert page.status_code == 200
    errors = [error for each in page.context["inline_admin_formsets"] for error in each.formset.errors]
    assert any(errors)
    assert not Course.objects.exists()


def test_a_circle_is_refused_on_the_form_in_words(client, trainer: User):
    first, second = CourseFactory.create(title="甲课", owner=trainer), CourseFactory.create(title="乙课")
    second.prerequisites.add(first)
    client.force_login(trainer)
    given = filled(trainer, code=first.code, title="甲课", prerequisites=[second.pk])
    page = client.post(url("change", first.pk), given)
    assert page.status_code == 200
    assert "甲课 → 乙课 → 甲课" in page.content.decode()
    assert not first.prerequisites.exists()


def test_state_and_edition_cannot_be_posted(client, trainer: User):
    client.force_login(trainer)
    client.post(url("add"), filled(trainer, state="open", version=9, counts_from=9))
    course = Course.objects.get()
    assert (course.state, course.version, course.counts_from) == ("draft", 1, 1)


def test_a_lesson_that_is_no_longer_required_completes_who_has_done_the_rest(
    client, agent: Agent, trainer: User
):
    row = EnrolmentFactory.create(agent=agent, course__owner=trainer)
    kept, dropped = LessonFactory.create_batch(2, course=row.course)
    row.lessons_done.create(lesson=kept, done_at=NOW)
    client.force_login(trainer)
    rows = [
        lesson(id=each.pk, course=row.course_id, title=each.title, is_required="on" if each is kept else "")
        for each in (kept, dropped)
    ]
    given = filled(trainer, lessons=rows, code=row.course.code) | {"lessons-INITIAL_FORMS": 2}
    assert client.post(url("change", row.course_id), given).status_code == 302
    row.refresh_from_db()
    assert row.state == EnrolmentState.COMPLETED


def test_it_is_opened_given_anew_and_ended_in_dialogs_that_say_what_will_happen(
    client, agent: Agent, trainer: User
):
    course = CourseFactory.create(state=CourseState.DRAFT)
    LessonFactory.create(course=course)
    CourseAudience.objects.create(course=course, kind=AudienceKind.EVERYBODY)
    client.force_login(trainer)
    assert "1" in client.get(url("open_course", course.pk)).content.decode()
    dialog(client, url("open_course", course.pk))
    assert Enrolment.objects.get().agent == agent
    Enrolment.objects.update(state=EnrolmentState.COMPLETED)
    dialog(client, url("new_edition", course.pk), is_repeated="on", days=5)
    assert Enrolment.objects.unfinished().get().cycle == 2
    dialog(client, url("end", course.pk), reason="废止")
    course.refresh_from_db()
    assert (course.state, course.version) == (CourseState.ENDED, 2)
    assert not Enrolment.objects.unfinished().exists()
    assert client.post(url("change", course.pk), filled(trainer)).status_code == 403  # It stays as it ended.


def test_whom_it_would_enrol_is_shown_before_it_does(client, agent: Agent, trainer: User, supervisor: User):
    course = CourseFactory.create(state=CourseState.DRAFT)
    CourseAudience.objects.create(course=course, kind=AudienceKind.TEAM, team=agent.team)
    client.force_login(trainer)
    assert agent.user.name in client.get(url("who_is_enrolled", course.pk)).content.decode()
    assert not Enrolment.objects.exists()
    client.force_login(supervisor)
    assert client.get(url("who_is_enrolled", course.pk)).status_code in {403, 404}


def test_the_list_counts_whom_one_sees(
    client, agent: Agent, stranger: Agent, supervisor: User, trainer: User
):
    course = CourseFactory.create()
    EnrolmentFactory.create(agent=agent, course=course, state=EnrolmentState.COMPLETED)
    EnrolmentFactory.create(agent=stranger, course=course, due_on="2026-03-01")
    for user, counts in ((trainer, (2, 1, 1)), (supervisor, (1, 1, 0))):
        client.force_login(user)
        row = client.get(url("changelist")).context["cl"].result_list[0]
        assert (row.enrolled_count, row.completed_count, row.overdue_count) == counts


def test_the_list_counts_people_and_not_how_often_they_did_it(client, agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent, state=EnrolmentState.COMPLETED)
    EnrolmentFactory.create(agent=agent, course=row.course, cycle=2)
    old = EnrolmentFactory.create(agent=agent, state=EnrolmentState.COMPLETED, course__counts_from=2)
    client.force_login(trainer)
    rows = {each.pk: each for each in client.get(url("changelist")).context["cl"].result_list}
    for course in (row.course, old.course):
        assert (rows[course.pk].enrolled_count, rows[course.pk].completed_count) == (1, 0)


def test_an_empty_list_says_what_to_do_and_agents_see_no_drafts(client, agent: Agent, trainer: User):
    client.force_login(trainer)
    assert "还没有课程" in client.get(url("changelist")).content.decode()
    draft = CourseFactory.create(state=CourseState.DRAFT)
    client.force_login(agent.user)
    assert list(client.get(url("changelist")).context["cl"].result_list) == []
    assert client.get(url("change", draft.pk)).status_code == 302


def test_an_open_course_keeps_something_that_it_asks_for(client, trainer: User):
    kept = LessonFactory.create(course__owner=trainer)
    client.force_login(trainer)
    rows = [lesson(id=kept.pk, course=kept.course_id, title=kept.title, is_required="on", is_retired="on")]
    given = filled(trainer, lessons=rows, code=kept.course.code) | {"lessons-INITIAL_FORMS": 1}
    page = client.post(url("change", kept.course_id), given)
    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors()
    kept.refresh_from_db()
    assert not kept.is_retired


# Files


@pytest.fixture
def file_lesson() -> Lesson:
    made = LessonFactory.create(kind="file", file_name="课件.pdf", file_type="application/pdf")
    made.file.save("x", io.BytesIO(PDF))
    return made


def test_a_lessons_file_is_handed_out_so_that_nothing_in_it_runs(client, agent: Agent, file_lesson: Lesson):
    client.force_login(agent.user)
    answer = client.get(url("lesson_file", file_lesson.pk))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Type"] == "application/pdf"


def test_files_of_drafts_of_lessons_taken_out_and_for_strangers_are_not_found(
    client, agent, trainer, file_lesson
):
    page = url("lesson_file", file_lesson.pk)
    client.force_login(UserFactory.create(roles=[Role.FULFILMENT]))
    assert client.get(page).status_code == 403
    Lesson.objects.update(is_retired=True)
    for user, status in ((agent.user, 404), (trainer, 200)):
        client.force_login(user)
        assert client.get(page).status_code == status
    Lesson.objects.update(is_retired=False)
    Course.objects.update(state=CourseState.DRAFT)
    client.force_login(agent.user)
    assert client.get(page).status_code == 404
    assert client.get(url("lesson_file", LessonFactory.create().pk)).status_code == 404


def test_topics_are_taken_away_and_their_list_says_what_to_do(client, trainer: User):
    client.force_login(trainer)
    page = reverse("admin:training_topic_changelist")
    assert "还没有主题" in client.get(page).content.decode()
    TopicFactory.create(name="政策", parent=TopicFactory.create(name="售后"))
    assert "售后" in client.get(page).content.decode()


def rule_row(row: CourseAudience, **facts: Any) -> dict[str, Any]:
    held = {"id": row.pk, "course": row.course_id, "kind": row.kind, "team": row.team_id or ""}
    return {name: value for name, value in (held | facts).items() if value is not None}


def test_rules_that_let_people_go_ask_before_they_do(client, agent: Agent, stranger: Agent, trainer: User):
    course = LessonFactory.create(course__owner=trainer).course
    row = CourseAudience.objects.create(course=course, kind=AudienceKind.TEAM, team=agent.team)
    for each in (agent, stranger):  # Whom no rule kept before is not asked about.
        EnrolmentFactory.create(agent=each, course=course, source="rule")
    client.force_login(trainer)
    rules = [rule_row(row, is_active=None)]  # Switched off.
    given = filled(trainer, rules=rules, code=course.code) | {"audiences-INITIAL_FORMS": 1}
    page = client.post(url("change", course.pk), given | {"title": "改名"})
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert "1" in str(form.non_field_errors())
    assert 'value="1"' in str(form["agreed"])
    assert "checked" not in str(form["agreed"]).replace("checked:", "")
    assert form["title"].value() == "改名"
    row.refresh_from_db()
    assert row.is_active
    assert client.post(url("change", course.pk), given | {"agreed": "0"}).status_code == 200
    assert client.post(url("change", course.pk), given | {"agreed": "1"}).status_code == 302
    row.refresh_from_db()
    assert not row.is_active
    shown = client.get(url("who_is_enrolled", course.pk)).content.decode()
    assert agent.user.name in shown
    assert stranger.user.name in shown


def test_a_form_that_lets_nobody_go_asks_nothing(client, agent: Agent, trainer: User):
    course = LessonFactory.create(course__owner=trainer).course
    row = CourseAudience.objects.create(course=course, kind=AudienceKind.TEAM, team=agent.team)
    EnrolmentFactory.create(agent=agent, course=course, source="rule")
    client.force_login(trainer)
    assert "agreed" not in client.get(url("change", course.pk)).content.decode()
    rules = [rule_row(row, kind="everybody", is_active="on")]
    given = filled(trainer, rules=rules, code=course.code) | {"audiences-INITIAL_FORMS": 1}
    assert client.post(url("change", course.pk), given).status_code == 302
    assert str(CourseAudience.objects.get()) == "全体人员"


def test_what_became_of_the_course_while_its_form_was_open_stays(client, trainer: User, monkeypatch):
    course = LessonFactory.create(course__owner=trainer).course
    client.force_login(trainer)
    plain = CourseAdmin.save_model

    def after_another(self, request, obj, form, change):
        Course.objects.filter(pk=obj.pk).update(version=2, counts_from=2)
        return plain(self, request, obj, form, change)

    monkeypatch.setattr(CourseAdmin, "save_model", after_another)
    given = filled(trainer, code=course.code)
    assert client.post(url("change", course.pk), given).status_code == 302
    course.refresh_from_db()
    assert (course.title, course.version, course.counts_from) == ("退换货政策", 2, 2)

    def after_its_end(self, request, obj, form, change):
        Course.objects.filter(pk=obj.pk).update(state=CourseState.ENDED)
        return plain(self, request, obj, form, change)

    monkeypatch.setattr(CourseAdmin, "save_model", after_its_end)
    client.post(url("change", course.pk), given | {"title": "又改"})
    course.refresh_from_db()
    assert course.title == "退换货政策"
