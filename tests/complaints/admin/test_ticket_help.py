"""What helps to write a reply on the page of a ticket. C10 T7 T8"""

from typing import Any

import pytest
from django.urls import reverse

from complaints import handling
from complaints.choices import Act, Direction
from complaints.models import Message, Ticket
from portal.choices import Role
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, act, is_done, page
from tests.factories import NOW, UserFactory, resolved_ticket, ticket_in_hand
from tests.phrase_factories import ForbiddenPhraseFactory, PhraseSceneFactory, StandardPhraseFactory
from tests.training_factories import ArticleFactory
from training.choices import Audience, PhraseState, UseKind
from training.models import ArticleUse, MissingAnswer, StandardPhrase

pytestmark = AT_WORK

NAME = "王先生"


@pytest.fixture
def ticket(handler) -> Ticket:
    return ticket_in_hand(handler, name=NAME, subject="退款什么时候到账", order_no="A1001")


def url(ticket: Ticket, name: str, *more: Any) -> str:
    return reverse(f"admin:complaints_ticket_{name}", args=[ticket.pk, *more])


def say(client, ticket: Ticket, text: str, **typed: Any) -> Any:
    return act(client, ticket, "say", **{"speech": "reply", "text": text, "via": ticket.channel, **typed})


def sent() -> int:
    return Message.objects.filter(direction=Direction.OUTBOUND).count()


# Standard phrases


def test_phrases_are_offered_by_scene_as_they_would_read_here(signed_in, handler, ticket):
    wait = PhraseSceneFactory.create(name="请客户稍候")
    StandardPhraseFactory.create(scene=wait, text="{customer}，请您稍等，我看一下订单{order}。")
    StandardPhraseFactory.create(text="还没看过", state=PhraseState.DRAFT)
    client = signed_in(handler.user)
    shown = client.get(url(ticket, "phrases")).content.decode()
    assert "王先生，请您稍等，我看一下订单A1001。" in shown
    assert "请客户稍候" in shown
    assert "还没看过" not in shown
    assert "王先生" not in client.get(url(ticket, "phrases"), {"q": "发票"}).content.decode()


def test_whoever_sees_the_customer_masked_reads_no_name_in_a_phrase(signed_in, supervisor, ticket):
    phrase = StandardPhraseFactory.create(text="{customer}，您好！")
    client = signed_in(supervisor)
    assert NAME not in client.get(url(ticket, "phrases")).content.decode()
    assert client.post(url(ticket, "use_phrase", phrase.pk)).json() == {"text": "您好！"}


def test_a_phrase_is_inserted_by_post_alone_and_counted(signed_in, handler, ticket):
    phrase = StandardPhraseFactory.create(text="{customer}，您好！")
    client = signed_in(handler.user)
    use = url(ticket, "use_phrase", phrase.pk)
    assert client.get(use).status_code == 405
    assert client.post(use, {"customer": "李四", "text": "x"}).json() == {"text": "王先生，您好！"}
    assert StandardPhrase.objects.get().times_used == 1


def test_one_that_was_retired_while_the_list_was_open_is_refused_in_words(signed_in, handler, ticket):
    phrase = StandardPhraseFactory.create(state=PhraseState.RETIRED)
    answer = signed_in(handler.user).post(url(ticket, "use_phrase", phrase.pk))
    assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)
    assert StandardPhrase.objects.get().times_used == 0


def test_a_draft_cannot_be_inserted(signed_in, handler, ticket):
    draft = StandardPhraseFactory.create(state=PhraseState.DRAFT)
    assert signed_in(handler.user).post(url(ticket, "use_phrase", draft.pk)).status_code == 404
    assert StandardPhrase.objects.get().times_used == 0


# Forbidden words


def test_what_is_forbidden_is_told_while_one_types(signed_in, handler, ticket):
    ForbiddenPhraseFactory.create(text="滚蛋", remedy="请您说说<b>情况</b>。")
    client = signed_in(handler.user)
    shown = client.post(url(ticket, "check"), {"text": "<i>😀请 滚 蛋</i>"}).content.decode()
    assert 'data-start="6" data-end="9">滚 蛋</button>' in shown
    assert "请您说说&lt;b&gt;情况&lt;/b&gt;。" in shown
    assert "It cannot be sent like this" in shown
    assert client.post(url(ticket, "check"), {"text": "您好"}).content.decode().strip() == ""
    assert client.get(url(ticket, "check")).status_code == 405
    assert not Message.objects.exists()


