"""Defaults of the department where no administrator has decided otherwise. Source: domain.md."""

from datetime import time, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

# A channel's clock may run ahead of ours by this much.
CLOCKS_DIFFER_BY = timedelta(minutes=5)

# First responsibility: the third passing-on of a matter needs a supervisor.
TRANSFERS_WITHOUT_SUPERVISOR = 2

# Hand-over: without a limit of the service policy a silent receiver has this long; and whoever was silent is
# not asked again for a shift.
HAND_OVER_WITHIN = timedelta(minutes=30)
SILENCE_KEEPS_AWAY = timedelta(hours=8)

# Waiting without a date ends by itself after this: every pause has an end.
WAITS_AT_MOST = timedelta(days=7)

# Demand: a matter taken and resolved within this was worked on all the time, and tells how long one takes.
ONE_SITTING = timedelta(minutes=30)
# So many days are counted anew each time, for matters that get a team late; a new line begins so far back.
VOLUMES_COUNTED_AGAIN = timedelta(days=3)
VOLUMES_COUNTED_BACK = timedelta(days=120)

# Callbacks: retries after the first unanswered call, within the hours of the customer's day.
CALL_RETRIES_AFTER = (timedelta(hours=2), timedelta(hours=24), timedelta(hours=72))
CALL_FROM = time(9)
CALL_UNTIL = time(21)
CALLBACK_AFTER_COMPLAINT_WITHIN = timedelta(hours=24)

# Surveys: the question stays open this long; a score at or below this one opens the matter again.
SURVEY_VALID_FOR = timedelta(days=7)
LOW_SCORE = 2
REOPENINGS_BY_LOW_SCORE = 2

# What a customer may tick as reasons for his score: kept by code, so that words may change.
SURVEY_REASONS_BAD = (
    ("slow", _("It took too long")),
    ("unsolved", _("It was not solved")),
    ("asked_again", _("I had to explain it several times")),
    ("passed_around", _("I was passed around")),
    ("impolite", _("Not friendly")),
    ("unclear", _("Hard to understand")),
    ("promise_broken", _("A promise was not kept")),
)
SURVEY_REASONS_GOOD = (
    ("quick", _("Quick")),
    ("solved", _("It was solved")),
    ("friendly", _("Friendly")),
    ("clear", _("Well explained")),
    ("kept_informed", _("I was kept informed")),
)
SURVEY_SCORE_GOOD = 4  # From this score on the second list is offered, below it the first.
SURVEY_COMMENT_CHARACTERS = 1000

# Whoever asks this often for survey links that do not exist is guessing. Per network address.
SURVEY_MISSES_AT_MOST = 60
SURVEY_MISSES_WITHIN = timedelta(minutes=10)

# Whoever looks up this many phones and addresses that nobody has is trying numbers out: a mask leaves ten
# thousand. Somebody at the hotline takes fewer calls in the time; a hotline's system asks for each of them.
LOOKUP_MISSES_AT_MOST = 60
SYSTEM_LOOKUP_MISSES_AT_MOST = 300
# And whoever finds this many reads the file out.
LOOKUP_HITS_AT_MOST = 200
SYSTEM_LOOKUP_HITS_AT_MOST = 3_000
LOOKUPS_WITHIN = timedelta(minutes=10)

# On desk and dashboard, what is due within this is shown as due soon.
DUE_SOON = timedelta(hours=1)

# A resolved matter that is no complaint and owes no call closes by itself.
CLOSES_ITSELF_AFTER = timedelta(hours=24)

# Service levels: (clock, kind, channel, limit, calendar code); "" fits any. Severity and customer level
# count by the factors below.
LIMITS: tuple[tuple[str, str, str, timedelta, str], ...] = (
    ("first_response", "", "", timedelta(hours=1), "chat"),
    ("first_response", "", "chat", timedelta(minutes=5), "chat"),
    ("first_response", "", "app", timedelta(minutes=5), "chat"),
    ("first_response", "", "bot", timedelta(minutes=5), "chat"),
    ("first_response", "", "hotline", timedelta(seconds=20), "hotline"),
    ("next_reply", "", "", timedelta(hours=2), "chat"),
    ("next_reply", "", "chat", timedelta(minutes=5), "chat"),
    ("next_reply", "", "app", timedelta(minutes=5), "chat"),
    ("complaint_answer", "complaint", "", timedelta(hours=24), "hotline"),
    ("resolution", "complaint", "", timedelta(hours=48), "hotline"),
    ("resolution", "opinion", "", timedelta(hours=2), "hotline"),
    ("resolution", "after_sales", "", timedelta(hours=72), "hotline"),
    ("resolution", "", "", timedelta(hours=48), "hotline"),
    ("hand_over", "", "", timedelta(minutes=30), "hotline"),
)
CRISIS_FACTOR = Decimal("0.50")
KEY_ACCOUNT_FACTOR = Decimal("0.75")
WARN_SHARE = Decimal("0.80")
