"""Handing a shift over 交接班: what is open is listed, a note is left, the next shift acknowledges.

Tickets stay with their handlers: handing over tells, it gives nothing away.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import handover_sources, notices, policy, recording, rights
from staffing.choices import HandOverState
from staffing.handover_sources import OpenLine
from staffing.models import Agent, Attendance, DutyAssignment, HandOver, HandOverLine
from staffing.querysets import DutyQuerySet

LONGEST_NOTE = 1000
LONGEST_REMARK = 200


@transaction.atomic
def write(
    agent: Agent,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    remarks: Mapping[str, str] | None = None,
    receiver: Agent | None = None,
) -> HandOver:
    """Hand over what is open: the system lists it, and nobody can leave anything out.

    `remarks` are by the name of the line (`OpenLine.name`). A hand-over that nobody has acknowledged yet is
    replaced, since the new one lists again whatever is still open.

    Raises: NotAllowed for the shift of somebody one does not look after; MissingInformation for a text that
    is too long; WrongState for a receiver who cannot be one.
    """
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    _require_writer(agent, by)
    _require_short(note, "note", LONGEST_NOTE)
    for remark in (remarks or {}).values():
        _require_short(remark, "remarks", LONGEST_REMARK)
    _require_receiver(agent, receiver, at)
    duty = shift_left(agent, at)
    HandOver.objects.waiting().filter(agent=agent).update(state=HandOverState.REPLACED)
    hand_over = HandOver.objects.owed().filter(duty=duty).first() if duty else None
    hand_over = hand_over or HandOver(agent=agent, duty=duty)
    hand_over.team, hand_over.receiver, hand_over.note = agent.team, receiver, note.strip()
    hand_over.state, hand_over.made_at, hand_over.written_by = HandOverState.WRITTEN, at, by
    hand_over.due_at = duty.ends_at if duty else at
    hand_over.save()
    lines = open_lines(agent, duty, at=at)
    _keep(hand_over, lines, remarks or {}, at=at)
    recording.added(hand_over, {"lines": len(lines), "receiver": receiver}, by=by, at=at)
    notices.handed_over(hand_over, _those_told(hand_over, duty), at=at)
    return hand_over


@transaction.atomic
def acknowledge(hand_over: HandOver, *, by: User, at: datetime) -> HandOver:
    """Somebody of the next shift has read it: once, and whoever is first.

    Raises: NotAllowed; AlreadyTaken when somebody else was faster; WrongState for one that cannot be.
    """
    hand_over = HandOver.objects.select_related("agent__user", "agent__team__department").get(pk=hand_over.pk)
    if not may_acknowledge(hand_over, by, at):
        raise NotAllowed(_("Only somebody on the next shift acknowledges, or the team's supervisor."))
    taken = (
        HandOver.objects.waiting()
        .filter(pk=hand_over.pk)
        .update(state=HandOverState.ACKNOWLEDGED, acknowledged_at=at, acknowledged_by=by)
    )
    if not taken:
        _refuse(HandOver.objects.get(pk=hand_over.pk))
    hand_over.refresh_from_db()
    states = (HandOverState.WRITTEN, HandOverState.ACKNOWLEDGED)
    recording.changed(hand_over, {"state": states}, by=by, at=at)
    notices.hand_over_acknowledged(hand_over, by, at=at)
    return hand_over


def note_owed(at: datetime) -> int:
    """Ask whoever is about to go, or has gone, with matters open and no word: once for each shift.

    It stays on record as owed until it is written. Answers how many were asked.
    """
    duties = _ending_unwritten(at).select_related("agent__user", "agent__team__department")
    return sum(_owe(duty, at=at) for duty in duties.order_by("ends_at", "pk"))


def may_write(agent: Agent, by: User | None) -> bool:
    """One's own shift, or that of somebody one looks after."""
    if by is not None and by.pk == agent.user_id:
        return by.has_perm(rights.HAND_OVER)
    return rights.may(by, rights.HAND_OVER_FOR_OTHERS, agent)


def may_acknowledge(hand_over: HandOver, by: User, at: datetime) -> bool:
    """Never the own one. Whom it is meant for, or any of the team on a shift now; or who looks after them."""
    if by.pk == hand_over.agent.user_id:
        return False
    if rights.may(by, rights.HAND_OVER_FOR_OTHERS, hand_over.agent):
        return True
    me = Agent.objects.filter(user=by)
    if hand_over.receiver_id is not None:
        return me.filter(pk=hand_over.receiver_id).exists()
    mates = me.filter(team=hand_over.team_id)
    return mates.on_shift(at).exists() or mates.signed_in(at).exists()


def open_lines(agent: Agent, duty: DutyAssignment | None, *, at: datetime) -> list[OpenLine]:
    """What a hand-over of this shift lists at the instant."""
    return handover_sources.open_lines(agent, until=looks_ahead_to(agent, duty, at=at))


def shift_left(agent: Agent, at: datetime) -> DutyAssignment | None:
    """The shift that runs, or the last one if it ended within policy.HAND_OVER_LATE."""
    begun = agent.duties.published().filter(starts_at__lte=at, ends_at__gt=at - policy.HAND_OVER_LATE)
    return begun.select_related("shift_type").order_by("-starts_at").first()


