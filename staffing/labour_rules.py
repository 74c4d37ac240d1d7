"""The recorded rules of working time: the standard ones that every department begins with, and the book."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed
from portal.models import User
from staffing import recording
from staffing.choices import RuleCode, Severity
from staffing.labour.rules import REGULATED, STANDARD, Rule, RuleBook
from staffing.models import LabourRule


def book(first_on: date, last_on: date) -> RuleBook:
    """The rules in force on some day of the span. One query."""
    return RuleBook(_plain(row) for row in LabourRule.objects.touching(first_on, last_on))


@transaction.atomic
def seed_standard_rules(*, by: User | None, at: datetime) -> list[LabourRule]:
    """Record the rules of the law and of the house with their usual limits; what is recorded stays as it is.

    Without them the same limits hold; recorded, they can be looked at and changed.

    Raises: NotAllowed.
    """
    if by is not None and not by.has_perm("staffing.add_labourrule"):
        raise NotAllowed(_("You may not change the rules of working time."))
    general = LabourRule.objects.filter(team=None, employment="", agent=None)
    known = set(general.values_list("code", flat=True))
    return [_record(STANDARD[code], by=by, at=at) for code in REGULATED if code not in known]


def _record(rule: Rule, *, by: User | None, at: datetime) -> LabourRule:
    row = LabourRule.objects.create(
        code=rule.code, limit=rule.limit, severity=rule.severity, article=rule.article
    )
    facts = {"limit": rule.limit, "severity": rule.severity, "article": rule.article}
    recording.added(row, facts, by=by, at=at)
    return row


def _plain(row: LabourRule) -> Rule:
    return Rule(
        code=RuleCode(row.code),
        limit=row.limit,
        severity=Severity(row.severity),
        article=row.article,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        team=row.team_id,
        employment=row.employment,
        worker=row.agent_id,
    )
