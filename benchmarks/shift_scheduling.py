"""How good rosters for the public shift-scheduling instances are after so many processor seconds.

    python -m benchmarks.shift_scheduling [FOLDER] [--seconds 300] [--workers 1] [--only 1 2 3]

FOLDER, or SHIFT_SCHEDULING, names a folder with Instance1.txt and so on; without one nothing is done. Each
roster is checked by code that made none of it. Processor seconds are of the whole process, all threads.
"""

import argparse
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

# Best-known values as published; those of 1-6, 10 and 12 are proven.
BEST_KNOWN = {1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 10: 4631, 12: 4040}
COLUMNS = ("instance", "value", "bound", "best known", "gap", "hard", "status", "CPU s", "first CPU s")


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("SHIFT_SCHEDULING"))
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="+", default=sorted(BEST_KNOWN))
    options = parser.parse_args(arguments)
    if options.folder is None:
        print("\nShift scheduling: left out, no folder of instances is named (SHIFT_SCHEDULING).")
        return
    print(f"\nShift scheduling, {options.seconds:.0f} processor seconds, {options.workers} at work")
    print("".join(f"{name:>12}" for name in COLUMNS), flush=True)
    for number in options.only:
        path = Path(options.folder) / f"Instance{number}.txt"
        # A process of its own: its processor seconds are those of this instance.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            cells = pool.submit(measure, number, path, options.seconds, options.workers).result()
        print("".join(f"{cell:>12}" for cell in cells), flush=True)


def measure(number: int, path: Path, seconds: float, workers: int) -> list[str]:
    from staffing.rostering import benchmark, checking  # noqa: PLC0415
    from staffing.rostering.solving import solve  # noqa: PLC0415

    started = time.process_time()  # The import of the solver counts.
    problem = benchmark.read(path.read_text("utf-8"))
    solution = solve(problem, seconds=seconds - started, workers=workers)
    value = checking.value(problem, solution.roster).total
    best = BEST_KNOWN[number]
    return [
        str(number),
        f"{value:.0f}",
        f"{solution.bound:.0f}",
        str(best),
        f"{100 * (value - best) / best:.1f} %",
        str(len(checking.breaches(problem, solution.roster))),
        solution.status,
        f"{time.process_time():.1f}",
        f"{started + solution.first_after:.1f}",
    ]


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
