"""Forbidden words in replies: stopped with the reason, overridden by a supervisor, recorded. C10 T8"""

import pytest
from django.utils import translation

from complaints import handling, reply_language
from complaints.admin import ledger_page
from complaints.choices import Act, Direction
from complaints.models import Message
from portal import clients
from portal.choices import Role, Scope
from portal.errors import MissingInformation, NotAllowed
from tests.factories import NOW, AgentFactory, UserFactory, ticket_in_hand
from tests.phrase_factories import ForbiddenPhraseFactory
from training.choices import PhraseSeverity
from training.models import ForbiddenPhrase
from training.phrases import forbidding, placeholders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture
def rules():
    ForbiddenPhraseFactory.create(code="get-out", text="滚蛋", remedy="请您说说具体情况。")
    ForbiddenPhraseFactory.create(code="hurry", text="急什么", severity=PhraseSeverity.WARNING)
    ForbiddenPhraseFactory.create(code="unknown", text="不知道", severity=PhraseSeverity.HINT)


@pytest.fixture
def ticket():
    return ticket_in_hand(description="你们客服叫我滚蛋")


@pytest.fixture
def supervisor(ticket):
    return AgentFactory.create(team=ticket.handler.team, user__roles=[Role.SUPERVISOR]).user


def reply(ticket, text, *, by=None, reason=""):
    return handling.reply(ticket, text=text, by=by or ticket.handler.user, at=NOW, override_reason=reason)


def sent():
    return list(Message.objects.filter(direction=Direction.OUTBOUND).values_list("text", flat=True))


@pytest.mark.parametrize("text", ["滚蛋", "请你 滾·蛋", "您好。\n滚\u200b蛋"])
def test_a_stop_keeps_a_reply_from_being_sent_and_names_words_and_remedy(ticket, text):
    with pytest.raises(reply_language.ForbiddenWords) as refusal:
        reply(ticket, text)
    assert "请您说说具体情况。" in str(refusal.value.fields["text"])
    assert sent() == []
    ticket.refresh_from_db()
    assert ticket.events.filter(act=Act.REPLY).count() == 0


@pytest.mark.parametrize("text", ["您急什么", "我也不知道", "您好，马上为您核实。"])
def test_hints_and_warnings_stop_nothing(ticket, text):
    reply(ticket, text)
    assert sent() == [text]


def test_without_rules_everything_can_be_said(ticket):
    for rule in ForbiddenPhrase.objects.all():
        forbidding.lift(rule, reason="停用", by=None, at=NOW)
    reply(ticket, "滚蛋")
    assert sent() == ["滚蛋"]


def test_no_blank_of_a_phrase_is_sent_as_it_stands(ticket, supervisor):
    left_open = placeholders.fill("您好，订单 {order} 已发出，谢谢。", {})
    for by in (None, supervisor):
        with pytest.raises(MissingInformation) as refusal:
            reply(ticket, left_open, by=by, reason="急")
        assert "【" in str(refusal.value.fields["text"])
    assert sent() == []
    handling.hear(ticket, text=left_open, at=NOW)
    quoted = "".join(f"> {line}\n" for line in left_open.splitlines()) + "您说的订单是 26031。"
    reply(ticket, quoted)
    assert sent() == [quoted]


def test_a_supervisor_sends_it_with_a_reason_that_the_ledger_keeps(ticket, supervisor):
    reply(ticket, "您说的“滚蛋”我们已核实，非常抱歉。", by=supervisor, reason=" 需引用原话 ")
    event = ticket.events.get(act=Act.REPLY)
    assert (event.by, event.reason, event.data["forbidden"]) == (supervisor, "需引用原话", "get-out")
    with translation.override("en"):
        assert "forbidden words sent all the same: get-out" in ledger_page.line(event).details


def test_a_supervisor_without_a_reason_is_stopped_like_anybody(ticket, supervisor):
    with pytest.raises(reply_language.ForbiddenWords):
        reply(ticket, "滚蛋", by=supervisor, reason="  ")
    with pytest.raises(MissingInformation):
        reply(ticket, "滚蛋", by=supervisor, reason="长" * 501)


def test_the_handler_cannot_override(ticket):
    with pytest.raises(NotAllowed):
        reply(ticket, "滚蛋", reason="客户先骂人")
    assert sent() == []


def test_neither_a_connected_system_nor_a_supervisor_of_another_team_overrides(ticket):
    system, _token = clients.create("商城", [Scope.TICKETS_WRITE], by=None, at=NOW)
    other = AgentFactory.create(user__roles=[Role.SUPERVISOR]).user
    for by in (system.user, other):
        with pytest.raises(NotAllowed):
            reply(ticket, "滚蛋", by=by, reason="x")
    assert not reply_language.may_override(ticket, UserFactory.create(roles=[Role.TRAINER]))


def test_a_reason_for_a_decent_reply_is_not_recorded(ticket, supervisor):
    reply(ticket, "您好，马上核实。", by=supervisor, reason="没有必要")
    event = ticket.events.get(act=Act.REPLY)
    assert (event.reason, "forbidden" in event.data) == ("", False)


def test_notes_and_what_customers_say_are_not_checked(ticket):
    handling.note(ticket, text="客户骂我滚蛋", by=ticket.handler.user, at=NOW)
    handling.hear(ticket, text="滚蛋", at=NOW)
    assert Message.objects.count() == 2


def test_the_customers_quoted_words_are_not_checked(ticket):
    handling.hear(ticket, text="再不处理就滚蛋", at=NOW)
    reply(ticket, "> 你们客服叫我滚蛋\n＞ 再不处理就 滚蛋\n非常抱歉，马上核实。")
    assert len(sent()) == 1


def test_what_the_customer_did_not_say_is_no_quotation(ticket):
    with pytest.raises(reply_language.ForbiddenWords):
        reply(ticket, "> 你给我滚蛋")
    with pytest.raises(reply_language.ForbiddenWords):
        reply(ticket, "> 你们客服叫我滚蛋\n滚蛋")


def test_hits_stand_where_they_stand_in_the_whole_reply(ticket):
    text = "> 你们客服叫我滚蛋\n您急什么"
    (hit,) = reply_language.hits_in(ticket, text)
    assert text[hit.start : hit.end] == "急什么"


def test_a_reply_is_checked_with_one_query_and_one_more_for_quotes(ticket, django_assert_num_queries):
    reply_language.hits_in(ticket, "您好")
    with django_assert_num_queries(1):
        reply_language.hits_in(ticket, "您好，滚蛋")
    with django_assert_num_queries(2):
        reply_language.hits_in(ticket, "> 滚蛋\n您好")
