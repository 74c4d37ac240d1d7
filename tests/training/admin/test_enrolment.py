"""Enrolments, the matrix and my training, page by page. # T1 T3"""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.choices import AuditAction
from portal.models import AuditEntry, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, UserFactory
from tests.session_factories import SeatFactory, SessionFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory
from training.choices import EnrolmentSource, EnrolmentState
from training.models import Enrolment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_enrolment_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


# For those who look after people


def test_somebody_is_enrolled_in_a_form_that_offers_only_whom_one_sees(
    client, agent: Agent, stranger: Agent, supervisor: User
):
    course = CourseFactory.create()
    client.force_login(supervisor)
    given = {"course": course.pk, "agent": agent.pk, "due_on": "2026-03-20"}
    assert client.post(url("add"), given).status_code == 302
    assert Enrolment.objects.get().source == EnrolmentSource.ASSIGNED
    assert client.post(url("add"), given | {"agent": stranger.pk}).status_code == 200
    again = client.post(url("add"), given)
    assert "已有本课程的学习任务" in again.content.decode()
    assert Enrolment.objects.count() == 1


def test_completed_given_time_waived_and_withdrawn_in_dialogs(client, agent: Agent, supervisor: User):
    first, second, third, fourth = (EnrolmentFactory.create(agent=agent) for _ in range(4))
    client.force_login(supervisor)
    dialog(client, url("complete", first.pk), done_on="2026-03-10", reason="线下")
    dialog(client, url("extend", second.pk), due_on="2026-05-01", reason="病假")
    dialog(client, url("waive", third.pk), reason="有证")
    dialog(client, url("withdraw", fourth.pk), reason="转岗")
    states = [row.state for row in Enrolment.objects.order_by("pk")]
    assert states == ["completed", "to_do", "waived", "withdrawn"]
    assert str(Enrolment.objects.get(pk=second.pk).due_on) == "2026-05-01"
    refused = dialog(client, url("withdraw", second.pk), reason="")
    assert "to_do" in Enrolment.objects.get(pk=second.pk).state
    assert refused.status_code == 200


def test_other_teams_and_ones_own_are_not_marked(client, agent: Agent, stranger: Agent, supervisor: User):
    foreign = EnrolmentFactory.create(agent=stranger)
    own = EnrolmentFactory.create(agent=supervisor.agent)
    mine = EnrolmentFactory.create(agent=agent)
    client.force_login(supervisor)
    assert dialog(client, url("waive", foreign.pk), reason="x").status_code == 404
    dialog(client, url("waive", own.pk), reason="x")
    client.force_login(agent.user)
    assert dialog(client, url("waive", mine.pk), reason="x").status_code == 403
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"to_do"}


def test_its_page_shows_lessons_and_cycles_and_offers_acts_to_whom_may(client, agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent, due_on=TODAY - DAY)
    LessonFactory.create(course=row.course, title="核对订单")
    EnrolmentFactory.create(agent=agent, course=row.course, cycle=2, state=EnrolmentState.WITHDRAWN)
    client.force_login(trainer)
    page = client.get(url("change", row.pk)).content.decode()
    assert all(text in page for text in ("核对订单", url("waive", row.pk), "已逾期", "历次学习"))
    client.force_login(agent.user)
    page = client.get(url("change", row.pk)).content.decode()
    assert url("learn", row.pk) in page
    assert url("waive", row.pk) not in page


def test_evidence_is_for_the_person_and_for_who_looks_after_him(
    client, agent: Agent, stranger: Agent, supervisor: User
):
    row = EnrolmentFactory.create(agent=agent, evidence_name="病假条.pdf")
    row.evidence.save("x", io.BytesIO(b"%PDF-1.4\n"))
    for user, status in ((agent.user, 200), (supervisor, 200), (stranger.user, 404)):
        client.force_login(user)
        assert client.get(url("evidence", row.pk)).status_code == status


