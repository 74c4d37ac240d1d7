"""Knowledge beside a ticket: suggested, looked at, inserted, missing. T7 T10"""

from datetime import timedelta

import pytest

from complaints import handling, suggestions
from portal.choices import Role
from portal.errors import NotAllowed, WrongState
from tests.factories import NOW, TODAY, AgentFactory, UserFactory, ticket_in_hand
from tests.knowledge_factories import revised
from tests.phrase_factories import StandardPhraseFactory
from tests.training_factories import ArticleFactory
from training.choices import ArticleState, AskedIn, Audience, PhraseState, UseKind
from training.knowledge import drafting, reviewing
from training.models import ArticleUse, MissingAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return ticket_in_hand(
        subject="退款什么时候到账", description="我的电话 13812345678", name="王先生", order_no="A1",
        product="青瓷杯", shop="旗舰店",
    )  # fmt: skip


def uses(kind: UseKind) -> list[tuple[int, str]]:
    return list(ArticleUse.objects.filter(kind=kind).values_list("version", "reference"))


def test_the_question_is_the_subject_and_what_was_said_last_without_contacts(ticket):
    assert suggestions.question_of(ticket) == "退款什么时候到账 我的电话 ***"
    handling.hear(ticket, text="还没到，请打 13800001111 " + "急" * 300, at=NOW)
    question = suggestions.question_of(ticket)
    assert question.startswith("退款什么时候到账 还没到，请打 ***")
    assert len(question) == suggestions.LONGEST_QUESTION


def test_who_reads_no_articles_is_suggested_none(ticket):
    with pytest.raises(NotAllowed):
        suggestions.suggest(ticket, "退款", by=UserFactory.create(), at=NOW)


def test_what_an_agent_looks_at_is_counted_once_for_the_ticket(ticket):
    version = ArticleFactory.create().current
    for _ in range(2):
        assert suggestions.look_at(ticket, version.pk, by=ticket.handler.user, at=NOW) == version
    assert uses(UseKind.VIEWED) == [(version.pk, ticket.number)]


def test_what_was_suggested_before_another_version_came_is_the_other_one(ticket):
    """The panel was open meanwhile; a wrong answer that was put right goes to no customer."""
    article, by = ArticleFactory.create(), ticket.handler.user
    old, author, trainer = article.current, *(UserFactory.create(roles=[Role.TRAINER]) for _ in range(2))
    draft = revised(article, author, body="改正后的答案")
    assert suggestions.look_at(ticket, draft.pk, by=by, at=NOW) is None
    draft = drafting.submit(draft, revision=draft.revision, by=author, at=NOW)
    reviewing.approve(draft, revision=draft.revision, by=trainer, at=NOW)
    assert suggestions.look_at(ticket, old.pk, by=by, at=NOW) == draft
    assert uses(UseKind.VIEWED) == [(draft.pk, ticket.number)]


def test_who_only_looks_on_is_not_counted(ticket):
    version = ArticleFactory.create().current
    inspector = UserFactory.create(roles=[Role.INSPECTOR])
    assert suggestions.look_at(ticket, version.pk, by=inspector, at=NOW) == version
    assert uses(UseKind.VIEWED) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"audience": Audience.LEADERS},
        {"valid_until": TODAY - timedelta(days=1)},
        {"valid_from": TODAY + timedelta(days=1)},
        {"state": ArticleState.RETIRED},
    ],
)
def test_what_the_agent_may_not_read_is_neither_shown_nor_linked(ticket, facts):
    article = ArticleFactory.create()
    type(article).objects.filter(pk=article.pk).update(**facts)
    key = article.current_id
    assert suggestions.look_at(ticket, key, by=ticket.handler.user, at=NOW) is None
    handling.reply(ticket, text="三天内到账。", by=ticket.handler.user, at=NOW, articles=[key])
    assert ArticleUse.objects.count() == 0


def test_a_reply_links_the_versions_it_was_written_with_once(ticket):
    first, second = (ArticleFactory.create().current for _ in range(2))
    by = ticket.handler.user
    ticket = handling.reply(ticket, text="三天内到账。", by=by, at=NOW, articles=[first.pk, second.pk, 9_999])
    handling.reply(ticket, text="已经到账。", by=by, at=NOW, articles=[first.pk])
    assert sorted(uses(UseKind.INSERTED)) == [(first.pk, ticket.number), (second.pk, ticket.number)]
    assert {use.version for use in suggestions.answered_with(ticket)} == {first, second}


def test_a_refused_reply_links_nothing(ticket):
    version = ArticleFactory.create().current
    stranger = AgentFactory.create().user
    with pytest.raises(NotAllowed):
        handling.reply(ticket, text="好", by=stranger, at=NOW, articles=[version.pk])
    assert ArticleUse.objects.count() == 0


def test_the_short_answer_is_plain_text():
    article = ArticleFactory.create(version__body="**三天内**到账：\n\n1. 余额\n2. 银行卡")
    assert suggestions.short_answer(article.current) == "三天内到账：\n1. 余额\n2. 银行卡"


def test_a_missing_answer_is_noted_without_contacts(ticket):
    question = "退款到账了吗 13812345678"
    suggestions.note_missing(ticket, question, by=ticket.handler.user, at=NOW)
    noted = MissingAnswer.objects.get()
    assert (noted.question, noted.asked_in, noted.reference) == (
        "退款到账了吗 ***", AskedIn.TICKET, ticket.number,
    )  # fmt: skip


def test_who_does_not_work_on_the_ticket_notes_nothing_and_uses_no_phrase(ticket):
    phrase = StandardPhraseFactory.create()
    for by in (AgentFactory.create().user, UserFactory.create(roles=[Role.INSPECTOR])):
        with pytest.raises(NotAllowed):
            suggestions.note_missing(ticket, "退款", by=by, at=NOW)
        with pytest.raises(NotAllowed):
            suggestions.use_phrase(ticket, phrase, by=by, at=NOW)
    phrase.refresh_from_db()
    assert (MissingAnswer.objects.count(), phrase.times_used) == (0, 0)


EVERY = "{customer}，您好！{title} {agent} {number} {order} {product} {shop}"


def test_a_phrase_is_filled_with_what_the_ticket_knows_and_counted(ticket):
    phrase = StandardPhraseFactory.create(text=EVERY)
    by = ticket.handler.user
    text = suggestions.use_phrase(ticket, phrase, by=by, at=NOW, in_clear=True)
    assert text == f"王先生，您好！先生 {by.name} {ticket.number} A1 青瓷杯 旗舰店"
    phrase.refresh_from_db()
    assert phrase.times_used == 1


def test_whoever_may_not_see_the_name_does_not_read_it_out_of_a_phrase(ticket):
    phrase = StandardPhraseFactory.create(text="{customer}，您好！感谢{customer}的耐心。")
    assert suggestions.use_phrase(ticket, phrase, by=ticket.handler.user, at=NOW) == "您好！感谢您的耐心。"


def test_a_name_is_text_and_no_blank_of_its_own():
    ticket = ticket_in_hand(name="王先生", product="{agent}{a.__class__}")
    phrase = StandardPhraseFactory.create(text="{product}")
    text = suggestions.use_phrase(ticket, phrase, by=ticket.handler.user, at=NOW)
    assert text == "{agent}{a.__class__}"


def test_a_retired_phrase_is_not_used(ticket):
    phrase = StandardPhraseFactory.create(state=PhraseState.RETIRED)
    with pytest.raises(WrongState):
        suggestions.use_phrase(ticket, phrase, by=ticket.handler.user, at=NOW)
