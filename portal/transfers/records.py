"""From rows of cells to records of an importer: where the header is, and what each column means."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.errors import DomainError
from portal.transfers.importers import Importer, Match, Outcome, Problem, Record
from portal.transfers.policy import HEADER_WITHIN_ROWS
from portal.transfers.reading import Row, Table


class UnknownColumns(DomainError):  # noqa: N818 - named as the rule, as every error of a step
    """The table has no header row that the importer knows."""


@dataclass(frozen=True)
class RecordSource:
    """A table whose header was recognised. `rows` are those below it and can be walked once."""

    match: Match
    header: Row
    rows_total: int
    rows: Iterator[Row]

    def record(self, row: Row) -> Record:
        cells = row.cells
        values = {
            field: cells[position]
            for field, position in self.match.positions.items()
            if position < len(cells)
        }
        return Record(row.number, self.match.layout.key, values)

    def rounded(self, row: Row) -> Outcome | None:
        """The refusal of a row in which Excel threw away digits that are needed; None for a sound one."""
        fields = [field for field, position in self.match.positions.items() if position in row.damaged]
        if not fields:
            return None
        message = _("Excel has rounded this number, its last digits are lost. Format the column as text.")
        return Outcome.rejected(*(Problem(message, field) for field in fields))

    def column(self, field: str) -> str:
        """The header of a field as it stands in this file."""
        position = self.match.positions.get(field)
        return field if position is None else self.header.cells[position]


def recognise(table: Table, importer: Importer, *, layout: str = "") -> RecordSource:
    """Find the header among the first rows; `layout` asks for one export instead of any.

    Raises: UnknownColumns, naming what is missing from the layout that came nearest.
    """
    rows = iter(table)
    nearest: Match | None = None
    for seen, row in enumerate(rows, start=1):
        match = importer.detect(row.cells, layout=layout)
        if match and not match.missing:
            return RecordSource(match, row, table.rows_total - seen, rows)
        if match and (nearest is None or len(match.positions) > len(nearest.positions)):
            nearest = match
        if seen == HEADER_WITHIN_ROWS:
            break
    raise UnknownColumns(_unknown(nearest))


def _unknown(nearest: Match | None) -> str:
    if nearest is None:
        return _("The columns of this table are not known. Download the template to see which are.")
    return _("This looks like «%(layout)s», but columns are missing: %(columns)s.") % {
        "layout": nearest.layout.label,
        "columns": ", ".join(nearest.missing),
    }
