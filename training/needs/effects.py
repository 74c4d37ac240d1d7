"""Whether training helped: a figure of the agent before and after, named by the apps above as they start.

Before is the EFFECT_WINDOW that ends when a remedy is assigned, after the one that begins when the need is
satisfied. What lies between, while he learns, belongs to neither.
"""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Protocol

from django.db import transaction

from portal import sweeping
from portal.errors import Text
from staffing import recording
from staffing.models import Agent
from training import policy
from training.choices import Effect, NeedState
from training.models import Topic, TrainingNeed
from training.needs.verdicts import verdict

PLACES = Decimal("0.0001")
"""As the table keeps a figure."""
HUNDRED = 100


class Measure(Protocol):
    """One figure about an agent."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Text: ...

    @property
    def is_share(self) -> bool:
        """A share from 0 to 1, shown in per cent; otherwise the number itself."""
        ...

    @property
    def is_higher_better(self) -> bool: ...

    @property
    def least(self) -> Decimal:
        """The smallest difference that counts; anything less is chance."""
        ...

    def value(self, agent: Agent, topic: Topic, since: datetime, until: datetime) -> Decimal | None:
        """The figure from one instant until before another; None where there is nothing to count."""
        ...


_registered: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    _registered[measure.key] = measure


def named(key: str) -> Measure | None:
    return _registered.get(key)


def choices() -> list[tuple[str, Text]]:
    """Key and label, in the order in which they were registered; the first is the usual one."""
    return [(measure.key, measure.label) for measure in _registered.values()]


def before(key: str, need: TrainingNeed, *, at: datetime) -> Decimal | None:
    """The figure over the window that ends now."""
    return _figure(key, need, since=at - policy.EFFECT_WINDOW, until=at)


def measure_due(at: datetime) -> int:
    """Take every figure whose window after learning is over; answers how many."""
    over = TrainingNeed.objects.to_be_measured(at).order_by("settled_at", "pk")
    return sweeping.each(over, partial(take_after, at=at))


@transaction.atomic
def take_after(need: TrainingNeed, *, at: datetime) -> bool:
    """Take the figure again, once. False where it was taken, or its time has not come."""
    due = TrainingNeed.objects.to_be_measured(at).select_for_update(of=("self",))
    fresh = due.select_related("agent", "topic").filter(pk=need.pk).first()
    if fresh is None or fresh.settled_at is None:
        return False
    until = fresh.settled_at + policy.EFFECT_WINDOW
    fresh.after = _figure(fresh.measure, fresh, since=fresh.settled_at, until=until)
    fresh.effect, fresh.measured_at = _effect(fresh), at
    fresh.save(update_fields=["after", "effect", "measured_at"])
    changes = {"after": (None, fresh.after), "effect": ("", fresh.effect)}
    recording.changed(fresh, changes, by=None, at=at)
    return True


def is_waiting(need: TrainingNeed) -> bool:
    """Satisfied, and its figure will be taken again."""
    return need.state == NeedState.SATISFIED and bool(need.measure) and need.measured_at is None


def shown(key: str, figure: Decimal | None) -> str:
    """The figure as people read it; empty where there is none."""
    if figure is None:
        return ""
    measure = named(key)
    return f"{figure * HUNDRED:.1f}%" if measure and measure.is_share else f"{figure:.2f}"


def _figure(key: str, need: TrainingNeed, *, since: datetime, until: datetime) -> Decimal | None:
    measure = named(key)
    figure = measure.value(need.agent, need.topic, since, until) if measure else None
    return None if figure is None else figure.quantize(PLACES)


def _effect(need: TrainingNeed) -> Effect:
    """A figure that nobody knows any more says nothing."""
    measure = named(need.measure)
    if measure is None:
        return Effect.NO_DATA
    return verdict(need.before, need.after, is_higher_better=measure.is_higher_better, least=measure.least)
