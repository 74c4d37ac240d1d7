"""What the day of the team asks of one agent, for the desk: hand-overs, a housekeeping turn, action items."""

from dataclasses import dataclass
from datetime import date, datetime

from staffing.models import ActionItem, Agent, HandOver, HousekeepingTurn


@dataclass(frozen=True, kw_only=True)
class TurnToday:
    turn_id: int
    task: str


@dataclass(frozen=True, kw_only=True)
class ActionTold:
    item_id: int
    text: str
    meeting_id: int
    meeting: str
    due_on: date
    is_overdue: bool


@dataclass(frozen=True, kw_only=True)
class OwnDay:
    hand_overs: int
    turns: tuple[TurnToday, ...]
    actions: tuple[ActionTold, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.hand_overs or self.turns or self.actions)


def read(agent: Agent, *, at: datetime) -> OwnDay:
    """Three queries. `agent` comes with user, team and department."""
    today = agent.local_date(at)
    turns = HousekeepingTurn.objects.planned().filter(agent=agent, on=today).select_related("task")
    return OwnDay(
        hand_overs=HandOver.objects.waiting_for(agent.user).count(),
        turns=tuple(TurnToday(turn_id=turn.pk, task=turn.task.name) for turn in turns.order_by("pk")),
        actions=tuple(open_actions(agent, on=today)),
    )


def open_actions(agent: Agent, *, on: date) -> list[ActionTold]:
    """What meetings gave the agent to do and is not done, the soonest due first."""
    items = ActionItem.objects.open().filter(owner=agent).select_related("meeting").order_by("due_on", "id")
    return [
        ActionTold(
            item_id=item.pk,
            text=item.text,
            meeting_id=item.meeting_id,
            meeting=item.meeting.title,
            due_on=item.due_on,
            is_overdue=item.is_overdue(on),
        )
        for item in items
    ]
