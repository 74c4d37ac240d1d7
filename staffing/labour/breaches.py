"""What breaks a rule, in figures and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.errors import Text
from staffing.choices import RuleCode, Severity
from staffing.labour.facts import Key, WorkedShift

SENTENCES: Mapping[RuleCode, Text] = {
    RuleCode.DAY_HOURS: _("%(measured)s hours on %(on)s: standard are %(limit)s, the rest is overtime"),
    RuleCode.WEEK_HOURS: _(
        "%(measured)s hours in the week %(first)s–%(last)s: standard are %(limit)s, the rest is overtime"
    ),
    RuleCode.OVERTIME_DAY: _("%(measured)s hours of overtime on %(on)s, at most %(limit)s"),
    RuleCode.OVERTIME_MONTH: _("%(measured)s hours of overtime in %(month)s, at most %(limit)s"),
    RuleCode.REST_DAY: _("Only %(measured)s rest days in the week %(first)s–%(last)s, at least %(limit)s"),
    RuleCode.DAYS_IN_A_ROW: _("%(measured)s days in a row (%(first)s–%(last)s), at most %(limit)s"),
    RuleCode.REST_BETWEEN: _(
        "Only %(measured)s hours of rest (%(before)s until %(until)s, %(after)s from %(since)s),"
        " at least %(limit)s"
    ),
    RuleCode.PROTECTED_NIGHT: _("No nights on %(on)s: %(before)s has %(measured)s hours at night"),
    RuleCode.PROTECTED_OVERTIME: _("No overtime on %(on)s: %(measured)s hours are overtime"),
    RuleCode.STATUTORY_WORK: _(
        "%(before)s lies on the statutory holiday %(first)s: %(measured)s hours at 300 %%"
    ),
    RuleCode.UNKNOWN_YEAR: _("The holidays of %(year)s are not announced yet (%(on)s)"),
    RuleCode.OVERLAP: _("%(before)s until %(until)s and %(after)s from %(since)s overlap"),
    RuleCode.NOT_EMPLOYED: _("Not employed on %(on)s"),
    RuleCode.NO_CERTIFICATE: _("No valid certificate on %(on)s"),
    RuleCode.ON_LEAVE: _("On leave on %(on)s"),
}


@dataclass(frozen=True)
class Breach:
    """A rule that is broken, by whom and on which day of the period.

    Units: `measured` and `limit` in hours or days, by the rule's code. `first_on` and `last_on` are the days
    that it speaks of: a week, a month, a run. `shifts` are those that break it together.
    """

    code: RuleCode
    severity: Severity
    on: date
    worker: Key
    name: str
    measured: Decimal
    limit: Decimal
    first_on: date
    last_on: date
    zone: ZoneInfo
    article: str = ""
    shifts: tuple[WorkedShift, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """Names the breach as long as it stands on its day, such as for an exception."""
        return f"{self.code}:{self.worker}:{self.on}"

    @property
    def is_forbidden(self) -> bool:
        return self.severity == Severity.BLOCK

    @property
    def needs_exception(self) -> bool:
        return self.severity == Severity.EXCEPTION

    @property
    def sentence(self) -> str:
        """What is wrong, in the language of whoever reads, without the name."""
        text = str(SENTENCES[self.code]) % self._words()
        return f"{text} ({self.note})" if self.note else text

    def __str__(self) -> str:
        return gettext("%(name)s: %(sentence)s") % {"name": self.name, "sentence": self.sentence}

    def _words(self) -> dict[str, str]:
        before, after = self._ends()
        words = {
            "measured": number(self.measured),
            "limit": number(self.limit),
            "on": date_format(self.on, "MONTH_DAY_FORMAT"),
            "first": date_format(self.first_on, "MONTH_DAY_FORMAT"),
            "last": date_format(self.last_on, "MONTH_DAY_FORMAT"),
            "month": date_format(self.on, "YEAR_MONTH_FORMAT"),
            "year": str(self.on.year),
        }
        if before and after:
            until, since = before.ends_at.astimezone(self.zone), after.starts_at.astimezone(self.zone)
            is_same_day = until.date() == since.date()
            words |= {
                "before": before.label,
                "after": after.label,
                "until": _moment(until),
                "since": f"{since:%H:%M}" if is_same_day else _moment(since),
            }
        return words

    def _ends(self) -> tuple[WorkedShift | None, WorkedShift | None]:
        return (self.shifts[0], self.shifts[-1]) if self.shifts else (None, None)


def number(value: Decimal) -> str:
    """8, 8.5, 0.25: no more digits than are needed."""
    return f"{value.quantize(Decimal('0.01')).normalize():f}"


def _moment(local: datetime) -> str:
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"
