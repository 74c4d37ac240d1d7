"""An announcement is written, published, revised, withdrawn, and brought to whoever joins. # T9"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from tests.announcement_factories import DUE_ON, AnnouncementFactory, published
from tests.factories import NOW, TODAY, AgentFactory, TeamFactory, UserFactory
from tests.training_factories import QuestionFactory
from training.announcements import figures, publishing, reading, writing
from training.announcements.writing import Text
from training.choices import AnnouncementState, QuestionKind
from training.exams import bank
from training.models import Announcement, AnnouncementReading

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def text(**facts: Any) -> Text:
    usual = {"title": "退款流程调整", "body": "先核对**订单**<script>alert(1)</script>", "due_on": DUE_ON}
    return Text(**usual | facts)


def as_it_stands(announcement: Announcement, **facts: Any) -> Text:
    usual = {"title": announcement.title, "body": announcement.body, "due_on": announcement.due_on}
    return Text(**usual | {"teams": list(announcement.teams.all())} | facts)


def told(user: User) -> list[str]:
    keys = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in keys]


def confirm(announcement: Announcement, user: User, **facts: Any) -> reading.Outcome:
    row = announcement.readings.get(agent__user=user, version=announcement.version)
    given = {"answers": {}, "version": announcement.version, "by": user, "at": NOW}
    return reading.confirm(row, **given | facts)


def test_a_draft_is_cleaned_and_told_to_nobody(trainer, agent):
    draft = writing.draft(text(), by=trainer, at=NOW)
    assert (draft.state, draft.author) == (AnnouncementState.DRAFT, trainer)
    assert "<strong>订单</strong>" in draft.html
    assert "<script" not in draft.html
    assert not AnnouncementReading.objects.exists()
    assert told(agent.user) == []


def test_a_supervisor_announces_to_the_own_teams_only(supervisor, team, stranger, agent):
    assert writing.draft(text(teams=[team]), by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        writing.draft(text(teams=[team, stranger.team]), by=supervisor, at=NOW)
    with pytest.raises(MissingInformation):
        writing.draft(text(), by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        writing.draft(text(teams=[team]), by=agent.user, at=NOW)


def test_a_quiz_is_chosen_by_whoever_sees_the_bank_out_of_what_a_machine_can_judge(trainer, supervisor, team):
    question = QuestionFactory.create()
    assert writing.draft(text(questions=[question]), by=trainer, at=NOW).questions.get() == question
    with pytest.raises(NotAllowed):
        writing.draft(text(teams=[team], questions=[question]), by=supervisor, at=NOW)
    for unfit in (QuestionFactory.create(kind=QuestionKind.SHORT), QuestionFactory.create(is_active=False)):
        with pytest.raises(WrongState):
            writing.draft(text(questions=[unfit]), by=trainer, at=NOW)


@pytest.mark.parametrize("facts", [{"title": " "}, {"body": ""}, {"body": "长" * 20_001}])
def test_without_title_or_text_or_with_too_much_nothing_is_written(trainer, facts: dict[str, str]):
    with pytest.raises(MissingInformation):
        writing.draft(text(**facts), by=trainer, at=NOW)


def test_published_everybody_employed_of_the_teams_has_it_to_confirm(trainer, team, agent, stranger):
    AgentFactory.create(team=team, has_left=True)
    draft = AnnouncementFactory.create(author=trainer)
    draft.teams.add(team)
    out = publishing.publish(draft, by=trainer, at=NOW)
    assert (out.state, out.published_at) == (AnnouncementState.PUBLISHED, NOW)
    row = out.readings.get()
    assert (row.agent, row.version, row.due_on) == (agent, 1, DUE_ON)
    assert (told(agent.user), told(stranger.user)) == (["announcement"], [])
    assert AuditEntry.objects.of(out).get().changes["rows"] == [0, 1]
    with pytest.raises(WrongState):
        publishing.publish(out, by=trainer, at=NOW)


@pytest.mark.usefixtures("agent")
def test_a_draft_whose_day_has_passed_or_for_nobody_is_not_published(trainer):
    late = AnnouncementFactory.create(author=trainer, due_on=TODAY - DAY)
    with pytest.raises(WrongState):
        publishing.publish(late, by=trainer, at=NOW)
    empty = AnnouncementFactory.create(author=trainer)
    empty.teams.add(TeamFactory.create())
    with pytest.raises(WrongState):
        publishing.publish(empty, by=trainer, at=NOW)


def test_a_supervisor_does_not_touch_anothers(supervisor, trainer, team, agent):
    draft = AnnouncementFactory.create(author=trainer)
    draft.teams.add(team)
    given = {"by": supervisor, "at": NOW}
    with pytest.raises(NotAllowed):
        writing.rewrite(draft, as_it_stands(draft, title="改"), **given)
    with pytest.raises(NotAllowed):
        publishing.publish(draft, **given)
    with pytest.raises(NotAllowed):
        publishing.withdraw(draft, reason="不对", **given)
    out = publishing.publish(draft, by=trainer, at=NOW)
    with pytest.raises(NotAllowed):
        publishing.revise(out, as_it_stands(out, title="改"), matters=True, **given)
    assert agent.readings.exists()


def test_a_draft_is_rewritten_and_what_is_out_is_not(trainer, agent):
    draft = AnnouncementFactory.create(author=trainer)
    question = QuestionFactory.create()
    draft.questions.add(question)
    writing.rewrite(draft, as_it_stands(draft, title="新标题"), by=trainer, at=NOW)
    draft.refresh_from_db()
    assert (draft.title, draft.questions.get()) == ("新标题", question)
    out = publishing.publish(draft, by=trainer, at=NOW)
    with pytest.raises(WrongState):
        writing.rewrite(out, as_it_stands(out, title="又改"), by=trainer, at=NOW)
    assert agent.readings.count() == 1


def test_a_change_that_matters_is_confirmed_again_and_the_words_confirmed_are_kept(trainer, agent):
    out = published(author=trainer)
    confirm(out, agent.user)
    later = NOW + timedelta(hours=1)
    new = as_it_stands(out, body="改为先退款。")
    revised = publishing.revise(out, new, matters=True, by=trainer, at=later)
    assert revised.version == 2
    assert list(agent.readings.unconfirmed().values_list("version", flat=True)) == [2]
    assert told(agent.user) == ["announcement", "announcement"]
    assert ["先核对" in one.html for one in revised.texts.order_by("version")] == [True, False]
    assert agent.readings.get(version=1).confirmed_at == NOW


def test_a_slip_of_the_pen_leaves_what_was_confirmed(trainer, agent):
    out = published(author=trainer)
    confirm(out, agent.user)
    revised = publishing.revise(out, as_it_stands(out, title="错字改正"), matters=False, by=trainer, at=NOW)
    assert revised.version == 1
    assert not agent.readings.unconfirmed().exists()
    assert out.texts.get().title == "错字改正"
    assert told(agent.user) == ["announcement"]


def test_a_later_day_holds_for_those_who_have_not_confirmed(trainer, team, agent):
    mate = AgentFactory.create(team=team)
    out = published(author=trainer)
    confirm(out, agent.user)
    publishing.revise(out, as_it_stands(out, due_on=DUE_ON + DAY), matters=False, by=trainer, at=NOW)
    assert agent.readings.get().due_on == DUE_ON
    assert mate.readings.get().due_on == DUE_ON + DAY
    with pytest.raises(WrongState):
        publishing.revise(out, as_it_stands(out, due_on=TODAY - DAY), matters=False, by=trainer, at=NOW)


def test_a_later_day_shortens_nothing_for_whoever_joined_late(trainer, team, agent):
    out = published(author=trainer)
    joiner = AgentFactory.create(team=team)
    later = NOW + 2 * DAY
    publishing.complete_audience(later)
    publishing.revise(out, as_it_stands(out, due_on=DUE_ON + DAY), matters=False, by=trainer, at=later)
    assert joiner.readings.get().due_on == TODAY + 9 * DAY
    assert agent.readings.get().due_on == DUE_ON + DAY
    publishing.revise(out, as_it_stands(out, due_on=DUE_ON), matters=False, by=trainer, at=later)
    assert (joiner.readings.get().due_on, agent.readings.get().due_on) == (TODAY + 9 * DAY, DUE_ON)


def test_that_it_has_changed_is_told_to_those_who_had_it_before(trainer, team, agent, stranger):
    out = published(author=trainer, teams=[team])
    both = as_it_stands(out, teams=[team, stranger.team], body="改为先退款。")
    publishing.revise(out, both, matters=True, by=trainer, at=NOW + timedelta(hours=1))
    said = [
        OutboxMessage.objects.filter(user=one.user).order_by("pk").last().subject for one in (agent, stranger)
    ]
    with translation.override("zh-hans"):
        assert ["再次" in one or "重新" in one for one in said] == [True, False], said
    assert [row.is_again for one in (agent, stranger) for row in figures.own(one)] == [True, False]


def test_a_question_that_was_retired_keeps_a_draft_from_being_published(trainer, agent):
    draft, question = AnnouncementFactory.create(author=trainer), QuestionFactory.create()
    draft.questions.add(question)
    bank.retire(question, reason="过时", by=trainer, at=NOW)
    with pytest.raises(WrongState) as refused:
        publishing.publish(draft, by=trainer, at=NOW)
    assert "questions" in refused.value.fields
    assert not agent.readings.exists()


def test_a_team_that_is_new_gets_it_with_days_of_its_own(trainer, team, agent, stranger):
    out = published(author=trainer, teams=[team])
    both = as_it_stands(out, teams=[team, stranger.team])
    later = NOW + timedelta(hours=1)
    publishing.revise(out, both, matters=False, by=trainer, at=later)
    assert stranger.readings.get().due_on == TODAY + 7 * DAY
    assert agent.readings.count() == 1


def test_withdrawn_it_need_not_be_confirmed_and_everybody_hears_why(trainer, agent):
    out = published(author=trainer)
    with pytest.raises(MissingInformation):
        publishing.withdraw(out, reason="", by=trainer, at=NOW)
    publishing.withdraw(out, reason="政策暂缓", by=trainer, at=NOW)
    assert told(agent.user) == ["announcement", "announcement-off"]
    assert not agent.readings.unconfirmed().exists()
    with pytest.raises(WrongState):
        confirm(out, agent.user)
    with pytest.raises(WrongState):
        publishing.withdraw(out, reason="再来", by=trainer, at=NOW)


def test_whoever_joins_gets_what_stands_for_the_team_once(team, agent, stranger):
    own, everybody = published(teams=[team]), published(title="全员")
    published(teams=[stranger.team])
    gone = published(title="作废")
    publishing.withdraw(gone, reason="旧", by=None, at=NOW)
    joiner = AgentFactory.create(team=team, joined_on=TODAY)
    later = NOW + timedelta(days=1)
    assert publishing.complete_audience(later) == 2
    assert publishing.complete_audience(later) == 0
    assert {row.announcement for row in joiner.readings.all()} == {own, everybody}
    assert {row.due_on for row in joiner.readings.all()} == {TODAY + 8 * DAY}
    assert told(joiner.user) == ["announcement"] * 2
    assert agent.readings.count() == 3


def test_drafts_are_seen_by_their_author_and_whoever_looks_after_all(
    trainer, supervisor, team, agent, stranger
):
    draft = AnnouncementFactory.create(author=supervisor)
    draft.teams.add(team)
    other = AgentFactory.create(team=stranger.team, user__roles=[Role.SUPERVISOR]).user
    inspector = UserFactory.create(roles=[Role.INSPECTOR])
    people = (trainer, supervisor, agent.user, other, stranger.user, inspector)
    assert [sees(draft, one) for one in people] == [True, True, False, False, False, False]
    out = publishing.publish(draft, by=supervisor, at=NOW)
    assert [sees(out, one) for one in people] == [True, True, True, False, False, False]


def test_what_is_for_several_teams_is_there_once(team, supervisor, stranger):
    out = published(teams=[team, stranger.team, TeamFactory.create()])
    assert list(Announcement.objects.visible_to(supervisor)) == [out]
    everybody = published()
    assert set(Announcement.objects.visible_to(supervisor)) == {out, everybody}


def sees(announcement: Announcement, user: User) -> bool:
    return Announcement.objects.visible_to(user).filter(pk=announcement.pk).exists()
