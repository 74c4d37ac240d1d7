"""The steps of a person's time in the department: hired, moved, certified, gone."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from staffing import duty, lapses, recording, rights
from staffing.choices import Employment
from staffing.models import Agent, Certificate, Position, Skill, Team
from staffing.querysets import CertificateQuerySet
from staffing.shifts import DAY


class Terms(TypedDict, total=False):
    """What can be amended about an agent besides the team."""

    staff_no: str
    position: Position | None
    employment: str
    weekly_hours: Decimal | None
    max_open_tickets: int


@transaction.atomic
def hire(
    user: User,
    *,
    team: Team,
    staff_no: str,
    joined_on: date,
    by: User | None,
    at: datetime,
    position: Position | None = None,
    employment: str = Employment.FULL_TIME,
    weekly_hours: Decimal | None = None,
    max_open_tickets: int = 30,
) -> Agent:
    """An account becomes an agent of a team, from a day on.

    Raises: NotAllowed; WrongState for the account of a system; AlreadyTaken for an account that is an agent
    already, or a staff number in use.
    """
    rights.require_over_team(by, rights.HIRE, team)
    if user.is_system:
        raise WrongState(_("The account of a connected system cannot be an agent."))
    if Agent.objects.filter(user=user).exists():
        text = _("This account is an agent already.")
        raise AlreadyTaken(text, fields={"user": text})
    _require_free_number(staff_no)
    agent = Agent(
        user=user,
        team=team,
        staff_no=staff_no,
        joined_on=joined_on,
        position=position,
        employment=employment,
        weekly_hours=weekly_hours,
        max_open_tickets=max_open_tickets,
    )
    agent.save(force_insert=True)
    facts = {"team": team, "staff_no": staff_no, "joined_on": joined_on, "employment": employment}
    recording.added(agent, facts, by=by, at=at)
    return agent


@transaction.atomic
def move(agent: Agent, *, team: Team, by: User | None, at: datetime) -> Agent:
    """The agent changes to another team; whoever moves someone needs the right over both.

    Raises: NotAllowed; WrongState for somebody who has left.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.MANAGE, agent)
    rights.require_over_team(by, rights.MANAGE, team)
    _require_not_gone(agent, at)
    if team.pk == agent.team_id:
        return agent
    change = (agent.team, team)
    agent.team = team
    agent.save(update_fields=["team"])
    recording.changed(agent, {"team": change}, by=by, at=at)
    return agent


@transaction.atomic
def amend(agent: Agent, *, by: User | None, at: datetime, **terms: Unpack[Terms]) -> Agent:
    """Change what is agreed with an agent; what is not named stays as it is.

    Raises: NotAllowed; AlreadyTaken for a staff number in use.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.MANAGE, agent)
    changes = {
        name: (getattr(agent, name), value) for name, value in terms.items() if getattr(agent, name) != value
    }
    if "staff_no" in changes:
        _require_free_number(terms["staff_no"])
    if not changes:
        return agent
    for name, (_old, value) in changes.items():
        setattr(agent, name, value)
    agent.save(update_fields=list(changes))
    recording.changed(agent, changes, by=by, at=at)
    return agent


@transaction.atomic
def leave(agent: Agent, *, on: date, by: User | None, at: datetime, reason: str = "") -> Agent:
    """`on` is the agent's last day. Duties that would start after it are cancelled with it.

    Raises: NotAllowed; WrongState for a day before joining.
    """
    duty.hold([agent], from_on=on)
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.MANAGE, agent)
    if on < agent.joined_on:
        text = _("The last day lies before the first, %(joined_on)s.") % {"joined_on": agent.joined_on}
        raise WrongState(text, fields={"on": text})
    later = list(agent.duties.standing().filter(on__gt=on).select_related("agent__user", "shift_type"))
    for each in later:
        duty.cancel(each, by=None, at=at, reason=reason)
    cancelled = len(later)
    changes: dict[str, tuple[object, object]] = {"left_on": (agent.left_on, on)}
    if cancelled:
        changes["cancelled_duties"] = (None, cancelled)
    agent.left_on = on
    agent.save(update_fields=["left_on"])
    recording.changed(agent, changes, by=by, at=at, reason=reason)
    return agent


@transaction.atomic
def rejoin(agent: Agent, *, team: Team, on: date, by: User | None, at: datetime) -> Agent:
    """Somebody who had left comes back, as temporary staff do for every peak. The old days stay in the audit.

    Raises: NotAllowed; WrongState for somebody who has not left, or a day not after the last one.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require_over_team(by, rights.HIRE, team)
    if agent.left_on is None or on <= agent.left_on:
        raise WrongState(_("Only somebody who has left can come back, and on a later day."))
    changes = {
        "joined_on": (agent.joined_on, on),
        "left_on": (agent.left_on, None),
        "team": (agent.team, team),
    }
    agent.joined_on, agent.left_on, agent.team = on, None, team
    agent.save(update_fields=["joined_on", "left_on", "team"])
    recording.changed(agent, changes, by=by, at=at)
    return agent


