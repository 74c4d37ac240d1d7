"""The steps of what an agent would like: wishes for days to come, and offers to stay on."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import rights
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, ShiftType, StayOffer, Wish
from staffing.requests import acting

HEAVIEST = 3


@transaction.atomic
def wish(
    agent: Agent,
    *,
    on: date,
    by: User | None,
    at: datetime,
    is_wanted: bool,
    shift_type: ShiftType | None = None,
    weight: int = 1,
    note: str = "",
) -> Wish:
    """Say what one would like on a day: a shift, any shift, or to be off. Said again, it replaces the first.

    Raises: NotAllowed; WrongState for a day that has come; MissingInformation for a weight out of range.
    """
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    acting.require_asker(agent, by)
    if on <= agent.local_date(at):
        text = _("Wishes are for days to come.")
        raise WrongState(text, fields={"on": text})
    if not 1 <= weight <= HEAVIEST:
        text = _("A wish weighs 1 to 3.")
        raise MissingInformation(text, fields={"weight": text})
    said = {"is_wanted": is_wanted, "weight": weight, "note": note.strip()[:200]}
    found, _is_new = Wish.objects.update_or_create(agent=agent, on=on, shift_type=shift_type, defaults=said)
    return found


@transaction.atomic
def forget(wished: Wish, *, by: User | None) -> None:
    """Raises: NotAllowed."""
    acting.require_asker(wished.agent, by)
    wished.delete()


@transaction.atomic
def offer_to_stay(duty: DutyAssignment, *, by: User | None, at: datetime) -> StayOffer:
    """The agent would stay on after this shift if needed. Only those who plan are shown it.

    Raises: NotAllowed for somebody else's; WrongState for a shift that is over or not in force.
    """
    _require_own(duty, by)
    if duty.state != DutyState.PUBLISHED or duty.ends_at <= at:
        raise WrongState(_("This shift is over, or has been changed."))
    return StayOffer.objects.get_or_create(duty=duty, defaults={"offered_at": at})[0]


@transaction.atomic
def take_back_stay(duty: DutyAssignment, *, by: User | None) -> None:
    """Raises: NotAllowed for somebody else's."""
    _require_own(duty, by)
    StayOffer.objects.filter(duty=duty).delete()


def _require_own(duty: DutyAssignment, by: User | None) -> None:
    if by is not None and (by.pk != duty.agent.user_id or not by.has_perm(rights.ASK)):
        raise NotAllowed(_("Only for a shift of your own."))
