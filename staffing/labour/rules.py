"""Which rule of working time is in force, for whom and on which day. The narrowest one wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from staffing import policy
from staffing.choices import RuleCode, Severity
from staffing.labour.facts import Key, Worker

HOURS = frozenset(
    {
        RuleCode.DAY_HOURS,
        RuleCode.WEEK_HOURS,
        RuleCode.OVERTIME_DAY,
        RuleCode.OVERTIME_MONTH,
        RuleCode.REST_BETWEEN,
    }
)
DAYS = frozenset({RuleCode.REST_DAY, RuleCode.DAYS_IN_A_ROW})
"""The unit of a limit by the rule's code; the other rules have no limit."""

FACTS = frozenset({RuleCode.OVERLAP, RuleCode.NOT_EMPLOYED, RuleCode.NO_CERTIFICATE, RuleCode.ON_LEAVE})
"""What no rule of the house can allow."""
PROTECTED = frozenset({RuleCode.PROTECTED_NIGHT, RuleCode.PROTECTED_OVERTIME})
"""What tells that somebody is protected."""
REGULATED = tuple(code for code in RuleCode if code not in FACTS)


@dataclass(frozen=True)
class Rule:
    """A limit and what breaking it means, between two days, for all or for a team, an employment, one person.

    Units: `limit` in hours or days, by the code; 0 where the code has none.
    """

    code: RuleCode
    limit: Decimal
    severity: Severity
    article: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    team: Key | None = None
    employment: str = ""
    worker: Key | None = None

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    def applies(self, worker: Worker) -> bool:
        return (
            self.worker in {None, worker.key}
            and self.team in {None, worker.team}
            and self.employment in {"", worker.employment}
        )

    @property
    def narrowness(self) -> tuple[bool, bool, bool, date]:
        """A person's own before the team's, the team's before the employment's; then the newest."""
        since = self.valid_from or date.min
        return (self.worker is not None, self.team is not None, bool(self.employment), since)


STANDARD: Mapping[RuleCode, Rule] = {
    code: Rule(code, limit, Severity(severity), article)
    for code, (limit, severity, article) in policy.LABOUR_RULES.items()
}


class RuleBook:
    """The rules that are recorded, and beneath them the standard: an empty book lifts no law."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: dict[RuleCode, list[Rule]] = {}
        regulated = [rule for rule in rules if rule.code not in FACTS]
        for rule in sorted(regulated, key=lambda each: each.narrowness, reverse=True):
            self._rules.setdefault(rule.code, []).append(rule)

    def rule(self, code: RuleCode, worker: Worker, on: date) -> Rule:
        """The narrowest that applies to the worker on the day."""
        for rule in self._rules.get(code, ()):
            if rule.is_valid(on) and rule.applies(worker):
                return rule
        return STANDARD[code]

    def minutes(self, code: RuleCode, worker: Worker, on: date) -> int:
        """The limit of a rule of hours."""
        return int(self.rule(code, worker, on).limit * 60)
