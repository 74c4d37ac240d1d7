"""The pages of announcements. # T9"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from staffing.models import Agent
from tests.announcement_factories import AnnouncementFactory, published
from tests.factories import NOW, TODAY, AgentFactory, TeamFactory
from tests.training_factories import QuestionFactory
from training.admin.announcement_reading import ReadingAdmin
from training.announcements import publishing
from training.choices import AnnouncementState
from training.models import Announcement

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_announcement{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


WRITTEN = {"title": "退款流程", "body": "先核对**订单**", "due_on": "2026-03-14"}


def test_a_trainer_writes_looks_it_over_and_publishes(client, trainer, agent, team):
    client.force_login(trainer)
    question = QuestionFactory.create()
    forged = {"state": "published", "version": "7", "author": agent.user_id, "html": "<script>"}
    answer = client.post(url("_add"), WRITTEN | forged | {"teams": [team.pk], "questions": [question.pk]})
    draft = Announcement.objects.get()
    assert answer.headers["Location"] == url("_change", draft.pk)
    assert (draft.state, draft.version, draft.author) == (AnnouncementState.DRAFT, 1, trainer)
    preview = client.get(url("_change", draft.pk)).content.decode()
    assert "<strong>订单</strong>" in preview
    assert question.stem in preview
    dialog(client, url("_publish", draft.pk))
    assert draft.readings.get().agent == agent
    assert draft.questions.get() == question


def test_a_supervisor_is_offered_the_own_teams_and_no_questions(client, supervisor, team):
    other, question = TeamFactory.create(), QuestionFactory.create()
    client.force_login(supervisor)
    form = client.get(url("_add")).context["adminform"].form
    assert list(form.fields["teams"].queryset) == [team]
    assert "questions" not in form.fields
    client.post(url("_add"), WRITTEN | {"teams": [other.pk]})
    client.post(url("_add"), WRITTEN)
    assert not Announcement.objects.exists()
    client.post(url("_add"), WRITTEN | {"teams": [team.pk], "questions": [question.pk]})
    assert not Announcement.objects.get().questions.exists()


def test_revised_in_the_form_it_is_a_new_version_if_it_matters(client, trainer, agent, team):
    out = published(author=trainer, teams=[team], questions=[QuestionFactory.create()])
    client.force_login(trainer)
    given = WRITTEN | {"teams": [team.pk], "questions": [out.questions.get().pk]}
    client.post(url("_edit", out.pk), given)
    out.refresh_from_db()
    assert (out.title, out.version) == ("退款流程", 1)
    client.post(url("_edit", out.pk), given | {"body": "改了", "matters": "on"})
    out.refresh_from_db()
    assert (out.version, out.questions.count(), agent.readings.count()) == (2, 1, 2)
    assert "先核对" in client.get(url("_change", out.pk)).content.decode()


def test_a_draft_without_a_title_stays_on_the_form(client, trainer):
    client.force_login(trainer)
    answer = client.post(url("_add"), WRITTEN | {"title": " "})
    assert answer.context["adminform"].form.errors["title"]
    assert not Announcement.objects.exists()


def test_the_reader_answers_and_confirms_and_the_key_is_nowhere_on_the_page(client, agent):
    question = QuestionFactory.create(options=[("签收次日", True), ("下单当日", False)])
    out = published(questions=[question])
    client.force_login(agent.user)
    text = client.get(url("_change", out.pk)).content.decode()
    assert "is_correct" not in text
    assert "checked" not in text.split("told-quiz")[1]
    assert question.explanation not in text
    right, wrong = question.options.get(is_correct=True), question.options.get(is_correct=False)
    given = {"version": 1, f"answer-{question.pk}": wrong.pk}
    page = client.post(url("_confirm", out.pk), given)
    assert page.context["wrong"] == {question.pk}
    assert page.context["questions"][0]["is_wrong"]
    assert client.post(url("_confirm", out.pk), given | {f"answer-{question.pk}": "x"}).context["refusal"]
    done = client.post(url("_confirm", out.pk), given | {f"answer-{question.pk}": right.pk})
    assert done.headers["Location"] == url("_mine")
    row = agent.readings.get()
    assert (row.confirmed_at, row.opened_at, row.quiz_tries) == (NOW, NOW, 2)
    assert client.post(url("_confirm", out.pk), given).status_code == 302


def test_nobody_confirms_for_somebody_else_or_what_is_not_his(client, trainer, agent):
    out = published(teams=[agent.team])
    stranger = AgentFactory.create()
    client.force_login(stranger.user)
    assert client.get(url("_change", out.pk)).status_code == 302
    assert client.post(url("_confirm", out.pk), {"version": 1}).status_code == 404
    client.force_login(trainer)
    assert client.post(url("_confirm", out.pk), {"version": 1}).status_code == 403
    assert agent.readings.get().confirmed_at is None


def test_the_own_list_tells_what_is_to_do_and_what_is_done(client, agent):
    to_do, done = published(title="要读的"), published(title="读过的")
    client.force_login(agent.user)
    client.post(url("_confirm", done.pk), {"version": 1})
    shown = client.get(url("_mine"))
    assert [row.announcement for row in shown.context["to_do"]] == [to_do]
    assert "读过的" in shown.content.decode()


def test_the_board_names_the_missing_of_the_own_teams_and_reminds_them(client, supervisor, agent):
    stranger = AgentFactory.create(user__name="外组")
    out = published()
    client.force_login(supervisor)
    text = client.get(url("_board", out.pk)).content.decode()
    assert "组员" in text
    assert stranger.user.name not in text
    client.post(url("_remind", out.pk))
    assert agent.readings.get().reminded_on == NOW.date()
    assert stranger.readings.get().reminded_on is None
    assert url("_remind", out.pk) not in client.get(url("_board", out.pk)).content.decode()


def test_a_handler_sees_no_board_and_only_the_own_confirmation(client, agent):
    AgentFactory.create(team=agent.team)
    out = published()
    client.force_login(agent.user)
    assert client.get(url("_board", out.pk)).status_code == 403
    client.post(url("_remind", out.pk))
    assert not out.readings.exclude(reminded_on=None).exists()
    rows = client.get(url("reading_changelist")).context["cl"].queryset
    assert [row.agent for row in rows] == [agent]
    assert client.get(url("_edit", out.pk)).status_code == 403
    dialog(client, url("_withdraw", out.pk), reason="乱按")
    assert client.post(url("_edit", out.pk), WRITTEN).status_code == 403
    out.refresh_from_db()
    assert out.state == AnnouncementState.PUBLISHED
    assert out.title != WRITTEN["title"]


def test_the_list_counts_only_whom_one_looks_after(client, supervisor, trainer, agent):
    AgentFactory.create()
    published()
    for user, asked in ((supervisor, 2), (trainer, 3)):
        client.force_login(user)
        assert client.get(url("_changelist")).context["cl"].queryset[0].asked == asked
    client.force_login(agent.user)
    assert "progress" not in client.get(url("_changelist")).context["cl"].list_display


def test_who_has_not_confirmed_is_taken_away(client, supervisor, agent):
    stranger = AgentFactory.create(user__name="外组")
    out = published()
    client.force_login(supervisor)
    query = f"?announcement__id__exact={out.pk}&confirmed=no"
    file = client.post(url("reading_export") + query, {"format": "1", "resource": ""})
    text = file.content.decode("utf-8-sig")
    assert agent.user.name in text
    assert stranger.user.name not in text


def test_it_is_withdrawn_with_a_reason_and_says_so(client, trainer, agent):
    out = published()
    client.force_login(trainer)
    assert dialog(client, url("_withdraw", out.pk), reason="").status_code == 200
    dialog(client, url("_withdraw", out.pk), reason="政策暂缓")
    client.force_login(agent.user)
    text = client.get(url("_change", out.pk)).content.decode()
    assert "政策暂缓" in text
    assert url("_confirm", out.pk) not in text


def test_a_draft_of_another_supervisor_is_not_found(client, supervisor):
    draft = AnnouncementFactory.create()
    client.force_login(supervisor)
    assert client.get(url("_change", draft.pk)).status_code == 302
    assert client.get(url("_publish", draft.pk)).status_code in {403, 404}


def test_the_list_counts_as_the_board_does(client, supervisor, team):
    gone = AgentFactory.create(team=team)
    out = published(teams=[team])
    Agent.objects.filter(pk=gone.pk).update(left_on=TODAY - DAY)
    client.force_login(supervisor)
    (row,) = client.get(url("_changelist")).context["cl"].result_list
    board = client.get(url("_board", out.pk)).context["board"]
    assert (row.asked, board.asked) == (1, 1)


def test_of_what_holds_no_more_nobody_is_late(client, trainer, agent):
    out = published(author=trainer, due_on=TODAY)
    publishing.withdraw(out, reason="旧", by=trainer, at=NOW)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        client.force_login(trainer)
        (row,) = client.get(url("reading_changelist")).context["cl"].result_list
        assert ReadingAdmin.stands(None, row)[0] == "lapsed"
        board = client.get(url("_board", out.pk))
    assert board.context["late_count"] == 0
    assert agent.user.name in board.content.decode()


def test_who_edits_what_was_published_meanwhile_is_told(client, trainer, agent):
    draft = AnnouncementFactory.create(author=trainer)
    client.force_login(trainer)
    form = client.get(url("_edit", draft.pk)).context["adminform"].form
    given = WRITTEN | {"read_edition": form.initial["read_edition"]}
    assert client.post(url("_edit", draft.pk), given | {"title": "第一稿"}).status_code == 302
    publishing.publish(draft, by=trainer, at=NOW)
    refused = client.post(url("_edit", draft.pk), given | {"body": "晚到的改动"})
    assert refused.status_code == 200
    assert "晚到的改动" in refused.content.decode()
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("第一稿", WRITTEN["body"])
    assert agent.readings.count() == 1
    shown = client.get(url("_edit", draft.pk)).content.decode()
    assert 'type="hidden" name="read_edition"' in shown
