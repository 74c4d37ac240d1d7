"""Defaults of planning by machine, with their units and why."""

from datetime import timedelta

USUAL_SECONDS = 120
LEAST_SECONDS = 5
MOST_SECONDS = 300
"""Of one run, on two cores. Source: staffing.md 4: sixty people and a month come close to the best known."""

EFFORT_SHARE = 0.65
"""Of a run's seconds, as work of one core: two cores that nobody else wants have done it after about two
thirds of the time, so that the clock need not end the search, which would make it another roster each time.
"""

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before another takes its run up; every report renews it."""

REPORT_EVERY = timedelta(seconds=1)

STOP_WITHIN = timedelta(seconds=15)
"""The solver ends at its next look at the clock; after this it is ended."""

OVERTIME_OF_THE_CLOCK = timedelta(minutes=4)
"""Beyond its budget a solver makes its first roster, and longer on a busy machine; after this it is ended."""

MOST_ATTEMPTS = 2
"""How often a run is taken up before it counts as failed: what kills a worker twice would do it again."""

SOLVER_MEMORY = 4 * 1024**3
"""Bytes of address space. A month of eighty people takes less than one."""

TRACE_POINTS = 120
"""Of the curve on the run's page; when it is full every second point goes."""

RUNS_SHOWN = 20

HISTORY_DAYS = 42
"""Days before the roster that bind it: the run of work and the week that reach into it, and its month."""

LEDGER_MONTHS = 3
"""Nights and weekends of so many months are made up for. Source: staffing.md 2.3."""

USUAL_WEIGHT = 3
WEIGHTS = ("cover", "wishes", "fairness", "pattern")
"""What a supervisor weighs against each other, each from 1 to 5."""
