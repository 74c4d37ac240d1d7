"""How wrong forecasts of contacts are by half hour: ours against the naive ones.

    python -m benchmarks.forecast [FILE] [--train 14] [--test 5]

FILE (or FORECAST_FILE) is a csv of a start and a count, such as calls by five minutes. The first table is of
its last days, forecast from those before; the second of all such spans, one day after the other. Without a
file a series made here is used, whose errors say nothing about a department.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from staffing.demand.forecasting import History

MADE_DAYS = 70


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default=os.environ.get("FORECAST_FILE", ""))
    parser.add_argument("--train", type=int, default=14, help="least days of history in the second table")
    parser.add_argument("--test", type=int, default=5, help="days to forecast")
    given = parser.parse_args(arguments)
    history = read(Path(given.file)) if given.file else made()
    name = Path(given.file).name if given.file else "a series made here"
    counts = [len(history.days) - given.test]
    tell(
        f"\nForecast of the last {given.test} days of {name} ({len(history.days)} days)",
        history,
        counts,
        given.test,
    )
    spans = list(range(given.train, len(history.days) - given.test + 1))
    if len(spans) > 1:
        tell(f"The same for each of {len(spans)} spans", history, spans, given.test)


def tell(title: str, history: "History", counts: Sequence[int], test: int) -> None:
    from staffing.demand import backtesting  # noqa: PLC0415

    methods: dict[str, Callable] = {
        "same weekday last week": backtesting.same_weekday,
        "mean of three such days": partial(backtesting.same_weekday, weeks=3),
        "weekday profile (ours)": backtesting.profiled,
    }
    print(title)
    print(f"{'method':<26}{'error %':>9}{'ratio':>8}{'ms':>8}")
    naive = 0.0
    for label, method in methods.items():
        began = time.perf_counter()
        error = error_of(method, history, counts, test)
        milliseconds = (time.perf_counter() - began) * 1000 / len(counts)
        naive = naive or error
        print(f"{label:<26}{error * 100:>9.2f}{error / naive:>8.2f}{milliseconds:>8.1f}", flush=True)


def error_of(method: Callable, history: "History", counts: Sequence[int], test: int) -> float:
    """Over all spans together: what was wrong by half hour, as a share of what came."""
    wrong = come = 0.0
    for count in counts:
        days, table = history.days[count : count + test], history.contacts[count : count + test]
        wrong += float(np.abs(method(history.until(history.days[count].on), days) - table).sum())
        come += float(table.sum())
    return wrong / come


def read(path: Path) -> "History":
    from staffing.demand.forecasting import SLOTS, Day, History  # noqa: PLC0415

    counted: dict[date, np.ndarray] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for start, count in list(csv.reader(file))[1:]:
            at = datetime.fromisoformat(start)
            row = counted.setdefault(at.date(), np.zeros(SLOTS))
            row[at.hour * 2 + at.minute // 30] += float(count)
    days = [Day(on, (on.weekday(),)) for on in sorted(counted)]
    table = np.array([counted[day.on] for day in days])
    return History(days, table, np.zeros_like(table))


def made() -> "History":
    from staffing.demand.forecasting import SLOTS, Day, History  # noqa: PLC0415

    rng = np.random.default_rng(7)
    first = date(2026, 1, 5)
    days = [Day(on, (on.weekday(),)) for on in (first + timedelta(days=n) for n in range(MADE_DAYS))]
    shares = np.exp(-0.5 * ((np.arange(SLOTS) - 28) / 7.0) ** 2)
    weekdays = np.array([1.2, 1.0, 1.0, 0.95, 1.1, 0.7, 0.6])
    levels = 1500 * np.exp(np.cumsum(rng.normal(0, 0.01, MADE_DAYS)) + rng.normal(0, 0.04, MADE_DAYS))
    rates = [
        level * weekdays[day.on.weekday()] * shares / shares.sum()
        for day, level in zip(days, levels, strict=True)
    ]
    table = rng.poisson(rates).astype(float)
    return History(days, table, np.zeros_like(table))


if __name__ == "__main__":
    main(sys.argv[1:])