def looks_ahead_to(agent: Agent, duty: DutyAssignment | None, *, at: datetime) -> datetime:
    """The end of the team's next shift, or the agent's return if later: till then others stand in.

    Who is there already may stay for minutes only: whoever comes first after the agent has gone counts, too.
    """
    goes_at = max(duty.ends_at, at) if duty else at
    standing_in: list[DutyAssignment] = [*_staying(agent, goes_at), *_coming(agent, goes_at)]
    ends = [other.ends_at for other in standing_in] or [goes_at + policy.NEXT_SHIFT]
    back = agent.duties.published().filter(starts_at__gte=goes_at).order_by("starts_at").first()
    return max([*ends, *([back.starts_at] if back else [])])


def next_shift(agent: Agent, goes_at: datetime) -> list[DutyAssignment]:
    """Colleagues of the team who are there when the agent goes; else those who come next."""
    staying = list(_staying(agent, goes_at).select_related("agent__user"))
    return staying or list(_coming(agent, goes_at).select_related("agent__user"))


def _staying(agent: Agent, goes_at: datetime) -> DutyQuerySet:
    return _of_colleagues(agent).covering(goes_at)


def _coming(agent: Agent, goes_at: datetime) -> DutyQuerySet:
    """All who come together as the first after that."""
    later = _of_colleagues(agent).filter(starts_at__gt=goes_at)
    return later.filter(starts_at=Subquery(later.order_by("starts_at").values("starts_at")[:1]))


def _of_colleagues(agent: Agent) -> DutyQuerySet:
    return DutyAssignment.objects.published().filter(agent__team=agent.team_id).exclude(agent=agent.pk)


def _require_writer(agent: Agent, by: User | None) -> None:
    if not may_write(agent, by):
        raise NotAllowed(_("You may not do that for this person."))


def _require_short(text: str, field: str, longest: int) -> None:
    if len(text.strip()) > longest:
        message = _("At most %(count)s characters.") % {"count": longest}
        raise MissingInformation(message, fields={field: message})


def _require_receiver(agent: Agent, receiver: Agent | None, at: datetime) -> None:
    if receiver is None:
        return
    is_fit = receiver.pk != agent.pk and receiver.team_id == agent.team_id
    if not (is_fit and receiver.is_employed(agent.local_date(at))):
        text = _("Hand over to a colleague of the same team.")
        raise WrongState(text, fields={"receiver": text})


def _keep(hand_over: HandOver, lines: list[OpenLine], remarks: Mapping[str, str], *, at: datetime) -> None:
    HandOverLine.objects.bulk_create(
        HandOverLine(
            hand_over=hand_over,
            position=position,
            source=line.source,
            key=line.key,
            reference=line.reference,
            link=line.link,
            kind=line.kind,
            title=line.title,
            severity=line.severity,
            is_grave=line.is_grave,
            due_at=line.due_at,
            is_overdue=line.is_overdue(at),
            remark=remarks.get(line.name, "").strip(),
        )
        for position, line in enumerate(lines)
    )


def _those_told(hand_over: HandOver, duty: DutyAssignment | None) -> list[User]:
    if hand_over.receiver is not None:
        return [hand_over.receiver.user]
    goes_at = max(duty.ends_at, hand_over.made_at or duty.ends_at) if duty else hand_over.due_at
    return [other.agent.user for other in next_shift(hand_over.agent, goes_at)]


def _refuse(hand_over: HandOver) -> None:
    if hand_over.state == HandOverState.ACKNOWLEDGED:
        raise AlreadyTaken(_("%(name)s has acknowledged it already.") % {"name": hand_over.acknowledged_by})
    raise WrongState(_("There is nothing to acknowledge: a newer one has replaced it, or none was written."))


def _ending_unwritten(at: datetime) -> DutyQuerySet:
    """Worked shifts about to end, or over since a short while, that no other of the agent adjoins."""
    carried_until = ExpressionWrapper(
        OuterRef("ends_at") + policy.FORGOTTEN_AFTER, output_field=DateTimeField()
    )
    adjoining = DutyAssignment.objects.published().filter(
        agent=OuterRef("agent"), starts_at__gt=OuterRef("starts_at"), starts_at__lt=carried_until
    )
    was_there = Attendance.objects.filter(
        agent=OuterRef("agent"), signed_in_at__lt=OuterRef("ends_at")
    ).filter(Q(signed_out_at=None) | Q(signed_out_at__gt=OuterRef("starts_at")))
    span = (at - policy.FORGOTTEN_AFTER, at + policy.HAND_OVER_REMINDER)
    ending = DutyAssignment.objects.published().filter(ends_at__gt=span[0], ends_at__lte=span[1])
    written = HandOver.objects.filter(duty=OuterRef("pk"))
    return ending.filter(~Exists(written), ~Exists(adjoining), Exists(was_there))


@transaction.atomic
def _owe(duty: DutyAssignment, *, at: datetime) -> bool:
    agent = Agent.objects.filter(pk=duty.agent_id).held().get()
    if duty.hand_overs.exists() or not open_lines(agent, duty, at=at):
        return False
    owed = HandOver.objects.create(
        team=agent.team, agent=agent, duty=duty, state=HandOverState.OWED, due_at=duty.ends_at
    )
    notices.hand_over_owed(owed, at=at)
    return True
