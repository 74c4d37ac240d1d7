"""S8: what a worker makes of a run. The rosters are judged by the rules of working time and by counting."""

from collections import Counter
from datetime import timedelta

import psutil
import pytest

from staffing import rule_checks
from staffing.choices import ProposalKind, RequestState, RunState, Severity
from staffing.models import Agent, DutyAssignment, RosterEdit, RosterPin, ShiftType, StaffRequest
from staffing.planning import applying, generation, policy, working
from staffing.rosters import publishing
from tests.demand_factories import ServiceLineFactory
from tests.factories import NOW, DutyFactory
from tests.request_factories import leave_asked
from tests.roster_factories import NEXT_MONDAY, crew, minimum, plannable, require, skills

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + policy.LEASE + DAY / 24


def at_now():
    return NOW


def planned(roster, **options):
    """A run from being asked for to its end."""
    told = {"by": None, "at": NOW, "seconds": 5, "has_alternatives": False} | options
    run = generation.ask(roster, **told)
    assert working.work(run.pk, clock=at_now)
    run.refresh_from_db()
    return run


def forbidden(roster):
    """What the rules of working time say of the plan, warnings apart."""
    people = Agent.objects.filter(team=roster.team).select_related("user", "team__department")
    found = rule_checks.breaches_of(people, roster.first_on, roster.last_on)
    return [str(breach) for breach in found if breach.severity != Severity.WARN]


def test_a_planned_roster_keeps_every_rule_and_meets_the_minimums():  # S8
    roster = plannable(0, days=14, codes="ABCN")
    two = skills(2)
    agents = crew(roster.team, 14, two)
    away = agents[3]
    leave = leave_asked(away, first_on=NEXT_MONDAY, last_on=NEXT_MONDAY + 4 * DAY)
    StaffRequest.objects.filter(pk=leave.pk).update(state=RequestState.APPROVED)
    minimum(roster, "N", 1, skill=two[0])
    minimum(roster, "C", 2, weekdays="67")
    for skill in two:
        require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(16, 44): 2})

    run = planned(roster, seconds=6)
    assert (run.state, run.failure) == (RunState.DONE, "")
    applied = applying.apply(run.proposals.get(), by=None, at=NOW)

    assert applied.changed > 60
    assert forbidden(roster) == []
    plan = list(DutyAssignment.objects.planned().select_related("shift_type", "agent"))
    assert not [duty for duty in plan if duty.agent == away and duty.on <= NEXT_MONDAY + 4 * DAY]
    holders = set(Agent.objects.certified(two[0].pk, NEXT_MONDAY).values_list("pk", flat=True))
    nights = Counter(duty.on for duty in plan if duty.shift_type.code == "N" and duty.agent_id in holders)
    lates = Counter(duty.on for duty in plan if duty.shift_type.code == "C" and duty.on.weekday() > 4)
    days = [NEXT_MONDAY + number * DAY for number in range(14)]
    assert all(nights[on] >= 1 for on in days)
    assert all(lates[on] >= 2 for on in days if on.weekday() > 4)
    figures = run.proposals.get().figures
    assert figures["unmet"] == 0
    assert figures["cover"] > 0.6


def small(codes="AC"):
    roster = plannable(4, codes=codes)
    minimum(roster, "A", 1)
    minimum(roster, "C", 1)
    return roster


def test_the_same_seed_gives_the_same_roster(monkeypatch):  # S8
    """Of a size that no proof ends: the work does, and not the clock, however busy the machine."""
    monkeypatch.setattr(policy, "EFFORT_SHARE", 0.05)
    roster = plannable(14, days=21, codes="ABC")
    line = ServiceLineFactory.create(team=roster.team)
    require(line, roster, {range(16, 24): 4, range(24, 40): 6})
    first, again = (planned(roster, seed=5, seconds=100).proposals.get() for _ in range(2))
    assert first.figures["repeats"]
    assert not first.figures["is_optimal"]
    assert first.cells == again.cells


def test_pinned_cells_stay_whatever_is_planned():
    roster = small()
    agent = roster.team.agents.order_by("user__name").first()
    late = ShiftType.objects.get(code="C")
    DutyFactory.create(agent=agent, shift_type=late, on=NEXT_MONDAY, roster=roster)
    for number in (0, 1):
        RosterPin.objects.create(roster=roster, agent=agent, on=NEXT_MONDAY + number * DAY)
    cells = planned(roster).proposals.get().cells[str(agent.pk)]
    assert cells[:2] == ["C", ""]


