"""What staffing takes in from Excel and CSV: each row by a step, with the rights of who imports it."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, Text
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Importer, Outcome, Record, Result, row_by_row
from staffing import duty, organisation, people
from staffing.choices import Employment, TeamKind
from staffing.models import (
    Agent,
    Certificate,
    Department,
    DutyAssignment,
    Position,
    ShiftType,
    Skill,
    Team,
)

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")


class StaffingImporter(Importer):
    """`take` calls the steps for one row; a look beforehand calls them, too, and takes everything back."""

    table: str

    @abstractmethod
    def take(self, row: Record, *, by: User, at: datetime) -> Result: ...

    def check_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        with transaction.atomic():
            outcomes = self.apply_chunk(records, by=by, at=at)
            transaction.set_rollback(True)
        return outcomes

    def apply_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        return row_by_row(records, lambda row: self.take(row, by=by, at=at))

    def objects_url(self, job: TransferJob) -> str:
        return reverse(f"admin:staffing_{self.table}_changelist")


class TeamImporter(StaffingImporter):
    key, label, table = "teams", _("Teams"), "team"
    permission = "staffing.import_team"
    columns = (
        Column("name", _("Team"), is_required=True, example="售后一组"),
        Column("kind", _("Kind of team"), is_required=True, example="售后"),
        Column("department", _("Department"), is_required=True, example="客户服务部"),
        Column("leader", _("Leader's staff number"), example="CS1001"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        return organisation.define_team(
            name=text(row, "name"),
            kind=choice(row, "kind", TeamKind),
            department=found(Department.objects.all(), row, "department", "name"),
            leader=found(Agent.objects.visible_to(by), row, "leader", "staff_no") if row["leader"] else None,
            by=by,
            at=at,
        )


class SkillImporter(StaffingImporter):
    key, label, table = "skills", _("Skills"), "skill"
    permission = "staffing.import_skill"
    columns = (
        Column("code", _("Skill code"), is_required=True, example="refund"),
        Column("name", _("Skill"), is_required=True, example="退款处理"),
        Column("description", _("Description")),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        return organisation.define_skill(
            code=text(row, "code"), name=text(row, "name"), description=row["description"], by=by, at=at
        )


class ShiftTypeImporter(StaffingImporter):
    key, label, table = "shift_types", _("Shift types"), "shifttype"
    permission = "staffing.import_shifttype"
    columns = (
        Column("code", _("Shift code"), is_required=True, example="N"),
        Column("name", _("Shift"), is_required=True, example="夜班"),
        Column("starts", _("Starts"), is_required=True, example="22:00"),
        Column(
            "ends",
            _("Ends"),
            is_required=True,
            help=_("At or before the start: on the next day."),
            example="06:00",
        ),
        Column("break_minutes", _("Break, minutes"), example="30"),
        Column("colour", _("Colour"), example="#6366f1"),
        Column(
            "skill", _("Skill code"), help=_("Only for holders of a valid certificate."), example="refund"
        ),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        return organisation.define_shift_type(
            code=text(row, "code"),
            name=text(row, "name"),
            starts=clock(row, "starts"),
            ends=clock(row, "ends"),
            break_minutes=whole(row, "break_minutes", default=0),
            colour=row["colour"] or str(ShiftType._meta.get_field("colour").default),
            skill=found(Skill.objects.all(), row, "skill", "code") if row["skill"] else None,
            by=by,
            at=at,
        )


class AgentImporter(StaffingImporter):
    """A staff number that is known changes its agent, another one hires the account."""

    key, label, table = "agents", _("Agents"), "agent"
    permission = "staffing.import_agent"
    columns = (
        Column("staff_no", _("Staff number"), is_required=True, example="CS1001"),
        Column(
            "account", _("Account"), is_required=True, help=_("The name to sign in with."), example="wanglei"
        ),
        Column("team", _("Team"), is_required=True, example="售后一组"),
        Column("position", _("Position"), example="客服专员"),
        Column("employment", _("Employment"), example="全职"),
        Column("weekly_hours", _("Hours a week"), help=_("Empty: as it stands."), example="24"),
        Column("joined_on", _("Joined on"), is_required=True, example="2026-03-01"),
        Column("max_open_tickets", _("Most open tickets"), example="30"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        team = found(Team.objects.visible_to(by), row, "team", "name")
        terms: people.Terms = {
            "position": found(Position.objects.all(), row, "position", "name") if row["position"] else None,
            "employment": choice(row, "employment", Employment)
            if row["employment"]
            else Employment.FULL_TIME,
            "max_open_tickets": whole(row, "max_open_tickets", default=30),
        }
        if row["weekly_hours"]:
            terms["weekly_hours"] = hours_a_week(row, "weekly_hours")
        agent = Agent.objects.visible_to(by).filter(staff_no=text(row, "staff_no")).first()
        if agent is None:
            self._hire(row, team, terms, by, at)
            return Result.CREATED
        is_same = agent.team == team and all(getattr(agent, name) == value for name, value in terms.items())
        people.move(agent, team=team, by=by, at=at)
        people.amend(agent, by=by, at=at, **terms)
        return Result.UNCHANGED if is_same else Result.UPDATED

    def _hire(self, row: Record, team: Team, terms: people.Terms, by: User, at: datetime) -> None:
        people.hire(
            found(User.objects.filter(is_active=True), row, "account", "username"),
            team=team,
            staff_no=text(row, "staff_no"),
            joined_on=day(row, "joined_on"),
            by=by,
            at=at,
            position=terms["position"],
            employment=terms["employment"],
            weekly_hours=terms.get("weekly_hours"),
            max_open_tickets=terms["max_open_tickets"],
        )


class CertificateImporter(StaffingImporter):
    key, label, table = "certificates", _("Certificates"), "certificate"
    permission = "staffing.import_certificate"
    columns = (
        Column("staff_no", _("Staff number"), is_required=True, example="CS1001"),
        Column("skill", _("Skill code"), is_required=True, example="refund"),
        Column("valid_from", _("Valid from"), is_required=True, example="2026-03-01"),
        Column("valid_until", _("Valid until"), is_required=True, example="2027-02-28"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        agent = found(Agent.objects.visible_to(by), row, "staff_no", "staff_no")
        skill = found(Skill.objects.all(), row, "skill", "code")
        span = {"valid_from": day(row, "valid_from"), "valid_until": day(row, "valid_until")}
        if Certificate.objects.filter(agent=agent, skill=skill, **span).exists():
            return Result.UNCHANGED
        people.certify(agent, skill, by=by, at=at, **span)
        return Result.CREATED


class DutyImporter(StaffingImporter):
    key, label, table = "duties", _("Duties"), "dutyassignment"
    permission = "staffing.import_dutyassignment"
    columns = (
        Column("on", _("Date"), is_required=True, example="2026-03-16"),
        Column("staff_no", _("Staff number"), is_required=True, example="CS1001"),
        Column("shift", _("Shift code"), is_required=True, example="N"),
        Column("note", _("Note")),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        agent = found(Agent.objects.visible_to(by), row, "staff_no", "staff_no")
        shift_type = found(ShiftType.objects.all(), row, "shift", "code")
        on = day(row, "on")
        same = DutyAssignment.objects.standing().filter(agent=agent, shift_type=shift_type, on=on)
        if same.exists():
            return Result.UNCHANGED
        duty.assign(agent, shift_type, on=on, by=by, at=at, note=row["note"])
        return Result.CREATED


IMPORTERS = (
    TeamImporter(),
    SkillImporter(),
    AgentImporter(),
    CertificateImporter(),
    ShiftTypeImporter(),
    DutyImporter(),
)


# What a cell says. Each raises MissingInformation at its field.


def text(row: Record, field: str) -> str:
    if not row[field]:
        raise wrong(field, _("This cell must not be empty."))
    return row[field]


def day(row: Record, field: str) -> date:
    """2026-03-11 or 2026/3/11, also with the midnight that a workbook adds."""
    parts = text(row, field).split(" ")[0].replace("/", "-").split("-")
    return _read(lambda: date(*map(int, parts)), field, _("Write a date such as 2026-03-11."))


def clock(row: Record, field: str) -> time:
    value = text(row, field).rpartition(" ")[2]
    return _read(lambda: time.fromisoformat(value.zfill(5)), field, _("Write a time such as 09:00."))


def whole(row: Record, field: str, *, default: int) -> int:
    value = row[field]
    return _read(lambda: int(value), field, _("Write a whole number.")) if value else default


def hours_a_week(row: Record, field: str) -> Decimal:
    try:
        hours: Decimal = Agent._meta.get_field("weekly_hours").clean(row[field], None)
    except ValidationError as error:
        raise wrong(field, _("Write hours from 1 to 40, such as 24 or 37.5.")) from error
    return hours


def choice(row: Record, field: str, choices: type[models.TextChoices | models.IntegerChoices]) -> str:
    """One of fixed choices, by its words in any language of the portal or by its value."""
    value = text(row, field).casefold()
    for known in choices:
        if value == str(known.value) or value in _words(known.label):
            return str(known.value)
    labels = ", ".join(str(label) for label in choices.labels)
    raise wrong(field, _("Choose one of: %(choices)s.") % {"choices": labels})


def found(rows: models.QuerySet[M], row: Record, field: str, column: str) -> M:
    """The row of another table, out of those that the person may see."""
    match = rows.filter(**{column: text(row, field)}).first()
    if match is None:
        raise wrong(field, _("This is not known, or you may not see it."))
    return match


def _words(label: Text) -> set[str]:
    words = set()
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            words.add(str(label).casefold())
    return words


def _read(parse: Callable[[], T], field: str, message: Text) -> T:
    try:
        return parse()
    except (ValueError, TypeError) as error:
        raise wrong(field, message) from error


def wrong(field: str, message: Text) -> MissingInformation:
    return MissingInformation(message, fields={field: message})
