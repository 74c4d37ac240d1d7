"""Asking an importer about a chunk of rows so that a bad row, or a bug it meets, costs only that row."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from portal.transfers.importers import Outcome, Problem, Record
from portal.transfers.reading import Row
from portal.transfers.records import RecordSource

logger = logging.getLogger(__name__)

Act = Callable[[Sequence[Record]], Sequence[Outcome]]
"""`Importer.check_chunk` or `Importer.apply_chunk` with its actor and instant filled in."""


@dataclass(frozen=True)
class Verdict:
    row: Row
    outcome: Outcome


def judge(source: RecordSource, rows: Sequence[Row], act: Act) -> list[Verdict]:
    """One verdict per row, in order. Runs in the caller's transaction.

    Raises: OperationalError, InterfaceError: the database is not there; the chunk must be tried again.
    """
    refused = {row.number: outcome for row in rows if (outcome := source.rounded(row))}
    records = [source.record(row) for row in rows if row.number not in refused]
    outcomes = iter(_outcomes(records, act))
    return [Verdict(row, refused.get(row.number) or next(outcomes)) for row in rows]


def _outcomes(records: Sequence[Record], act: Act) -> Sequence[Outcome]:
    if not records:
        return []
    try:
        return _asked(records, act)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Something nobody foresaw, and in one row of hundreds: the others must not pay for it.
        logger.exception("A chunk of %s rows from row %s on went wrong", len(records), records[0].number)
        return [_outcome(record, act) for record in records]


def _outcome(record: Record, act: Act) -> Outcome:
    try:
        return _asked([record], act)[0]
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Row %s went wrong", record.number)
        return Outcome.rejected(
            Problem(_("This row caused an error in the portal. Tell your administrator."))
        )


def _asked(records: Sequence[Record], act: Act) -> Sequence[Outcome]:
    with transaction.atomic():
        outcomes = act(records)
    if len(outcomes) != len(records):
        raise ValueError(f"{len(outcomes)} outcomes for {len(records)} rows")
    return outcomes
