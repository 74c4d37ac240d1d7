"""Defaults of staffing: signing in and its shift, hours and law, certificates, forecasts and their reach."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from staffing.choices import RuleCode, Severity

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

NIGHT_COUNTS_FROM = timedelta(hours=3)
"""A shift with so much of it at night counts as a night; a late one that ends at midnight does not.
Source: house default."""

LABOUR_RULES: Mapping[RuleCode, tuple[Decimal, Severity, str]] = {
    RuleCode.DAY_HOURS: (Decimal(8), Severity.WARN, "劳动法 第36条"),
    RuleCode.WEEK_HOURS: (Decimal(40), Severity.WARN, "国务院关于职工工作时间的规定 第3条"),
    RuleCode.OVERTIME_DAY: (Decimal(3), Severity.EXCEPTION, "劳动法 第41条"),
    RuleCode.OVERTIME_MONTH: (Decimal(36), Severity.EXCEPTION, "劳动法 第41条"),
    RuleCode.REST_DAY: (Decimal(1), Severity.EXCEPTION, "劳动法 第38条"),
    RuleCode.DAYS_IN_A_ROW: (Decimal(6), Severity.EXCEPTION, "全国年节及纪念日放假办法（2024年修订）"),
    RuleCode.REST_BETWEEN: (Decimal(11), Severity.EXCEPTION, "公司制度"),
    RuleCode.PROTECTED_NIGHT: (Decimal(0), Severity.BLOCK, "女职工劳动保护特别规定 第6、9条"),
    RuleCode.PROTECTED_OVERTIME: (Decimal(0), Severity.BLOCK, "女职工劳动保护特别规定 第6、9条"),
    RuleCode.STATUTORY_WORK: (Decimal(0), Severity.WARN, "劳动法 第44条"),
    RuleCode.UNKNOWN_YEAR: (Decimal(0), Severity.EXCEPTION, "国务院办公厅年度放假通知"),
    RuleCode.OVERLAP: (Decimal(0), Severity.BLOCK, ""),
    RuleCode.NOT_EMPLOYED: (Decimal(0), Severity.BLOCK, ""),
    RuleCode.NO_CERTIFICATE: (Decimal(0), Severity.BLOCK, ""),
    RuleCode.ON_LEAVE: (Decimal(0), Severity.BLOCK, ""),
}
"""Limit (hours or days, by the code), what breaking it means, and where it stands. The law names no rest
between shifts: the 11 hours are the house's. One rest day in each calendar week still allows twelve days in a
row, hence a rule for each. Source: staffing.md 7."""
FORECAST_NEEDS_DAYS = 7
"""Of counted history: with fewer no weekday has been seen."""

FORECAST_AHEAD = timedelta(days=34)
"""How far ahead the system forecasts of itself: five weeks, as long as rosters are planned."""

FORECAST_LONGEST = timedelta(days=119)
"""The longest span forecast at once, the last day after the first."""

BACKTEST_WEEKS = 6
"""How many of the last weeks tell how wrong a forecast is."""
PEAK_LEAD_DAYS = {"overtime": 0, "cross_team": 3, "temporary": 7, "outsourced": 5, "recruitment": 21}
"""By source of people: days of training between coming and being of use. Source: house default."""

PEAK_BASELINE_WEEKS = 4
"""What an ordinary day is, is read off the roster of so many weeks before preparation begins."""

PEAK_TASK_WARNING = timedelta(days=1)
"""So long before its day the owner of a task is told."""

PEAK_APPROVAL_WARNING = timedelta(days=3)
"""So long before preparation begins, or later, directors are told of a plan that nobody has approved."""
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


WORKING_DAY = timedelta(hours=8)
"""What a day of leave counts as. Source: Labour Law, Art. 36."""

ANNUAL_LEAVE = ((20, 15), (10, 10), (1, 5))
"""Full years of work and the days of leave a year they give. Only years with us are known; who has worked
elsewhere before gets an entitlement of his own. Source: regulation on paid annual leave, 2007, Art. 3."""

LEAVE_DECIDED_WITHIN = timedelta(days=7)
"""After its last day: whoever fell ill hands his note in later. Source: house default."""

LONGEST_LEAVE = timedelta(days=366)
