"""Several publish and ask at once. Real threads, a connection each. # T7"""

import threading

import pytest
from django.db import transaction

from portal import clients, locks
from portal.choices import Scope
from tests.complaints.test_races import kinds, race
from tests.factories import NOW
from tests.search_factories import article
from training.choices import AskedIn
from training.models import Article, BotConversation, BotTurn, MissingAnswer, SearchTerm
from training.search import conversations, index, missing

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 6
PATIENCE_SECONDS = 10


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