@transaction.atomic
def certify(
    agent: Agent, skill: Skill, *, valid_from: date, valid_until: date, by: User | None, at: datetime
) -> Certificate:
    """Give an agent the right to use a skill on duty, from one day to another, both included.

    A renewal is the next cycle. One that comes early extends from the old date: it begins on the day after
    the present certificate ends, and lasts as long as asked for, so that nobody loses days by renewing in
    good time. Two unrevoked cycles of one skill never have a day in common.

    Raises: NotAllowed; MissingInformation for an end before the start; WrongState for a new period that
    runs into a later certificate.
    """
    agent = Agent.objects.locked().get(pk=agent.pk)
    rights.require(by, rights.CERTIFY, agent)
    if valid_until < valid_from:
        text = _("The last valid day lies before the first.")
        raise MissingInformation(text, fields={"valid_until": text})
    held = Certificate.objects.filter(agent=agent, skill=skill)
    present = held.unrevoked().filter(valid_from__lte=valid_from, valid_until__gte=valid_from).first()
    if present is not None:
        put_off = present.valid_until + DAY - valid_from
        valid_from, valid_until = valid_from + put_off, valid_until + put_off
    _require_no_overlap(held, valid_from, valid_until)
    certificate = Certificate.objects.create(
        agent=agent,
        skill=skill,
        cycle=(held.aggregate(last=Max("cycle"))["last"] or 0) + 1,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    facts = {"cycle": certificate.cycle, "valid_from": valid_from, "valid_until": valid_until}
    recording.added(certificate, facts, by=by, at=at)
    return certificate


def renew(certificate: Certificate, *, by: User | None, at: datetime) -> Certificate:
    """The same right for as long again: from the day after its end, or from today if it has run out.

    Raises: NotAllowed; WrongState for a revoked certificate, and for one that has been renewed already.
    """
    if certificate.revoked_on is not None:
        raise WrongState(_("A revoked certificate cannot be renewed, only given anew."))
    today = certificate.agent.local_date(at)
    return certify(
        certificate.agent,
        certificate.skill,
        valid_from=today,
        valid_until=today + (certificate.valid_until - certificate.valid_from),
        by=by,
        at=at,
    )


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, by: User | None, at: datetime) -> Certificate:
    """From today on the certificate does not count, whatever its dates say; duties that need it fall away.

    Raises: NotAllowed; MissingInformation without a reason; WrongState for one revoked or run out before.
    """
    reason = rights.require_reason(reason)
    duty.hold([certificate.agent], from_on=certificate.agent.local_date(at))
    agent = Agent.objects.locked().get(pk=certificate.agent_id)
    rights.require(by, rights.REVOKE, agent)
    certificate = Certificate.objects.get(pk=certificate.pk)
    today = agent.local_date(at)
    if certificate.revoked_on is not None or certificate.valid_until < today:
        raise WrongState(_("This certificate counts no more: it has run out or was revoked."))
    certificate.revoked_on, certificate.revoked_reason = today, reason
    certificate.save(update_fields=["revoked_on", "revoked_reason"])
    recording.changed(certificate, {"revoked_on": (None, today)}, by=by, at=at, reason=reason)
    lapses.take_off(agent, at=at)
    return certificate


def _require_not_gone(agent: Agent, at: datetime) -> None:
    if agent.left_on is not None and agent.left_on < agent.local_date(at):
        raise WrongState(_("%(agent)s has left the department.") % {"agent": agent})


def _require_free_number(staff_no: str) -> None:
    if Agent.objects.filter(staff_no=staff_no).exists():
        text = _("This staff number is in use.")
        raise AlreadyTaken(text, fields={"staff_no": text})


def _require_no_overlap(held: CertificateQuerySet, valid_from: date, valid_until: date) -> None:
    clash = held.unrevoked().filter(valid_from__lte=valid_until, valid_until__gte=valid_from).first()
    if clash is not None:
        text = _("There is a certificate from %(valid_from)s to %(valid_until)s already.") % {
            "valid_from": clash.valid_from,
            "valid_until": clash.valid_until,
        }
        raise WrongState(text, fields={"valid_from": text})
