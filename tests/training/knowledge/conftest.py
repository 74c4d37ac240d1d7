"""The cast: who writes, who looks over, who keeps an article up, and one that is published."""

import pytest

from portal.choices import Role
from portal.models import User
from tests.factories import UserFactory
from tests.training_factories import ArticleFactory, TopicFactory
from training.models import Article, Topic


@pytest.fixture
def topic() -> Topic:
    return TopicFactory.create(name="退换货")


@pytest.fixture
def author() -> User:
    return UserFactory.create(name="作者", roles=[Role.HANDLER])


@pytest.fixture
def colleague() -> User:
    """Writes, too, and may not publish."""
    return UserFactory.create(name="同事", roles=[Role.HANDLER])


@pytest.fixture
def article(topic: Topic, supervisor: User) -> Article:
    """Published to customers and agents, kept up by the supervisor, written by nobody here."""
    return ArticleFactory.create(topic=topic, owner=supervisor, version__title="如何退货")
