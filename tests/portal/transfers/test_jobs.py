from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.choices import AuditAction, TransferStatus
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, TransferJob, User
from portal.transfers import jobs, working
from portal.transfers.reading import UnusableFile
from portal.transfers.records import UnknownColumns
from tests.factories import NOW, UserFactory
from tests.portal.transfers.importing import clerk, numbered, table, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]


def _files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def _checked(by: User, rows: list[list[str]]) -> TransferJob:
    job = jobs.upload(table(rows), "groups", by=by, at=NOW)
    working.work(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    return job


def test_an_uploaded_table_is_a_job_that_waits_for_a_worker() -> None:  # C2
    by = clerk()

    job = jobs.upload(table(numbered(3), "六月.xlsx"), "groups", by=by, at=NOW)

    assert (job.status, job.rows_total, job.layout) == (TransferStatus.UPLOADED, 3, "template")
    assert (job.original_name, job.created_by, job.created_at) == ("六月.xlsx", by, NOW)
    assert working.due(NOW) == [job.pk]


def test_a_file_is_kept_under_a_random_name_whatever_it_was_called(store: Path) -> None:
    names = [
        "../../etc/cron.d/x.xlsx",
        ".htaccess\u200b",
        "a\u202exslx.exe",
        "C:\\temp\\a.xlsx",
        "\r\n",
        "x" * 400,
    ]
    for name in names:
        file = table(numbered(1))
        file._name = name  # type: ignore[attr-defined]  # as a browser sends it, before Django cleans it
        jobs.upload(file, "groups", by=clerk(), at=NOW)

    assert all(path.parent == store / "transfers" and len(path.name) == 32 for path in _files(store))
    shown = list(TransferJob.objects.order_by("pk").values_list("original_name", flat=True))
    assert shown == ["x.xlsx", ".htaccess", "axslx.exe", "a.xlsx", "-", "x" * 200]


def test_only_who_may_import_a_kind_may_upload_one() -> None:  # X6
    with pytest.raises(NotAllowed):
        jobs.upload(table(numbered(1)), "groups", by=UserFactory.create(), at=NOW)
    with pytest.raises(NotAllowed):
        jobs.upload(table(numbered(1)), "no such kind", by=clerk(), at=NOW)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"MZ\x90\x00", UnusableFile),
        (workbook([["1", "2"]], ["甲", "乙"]), UnknownColumns),
        (workbook([["1"]], ["编号"]), UnknownColumns),
        (workbook([]), MissingInformation),
    ],
)
def test_a_file_that_cannot_be_used_leaves_neither_job_nor_file(
    store: Path, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        jobs.upload(SimpleUploadedFile("a.xlsx", content), "groups", by=clerk(), at=NOW)

    assert not _files(store)
    assert not TransferJob.objects.exists()


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnknownColumns, match="名称"):
        jobs.upload(SimpleUploadedFile("a.xlsx", workbook([["1"]], ["编号"])), "groups", by=clerk(), at=NOW)


def test_the_layout_of_an_export_is_told_by_its_header_below_a_title() -> None:  # C2
    rows = [["", ""], ["shop name", "ＳＨＯＰ　ＮＯ＊"], ["组1", "1"]]
    file = SimpleUploadedFile("a.xlsx", workbook(rows, ["Export of June", ""]))

    job = jobs.upload(file, "groups", by=clerk(), at=NOW)

    assert (job.layout, job.rows_total) == ("shop", 1)


def test_a_layout_can_be_asked_for() -> None:
    with pytest.raises(UnknownColumns):
        jobs.upload(table(numbered(1)), "groups", by=clerk(), at=NOW, options={"layout": "shop"})


def test_a_checked_file_runs_once_it_is_confirmed_and_that_is_recorded() -> None:
    by, chief = clerk(), clerk()
    job = _checked(by, numbered(3))

    confirmed = jobs.confirm(job, by=chief, at=NOW)

    assert (confirmed.status, confirmed.confirmed_by, confirmed.rows_done) == (
        TransferStatus.RUNNING,
        chief,
        0,
    )
    entry = AuditEntry.objects.get(action=AuditAction.IMPORT)
    assert (entry.actor, entry.object_id) == (chief, str(job.pk))
    assert entry.changes["sha256"] == [None, job.sha256]


