"""A talk with a bot goes to a person whole, and the bot is quiet from then on. # T7 C25"""

import pytest

from portal import clients
from portal.choices import Scope
from portal.errors import MissingInformation
from portal.models import User
from tests.factories import NOW
from tests.search_factories import store
from training.choices import HandOverReason, UseKind
from training.models import ArticleUse, BotConversation, BotTurn
from training.search import conversations
from training.search.conversations import Reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


@pytest.fixture
def bot() -> User:
    store()
    return clients.create("机器人", [Scope.KNOWLEDGE_READ], by=None, at=NOW)[0].user


def ask(bot: User, question: str, talk: str = "t1") -> Reply:
    return conversations.ask(question, client=bot, conversation=talk, at=NOW)


def test_what_is_sure_is_answered_and_counts_as_a_use(bot: User):
    reply = ask(bot, "退款到账时间")
    assert (reply.reason, reply.answer.is_confident) == (None, True)
    assert ArticleUse.objects.get().kind == UseKind.ANSWERED
    assert BotConversation.objects.get().misses == 0


def test_two_misses_in_a_row_hand_over_and_an_answer_between_begins_anew(bot: User):
    assert ask(bot, "退款").reason is None
    assert ask(bot, "退款到账时间").reason is None
    assert ask(bot, "积分").reason is None
    assert ask(bot, "退款").reason == HandOverReason.MISSES


def test_what_nothing_fits_goes_to_a_person_at_once(bot: User):
    assert ask(bot, "量子纠缠咋解释").reason == HandOverReason.UNSURE


def test_the_person_gets_the_transcript_and_what_was_shown(bot: User):
    ask(bot, "退款到账时间")
    reply = ask(bot, "转人工，电话13800138000")
    assert reply.reason == HandOverReason.ASKED
    assert [turn["question"] for turn in reply.hand_over.transcript] == ["退款到账时间", "转人工，电话***"]
    assert reply.hand_over.tried[0] == "a01"


def test_the_bot_is_quiet_afterwards(bot: User):
    ask(bot, "我要投诉")
    reply = ask(bot, "退款到账时间")
    assert (reply.reason, reply.answer, reply.hand_over) == (HandOverReason.ALREADY, None, None)
    assert BotTurn.objects.count() == 1
    assert ask(bot, "退款到账时间", talk="t2").reason is None


def test_the_same_key_of_another_system_is_another_talk(bot: User):
    other = clients.create("另一个", [Scope.KNOWLEDGE_READ], by=None, at=NOW)[0].user
    ask(bot, "转人工")
    assert ask(other, "退款到账时间").reason is None


def test_without_a_talk_what_is_not_sure_is_for_a_person(bot: User):
    assert ask(bot, "退款到账时间", talk="").reason is None
    reply = ask(bot, "退款", talk="")
    assert (reply.reason, len(reply.hand_over.transcript)) == (HandOverReason.UNSURE, 1)
    assert not BotConversation.objects.exists()


def test_words_of_customers_are_kept_enciphered(bot: User):
    ask(bot, "退款到账时间")
    assert BotTurn.objects.extra(where=["question LIKE '%%退款%%'"]).count() == 0
    assert BotTurn.objects.get().question == "退款到账时间"


@pytest.mark.parametrize(("question", "talk"), [("", "t"), ("  ", "t"), ("退款", "t" * 101)])
def test_nothing_is_no_question_and_a_key_has_its_length(bot: User, question: str, talk: str):
    with pytest.raises(MissingInformation):
        ask(bot, question, talk=talk)
