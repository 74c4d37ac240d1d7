"""What the page of a plan counts. # S9"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffing.choices import Employment, NeedState, PeopleSource, PhaseKind
from staffing.models import PeakPlan, Team
from staffing.peaks import figures
from staffing.peaks.figures import Share
from staffing.peaks.uplift import Flaw
from tests.factories import NOW, TODAY, AgentFactory, CertificateFactory, DutyFactory, SkillFactory
from tests.peak_factories import (
    FIRST_ON,
    LAST_ON,
    PeakNeedFactory,
    PeakPhaseFactory,
    PeakPlanFactory,
    PeakTaskFactory,
    day,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_hired_and_trained_are_counted_against_planned(plan: PeakPlan, team: Team) -> None:
    skill = SkillFactory.create()
    need = PeakNeedFactory.create(plan=plan, team=team, skill=skill, head_count=4)
    trained, too_late, untrained, gone = AgentFactory.create_batch(
        4, team=team, employment=Employment.TEMPORARY
    )
    need.people.set([trained, too_late, untrained, gone])
    gone.left_on = TODAY
    gone.save()
    CertificateFactory.create(agent=trained, skill=skill)
    CertificateFactory.create(agent=too_late, skill=skill, valid_from=FIRST_ON + DAY)
    CertificateFactory.create(agent=untrained)
    progress = figures.read(plan, at=NOW).progress
    assert progress.found == Share(3, 4), "who has left before the first day helps nobody"
    assert progress.trained == Share(1, 4)
    assert progress.found.percent == 75


def test_a_revoked_certificate_counts_for_nothing(plan: PeakPlan, team: Team) -> None:
    skill = SkillFactory.create()
    need = PeakNeedFactory.create(plan=plan, team=team, skill=skill)
    agent = AgentFactory.create(team=team, employment=Employment.TEMPORARY)
    need.people.add(agent)
    CertificateFactory.create(agent=agent, skill=skill, is_revoked=True)
    assert figures.read(plan, at=NOW).progress.trained.done == 0


def test_who_is_cancelled_is_neither_wanted_nor_found(plan: PeakPlan, team: Team) -> None:
    PeakNeedFactory.create(plan=plan, team=team, source=PeopleSource.OVERTIME, state=NeedState.READY)
    PeakNeedFactory.create(plan=plan, team=team, state=NeedState.CANCELLED)
    of = figures.read(plan, at=NOW)
    assert of.progress.found == Share(3, 3)
    assert [line.flaws for line in of.needs] == [(), ()]


def test_tasks_are_grouped_by_day_and_the_late_ones_told(plan: PeakPlan) -> None:
    PeakTaskFactory.create(plan=plan, due_on=TODAY - DAY)
    PeakTaskFactory.create(plan=plan, due_on=TODAY - 2 * DAY, done_at=NOW)
    PeakTaskFactory.create_batch(2, plan=plan, due_on=TODAY)
    PeakTaskFactory.create(plan=plan, due_on=TODAY - DAY, is_follow_up=True)
    of = figures.read(plan, at=NOW)
    assert [(one.on, len(one.tasks), one.is_overdue, one.is_today) for one in of.days] == [
        (TODAY - 2 * DAY, 1, False, False),
        (TODAY - DAY, 1, True, False),
        (TODAY, 2, False, True),
    ]
    assert (of.progress.tasks, of.progress.overdue, len(of.follow_ups)) == (Share(1, 4), 1, 1)


# People needed


def test_a_phase_shows_what_lacks_on_its_worst_day(plan: PeakPlan, team: Team) -> None:
    """10 on an ordinary day, 2.5 times: 25; 10 are there, 3 temporary ones are planned."""
    PeakNeedFactory.create(plan=plan, team=team)
    balance = figures.read(plan, at=NOW).phases[0].balance
    assert (balance.needed, balance.there, balance.gap) == (25, 10, 15)
    assert (balance.planned, balance.found, balance.open_by_plan) == (3, 0, 12)


def test_where_there_is_a_roster_it_tells_who_is_there_and_helpers_do_not_count_twice(
    plan: PeakPlan, team: Team
) -> None:
    own = AgentFactory.create_batch(2, team=team)
    need = PeakNeedFactory.create(plan=plan, team=team)
    helper = AgentFactory.create(team=team, employment=Employment.TEMPORARY)
    need.people.add(helper)
    for agent in (*own, helper, AgentFactory.create()):
        DutyFactory.create(agent=agent, on=FIRST_ON)
    DutyFactory.create(agent=AgentFactory.create(team=team), on=FIRST_ON, is_cancelled=True)
    balance = figures.read(plan, at=NOW).phases[0].balance
    assert (balance.there, balance.found) == (2, 1)


def test_an_ordinary_day_is_read_off_the_four_weeks_before(team: Team) -> None:
    plan = PeakPlanFactory.create(teams=[team], baseline=None, prepared_from=TODAY - DAY)
    PeakPhaseFactory.create(plan=plan, factor=Decimal(2))
    first, second, third = AgentFactory.create_batch(3, team=team)
    for agent, days_ago in ((first, 2), (second, 2), (third, 2), (first, 29), (first, 1), (second, 30)):
        DutyFactory.create(agent=agent, on=TODAY - days_ago * DAY)
    of = figures.read(plan, at=NOW)
    assert of.baseline == 2, "three on one day, one on the other; what lies outside does not count"
    assert of.phases[0].balance.needed == 4


def test_without_a_roster_nobody_guesses(team: Team) -> None:
    plan = PeakPlanFactory.create(teams=[team], baseline=None)
    PeakPhaseFactory.create(plan=plan)
    of = figures.read(plan, at=NOW)
    assert (of.baseline, of.phases[0].balance) == (None, None)


def test_a_temporary_hired_too_late_is_flagged(plan: PeakPlan, team: Team) -> None:
    PeakNeedFactory.create(plan=plan, team=team, hired_by=FIRST_ON - 2 * DAY)
    of = figures.read(plan, at=NOW)
    assert of.needs[0].flaws == (Flaw.HIRED_LATE,)
    assert of.flawed == 1


def test_after_its_last_day_nothing_is_flagged_any_more(plan: PeakPlan, team: Team) -> None:
    PeakNeedFactory.create(plan=plan, team=team, hired_by=FIRST_ON)
    assert figures.read(plan, at=NOW + 40 * DAY).flawed == 0


# Many plans


def test_the_progress_of_many_plans_takes_as_many_queries_as_that_of_one(team: Team) -> None:
    def queries(count: int) -> int:
        for _number in range(count):
            plan = PeakPlanFactory.create(teams=[team])
            need = PeakNeedFactory.create(plan=plan, team=team, skill=SkillFactory.create())
            need.people.add(AgentFactory.create(team=team))
            PeakTaskFactory.create(plan=plan, done_at=NOW)
        plans = list(PeakPlan.objects.select_related("department"))
        with CaptureQueriesContext(connection) as found:
            progress = figures.progress_of(plans, at=NOW)
        assert {one.tasks for one in progress.values()} == {Share(1, 1)}
        return len(found)

    assert queries(1) == queries(5)


def test_the_list_counts_as_the_page_does(plan: PeakPlan, team: Team) -> None:
    PeakNeedFactory.create(plan=plan, team=team, source=PeopleSource.OVERTIME, state=NeedState.FOUND)
    PeakTaskFactory.create(plan=plan, due_on=TODAY - DAY)
    assert figures.progress_of([plan], at=NOW)[plan.pk] == figures.read(plan, at=NOW).progress


def test_an_encore_has_its_own_days(plan: PeakPlan, team: Team) -> None:
    PeakPhaseFactory.create(
        plan=plan, kind=PhaseKind.ENCORE, first_on=day(1), last_on=LAST_ON, factor=Decimal("1.2")
    )
    PeakNeedFactory.create(plan=plan, team=team, first_on=day(2), head_count=2)
    encore = figures.read(plan, at=NOW).phases[1].balance
    assert (encore.on, encore.open_by_plan) == (day(1), 2), "nobody has come yet on the first day of it"