def test_a_file_is_confirmed_once_and_only_after_its_check() -> None:
    by = clerk()
    unchecked = jobs.upload(table(numbered(1)), "groups", by=by, at=NOW)
    with pytest.raises(WrongState):
        jobs.confirm(unchecked, by=by, at=NOW)

    job = _checked(by, numbered(2))
    jobs.confirm(job, by=by, at=NOW)
    with pytest.raises(WrongState):
        jobs.confirm(job, by=by, at=NOW)


def test_a_permission_that_was_taken_away_meanwhile_is_missed_at_the_confirmation() -> None:  # X1
    by = clerk()
    job = _checked(by, numbered(1))
    by.user_permissions.clear()

    with pytest.raises(NotAllowed):
        jobs.confirm(job, by=User.objects.get(pk=by.pk), at=NOW)


def test_a_file_without_a_single_good_row_is_not_imported() -> None:
    by = clerk()
    job = _checked(by, [["1", "", ""], ["2", "", ""]])

    with pytest.raises(MissingInformation):
        jobs.confirm(job, by=by, at=NOW)


def test_the_findings_of_the_check_go_when_the_import_begins(
    django_capture_on_commit_callbacks: Any,
) -> None:
    by = clerk()
    job = _checked(by, [*numbered(2), ["3", "", ""]])
    assert job.errors.count() == 1
    assert job.error_file

    with django_capture_on_commit_callbacks(execute=True):
        confirmed = jobs.confirm(job, by=by, at=NOW)

    assert not confirmed.errors.exists()
    assert not confirmed.error_file
    assert not Path(job.error_file.path).exists()


@pytest.mark.parametrize("before", [[], [jobs.confirm]])
def test_a_job_is_called_off_by_its_uploader_and_then_has_ended(before: list[Any]) -> None:
    by = clerk()
    job = _checked(by, numbered(1))
    for step in before:
        step(job, by=by, at=NOW)

    cancelled = jobs.cancel(job, by=by, at=NOW)

    assert (cancelled.status, cancelled.finished_at) == (TransferStatus.CANCELLED, NOW)
    assert AuditEntry.objects.get(action=AuditAction.CHANGE).actor == by
    assert working.due(NOW) == []
    with pytest.raises(WrongState):
        jobs.cancel(job, by=by, at=NOW)


def test_a_stranger_cannot_call_off_a_job() -> None:
    job = _checked(clerk(), numbered(1))

    with pytest.raises(NotAllowed):
        jobs.cancel(job, by=UserFactory.create(), at=NOW)


def test_a_job_is_seen_by_its_uploader_and_by_who_may_import_its_kind() -> None:  # X1
    by = clerk()
    job = _checked(by, numbered(1))
    by.user_permissions.clear()
    uploader = User.objects.get(pk=by.pk)

    assert list(TransferJob.objects.visible_to(uploader)) == [job]
    assert list(TransferJob.objects.visible_to(clerk())) == [job]
    assert not TransferJob.objects.visible_to(UserFactory.create()).exists()


def test_files_go_when_nobody_needs_them_and_figures_stay(
    store: Path, django_capture_on_commit_callbacks: Any
) -> None:  # X2
    by = clerk()
    done = _checked(by, numbered(3))
    jobs.confirm(done, by=by, at=NOW)
    working.work(done.pk, clock=lambda: NOW)
    forgotten = _checked(by, numbered(2))

    with django_capture_on_commit_callbacks(execute=True):
        jobs.tidy(NOW + timedelta(days=8))
    forgotten.refresh_from_db()
    assert forgotten.status == TransferStatus.CANCELLED
    assert AuditEntry.objects.get(action=AuditAction.CHANGE).actor is None
    assert len(_files(store)) == 2

    with django_capture_on_commit_callbacks(execute=True):
        jobs.tidy(NOW + timedelta(days=40))
    done.refresh_from_db()
    assert not _files(store)
    assert (done.created_count, done.file.name, done.preview) == (3, "", {})
