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

# Exams

GRACE = timedelta(seconds=30)
"""After the deadline an answer on its way is still taken. Source: training.md 1a, time limit."""

# Knowledge

REVIEW_AFTER: Mapping[ArticleKind, timedelta] = {
    ArticleKind.ACTIVITY: timedelta(days=30),
    ArticleKind.POLICY: timedelta(days=90),
    ArticleKind.PROCEDURE: timedelta(days=180),
    ArticleKind.PRODUCT: timedelta(days=180),
    ArticleKind.FAQ: timedelta(days=365),
}
"""How long an article may stand before somebody looks at it again. Source: training.md 2, stale detection."""

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
