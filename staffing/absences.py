"""Who is on leave when. Nothing can be asked for yet, so nobody is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.errors import Text
from staffing.models import Agent


class Kind(Protocol):
    @property
    def label(self) -> Text: ...


@dataclass(frozen=True)
class Absence:
    """Days, both included, on which somebody is on leave, or has asked for it."""

    agent_id: int
    first_on: date
    last_on: date
    kind: Kind
    is_approved: bool


def absences_of(agents: Iterable[Agent], first_on: date, last_on: date) -> list[Absence]:  # noqa: ARG001
    """The leave of some people in a period."""
    return []