def test_a_stopped_reply_stays_in_the_box_with_the_reason(signed_in, handler, ticket):
    ForbiddenPhraseFactory.create(text="滚蛋", remedy="请您说说情况。")
    answer = say(signed_in(handler.user), ticket, "请滚蛋")
    shown = answer.content.decode()
    assert not is_done(answer)
    assert "请滚蛋" in shown
    assert "请您说说情况。" in shown
    assert "override_reason" not in shown
    assert sent() == 0


def test_a_forged_override_of_an_agent_has_no_effect(signed_in, handler, ticket):
    ForbiddenPhraseFactory.create(text="滚蛋")
    answer = say(signed_in(handler.user), ticket, "请滚蛋", override_reason="我就要发")
    assert not is_done(answer)
    assert sent() == 0


def test_a_supervisor_is_asked_why_and_then_it_is_sent(signed_in, supervisor, ticket):
    ForbiddenPhraseFactory.create(text="滚蛋")
    client = signed_in(supervisor)
    assert "override_reason" in say(client, ticket, "请滚蛋").content.decode()
    assert is_done(say(client, ticket, "请滚蛋", override_reason="需引用原话"))
    assert ticket.events.get(act=Act.REPLY).reason == "需引用原话"
    assert "需引用原话" in client.get(page(ticket)).content.decode()


# Articles


def test_the_panel_suggests_what_answers_the_matter_and_counts_it_once(signed_in, handler, ticket):
    article = ArticleFactory.create(version__title="退款多久到账", version__body="退款三天内到账。")
    _found(article)
    client = signed_in(handler.user)
    for _ in range(2):
        shown = client.get(url(ticket, "suggestions"), headers=FRAGMENT).content.decode()
    assert "退款多久到账" in shown
    assert url(ticket, "use_suggestion", article.current_id) in shown
    assert ArticleUse.objects.get().kind == UseKind.SUGGESTED


def test_another_question_can_be_asked(signed_in, handler, ticket):
    refund = ArticleFactory.create(version__title="退款多久到账", version__body="退款三天内到账。")
    invoice = ArticleFactory.create(version__title="发票怎么开", version__body="在订单里申请发票。")
    for article in (refund, invoice):
        _found(article)
    client = signed_in(handler.user)

    def first(**asked: str) -> str:
        rows = client.get(url(ticket, "suggestions"), asked).context["rows"]
        return rows[0]["hit"].title

    assert (first(), first(q="发票怎么开")) == ("退款多久到账", "发票怎么开")


def test_no_article_beyond_the_readers_audience_is_suggested_or_opened(signed_in, handler, ticket):
    secret = ArticleFactory.create(
        audience=Audience.LEADERS, version__title="退款到账内部口径", version__body="退款到账的上限。"
    )
    _found(secret)
    client = signed_in(handler.user)
    assert "内部口径" not in client.get(url(ticket, "suggestions")).content.decode()
    assert client.get(url(ticket, "suggestion", secret.current_id)).status_code == 404
    assert client.post(url(ticket, "use_suggestion", secret.current_id)).status_code == 404
    assert not ArticleUse.objects.exists()


def test_an_article_is_read_in_place_and_counts_as_viewed(signed_in, handler, ticket):
    html = "<p><script>alert(1)</script><strong>三天</strong></p>"
    article = ArticleFactory.create(version__body="**三天**", version__html=html)
    shown = signed_in(handler.user).get(url(ticket, "suggestion", article.current_id)).content.decode()
    assert "<strong>三天</strong>" in shown
    assert "<script>" not in shown
    assert ArticleUse.objects.get().kind == UseKind.VIEWED


