"""The list, the board, the page of one need, and one's own. # T5"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory, UserFactory
from tests.need_factories import planned, raised, to_read
from tests.training_factories import ArticleFactory, CourseFactory, TopicFactory
from training.choices import Audience, CourseState, Effect, NeedSource, NeedState
from training.models import Enrolment, NeedReason, TrainingNeed
from training.needs import settling

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_trainingneed_{page}", args=args)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# Raising


def test_the_form_raises_a_need_in_the_name_of_whoever_fills_it_in(client, supervisor: User, agent: Agent):
    client.force_login(supervisor)
    topic = TopicFactory.create()
    given = {
        "agent": agent.pk, "topic": topic.pk, "text": "不熟悉保价", "source": "complaint",
        "reference": "T00000001", "by": "1", "state": "satisfied", "times": "9",
    }  # fmt: skip
    assert client.post(url("add"), given).status_code == 302
    need = TrainingNeed.objects.get()
    assert (need.agent, need.state, need.times) == (agent, NeedState.OPEN, 1)
    reason = need.reasons.get()
    assert (reason.by, reason.source) == (supervisor, NeedSource.COMPLAINT)
    assert (reason.text, reason.reference) == ("不熟悉保价", "T00000001")


def test_from_a_matter_the_form_begins_with_what_is_known(client, trainer: User, agent: Agent):
    client.force_login(trainer)
    page = client.get(url("add"), {"agent": agent.pk, "reference": "T00000001"})
    form = page.context["adminform"].form
    assert (form.initial["agent"], form.initial["reference"]) == (str(agent.pk), "T00000001")


def test_only_people_whom_one_looks_after_can_be_named(client, supervisor: User):
    client.force_login(supervisor)
    stranger, topic = AgentFactory.create(), TopicFactory.create()
    given = {"agent": stranger.pk, "topic": topic.pk, "text": "不熟", "source": "person"}
    assert client.post(url("add"), given).status_code == 200
    assert TrainingNeed.objects.count() == 0


# The list


def test_a_supervisor_sees_the_needs_of_his_own_teams(client, supervisor: User, agent: Agent):
    own, other = raised(agent), raised()
    client.force_login(supervisor)
    page = client.get(url("changelist"))
    assert list(page.context["cl"].result_list) == [own]
    assert page.context["summary"].open == 1
    assert client.get(url("change", other.pk)).status_code == 302
    assert client.post(url("choose", other.pk), {}).status_code == 404


def test_the_list_is_filtered_by_how_a_need_was_raised(client, trainer: User):
    inspected = raised(source=NeedSource.INSPECTION)
    raised(source=NeedSource.PERSON)
    raised(inspected.agent, topic=inspected.topic, source=NeedSource.INSPECTION)
    client.force_login(trainer)
    found = client.get(url("changelist"), {"source": "inspection"}).context["cl"].result_list
    assert list(found) == [inspected]


def test_the_list_asks_no_more_for_many(client, trainer: User):
    client.force_login(trainer)
    counts = []
    for _again in range(2):
        for _each in range(4):
            planned()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_table_is_taken_away_as_seen(client, supervisor: User, agent: Agent):
    raised(agent)
    raised()
    client.force_login(supervisor)
    sent = client.post(f"{url('changelist')}export/", {"format": "1"})
    rows = sent.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert agent.staff_no in rows[1]


# Deciding


def test_one_click_on_a_proposal_assigns_the_course(client, supervisor: User, agent: Agent):
    need = raised(agent)
    course = CourseFactory.create(topic=need.topic)
    client.force_login(supervisor)
    page = client.get(url("change", need.pk))
    assert [one.course for one in page.context["courses"]] == [course]
    given = {"course": course.pk, "due_on": "2026-03-20", "measure": "satisfaction"}
    assert client.post(url("choose", need.pk), given).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.course, need.measure) == (NeedState.PLANNED, course, "satisfaction")
    assert need.planned_by == supervisor


def test_one_click_has_an_article_read(client, trainer: User, agent: Agent):
    need = raised(agent)
    article = ArticleFactory.create(topic=need.topic)
    client.force_login(trainer)
    client.post(url("choose", need.pk), {"article": article.pk})
    need.refresh_from_db()
    assert (need.article, need.measure) == (article, "")


@pytest.mark.parametrize("chosen", ["draft", "leaders", "nothing", "both"])
def test_what_was_not_offered_is_refused_on_the_page(client, trainer: User, agent: Agent, chosen: str):
    need, course, article = raised(agent), CourseFactory.create(), ArticleFactory.create()
    given = {
        "draft": {"course": CourseFactory.create(state=CourseState.DRAFT).pk},
        "leaders": {"article": ArticleFactory.create(audience=Audience.LEADERS).pk},
        "nothing": {},
        "both": {"course": course.pk, "article": article.pk},
    }[chosen]
    client.force_login(trainer)
    page = client.post(url("choose", need.pk), given)
    assert page.status_code == 200
    assert page.context["form"].errors
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_a_refusal_of_the_step_stands_on_the_page(client, trainer: User, agent: Agent):
    need, course = raised(agent), CourseFactory.create()
    client.force_login(trainer)
    page = client.post(url("choose", need.pk), {"course": course.pk, "due_on": "2026-03-10"})
    assert page.context["form"].errors["due_on"]


def test_a_need_is_dismissed_in_a_dialog(client, supervisor: User, agent: Agent):
    need = raised(agent)
    client.force_login(supervisor)
    client.post(url("dismiss", need.pk), {"_form_submitted": "on", "reason": "系统问题"})
    need.refresh_from_db()
    assert (need.state, need.reason) == (NeedState.DISMISSED, "系统问题")


def test_an_inspector_raises_and_reads_but_does_not_decide(client, agent: Agent):
    need, course = raised(agent), CourseFactory.create()
    client.force_login(UserFactory.create(roles=[Role.INSPECTOR]))
    assert "form" not in client.get(url("change", need.pk)).context
    assert client.get(url("board")).status_code == 403
    client.post(url("choose", need.pk), {"course": course.pk})
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_the_page_says_what_became_of_the_figure(client, trainer: User, agent: Agent):
    need = planned(agent, measure="satisfaction")
    facts = {"before": Decimal("4.1"), "after": Decimal("4.6"), "effect": Effect.HELPED, "measured_at": NOW}
    TrainingNeed.objects.filter(pk=need.pk).update(state=NeedState.SATISFIED, settled_at=NOW, **facts)
    client.force_login(trainer)
    page = client.get(url("change", need.pk))
    assert (page.context["figures"]["before"], page.context["figures"]["after"]) == ("4.10", "4.60")
    assert page.context["effect_colour"] == "success"


# The board


def test_one_course_for_many_is_one_click_with_the_refusals_listed(client, trainer: User, agent: Agent):
    topic, course = TopicFactory.create(), CourseFactory.create()
    needs = [raised(agent, topic=topic), raised(topic=topic)]
    left = AgentFactory.create(user__name="离职者")
    needs.append(raised(left, topic=topic))
    Agent.objects.filter(pk=left.pk).update(left_on=TODAY - DAY)
    client.force_login(trainer)
    shown = client.get(url("board")).context["groups"]
    assert [(group["topic"], len(group["people"])) for group in shown] == [(topic, 3)]
    given = {"needs": [need.pk for need in needs], "course": course.pk, "measure": "came_back"}
    messages = told(client.post(url("assign"), given, follow=True))
    assert len(messages) == 2
    assert "离职者" in messages[1]
    assert Enrolment.objects.filter(course=course).count() == 2
    assert [group["people"][0][0] for group in client.get(url("board")).context["groups"]] == [needs[2]]


def test_nobody_assigns_to_people_whom_he_does_not_see(client, supervisor: User):
    need, course = raised(), CourseFactory.create()
    client.force_login(supervisor)
    client.post(url("assign"), {"needs": [need.pk], "course": course.pk})
    assert Enrolment.objects.count() == 0


@pytest.mark.parametrize("given", [{"needs": []}, {"course": ""}, {"needs": ["²"]}, {"due_on": "gestern"}])
def test_what_is_missing_is_said_above_the_board(client, trainer: User, agent: Agent, given: dict):
    whole = {"needs": [raised(agent).pk], "course": CourseFactory.create().pk}
    client.force_login(trainer)
    assert told(client.post(url("assign"), whole | given, follow=True))
    assert Enrolment.objects.count() == 0


def test_the_board_asks_no_more_for_many(client, trainer: User):
    client.force_login(trainer)
    counts = []
    for _again in range(2):
        CourseFactory.create_batch(2)
        for _each in range(4):
            raised()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("board")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# One's own


def test_whoever_has_only_his_own_needs_is_led_to_his_own_page(client, agent: Agent):
    need = raised(agent)
    client.force_login(agent.user)
    for page in (url("changelist"), url("change", need.pk)):
        assert client.get(page).headers["Location"] == url("mine")
    assert client.get(url("history", need.pk)).status_code == 403


def test_whom_training_does_not_concern_is_led_nowhere(client):
    client.force_login(UserFactory.create(roles=[Role.FULFILMENT]))
    assert [client.get(url(page)).status_code for page in ("changelist", "mine", "board")] == [403] * 3


def test_ones_own_page_tells_why_but_not_who_said_it(client, agent: Agent, supervisor: User):
    need = raised(agent, by=supervisor, text="退款时效答错")
    planned(agent)
    raised()
    client.force_login(agent.user)
    page = client.get(url("mine"))
    assert page.context["noted"] == [need]
    assert len(page.context["to_do"]) == 1
    text = page.content.decode()
    assert "退款时效答错" in text
    assert supervisor.name not in text


def test_a_supervisor_does_not_decide_on_himself(client, supervisor: User):
    need, course = raised(supervisor.agent), CourseFactory.create()
    client.force_login(supervisor)
    assert client.get(url("change", need.pk)).headers["Location"] == url("mine")
    page = client.post(url("choose", need.pk), {"course": course.pk})
    assert page.context["form"].errors
    assert Enrolment.objects.count() == 0


def test_what_was_dismissed_is_not_held_up_to_him(client, agent: Agent):
    need = raised(agent)
    TrainingNeed.objects.filter(pk=need.pk).update(state=NeedState.DISMISSED, settled_at=NOW)
    client.force_login(agent.user)
    assert need.topic.name not in client.get(url("mine")).content.decode()


def test_he_reads_the_article_and_confirms_it(client, agent: Agent):
    need = to_read(agent)
    client.force_login(agent.user)
    page = client.get(url("read", need.pk))
    assert "七天内可以无理由退货" in page.content.decode()
    assert client.get(url("confirm", need.pk)).status_code == 405
    assert client.post(url("confirm", need.pk)).headers["Location"] == url("mine")
    need.refresh_from_db()
    assert (need.state, need.settled_at) == (NeedState.SATISFIED, NOW)


def test_what_a_colleague_is_to_read_one_neither_sees_nor_confirms(client, agent: Agent, supervisor: User):
    need = to_read(agent)
    client.force_login(supervisor)
    assert client.get(url("read", need.pk)).status_code == 404
    assert client.post(url("confirm", need.pk)).status_code == 404


def test_an_article_that_is_gone_says_so_and_cannot_be_confirmed(client, agent: Agent):
    need = to_read(agent)
    type(need.article).objects.update(valid_until=TODAY - DAY)
    client.force_login(agent.user)
    page = client.get(url("read", need.pk))
    assert "七天内" not in page.content.decode()
    client.post(url("confirm", need.pk))
    need.refresh_from_db()
    assert need.state == NeedState.PLANNED


def test_the_day_that_is_named_holds_for_an_article_whatever_other_course_stands_there(
    client, agent: Agent, supervisor: User
):
    need = raised(agent)
    article, other = ArticleFactory.create(topic=need.topic), CourseFactory.create()
    client.force_login(supervisor)
    given = {"article": article.pk, "other": other.pk, "due_on": "2026-03-20"}
    assert client.post(url("choose", need.pk), given).status_code == 302
    need.refresh_from_db()
    assert (need.article, str(need.due_on)) == (article, "2026-03-20")
    assert "2026-03-20" in client.get(url("change", need.pk)).content.decode()
    client.force_login(agent.user)
    assert "03-20" in client.get(url("mine")).content.decode()


def test_what_can_no_longer_be_assigned_is_said_on_the_page(client, agent: Agent, supervisor: User):
    need, course = raised(agent), CourseFactory.create(state=CourseState.ENDED)
    client.force_login(supervisor)
    page = client.post(url("choose", need.pk), {"course": course.pk})
    assert page.context["form"].non_field_errors()
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_what_is_stored_is_cleaned_once_more_before_it_is_shown(client, agent: Agent):
    need = to_read(agent, version__html="<p>好</p><script>alert(1)</script>")
    client.force_login(agent.user)
    shown = client.get(url("read", need.pk)).content.decode()
    assert "<p>好</p>" in shown
    assert "alert(1)" not in shown


def test_once_learned_it_stands_among_what_he_has_learned(client, agent: Agent):
    need = settling.confirm_read(to_read(agent), by=agent.user, at=NOW)
    client.force_login(agent.user)
    assert [one for one, _figures in client.get(url("mine")).context["learned"]] == [need]
    assert NeedReason.objects.count() == 1
