"""A whole file taken in by its caller, without a job: what an operator's command does."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction

from complaints.importing.importer import TicketImporter
from complaints.models import Ticket
from portal import audit
from portal.choices import AuditAction
from portal.models import User
from portal.transfers.error_file import Rejection
from portal.transfers.importers import Result
from portal.transfers.reading import Row, open_table
from portal.transfers.records import RecordSource, recognise
from portal.transfers.verdicts import Verdict, judge


@dataclass
class Report:
    """What became of the rows. Of the file only the rejected ones are kept in memory."""

    header: list[str]
    results: Counter[Result] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.results.total()

    def add(self, verdict: Verdict, source: RecordSource) -> None:
        self.results[verdict.outcome.result] += 1
        if verdict.outcome.result != Result.REJECTED:
            return
        problems = [
            (source.column(problem.field) if problem.field else "", str(problem.message))
            for problem in verdict.outcome.problems
        ]
        columns, messages = (
            list(dict.fromkeys(filter(None, texts))) for texts in zip(*problems, strict=True)
        )
        self.rejections.append((verdict.row, ", ".join(columns), "; ".join(messages)))
        self.errors += [
            {"row": verdict.row.number, "column": column, "message": message} for column, message in problems
        ]


def take_in(
    path: Path, *, by: User | None, at: datetime, layout: str = "", is_dry_run: bool = False
) -> Report:
    """Take the file in chunk by chunk, each in a transaction of its own; or only say what would become of it.

    Raises: UnusableFile, UnknownColumns, before any row is taken.
    """
    importer = TicketImporter()
    act = partial(importer.check_chunk if is_dry_run else importer.apply_chunk, by=by, at=at)
    with open_table(path) as table:
        source = recognise(table, importer, layout=layout)
        report = Report(source.header.cells)
        for rows in _chunks(source.rows, importer.chunk_rows):
            with transaction.atomic():
                verdicts = judge(source, rows, act)
            for verdict in verdicts:
                report.add(verdict, source)
    if not is_dry_run:
        facts = {"file": [None, path.name]} | {
            str(result): [None, report.results[result]] for result in Result
        }
        audit.record(AuditAction.IMPORT, Ticket, by=by, at=at, changes=facts)
    return report


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, size)):
        yield chunk
