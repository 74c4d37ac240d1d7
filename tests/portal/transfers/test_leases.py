from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection, transaction

from portal.choices import TransferStatus
from portal.transfers import jobs, policy, working
from portal.transfers.importers import Record
from portal.transfers.reading import open_table
from portal.transfers.records import recognise
from tests.factories import NOW
from tests.portal.transfers.importing import (
    GroupImporter,
    Killed,
    Ticking,
    codes_taken,
    confirmed,
    counts,
    nothing,
    numbered,
    uploaded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]

LATER = NOW + policy.LEASE + timedelta(seconds=1)


def test_a_run_killed_between_chunks_ends_as_one_that_was_not() -> None:  # C2
    job = confirmed(numbered(10))

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW, rest=killed)
    job.refresh_from_db()
    assert (job.rows_done, codes_taken()) == (4, [1, 2, 3, 4])

    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert job.status == TransferStatus.DONE
    assert counts(job) == (10, 10, 0, 0, 0)
    assert codes_taken() == list(range(1, 11))


def test_a_run_killed_within_a_chunk_ends_as_one_that_was_not(importer: GroupImporter) -> None:  # C2
    job = confirmed(numbered(10))

    def before(record: Record) -> None:
        if record["code"] == "7":
            raise Killed

    importer.before = before
    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.rows_done, codes_taken()) == (4, [1, 2, 3, 4])

    importer.before = nothing
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert counts(job) == (10, 10, 0, 0, 0)
    assert codes_taken() == list(range(1, 11))


def test_a_check_that_was_killed_is_taken_up_and_its_errors_are_told_once() -> None:
    job = uploaded([["1", "", ""], *numbered(9)])

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW, rest=killed)
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert (job.status, job.errors.count(), job.rejected_count) == (TransferStatus.READY, 1, 1)


def test_a_job_that_a_living_worker_holds_is_not_due_and_cannot_be_taken() -> None:
    job = confirmed(numbered(10))
    assert working.take(job.pk, at=NOW)

    assert working.due(NOW) == []
    assert working.take(job.pk, at=NOW) is None
    assert working.due(LATER) == [job.pk]
    assert working.take(job.pk, at=LATER)


def test_a_worker_that_was_thought_dead_finds_its_lease_gone_and_writes_no_more() -> None:
    job = confirmed(numbered(10))
    seen: list[str] = []

    def stalled() -> None:
        """The first worker stops after a chunk for so long that another takes the job up and ends it."""
        if not seen:
            seen.append("stalled")
            working.work(job.pk, clock=lambda: LATER)

    assert working.work(job.pk, clock=lambda: NOW, rest=stalled) is False

    job.refresh_from_db()
    assert (job.status, job.rows_done) == (TransferStatus.DONE, 10)
    assert codes_taken() == list(range(1, 11))


def test_control_without_the_lease_the_stalled_worker_takes_rows_in_twice(importer: GroupImporter) -> None:
    job = confirmed(numbered(10))
    with open_table(Path(job.file.path)) as rows:
        source = recognise(rows, importer)
        stale = [source.record(row) for row in source.rows][4:]
    working.work(job.pk, clock=lambda: NOW)

    # What the stalled worker would go on with if nobody asked for its lease.
    importer.apply_chunk(stale, by=job.created_by, at=NOW)

    assert codes_taken() != list(range(1, 11))


def _in_parallel(act: Callable[[], object]) -> None:
    barrier = Barrier(2)

    def run() -> None:
        try:
            barrier.wait()
            act()
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_each_row_in_once() -> None:  # C2
    job = confirmed(numbered(40))

    _in_parallel(lambda: working.work(job.pk, clock=lambda: NOW))

    job.refresh_from_db()
    assert counts(job) == (40, 40, 0, 0, 0)
    assert codes_taken() == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_control_two_workers_without_a_lease_take_rows_in_twice(importer: GroupImporter) -> None:
    job = confirmed(numbered(40))
    with open_table(Path(job.file.path)) as rows:
        source = recognise(rows, importer)
        records = [source.record(row) for row in source.rows]

    def unleased() -> None:
        with transaction.atomic():
            importer.apply_chunk(records, by=job.created_by, at=NOW)

    _in_parallel(unleased)

    assert len(codes_taken()) == 80


def test_a_job_that_is_called_off_stops_before_its_next_chunk_and_keeps_what_it_has() -> None:
    job = confirmed(numbered(10))

    working.work(job.pk, clock=lambda: NOW, rest=lambda: jobs.cancel(job, by=job.created_by, at=NOW))

    job.refresh_from_db()
    assert (job.status, job.rows_done) == (TransferStatus.CANCELLED, 4)
    assert codes_taken() == [1, 2, 3, 4]


def test_a_long_run_lets_other_work_in_and_goes_on_where_it_stopped() -> None:
    job = confirmed(numbered(10))
    clock = Ticking(policy.SLICE / 3)

    rounds = 1
    while working.work(job.pk, clock=clock):
        rounds += 1
        assert working.due(clock.now) == [job.pk]

    job.refresh_from_db()
    assert rounds > 1
    assert job.status == TransferStatus.DONE
    assert codes_taken() == list(range(1, 11))


def test_a_database_that_goes_away_costs_no_row(importer: GroupImporter) -> None:
    job = confirmed(numbered(10))

    def before(record: Record) -> None:
        if record["code"] == "6":
            raise OperationalError("gone")

    importer.before = before
    with pytest.raises(OperationalError):
        working.work(job.pk, clock=lambda: NOW)
    importer.before = nothing
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert counts(job) == (10, 10, 0, 0, 0)


def test_a_job_that_dies_again_and_again_at_one_place_fails_and_says_so(importer: GroupImporter) -> None:
    job = confirmed(numbered(10))

    def before(_record: Record) -> None:
        raise Killed

    importer.before = before
    clock = Ticking(policy.LEASE)
    for _ in range(policy.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            working.work(job.pk, clock=clock)
        clock.now += policy.LEASE
    working.work(job.pk, clock=clock)

    job.refresh_from_db()
    assert job.status == TransferStatus.FAILED
    assert job.failure
    assert working.due(clock.now + timedelta(days=1)) == []