def test_alternatives_are_worked_out_to_compare():
    roster = small()
    line = ServiceLineFactory.create(team=roster.team)
    require(line, roster, {range(16, 32): 2})
    run = planned(roster, has_alternatives=True)
    kinds = list(run.proposals.values_list("kind", flat=True))
    assert kinds[0] == ProposalKind.BALANCED
    assert len({str(each.cells) for each in run.proposals.all()}) == len(kinds)


def test_more_nights_than_people_may_work_are_explained_by_the_sum():  # S8
    roster = plannable(2, codes="N")
    ShiftType.objects.update(break_minutes=0)
    minimum(roster, "N", 2)
    run = planned(roster)
    (fact,) = run.proposals.get().shortfalls
    assert (fact["needed"], fact["possible"], fact["missing"]) == (14, 10, 4)
    (conflict,) = [each for each in run.explanation if each["rule"] == "conflict"]
    assert (conflict["needed"], conflict["available"]) == (14, 10)
    names = {label[0] for label in conflict["rules"]}
    assert "minimum" in names
    assert names - {"minimum"} <= {"week_hours", "rest_day", "max_run"}  # Each of them alone is too much.


def test_a_run_that_is_stopped_leaves_the_roster_as_it_was(monkeypatch):  # S8
    roster = small()
    run = generation.ask(roster, by=None, at=NOW, seconds=60)
    report = generation.report

    def stopping(run, **told):
        generation.RosterRun.objects.filter(pk=run.pk).update(is_stop_asked=True)
        return report(run, **told)

    monkeypatch.setattr(generation, "report", stopping)
    working.work(run.pk, clock=at_now)
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    assert not DutyAssignment.objects.exists()
    assert not RosterEdit.objects.exists()


def test_a_solver_that_is_killed_fails_where_it_is_seen(monkeypatch):  # S8
    roster = small()
    run = generation.ask(roster, by=None, at=NOW, seconds=60)
    report = generation.report

    def killing(run, **told):
        for child in psutil.Process().children():
            child.kill()
        return report(run, **told)

    monkeypatch.setattr(generation, "report", killing)
    working.work(run.pk, clock=at_now)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.failure
    assert not DutyAssignment.objects.exists()


def test_a_worker_that_dies_leaves_its_run_to_the_next(monkeypatch):  # S8
    roster = small()
    run = generation.ask(roster, by=None, at=NOW, seconds=5, has_alternatives=False)

    def dying(*_args, **_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(working, "solve_apart", dying)
        with pytest.raises(KeyboardInterrupt):
            working.work(run.pk, clock=at_now)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert not DutyAssignment.objects.exists()
    assert working.work(run.pk, clock=at_now) is False  # The lease still runs.
    assert working.work(run.pk, clock=lambda: LATER)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.DONE, 2)


def test_what_kills_its_worker_again_and_again_is_given_up():
    run = generation.ask(small(), by=None, at=NOW, seconds=5)
    generation.RosterRun.objects.update(attempts=policy.MOST_ATTEMPTS)
    working.work(run.pk, clock=at_now)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_a_team_without_people_is_told_so():
    run = planned(plannable(0))
    assert (run.state, bool(run.failure)) == (RunState.FAILED, True)


def test_an_absence_is_repaired_in_three_ways():  # S8
    roster = plannable(5, codes="AC")
    minimum(roster, "A", 1)
    minimum(roster, "C", 1)
    applying.apply(planned(roster).proposals.get(), by=None, at=NOW)
    publishing.publish(roster, by=None, at=NOW)
    absent = DutyAssignment.objects.filter(shift_type__code="C").order_by("on").first().agent
    span = {"first_on": NEXT_MONDAY, "last_on": NEXT_MONDAY + 3 * DAY}
    run = generation.ask_repair(roster, absent, **span, by=None, at=NOW, seconds=6)
    working.work(run.pk, clock=at_now)

    proposals = {each.kind: each for each in run.proposals.all()}
    nobody = proposals[ProposalKind.TOUCH_NOBODY]
    assert {change[0] for change in nobody.changes} == {absent.pk}
    assert all(after == [] for _who, _on, _before, after in nobody.changes)
    for proposal in proposals.values():
        assert proposal.cells[str(absent.pk)][:4] == [""] * 4
    few = proposals[ProposalKind.FEW_CHANGES]
    assert few.figures["unmet"] == 0
    best = proposals.get(ProposalKind.BEST_ROSTER, few)
    assert nobody.figures["changes"] <= few.figures["changes"] <= best.figures["changes"]

    applying.apply(few, by=None, at=NOW, publishes=True)
    roster.refresh_from_db()
    assert roster.version == 2
    assert forbidden(roster) == []
