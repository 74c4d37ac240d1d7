from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction

from portal.choices import AuditAction, TransferStatus
from portal.errors import MissingInformation
from portal.models import AuditEntry, TransferJob, User
from portal.transfers import jobs, policy, working
from portal.transfers.importers import Record
from portal.transfers.reading import open_table
from portal.transfers.records import recognise
from tests.factories import NOW
from tests.portal.transfers.importing import (
    GroupImporter,
    Killed,
    Ticking,
    clerk,
    nothing,
    numbered,
    table,
    workbook,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]

LATER = NOW + policy.LEASE + timedelta(seconds=1)


def _uploaded(rows: list[list[str]], by: User | None = None) -> TransferJob:
    return jobs.upload(table(rows), "groups", by=by or clerk(), at=NOW)


def _worked(job: TransferJob) -> TransferJob:
    while working.work(job.pk, clock=lambda: NOW):
        pass
    job.refresh_from_db()
    return job


def _confirmed(rows: list[list[str]]) -> TransferJob:
    by = clerk()
    return jobs.confirm(_worked(_uploaded(rows, by)), by=by, at=NOW)


def _counts(job: TransferJob) -> tuple[int, ...]:
    return (job.rows_done, job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)


def _codes_taken() -> list[int]:
    """Which rows were taken in, each as often as it was."""
    return sorted(
        int(code)
        for code in AuditEntry.objects.filter(action=AuditAction.RUN).values_list("object_id", flat=True)
    )


# Checking


def test_a_check_tells_what_would_happen_and_does_nothing() -> None:  # C2
    Group.objects.create(name="组1")
    job = _worked(_uploaded([*numbered(5), ["6", "", "13900000000"]]))

    assert job.status == TransferStatus.READY
    assert _counts(job) == (6, 4, 0, 1, 1)
    assert Group.objects.filter(name__startswith="组").count() == 1
    assert not _codes_taken()
    assert job.lease_token is None


def test_the_preview_shows_the_first_rows_as_understood_with_personal_values_masked() -> None:  # C2 X2
    job = _worked(_uploaded([["1", "组1", "13812345678"], ["2", "", "13900000000"]]))

    assert job.preview["header"] == ["编号", "名称", "手机号"]
    good, bad = job.preview["rows"]
    assert [cell["text"] for cell in good["cells"]] == ["1", "组1", "138****5678"]
    assert (good["number"], good["result"], good["problems"]) == (2, "created", [])
    assert [cell["is_wrong"] for cell in bad["cells"]] == [False, True, False]
    assert bad["problems"] == ["A name is needed."]
    assert "13812345678" not in str(job.preview)


def test_what_is_wrong_is_told_with_row_and_column_and_without_the_value() -> None:  # C2
    job = _worked(_uploaded([["1", "组1", "13812345678"], ["2", "", "13900000000"]]))

    assert list(job.errors.values_list("row", "column", "message")) == [(3, "名称", "A name is needed.")]


# Taking in


def test_a_confirmed_file_is_taken_in() -> None:  # C2
    job = _worked(_confirmed(numbered(10)))

    assert job.status == TransferStatus.DONE
    assert _counts(job) == (10, 10, 0, 0, 0)
    assert job.finished_at == NOW
    assert Group.objects.filter(name__startswith="组").count() == 10


def test_a_bad_row_costs_only_itself() -> None:  # C2
    rows = numbered(10)
    rows[4][1] = ""

    job = _worked(_confirmed(rows))

    assert job.status == TransferStatus.DONE_WITH_ERRORS
    assert _counts(job) == (10, 9, 0, 0, 1)
    assert _codes_taken() == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert list(job.errors.values_list("row", "column", "message")) == [(6, "名称", "A name is needed.")]


def test_a_row_that_nobody_foresaw_costs_only_itself(importer: GroupImporter) -> None:  # C2
    def before(record: Record) -> None:
        if record["code"] == "6":
            raise ZeroDivisionError

    job = _confirmed(numbered(10))
    importer.before = before

    job = _worked(job)

    assert _counts(job) == (10, 9, 0, 0, 1)
    assert _codes_taken() == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert job.errors.get().row == 7


