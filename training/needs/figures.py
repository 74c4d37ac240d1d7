"""How training needs stand and what learning did for them: read-only numbers. Constant queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Avg, Count, Q

from portal.models import User
from staffing.models import Agent
from training.choices import Effect, NeedState
from training.models import NeedReason, Topic, TrainingNeed

LATELY = timedelta(days=30)
HUNDRED = 100
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`days` is the median from raised to satisfied, `helped_share` out of those that could be measured.

    None is no data, which is not nought.
    """

    open: int
    planned: int
    satisfied: int
    days: float | None
    helped: int
    measured: int

    @property
    def helped_share(self) -> float | None:
        return self.helped / self.measured if self.measured else None

    @property
    def helped_percent(self) -> int | None:
        return None if self.helped_share is None else round(self.helped_share * HUNDRED)


@dataclass(frozen=True, kw_only=True)
class CourseEffect:
    """One course by one figure: out of those with both figures. `measure` is its key."""

    course_id: int
    course: str
    measure: str
    count: int
    before: Decimal | None
    after: Decimal | None
    helped: int
    worse: int
    without_data: int


@dataclass(frozen=True, kw_only=True)
class TopicGroup:
    """The open needs of one topic, those raised most often first."""

    topic: Topic
    needs: tuple[TrainingNeed, ...]

    @property
    def teams(self) -> int:
        return len({need.agent.team_id for need in self.needs})


def summary(user: User, *, at: datetime) -> Summary:
    """Of what the person may see: two queries."""
    needs = TrainingNeed.objects.visible_to(user).order_by()
    measured = Q(effect__in=(Effect.HELPED, Effect.UNCHANGED, Effect.WORSE))
    counts = needs.aggregate(
        open=Count("pk", filter=Q(state=NeedState.OPEN)),
        planned=Count("pk", filter=Q(state=NeedState.PLANNED)),
        helped=Count("pk", filter=Q(effect=Effect.HELPED)),
        measured=Count("pk", filter=measured),
    )
    lately = needs.filter(state=NeedState.SATISFIED, settled_at__gt=at - LATELY, settled_at__lte=at)
    spans = [
        (settled - raised).total_seconds() / SECONDS_A_DAY
        for raised, settled in lately.values_list("raised_at", "settled_at")
        if settled
    ]
    return Summary(**counts, satisfied=len(spans), days=median(spans) if spans else None)


def effects_by_course(user: User) -> list[CourseEffect]:
    """What each course did, the most often measured first. One query, a row for each course and figure."""
    known = Q(before__isnull=False, after__isnull=False)
    rows = (
        TrainingNeed.objects.visible_to(user)
        .exclude(effect="")
        .exclude(course=None)
        .values("course", "course__title", "course__code", "measure")
        .annotate(
            measured=Count("pk", filter=known),
            mean_before=Avg("before", filter=known),
            mean_after=Avg("after", filter=known),
            helped=Count("pk", filter=Q(effect=Effect.HELPED)),
            worse=Count("pk", filter=Q(effect=Effect.WORSE)),
            all=Count("pk"),
        )
        .order_by("-measured", "course__code", "measure")
    )
    return [
        CourseEffect(
            course_id=row["course"],
            course=row["course__title"],
            measure=row["measure"],
            count=row["measured"],
            before=row["mean_before"],
            after=row["mean_after"],
            helped=row["helped"],
            worse=row["worse"],
            without_data=row["all"] - row["measured"],
        )
        for row in rows
    ]


def open_by_topic(user: User) -> list[TopicGroup]:
    """What nothing is done about yet; the topic that most people lack first. Two queries."""
    needs = (
        TrainingNeed.objects.visible_to(user)
        .filter(state=NeedState.OPEN)
        .select_related("agent__user", "agent__team", "topic")
        .order_by("-times", "-last_at", "pk")
    )
    grouped: dict[int, list[TrainingNeed]] = defaultdict(list)
    for need in needs:
        grouped[need.topic_id].append(need)
    groups = [TopicGroup(topic=each[0].topic, needs=tuple(each)) for each in grouped.values()]
    return sorted(groups, key=lambda group: (-len(group.needs), group.topic.name))


def to_read(agent: Agent) -> list[TrainingNeed]:
    """The articles that somebody is asked to read, the soonest due first. One query."""
    needs = TrainingNeed.objects.filter(agent=agent, state=NeedState.PLANNED).exclude(article=None)
    return list(needs.select_related("topic", "article__current").order_by("read_by", "pk"))


def last_reasons(needs: Iterable[TrainingNeed]) -> dict[int, NeedReason]:
    """What was said last about each. One query."""
    reasons = NeedReason.objects.filter(need__in=[need.pk for need in needs]).order_by("at", "pk")
    return {reason.need_id: reason for reason in reasons}
