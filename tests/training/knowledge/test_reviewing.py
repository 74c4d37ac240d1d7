"""The steps of whoever looks over. # T6"""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import content, handed_in, published, revision_in_review
from tests.training_factories import ArticleFactory
from training import policy
from training.choices import ArticleKind, ArticleState, Audience, VersionState
from training.knowledge import articles, drafting, notices, reviewing, voting
from training.models import Article, ArticleVersion

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def told(user: User) -> list[str]:
    keys = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.partition(":")[0] for key in keys]


def test_approved_it_is_what_readers_see_and_its_author_is_told(author, topic, trainer):
    version = handed_in(author, topic)
    article = reviewing.approve(version, revision=1, by=trainer, at=NOW, comment="很好")
    assert (article.state, article.current.pk) == (ArticleState.PUBLISHED, version.pk)
    assert article.review_on == TODAY + policy.REVIEW_AFTER[ArticleKind.FAQ]
    version.refresh_from_db()
    assert (version.state, version.reviewer, version.reviewed_at) == (VersionState.APPROVED, trainer, NOW)
    assert told(author) == ["article-published"]
    assert AuditEntry.objects.of(article).latest("pk").changes["current"] == [None, 1]


def test_the_rules_of_an_activity_are_looked_at_on_its_last_day(author, topic, trainer):
    facts = {"kind": ArticleKind.ACTIVITY, "valid_until": TODAY + 5 * DAY}
    assert published(author, topic, approver=trainer, **facts).review_on == TODAY + 5 * DAY


