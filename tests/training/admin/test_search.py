"""The pages of synonyms, missing answers and talks with bots. # T7 T10"""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal import clients
from portal.choices import Role, Scope
from tests.factories import NOW, UserFactory
from tests.search_factories import article
from training.choices import AskedIn, MissingState, PhraseState, VersionState
from training.models import Article, ArticleVersion, BotConversation, MissingAnswer, SynonymGroup
from training.search import conversations, missing, synonyms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(UserFactory.create(roles=[role]))
    return client


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_{page}", args=args)


def dialog(client: Client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def test_a_group_is_written_one_phrase_a_line_and_published_by_an_act():
    client = signed_in(Role.TRAINER)
    given = {"phrases": "星耀卡\r\n黑金本\r\n\r\n", "note": "新卡"}
    assert client.post(url("synonymgroup_add"), given).status_code == 302
    group = SynonymGroup.objects.get(note="新卡")
    assert (group.phrases, group.state) == (["星耀卡", "黑金本"], PhraseState.DRAFT)
    dialog(client, url("synonymgroup_publish", group.pk))
    group.refresh_from_db()
    assert group.state == PhraseState.PUBLISHED


def test_what_makes_no_group_is_said_at_the_field_and_stays_typed():
    client = signed_in(Role.TRAINER)
    page = client.post(url("synonymgroup_add"), {"phrases": "星耀卡\n星耀卡！", "note": ""})
    assert page.context["adminform"].form.errors["phrases"]
    assert page.context["adminform"].form["phrases"].value() == "星耀卡\n星耀卡！"


def test_who_read_a_group_before_another_changed_it_overwrites_nothing():
    client = signed_in(Role.TRAINER)
    group = synonyms.propose(["星耀卡", "黑金本"], by=None, at=NOW)
    address = url("synonymgroup_change", group.pk)
    read = client.get(address).context["adminform"].form["read_revision"].value()
    synonyms.amend(group, phrases=["星耀卡", "白金本"], by=None, at=NOW)
    page = client.post(address, {"phrases": "星耀卡\n黑金本\n红金本", "note": "", "read_revision": read})
    assert page.context["adminform"].form["phrases"].value() == "星耀卡\n黑金本\n红金本"
    group.refresh_from_db()
    assert group.phrases == ["星耀卡", "白金本"]
    assert signed_in(Role.AUDITOR).get(address).status_code == 200


def test_a_phrase_of_another_group_is_told_to_whoever_writes_it():
    client = signed_in(Role.TRAINER)
    synonyms.propose(["星耀卡", "黑金本"], by=None, at=NOW)
    page = client.post(url("synonymgroup_add"), {"phrases": "星耀卡\n白金本", "note": ""}, follow=True)
    assert any("星耀卡" in str(message) for message in page.context["messages"])


def test_groups_are_found_by_part_of_a_phrase_in_either_script():
    client = signed_in(Role.TRAINER)
    group = synonyms.propose(["星耀發卡", "黑金本"], by=None, at=NOW)
    page = client.get(url("synonymgroup_changelist"), {"q": "耀发"})
    assert [row.pk for row in page.context["cl"].result_list] == [group.pk]


def test_a_draft_is_tried_on_a_question_and_nothing_stays():
    article("a", "星耀卡说明")
    client = signed_in(Role.TRAINER)
    group = synonyms.propose(["星耀卡", "黑金本"], by=None, at=NOW)
    page = client.post(url("synonymgroup_trial"), {"q": "黑金本怎么办", "group": group.pk})
    told = page.context["comparison"]
    assert (len(told.before.results), len(told.after.results)) == (0, 1)
    group.refresh_from_db()
    assert group.state == PhraseState.DRAFT


def test_who_may_only_look_tries_no_group():
    group = synonyms.propose(["星耀卡", "黑金本"], by=None, at=NOW)
    page = signed_in(Role.DIRECTOR).post(url("synonymgroup_trial"), {"q": "黑金本", "group": group.pk})
    assert "comparison" not in page.context
    assert signed_in(Role.HANDLER).get(url("synonymgroup_trial")).status_code == 403


def row() -> MissingAnswer:
    noted = missing.note("飞船票怎么改签", asked_in=AskedIn.BOT, at=NOW)
    assert noted is not None
    return noted


def test_a_missing_answer_shows_what_is_found_today_and_is_answered_by_it():
    article("a", "飞船票改签")
    client, asked = signed_in(Role.SUPERVISOR), row()
    page = client.get(url("missinganswer_change", asked.pk))
    assert [hit.article.code for hit in page.context["answer"].results] == ["a"]
    client.post(url("missinganswer_answer", asked.pk), {"article": Article.objects.get().pk})
    asked.refresh_from_db()
    assert asked.state == MissingState.ANSWERED


def test_an_article_one_may_not_see_answers_nothing():
    article("a", "飞船票改签", audience="leaders")
    asked = row()
    forged = {"article": Article.objects.get().pk}
    signed_in(Role.HANDLER).post(url("missinganswer_answer", asked.pk), forged)
    signed_in(Role.SUPERVISOR).post(url("missinganswer_answer", asked.pk), {"article": "x"})
    asked.refresh_from_db()
    assert asked.state == MissingState.OPEN


def test_a_missing_question_is_added_to_an_article_by_one_click():
    article("a", "飞船票改签", "可以改签。")
    asked = missing.note("坐飞船票改天走行吗", asked_in=AskedIn.BOT, at=NOW)
    client = signed_in(Role.SUPERVISOR)
    address = url("missinganswer_similar", asked.pk)
    assert address in client.get(url("missinganswer_change", asked.pk)).text
    assert client.get(address).status_code == 405
    client.post(address, {"article": Article.objects.get().pk})
    asked.refresh_from_db()
    assert asked.state == MissingState.ANSWERED
    assert ArticleVersion.objects.get(state=VersionState.IN_REVIEW).questions == ["坐飞船票改天走行吗"]


def test_a_question_is_dismissed_and_opened_again():
    client, asked = signed_in(Role.SUPERVISOR), row()
    dialog(client, url("missinganswer_dismiss", asked.pk))
    asked.refresh_from_db()
    assert asked.state == MissingState.DISMISSED
    dialog(client, url("missinganswer_reopen", asked.pk))
    asked.refresh_from_db()
    assert asked.state == MissingState.OPEN


def test_a_talk_is_read_by_those_who_look_after_bots_only():
    bot = clients.create("机器人", [Scope.KNOWLEDGE_READ], by=None, at=NOW)[0].user
    conversations.ask("转人工", client=bot, conversation="t1", at=NOW)
    address = url("botconversation_change", BotConversation.objects.get().pk)
    assert "转人工" in signed_in(Role.SUPERVISOR).get(address).content.decode()
    assert signed_in(Role.HANDLER).get(address).status_code == 403


def test_the_lists_open_full_and_empty():
    row()
    client = signed_in(Role.SUPERVISOR)
    for table in ("synonymgroup", "missinganswer", "botconversation"):
        assert client.get(url(f"{table}_changelist")).status_code == 200
