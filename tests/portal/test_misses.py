from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from redis.exceptions import RedisError

from portal.misses import Misses
from tests.factories import NOW

THREE = Misses("test", 3, timedelta(minutes=10))


@pytest.fixture(autouse=True)
def _forgetful():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


def test_the_last_miss_that_is_answered_is_told_once():
    assert [THREE.count(7) for _ in range(5)] == [False, False, True, False, False]
    assert THREE.are_too_many(7)


def test_each_asker_is_counted_alone():
    for _ in range(3):
        THREE.count(7)
    assert not THREE.are_too_many(8)
    assert not Misses("other", 3, timedelta(minutes=10)).are_too_many(7)


def test_after_the_time_they_are_forgotten():
    for _ in range(3):
        THREE.count(7)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert not THREE.are_too_many(7)


def test_a_cache_that_is_down_shuts_nobody_out(monkeypatch):
    def down(*_args: Any, **_kwargs: Any) -> None:
        raise RedisError

    for name in ("get", "add", "incr"):
        monkeypatch.setattr(cache, name, down, raising=False)
    assert not THREE.count(7)
    assert not THREE.are_too_many(7)
