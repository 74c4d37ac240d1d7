"""A month for sixty agents with five skills, planned by machine; judged by the rules of working time, not by
the solver.

python -m benchmarks.roster_month [--agents 60] [--days 30] [--seconds 110]

Makes a database of its own (SQLite; PostgreSQL where TEST_DATABASE_URL names one) and drops it again. Must
hold: under 120 seconds on two cores, no rule broken, every minimum met.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

FIRST_ON = date(2026, 6, 1)
NIGHTS, WEEKEND_LATES = 2, 4


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=60)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=110)
    sizes = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(sizes.agents, sizes.days, sizes.seconds)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def run(agents: int, days: int, seconds: int) -> None:
    from staffing.planning import applying, generation, working  # noqa: PLC0415
    from tests.factories import NOW  # noqa: PLC0415

    roster = department(agents, days)
    asked = generation.ask(roster, by=None, at=NOW, seconds=seconds, has_alternatives=False)
    begun = time.monotonic()
    working.work(asked.pk, clock=lambda: NOW + timedelta(seconds=time.monotonic() - begun))
    took = time.monotonic() - begun
    asked.refresh_from_db()
    proposal = asked.proposals.first()
    if proposal is None:
        print(f"\nA roster of {agents} agents and {days} days: {asked.state}, {asked.failure}")
        return
    applying.apply(proposal, by=None, at=NOW)
    figures = proposal.figures
    print(f"\nA roster of {agents} agents, {days} days, 5 skills, planned by machine")
    told = {
        "seconds": f"{took:.0f}",
        "shifts": figures["shifts"],
        "requirement covered": f"{100 * figures['cover']:.1f} %",
        "value / bound": f"{proposal.value:.0f} / {figures['bound'] or 0:.0f}",
        "nights, most less fewest": figures["night_spread"],
        "weekend days, most less fewest": figures["weekend_spread"],
        "wishes met": f"{figures['wishes_met']} of {figures['wishes']}",
        "rules broken": rules_broken(roster),
        "minimums missed": minimums_missed(roster),
        "shifts on leave": shifts_on_leave(roster),
    }
    for label, value in told.items():
        print(f"{label:<32}{value:>16}")


def department(agents: int, days: int):
    """Hotline shifts round the clock, two skills each, leave, wishes, minimums, and a day's curve for each
    skill.
    """
    from staffing.choices import RequestState  # noqa: PLC0415
    from staffing.models import StaffRequest, Wish  # noqa: PLC0415
    from tests.demand_factories import ServiceLineFactory  # noqa: PLC0415
    from tests.factories import RosterFactory, TeamFactory  # noqa: PLC0415
    from tests.request_factories import leave_asked  # noqa: PLC0415
    from tests.roster_factories import crew, minimum, require, shift_types, skills  # noqa: PLC0415

    five, team = skills(5), TeamFactory.create()
    shift_types("ABCN")
    people = crew(team, agents, five)
    last_on = FIRST_ON + timedelta(days=days - 1)
    roster = RosterFactory.create(team=team, first_on=FIRST_ON, last_on=last_on)
    for number, agent in enumerate(people):
        if number % 10 == 0:
            first = FIRST_ON + timedelta(days=number % (days - 5))
            asked = leave_asked(agent, first_on=first, last_on=first + timedelta(days=4))
            StaffRequest.objects.filter(pk=asked.pk).update(state=RequestState.APPROVED)
        Wish.objects.create(
            agent=agent, on=FIRST_ON + timedelta(days=number % days), is_wanted=False, weight=2
        )
    minimum(roster, "N", NIGHTS)
    minimum(roster, "C", WEEKEND_LATES, weekdays="67")
    scale = agents / 60
    for skill in five:
        line = ServiceLineFactory.create(team=team, skill=skill)
        curve = {range(16): 1, range(16, 24): 4, range(24, 40): 5, range(40, 48): 3}
        require(line, roster, {slots: max(1, round(heads * scale)) for slots, heads in curve.items()})
    return roster


def rules_broken(roster) -> int:
    from staffing import rule_checks  # noqa: PLC0415
    from staffing.choices import Severity  # noqa: PLC0415
    from staffing.models import Agent  # noqa: PLC0415

    people = Agent.objects.filter(team=roster.team).select_related("user", "team__department")
    breaches = rule_checks.breaches_of(people, roster.first_on, roster.last_on)
    return sum(breach.severity != Severity.WARN for breach in breaches)


def minimums_missed(roster) -> int:
    from staffing.models import DutyAssignment  # noqa: PLC0415

    plan = DutyAssignment.objects.planned().filter(roster=roster)
    heads = Counter(plan.order_by().values_list("on", "shift_type__code"))
    days = [roster.first_on + timedelta(days=n) for n in range((roster.last_on - roster.first_on).days + 1)]
    nights = sum(max(0, NIGHTS - heads[on, "N"]) for on in days)
    return nights + sum(max(0, WEEKEND_LATES - heads[on, "C"]) for on in days if on.isoweekday() > 5)  # noqa: PLR2004


def shifts_on_leave(roster) -> int:
    from staffing.models import DutyAssignment, StaffRequest  # noqa: PLC0415

    plan = DutyAssignment.objects.planned().filter(roster=roster)
    return sum(
        plan.filter(agent=leave.agent, on__range=(leave.first_on, leave.last_on)).count()
        for leave in StaffRequest.objects.all()
    )


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
