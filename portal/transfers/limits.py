"""How much of an unknown file is read, and the reasons for which one is refused. Without Django."""

from dataclasses import dataclass
from enum import StrEnum

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may cost. The defaults hold a real export of 200,000 rows.

    Source: reliability.md 0-4 and row 18: 290 kB of hostile xlsx cost another portal 600 MB and minutes.
    """

    file_bytes: int = 100 * MEGABYTE
    parts: int = 1_000
    directory_bytes: int = MEGABYTE
    unpacked_bytes: int = 256 * MEGABYTE
    # A worksheet packs to a tenth or a fiftieth; deflate itself cannot do better than 1:1032.
    ratio: int = 100
    ratio_from_bytes: int = 8 * MEGABYTE
    rows: int = 200_000
    columns: int = 256
    cells: int = 4_000_000
    # The longest text that Excel keeps in one cell.
    cell_characters: int = 32_767
    line_characters: int = 500_000
    cpu_seconds: int = 60
    # Address space: what a parser takes for nothing, and about thrice what it has to hold.
    least_memory_bytes: int = 160 * MEGABYTE
    most_memory_bytes: int = 640 * MEGABYTE
    # How long the reader may say nothing while its output is waited for.
    silence_seconds: int = 60

    def memory_bytes(self, content_bytes: int) -> int:
        """Address space for a parser that has to hold this much unpacked content."""
        return min(self.least_memory_bytes + 3 * content_bytes, self.most_memory_bytes)


class Reason(StrEnum):
    """Why a file cannot be used. The words for people are in `portal.transfers.reading`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_TABLE = "not_a_table"
    WEB_PAGE = "web_page"
    OLD_EXCEL = "old_excel"
    OTHER_SPREADSHEET = "other_spreadsheet"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    SUSPICIOUS = "suspicious"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_CELLS = "too_many_cells"
    CELL_TOO_LONG = "cell_too_long"
    UNKNOWN_ENCODING = "unknown_encoding"
    BINARY = "binary"


class Refused(Exception):  # noqa: N818 - said by the reading child, translated by its parent
    """The reading child will not go on with this file; `row` where a row is to blame."""

    def __init__(self, reason: Reason, *, row: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = row