# The matrix


def test_a_trainer_sees_in_one_look_who_is_missing(client, agent: Agent, stranger: Agent, trainer: User):
    course = CourseFactory.create(title="退换货政策")
    EnrolmentFactory.create(agent=agent, course=course, due_on=TODAY - DAY)
    EnrolmentFactory.create(agent=stranger, course=course, state=EnrolmentState.COMPLETED)
    client.force_login(trainer)
    page = client.get(url("matrix"))
    assert f'class="mx-overdue" data-c="{agent.pk}-{course.pk}"' in page.content.decode()
    assert page.context["whole"].coverage_percent == 50
    gaps = client.get(url("matrix"), {"only": "gaps", "team": "x", "topic": "9" * 30}).content.decode()
    assert agent.user.name in gaps
    assert stranger.user.name not in gaps


def test_participation_of_whom_one_sees_stands_beside_the_matrix(
    client, agent: Agent, stranger: Agent, supervisor: User
):
    CourseFactory.create()
    for person, presence in (
        (agent, "present"),
        (agent, "absent"),
        (agent, "unmarked"),
        (stranger, "absent"),
    ):
        session = SessionFactory.create(starts_at=NOW - DAY, state="held")
        SeatFactory.create(session=session, agent=person, presence=presence)
    client.force_login(supervisor)
    page = client.get(url("matrix"))
    shown = page.context["participation"]
    assert (shown.percent, shown.attended, shown.required) == ("50%", 1, 2)
    assert "50%" in page.content.decode()


def test_a_supervisor_sees_the_own_team_and_an_agent_nothing(
    client, agent: Agent, stranger: Agent, supervisor: User
):
    CourseFactory.create()
    client.force_login(supervisor)
    page = client.get(url("matrix"), {"team": stranger.team_id}).content.decode()
    assert agent.user.name in page
    assert stranger.user.name not in page
    client.force_login(agent.user)
    assert client.get(url("matrix")).status_code == 403
    assert client.get(url("matrix_export")).status_code == 403


def test_chosen_cells_are_marked_in_one_go_with_evidence(
    client, agent: Agent, stranger: Agent, trainer: User
):
    course = CourseFactory.create()
    client.force_login(trainer)
    given = {
        "act": "complete", "cells": f"{agent.pk}-{course.pk},{stranger.pk}-{course.pk}", "reason": "线下签到",
        "done_on": "2026-03-10", "evidence": SimpleUploadedFile("签到.pdf", b"%PDF-1.4\n"),
    }  # fmt: skip
    answer = client.post(f"{url('matrix_act')}?only=gaps", given)
    assert answer.headers["Location"].endswith("?only=gaps")
    assert {row.evidence_name for row in Enrolment.objects.all()} == {"签到.pdf"}
    assert Enrolment.objects.filter(state=EnrolmentState.COMPLETED).count() == 2


