"""The pages of exams: sat by the candidate alone, no key before the end, marked by whoever may. # T4"""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal.choices import Role
from staffing.models import Agent
from tests.exam_factories import answer_all, exam_for_skill, exam_with, right, sat, sit, wrong
from tests.factories import NOW, AgentFactory, TeamFactory, UserFactory
from tests.training_factories import CourseFactory
from training.choices import AttemptState, ExamState, QuestionKind
from training.models import ExamAttempt, IssuedCertificate, Question

pytestmark = pytest.mark.django_db

ALL_KINDS = tuple(QuestionKind)
MINE = reverse("admin:training_examattempt_mine")


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create(team=TeamFactory.create(name="售后一组"), user__name="组员")


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(agent: Agent) -> Client:
    return signed_in(agent.user)


@pytest.fixture
def trainer() -> Client:
    return signed_in(UserFactory.create(roles=[Role.TRAINER]))


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:training_examattempt_{name}", args=args)


def save(client: Client, attempt: ExamAttempt, position: Any, answer: Any, **more: Any) -> Any:
    body = json.dumps({"position": position, "answer": answer} | more)
    return client.post(page("save", attempt.pk), body, content_type="application/json")


# No key before the end


def secret_paper(agent: Agent) -> ExamAttempt:
    exam = exam_with(*ALL_KINDS)
    Question.objects.update(model_answer="绝密参考答案", explanation="绝密解析")
    Question.objects.filter(kind=QuestionKind.FILL_IN).update(answers=[["绝密拼法"], ["绝密拼法"]])
    return sit(exam, agent)


def test_neither_key_nor_model_answer_reaches_the_candidate_before_the_end(client: Client, agent: Agent):
    attempt = secret_paper(agent)
    answers = [
        client.get(page("paper", attempt.pk)),
        client.get(page("answers", attempt.pk)),
        save(client, attempt, 1, right(attempt, 1)),
        client.post(page("hand_in", attempt.pk), {"q": ["1"], "a1": right(attempt, 1)}),
        client.get(page("change", attempt.pk), follow=True),
        client.get(page("history", attempt.pk)),
        client.get(page("changelist")),
        client.get(MINE),
    ]
    for answer in answers:
        assert "绝密" not in answer.content.decode()
        assert "is_right" not in answer.content.decode()


def test_the_page_marks_no_option_as_the_right_one(client: Client, agent: Agent):
    attempt = sit(exam_with(QuestionKind.MULTIPLE), agent)
    html = client.get(page("paper", attempt.pk)).content.decode()
    options = attempt.questions.get().options
    written = []
    for number, option in enumerate(options, 1):
        label = html[html.index(f'value="{option["key"]}"') :].partition("</label>")[0]
        written.append(
            label.replace(option["key"], "").replace(option["text"], "").replace(f">{number}<", "")
        )
    assert len(options) == 3
    assert len(set(written)) == 1


