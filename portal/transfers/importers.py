"""What an upper app says about a table it takes in: one `Importer` per kind, registered when the app starts.

The importer knows its columns and calls its own app's steps; files, jobs, progress and pages are here.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.errors import DomainError, Text

if TYPE_CHECKING:
    from portal.models import TransferJob, User


@dataclass(frozen=True)
class Column:
    """A column of the template. `mask` hides a personal value where it is shown, not where it is stored."""

    field: str
    header: Text
    is_required: bool = False
    help: Text = ""
    example: str = ""
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Layout:
    """The columns of one known export: which header stands for which field of the importer."""

    key: str
    label: Text
    headers: Mapping[str, str]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """A header row that was recognised: where each field stands in the rows below it."""

    layout: Layout
    positions: Mapping[str, int]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """One row by field names, blanks as "". `layout` is the key of the export it comes from."""

    number: int
    layout: str
    values: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.values.get(field, "")


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, without quoting the value; `field` is "" when the whole row is meant."""

    message: Text
    field: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a row, or would become of it."""

    result: Result
    problems: tuple[Problem, ...] = ()

    @classmethod
    def rejected(cls, *problems: Problem) -> "Outcome":
        return cls(Result.REJECTED, problems)


class Importer(ABC):
    """How rows of one kind are taken in. Subclass, fill in, `register` an instance in the app's `ready`.

    `check_chunk` says what `apply_chunk` would do and writes nothing; both give one outcome per record, in
    order. `apply_chunk` runs in a transaction that also holds the job's progress, and may be called
    again for rows it has taken before: these are "unchanged" then.
    """

    key: ClassVar[str]
    label: ClassVar[Text]
    permission: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    layouts: ClassVar[Sequence[Layout]] = ()
    chunk_rows: ClassVar[int] = 500

    @abstractmethod
    def check_chunk(self, records: Sequence[Record], *, by: "User", at: datetime) -> Sequence[Outcome]: ...

    @abstractmethod
    def apply_chunk(self, records: Sequence[Record], *, by: "User", at: datetime) -> Sequence[Outcome]: ...

    def objects_url(self, job: "TransferJob") -> str:
        """Where the imported objects are seen, or "" for nowhere."""
        return ""

    def all_layouts(self) -> list[Layout]:
        """The known exports and, last, the template, whatever language it was downloaded in."""
        return [*self.layouts, self._template()]

    def _template(self) -> Layout:
        headers: dict[str, str] = {}
        # The reader's own language first: missing columns are named in it.
        for language in [translation.get_language(), *dict(settings.LANGUAGES)]:
            with translation.override(language):
                headers |= {str(column.header): column.field for column in self.columns}
        required = frozenset(column.field for column in self.columns if column.is_required)
        return Layout("template", _("Template of the portal"), headers, required)

    def detect(self, header: Sequence[str], *, layout: str = "") -> Match | None:
        """The layout (of all, or the one asked for) that explains most of a header row; None for no header.

        A match that lacks required columns names them in `missing`, in the words of the layout.
        """
        candidates = [known for known in self.all_layouts() if layout in {"", known.key}]
        matches = [match for known in candidates if (match := _match(known, header)).positions]
        return max(matches, key=lambda match: (-len(match.missing), len(match.positions)), default=None)


def _match(layout: Layout, header: Sequence[str]) -> Match:
    known = {_plain(name): field for name, field in layout.headers.items()}
    positions: dict[str, int] = {}
    for index, cell in enumerate(header):
        field = known.get(_plain(cell))
        if field:
            positions.setdefault(field, index)
    absent = layout.required - positions.keys()
    names: dict[str, str] = {}
    for name, field in layout.headers.items():
        if field in absent:
            names.setdefault(field, name)
    return Match(layout, positions, tuple(names.values()))


def _plain(name: str) -> str:
    """A header as people mean it: width, case, blanks and a trailing asterisk do not matter."""
    return "".join(unicodedata.normalize("NFKC", name).split()).rstrip("*").casefold()


def row_by_row(records: Iterable[Record], take: Callable[[Record], Result]) -> list[Outcome]:
    """Call a step per record so that a refused one costs only itself."""
    return [_taken(record, take) for record in records]


def _taken(record: Record, take: Callable[[Record], Result]) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome(take(record))
    except DomainError as refusal:
        named = [Problem(message, field) for field, message in refusal.fields.items()]
        return Outcome.rejected(*(named or [Problem(refusal.message)]))
    except ValidationError as refusal:
        return Outcome.rejected(*_problems(refusal))


def _problems(error: ValidationError) -> list[Problem]:
    if not hasattr(error, "error_dict"):
        return [Problem(message) for message in error.messages]
    return [
        Problem(message, "" if field == "__all__" else field)
        for field, messages in error.message_dict.items()
        for message in messages
    ]


_registered: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    _registered[importer.key] = importer


def get(key: str) -> Importer | None:
    return _registered.get(key)


def for_user(user: "User") -> list[Importer]:
    """The importers this person may use, in the order in which the apps registered them."""
    return [importer for importer in _registered.values() if user.has_perm(importer.permission)]
