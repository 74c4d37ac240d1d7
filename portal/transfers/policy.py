"""Defaults of transfer jobs, with their units and why."""

from datetime import timedelta

LEASE = timedelta(minutes=2)
"""How long a worker may be silent before another takes its job up; every chunk renews it."""

SLICE = timedelta(minutes=1)
"""How long a worker stays with one job before it lets other work in; a job goes on where it stopped."""

SQLITE_CHUNK_ROWS = 100
"""SQLite has one writer at a time: a chunk of this size keeps the others waiting for less than a second."""

SQLITE_PAUSE = timedelta(milliseconds=120)
"""A little longer than the 100 ms after which a writer that waits looks again."""

MOST_ATTEMPTS = 5
"""How often a job is taken up without getting one chunk further, before it counts as failed."""

PREVIEW_ROWS = 20
HEADER_WITHIN_ROWS = 10
"""Some exports have a title or a note above their header."""

ERRORS_KEPT = 10_000
"""Errors shown with a job; the error file holds all of them."""

CONFIRM_WITHIN = timedelta(days=7)
FILES_KEPT = timedelta(days=30)
"""An uploaded file holds personal data: it goes when nobody needs it to see what was wrong."""
