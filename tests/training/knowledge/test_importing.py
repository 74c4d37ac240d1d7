"""Articles out of a table go to review. # T6"""

import pytest

from portal.models import User
from portal.transfers.importers import Record, Result
from tests.factories import NOW
from tests.knowledge_factories import revised, written
from tests.training_factories import TopicFactory
from training.choices import ArticleKind, ArticleState, Audience, VersionState
from training.knowledge import reviewing
from training.knowledge.importing import ArticleImporter
from training.models import Article, ArticleVersion

pytestmark = pytest.mark.django_db

ROW = {
    "code": "refund-1", "title": "退款多久到账", "body": "3 个工作日。", "topic": "退换货", "kind": "问答",
    "audience": "客户和客服", "questions": "什么时候退款；退款要几天\n钱多久到", "valid_until": "2026/12/31",
}  # fmt: skip


def take(by: User, **cells: str):
    record = Record(1, "", ROW | cells)
    [outcome] = ArticleImporter().apply_chunk([record], by=by, at=NOW)
    return outcome


@pytest.mark.usefixtures("topic")
def test_a_new_row_is_an_article_in_review_of_whoever_imports(trainer):
    assert take(trainer).result is Result.CREATED
    article = Article.objects.get(code="refund-1")
    version = article.versions.get()
    assert (article.state, article.audience, article.kind) == (
        ArticleState.DRAFT, Audience.CUSTOMERS, ArticleKind.FAQ,
    )  # fmt: skip
    assert (version.state, version.author) == (VersionState.IN_REVIEW, trainer)
    assert version.questions == ["什么时候退款", "退款要几天", "钱多久到"]


@pytest.mark.usefixtures("topic")
def test_imported_again_nothing_happens(trainer, supervisor):
    take(trainer)
    assert take(trainer).result is Result.UNCHANGED
    version = ArticleVersion.objects.get()
    reviewing.approve(version, revision=1, by=supervisor, at=NOW)
    assert take(trainer).result is Result.UNCHANGED
    assert take(supervisor).result is Result.UNCHANGED


@pytest.mark.usefixtures("topic")
def test_a_known_code_is_a_new_version_and_readers_see_the_old_one(article, trainer, supervisor):
    assert take(trainer, code=article.code, body="改了", valid_until="").result is Result.UPDATED
    article.refresh_from_db()
    assert article.current.number == 1
    version = article.versions.get(number=2)
    assert (version.state, version.base) == (VersionState.IN_REVIEW, article.current)
    assert reviewing.approve(version, revision=2, by=supervisor, at=NOW).current.body == "改了"


@pytest.mark.parametrize(
    ("field", "value"),
    [("audience", "客服"), ("kind", "政策"), ("valid_until", "2026-04-01"), ("topic", "other")],
)
def test_what_stands_beside_a_known_text_is_not_dropped_in_silence(article, trainer, field, value):
    TopicFactory.create(code="other")
    outcome = take(trainer, **{"code": article.code, "body": "改了", "valid_until": "", field: value})
    assert [problem.field for problem in outcome.problems] == [field]
    assert article.versions.count() == 1


def test_a_draft_of_ones_own_is_not_overwritten(article, trainer):
    draft = revised(article, trainer, body="我正在写的")
    outcome = take(trainer, code=article.code, body="表里的")
    assert outcome.result is Result.REJECTED
    draft.refresh_from_db()
    assert draft.body == "我正在写的"


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"topic": "没有的"}, "topic"),
        ({"kind": "诗歌"}, "kind"),
        ({"audience": "所有人"}, "audience"),
        ({"valid_from": "明天"}, "valid_from"),
        ({"title": ""}, "title"),
        ({"code": "x" * 61}, "code"),
        ({"valid_from": "2027-01-01"}, "valid_until"),
    ],
)
def test_what_is_wrong_is_named_at_its_column(trainer, cells, field):
    outcome = take(trainer, **cells)
    assert [problem.field for problem in outcome.problems] == [field]
    assert not Article.objects.exists()


def test_an_article_that_one_may_not_see_is_not_known(author, trainer, topic):
    hidden = written(trainer, topic, audience=Audience.LEADERS).article
    assert take(author, code=hidden.code).result is Result.REJECTED


def test_a_look_beforehand_writes_nothing(topic, trainer):
    [outcome] = ArticleImporter().check_chunk([Record(1, "", ROW)], by=trainer, at=NOW)
    assert (outcome.result, Article.objects.count(), topic.articles.count()) == (Result.CREATED, 0, 0)
