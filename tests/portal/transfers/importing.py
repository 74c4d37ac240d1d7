"""An importer to try jobs with: it makes groups by name, and one audit entry per row that was touched."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import xlsxwriter
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import privacy
from portal.choices import AuditAction
from portal.errors import MissingInformation
from portal.models import AuditEntry, TransferJob, User
from portal.transfers import importers, jobs, working
from portal.transfers.importers import Column, Importer, Layout, Outcome, Problem, Record, Result, row_by_row
from tests.factories import NOW, UserFactory

HEADER = ["编号", "名称", "手机号"]


class Killed(BaseException):
    """Stands for the end of the process: nothing that catches errors catches it."""


def nothing(_record: Record) -> None:
    pass


class GroupImporter(Importer):
    key = "groups"
    label = "Groups"
    permission = "auth.add_group"
    columns = (
        Column("code", "编号", is_required=True, help="Ours", example="1"),
        Column("name", "名称", is_required=True),
        Column("phone", "手机号", mask=privacy.mask_phone),
    )
    layouts = (
        Layout("shop", "Shop export", {"Shop No": "code", "Shop name": "name"}, frozenset({"code", "name"})),
    )
    chunk_rows = 4

    def __init__(self) -> None:
        self.before: Callable[[Record], None] = nothing

    def check_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        return [self._checked(record) for record in records]

    def apply_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        return row_by_row(records, lambda record: self._take(record, by, at))

    def objects_url(self, job: object) -> str:
        return "/admin/auth/group/"

    def _checked(self, record: Record) -> Outcome:
        if not record["name"]:
            return Outcome.rejected(Problem("A name is needed.", "name"))
        known = Group.objects.filter(name=record["name"]).exists()
        return Outcome(Result.UNCHANGED if known else Result.CREATED)

    def _take(self, record: Record, by: User, at: datetime) -> Result:
        if not record["name"]:
            raise MissingInformation("The row says too little.", fields={"name": "A name is needed."})
        self.before(record)
        AuditEntry.objects.create(
            at=at, actor=by, action=AuditAction.RUN, object_type="row", object_id=record["code"]
        )
        _group, is_new = Group.objects.get_or_create(name=record["name"])
        return Result.CREATED if is_new else Result.UNCHANGED


@contextmanager
def registered(importer: Importer) -> Iterator[None]:
    before = dict(importers._registered)
    importers.register(importer)
    try:
        yield
    finally:
        importers._registered.clear()
        importers._registered.update(before)


def clerk() -> User:
    """Somebody who may import groups."""
    user = UserFactory.create(language="en")
    user.user_permissions.add(Permission.objects.get(codename="add_group"))
    return User.objects.get(pk=user.pk)


def workbook(rows: Sequence[Sequence[str | float]], header: Sequence[str] = HEADER) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def numbered(count: int) -> list[list[str]]:
    return [[str(number), f"组{number}", f"1381234{number:04d}"] for number in range(1, count + 1)]


def table(rows: Sequence[Sequence[str | float]], name: str = "groups.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook(rows))


class Ticking:
    """A clock that goes on by a fixed step at each look."""

    def __init__(self, step: timedelta = timedelta(0), start: datetime = NOW) -> None:
        self.now = start
        self.step = step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


def uploaded(rows: list[list[str]], by: User | None = None) -> TransferJob:
    return jobs.upload(table(rows), "groups", by=by or clerk(), at=NOW)


def worked(job: TransferJob) -> TransferJob:
    while working.work(job.pk, clock=lambda: NOW):
        pass
    job.refresh_from_db()
    return job


def confirmed(rows: list[list[str]]) -> TransferJob:
    by = clerk()
    return jobs.confirm(worked(uploaded(rows, by)), by=by, at=NOW)


def counts(job: TransferJob) -> tuple[int, ...]:
    return (job.rows_done, job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)


def codes_taken() -> list[int]:
    """Which rows were taken in, each as often as it was."""
    return sorted(
        int(code)
        for code in AuditEntry.objects.filter(action=AuditAction.RUN).values_list("object_id", flat=True)
    )
