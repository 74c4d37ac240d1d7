"""What is handed back of a table: its rejected rows as they were, and beside each what is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.utils.translation import gettext as _

from portal.models import TransferJob
from portal.transfers.importers import Importer
from portal.transfers.reading import Row, open_table
from portal.transfers.records import RecordSource, recognise
from portal.transfers.writing import write_xlsx

Rejection = tuple[Row, str, str]
"""A row, the columns that are wrong in it, and why."""


def write(out: IO[bytes], header: Sequence[str], rejections: Iterable[Rejection]) -> None:
    """A workbook of the rejected rows; corrected and uploaded again it is a table of the same layout."""
    columns = [*header, _("row"), _("column"), _("message")]
    write_xlsx(out, columns, _lines(len(header), rejections), title=_("Rejected rows"))


def store(job: TransferJob, importer: Importer) -> str:
    """Write the job's rejected rows into a file of the store and return its name."""
    with TemporaryFile() as out, open_table(Path(job.file.path)) as table:
        source = recognise(table, importer, layout=job.layout)
        write(out, source.header.cells, _rejections(job, source))
        out.seek(0)
        field = job.error_file.field
        return field.storage.save(field.generate_filename(job, ""), File(out))


def _rejections(job: TransferJob, source: RecordSource) -> Iterator[Rejection]:
    errors = job.errors.order_by("row", "pk").values_list("row", "column", "message").iterator()
    for number, found in groupby(errors, key=itemgetter(0)):
        row = next(row for row in source.rows if row.number == number)
        problems = list(found)
        yield (
            row,
            ", ".join(dict.fromkeys(column for _number, column, _message in problems if column)),
            "; ".join(dict.fromkeys(message for _number, _column, message in problems)),
        )


def _lines(width: int, rejections: Iterable[Rejection]) -> Iterator[list[str | int]]:
    for row, columns, messages in rejections:
        cells = (row.cells + [""] * width)[:width]
        yield [*cells, row.number, columns, messages]
