"""The first rows of a file as they would be understood, with personal values masked."""

from collections.abc import Sequence
from typing import Any

from portal.transfers.importers import Column, Importer
from portal.transfers.records import RecordSource
from portal.transfers.verdicts import Verdict


def of(importer: Importer, source: RecordSource, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """`{"header": [...], "rows": [{"number", "result", "cells": [{"text", "is_wrong"}], "problems"}]}`."""
    columns = [column for column in importer.columns if column.field in source.match.positions]
    return {
        "header": [str(column.header) for column in columns],
        "rows": [_row(columns, source, verdict) for verdict in verdicts],
    }


def _row(columns: Sequence[Column], source: RecordSource, verdict: Verdict) -> dict[str, Any]:
    record = source.record(verdict.row)
    problems = verdict.outcome.problems
    wrong = {problem.field for problem in problems}
    return {
        "number": record.number,
        "result": verdict.outcome.result,
        "cells": [
            {"text": _shown(column, record[column.field]), "is_wrong": column.field in wrong}
            for column in columns
        ],
        "problems": [str(problem.message) for problem in problems],
    }


def _shown(column: Column, text: str) -> str:
    return column.mask(text) if column.mask and text else text
