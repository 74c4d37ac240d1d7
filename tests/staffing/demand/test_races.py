"""S7: two who count the same day at once leave the count of one of them, not a mixture."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from staffing.demand import volumes
from staffing.demand.volumes import Count
from staffing.models import ServiceLine
from staffing.querysets import ServiceLineQuerySet
from tests.demand_factories import ServiceLineFactory
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)
COUNTERS = 4


def count_at_once(line: ServiceLine, counters: int) -> int:
    """Each counts half hours of its own; how many half hours stand afterwards."""
    start = Barrier(counters)

    def run(number: int) -> None:
        told = {TODAY: {2 * number: Count(1, 60), 2 * number + 1: Count(1, 60)}}
        start.wait(timeout=10)
        try:
            volumes.replace_days(line, told, by=None, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(counters) as pool:
        list(pool.map(run, range(counters)))
    return line.volumes.count()


def test_of_several_counts_of_a_day_one_stands():
    assert count_at_once(ServiceLineFactory.create(), COUNTERS) == 2


@pytest.mark.postgres
def test_the_control_without_the_lock_leaves_a_mixture(monkeypatch):
    meet = Barrier(2)
    standing = volumes._standing

    def read_then_meet(*given):
        found = standing(*given)
        meet.wait(timeout=10)
        return found

    monkeypatch.setattr(ServiceLineQuerySet, "locked", ServiceLineQuerySet.all)
    monkeypatch.setattr(volumes, "_standing", read_then_meet)
    assert count_at_once(ServiceLineFactory.create(), 2) == 4
