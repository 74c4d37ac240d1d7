"""The numbers of the review board and of dashboards. # T6 T10"""

from datetime import timedelta

import pytest

from tests.factories import NOW, TODAY
from tests.knowledge_factories import handed_in, revision_in_review
from tests.training_factories import ArticleFactory, TopicFactory
from training.choices import ArticleState, Audience, UseKind
from training.knowledge import drafting, figures, reading, reviewing, usage, voting
from training.models import Article

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_two_flags_on_one_article_are_two_to_answer(article, author, colleague, trainer):
    for reader in (author, colleague):
        voting.flag(article.current, comment="错", by=reader, at=NOW)
    assert figures.flags(trainer, of=Article.objects.all()).count() == 2
    assert figures.flags(author, of=Article.objects.all()).count() == 1
    Article.objects.update(state=ArticleState.RETIRED)
    assert not figures.flags(trainer, of=Article.objects.all()).exists()


def test_nobody_has_to_look_over_what_he_has_written_or_what_brings_his_text_back(
    topic, trainer, supervisor, colleague
):
    own = handed_in(trainer, topic)
    assert not figures.waiting(trainer).exists()
    assert figures.waiting(supervisor).get() == own
    article = reviewing.approve(own, revision=1, by=supervisor, at=NOW)
    second = revision_in_review(article, colleague, body="第二版")
    article = reviewing.approve(second, revision=2, by=supervisor, at=NOW)
    back = drafting.roll_back(article.versions.get(number=1), reason="原来的好", by=colleague, at=NOW)
    assert not figures.waiting(trainer).exists()
    assert figures.waiting(supervisor).get() == back
    Article.objects.update(state=ArticleState.RETIRED)
    assert not figures.waiting(supervisor).exists()


def test_votes_count_for_two_weeks_and_only_against_when_not_outweighed(article, author, colleague, trainer):
    voting.vote(article.current, is_useful=False, by=author, at=NOW)
    assert figures.voted_down(Article.objects.all(), at=NOW + 14 * DAY).get().down == 1
    assert not figures.voted_down(Article.objects.all(), at=NOW + 15 * DAY).exists()
    for reader in (colleague, trainer):
        voting.vote(article.current, is_useful=True, by=reader, at=NOW)
    assert not figures.voted_down(Article.objects.all(), at=NOW).exists()
    votes = figures.votes(since=NOW)
    assert (votes.useful, votes.total, figures.votes(since=NOW + DAY).share) == (2, 3, None)


def test_an_article_nobody_used_for_long_is_asked_about(article, author):
    assert not figures.unused(Article.objects.all(), at=NOW + 90 * DAY).exists()
    assert figures.unused(Article.objects.all(), at=NOW + 91 * DAY).get() == article
    usage.read(article.current, by=author, at=NOW + 5 * DAY)
    assert not figures.unused(Article.objects.all(), at=NOW + 91 * DAY).exists()


def test_uses_are_counted_by_week_and_empty_weeks_are_there(article, author):
    usage.read(article.current, by=author, at=NOW)
    usage.record(article.current, UseKind.INSERTED, by=author, at=NOW - 14 * DAY, reference="T1")
    usage.record(article.current, UseKind.ANSWERED, by=author, at=NOW)
    weeks = figures.weekly(at=NOW, weeks=3)
    assert [(week.views, week.inserts) for week in weeks] == [(0, 1), (0, 0), (1, 0)]
    assert weeks[-1].monday == TODAY - TODAY.weekday() * DAY


def test_readers_find_what_stands_in_a_topic_and_below_it(article, colleague, topic):
    below = TopicFactory.create(parent=topic, name="运费")
    other = ArticleFactory.create(topic=below, version__title="退货运费谁出")
    ArticleFactory.create(topic=below, audience=Audience.LEADERS, version__title="退货内部口径")
    found, count = reading.of_topic(topic, user=colleague, on=TODAY)
    assert (set(found), count) == ({article, other}, 2)
    [branch] = reading.tree(user=colleague, on=TODAY)
    assert (branch.topic, branch.count, [each.count for each in branch.branches]) == (topic, 2, [1])
    assert reading.beside(article, user=colleague, on=TODAY) == []


def test_the_most_used_come_first_and_only_what_one_may_read(article, author, colleague):
    hidden = ArticleFactory.create(audience=Audience.LEADERS)
    rare = ArticleFactory.create()
    for used, times in ((article, 2), (hidden, 3), (rare, 1)):
        for number in range(times):
            usage.record(used.current, UseKind.INSERTED, by=author, at=NOW, reference=f"T{number}")
    assert reading.most_used(user=colleague, at=NOW) == [article, rare]
    assert [one.uses_lately for one in reading.most_used(user=colleague, at=NOW)] == [2, 1]
