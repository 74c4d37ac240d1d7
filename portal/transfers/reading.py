"""Opening a table that somebody uploaded: nothing of it is believed, and it is parsed in a child process.

    with open_table(path) as table:
        for row in table: ...

Source: reliability.md 0-4, rows 16-18 and pattern 13.
"""

import dataclasses
import json
import logging
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.utils.translation import gettext_lazy as _

from portal.errors import DomainError, Text
from portal.transfers.limits import Limits, Reason

logger = logging.getLogger(__name__)

_PROJECT = Path(__file__).resolve().parents[2]
_READ_BYTES = 256 * 1024
# Nothing of the portal's own environment: the child parses what strangers made.
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "RUST_BACKTRACE": "0", "LC_ALL": "C.UTF-8"}

_WORDS: dict[Reason, Text] = {
    Reason.EMPTY: _("The file holds no rows. Save the table again and choose that file."),
    Reason.TOO_LARGE: _("The file is too large. Split the table into several files."),
    Reason.NOT_A_TABLE: _("This is not a table. Choose an Excel workbook (.xlsx) or a CSV file."),
    Reason.WEB_PAGE: _(
        "This is a web page, whatever its name says. Open it in Excel and save it as an Excel workbook "
        "(.xlsx)."
    ),
    Reason.OLD_EXCEL: _(
        "This is a workbook of an old Excel (.xls). Open it in Excel and save it as an Excel workbook "
        "(.xlsx)."
    ),
    Reason.OTHER_SPREADSHEET: _(
        "This kind of spreadsheet is not read. Open it and save it as an Excel workbook (.xlsx)."
    ),
    Reason.ENCRYPTED: _("The file is protected by a password. Save it without one."),
    Reason.DAMAGED: _("The file is damaged or incomplete. Export or download it again."),
    Reason.SUSPICIOUS: _(
        "The workbook is built in a way no spreadsheet program does. Open it in Excel, save it under a new "
        "name and choose that file."
    ),
    Reason.UNPACKS_TOO_LARGE: _(
        "The workbook unpacks to far more than it seems to hold. Copy the table into a new workbook or save "
        "it as CSV."
    ),
    Reason.TOO_HEAVY: _(
        "The workbook needs too much memory: often something stands far away from the table. Copy only the "
        "table into a new workbook or save it as CSV."
    ),
    Reason.TOO_SLOW: _(
        "Reading the file takes too long. Copy only the table into a new workbook or save it as CSV."
    ),
    Reason.TOO_MANY_ROWS: _("The table has more than %(rows)d rows. Split it into several files."),
    Reason.TOO_MANY_COLUMNS: _(
        "The table has more than %(columns)d columns. Remove what stands far to the right of it."
    ),
    Reason.TOO_MANY_CELLS: _("The table has more than %(cells)d cells. Split it into several files."),
    Reason.CELL_TOO_LONG: _(
        "A cell holds more than %(cell_characters)d characters. In a CSV file a quotation mark may not be "
        "closed."
    ),
    Reason.UNKNOWN_ENCODING: _(
        "The characters of the file cannot be read. Save it as an Excel workbook or as CSV in UTF-8."
    ),
    Reason.BINARY: _("This is not text. Choose an Excel workbook (.xlsx) or a CSV file."),
}


class UnusableFile(DomainError):  # noqa: N818 - named as the rule, as every error of a step
    """The file as a whole cannot be taken; `reason` tells why, the message what to do about it."""

    def __init__(self, reason: Reason, *, limits: Limits, row: int | None = None) -> None:
        super().__init__(_sentence(reason, limits, row))
        self.reason = reason


def _sentence(reason: Reason, limits: Limits, row: int | None) -> str:
    sentence = str(_WORDS[reason]) % dataclasses.asdict(limits)
    return str(_("Row %(row)d: %(sentence)s") % {"row": row, "sentence": sentence}) if row else sentence


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank. `number` is what a spreadsheet shows at its left.

    `damaged` are the indexes of cells whose number has lost digits in Excel: their text is not the truth.
    """

    number: int
    cells: list[str]
    damaged: frozenset[int] = frozenset()


class Table:
    """The rows of a file that has passed every check, streamed out of the reading child. Walk it once."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._child = _start(path, limits)
        self._lines = self._read_lines()
        try:
            head = self._next()
        except BaseException:
            self.close()
            raise
        self.kind = str(head["kind"])
        self.encoding = str(head["encoding"])
        self.rows_total = int(head["rows"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        while isinstance(message := self._next(), list):
            number, cells, damaged = message
            yield Row(number, cells, frozenset(damaged))

    def close(self) -> None:
        """End the child, whether or not it has said everything."""
        self._child.kill()
        self._child.wait()
        self._pipe.close()

    @property
    def _pipe(self) -> IO[bytes]:
        assert self._child.stdout is not None  # noqa: S101 - started with a pipe
        return self._child.stdout

    def _next(self) -> Any:
        line = next(self._lines, None)
        if line is None:
            raise self._unusable(self._reason_of_death())
        message = json.loads(line)
        if isinstance(message, dict) and "refused" in message:
            raise self._unusable(Reason(message["refused"]), row=message["row"])
        return message

    def _read_lines(self) -> Iterator[bytes]:
        """The child's lines; the time it may be silent runs only while its output is waited for."""
        rest = b""
        while True:
            if not select.select([self._pipe], [], [], self._limits.silence_seconds)[0]:
                raise self._unusable(Reason.TOO_SLOW)
            piece = self._pipe.read1(_READ_BYTES)  # type: ignore[attr-defined]
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines

    def _reason_of_death(self) -> Reason:
        """The child ended without a word: its limits ended it, or its parser broke."""
        code = self._child.wait()
        logger.warning("The reader of an uploaded file ended with code %s", code)
        if code in {-signal.SIGXCPU, -signal.SIGKILL}:
            return Reason.TOO_SLOW
        return Reason.TOO_HEAVY if code == -signal.SIGABRT else Reason.DAMAGED

    def _unusable(self, reason: Reason, row: int | None = None) -> UnusableFile:
        return UnusableFile(reason, limits=self._limits, row=row)


def open_table(path: Path, limits: Limits | None = None) -> Table:
    """Check the whole file and make its rows ready.

    Raises: UnusableFile, before any row is given.
    """
    return Table(path, limits or Limits())


def _start(path: Path, limits: Limits) -> subprocess.Popen[bytes]:
    arguments = [str(path.resolve()), json.dumps(dataclasses.asdict(limits))]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "portal.transfers.reader_process", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_PROJECT,
        env=_ENVIRONMENT,
    )
