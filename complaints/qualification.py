"""Who may be given a matter: he works here, is certified and on duty, and has not just refused it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from complaints import classification, policy
from complaints.choices import HandOver
from complaints.models import OwnershipEntry, Ticket
from complaints.querysets import OwnershipQuerySet
from portal.errors import NotAllowed
from staffing.models import Agent


def require(ticket: Ticket, agent: Agent, *, at: datetime) -> None:
    """Raises: NotAllowed, when the agent has left or lacks a valid certificate for the skill needed."""
    if not agent.is_employed(localdate(at)):
        raise NotAllowed(_("%(agent)s does not work here now.") % {"agent": agent})
    if not is_certified(ticket, agent, at=at):
        message = _("%(agent)s holds no valid certificate for “%(skill)s”.")
        raise NotAllowed(message % {"agent": agent, "skill": classification.skill_needed(ticket)})


def is_certified(ticket: Ticket, agent: Agent, *, at: datetime) -> bool:
    skill = classification.skill_needed(ticket)
    return skill is None or Agent.objects.certified(skill.pk, localdate(at)).filter(pk=agent.pk).exists()


def require_on_duty(agent: Agent, *, at: datetime) -> None:
    if not Agent.objects.on_duty(at).filter(pk=agent.pk).exists():
        raise NotAllowed(_("%(agent)s is not on duty now.") % {"agent": agent})


def refusers(ticket: Ticket, *, at: datetime) -> Iterable[int]:
    """Agents to whom this matter is not offered now."""
    return given_back(at).filter(ticket=ticket).values_list("receiver_id", flat=True)


def given_back(at: datetime) -> OwnershipQuerySet:
    """Hand-overs that were declined, which is for good, or left unanswered, which is for a shift."""
    was_silent = Q(state=HandOver.RETURNED, ended_at__gt=at - policy.SILENCE_KEEPS_AWAY)
    return OwnershipEntry.objects.filter(Q(state=HandOver.DECLINED) | was_silent)
