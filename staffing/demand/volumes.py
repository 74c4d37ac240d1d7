"""The steps of counting: what came in on a line, by half hour. Saying the same again changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording, rights
from staffing.demand import half_hours
from staffing.models import ContactVolume, ServiceLine

MOST_CONTACTS, LONGEST_HANDLING = 100_000, 20_000
"""Of one half hour, and in seconds for one contact: beyond, a column was mistaken for another."""


@dataclass(frozen=True)
class Count:
    """The contacts of one half hour, and the seconds spent on all of them."""

    contacts: int
    seconds: int


@transaction.atomic
def record(line: ServiceLine, starts_at: datetime, count: Count, *, by: User | None, at: datetime) -> Result:
    """Write down one half hour, in place of what was said of it before.

    Raises: NotAllowed; MissingInformation for a time that begins no half hour, or counts beyond belief.
    """
    line = _held(line, by)
    zone = line.team.department.zone
    if half_hours.floor(starts_at, zone) != starts_at:
        text = _("A half hour begins at :00 or :30.")
        raise MissingInformation(text, fields={"starts_at": text})
    _require_possible(count)
    values = {"contacts": count.contacts, "handling_seconds_total": count.seconds}
    volume = line.volumes.filter(starts_at=starts_at).first()
    if volume is None:
        volume = ContactVolume.objects.create(line=line, starts_at=starts_at, **values)
        recording.added(volume, values, by=by, at=at)
        return Result.CREATED
    changes = {
        name: (getattr(volume, name), value)
        for name, value in values.items()
        if getattr(volume, name) != value
    }
    if not changes:
        return Result.UNCHANGED
    volume.contacts, volume.handling_seconds_total = count.contacts, count.seconds
    volume.save(update_fields=list(values))
    recording.changed(volume, changes, by=by, at=at)
    return Result.UPDATED


@transaction.atomic
def replace_days(
    line: ServiceLine, days: Mapping[date, Mapping[int, Count]], *, by: User | None, at: datetime
) -> int:
    """Say all that came on some days, by half hour, in place of what stood there; answers for how many rows.

    A day on which nothing came keeps a row of nought, so that it is known to have been counted. What the
    system itself counts is written to no log: it can be counted again.

    Raises: NotAllowed; MissingInformation for for counts that cannot be meant.
    """
    line = _held(line, by)
    if not days:
        return 0
    wanted = dict(_by_instant(line, days))
    standing = _standing(line, days)
    changed = {one: count for one, count in wanted.items() if standing.get(one) != count}
    gone = standing.keys() - wanted.keys()
    line.volumes.filter(starts_at__in=gone).delete()
    ContactVolume.objects.bulk_create(
        [
            ContactVolume(
                line=line, starts_at=one, contacts=count.contacts, handling_seconds_total=count.seconds
            )
            for one, count in changed.items()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["line", "starts_at"],
        update_fields=["contacts", "handling_seconds_total"],
    )
    if by is not None and (changed or gone):
        recording.changed(line, {"volumes": (len(gone), len(changed))}, by=by, at=at)
    return len(changed) + len(gone)


def _held(line: ServiceLine, by: User | None) -> ServiceLine:
    line = ServiceLine.objects.locked().select_related("team__department").get(pk=line.pk)
    rights.require_over_team(by, rights.COUNT, line.team)
    return line


def _by_instant(
    line: ServiceLine, days: Mapping[date, Mapping[int, Count]]
) -> Iterator[tuple[datetime, Count]]:
    for on, counts in days.items():
        known = counts or {0: Count(0, 0)}
        for slot, starts_at in half_hours.starts(on, line.team.department.zone):
            if slot in known:
                _require_possible(known[slot])
                yield starts_at, known[slot]


def _standing(line: ServiceLine, days: Mapping[date, object]) -> dict[datetime, Count]:
    """What is written of these days."""
    zone = line.team.department.zone
    start, end = half_hours.span(min(days), max(days), zone)
    rows = line.volumes.filter(starts_at__gte=start, starts_at__lt=end)
    return {
        row.starts_at: Count(row.contacts, row.handling_seconds_total)
        for row in rows
        if half_hours.slot_of(row.starts_at, zone)[0] in days
    }


def _require_possible(count: Count) -> None:
    is_possible = 0 <= count.contacts <= MOST_CONTACTS
    if not (is_possible and 0 <= count.seconds <= MOST_CONTACTS * LONGEST_HANDLING):
        text = _("So many contacts, or so long ones, cannot be meant.")
        raise MissingInformation(text, fields={"contacts": text})
