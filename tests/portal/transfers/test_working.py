from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.choices import TransferStatus
from portal.errors import MissingInformation
from portal.models import TransferJob
from portal.transfers import jobs, policy, working
from portal.transfers.importers import Record
from portal.transfers.reading import open_table
from tests.factories import NOW
from tests.portal.transfers.importing import (
    GroupImporter,
    clerk,
    codes_taken,
    confirmed,
    counts,
    numbered,
    uploaded,
    workbook,
    worked,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]

LATER = NOW + policy.LEASE + timedelta(seconds=1)


# Checking


def test_a_check_tells_what_would_happen_and_does_nothing() -> None:  # C2
    Group.objects.create(name="组1")
    job = worked(uploaded([*numbered(5), ["6", "", "13900000000"]]))

    assert job.status == TransferStatus.READY
    assert counts(job) == (6, 4, 0, 1, 1)
    assert Group.objects.filter(name__startswith="组").count() == 1
    assert not codes_taken()
    assert job.lease_token is None


def test_the_preview_shows_the_first_rows_as_understood_with_personal_values_masked() -> None:  # C2 X2
    job = worked(uploaded([["1", "组1", "13812345678"], ["2", "", "13900000000"]]))

    assert job.preview["header"] == ["编号", "名称", "手机号"]
    good, bad = job.preview["rows"]
    assert [cell["text"] for cell in good["cells"]] == ["1", "组1", "138****5678"]
    assert (good["number"], good["result"], good["problems"]) == (2, "created", [])
    assert [cell["is_wrong"] for cell in bad["cells"]] == [False, True, False]
    assert bad["problems"] == ["A name is needed."]
    assert "13812345678" not in str(job.preview)


def test_what_is_wrong_is_told_with_row_and_column_and_without_the_value() -> None:  # C2
    job = worked(uploaded([["1", "组1", "13812345678"], ["2", "", "13900000000"]]))

    assert list(job.errors.values_list("row", "column", "message")) == [(3, "名称", "A name is needed.")]


# Taking in


def test_a_confirmed_file_is_taken_in() -> None:  # C2
    job = worked(confirmed(numbered(10)))

    assert job.status == TransferStatus.DONE
    assert counts(job) == (10, 10, 0, 0, 0)
    assert job.finished_at == NOW
    assert Group.objects.filter(name__startswith="组").count() == 10


def test_a_bad_row_costs_only_itself() -> None:  # C2
    rows = numbered(10)
    rows[4][1] = ""

    job = worked(confirmed(rows))

    assert job.status == TransferStatus.DONE_WITH_ERRORS
    assert counts(job) == (10, 9, 0, 0, 1)
    assert codes_taken() == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert list(job.errors.values_list("row", "column", "message")) == [(6, "名称", "A name is needed.")]


def test_a_row_that_nobody_foresaw_costs_only_itself(importer: GroupImporter) -> None:  # C2
    def before(record: Record) -> None:
        if record["code"] == "6":
            raise ZeroDivisionError

    job = confirmed(numbered(10))
    importer.before = before

    job = worked(job)

    assert counts(job) == (10, 9, 0, 0, 1)
    assert codes_taken() == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert job.errors.get().row == 7


def test_a_step_that_refuses_a_row_costs_only_that_row(importer: GroupImporter) -> None:
    def before(record: Record) -> None:
        if record["code"] == "2":
            raise MissingInformation("Not this one.")

    job = confirmed(numbered(3))
    importer.before = before

    job = worked(job)

    assert codes_taken() == [1, 3]
    assert list(job.errors.values_list("row", "column", "message")) == [(3, "", "Not this one.")]


def test_the_same_file_again_changes_nothing() -> None:  # C2
    worked(confirmed(numbered(10)))

    again = worked(confirmed(numbered(10)))

    assert again.status == TransferStatus.DONE
    assert counts(again) == (10, 0, 0, 10, 0)
    assert Group.objects.filter(name__startswith="组").count() == 10


def test_a_rounded_order_number_is_rejected_where_it_is_needed_and_only_there() -> None:  # C2
    rows: list[list[str | float]] = [
        [721062849158389414.0, "甲", "1", 1e18],
        ["721062849158389415", "乙", "1", 1e18],
    ]
    file = SimpleUploadedFile("a.xlsx", workbook(rows, ["编号", "名称", "手机号", "不用的列"]))

    job = worked(jobs.upload(file, "groups", by=clerk(), at=NOW))

    assert (job.created_count, job.rejected_count) == (1, 1)
    assert list(job.errors.values_list("row", "column")) == [(2, "编号")]


def test_the_error_file_holds_the_rejected_rows_and_is_itself_a_table_to_upload() -> None:  # C2 X6
    rows = [*numbered(6), ["7", "", "=1+1"], ["8", "", "2"]]
    job = worked(confirmed(rows))

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
    job = worked(confirmed([*numbered(1), *([str(code), "", ""] for code in range(2, 12))]))

    assert [error.row for error in job.errors.all()] == [3, 4, 5]
    assert job.rejected_count == 10
    with open_table(Path(job.error_file.path)) as rejected:
        assert rejected.rows_total == 11


def test_a_file_that_was_damaged_meanwhile_fails_the_job_with_its_reason() -> None:
    job = confirmed(numbered(3))
    Path(job.file.path).write_bytes(b"PK\x03\x04 nothing else")

    job = worked(job)

    assert job.status == TransferStatus.FAILED
    assert job.failure
    assert job.finished_at == NOW


def test_what_people_read_of_a_job_is_in_the_language_of_its_uploader() -> None:
    by = clerk()
    by.language = "en"
    by.save()
    job = confirmed(numbered(1))
    TransferJob.objects.filter(pk=job.pk).update(kind="gone", created_by=by)

    assert worked(job).failure == "This kind of import does not exist any more."
