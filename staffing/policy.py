"""Defaults of staffing: how far a signing-in may lie from its shift, and when one was forgotten."""

from datetime import timedelta

SIGN_IN_EARLY = timedelta(minutes=60)
SIGN_IN_LATE = timedelta(minutes=60)
"""A signing-in belongs to the shift whose span, widened by these two, contains it.
Source: house default; the window rule is that of the public attendance systems."""

LATE_GRACE = timedelta(minutes=5)
"""Whoever signs in within it is not late; after it lateness counts from the shift's start."""

FORGOTTEN_AFTER = timedelta(hours=2)
"""After the end of its shift an attendance that is still open was forgotten, unless another shift of the
agent has started by then: the attendance carries on through it."""

UNSCHEDULED_STAY = timedelta(hours=12)
"""An attendance without a shift was forgotten after this."""

LONGEST_SHIFT = timedelta(hours=25)
"""A shift of a whole day on which the clocks go back. Bounds every search for what covers an instant."""

LONGEST_STAY = SIGN_IN_EARLY + 2 * LONGEST_SHIFT + FORGOTTEN_AFTER
"""Two such shifts that adjoin. However the roster runs on, nobody stays longer."""

LONGEST_ATTENDANCE = LONGEST_STAY + FORGOTTEN_AFTER
"""No open attendance older than this can still be real."""

CERTIFICATE_WARNING = timedelta(days=30)
"""How long before its end a certificate is shown as running out."""

HAND_OVER_REMINDER = timedelta(minutes=15)
"""This long before the end of a shift whoever has something open is asked to hand over.
Source: house default."""

HAND_OVER_LATE = timedelta(hours=6)
"""A hand-over written this long after the end of a shift still belongs to it."""

NEXT_SHIFT = timedelta(hours=12)
"""How far a hand-over looks ahead where no next shift is planned."""

HOUSEKEEPING_AHEAD = timedelta(days=14)
"""So far the housekeeping roster is filled. Source: house default, as far as duty is usually published."""

HOUSEKEEPING_MEMORY = timedelta(days=90)
"""Turns and days of duty further back no longer count in the rotation, so that nobody
is behind for ever."""

HOUSEKEEPING_SHORT_NOTICE = timedelta(days=2)
"""Within it people are told when a turn moves because duty has changed; further ahead it is planned anew."""
