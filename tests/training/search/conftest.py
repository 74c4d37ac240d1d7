from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import NOW
from training.search import synonyms


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shipped(db) -> None:  # noqa: ARG001
    """The shipped groups, whatever another test has left of them."""
    synonyms.take_shipped()
