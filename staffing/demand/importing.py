"""Volumes out of Excel and CSV: a row for each line and half hour, such as a hotline's system exports."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.instants import EARLIEST, LATEST
from portal.models import User
from portal.transfers.importers import Column, Record, Result
from staffing.demand import volumes
from staffing.demand.volumes import Count
from staffing.importers import StaffingImporter, found, text, whole
from staffing.models import ServiceLine

_WRITTEN = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)[ T](\d\d?):(\d\d)(?::00)?", re.ASCII)


class VolumeImporter(StaffingImporter):
    """The same half hour again is replaced. Without a handling time the line's usual one stands."""

    key, label, table = "contact_volumes", _("Contact volumes"), "contactvolume"
    permission = "staffing.import_contactvolume"
    columns = (
        Column("line", _("Service line"), is_required=True, example="热线"),
        Column("starts_at", _("Half hour from"), is_required=True, example="2026-03-16 09:30"),
        Column("contacts", _("Contacts"), is_required=True, example="42"),
        Column("handling_seconds", _("Handling time on average, seconds"), example="240"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        lines = ServiceLine.objects.visible_to(by).select_related("team__department")
        line = found(lines, row, "line", "name")
        if line.counts_tickets:
            message = _("This line counts its tickets. Switch that off to import its contacts.")
            raise MissingInformation(message, fields={"line": message})
        contacts = _count(row, "contacts")
        seconds = _number(row, "handling_seconds", usual=line.default_handling_seconds)
        count = Count(contacts, round(contacts * seconds))
        starts_at = _instant(row, "starts_at", line.team.department.zone)
        return volumes.record(line, starts_at, count, by=by, at=at)


def _count(row: Record, field: str) -> int:
    text(row, field)
    contacts = whole(row, field, default=0)
    if not 0 <= contacts <= volumes.MOST_CONTACTS:
        raise _wrong(field)
    return contacts


def _number(row: Record, field: str, *, usual: float) -> float:
    try:
        seconds = float(row[field] or usual)
    except ValueError as error:
        raise _wrong(field) from error
    if not 0 <= seconds <= volumes.LONGEST_HANDLING:
        raise _wrong(field)
    return seconds


def _instant(row: Record, field: str, zone: ZoneInfo) -> datetime:
    """2026-03-16 09:30 or 2026/3/16 9:30, by the wall clock of the line's department."""
    cell = _WRITTEN.fullmatch(text(row, field))
    try:
        year, month, day, hour, minute = map(int, cell.groups() if cell else (0,) * 5)
        at = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError as error:
        message = _("Write a half hour such as 2026-03-16 09:30.")
        raise MissingInformation(message, fields={field: message}) from error
    if not EARLIEST <= at <= LATEST:
        raise _wrong(field)
    return at


def _wrong(field: str) -> MissingInformation:
    message = _("This cannot be meant.")
    return MissingInformation(message, fields={field: message})
