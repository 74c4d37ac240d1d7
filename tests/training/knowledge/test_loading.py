"""Articles that come with the portal. # T6"""

import json

import pytest

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry
from portal.transfers.importers import Result
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import revision_in_review
from tests.training_factories import TopicFactory
from training import policy
from training.choices import ArticleKind, ArticleState, Audience, VersionState
from training.knowledge import articles, loading, reviewing
from training.models import Article, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return TopicFactory.create(name="退换货")


def load(topic: Topic, **more: object) -> Result:
    facts = {"title": "如何退货", "body": "签收后**七天**内。", "questions": ["怎么退"]} | more
    return articles.load("return-goods", topic=topic, at=NOW, **facts)


def test_a_shipped_article_is_published_at_once_and_nobody_has_written_it(topic):
    assert load(topic) is Result.CREATED
    article = Article.objects.get(code="return-goods")
    version = article.current
    assert (article.state, article.audience) == (ArticleState.PUBLISHED, Audience.CUSTOMERS)
    assert (version.number, version.state, version.author, version.reviewer) == (
        1,
        VersionState.APPROVED,
        None,
        None,
    )
    assert "<strong>七天</strong>" in version.html
    assert article.review_on == TODAY + policy.REVIEW_AFTER[ArticleKind.FAQ]
    assert Article.objects.readable_by(UserFactory.create(roles=[Role.HANDLER]), TODAY).get() == article
    assert AuditEntry.objects.of(article).count() == 1


def test_loaded_again_nothing_happens_and_another_text_is_the_next_version(topic):
    load(topic)
    assert load(topic) is Result.UNCHANGED
    assert load(topic, body="签收后十五天内。") is Result.UPDATED
    article = Article.objects.get()
    assert [version.number for version in article.versions.all()] == [2, 1]
    assert (article.current.number, article.current.base.number) == (2, 1)


def test_what_people_have_made_of_it_since_stays(topic):
    load(topic)
    article = Article.objects.get()
    Article.objects.update(audience=Audience.LEADERS)
    load(topic, body="另一段")
    article.refresh_from_db()
    assert (article.audience, article.current.body) == (Audience.LEADERS, "另一段")
    Article.objects.update(state=ArticleState.RETIRED)
    assert load(topic, body="再一段") is Result.UNCHANGED
    Article.objects.update(state=ArticleState.PUBLISHED)
    author, trainer = UserFactory.create(roles=[Role.TRAINER]), UserFactory.create(roles=[Role.TRAINER])
    version = revision_in_review(article, author, body="人写的")
    reviewing.approve(version, revision=2, by=trainer, at=NOW)
    assert load(topic, body="再一段") is Result.UNCHANGED
    assert article.versions.count() == 3


def test_a_person_cannot_load_what_nobody_looks_over(topic):
    with pytest.raises(NotAllowed):
        load(topic, by=UserFactory.create(is_superuser=True))
    with pytest.raises(MissingInformation):
        load(topic, title=" ")
    assert not Article.objects.exists()


def load_file(*rows: dict[str, object]) -> tuple[dict[Result, int], list[int]]:
    counts, faults = loading.load_many(map(json.dumps, rows), at=NOW)
    return {result: count for result, count in counts.items() if count}, [fault.line for fault in faults]


def test_an_id_that_comes_again_far_below_is_no_second_version(monkeypatch):
    """Else the file never comes to rest: each run would publish both texts once more."""
    monkeypatch.setattr(loading, "CHUNK", 2)
    rows = [{"id": code, "title": f"标题{code}", "body": "x"} for code in ("a", "b", "c")]
    again = {"id": "a", "title": "另一个", "body": "y"}
    assert load_file(*rows, again) == ({Result.CREATED: 3, Result.REJECTED: 1}, [4])
    assert load_file(*rows, again) == ({Result.UNCHANGED: 3, Result.REJECTED: 1}, [4])


def test_half_a_character_breaks_no_run():
    rows = [{"id": "a\ud83d", "title": "\ud83d标题", "body": "正\udc00文\x07", "category": "\ud800退货"}]
    assert load_file(*rows) == ({Result.CREATED: 1}, [])
    article = Article.objects.select_related("topic", "current").get()
    assert (article.code, article.topic.name) == ("a", "退货")
    assert (article.current.title, article.current.body) == ("标题", "正文")


@pytest.mark.parametrize(("code", "taken"), [(0, "0"), (12, "12"), (" a  b ", "a b"), ("x" * 60, "x" * 60)])
def test_an_id_is_a_code_as_in_a_table(code, taken):
    assert load_file({"id": code, "title": "标题"}) == ({Result.CREATED: 1}, [])
    assert Article.objects.get().code == taken


@pytest.mark.parametrize("code", [True, [1], {"a": 1}, 1.5, "x" * 61, "\x01 ", None])
def test_what_is_no_id_is_left_out(code):
    assert load_file({"id": code, "title": "标题"}) == ({Result.REJECTED: 1}, [1])
