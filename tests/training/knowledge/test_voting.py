"""What readers say about an article. # T6 T10"""

from datetime import timedelta

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import revised, revision_in_review
from training.choices import Audience, UseKind
from training.knowledge import reviewing, usage, voting
from training.models import Article, ArticleFlag, ArticleUse, ArticleVote

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def review_day(article: Article) -> object:
    article.refresh_from_db()
    return article.review_on


def test_each_reader_has_one_word_on_each_version(article, author):
    voting.vote(article.current, is_useful=True, by=author, at=NOW)
    voting.vote(article.current, is_useful=False, by=author, at=NOW + DAY)
    vote = ArticleVote.objects.get()
    assert (vote.is_useful, vote.at) == (False, NOW + DAY)
    assert review_day(article) > TODAY  # Without a reason nobody knows what to look at.


def test_not_useful_with_a_reason_makes_it_due_and_tells_whoever_keeps_it_up(article, author, supervisor):
    voting.vote(article.current, is_useful=False, comment="没说运费谁出 13912345678", by=author, at=NOW)
    assert review_day(article) == TODAY
    assert ArticleVote.objects.get().comment == "没说运费谁出 ***"
    assert OutboxMessage.objects.get(user=supervisor).key.startswith("article-doubted")


def test_the_same_word_again_is_no_new_doubt(article, author):
    for _again in range(2):
        voting.vote(article.current, is_useful=False, comment="不清楚", by=author, at=NOW)
        Article.objects.update(review_on=TODAY + 9 * DAY)
    assert review_day(article) == TODAY + 9 * DAY
    assert OutboxMessage.objects.count() == 1


def test_a_flag_makes_it_due_and_is_answered(article, author, supervisor, colleague):
    raised = voting.flag(article.current, comment="天数错了", by=author, at=NOW)
    assert review_day(article) == TODAY
    with pytest.raises(AlreadyTaken):
        voting.flag(article.current, comment="真的错了", by=author, at=NOW)
    with pytest.raises(NotAllowed):
        voting.settle(raised, answer="没错", by=colleague, at=NOW)
    with pytest.raises(MissingInformation):
        voting.settle(raised, answer=" ", by=supervisor, at=NOW)
    voting.settle(raised, answer="已更正", by=supervisor, at=NOW)
    assert OutboxMessage.objects.get(user=author).key.startswith("article-flag-settled")
    with pytest.raises(WrongState):
        voting.settle(raised, answer="再答", by=supervisor, at=NOW)
    assert voting.flag(article.current, comment="还有一处", by=author, at=NOW)


def test_flags_are_read_by_who_raised_them_who_keeps_the_article_up_and_who_publishes(
    article, author, colleague, trainer
):
    raised = voting.flag(article.current, comment="错了", by=author, at=NOW)
    auditor = UserFactory.create(roles=[Role.AUDITOR])
    seen = {u.name: raised in ArticleFlag.objects.visible_to(u) for u in (author, colleague, trainer)}
    assert seen == {"作者": True, "同事": False, "培训师": True}
    assert raised in ArticleFlag.objects.visible_to(auditor)
    Article.objects.update(owner=colleague)
    assert raised in ArticleFlag.objects.visible_to(colleague)


def test_nobody_speaks_about_what_he_cannot_read(article, author, colleague):
    draft = revised(article, author, body="草稿")
    for act in (
        lambda version: voting.vote(version, is_useful=True, by=colleague, at=NOW),
        lambda version: voting.flag(version, comment="错", by=colleague, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act(draft)
        for facts in ({"audience": Audience.LEADERS}, {"valid_until": TODAY - DAY}):
            Article.objects.update(**{"audience": Audience.CUSTOMERS, "valid_until": None} | facts)
            with pytest.raises(NotAllowed):
                act(article.current)


def test_a_vote_stays_with_the_version_on_which_it_was_given(article, author, colleague, trainer):
    old = article.current
    reviewing.approve(revision_in_review(article, author, body="新"), revision=2, by=trainer, at=NOW)
    voting.vote(old, is_useful=False, by=colleague, at=NOW)
    article.refresh_from_db()
    assert (old.votes.count(), article.current.votes.count()) == (1, 0)


def test_an_article_read_twice_on_a_day_is_read_once(article, author, colleague):
    for at in (NOW, NOW + timedelta(hours=1), NOW + DAY):
        usage.read(article.current, by=author, at=at)
    usage.read(article.current, by=colleague, at=NOW)
    assert ArticleUse.objects.filter(kind=UseKind.VIEWED).count() == 3
    assert usage.counts([article], since=NOW)[article.pk] == {UseKind.VIEWED: 3}


def test_the_same_use_for_the_same_matter_counts_once(article, author):
    for _again in range(2):
        usage.record(article.current, UseKind.INSERTED, by=author, at=NOW, reference="T1")
    assert ArticleUse.objects.count() == 1
