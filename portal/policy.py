"""Defaults of the portal itself, with their units and where they come from."""

from datetime import timedelta

LEASE = timedelta(seconds=90)
"""How long a worker may hold a message; after a crash it goes out at most this much later."""

BATCH_MESSAGES = 50
"""How many messages are leased at a time."""

MOST_ATTEMPTS = 8
FIRST_RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY_AFTER = timedelta(hours=1)
"""The wait doubles from the first to the longest: eight attempts span an hour."""

SEAL_ENTRIES = 5_000
"""The most entries under one seal."""

SEALED_WITHIN = timedelta(hours=1)
"""An entry without any seal after this is overdue: sealing runs each minute (config/schedule.py)."""

REPLIES_KEPT = timedelta(hours=72)
"""Within this a repeated Idempotency-Key is answered as the first time. Source: usual 24 to 72 hours."""

API_REQUESTS_PER_MINUTE = 12_000
"""Per connected system; twice the intake the portal is built for, so that only a runaway loop meets it."""

REVEALS_PER_DAY = 50
"""Personal values one person may have shown in a day. Source: GB/T 35273-2020, 7.1 d and 11.7."""

SIGN_INS_KEPT = timedelta(days=190)
"""Who signed in when, from where. Source: Cybersecurity Law, network logs for six months at least."""

SEARCH_CHARACTERS = 100
SEARCH_WORDS = 8
"""Looked for at most. People type two or three words; SQLite takes a condition of a thousand parts."""