def test_a_step_that_refuses_a_row_costs_only_that_row(importer: GroupImporter) -> None:
    def before(record: Record) -> None:
        if record["code"] == "2":
            raise MissingInformation("Not this one.")

    job = _confirmed(numbered(3))
    importer.before = before

    job = _worked(job)

    assert _codes_taken() == [1, 3]
    assert list(job.errors.values_list("row", "column", "message")) == [(3, "", "Not this one.")]


def test_the_same_file_again_changes_nothing() -> None:  # C2
    _worked(_confirmed(numbered(10)))

    again = _worked(_confirmed(numbered(10)))

    assert again.status == TransferStatus.DONE
    assert _counts(again) == (10, 0, 0, 10, 0)
    assert Group.objects.filter(name__startswith="组").count() == 10


def test_a_rounded_order_number_is_rejected_where_it_is_needed_and_only_there() -> None:  # C2
    rows: list[list[str | float]] = [
        [721062849158389414.0, "甲", "1", 1e18],
        ["721062849158389415", "乙", "1", 1e18],
    ]
    file = SimpleUploadedFile("a.xlsx", workbook(rows, ["编号", "名称", "手机号", "不用的列"]))

    job = _worked(jobs.upload(file, "groups", by=clerk(), at=NOW))

    assert (job.created_count, job.rejected_count) == (1, 1)
    assert list(job.errors.values_list("row", "column")) == [(2, "编号")]


def test_the_error_file_holds_the_rejected_rows_and_is_itself_a_table_to_upload() -> None:  # C2 X6
    rows = [*numbered(6), ["7", "", "=1+1"], ["8", "", "2"]]
    job = _worked(_confirmed(rows))

    with open_table(Path(job.error_file.path)) as rejected:
        header, *lines = [row.cells for row in rejected]

    assert header == ["编号", "名称", "手机号", "row", "column", "message"]
    assert lines == [
        ["7", "", "=1+1", "8", "名称", "A name is needed."],
        ["8", "", "2", "9", "名称", "A name is needed."],
    ]
    content = Path(job.error_file.path).read_bytes()
    again = jobs.upload(SimpleUploadedFile("errors.xlsx", content), "groups", by=clerk(), at=NOW)
    assert again.rows_total == 2


def test_of_many_errors_some_are_kept_and_all_are_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "ERRORS_KEPT", 3)
    job = _worked(_confirmed([*numbered(1), *([str(code), "", ""] for code in range(2, 12))]))

    assert [error.row for error in job.errors.all()] == [3, 4, 5]
    assert job.rejected_count == 10
    with open_table(Path(job.error_file.path)) as rejected:
        assert rejected.rows_total == 11


# Being killed, and being two


def test_a_run_killed_between_chunks_ends_as_one_that_was_not() -> None:  # C2
    job = _confirmed(numbered(10))

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW, rest=killed)
    job.refresh_from_db()
    assert (job.rows_done, _codes_taken()) == (4, [1, 2, 3, 4])

    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert job.status == TransferStatus.DONE
    assert _counts(job) == (10, 10, 0, 0, 0)
    assert _codes_taken() == list(range(1, 11))


def test_a_run_killed_within_a_chunk_ends_as_one_that_was_not(importer: GroupImporter) -> None:  # C2
    job = _confirmed(numbered(10))

    def before(record: Record) -> None:
        if record["code"] == "7":
            raise Killed

    importer.before = before
    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.rows_done, _codes_taken()) == (4, [1, 2, 3, 4])

    importer.before = nothing
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert _counts(job) == (10, 10, 0, 0, 0)
    assert _codes_taken() == list(range(1, 11))


def test_a_check_that_was_killed_is_taken_up_and_its_errors_are_told_once() -> None:
    job = _uploaded([["1", "", ""], *numbered(9)])

    def killed() -> None:
        raise Killed

    with pytest.raises(Killed):
        working.work(job.pk, clock=lambda: NOW, rest=killed)
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert (job.status, job.errors.count(), job.rejected_count) == (TransferStatus.READY, 1, 1)


def test_a_job_that_a_living_worker_holds_is_not_due_and_cannot_be_taken() -> None:
    job = _confirmed(numbered(10))
    assert working.take(job.pk, at=NOW)

    assert working.due(NOW) == []
    assert working.take(job.pk, at=NOW) is None
    assert working.due(LATER) == [job.pk]
    assert working.take(job.pk, at=LATER)


