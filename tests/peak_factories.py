"""Peak plans for tests: Double-12 of the year of `NOW`, which is to be prepared in a month."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from staffing.choices import PeakKind, PeopleSource, PhaseKind
from staffing.models import PeakContingency, PeakNeed, PeakPhase, PeakPlan, PeakTask, Team
from tests.factories import NOW, TODAY, DepartmentFactory, TeamFactory

FIRST_ON, LAST_ON = TODAY + timedelta(days=20), TODAY + timedelta(days=24)


class PeakPlanFactory(DjangoModelFactory[PeakPlan]):
    """A draft for the whole department, unless `teams` are given."""

    class Meta:
        model = PeakPlan
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"双12大促{n}")
    kind = PeakKind.DOUBLE_12
    department = factory.SubFactory(DepartmentFactory)
    prepared_from = TODAY - timedelta(days=10)
    first_on = FIRST_ON
    last_on = LAST_ON
    baseline = 10
    created_at = NOW

    @factory.post_generation
    def teams(self: PeakPlan, create: bool, extracted: list[Team] | None, **_kwargs: Any) -> None:  # noqa: FBT001
        if create and extracted:
            self.teams.set(extracted)


class PeakPhaseFactory(DjangoModelFactory[PeakPhase]):
    class Meta:
        model = PeakPhase

    plan = factory.SubFactory(PeakPlanFactory)
    kind = PhaseKind.BURST
    first_on = FIRST_ON
    last_on = factory.SelfAttribute("first_on")
    factor = Decimal("2.5")


class PeakNeedFactory(DjangoModelFactory[PeakNeed]):
    class Meta:
        model = PeakNeed

    plan = factory.SubFactory(PeakPlanFactory)
    source = PeopleSource.TEMPORARY
    team = factory.SubFactory(TeamFactory)
    head_count = 3
    first_on = FIRST_ON
    last_on = LAST_ON
    hired_by = FIRST_ON - timedelta(days=7)


class PeakTaskFactory(DjangoModelFactory[PeakTask]):
    class Meta:
        model = PeakTask

    plan = factory.SubFactory(PeakPlanFactory)
    text = factory.Sequence(lambda n: f"准备事项{n}")
    due_on = TODAY + timedelta(days=1)


class PeakContingencyFactory(DjangoModelFactory[PeakContingency]):
    class Meta:
        model = PeakContingency

    plan = factory.SubFactory(PeakPlanFactory)
    risk = "系统宕机"
    trigger = "登录失败超过5分钟"
    measure = "改用备用账号，电话通知技术支持"


def day(number: int) -> date:
    """The day of the event, counted from 0."""
    return FIRST_ON + timedelta(days=number)
