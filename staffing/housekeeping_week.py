"""The housekeeping roster of a team's week, as a page shows it: tasks by days. Read only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from staffing.choices import TurnState
from staffing.models import HousekeepingTask, HousekeepingTurn, Team


@dataclass(frozen=True, kw_only=True)
class TurnTold:
    turn_id: int
    agent_id: int
    name: str
    state: TurnState
    is_fixed: bool

    @property
    def is_done(self) -> bool:
        return self.state == TurnState.DONE


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One task on one day. `is_due` without a turn: nobody is there, or it is not planned so far ahead."""

    on: date
    is_today: bool
    is_due: bool
    turn: TurnTold | None
    excused: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    task: str
    cells: tuple[Cell, ...]


def week_of(team: Team, monday: date, *, today: date) -> list[Row]:
    """Two queries, however many tasks. A task out of use shows only where it has turns."""
    days = [monday + timedelta(days=number) for number in range(7)]
    turns: dict[tuple[int, date], list[HousekeepingTurn]] = defaultdict(list)
    of_week = HousekeepingTurn.objects.filter(task__team=team, on__range=(days[0], days[-1]))
    for turn in of_week.select_related("agent__user").order_by("pk"):
        turns[turn.task_id, turn.on].append(turn)
    shown = {task_id for task_id, _on in turns}
    tasks = [
        task for task in HousekeepingTask.objects.filter(team=team) if task.is_active or task.pk in shown
    ]
    return [
        Row(task=task.name, cells=tuple(_cell(task, day, turns[task.pk, day], today=today) for day in days))
        for task in tasks
    ]


def _cell(task: HousekeepingTask, on: date, turns: list[HousekeepingTurn], *, today: date) -> Cell:
    standing = [turn for turn in turns if turn.state != TurnState.EXCUSED]
    return Cell(
        on=on,
        is_today=on == today,
        is_due=task.falls_on(on),
        turn=_told(standing[0]) if standing else None,
        excused=tuple(turn.agent.user.name for turn in turns if turn.state == TurnState.EXCUSED),
    )


def _told(turn: HousekeepingTurn) -> TurnTold:
    return TurnTold(
        turn_id=turn.pk,
        agent_id=turn.agent_id,
        name=turn.agent.user.name,
        state=TurnState(turn.state),
        is_fixed=turn.is_fixed,
    )