def test_a_paper_that_is_being_marked_shows_its_candidate_no_key(client: Client, agent: Agent):
    attempt = secret_paper(agent)
    answer_all(attempt, at=NOW)
    client.post(page("hand_in", attempt.pk), {"confirmed": "1"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.TO_MARK
    assert "绝密" not in client.get(page("change", attempt.pk)).content.decode()


@pytest.mark.parametrize("shows_key", [True, False])
def test_afterwards_the_exam_says_whether_the_key_is_shown(client: Client, agent: Agent, *, shows_key: bool):
    attempt = sat(exam_with(shows_key=shows_key), agent)
    html = client.get(page("change", attempt.pk)).content.decode()
    assert ("从签收次日零时起算" in html) is shows_key


# Sitting


def test_an_exam_is_begun_by_post_and_answered_on_its_page(client: Client):
    exam = exam_with()
    assert client.get(page("sit", exam.pk)).status_code == 405
    answer = client.post(page("sit", exam.pk))
    attempt = ExamAttempt.objects.get()
    assert answer.headers["Location"] == page("paper", attempt.pk)
    assert save(client, attempt, 1, right(attempt, 1)).json() == {"left": 45 * 60, "is_late": False}
    told = client.get(page("answers", attempt.pk)).json()
    assert (told["is_running"], told["answers"]["1"]) == (True, right(attempt, 1))


def test_what_may_not_be_sat_is_refused_with_the_reason(client: Client):
    exam = exam_with(course=CourseFactory.create(title="退换货"))
    answer = client.post(page("sit", exam.pk), follow=True)
    assert "退换货" in answer.content.decode()
    assert client.post(page("sit", exam_with(state=ExamState.DRAFT).pk)).status_code == 404
    assert client.post(page("sit", "9" * 30)).status_code == 404
    assert not ExamAttempt.objects.exists()


def test_nobody_else_opens_answers_or_hands_in_a_paper(agent: Agent, trainer: Client):
    attempt = sit(exam_with(), agent)
    leader = AgentFactory.create(team=agent.team, user__roles=[Role.SUPERVISOR])
    for other in (trainer, signed_in(leader.user), signed_in(AgentFactory.create(team=agent.team).user)):
        assert other.get(page("paper", attempt.pk)).status_code == 404
        assert other.get(page("answers", attempt.pk)).status_code == 404
        assert save(other, attempt, 1, right(attempt, 1)).status_code == 404
        assert other.post(page("hand_in", attempt.pk), {"confirmed": "1"}).status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.RUNNING
    assert not attempt.questions.exclude(answer=None).exists()


@pytest.mark.parametrize(
    ("position", "answer"),
    [
        (1, ["nope"]), (99, ["a"]), (0, ["a"]), ("1", ["a"]), (True, ["a"]), (1, "a"), (1, [1]), (1, None),
        (1, ["a"] * 99), (10**30, ["a"]), (1, {"a": 1}),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_400_and_changes_nothing(
    client: Client, agent: Agent, position: Any, answer: Any
):
    attempt = sit(exam_with(), agent)
    assert save(client, attempt, position, answer).status_code == 400
    assert not attempt.questions.exclude(answer=None).exists()


@pytest.mark.parametrize("body", ["", "[]", "1", "{", "null", "[" * 100_000])
def test_what_is_no_json_is_400(client: Client, agent: Agent, body: str):
    attempt = sit(exam_with(), agent)
    answer = client.post(page("save", attempt.pk), body, content_type="application/json")
    assert answer.status_code == 400


def test_forged_fields_have_no_effect(client: Client, agent: Agent):
    attempt = sit(exam_with(), agent)
    forged = {"awarded": "10", "score": "20", "state": "passed", "deadline_at": "2099-01-01", "marks": "99"}
    save(client, attempt, 1, wrong(attempt, 1), **forged, key=wrong(attempt, 1))
    client.post(page("hand_in", attempt.pk), forged | {"confirmed": "1", "q": ["2"], "a2": wrong(attempt, 2)})
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.total) == (AttemptState.FAILED, Decimal(0), Decimal(20))
    assert attempt.deadline_at == NOW + timedelta(minutes=45)


def test_after_handing_in_every_request_is_too_late(client: Client, agent: Agent):
    attempt = sit(exam_with(), agent)
    client.post(page("hand_in", attempt.pk), {"confirmed": "1"})
    before = ExamAttempt.objects.values().get()
    assert save(client, attempt, 1, right(attempt, 1)).status_code == 409
    client.post(page("hand_in", attempt.pk), {"confirmed": "1", "q": ["1"], "a1": right(attempt, 1)})
    assert client.get(page("paper", attempt.pk)).headers["Location"] == page("change", attempt.pk)
    assert client.get(page("answers", attempt.pk)).json()["answers"] == {}
    client.post(page("change", attempt.pk), {"state": "passed", "score": "20"})
    client.post(page("sit", attempt.exam_id))
    assert ExamAttempt.objects.values().get() == before
    assert not attempt.questions.exclude(answer=None).exists()


def test_after_the_time_an_answer_is_kept_apart_and_does_not_count(client: Client, agent: Agent, now: Any):
    attempt = sit(exam_with(QuestionKind.SINGLE), agent)
    now.move_to(attempt.deadline_at + timedelta(seconds=31))
    assert save(client, attempt, 1, right(attempt, 1)).json() == {"left": 0, "is_late": True}
    client.post(page("hand_in", attempt.pk), {"confirmed": "1", "q": ["1"], "a1": right(attempt, 1)})
    attempt.refresh_from_db()
    assert (attempt.state, attempt.handed_in_at) == (AttemptState.FAILED, attempt.deadline_at)


def test_handing_in_asks_first_and_names_what_is_not_answered(client: Client, agent: Agent):
    attempt = sit(exam_with(), agent)
    answer = client.post(page("hand_in", attempt.pk), {"q": ["1", "2"], "a1": right(attempt, 1)})
    attempt.refresh_from_db()
    assert (answer.context["unanswered"], attempt.state) == ([2], AttemptState.RUNNING)
    assert attempt.questions.get(position=1).answer == right(attempt, 1)


def test_what_the_page_does_not_show_is_left_as_another_tab_gave_it(client: Client, agent: Agent):
    attempt = sit(exam_with(), agent)
    save(client, attempt, 1, right(attempt, 1))
    client.post(page("hand_in", attempt.pk), {"confirmed": "1", "q": ["2"], "a2": right(attempt, 2)})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED


def test_an_account_that_is_no_agent_is_led_home(trainer: Client):
    assert trainer.get(MINE).headers["Location"] == reverse("admin:index")


# Lists and results


def test_attempts_are_seen_by_the_candidate_his_leaders_and_those_who_see_all(agent: Agent, trainer: Client):
    attempt = sat(exam_with(), agent)
    leader = AgentFactory.create(team=agent.team, user__roles=[Role.SUPERVISOR])
    sees = {
        "own": signed_in(agent.user),
        "leader": signed_in(leader.user),
        "trainer": trainer,
        "colleague": signed_in(AgentFactory.create(team=agent.team).user),
        "other leader": signed_in(AgentFactory.create(user__roles=[Role.SUPERVISOR]).user),
    }
    counts = {name: one.get(page("changelist")).context["cl"].result_count for name, one in sees.items()}
    assert counts == {"own": 1, "leader": 1, "trainer": 1, "colleague": 0, "other leader": 0}
    opened = {name: one.get(page("change", attempt.pk)).status_code for name, one in sees.items()}
    assert opened == {"own": 200, "leader": 200, "trainer": 200, "colleague": 302, "other leader": 302}


def test_the_list_asks_the_database_as_often_however_long_it_is(
    trainer: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    exam = exam_with()
    sat(exam)
    with django_assert_max_num_queries(20) as short:
        trainer.get(page("changelist"))
    for _each in range(6):
        sat(exam)
    with django_assert_num_queries(len(short)):
        trainer.get(page("changelist"))


# Marking


def test_a_paper_is_marked_on_its_page_and_the_next_one_comes(agent: Agent, trainer: Client):
    exam = exam_with(QuestionKind.SHORT)
    first, second = sat(exam, agent), sat(exam, at=NOW + timedelta(minutes=5))
    queue = trainer.get(page("marking"))
    assert list(queue.context["papers"]) == [first, second]
    assert "先致歉，再核实。" in trainer.get(page("mark", first.pk)).content.decode()
    answer = trainer.post(page("mark", first.pk), {"m1": "8.5", "c1": "很好"})
    first.refresh_from_db()
    assert (first.state, first.score) == (AttemptState.PASSED, Decimal("8.5"))
    assert answer.headers["Location"] == page("mark", second.pk)
    last = trainer.post(page("mark", second.pk) + "?names=hidden", {"m1": "2"})
    assert last.headers["Location"] == page("marking") + "?names=hidden"


@pytest.mark.parametrize("marks", ["11", "-1", "x", "1.234"])
def test_marks_that_cannot_be_given_stay_on_the_form(agent: Agent, trainer: Client, marks: str):
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    answer = trainer.post(page("mark", attempt.pk), {"m1": marks})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.TO_MARK


def test_the_later_of_two_who_mark_the_same_answer_is_told(agent: Agent, trainer: Client):
    attempt = sat(exam_with(QuestionKind.SHORT, QuestionKind.SHORT), agent)
    trainer.post(page("mark", attempt.pk), {"m1": "8", "s1": ""})
    late = trainer.post(page("mark", attempt.pk), {"m1": "3", "s1": "", "c1": "太短"})
    assert late.context["form"].errors
    assert "太短" in late.content.decode()
    assert attempt.questions.get(position=1).awarded == 8
    assert 'name="s1" value="8.00"' in trainer.get(page("mark", attempt.pk)).content.decode()
    trainer.post(page("mark", attempt.pk), {"m1": "8", "s1": "8.00", "m2": "9", "s2": ""})
    attempt.refresh_from_db()
    assert attempt.score == 17


def test_the_page_takes_all_marks_that_the_step_takes(agent: Agent, trainer: Client):
    """A browser refuses what lies between the steps of a field, such as 1.25 of 2.5 marks."""
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    assert 'step="any"' in trainer.get(page("mark", attempt.pk)).content.decode()
    trainer.post(page("mark", attempt.pk), {"m1": "8.25"})
    attempt.refresh_from_db()
    assert attempt.score == Decimal("8.25")


def test_only_what_a_person_has_to_read_can_be_marked_on_the_page(agent: Agent, trainer: Client):
    attempt = sat(exam_with(QuestionKind.SINGLE, QuestionKind.SHORT), agent)
    trainer.post(page("mark", attempt.pk), {"m1": "0", "m2": "10"})
    attempt.refresh_from_db()
    assert attempt.score == 20


def test_names_can_be_hidden(agent: Agent, trainer: Client):
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    for address in (page("marking"), page("mark", attempt.pk)):
        assert "组员" in trainer.get(address).content.decode()
        assert "组员" not in trainer.get(f"{address}?names=hidden").content.decode()


def test_nobody_finds_his_own_paper_among_those_to_mark():
    teacher = AgentFactory.create(user__roles=[Role.TRAINER])
    attempt = sat(exam_with(QuestionKind.SHORT), teacher)
    own = signed_in(teacher.user)
    assert not own.get(page("marking")).context["papers"]
    assert own.get(page("mark", attempt.pk)).status_code == 404
    assert own.post(page("mark", attempt.pk), {"m1": "10"}).status_code == 404


def test_only_markers_mark(agent: Agent, client: Client):
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    leader = signed_in(AgentFactory.create(team=agent.team, user__roles=[Role.SUPERVISOR]).user)
    for other in (client, leader):
        assert other.get(page("marking")).status_code == 403
        assert other.post(page("mark", attempt.pk), {"m1": "10"}).status_code == 403
        for act in ("annul", "correct"):
            assert (
                other.post(page(act, attempt.pk), {"reason": "x", "_form_submitted": "on"}).status_code == 403
            )


def test_a_correction_and_an_annulment_are_dialogs_with_a_reason(agent: Agent, trainer: Client):
    attempt = sat(exam_for_skill(), agent)
    wanted = {"position": "1", "awarded": "0", "comment": "", "reason": "", "_form_submitted": "on"}
    trainer.post(page("correct", attempt.pk), wanted)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED
    trainer.post(page("correct", attempt.pk), wanted | {"reason": "题目有误"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    trainer.post(page("annul", attempt.pk), {"reason": "替考", "_form_submitted": "on"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.VOID


# Certificates


def test_the_certificate_is_taken_away_as_a_file_by_who_may_see_it(
    client: Client, agent: Agent, trainer: Client
):
    sat(exam_for_skill(), agent)
    issued = IssuedCertificate.objects.get()
    address = reverse("admin:training_issuedcertificate_pdf", args=[issued.pk])
    for one in (client, trainer):
        answer = one.get(address)
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="certificate-2026-000001.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    stranger = signed_in(AgentFactory.create().user)
    assert stranger.get(address).status_code == 404
    assert stranger.get(address.replace(f"/{issued.pk}/", f"/{'9' * 30}/")).status_code == 404


def test_a_list_and_a_page_tell_that_a_certificate_was_renewed(agent: Agent, trainer: Client):
    exam = exam_for_skill(valid_days=20)
    first = sat(exam, agent)
    sat(exam, agent, at=NOW + timedelta(hours=1))
    addresses = [page("change", first.pk), reverse("admin:training_issuedcertificate_changelist")]
    addresses.append(reverse("admin:training_issuedcertificate_change", args=[first.issued.get().pk]))
    for address in addresses:
        assert "is-due" not in (told := trainer.get(address).content.decode())
        assert "待续期</span>" not in told


@pytest.mark.parametrize(("standing", "count"), [("valid", 1), ("due", 0), ("expired", 0), ("revoked", 0)])
def test_certificates_are_found_by_how_they_stand(agent: Agent, trainer: Client, standing: str, count: int):
    sat(exam_for_skill(), agent)
    found = trainer.get(reverse("admin:training_issuedcertificate_changelist"), {"standing": standing})
    assert found.context["cl"].result_count == count