def test_an_inserted_article_is_linked_when_the_reply_is_sent(signed_in, handler, ticket):
    article = ArticleFactory.create(version__title="退款多久到账", version__body="**三天内**到账。")
    client = signed_in(handler.user)
    answer = client.post(url(ticket, "use_suggestion", article.current_id)).json()
    assert answer == {"text": "三天内到账。", "title": "退款多久到账", "version": article.current_id}
    assert not ArticleUse.objects.filter(kind=UseKind.INSERTED).exists()
    assert is_done(
        say(client, ticket, "三天内到账。", articles=f"{article.current_id},x,,-1,999999999999999999999")
    )
    use = ArticleUse.objects.get(kind=UseKind.INSERTED)
    assert (use.version, use.reference, use.by) == (article.current, ticket.number, handler.user)
    shown = client.get(url(ticket, "suggestions")).content.decode()
    assert "Answered with" in shown


def test_a_note_links_no_article(signed_in, handler, ticket):
    article = ArticleFactory.create()
    answer = say(signed_in(handler.user), ticket, "备注", speech="note", articles=str(article.current_id))
    assert is_done(answer)
    assert not ArticleUse.objects.exists()


def test_that_no_answer_was_found_is_noted(signed_in, handler, ticket):
    client = signed_in(handler.user)
    assert client.get(url(ticket, "missing_answer")).status_code == 405
    shown = client.post(url(ticket, "missing_answer"), {"q": "退款到账 13812345678"}).content.decode()
    assert "Noted" in shown
    assert MissingAnswer.objects.get().question == "退款到账 ***"


# Whose ticket it is


NAMES = {
    "phrases": "get", "check": "post", "suggestions": "get", "missing_answer": "post",
}  # fmt: skip


def test_another_teams_ticket_helps_nobody(signed_in, stranger, ticket):
    client = signed_in(stranger.user)
    version, phrase = ArticleFactory.create().current, StandardPhraseFactory.create()
    paths = {
        **{url(ticket, name): method for name, method in NAMES.items()},
        url(ticket, "suggestion", version.pk): "get",
        url(ticket, "use_suggestion", version.pk): "post",
        url(ticket, "use_phrase", phrase.pk): "post",
    }
    for path, method in paths.items():
        assert getattr(client, method)(path, {"text": "x", "q": "x"}).status_code == 404, path
    phrase.refresh_from_db()
    assert (phrase.times_used, ArticleUse.objects.count(), MissingAnswer.objects.count()) == (0, 0, 0)


def test_who_only_looks_on_reads_articles_but_writes_nothing(signed_in, inspector, ticket):
    article = ArticleFactory.create(version__title="退款多久到账", version__body="退款三天内到账。")
    _found(article)
    client = signed_in(inspector)
    shown = client.get(url(ticket, "suggestions")).content.decode()
    assert "退款多久到账" in shown
    assert "data-use-article" not in shown
    assert client.get(url(ticket, "suggestion", article.current_id)).status_code == 200
    for path in (url(ticket, "use_suggestion", article.current_id), url(ticket, "check"),
                 url(ticket, "missing_answer")):  # fmt: skip
        assert client.post(path, {"text": "x"}).status_code == 403, path
    assert client.get(url(ticket, "phrases")).status_code == 403
    assert not ArticleUse.objects.exists()


def test_the_page_itself_asks_for_no_article(signed_in, handler, django_assert_max_num_queries):
    ticket = resolved_ticket(handler)
    handling.note(ticket, text="好", by=handler.user, at=NOW)
    for _ in range(20):
        ArticleFactory.create()
    client = signed_in(handler.user)
    client.get(page(ticket))
    with django_assert_max_num_queries(30) as asked:
        shown = client.get(page(ticket)).content.decode()
    assert "training_article" not in " ".join(query["sql"] for query in asked.captured_queries)
    assert url(ticket, "suggestions") in shown


def test_who_may_not_read_articles_has_no_panel(signed_in, ticket):
    reader = UserFactory.create(roles=[Role.FULFILMENT])
    assert signed_in(reader).get(url(ticket, "suggestions")).status_code in (403, 404)


def _found(article) -> None:
    """Published articles are in the index."""
    from training.search import index  # noqa: PLC0415

    index.put(article)
