"""Several publish and ask at once. Real threads, a connection each. # T7"""

import threading

import pytest
from django.db import transaction

from portal import clients, locks
from portal.choices import Scope
from tests.complaints.test_races import kinds, race
from tests.factories import NOW, TODAY
from tests.search_factories import article
from training.choices import AskedIn, PhraseState
from training.models import Article, BotConversation, BotTurn, MissingAnswer, SearchTerm, SynonymGroup
from training.search import conversations, index, missing, synonyms
from training.search.searching import search

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 6
SEVERAL = 5
PATIENCE_SECONDS = 10
SHORT_SECONDS = 1


def some_articles() -> list[Article]:
    for number in range(MANY):
        article(f"a-{number}", f"退货流程{number}")
    return list(Article.objects.order_by("pk"))


def test_publishers_at_once_count_rightly():
    articles = some_articles()
    outcomes = race(MANY, lambda n: index.put(articles[n]))
    assert kinds(outcomes) == {"won": MANY}
    assert SearchTerm.objects.get(term="退货").n == MANY
    assert not index.differences()


def in_opposite_orders(articles: list[Article], *, wait: threading.Barrier | None):
    """Two transactions publish the same two kinds of words, one after the other, in opposite orders."""

    def act(number: int) -> None:
        with transaction.atomic():
            first, second = (0, 1) if number == 0 else (1, 0)
            index.put(articles[first])
            if wait:
                wait.wait(PATIENCE_SECONDS)
            index.put(articles[second])

    return act


def two_of_different_words() -> list[Article]:
    article("a", "苹果")
    article("b", "西瓜")
    return list(Article.objects.order_by("pk"))


def test_who_publishes_several_never_waits_in_a_circle():
    articles = two_of_different_words()
    outcomes = race(2, in_opposite_orders(articles, wait=None))
    assert kinds(outcomes) == {"won": 2}
    assert not index.differences()


@pytest.mark.postgres
def test_without_the_lock_one_of_two_is_thrown_out(monkeypatch):
    articles = two_of_different_words()
    monkeypatch.setattr(locks, "wait_for", lambda _name: None)
    barrier = threading.Barrier(2)
    outcomes = race(2, in_opposite_orders(articles, wait=barrier))
    assert kinds(outcomes)["database"] >= 1


def test_one_question_asked_in_vain_at_once_is_one_row_that_counts_all():
    race(MANY, lambda _n: missing.note("飞船票怎么改签", asked_in=AskedIn.BOT, at=NOW))
    assert MissingAnswer.objects.get().times == MANY


def test_questions_of_one_talk_at_once_are_all_kept_and_hand_over_once():
    article("a", "退款进度")
    bot = clients.create("机器人", [Scope.KNOWLEDGE_READ], by=None, at=NOW)[0].user
    outcomes = race(MANY, lambda _n: conversations.ask("转人工", client=bot, conversation="t", at=NOW))
    assert kinds(outcomes) == {"won": MANY}
    assert sum(reply.hand_over is not None for reply in outcomes) == 1
    assert (BotConversation.objects.count(), BotTurn.objects.count()) == (1, 1)


def published_while_a_group_is() -> list[str]:
    """An article is published, not committed yet, when a group is that touches it; what a synonym finds."""
    group = SynonymGroup.objects.create(code="star", phrases=["星耀卡", "黑金本"], state=PhraseState.DRAFT)
    is_put, is_over = threading.Event(), threading.Event()

    def act(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                article("a", "星耀卡说明")
                is_put.set()
                is_over.wait(SHORT_SECONDS)
        else:
            is_put.wait(PATIENCE_SECONDS)
            synonyms.publish(group, by=None, at=NOW)
            is_over.set()

    assert kinds(race(2, act)) == {"won": 2}
    answer = search("黑金本", within=Article.objects.published(TODAY))
    return [hit.article.code for hit in answer.results]


@pytest.mark.postgres
def test_a_group_published_while_an_article_is_finds_it():
    assert published_while_a_group_is() == ["a"]
    assert not index.differences()


@pytest.mark.postgres
def test_without_the_lock_the_group_does_not_find_the_article(monkeypatch):
    monkeypatch.setattr(locks, "wait_for", lambda _name: None)
    assert published_while_a_group_is() == []


@pytest.mark.postgres
def test_whoever_searches_while_the_index_is_made_anew_always_finds():
    articles = some_articles()
    is_over = threading.Event()

    def act(number: int) -> set[int]:
        if number == 0:
            for _again in range(SEVERAL):
                index.rebuild()
            is_over.set()
            return set()
        found = set()
        while not is_over.is_set():
            found.add(len(search("退货流程", within=Article.objects.published(TODAY), limit=MANY).results))
        return found

    outcomes = race(2, act)
    assert outcomes[1] <= {len(articles)}