@pytest.mark.parametrize(
    "given",
    [
        {"act": "complete", "reason": " "},
        {"act": "delete", "reason": "x"},
        {"act": "complete", "reason": "x", "cells": "1-x"},
        {"act": "complete", "reason": "x", "cells": ""},
        {"act": "complete", "reason": "x", "done_on": "2026-03-12"},
        {"act": "extend", "reason": "x"},
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(client, agent: Agent, trainer: User, given: dict):
    row = EnrolmentFactory.create(agent=agent)
    client.force_login(trainer)
    page = client.post(url("matrix_act"), {"cells": f"{agent.pk}-{row.course_id}", **given}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert Enrolment.objects.get().state == EnrolmentState.TO_DO


def test_a_forged_cell_of_another_team_is_not_marked(client, stranger: Agent, agent: Agent, supervisor: User):
    course = CourseFactory.create()
    for user in (supervisor, agent.user):
        client.force_login(user)
        client.post(url("matrix_act"), {"act": "enrol", "cells": f"{stranger.pk}-{course.pk}"})
    assert not Enrolment.objects.exists()


def test_the_workbook_holds_just_what_is_seen_and_is_logged(
    client, agent: Agent, stranger: Agent, supervisor: User
):
    course = CourseFactory.create(title="退换货政策")
    EnrolmentFactory.create(agent=agent, course=course, due_on=TODAY)
    EnrolmentFactory.create(agent=stranger, course=course)
    client.force_login(supervisor)
    answer = client.get(url("matrix_export"), {"only": "gaps"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][3] == "退换货政策"
    assert [row[1] for row in sheet[1:-1]] == [agent.user.name]
    assert sheet[1][3] == "未开始 2026-03-11"
    assert AuditEntry.objects.filter(action=AuditAction.EXPORT).count() == 1


# My training


def test_an_agent_goes_through_a_course_lesson_by_lesson(client, agent: Agent):
    row = EnrolmentFactory.create(agent=agent, course__title="退换货政策")
    first, second = LessonFactory.create_batch(2, course=row.course)
    client.force_login(agent.user)
    assert "退换货政策" in client.get(url("mine")).content.decode()
    assert client.get(url("learn", row.pk)).context["learning"].lesson == first
    client.post(url("lesson_done", row.pk), {"lesson": first.pk})
    assert client.get(url("learn", row.pk)).context["learning"].lesson == second
    back = client.get(url("learn", row.pk), {"lesson": first.pk}).context["learning"]
    assert (back.lesson, back.is_lesson_done, back.following) == (first, True, second)
    assert client.post(url("lesson_done", row.pk), {"lesson": second.pk}).headers["Location"] == url("mine")
    assert client.get(url("mine")).context["mine"].ended[0] == row


def test_lessons_are_shown_as_text_that_does_nothing(client, agent: Agent):
    row = EnrolmentFactory.create(agent=agent)
    LessonFactory.create(course=row.course, text="**要点**\n\n<script>alert(1)</script>")
    client.force_login(agent.user)
    page = client.get(url("learn", row.pk))
    assert "<strong>要点</strong>" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]


def test_what_comes_first_is_said_and_nothing_counts_before(client, agent: Agent):
    row = EnrolmentFactory.create(agent=agent)
    lesson = LessonFactory.create(course=row.course)
    row.course.prerequisites.add(CourseFactory.create(title="入职基础"))
    client.force_login(agent.user)
    page = client.get(url("learn", row.pk)).content.decode()
    assert "入职基础" in page
    assert "learn-done" not in page
    client.post(url("lesson_done", row.pk), {"lesson": lesson.pk})
    assert not row.lessons_done.exists()


def test_an_agent_enrols_himself_only_in_what_is_open_to_everybody(client, agent: Agent):
    free, closed = CourseFactory.create(is_open_to_all=True), CourseFactory.create()
    client.force_login(agent.user)
    for course in (free, closed):
        client.post(url("enrol_myself"), {"course": course.pk})
    assert Enrolment.objects.get().course == free
    assert client.post(url("enrol_myself"), {"course": "x"}).status_code == 404


def test_what_is_somebody_elses_is_not_found(client, agent: Agent, supervisor: User):
    row = EnrolmentFactory.create(agent=agent)
    lesson = LessonFactory.create(course=row.course)
    client.force_login(supervisor)
    assert client.get(url("learn", row.pk)).status_code == 404
    assert client.post(url("lesson_done", row.pk), {"lesson": lesson.pk}).status_code == 404
    assert client.get(url("lesson_done", row.pk)).status_code == 405
    assert not row.lessons_done.exists()


def test_who_is_no_agent_is_led_home_and_who_has_nothing_to_do_is_told(client, agent: Agent):
    client.force_login(UserFactory.create())
    assert client.get(url("mine")).headers["Location"] == reverse("admin:index")
    client.force_login(agent.user)
    assert "没有待学课程" in client.get(url("mine")).content.decode()
