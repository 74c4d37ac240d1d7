"""Defaults of training and knowledge: days, limits of size, the numbers of search, each with its source."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from training.choices import ArticleKind

# Courses and certificates

RENEWAL_WINDOW = timedelta(days=30)
"""So long before a certificate ends its re-certification is opened. Source: training.md 2, expiry."""

REMIND_DAYS_BEFORE = (30, 14, 7, 1)
"""Days before its end on which a holder is reminded. Source: training.md 2, expiry."""

COURSE_REMIND_DAYS_BEFORE = (7, 1)
"""Days before a course is due on which its learner is reminded; once more on the day after. House default."""

LARGEST_LESSON_FILE = 50 * 1024 * 1024
"""Bytes of a file of a lesson, such as a short video."""

LARGEST_EVIDENCE = 10 * 1024 * 1024
"""Bytes of a file that shows why somebody is marked as he is."""

# Exams

GRACE = timedelta(seconds=30)
"""After the deadline an answer on its way is still taken. Source: training.md 1a, time limit."""

JUDGED_BEFORE_WARNING = 20
"""Judged answers to a question before its figures warn of anything. House default."""

EXTREME_SHARE = 0.27
"""The best and the weakest who are compared. Source: Kelley 1939, for scores spread normally."""

FEWEST_IN_A_GROUP = 3
"""People in each of those groups, and pairs of a correlation; fewer tell nothing. House default."""

TOO_EASY_ABOVE = 0.95
TOO_HARD_BELOW = 0.30
"""Mean share of marks. House defaults, within the usual 0.3 to 0.9."""

STANDARD_ERRORS = 2
"""A correlation so many standard errors (1 / root of n) below 0 is no chance. Source: usual 5 per cent."""

TELLS_LITTLE_BELOW = 0.20
"""Discrimination under which a question should be written anew. Source: Ebel, the usual rule of thumb."""

LONGEST_BLANK = 200
LONGEST_SHORT_ANSWER = 4000
"""Characters of what somebody fills in or writes."""

CHECK_MISSES_AT_MOST = 60
CHECK_MISSES_WITHIN = timedelta(minutes=10)
"""Whoever asks this often for certificates that do not exist is guessing. Per network address."""

# Knowledge

REVIEW_AFTER: Mapping[ArticleKind, timedelta] = {
    ArticleKind.ACTIVITY: timedelta(days=30),
    ArticleKind.POLICY: timedelta(days=90),
    ArticleKind.PROCEDURE: timedelta(days=180),
    ArticleKind.PRODUCT: timedelta(days=180),
    ArticleKind.FAQ: timedelta(days=365),
}
"""How long an article may stand before somebody looks at it again. Source: training.md 2, stale detection."""

LONGEST_CODE = 60
"""Characters of the code by which an article is known in tables, files and to other systems."""

LONGEST_REFERENCE = 60
"""Characters of the number of a matter, whose table stands above."""

LONGEST_TEXT = 50_000
"""Characters of an article; a longer one is a book, and nobody finds anything in it."""

MOST_QUESTIONS = 50
"""Similar questions of an article; more of them blur what it answers. Source: training.md 4."""

MOST_WORDS = 30
"""Keywords, and products, of an article."""

LONGEST_WORD = 40
"""Characters of a keyword or the name of a product."""

VOTES_LOOKED_BACK = timedelta(days=14)
"""Votes against an article count so long on the review board. Source: training.md 1b, stale board."""

UNUSED_AFTER = timedelta(days=90)
"""Published for so long and never used, an article is asked about on the review board. House default."""

LARGEST_IMAGE = 5 * 1024 * 1024
"""Bytes of an uploaded picture."""

MOST_PIXELS = 40_000_000
"""Of a picture once unpacked. Source: reliability.md 2, number 3."""

WIDEST_IMAGE = 1600
"""Pixels; a wider picture is drawn smaller."""

# Effect of training

EFFECT_WINDOW = timedelta(days=28)
"""A figure is taken over so long before a measure and so long after it. Source: training.md 1a, skill gap."""

EXAM_PASS_MARK_PERCENT = Decimal(80)

PARTICIPATION_LOOKED_BACK = timedelta(days=365)
"""The sessions of so long stand beside the matrix. House default."""

DAYS_TO_READ = timedelta(days=7)
"""So long somebody has for an article that he is asked to read, if no day is named. House default."""

# Sessions

LONGEST_SESSION = timedelta(hours=12)
"""Nobody learns longer at a stretch; queries look back no further. House default."""

ENTERED_LATE = timedelta(days=7)
"""So long afterwards a session that nobody planned may still be entered. House default."""

MEETING_LENGTH = timedelta(hours=1)
"""A meeting has no end of its own; so long it keeps people. House default."""

REMIND_OF_SESSION = timedelta(days=1)
"""So long before a session whoever has a seat is reminded. House default."""

# Announcements

DAYS_FOR_JOINERS = timedelta(days=7)
"""Whoever joins while an announcement stands has at least so long to confirm it. House default."""
