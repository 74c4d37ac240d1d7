"""What is open when somebody goes: each app above says it of its own matters, registered as it starts.

A line names a matter by number, kind and due time, and says nothing of a customer: whoever wants to know
more opens the link, under the own rights.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.errors import Text
from staffing.models import Agent, HandOverLine


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """One open matter. `key` is its own within the source; `kind` and `severity` are codes of the source."""

    source: str
    key: str
    reference: str
    link: str = ""
    kind: str = ""
    title: str = ""
    severity: str = ""
    is_grave: bool = False
    due_at: datetime | None = None

    def is_overdue(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at <= at

    @property
    def name(self) -> str:
        return f"{self.source}:{self.key}"


class Source(Protocol):
    """One kind of what can be open."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Text: ...

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        """All that is open in the agent's hands and matters before the instant; none may be left out."""
        ...

    def still_open(self, keys: Collection[str]) -> set[str]:
        """Which of these are not done yet."""
        ...

    def word(self, code: str) -> Text:
        """What a code of a line says to people."""
        ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line as a page shows it."""

    line: OpenLine | HandOverLine
    source: Text
    kind: Text
    severity: Text
    is_overdue: bool
    is_done: bool = False


_registered: dict[str, Source] = {}


def register(source: Source) -> None:
    _registered[source.key] = source


def open_lines(agent: Agent, *, until: datetime) -> list[OpenLine]:
    """Everything open, the sources in the order in which they were registered, each in its own order."""
    return [line for source in _registered.values() for line in source.lines(agent, until=until)]


def tell(lines: Iterable[OpenLine], *, at: datetime) -> list[Told]:
    return [_told(line, is_overdue=line.is_overdue(at)) for line in lines]


def tell_written(lines: Sequence[HandOverLine]) -> list[Told]:
    """Each with whether it is done by now. One query for each source that occurs."""
    keys: dict[str, list[str]] = {}
    for line in lines:
        keys.setdefault(line.source, []).append(line.key)
    still = {name: _still_open(name, held) for name, held in keys.items()}
    return [
        _told(line, is_overdue=line.is_overdue, is_done=line.key not in still[line.source]) for line in lines
    ]


def _still_open(name: str, keys: Collection[str]) -> set[str]:
    source = _registered.get(name)
    return source.still_open(keys) if source else set(keys)


def _told(line: OpenLine | HandOverLine, *, is_overdue: bool, is_done: bool = False) -> Told:
    source = _registered.get(line.source)
    return Told(
        line=line,
        source=source.label if source else line.source,
        kind=source.word(line.kind) if source and line.kind else line.kind,
        severity=source.word(line.severity) if source and line.severity else line.severity,
        is_overdue=is_overdue,
        is_done=is_done,
    )
