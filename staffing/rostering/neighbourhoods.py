"""Which columns of a model may move when some cells of a roster are free and all others stay."""

from __future__ import annotations

import numpy as np

from staffing.rostering.model import Model
from staffing.rostering.person_rows import NONE


class Freedom:
    """Turns a mask of free cells (people x days) into a mask of free columns."""

    def __init__(self, model: Model) -> None:
        self.model = model
        people, days, kinds = np.nonzero(model.cells != NONE)
        self._cell_columns = model.cells[people, days, kinds]
        self._cell_people, self._cell_days = people, days
        empty = [np.zeros(0, dtype=np.int64)]
        self._count_columns = np.concatenate([count.columns for count in model.counts] or empty)
        owners = [np.full(len(count.columns), count.row) for count in model.counts]
        self._count_rows = np.concatenate(owners or empty)
        self._share_of_row = np.full(len(model.program.row_lower), len(model.shares))
        for number, share in enumerate(model.shares):
            self._share_of_row[share.rows] = number

    def columns(self, free: np.ndarray, worked: np.ndarray, *, with_cover: bool = True) -> np.ndarray:
        """The columns that may take another value than the roster at hand gives them."""
        model = self.model
        mask = np.zeros(len(model.program.lower), dtype=bool)
        mask[self._cell_columns] = free[self._cell_people, self._cell_days]
        person, first, last = model.spans.T
        touched = _any(free, person, first - 1, last + 1)
        hindered = _any(~free & ~worked, person, first, last)
        held = np.pad(~free & worked, ((0, 0), (1, 1)))
        hindered |= held[person, first] | held[person, last + 2]
        mask[model.span_columns] = touched & ~hindered
        person, first, last = model.marks.T
        mask[model.mark_columns] = free[person, first] | free[person, last]
        person, day, column = model.switches.T
        mask[column] = free[person, day] | free[person, day - 1]
        program = model.program
        moving = np.bincount(program.rows[mask[program.columns]], minlength=len(program.row_lower)) > 0
        if not with_cover:
            moving[model.cover_rows] = False
        mask[self._count_columns] = moving[self._count_rows]
        for number in set(self._share_of_row[moving].tolist()) - {len(model.shares)}:
            mask[model.shares[number].columns] = True
        return mask


def _any(mask: np.ndarray, person: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Whether the mask holds on any day from first to last; days outside of the horizon do not count."""
    total = np.pad(np.cumsum(mask, axis=1), ((0, 0), (1, 0)))
    found: np.ndarray = (
        total[person, np.minimum(last + 1, mask.shape[1])] > total[person, np.maximum(first, 0)]
    )
    return found
