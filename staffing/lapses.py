"""A certificate that lapses takes its holder off future duty, and he hears of it in good time.

The sweep derives its work from the tables: what is done is not found again. A shift that has begun is not
cut, nor one to which its agent has signed in.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal import sweeping
from portal.errors import WrongState
from staffing import certification, duty, notices
from staffing.models import Agent, Certificate, DutyAssignment
from staffing.querysets import DutyQuerySet


def take_off_lapsed(at: datetime) -> int:
    """Cancel every future duty that no certificate permits any more; answers how many."""
    return sweeping.each(_holders_of_lapsed_duty(at), partial(take_off, at=at))


@transaction.atomic
def take_off(agent: Agent, *, at: datetime) -> int:
    """Cancel the agent's future duties that his certificates permit neither now nor on their day.

    A certificate that still counts today may yet be renewed: its duties stay until it ends. The agent and
    those who look after the team are told once for what is cancelled together.
    """
    duty.hold([agent], from_on=agent.local_date(at))
    cancelled = [each for each in _lapsed([agent.pk], at) if _cancel(each, at)]
    if cancelled:
        notices.taken_off_duty(agent, cancelled, at=at)
    return len(cancelled)


def warn_of_lapses(at: datetime) -> int:
    """Tell the holder and those who look after the team of each certificate about to end, once."""
    on = localdate(at)
    staff = Agent.objects.employed(on)
    ending = Certificate.objects.expiring(on).filter(agent__in=staff)
    return sweeping.each(ending.select_related("agent__user", "agent__team", "skill"), partial(_warn, at=at))


@transaction.atomic
def _warn(certificate: Certificate, *, at: datetime) -> bool:
    notices.certificate_ends(certificate, at=at)
    return True


def _cancel(each: DutyAssignment, at: datetime) -> bool:
    try:
        duty.cancel(each, by=None, at=at, reason=_("No valid certificate"))
    except WrongState:  # Signed in already: worked, and it stays.
        return False
    return True


def _future(at: datetime) -> DutyQuerySet:
    return DutyAssignment.objects.standing().filter(starts_at__gt=at)


def _holders_of_lapsed_duty(at: datetime) -> Iterable[Agent]:
    """Those with a future duty that has lapsed. Four queries."""
    certified = Exists(Certificate.objects.filter(agent=OuterRef("agent")))
    asking = _future(at).filter(Q(certified) | ~Q(shift_type__skill=None)).order_by()
    agents = set(asking.values_list("agent", flat=True).distinct())
    lapsed = {each.agent_id for each in _lapsed(agents, at)}
    return Agent.objects.filter(pk__in=lapsed).order_by("pk")


def _lapsed(agents: Iterable[int], at: datetime) -> list[DutyAssignment]:
    """The future duties of some agents that no certificate permits, neither today nor on their day."""
    keys = list(agents)
    held = certification.held_by(keys)
    duties = _future(at).filter(agent__in=keys).select_related("agent__team__department", "shift_type")
    by_agent: dict[int, list[DutyAssignment]] = defaultdict(list)
    for each in duties.order_by("starts_at", "pk"):
        by_agent[each.agent_id].append(each)
    return [
        each
        for key, own in by_agent.items()
        for each in own
        if not any(
            certification.permits(held[key], each.shift_type.skill_id, on)
            for on in (each.on, each.agent.local_date(at))
        )
    ]
