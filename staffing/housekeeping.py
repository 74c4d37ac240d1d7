"""The steps of the housekeeping roster 值日表: filled by fair rotation, given on, done.

Who is there is told by the published duty of the day. All that changes a team's turns happens one after the
other, under the lock of its team.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.errors import AlreadyTaken, WrongState
from portal.models import User
from staffing import notices, policy, recording, rights, rotation
from staffing.choices import TurnState
from staffing.models import Agent, DutyAssignment, HousekeepingTask, HousekeepingTurn, Team
from staffing.rotation import Present, Record, Slot
from staffing.shifts import DAY


@transaction.atomic
def fill(team: Team, *, by: User | None, at: datetime) -> list[HousekeepingTurn]:
    """Plan what is missing from today to policy.HOUSEKEEPING_AHEAD; what stands stays.

    A turn whose agent is no longer on duty that day passes to another: told of at short notice, else simply
    planned anew. Answers the turns that were added.

    Raises: NotAllowed.
    """
    rights.require_over_team(by, rights.PLAN_HOUSEKEEPING, team)
    team = _held(team)
    today = _today(team, at)
    present = present_on(team, today, today + policy.HOUSEKEEPING_AHEAD)
    lost = _take_from_absent(team, present, today=today, by=by, at=at)
    added = _fill(team, present, today=today)
    _tell_of_losses(lost, added, at=at)
    return added


@transaction.atomic
def replan(team: Team, *, by: User | None, at: datetime) -> list[HousekeepingTurn]:
    """Plan anew from tomorrow on, as after another task or other days. What was given by hand stays.

    Raises: NotAllowed.
    """
    rights.require_over_team(by, rights.PLAN_HOUSEKEEPING, team)
    team = _held(team)
    ahead = HousekeepingTurn.objects.planned().filter(task__team=team, on__gt=_today(team, at))
    ahead.filter(is_fixed=False).delete()
    for turn in ahead.select_related("task"):
        if not turn.task.falls_on(turn.on):
            turn.delete()
    return fill(team, by=by, at=at)


def fill_all(at: datetime) -> int:
    """Each team with something to keep in order; answers how many turns were added."""
    teams = Team.objects.filter(housekeeping_tasks__is_active=True).distinct().order_by("pk")
    return sweeping.each(teams.select_related("department"), lambda team: len(fill(team, by=None, at=at)))


@transaction.atomic
def tick(turn: HousekeepingTurn, *, by: User, at: datetime) -> HousekeepingTurn:
    """It is done: said by whose turn it is, or who looks after the team; not before the day.

    Raises: NotAllowed; WrongState before the day, or for one that was excused; AlreadyTaken if it was said.
    """
    turn = _turn(turn)
    team = turn.task.team
    if by.pk != turn.agent.user_id:
        rights.require_over_team(by, rights.PLAN_HOUSEKEEPING, team)
    if turn.on > _today(team, at):
        raise WrongState(_("This turn is on %(date)s.") % {"date": date_format(turn.on)})
    standing = HousekeepingTurn.objects.planned().filter(pk=turn.pk, agent=turn.agent_id)
    if not standing.update(state=TurnState.DONE, done_at=at):
        _refuse(HousekeepingTurn.objects.get(pk=turn.pk))
    turn.refresh_from_db(fields=["state", "done_at"])
    recording.changed(turn, {"state": (TurnState.PLANNED, TurnState.DONE)}, by=by, at=at)
    return turn


@transaction.atomic
def excuse(turn: HousekeepingTurn, *, reason: str, by: User, at: datetime) -> HousekeepingTurn | None:
    """Somebody cannot do it: the next in the rotation does. Answers the new turn; None if nobody is there.

    Raises: NotAllowed; MissingInformation; WrongState for one that is not planned any more.
    """
    reason = rights.require_reason(reason)
    turn, team = _planned_of_team(turn, by)
    _excuse(turn, reason=reason, by=by, at=at)
    today = _today(team, at)
    present = present_on(team, today, max(today, turn.on))
    added = _fill(team, present, today=today, only=[Slot(turn.on, turn.task_id)])
    _tell_of_losses([turn], added, at=at)
    return next(iter(added), None)


@transaction.atomic
def give(turn: HousekeepingTurn, to: Agent, *, by: User, at: datetime, reason: str = "") -> HousekeepingTurn:
    """Another of the team does it, who is there on that day.

    Raises: NotAllowed; WrongState.
    """
    turn, team = _planned_of_team(turn, by)
    _require_ahead(turn, team, at)
    if to.pk == turn.agent_id:
        raise WrongState(_("It is this person's turn already."), fields={"to": _("Choose somebody else.")})
    _require_there(to, turn)
    giver = turn.agent
    _hand_to(turn, to, by=by, at=at, reason=reason)
    notices.turn_moved(turn, giver=giver, at=at)
    return turn


@transaction.atomic
def swap(turn: HousekeepingTurn, other: HousekeepingTurn, *, by: User, at: datetime) -> None:
    """Two agents change turns, each being there on the other's day.

    Raises: NotAllowed; WrongState.
    """
    turn, team = _planned_of_team(turn, by)
    other = _turn(other)
    if other.task.team_id != team.pk or other.state != TurnState.PLANNED or other.agent_id == turn.agent_id:
        text = _("Choose a turn of a colleague that is still ahead.")
        raise WrongState(text, fields={"other": text})
    for one in (turn, other):
        _require_ahead(one, team, at)
    first, second = turn.agent, other.agent
    _require_there(second, turn)
    _require_there(first, other)
    _hand_to(turn, second, by=by, at=at)
    _hand_to(other, first, by=by, at=at)
    notices.turn_moved(turn, giver=first, at=at)
    notices.turn_moved(other, giver=second, at=at)


def present_on(team: Team, first: date, last: date) -> dict[date, list[Present]]:
    """Who of the team is on a published duty, by day. Overnight only if there is no other that day."""
    duties = DutyAssignment.objects.published().filter(agent__team=team, on__range=(first, last))
    nights: dict[tuple[date, int], Present] = {}
    for duty in duties.select_related("agent", "shift_type").order_by("on", "agent__staff_no", "starts_at"):
        known = nights.get((duty.on, duty.agent_id))
        is_night = duty.shift_type.is_overnight and (known is None or known.is_overnight)
        nights[duty.on, duty.agent_id] = Present(duty.agent_id, duty.agent.staff_no, is_night)
    found: dict[date, list[Present]] = defaultdict(list)
    for (on, _agent), person in nights.items():
        found[on].append(person)
    return found


def _held(team: Team) -> Team:
    """Under its lock. On SQLite the transaction itself already holds it."""
    return Team.objects.select_for_update(of=("self",)).select_related("department").get(pk=team.pk)


def _today(team: Team, at: datetime) -> date:
    return at.astimezone(team.department.zone).date()


def _turn(turn: HousekeepingTurn) -> HousekeepingTurn:
    rows = HousekeepingTurn.objects.select_related("task__team__department", "agent__user")
    return rows.get(pk=turn.pk)


def _planned_of_team(turn: HousekeepingTurn, by: User) -> tuple[HousekeepingTurn, Team]:
    """The turn as it stands, its team held."""
    team = turn.task.team
    rights.require_over_team(by, rights.PLAN_HOUSEKEEPING, team)
    team = _held(team)
    turn = _turn(turn)
    if turn.state != TurnState.PLANNED:
        _refuse(turn)
    return turn, team


def _refuse(turn: HousekeepingTurn) -> None:
    if turn.state == TurnState.DONE:
        raise AlreadyTaken(_("This turn is done."))
    raise WrongState(_("This turn has passed to somebody else."))


def _require_ahead(turn: HousekeepingTurn, team: Team, at: datetime) -> None:
    if turn.on < _today(team, at):
        raise WrongState(_("This day is over."))


def _require_there(agent: Agent, turn: HousekeepingTurn) -> None:
    there = present_on(turn.task.team, turn.on, turn.on)[turn.on]
    if agent.pk not in {person.agent_id for person in there}:
        raise WrongState(
            _("%(agent)s is not on duty on %(date)s.") % {"agent": agent, "date": date_format(turn.on)}
        )


def _hand_to(turn: HousekeepingTurn, to: Agent, *, by: User, at: datetime, reason: str = "") -> None:
    changes = {"agent": (turn.agent, to)}
    turn.agent, turn.is_fixed = to, True
    turn.save(update_fields=["agent", "is_fixed"])
    recording.changed(turn, changes, by=by, at=at, reason=reason)


def _excuse(turn: HousekeepingTurn, *, reason: str, by: User | None, at: datetime) -> None:
    turn.state, turn.reason = TurnState.EXCUSED, reason
    turn.save(update_fields=["state", "reason"])
    changes = {"state": (TurnState.PLANNED, TurnState.EXCUSED)}
    recording.changed(turn, changes, by=by, at=at, reason=reason)


def _take_from_absent(
    team: Team, present: Mapping[date, Sequence[Present]], *, today: date, by: User | None, at: datetime
) -> list[HousekeepingTurn]:
    """Free the turns of those who are not on duty any more; answers those of which people must be told."""
    lost = []
    planned = HousekeepingTurn.objects.planned().filter(task__team=team, on__gte=today)
    for turn in planned.select_related("task", "agent__user").order_by("on", "pk"):
        if turn.agent_id in {person.agent_id for person in present.get(turn.on, ())}:
            continue
        if turn.is_fixed or turn.on <= today + policy.HOUSEKEEPING_SHORT_NOTICE:
            _excuse(turn, reason="", by=by, at=at)
            lost.append(turn)
        else:
            turn.delete()
    return lost


def _fill(
    team: Team,
    present: Mapping[date, Sequence[Present]],
    *,
    today: date,
    only: Iterable[Slot] | None = None,
) -> list[HousekeepingTurn]:
    tasks = {task.pk: task for task in HousekeepingTask.objects.active().filter(team=team)}
    slots = list(only) if only is not None else list(_slots(tasks.values(), today))
    kept: dict[Slot, int] = {}
    excused: dict[Slot, set[int]] = defaultdict(set)
    for turn in HousekeepingTurn.objects.filter(task__team=team, on__gte=today):
        slot = Slot(turn.on, turn.task_id)
        if turn.state == TurnState.EXCUSED:
            excused[slot].add(turn.agent_id)
        else:
            kept[slot] = turn.agent_id
    chosen = rotation.plan(slots, present, _records(team, before=today), kept=kept, excused=excused)
    return HousekeepingTurn.objects.bulk_create(
        HousekeepingTurn(task=tasks[slot.task_id], on=slot.on, agent_id=agent_id)
        for slot, agent_id in chosen.items()
        if slot.task_id in tasks
    )


def _slots(tasks: Iterable[HousekeepingTask], today: date) -> Iterable[Slot]:
    days = [today + timedelta(days=number) for number in range(policy.HOUSEKEEPING_AHEAD // DAY)]
    return (Slot(on, task.pk) for task in tasks for on in days if task.falls_on(on))


def _records(team: Team, *, before: date) -> dict[int, Record]:
    """Turns and days of duty of each member, as far back as counts."""
    span = {"on__gte": before - policy.HOUSEKEEPING_MEMORY, "on__lt": before}
    duties = DutyAssignment.objects.published().filter(agent__team=team, **span)
    days = dict(duties.order_by().values_list("agent").annotate(days=Count("on", distinct=True)))
    turns = HousekeepingTurn.objects.standing().filter(task__team=team, **span).order_by().values("agent")
    done = {
        row["agent"]: (row["turns"], row["last_on"])
        for row in turns.annotate(turns=Count("pk"), last_on=Max("on"))
    }
    return {
        agent_id: Record(
            done.get(agent_id, (0, None))[0], days.get(agent_id, 0), done.get(agent_id, (0, None))[1]
        )
        for agent_id in days.keys() | done.keys()
    }


def _tell_of_losses(
    lost: Iterable[HousekeepingTurn], added: Iterable[HousekeepingTurn], *, at: datetime
) -> None:
    """Who lost a turn, and who has it now; where nobody has, those who look after the team."""
    now_of = {Slot(turn.on, turn.task_id): turn for turn in added}
    for turn in lost:
        successor = now_of.get(Slot(turn.on, turn.task_id))
        if successor is None:
            notices.turn_without_anybody(turn, at=at)
        else:
            notices.turn_moved(successor, giver=turn.agent, at=at)