def test_a_worker_that_was_thought_dead_finds_its_lease_gone_and_writes_no_more() -> None:
    job = _confirmed(numbered(10))
    seen: list[str] = []

    def stalled() -> None:
        """The first worker stops after a chunk for so long that another takes the job up and ends it."""
        if not seen:
            seen.append("stalled")
            working.work(job.pk, clock=lambda: LATER)

    assert working.work(job.pk, clock=lambda: NOW, rest=stalled) is False

    job.refresh_from_db()
    assert (job.status, job.rows_done) == (TransferStatus.DONE, 10)
    assert _codes_taken() == list(range(1, 11))


def test_control_without_the_lease_the_stalled_worker_takes_rows_in_twice(importer: GroupImporter) -> None:
    job = _confirmed(numbered(10))
    with open_table(Path(job.file.path)) as rows:
        source = recognise(rows, importer)
        stale = [source.record(row) for row in source.rows][4:]
    working.work(job.pk, clock=lambda: NOW)

    # What the stalled worker would go on with if nobody asked for its lease.
    importer.apply_chunk(stale, by=job.created_by, at=NOW)

    assert _codes_taken() != list(range(1, 11))


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
    job = _confirmed(numbered(40))

    _in_parallel(lambda: working.work(job.pk, clock=lambda: NOW))

    job.refresh_from_db()
    assert _counts(job) == (40, 40, 0, 0, 0)
    assert _codes_taken() == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_control_two_workers_without_a_lease_take_rows_in_twice(importer: GroupImporter) -> None:
    job = _confirmed(numbered(40))
    with open_table(Path(job.file.path)) as rows:
        source = recognise(rows, importer)
        records = [source.record(row) for row in source.rows]

    def unleased() -> None:
        with transaction.atomic():
            importer.apply_chunk(records, by=job.created_by, at=NOW)

    _in_parallel(unleased)

    assert len(_codes_taken()) == 80


def test_a_job_that_is_called_off_stops_before_its_next_chunk_and_keeps_what_it_has() -> None:
    job = _confirmed(numbered(10))

    working.work(job.pk, clock=lambda: NOW, rest=lambda: jobs.cancel(job, by=job.created_by, at=NOW))

    job.refresh_from_db()
    assert (job.status, job.rows_done) == (TransferStatus.CANCELLED, 4)
    assert _codes_taken() == [1, 2, 3, 4]


def test_a_long_run_lets_other_work_in_and_goes_on_where_it_stopped() -> None:
    job = _confirmed(numbered(10))
    clock = Ticking(policy.SLICE / 3)

    rounds = 1
    while working.work(job.pk, clock=clock):
        rounds += 1
        assert working.due(clock.now) == [job.pk]

    job.refresh_from_db()
    assert rounds > 1
    assert job.status == TransferStatus.DONE
    assert _codes_taken() == list(range(1, 11))


def test_a_database_that_goes_away_costs_no_row(importer: GroupImporter) -> None:
    job = _confirmed(numbered(10))

    def before(record: Record) -> None:
        if record["code"] == "6":
            raise OperationalError("gone")

    importer.before = before
    with pytest.raises(OperationalError):
        working.work(job.pk, clock=lambda: NOW)
    importer.before = nothing
    working.work(job.pk, clock=lambda: LATER)

    job.refresh_from_db()
    assert _counts(job) == (10, 10, 0, 0, 0)


def test_a_job_that_dies_again_and_again_at_one_place_fails_and_says_so(importer: GroupImporter) -> None:
    job = _confirmed(numbered(10))

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


def test_a_file_that_was_damaged_meanwhile_fails_the_job_with_its_reason() -> None:
    job = _confirmed(numbered(3))
    Path(job.file.path).write_bytes(b"PK\x03\x04 nothing else")

    job = _worked(job)

    assert job.status == TransferStatus.FAILED
    assert job.failure
    assert job.finished_at == NOW


def test_what_people_read_of_a_job_is_in_the_language_of_its_uploader() -> None:
    by = clerk()
    by.language = "en"
    by.save()
    job = _confirmed(numbered(1))
    TransferJob.objects.filter(pk=job.pk).update(kind="gone", created_by=by)

    assert _worked(job).failure == "This kind of import does not exist any more."