def test_nobody_approves_what_he_has_written(trainer, topic, author, supervisor):
    own = handed_in(trainer, topic)
    with pytest.raises(NotAllowed):
        reviewing.approve(own, revision=1, by=trainer, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.send_back(own, comment="改", by=trainer, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.approve(own, revision=1, by=author, at=NOW)  # A handler does not publish.
    with pytest.raises(NotAllowed):
        reviewing.approve(own, revision=1, by=None, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.approve(own, revision=1, by=UserFactory.create(roles=[Role.AUDITOR]), at=NOW)
    assert reviewing.approve(own, revision=1, by=supervisor, at=NOW)


def test_not_even_the_table_takes_an_author_as_reviewer(trainer, topic):
    own = handed_in(trainer, topic)
    with pytest.raises(IntegrityError):
        ArticleVersion.objects.filter(pk=own.pk).update(reviewer=trainer)


def test_what_was_changed_after_it_was_read_is_not_approved_unseen(author, topic, trainer):
    version = handed_in(author, topic)
    drafting.take_back(version, by=author, at=NOW)
    drafting.save(version, content(body="换了"), revision=1, by=author, at=NOW)
    drafting.submit(version, revision=2, by=author, at=NOW)
    with pytest.raises(Stale):
        reviewing.approve(version, revision=1, by=trainer, at=NOW)


def test_to_other_readers_than_those_it_was_read_for_nothing_is_published(author, topic, trainer):
    version = handed_in(author, topic, audience=Audience.AGENTS)
    articles.amend(version.article, audience=Audience.CUSTOMERS, by=author, at=NOW)
    with pytest.raises(Stale):
        reviewing.approve(version, revision=1, by=trainer, at=NOW)
    assert reviewing.approve(version, revision=2, by=trainer, at=NOW).audience == Audience.CUSTOMERS


def test_what_was_written_on_an_older_version_is_not_published_over_a_newer_one(
    article, author, colleague, trainer
):
    mine = revision_in_review(article, author, body="我的")
    theirs = revision_in_review(article, colleague, body="他的")
    reviewing.approve(theirs, revision=2, by=trainer, at=NOW)
    with pytest.raises(Stale):
        reviewing.approve(mine, revision=2, by=trainer, at=NOW)
    article.refresh_from_db()
    assert article.current.body == "他的"


def test_sent_back_it_goes_to_its_author_with_the_reason(author, topic, trainer):
    version = handed_in(author, topic)
    with pytest.raises(MissingInformation):
        reviewing.send_back(version, comment=" ", by=trainer, at=NOW)
    reviewing.send_back(version, comment="写明天数", by=trainer, at=NOW)
    version.refresh_from_db()
    assert (version.state, version.review_comment) == (VersionState.RETURNED, "写明天数")
    assert told(author) == ["article-sent-back"]
    drafting.save(version, content(body="七天。"), revision=1, by=author, at=NOW)
    again = drafting.submit(version, revision=2, by=author, at=NOW + DAY)
    assert reviewing.approve(again, revision=2, by=trainer, at=NOW).state == ArticleState.PUBLISHED


def test_nobody_approves_what_he_may_not_read(trainer, supervisor, topic):
    version = handed_in(trainer, topic, audience=Audience.LEADERS)
    outsider = UserFactory.create(roles=[Role.HANDLER])
    outsider.user_permissions.add(*supervisor.groups.get().permissions.all())
    with pytest.raises(NotAllowed):
        reviewing.approve(version, revision=1, by=outsider, at=NOW)


def test_a_retired_or_ended_article_is_not_published(author, topic, trainer):
    version = handed_in(author, topic, valid_until=TODAY)
    with pytest.raises(WrongState):
        reviewing.approve(version, revision=1, by=trainer, at=NOW + DAY)
    articles.retire(version.article, reason="不再适用", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        reviewing.approve(version, revision=1, by=trainer, at=NOW)


def test_still_right_begins_the_time_anew_and_is_recorded(article, supervisor, author):
    Article.objects.update(review_on=TODAY)
    with pytest.raises(NotAllowed):
        reviewing.confirm(article, number=1, by=author, at=NOW)
    reviewing.confirm(article, number=1, by=supervisor, at=NOW)
    article.refresh_from_db()
    assert article.review_on == TODAY + policy.REVIEW_AFTER[ArticleKind.FAQ]
    assert AuditEntry.objects.of(article).latest("pk").changes["review_on"][0] == TODAY.isoformat()


def test_a_handler_confirms_what_he_keeps_up_himself(article, author):
    Article.objects.update(owner=author)
    assert reviewing.confirm(article, number=1, by=author, at=NOW)


def test_on_its_last_day_it_is_looked_at_and_then_told_by_bots_until_the_day_ends(
    article, supervisor, author, topic, trainer
):
    Article.objects.update(valid_until=TODAY, review_on=TODAY)
    reviewing.confirm(article, number=1, by=supervisor, at=NOW)
    assert not Article.objects.due(TODAY).exists()
    assert article in Article.objects.for_bots(TODAY)
    assert article not in Article.objects.for_bots(TODAY + DAY)
    other = published(author, topic, approver=trainer, valid_until=TODAY)
    assert other in Article.objects.for_bots(TODAY)


def test_nothing_is_confirmed_unread_doubted_or_ended(article, supervisor, author):
    with pytest.raises(Stale):
        reviewing.confirm(article, number=2, by=supervisor, at=NOW)
    flag = voting.flag(article.current, comment="过时了", by=author, at=NOW)
    with pytest.raises(WrongState):
        reviewing.confirm(article, number=1, by=supervisor, at=NOW)
    voting.settle(flag, answer="已核对", by=supervisor, at=NOW)
    assert reviewing.confirm(article, number=1, by=supervisor, at=NOW)
    Article.objects.update(valid_until=TODAY - DAY)
    with pytest.raises(WrongState):
        reviewing.confirm(article, number=1, by=supervisor, at=NOW)


@pytest.mark.usefixtures("article")
def test_whoever_keeps_it_up_is_told_once_for_each_day_on_which_it_is_due(supervisor):
    assert reviewing.tell_due(NOW) == 0
    Article.objects.update(review_on=TODAY)
    assert (reviewing.tell_due(NOW), reviewing.tell_due(NOW), reviewing.tell_due(NOW + DAY)) == (1, 0, 0)
    assert told(supervisor) == ["article-due"]
    Article.objects.update(review_on=TODAY + DAY)
    assert reviewing.tell_due(NOW + DAY) == 1
    assert told(supervisor) == ["article-due", "article-due"]


@pytest.mark.usefixtures("article")
def test_where_nobody_keeps_it_up_any_more_the_trainers_are_told(supervisor, trainer):
    Article.objects.update(review_on=TODAY)
    User.objects.filter(pk=supervisor.pk).update(is_active=False)
    reviewing.tell_due(NOW)
    assert (told(supervisor), told(trainer)) == ([], ["article-due"])


@pytest.mark.usefixtures("article")
def test_one_article_that_fails_keeps_nobody_from_hearing_of_the_next(monkeypatch, topic, supervisor):
    other = ArticleFactory.create(topic=topic, owner=supervisor)
    Article.objects.update(review_on=TODAY)
    due = notices.due

    def fails_first(article: Article, *, at: datetime) -> None:
        if article != other:
            raise RuntimeError("broken")
        due(article, at=at)

    monkeypatch.setattr(notices, "due", fails_first)
    assert reviewing.tell_due(NOW) == 1
    assert Article.objects.get(review_told_on=None) != other  # The next sweep comes by the first again.
