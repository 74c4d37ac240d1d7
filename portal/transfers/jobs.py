"""What people do with a transfer job: upload a file, confirm what was found in it, call it off."""

import hashlib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from portal import audit
from portal.choices import AuditAction, TransferStatus
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import TransferJob, User
from portal.transfers import importers
from portal.transfers.importers import Importer
from portal.transfers.policy import CONFIRM_WITHIN, FILES_KEPT
from portal.transfers.querysets import FOR_PEOPLE
from portal.transfers.reading import open_table
from portal.transfers.records import recognise

_NAME_CHARACTERS = 200
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def upload(
    file: "File[Any]", kind: str, *, by: User, at: datetime, options: Mapping[str, Any] | None = None
) -> TransferJob:
    """Keep a file and make a job of it, if it is a table with columns the importer knows.

    `options["layout"]` asks for one layout instead of any. What a file is, is told here and at once: no job
    is made of one that cannot be used.

    Raises: NotAllowed, UnusableFile, UnknownColumns, MissingInformation.
    """
    importer = _permitted(kind, by)
    job = TransferJob(kind=kind, created_by=by, created_at=at, options=dict(options or {}))
    job.original_name = _plain_name(file.name or "")
    job.sha256 = _digest(file)
    job.file.save("", file, save=False)
    try:
        _inspect(job, importer)
        job.save()
    except BaseException:
        job.file.delete(save=False)
        raise
    return job


def confirm(job: TransferJob, *, by: User, at: datetime) -> TransferJob:
    """Let a checked file be taken in.

    Raises: NotAllowed, WrongState (not checked yet, or confirmed by somebody else in the meantime),
    MissingInformation (no row of it can be taken).
    """
    _permitted(job.kind, by)
    with transaction.atomic():
        job = TransferJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if job.status != TransferStatus.READY:
            raise WrongState(_("This file is not waiting to be imported."))
        if not job.rows_accepted:
            raise MissingInformation(
                _("No row of this file can be imported. Correct it and upload it again.")
            )
        delete_on_commit(job.error_file)
        job.errors.all().delete()
        _restart(job)
        job.status = TransferStatus.RUNNING
        job.confirmed_by, job.confirmed_at = by, at
        job.save()
        facts = {
            "file": [None, job.original_name],
            "sha256": [None, job.sha256],
            "rows": [None, job.rows_total],
        }
        audit.record(AuditAction.IMPORT, job, by=by, at=at, changes=facts)
    return job


def cancel(job: TransferJob, *, by: User, at: datetime) -> TransferJob:
    """Stop a job before its next chunk. Rows that were taken in stay.

    Raises: NotAllowed, WrongState.
    """
    if by != job.created_by:
        _permitted(job.kind, by)
    return _call_off(job, by=by, at=at)


def tidy(at: datetime) -> int:
    """Let go of what nobody came back for: files that were never confirmed, and old files; return how many.

    The jobs and their figures stay.
    """
    forgotten = TransferJob.objects.filter(status__in=FOR_PEOPLE, created_at__lt=at - CONFIRM_WITHIN)
    for job in forgotten:
        with suppress(WrongState):
            _call_off(job, by=None, at=at)
    old = TransferJob.objects.exclude(file="").filter(finished_at__lt=at - FILES_KEPT)
    for job in old:
        with transaction.atomic():
            delete_on_commit(job.file)
            delete_on_commit(job.error_file)
            TransferJob.objects.filter(pk=job.pk).update(file="", error_file="", preview={})
    return len(old)


def delete_on_commit(file: FieldFile) -> None:
    """Delete a stored file once nothing points to it any more, and not before."""
    if file:
        name, storage = file.name, file.storage
        transaction.on_commit(lambda: storage.delete(str(name)))


def _inspect(job: TransferJob, importer: Importer) -> None:
    with open_table(Path(job.file.path)) as table:
        source = recognise(table, importer, layout=job.options.get("layout", ""))
    if not source.rows_total:
        raise MissingInformation(_("The table has a header and no rows below it."))
    job.rows_total = source.rows_total
    job.layout = source.match.layout.key


def _permitted(kind: str, by: User) -> Importer:
    importer = importers.get(kind)
    if importer is None or not by.has_perm(importer.permission):
        raise NotAllowed(_("You may not import this kind of table."))
    return importer


def _restart(job: TransferJob) -> None:
    """Count again from the first row: what was counted so far is what would have happened."""
    job.rows_done = job.created_count = job.updated_count = job.unchanged_count = job.rejected_count = 0
    job.error_file = ""
    job.preview = {}
    job.attempts = 0


def _call_off(job: TransferJob, *, by: User | None, at: datetime) -> TransferJob:
    with transaction.atomic():
        job = TransferJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if not job.is_unfinished:
            raise WrongState(_("This import has already ended."))
        before, job.status, job.finished_at = job.status, TransferStatus.CANCELLED, at
        job.lease_token = job.leased_until = None
        job.save()
        audit.record(AuditAction.CHANGE, job, by=by, at=at, changes={"status": [before, job.status.value]})
    return job


def _digest(file: "File[Any]") -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _plain_name(name: str) -> str:
    """The name for people's eyes: without folders, and without characters that hide or turn the rest."""
    visible = "".join(character for character in name if unicodedata.category(character) not in _INVISIBLE)
    return visible.replace("\\", "/").rsplit("/", maxsplit=1)[-1].strip()[-_NAME_CHARACTERS:] or "-"
