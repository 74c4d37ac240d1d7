"""Editions of what the department promises: drafted, amended, then in force and never edited again.

A clock keeps the edition by which it was started. So an edition that has been in force is evidence; what
is to change is changed in the next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints import policy
from complaints.models import ServicePolicy, ServiceTarget
from portal import audit
from portal.choices import AuditAction
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing.models import Calendar

Fit = tuple[str, str, str, str, str]
"""What a target is for: clock, kind, channel, severity, customer level; "" fits any."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One target of an edition, as it is wanted."""

    clock: str
    limit: timedelta
    calendar: Calendar
    kind: str = ""
    channel: str = ""
    severity: str = ""
    level: str = ""

    @property
    def fit(self) -> Fit:
        return self.clock, self.kind, self.channel, self.severity, self.level


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an edition says besides its targets."""

    in_force_from: datetime
    note: str = ""
    crisis_factor: Decimal = policy.CRISIS_FACTOR
    key_account_factor: Decimal = policy.KEY_ACCOUNT_FACTOR
    warn_share: Decimal = policy.WARN_SHARE


@dataclass(frozen=True)
class Difference:
    """One fit on which two editions differ; None on the side that says nothing about it."""

    fit: Fit
    before: ServiceTarget | None
    after: ServiceTarget | None


def draft(*, in_force_from: datetime, by: User | None, at: datetime, note: str = "") -> ServicePolicy:
    """Begin a new edition as a copy of the last one. It comes into force by itself, at its time.

    Raises: NotAllowed; MissingInformation for a time that has passed; AlreadyTaken when two draft at once.
    """
    _permit(by)
    _require_future(in_force_from, at)
    last = ServicePolicy.objects.order_by("number").last()
    if last is None:
        terms = Terms(in_force_from=in_force_from, note=note)
        return _create(terms, (), number=1, by=by, at=at)
    terms = Terms(
        in_force_from=in_force_from,
        note=note,
        crisis_factor=last.crisis_factor,
        key_account_factor=last.key_account_factor,
        warn_share=last.warn_share,
    )
    return _create(terms, lines_of(last), number=last.number + 1, by=by, at=at)


def amend(
    edition: ServicePolicy, terms: Terms, lines: Iterable[Line], *, by: User | None, at: datetime
) -> ServicePolicy:
    """Write an edition anew that is not in force yet.

    Raises: NotAllowed; WrongState once it is in force; MissingInformation without any target, for two
    targets with one fit, or for a time that has passed.
    """
    _permit(by)
    lines = list(lines)
    _require_future(terms.in_force_from, at)
    _require_sound(lines)
    with transaction.atomic():
        edition = _held(edition, at=at)
        changes = _changed_terms(edition, terms) | _changed_lines(edition, lines)
        if changes:
            for name, value in vars(terms).items():
                setattr(edition, name, value)
            edition.save()
            edition.targets.all().delete()
            ServiceTarget.objects.bulk_create(_rows(edition, lines))
            audit.record(AuditAction.CHANGE, edition, by=by, at=at, changes=changes)
        return edition


def publish(edition: ServicePolicy, *, by: User | None, at: datetime) -> ServicePolicy:
    """Let an edition come into force now instead of waiting for its time.

    Raises: NotAllowed; WrongState once it is in force; MissingInformation without any target.
    """
    _permit(by)
    with transaction.atomic():
        edition = _held(edition, at=at)
        _require_sound(lines_of(edition))
        changes = {"in_force_from": [str(edition.in_force_from), str(at)]}
        edition.in_force_from = at
        edition.save(update_fields=["in_force_from"])
        audit.record(AuditAction.CHANGE, edition, by=by, at=at, changes=changes)
        return edition


def is_in_force(edition: ServicePolicy, *, at: datetime) -> bool:
    """Whether the edition is, or has been, what the department promises."""
    return edition.in_force_from <= at


def compare(before: ServicePolicy, after: ServicePolicy) -> list[Difference]:
    """Where two editions differ, clock by clock."""
    old, new = _by_fit(before), _by_fit(after)
    differing = [fit for fit in old.keys() | new.keys() if _says(old.get(fit)) != _says(new.get(fit))]
    return [Difference(fit, old.get(fit), new.get(fit)) for fit in sorted(differing)]


def lines_of(edition: ServicePolicy) -> list[Line]:
    return [
        Line(
            clock=target.clock,
            kind=target.kind,
            channel=target.channel,
            severity=target.severity,
            level=target.level,
            limit=target.limit,
            calendar=target.calendar,
        )
        for target in edition.targets.select_related("calendar")
    ]


def seed_standard_policy(*, by: User | None, at: datetime) -> ServicePolicy:
    """The department's first edition, out of the sources' limits; nothing happens where one exists."""
    with transaction.atomic():
        first = ServicePolicy.objects.filter(number=1).first()
        if first is not None:
            return first
        calendars = {calendar.code: calendar for calendar in Calendar.objects.all()}
        lines = [
            Line(clock=clock, kind=kind, channel=channel, limit=limit, calendar=calendars[code])
            for clock, kind, channel, limit, code in policy.LIMITS
        ]
        return _create(Terms(in_force_from=at), lines, number=1, by=by, at=at)


def _create(
    terms: Terms, lines: Sequence[Line], *, number: int, by: User | None, at: datetime
) -> ServicePolicy:
    try:
        with transaction.atomic():
            edition = ServicePolicy.objects.create(number=number, created_by=by, **vars(terms))
            ServiceTarget.objects.bulk_create(_rows(edition, lines))
            audit.record(AuditAction.ADD, edition, by=by, at=at, reason=terms.note)
    except IntegrityError:
        raise AlreadyTaken(_("Somebody else has just begun a new edition. Look at it first.")) from None
    return edition


def _rows(edition: ServicePolicy, lines: Iterable[Line]) -> list[ServiceTarget]:
    return [ServiceTarget(policy=edition, **vars(line)) for line in lines]


def _held(edition: ServicePolicy, *, at: datetime) -> ServicePolicy:
    """The edition as it is now, locked. Raises: WrongState, when it is in force."""
    edition = ServicePolicy.objects.select_for_update().get(pk=edition.pk)
    if is_in_force(edition, at=at):
        raise WrongState(_("This edition is in force and cannot be changed: begin a new one."))
    return edition


def _permit(by: User | None) -> None:
    """Raises: NotAllowed; the system itself (None) may."""
    if by is not None and not by.has_perm("complaints.add_servicepolicy"):
        raise NotAllowed(_("You may not change service policies."))


def _require_future(in_force_from: datetime, at: datetime) -> None:
    if in_force_from <= at:
        message = _("An edition comes into force in the future, never backwards.")
        raise MissingInformation(message, fields={"in_force_from": message})


def _require_sound(lines: Sequence[Line]) -> None:
    if not lines:
        raise MissingInformation(_("An edition needs at least one target."))
    if any(line.limit <= timedelta(0) for line in lines):
        raise MissingInformation(_("A limit must be longer than nothing."))
    if len({line.fit for line in lines}) < len(lines):
        raise MissingInformation(_("Two targets are for exactly the same matters: keep one of them."))


def _by_fit(edition: ServicePolicy) -> dict[Fit, ServiceTarget]:
    return {
        (target.clock, target.kind, target.channel, target.severity, target.level): target
        for target in edition.targets.select_related("calendar")
    }


def _says(target: ServiceTarget | None) -> tuple[timedelta, int] | None:
    return (target.limit, target.calendar_id) if target else None


def _changed_terms(edition: ServicePolicy, terms: Terms) -> dict[str, object]:
    return {
        name: [str(getattr(edition, name)), str(value)]
        for name, value in vars(terms).items()
        if getattr(edition, name) != value
    }


def _changed_lines(edition: ServicePolicy, lines: Iterable[Line]) -> dict[str, object]:
    old = {line.fit: _word(line) for line in lines_of(edition)}
    new = {line.fit: _word(line) for line in lines}
    return {
        "target: " + " ".join(filter(None, fit)): [old.get(fit), new.get(fit)]
        for fit in sorted(old.keys() | new.keys())
        if old.get(fit) != new.get(fit)
    }


def _word(line: Line) -> str:
    return f"{line.limit} {line.calendar.code}"
