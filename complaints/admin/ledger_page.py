"""The ledger of a ticket as people read it: act, person, time, reason, and what changed in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.choices import Act, AttemptResult, Kind, Responsible, Severity, Status
from complaints.models import Ticket, TicketEvent
from portal.errors import Text

WORDS: dict[str, Any] = {"kind": Kind, "severity": Severity, "responsible": Responsible}
TOLD_ELSEWHERE = frozenset({"message", "callback", "clocks", "cycle", "outcome"})
"""Details that the page shows in full in another place."""


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    sequence: int
    act: Text
    by: str
    at: datetime
    to_status: Text
    """Empty where the act left the state as it was, or says it in the same word."""
    reason: str
    details: tuple[str, ...]


def lines(ticket: Ticket) -> list[LedgerLine]:
    """The whole ledger, the latest first, in one query."""
    return [line(event) for event in ticket.events.select_related("by").order_by("-sequence")]


def since(ticket: Ticket, version: int) -> list[TicketEvent]:
    """What the ledger got after a version was read, in its order."""
    later = ticket.events.filter(sequence__gt=version)
    return list(later.select_related("by").order_by("sequence"))


def line(event: TicketEvent) -> LedgerLine:
    act, to_status = Act(event.act).label, Status(event.to_status).label
    is_news = event.from_status != event.to_status and str(to_status) != str(act)
    return LedgerLine(
        sequence=event.sequence,
        act=act,
        by=str(event.by or _("System")),
        at=event.at,
        to_status=to_status if is_news else "",
        reason=event.reason,
        details=tuple(_details(event.data)),
    )


def _details(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if name in TOLD_ELSEWHERE or value in (None, ""):
            continue
        if isinstance(value, list):
            old, new = (_word(name, one) for one in value)
            yield _("%(field)s: %(old)s → %(new)s") % {"field": _label(name), "old": old, "new": new}
        else:
            yield _("%(field)s: %(value)s") % {"field": _label(name), "value": _word(name, value)}


def _label(name: str) -> str:
    labels = {
        "agent": _("agent"),
        "to": _("to"),
        "due_at": _("promised for"),
        "until": _("until"),
        "result": _("result"),
        "satisfied": _("satisfied"),
        "score": _("satisfaction"),
        "forbidden": _("forbidden words sent all the same"),
    }
    if name in labels:
        return labels[name]
    return str(Ticket._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _word(name: str, value: Any) -> str:
    if name in WORDS and value:
        return str(WORDS[name](value).label)
    if name == "result":
        return str(AttemptResult(value).label)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in ("due_at", "until", "occurred_at") and (moment := parse_datetime(str(value))):
        return date_format(localtime(moment), "Y-m-d H:i")
    return str(value or "–")
