"""What a worker does with a transfer job: check it or take it in, chunk by chunk, and survive being killed.

A chunk and the progress behind it are one transaction, and it commits only under the job's lease. So a run
that dies is taken up by the next worker at the first row that was not taken in, with the same end; and of
two workers that think the job theirs, one finds its lease gone and its chunk undone.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import translation
from django.utils.translation import gettext as _

from portal.choices import TransferStatus
from portal.errors import DomainError, WrongState
from portal.models import TransferError, TransferJob
from portal.transfers import error_file, importers, preview
from portal.transfers.importers import Importer, Result
from portal.transfers.policy import ERRORS_KEPT, LEASE, MOST_ATTEMPTS, PREVIEW_ROWS, SLICE, SQLITE_CHUNK_ROWS
from portal.transfers.reading import Row, open_table
from portal.transfers.records import RecordSource, recognise
from portal.transfers.verdicts import Verdict, judge

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_MESSAGE_CHARACTERS = 500


class LeaseLost(Exception):  # noqa: N818 - not an error: another worker goes on, or somebody called the job off
    """This worker may not write for the job any more."""


def due(at: datetime) -> list[int]:
    """The jobs that wait for a worker, told from the database alone: a lost message loses nothing."""
    return list(TransferJob.objects.workable(at).order_by("pk").values_list("pk", flat=True))


def work(job_id: int, *, clock: Clock, rest: Callable[[], object] = lambda: None) -> bool:
    """Take a job up, if nobody else holds it, and bring it further for a while; whether more is left to do.

    `rest` is called after each chunk, outside its transaction.
    """
    job = take(job_id, at=clock())
    if job is None:
        return False
    with translation.override(job.created_by.language):
        try:
            return _advance(job, clock, rest)
        except LeaseLost:
            logger.info("Transfer %s is no longer ours", job.pk)
        except DomainError as refusal:
            _end(job, TransferStatus.FAILED, at=clock(), failure=str(refusal))
    return False


def take(job_id: int, *, at: datetime) -> TransferJob | None:
    """Lease the job to the caller; None if it waits for nobody or somebody holds it."""
    token = uuid.uuid4()
    begun = Case(
        When(status=TransferStatus.UPLOADED, then=Value(TransferStatus.CHECKING)), default=F("status")
    )
    taken = (
        TransferJob.objects.workable(at)
        .filter(pk=job_id)
        .update(lease_token=token, leased_until=at + LEASE, status=begun, attempts=F("attempts") + 1)
    )
    if not taken:
        return None
    return TransferJob.objects.select_related("created_by", "confirmed_by").get(pk=job_id)


def _advance(job: TransferJob, clock: Clock, rest: Callable[[], object]) -> bool:
    importer = importers.get(job.kind)
    if importer is None:
        raise WrongState(_("This kind of import does not exist any more."))
    if job.attempts > MOST_ATTEMPTS:
        raise WrongState(_("The import stopped several times at the same place. Tell your administrator."))
    until = clock() + SLICE
    with open_table(Path(job.file.path)) as table:
        source = recognise(table, importer, layout=job.layout)
        for rows in _chunks(islice(source.rows, job.rows_done, None), _chunk_rows(importer)):
            _take_in(job, importer, source, rows, clock)
            rest()
            if clock() >= until:
                _update_held(job, leased_until=None)
                return True
    _finish(job, importer, at=clock())
    return False


def _chunk_rows(importer: Importer) -> int:
    return (
        min(importer.chunk_rows, SQLITE_CHUNK_ROWS) if connection.vendor == "sqlite" else importer.chunk_rows
    )


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _take_in(
    job: TransferJob, importer: Importer, source: RecordSource, rows: Sequence[Row], clock: Clock
) -> None:
    """One chunk: what becomes of its rows and the progress that tells of it, both or neither."""
    is_check = job.status == TransferStatus.CHECKING
    act = importer.check_chunk if is_check else importer.apply_chunk
    with transaction.atomic():
        verdicts = judge(source, rows, partial(act, by=job.confirmed_by or job.created_by, at=clock()))
        TransferError.objects.bulk_create(_errors(job, source, verdicts))
        results = Counter(verdict.outcome.result for verdict in verdicts)
        changes: dict[str, Any] = {
            f"{result}_count": F(f"{result}_count") + results[result] for result in Result
        }
        if is_check and not job.rows_done:
            changes["preview"] = preview.of(importer, source, verdicts[:PREVIEW_ROWS])
        at = clock()
        _update_held(
            job,
            rows_done=F("rows_done") + len(rows),
            leased_until=at + LEASE,
            heartbeat_at=at,
            attempts=0,
            **changes,
        )
    job.rows_done += len(rows)


def _errors(job: TransferJob, source: RecordSource, verdicts: Iterable[Verdict]) -> list[TransferError]:
    return [
        TransferError(
            job=job,
            row=verdict.row.number,
            column=source.column(problem.field) if problem.field else "",
            message=str(problem.message)[:_MESSAGE_CHARACTERS],
        )
        for verdict in verdicts
        for problem in verdict.outcome.problems
    ]


def _update_held(job: TransferJob, **changes: Any) -> None:
    """Write to the job if it is still leased to us, in the state and at the row in which we left it.

    Raises: LeaseLost.
    """
    held = TransferJob.objects.filter(
        pk=job.pk, lease_token=job.lease_token, status=job.status, rows_done=job.rows_done
    )
    if not held.update(**changes):
        raise LeaseLost


def _finish(job: TransferJob, importer: Importer, *, at: datetime) -> None:
    """All rows are through: make the error file, then tell how it ended."""
    is_check = job.status == TransferStatus.CHECKING
    has_errors = job.errors.exists()
    ended = TransferStatus.DONE_WITH_ERRORS if has_errors else TransferStatus.DONE
    name = error_file.store(job, importer) if has_errors else ""
    try:
        with transaction.atomic():
            _end(
                job,
                TransferStatus.READY if is_check else ended,
                at=None if is_check else at,
                error_file=name,
            )
            _forget_surplus_errors(job)
    except BaseException:
        if name:
            job.error_file.storage.delete(name)
        raise


def _end(job: TransferJob, status: TransferStatus, *, at: datetime | None, **changes: Any) -> None:
    _update_held(job, status=status, finished_at=at, lease_token=None, leased_until=None, **changes)


def _forget_surplus_errors(job: TransferJob) -> None:
    last_kept = job.errors.order_by("pk").values_list("pk", flat=True)[ERRORS_KEPT - 1 : ERRORS_KEPT]
    for pk in last_kept:
        job.errors.filter(pk__gt=pk).delete()
