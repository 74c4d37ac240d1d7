"""The ledger of a team's month: hours, overtime and rest of its people, to look at and to take away."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal import audit, instants
from portal.admin import lists
from portal.admin.house import person
from portal.choices import AuditAction
from portal.errors import Text
from portal.models import User
from portal.transfers.writing import write_csv, write_xlsx
from staffing import rule_checks
from staffing.labour.breaches import Breach, number
from staffing.models import Agent, DutyAssignment, Team
from staffing.rule_checks import Account

SEE_OTHERS = "staffing.view_attendance"
EXPORT = "staffing.export_attendance"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OVERTIME = _("Overtime")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Column:
    """One figure of the ledger; the explanation says what it counts."""

    header: Text
    explanation: Text
    value: Callable[[Account], Decimal | int | None]


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _rest(account: Account) -> Decimal | None:
    shortest = account.ledger.shortest_rest
    return None if shortest is None else _hours(round(shortest.total_seconds() / 60))


COLUMNS = (
    Column(
        _("Standard hours"),
        _("Hours of the calendar's workdays, make-up workdays included"),
        lambda one: _hours(one.ledger.standard_minutes),
    ),
    Column(
        _("Worked hours"),
        _("Of the published shifts, breaks off"),
        lambda one: _hours(one.ledger.paid_minutes),
    ),
    Column(
        format_lazy("{} 150 %", OVERTIME),
        _("Overtime: beyond the hours of a day"),
        lambda one: _hours(one.ledger.extended_minutes),
    ),
    Column(
        format_lazy("{} 200 %", OVERTIME),
        _("Overtime: beyond the hours of a week, on rest days"),
        lambda one: _hours(one.ledger.rest_day_minutes),
    ),
    Column(
        format_lazy("{} 300 %", OVERTIME),
        _("Overtime: on statutory holidays"),
        lambda one: _hours(one.ledger.statutory_minutes),
    ),
    Column(
        _("Nights"), _("Shifts with three hours or more from 22:00 to 06:00"), lambda one: one.ledger.nights
    ),
    Column(_("Weekends"), _("Worked Saturdays and Sundays"), lambda one: one.ledger.weekends),
    Column(_("Holidays"), _("Worked days of holidays"), lambda one: one.ledger.holidays),
    Column(_("Rest days"), _("Days without a shift"), lambda one: one.ledger.rest_days),
    Column(_("Shortest rest"), _("Hours between two shifts"), _rest),
    Column(_("Longest run"), _("Days in a row"), lambda one: one.ledger.longest_run),
)


@dataclass(frozen=True)
class Line:
    """As the page shows it."""

    agent: Agent
    cells: Sequence[str]
    breaches: Sequence[Breach]

    @property
    def figures(self) -> list[tuple[Column, str]]:
        return list(zip(COLUMNS, self.cells, strict=True))


@dataclass(frozen=True)
class Asked:
    """Whose ledger of which month. Without `team` it is the person's own line alone."""

    user: User
    first_on: date
    team: Team | None
    teams: Sequence[Team]

    @property
    def last_on(self) -> date:
        return (self.first_on + 31 * DAY).replace(day=1) - DAY

    @property
    def before(self) -> date:
        return (self.first_on - DAY).replace(day=1)

    @property
    def after(self) -> date:
        return self.last_on + DAY

    def agents(self) -> QuerySet[Agent]:
        """Those employed on some day of the month."""
        rows = Agent.objects.visible_to(self.user)
        rows = rows.filter(team=self.team) if self.team else rows.filter(user=self.user)
        there = rows.filter(Q(left_on=None) | Q(left_on__gte=self.first_on), joined_on__lte=self.last_on)
        return there.select_related("user", "team__department").order_by("user__name", "pk")

    def accounts(self) -> list[Account]:
        return rule_checks.ledger_of(self.agents(), self.first_on, self.last_on)

    def breaches(self, accounts: Iterable[Account]) -> dict[int, list[Breach]]:
        """What this person may read of what is broken, by the agent's id."""
        found: dict[int, list[Breach]] = defaultdict(list)
        told = [breach for account in accounts for breach in account.breaches]
        for breach in rule_checks.told_to(self.user, told):
            found[breach.worker].append(breach)
        return found


def asked_by(request: HttpRequest) -> Asked:
    """Raises: PermissionDenied."""
    user = person(request)
    if not user.has_perm("staffing.view_dutyassignment"):
        raise PermissionDenied
    given = request.GET or request.POST
    month = instants.day(f"{given.get('month', '')}-01") or timezone.localdate().replace(day=1)
    if not user.has_perm(SEE_OTHERS):
        return Asked(user, month, None, ())
    teams = list(Team.objects.visible_to(user))
    own = Agent.objects.filter(user=user).values_list("team", flat=True).first()
    by_key = {team.pk: team for team in teams}
    wanted = (by_key[key] for key in (lists.key(given.get("team", "")), own) if key in by_key)
    return Asked(user, month, next(wanted, next(iter(teams), None)), teams)


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    asked = asked_by(request)
    accounts = asked.accounts()
    broken = asked.breaches(accounts)
    lines = [
        Line(one.agent, [_text(column.value(one)) for column in COLUMNS], broken[one.agent.pk])
        for one in accounts
    ]
    own = {
        "title": _("Hours ledger"),
        "asked": asked,
        "columns": COLUMNS,
        "lines": lines,
        "may_export": asked.user.has_perm(EXPORT),
        "may_open": asked.user.has_perm("staffing.view_agent"),
    }
    return TemplateResponse(request, "staffing/labour/ledger.html", {**context, **own})


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Writes down who took it away, hence by POST."""
    asked = asked_by(request)
    if not asked.user.has_perm(EXPORT):
        raise PermissionDenied
    accounts = asked.accounts()
    broken = asked.breaches(accounts)
    rows = [
        [
            account.agent.staff_no,
            account.agent.user.name,
            account.agent.team.name,
            *(column.value(account) for column in COLUMNS),
            "\n".join(breach.sentence for breach in broken[account.agent.pk]),
        ]
        for account in accounts
    ]
    header = [_("Staff number"), _("Name"), _("Team"), *(column.header for column in COLUMNS), _("Breaches")]
    audit.record(
        AuditAction.EXPORT,
        DutyAssignment,
        by=asked.user,
        at=timezone.now(),
        changes={"month": [None, f"{asked.first_on:%Y-%m}"], "rows": [None, len(rows)]},
    )
    return _file(header, rows, name=f"hours-{asked.first_on:%Y-%m}", is_csv=request.POST.get("as") == "csv")


def _file(header: Sequence[Any], rows: Sequence[Sequence[Any]], *, name: str, is_csv: bool) -> HttpResponse:
    out = io.BytesIO()
    if is_csv:
        write_csv(out, header, rows)
    else:
        write_xlsx(out, header, rows, title=_("Hours ledger"))
    response = HttpResponse(out.getvalue(), content_type="text/csv" if is_csv else XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if is_csv else "xlsx"}"'
    return response


def _text(value: Decimal | int | None) -> str:
    """Nothing is a dash, so that what is there stands out."""
    return number(Decimal(value)) if value else "–"
