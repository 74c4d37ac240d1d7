"""Rows of a team's day: hand-overs and a source of open matters, housekeeping, meetings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.errors import Text
from staffing.choices import HandOverState, MeetingKind
from staffing.handover_sources import OpenLine
from staffing.models import (
    ActionItem,
    Agent,
    HandOver,
    HousekeepingTask,
    HousekeepingTurn,
    Meeting,
    MeetingAttendee,
)
from tests.factories import NOW, TODAY, AgentFactory, TeamFactory


class HandOverFactory(DjangoModelFactory[HandOver]):
    """Written, and waiting to be acknowledged."""

    class Meta:
        model = HandOver

    class Params:
        is_owed = factory.Trait(state=HandOverState.OWED, made_at=None)

    agent = factory.SubFactory(AgentFactory)
    team = factory.SelfAttribute("agent.team")
    state = HandOverState.WRITTEN
    due_at = NOW
    made_at = NOW


@dataclass
class Errands:
    """A source that a test fills: staffing itself has nothing that stays open over a shift."""

    key: str = "errand"
    label: Text = "跑腿"
    found: dict[int, list[OpenLine]] = field(default_factory=dict)
    asked_until: datetime | None = None

    def add(self, agent: Agent, key: str, *, due_at: datetime | None = None) -> OpenLine:
        line = OpenLine(source=self.key, key=key, reference=f"E{key}", kind="post", due_at=due_at)
        self.found.setdefault(agent.pk, []).append(line)
        return line

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        self.asked_until = until
        return list(self.found.get(agent.pk, ()))

    def still_open(self, keys: Collection[str]) -> set[str]:
        open_keys = {line.key for lines in self.found.values() for line in lines}
        return open_keys.intersection(keys)

    def word(self, code: str) -> Text:
        return {"post": "寄件"}.get(code, code)


class HousekeepingTaskFactory(DjangoModelFactory[HousekeepingTask]):
    """Every day of the week, unless said otherwise."""

    class Meta:
        model = HousekeepingTask

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"值日{n}")
    weekdays = factory.LazyFunction(lambda: list(range(7)))


class HousekeepingTurnFactory(DjangoModelFactory[HousekeepingTurn]):
    """Planned for TODAY."""

    class Meta:
        model = HousekeepingTurn

    agent = factory.SubFactory(AgentFactory)
    task = factory.SubFactory(HousekeepingTaskFactory, team=factory.SelfAttribute("..agent.team"))
    on = TODAY


class MeetingFactory(DjangoModelFactory[Meeting]):
    """A weekly meeting this afternoon, chaired by one of the team, who alone is asked."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    chaired_by = factory.SubFactory(AgentFactory)
    team = factory.SelfAttribute("chaired_by.team")
    kind = MeetingKind.WEEKLY
    title = "周例会"
    starts_at = NOW + timedelta(hours=4)

    @factory.post_generation
    def attendees(self: Meeting, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: FBT001
        if create:
            for agent in {self.chaired_by, *(extracted or ())}:
                MeetingAttendee.objects.create(meeting=self, agent=agent)


class ActionItemFactory(DjangoModelFactory[ActionItem]):
    """Open, and due on TODAY."""

    class Meta:
        model = ActionItem

    owner = factory.SubFactory(AgentFactory)
    meeting = factory.SubFactory(MeetingFactory, chaired_by=factory.SelfAttribute("..owner"))
    text = "修改退款话术"
    due_on = TODAY
