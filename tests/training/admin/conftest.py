"""The cast of the pages of articles, on a fixed morning."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from tests.factories import NOW, UserFactory
from tests.training_factories import ArticleFactory, TopicFactory
from training.models import Article, Topic


@pytest.fixture
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def topic() -> Topic:
    return TopicFactory.create(name="退换货")


@pytest.fixture
def author() -> User:
    return UserFactory.create(name="作者", roles=[Role.HANDLER])


@pytest.fixture
def colleague() -> User:
    return UserFactory.create(name="同事", roles=[Role.HANDLER])


@pytest.fixture
def knowledge_trainer() -> User:
    return UserFactory.create(name="培训师", roles=[Role.TRAINER])


@pytest.fixture
def keeper() -> User:
    return UserFactory.create(name="主管", roles=[Role.SUPERVISOR])


@pytest.fixture
def article(topic: Topic, keeper: User) -> Article:
    return ArticleFactory.create(topic=topic, owner=keeper, version__title="如何退货")


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_{page}", args=args)
