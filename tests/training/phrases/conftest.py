from collections.abc import Iterator

import pytest
from django.utils import translation

from portal.choices import Role
from portal.models import User
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are read in the language of the sources."""
    with translation.override("en"):
        yield


@pytest.fixture
def handler() -> User:
    return UserFactory.create(roles=[Role.HANDLER])
