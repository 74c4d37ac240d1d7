"""The steps of protection: somebody is kept from nights or overtime for a time."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, WrongState
from portal.models import User
from staffing import recording, rights
from staffing.choices import RestrictionKind
from staffing.models import Agent, WorkRestriction
from staffing.querysets import RestrictionQuerySet


@transaction.atomic
def restrict(
    agent: Agent,
    kind: RestrictionKind,
    *,
    first_on: date,
    last_on: date | None,
    by: User | None,
    at: datetime,
    note: str = "",
) -> WorkRestriction:
    """From a day on nobody plans nights, or overtime, for the agent; without a last day until further notice.

    Duties that stand already stay: the roster shows them as forbidden. The note is not in the audit log.

    Raises: NotAllowed; MissingInformation for an end before the start; WrongState where the same protection
    stands on some of the days.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.RESTRICT, agent)
    _require_order(first_on, last_on)
    _require_none(_same(agent, kind), first_on, last_on)
    restriction = WorkRestriction.objects.create(
        agent=agent, kind=kind, first_on=first_on, last_on=last_on, note=note
    )
    facts = {"kind": kind, "first_on": first_on, "last_on": last_on}
    recording.added(restriction, facts, by=by, at=at)
    return restriction


@transaction.atomic
def end(
    restriction: WorkRestriction, *, last_on: date | None, by: User | None, at: datetime
) -> WorkRestriction:
    """Set the last protected day anew; None: until further notice.

    Raises: as `restrict`.
    """
    agent = Agent.objects.locked().get(pk=restriction.agent_id)
    rights.require(by, rights.RESTRICT, agent)
    restriction = WorkRestriction.objects.get(pk=restriction.pk)
    if restriction.last_on == last_on:
        return restriction
    _require_order(restriction.first_on, last_on)
    others = _same(agent, restriction.kind).exclude(pk=restriction.pk)
    _require_none(others, restriction.first_on, last_on)
    changes = {"last_on": (restriction.last_on, last_on)}
    restriction.last_on = last_on
    restriction.save(update_fields=["last_on"])
    recording.changed(restriction, changes, by=by, at=at)
    return restriction


def _require_order(first_on: date, last_on: date | None) -> None:
    if last_on is not None and last_on < first_on:
        text = _("The last day lies before the first.")
        raise MissingInformation(text, fields={"last_on": text})


def _same(agent: Agent, kind: str) -> RestrictionQuerySet:
    return WorkRestriction.objects.filter(agent=agent, kind=kind)


def _require_none(others: RestrictionQuerySet, first_on: date, last_on: date | None) -> None:
    other = others.touching(first_on, last_on or date.max).first()
    if other is not None:
        text = _("The same protection stands from %(date)s already.") % {"date": date_format(other.first_on)}
        raise WrongState(text, fields={"first_on": text})
