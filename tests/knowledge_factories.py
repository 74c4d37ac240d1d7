"""Articles on their way, made by the steps."""

from typing import Any

from portal.models import User
from tests.factories import NOW
from training.choices import Audience
from training.knowledge import drafting, reviewing
from training.knowledge.content import Content
from training.models import Article, ArticleVersion, Topic

BODY = "签收后七天内可以退货。"


def content(**words: Any) -> Content:
    return Content(**{"title": "如何退货", "body": BODY} | words)


def written(by: User | None, topic: Topic, **facts: Any) -> ArticleVersion:
    """A new article's draft."""
    text = content(**{name: facts.pop(name) for name in ("title", "body", "questions") if name in facts})
    return drafting.write(text, topic=topic, by=by, at=NOW, **{"audience": Audience.CUSTOMERS} | facts)


def handed_in(by: User | None, topic: Topic, **facts: Any) -> ArticleVersion:
    draft = written(by, topic, **facts)
    return drafting.submit(draft, revision=draft.revision, by=by, at=NOW)


def published(by: User | None, topic: Topic, *, approver: User, **facts: Any) -> Article:
    version = handed_in(by, topic, **facts)
    return reviewing.approve(version, revision=version.revision, by=approver, at=NOW)


def revised(article: Article, by: User, **words: Any) -> ArticleVersion:
    """A draft on what is published, with other words."""
    draft = drafting.revise(article, by=by, at=NOW)
    new = content(**{"title": draft.title, "body": draft.body} | words)
    return drafting.save(draft, new, revision=draft.revision, by=by, at=NOW)


def revision_in_review(article: Article, by: User, **words: Any) -> ArticleVersion:
    draft = revised(article, by, **words)
    return drafting.submit(draft, revision=draft.revision, by=by, at=NOW)
