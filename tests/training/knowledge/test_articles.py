"""Amended, retired, brought back; and who sees what of an article. # T6"""

from datetime import timedelta

import pytest

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import handed_in, published, revised, revision_in_review, written
from tests.training_factories import ArticleFactory
from training.choices import ArticleKind, ArticleState, Audience
from training.knowledge import articles, drafting, reviewing
from training.models import Article, ArticleVersion

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def seen(user: User) -> set[Article]:
    return set(Article.objects.visible_to(user))


def test_where_and_for_whom_a_published_article_stands_is_for_those_who_publish(article, trainer, author):
    with pytest.raises(NotAllowed):
        articles.amend(article, audience=Audience.AGENTS, by=author, at=NOW)
    articles.amend(article, audience=Audience.AGENTS, valid_until=TODAY, by=trainer, at=NOW)
    article.refresh_from_db()
    assert (article.audience, article.valid_until) == (Audience.AGENTS, TODAY)
    assert article.review_on == TODAY  # On its last day somebody looks whether it goes on.
    assert AuditEntry.objects.of(article).get().changes["audience"] == ["customers", "agents"]


def test_before_it_is_published_whoever_writes_it_amends_it(author, colleague, topic):
    article = written(author, topic).article
    articles.amend(article, kind=ArticleKind.POLICY, by=author, at=NOW)
    with pytest.raises(NotAllowed):
        articles.amend(article, kind=ArticleKind.FAQ, by=colleague, at=NOW)
    with pytest.raises(NotAllowed):
        articles.amend(article, audience=Audience.LEADERS, by=author, at=NOW)


def test_an_author_does_not_give_his_text_to_more_readers_by_himself(topic, trainer, supervisor):
    article = published(trainer, topic, approver=supervisor, audience=Audience.LEADERS)
    with pytest.raises(NotAllowed):
        articles.amend(article, audience=Audience.CUSTOMERS, by=trainer, at=NOW)
    assert articles.amend(article, audience=Audience.CUSTOMERS, by=supervisor, at=NOW)
    assert articles.amend(article, audience=Audience.LEADERS, by=trainer, at=NOW)


def test_whoever_keeps_it_up_may_write_and_a_span_has_an_order(article, trainer):
    fulfilment = UserFactory.create(roles=[Role.FULFILMENT])
    with pytest.raises(MissingInformation):
        articles.amend(article, owner=fulfilment, by=trainer, at=NOW)
    with pytest.raises(MissingInformation):
        articles.amend(article, valid_from=TODAY, valid_until=TODAY - DAY, by=trainer, at=NOW)


def test_retired_it_is_read_no_more_and_comes_back_due_for_review(article, trainer, author):
    with pytest.raises(NotAllowed):
        articles.retire(article, reason="旧", by=author, at=NOW)
    with pytest.raises(MissingInformation):
        articles.retire(article, reason=" ", by=trainer, at=NOW)
    articles.retire(article, reason="政策取消", by=trainer, at=NOW)
    assert not Article.objects.readable_by(author, TODAY).exists()
    with pytest.raises(WrongState):
        articles.retire(article, reason="再来", by=trainer, at=NOW)
    back = articles.bring_back(article, reason="又恢复了", by=trainer, at=NOW)
    assert (back.state, back.review_on) == (ArticleState.PUBLISHED, TODAY)
    assert Article.objects.for_bots(TODAY).count() == 0
    with pytest.raises(WrongState):
        articles.bring_back(article, reason="再来", by=trainer, at=NOW)


# Who sees what


def test_readers_see_the_published_text_only_while_a_new_one_is_written(article, author, colleague, trainer):
    draft = revised(article, author, body="还没人看过的新文字")
    for reader in (colleague, UserFactory.create(roles=[Role.AUDITOR])):
        assert seen(reader) == {article}
        assert draft not in ArticleVersion.objects.visible_to(reader)
    assert draft in ArticleVersion.objects.visible_to(author)
    assert draft in ArticleVersion.objects.visible_to(trainer)
    article.refresh_from_db()
    assert article.current.body != draft.body


def test_handed_in_a_text_is_still_for_author_and_reviewers_only(article, author, colleague, trainer, topic):
    version = revision_in_review(article, author, body="新")
    new = handed_in(author, topic)
    for text in (version, new):
        assert text not in ArticleVersion.objects.visible_to(colleague)
        assert text in ArticleVersion.objects.visible_to(trainer)
    assert new.article not in seen(colleague)
    assert {new.article, article} == seen(author) == seen(trainer)


def test_given_to_more_readers_an_article_does_not_show_them_what_it_said_before(
    topic, trainer, supervisor, colleague
):
    """A text for leaders, cleaned and then given to agents."""
    article = published(trainer, topic, approver=supervisor, audience=Audience.LEADERS, body="上限三百元")
    inner = article.current
    assert inner.audience == Audience.LEADERS
    clean = revision_in_review(article, supervisor, body="请主管决定")
    article = reviewing.approve(clean, revision=2, by=trainer, at=NOW)
    articles.amend(article, audience=Audience.AGENTS, by=trainer, at=NOW)
    assert set(ArticleVersion.objects.visible_to(colleague)) == {clean}
    assert inner in ArticleVersion.objects.visible_to(supervisor)
    with pytest.raises(NotAllowed):
        drafting.roll_back(inner, reason="看看", by=colleague, at=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": TODAY - DAY},
        {"valid_from": TODAY + DAY},
        {"audience": Audience.LEADERS},
        {"state": ArticleState.RETIRED},
    ],
)
def test_ended_not_begun_for_others_or_retired_it_is_not_there(time_machine, article, colleague, facts):
    time_machine.move_to(NOW)
    Article.objects.update(**facts)
    old = article.current
    assert seen(colleague) == set()
    assert old not in ArticleVersion.objects.visible_to(colleague)
    assert not Article.objects.for_bots(TODAY).exists()


def test_an_article_disappears_on_the_day_after_its_last(time_machine, colleague):
    article = ArticleFactory.create(valid_from=TODAY, valid_until=TODAY + DAY)
    for on, is_there in ((-1, False), (0, True), (1, True), (2, False)):
        time_machine.move_to(NOW + on * DAY)
        assert (article in seen(colleague)) is is_there


def test_what_is_due_for_review_is_read_by_people_and_told_by_no_bot(article, colleague):
    Article.objects.update(review_on=TODAY)
    assert article in Article.objects.readable_by(colleague, TODAY)
    assert article not in Article.objects.for_bots(TODAY)


def test_a_connected_system_reads_what_is_for_customers(article):
    bot = UserFactory.create(is_system=True)
    agents_only = ArticleFactory.create(audience=Audience.AGENTS)
    assert set(Article.objects.readable_by(bot, TODAY)) == {article}
    assert agents_only not in Article.objects.visible_to(bot)
    assert not ArticleVersion.objects.visible_to(bot).exists()
