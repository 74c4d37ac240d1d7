"""What comes in, and when: matters, customers and the hours of a department's day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from django.utils.timezone import get_default_timezone

from complaints import deadlines, intake
from complaints.choices import Channel, CustomerLevel, Kind, Severity
from complaints.identities import CustomerFacts
from complaints.models import Category
from config.demo import texts
from staffing.models import Agent

T = TypeVar("T")
HOUR = timedelta(hours=1)
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 8, 22, 38, 46, 42, 30, 34, 42, 44, 40, 34, 32, 40, 48, 44, 26, 10)
WEEKDAY_WEIGHTS = (1.1, 1.0, 1.0, 1.0, 1.05, 1.2, 1.15)
SEVERITIES = ((Severity.NORMAL, 70), (Severity.LOW, 14), (Severity.HIGH, 14), (Severity.CRISIS, 2))
MARKETPLACES = (Channel.TAOBAO, Channel.TMALL, Channel.JD, Channel.PDD, Channel.DOUYIN)


@dataclass(frozen=True)
class World:
    """All that a plot draws from."""

    rng: Random
    now: datetime
    promises: deadlines.Promises
    categories: dict[str, Category]
    certified: dict[str, list[Agent]]
    """Skill code -> agents who hold it."""
    present: frozenset[int]

    def pick(self, choices: Sequence[tuple[T, int]]) -> T:
        return self.rng.choices([one for one, _ in choices], [weight for _, weight in choices])[0]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def soon(self, mean: timedelta) -> timedelta:
        """A waiting time, mostly shorter than its mean, sometimes much longer; to the second."""
        return timedelta(seconds=max(3, round(self.rng.expovariate(1 / mean.total_seconds()))))


def arrivals(count: int, days: int, *, rng: Random, now: datetime) -> list[datetime]:
    """When matters arrive, by weekday and hour, the last one within the last hour; in order."""
    zone = get_default_timezone()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    slots = [midnight - timedelta(days=days - 1) + n * HOUR for n in range(days * 24)]
    slots = [slot for slot in slots if slot + HOUR <= now]
    weights = [HOUR_WEIGHTS[slot.hour] * WEEKDAY_WEIGHTS[slot.weekday()] for slot in slots]
    chosen = rng.choices(slots, weights, k=count)
    return sorted(slot + timedelta(seconds=rng.randrange(3600)) for slot in chosen)


def draft(world: World, people: Sequence[CustomerFacts], number: int, *, at: datetime) -> intake.Draft:
    """One matter as some customer brings it."""
    rng = world.rng
    subject = world.pick([(one, one.weight) for one in texts.SUBJECTS])
    channel = world.pick(texts.CHANNELS)
    product, carrier = rng.choice(texts.PRODUCTS), rng.choice(texts.CARRIERS)
    says = rng.choice(subject.says).format(product=product)
    is_settled = channel in MARKETPLACES and subject.kind == Kind.AFTER_SALES and world.chance(0.3)
    return intake.Draft(
        channel=channel,
        kind=subject.kind,
        category=world.categories[subject.category],
        subject=says,
        description=f"{says} 订单里的{product}，{carrier}配送。",
        severity=world.pick(SEVERITIES),
        occurred_at=at - timedelta(seconds=rng.randrange(2, 90)),
        external_id=f"{channel}-{number:08}" if channel in MARKETPLACES or world.chance(0.6) else "",
        order_no=f"{at:%y%m%d}{rng.randrange(10**8):08}",
        product=product,
        carrier=carrier,
        shop=rng.choice(texts.SHOPS),
        remedy_sought=rng.choice(texts.REMEDIES) if subject.kind == Kind.COMPLAINT else "",
        customer=rng.choice(people),
        settled="退款成功" if is_settled else "",
    )


def customers(count: int, *, rng: Random) -> list[CustomerFacts]:
    levels = ((CustomerLevel.ORDINARY, 93), (CustomerLevel.KEY, 5), (CustomerLevel.DIFFICULT, 2))
    return [
        CustomerFacts(
            name=rng.choice(texts.SURNAMES) + "".join(rng.choices(texts.GIVEN, k=2)),
            phone=f"{rng.choice(('138', '139', '150', '186', '177'))}{n:08}",
            province=rng.choice(texts.PROVINCES),
            level=rng.choices([level for level, _ in levels], [weight for _, weight in levels])[0],
        )
        for n in rng.sample(range(10**8), count)
    ]
