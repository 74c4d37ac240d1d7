"""One row of a table, in whoever's words, as the draft of a ticket."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from complaints import provinces
from complaints.choices import CustomerLevel, Severity
from complaints.identities import CustomerFacts
from complaints.importing.formats import FORMATS, SETTLED, Format
from complaints.importing.instants import instant
from complaints.importing.words import (
    CHANNEL_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    PLATFORM_WORDS,
    SEVERITY_WORDS,
    Words,
    plain,
)
from complaints.intake import Draft
from complaints.models import Category
from portal.errors import MissingInformation, Text
from portal.transfers.importers import Record

EXCERPT_CHARACTERS = 40
NEVER = datetime.max.replace(tzinfo=UTC)  # In a row that is refused.
REFUND = "退款"

# 138****5678, and 13812345678-1234: marketplaces hide the number, or lend one that many customers share.
_HIDDEN = re.compile(r".*[*＊].*|1\d{10}\s*[-转,，#]\s*\d{1,6}", re.DOTALL)
_SETTLED = frozenset(plain(word) for word in SETTLED.split("|"))


def draft(record: Record, categories: Mapping[str, Category]) -> Draft:
    """What the row tells. `categories` are found by code and by name.

    Raises: MissingInformation, naming every column that is wrong, with the remedy.
    """
    return _Row(record, categories).draft()


class _Row:
    def __init__(self, record: Record, categories: Mapping[str, Category]) -> None:
        self._record = record
        self._format: Format = FORMATS[record.layout]
        self._categories = categories
        self._wrong: dict[str, Text] = {}

    def draft(self) -> Draft:
        record = self._record
        read = Draft(
            channel=self._channel(),
            kind=self._word("kind", KIND_WORDS, self._format.kind),
            subject=self._subject(),
            occurred_at=self._occurred_at(),
            customer=self._customer(),
            external_id=record["external_id"],
            description=record["description"],
            severity=self._severity(),
            category=self._category(),
            order_no=record["order_no"],
            product=record["product"],
            carrier=record["carrier"],
            shop=record["shop"],
            remedy_sought=self._remedy(),
            settled=record["status"] if plain(record["status"]) in _SETTLED else "",
        )
        if self._wrong:
            raise MissingInformation(_("Some cells of this row cannot be understood."), fields=self._wrong)
        return read if read.external_id else dataclasses.replace(read, external_id=_number_of(read))

    def _occurred_at(self) -> datetime:
        try:
            return instant(self._record["occurred_at"], get_default_timezone())
        except (ValueError, OverflowError):
            self._wrong["occurred_at"] = _("This is not a date and time. Write it as 2026-11-11 09:30:00.")
            return NEVER

    def _channel(self) -> str:
        return self._format.channel or self._word("channel", CHANNEL_WORDS, "")

    def _severity(self) -> str:
        if self._format.channel is None:
            return self._word("severity", SEVERITY_WORDS, Severity.NORMAL)
        return PLATFORM_WORDS.find(self._record["severity"]) or Severity.NORMAL

    def _word(self, field: str, words: Words, default: str) -> str:
        """The choice a cell names; for an empty one the default, if there is one."""
        text = self._record[field]
        found = words.find(text) if text or not default else default
        if found is None:
            self._wrong[field] = _("This word is not known here. Use one of: %(words)s.") % {
                "words": words.labels()
            }
        return found or ""

    def _category(self) -> Category | None:
        text = self._record["category"]
        found = self._categories.get(plain(text)) if text else None
        if text and found is None:
            self._wrong["category"] = _("There is no such category. Use the code or the name of one in use.")
        return found

    def _subject(self) -> str:
        """The subject as written; a marketplace has none, but a remedy and a reason."""
        record = self._record
        reason = _excerpt(record["reason"] or record["description"])
        return record["subject"] or " · ".join(filter(None, (record["remedy_sought"], reason)))

    def _remedy(self) -> str:
        """What the customer wants, and of a refund how much."""
        remedy, amount = self._record["remedy_sought"], self._record["amount"]
        return f"{remedy} ¥{amount}" if amount and REFUND in remedy else remedy

    def _customer(self) -> CustomerFacts:
        record = self._record
        return CustomerFacts(
            name=record["name"],
            phone="" if _HIDDEN.fullmatch(record["phone"]) else record["phone"],
            email="" if _HIDDEN.fullmatch(record["email"]) else record["email"],
            account=record["account"],
            level=self._word("level", LEVEL_WORDS, CustomerLevel.ORDINARY),
            province=provinces.written(record["province"]) or provinces.found_in(record["address"]),
        )


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT_CHARACTERS else f"{line[: EXCERPT_CHARACTERS - 1]}…"


def _number_of(read: Draft) -> str:
    """A number for a matter that came without one: the same row again is the same matter."""
    return f"row-{read.digest()[:32]}"
