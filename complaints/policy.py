"""Defaults of the department where no administrator has decided otherwise. Source: domain.md."""

from datetime import time, timedelta
from decimal import Decimal

# First responsibility: the third passing-on of a matter needs a supervisor.
TRANSFERS_WITHOUT_SUPERVISOR = 2

# Callbacks: retries after the first unanswered call, within the hours of the customer's day.
CALL_RETRIES_AFTER = (timedelta(hours=2), timedelta(hours=24), timedelta(hours=72))
CALL_FROM = time(9)
CALL_UNTIL = time(21)
CALLBACK_AFTER_COMPLAINT_WITHIN = timedelta(hours=24)

# Surveys: the question stays open this long; a score at or below this one opens the matter again.
SURVEY_VALID_FOR = timedelta(days=7)
LOW_SCORE = 2
REOPENINGS_BY_LOW_SCORE = 2

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
    ("hand_over", "", "", timedelta(minutes=30), "chat"),
)
CRISIS_FACTOR = Decimal("0.50")
KEY_ACCOUNT_FACTOR = Decimal("0.75")
WARN_SHARE = Decimal("0.80")
