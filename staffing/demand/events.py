"""The steps of saying that some days will be busier, or quieter, than usual."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed
from portal.models import User
from staffing import recording, rights
from staffing.choices import DemandEventKind
from staffing.models import DemandEvent, ServiceLine, Team
from staffing.querysets.sight import sees_all


@transaction.atomic
def declare(
    event: DemandEvent | None = None,
    *,
    name: str,
    kind: DemandEventKind | str,
    first_on: date,
    last_on: date,
    factor: float,
    team: Team | None,
    lines: Sequence[ServiceLine] = (),
    by: User | None,
    at: datetime,
) -> DemandEvent:
    """Say what an event is: a new one, or the one given becomes it. Forecasts made from now on know it.

    Without a team it is for all teams, which only those decide who look after the whole department; without
    lines, for all of the team.

    Raises: NotAllowed; MissingInformation, for lines of other teams; ValidationError by field.
    """
    if event is not None:
        event = DemandEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        _permit(by, event.team)
    _permit(by, team)
    foreign = [line for line in lines if team is not None and line.team_id != team.pk]
    if foreign:
        text = _("“%(line)s” belongs to another team.") % {"line": foreign[0]}
        raise MissingInformation(text, fields={"lines": text})
    values = {"name": name, "kind": kind, "first_on": first_on, "last_on": last_on, "factor": factor}
    return _written(event, values | {"team": team}, lines, by=by, at=at)


def _written(
    event: DemandEvent | None,
    values: dict[str, object],
    lines: Sequence[ServiceLine],
    *,
    by: User | None,
    at: datetime,
) -> DemandEvent:
    row = event or DemandEvent()
    changes = {name: (getattr(row, name), value) for name, value in values.items()}
    lines_before = [] if event is None else list(event.lines.all())
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    row.lines.set(lines)
    if event is None:
        recording.added(row, values | {"lines": list(lines)}, by=by, at=at)
        return row
    if {line.pk for line in lines_before} != {line.pk for line in lines}:
        changes["lines"] = (lines_before, list(lines))
    differing = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if differing:
        recording.changed(row, differing, by=by, at=at)
    return row


def _permit(by: User | None, team: Team | None) -> None:
    if team is not None:
        rights.require_over_team(by, rights.DECLARE_EVENTS, team)
    elif by is not None and not (by.has_perm(rights.DECLARE_EVENTS) and sees_all(by)):
        text = _("Choose your team: an event for all teams is set by the administrator.")
        raise NotAllowed(text, fields={"team": text})
