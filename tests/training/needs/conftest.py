"""The cast: a team with its supervisor, a member, and people who look after the whole department."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from portal.choices import Role
from portal.models import User
from tests.factories import NOW, UserFactory
from tests.need_factories import Figure
from training import policy
from training.needs import effects


@pytest.fixture
def inspector() -> User:
    return UserFactory.create(roles=[Role.INSPECTOR], name="质检")


@pytest.fixture
def figure() -> Iterator[Figure]:
    """Registered for the time of a test; without a value but for the window before NOW and the one after."""
    figure = Figure({NOW: Decimal(4), NOW + policy.EFFECT_WINDOW: Decimal(4)})
    effects.register(figure)
    yield figure
    effects._registered.pop(figure.key)
