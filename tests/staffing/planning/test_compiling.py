"""S8: a roster as the solver's problem. What the rules allow is told by them, not by the solver's checker."""

from datetime import date, timedelta

import pytest

from staffing.choices import RequestState, RestrictionKind
from staffing.models import Agent, RosterPin, ShiftType, StaffRequest, WorkRestriction
from staffing.planning import compiling, facts
from staffing.planning.weights import Weights
from staffing.rostering.problem import OFF
from tests.demand_factories import ServiceLineFactory
from tests.factories import NOW, CertificateFactory, DutyFactory, ShiftTypeFactory, SkillFactory
from tests.request_factories import leave_asked
from tests.roster_factories import NEXT_MONDAY, minimum, plannable, require

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def roster():
    return plannable(3, codes="ACN")


@pytest.fixture
def first(roster):
    return roster.team.agents.order_by("user__name").first()


def compiled(roster, weights=None, **options):
    """With all shifts there are."""
    options.setdefault("offered", tuple(ShiftType.objects.values_list("code", flat=True)))
    return compiling.compile_problem(facts.material_of(roster, at=NOW, **options), weights or Weights())


def person(problem, agent):
    return next(each for each in problem.problem.people if each.key == str(agent.pk))


def barred(made, agent):
    """(day, code) -> the rules that forbid it."""
    found = {}
    for bar in person(made, agent).bars:
        for day, kind in bar.cells:
            found.setdefault((day, " ".join(made.kinds.codes(kind))), set()).add(bar.label[0])
    return found


def of(agent, on, code, **more):
    return DutyFactory.create(agent=agent, shift_type=ShiftType.objects.get(code=code), on=on, **more)


def test_nothing_is_barred_and_nothing_fixed_without_a_reason(roster, first):
    made = compiled(roster)
    assert barred(made, first) == {}
    assert person(made, first).pins == ()
    assert len(made.problem.people) == 3


def test_leave_bars_its_days(roster, first):
    asked = leave_asked(first, first_on=NEXT_MONDAY, last_on=NEXT_MONDAY)
    assert barred(compiled(roster), first) == {}  # Not decided yet.
    StaffRequest.objects.filter(pk=asked.pk).update(state=RequestState.APPROVED)
    assert barred(compiled(roster), first) == {(0, code): {"leave"} for code in "ACN"}


def test_a_shift_for_a_skill_is_for_whoever_holds_it_that_day(roster, first):
    skill = SkillFactory.create()
    ShiftTypeFactory.create(code="S", name="专线", skill=skill)
    CertificateFactory.create(agent=first, skill=skill, valid_until=NEXT_MONDAY + DAY)
    made = compiled(roster)
    wrong = {cell for cell, rules in barred(made, first).items() if "certificate" in rules and cell[1] == "S"}
    assert wrong == {(day, "S") for day in range(2, 7)}
    others = [agent for agent in roster.team.agents.all() if agent != first]
    assert all((0, "S") in barred(made, agent) for agent in others)


def test_the_protected_work_neither_nights_nor_shifts_that_reach_into_them(roster, first):
    WorkRestriction.objects.create(agent=first, kind=RestrictionKind.NO_NIGHTS, first_on=NEXT_MONDAY)
    found = barred(compiled(roster), first)
    assert {code for _day, code in found} == {"C", "N"}  # 16:00-24:00 has two hours of the night.
    assert found[0, "N"] == {"no_nights"}


def test_who_may_not_work_overtime_is_free_on_statutory_holidays():
    roster = plannable(1, codes="A", first_on=date(2026, 4, 27))  # With 1 May.
    agent = roster.team.agents.get()
    WorkRestriction.objects.create(agent=agent, kind=RestrictionKind.NO_OVERTIME, first_on=NEXT_MONDAY)
    made = compiled(roster)
    assert set(barred(made, agent)) == {(4, "A"), (5, "A")}
    (hours,) = [span for span in person(made, agent).spans if span.label[0] == "week_hours"]
    assert hours.max_days == 4  # 32 hours, in shifts of seven.


def test_nobody_is_planned_outside_of_his_employment(roster, first):
    first.left_on = NEXT_MONDAY + 4 * DAY
    first.save()
    assert {day for day, _code in barred(compiled(roster), first)} == {5, 6}


def test_pins_days_begun_and_other_rosters_stay(roster, first):
    of(first, NEXT_MONDAY, "A", roster=roster)
    RosterPin.objects.create(roster=roster, agent=first, on=NEXT_MONDAY)
    RosterPin.objects.create(roster=roster, agent=first, on=NEXT_MONDAY + DAY)
    pins = [(pin.day, pin.kind) for pin in person(compiled(roster), first).pins]
    assert pins == [(0, 0), (1, OFF)]
    later = facts.material_of(roster, at=NOW + timedelta(days=7))
    assert {on for _agent, on in later.fixed} == {NEXT_MONDAY + number * DAY for number in range(3)}


def test_what_is_planned_can_be_kept(roster, first):
    of(first, NEXT_MONDAY, "A", roster=roster)
    assert [pin.day for pin in person(compiled(roster, keeps_planned=True), first).pins] == [0]


def test_the_days_before_bind(roster, first):
    of(first, NEXT_MONDAY - DAY, "N")
    made = compiled(roster)
    assert made.kinds.codes(person(made, first).history[-1]) == ("N",)
    codes = {(made.kinds.codes(a), made.kinds.codes(b)) for a, b in made.problem.forbidden}
    assert (("N",), ("A",)) in codes  # 06:00 to 08:00.
    assert (("C",), ("A",)) in codes  # 24:00 to 08:00.
    assert (("A",), ("N",)) not in codes


def test_a_week_that_reaches_beyond_the_roster_counts_whole():
    roster = plannable(1, days=4, codes="AB")  # Monday to Thursday.
    agent = roster.team.agents.get()
    for number in (4, 5, 6):
        of(agent, NEXT_MONDAY + number * DAY, "A")
    spans = {span.label[0]: span for span in person(compiled(roster), agent).spans}
    assert spans["week_hours"].max_days == 2  # Five shifts of seven hours are 35 hours, three of them stand.


def test_too_little_rest_before_the_day_after_is_barred():
    roster = plannable(1, days=4, codes="AC")
    agent = roster.team.agents.get()
    of(agent, NEXT_MONDAY + 4 * DAY, "A")
    assert barred(compiled(roster), agent) == {(3, "C"): {"rest_after"}}


def test_a_fixed_cell_that_breaks_a_rule_does_not_cost_the_roster(roster, first):
    of(first, NEXT_MONDAY, "N", roster=roster)
    of(first, NEXT_MONDAY + DAY, "A", roster=roster)  # Two hours after the night.
    for number in (0, 1):
        RosterPin.objects.create(roster=roster, agent=first, on=NEXT_MONDAY + number * DAY)
    made = compiled(roster)
    pins = [pin.kind for pin in person(made, first).pins]
    assert (pins[0], pins[1]) not in made.problem.forbidden
    assert made.grid(made.roster())[first.pk, NEXT_MONDAY + DAY] == ("A",)


def test_two_shifts_in_a_cell_stay_together(roster, first):
    of(first, NEXT_MONDAY, "A", roster=roster)
    of(first, NEXT_MONDAY, "C", roster=roster)
    RosterPin.objects.create(roster=roster, agent=first, on=NEXT_MONDAY)
    made = compiled(roster)
    assert made.grid(made.roster())[first.pk, NEXT_MONDAY] == ("A", "C")
    others = [agent for agent in roster.team.agents.all() if agent != first]
    assert all((0, "A C") in barred(made, agent) for agent in others)


def test_a_minimum_asks_for_holders_of_its_skill_on_its_weekdays(roster, first):
    skill = SkillFactory.create()
    CertificateFactory.create(agent=first, skill=skill)
    minimum(roster, "A", 2, weekdays="67", skill=skill)
    made = compiled(roster)
    assert [(row.minimum, len(row.members)) for row in made.problem.cover] == [(2, 1), (2, 1)]
    assert {day for row in made.problem.cover for day, _kind in row.cells} == {5, 6}


def test_half_hours_alike_are_one_row_with_a_step_for_each(roster):
    line = ServiceLineFactory.create(team=roster.team)
    require(line, roster, {range(16, 20): 2, range(20, 24): 3})
    rows = [row for row in compiled(roster, Weights(cover=1)).problem.cover if row.label[0] == "cover"]
    assert len(rows) == 7
    assert rows[0].unders == ((2, 4), (3, 4))


def test_a_skill_counts_by_the_day_on_which_the_shift_starts(roster, first):
    second = roster.team.agents.order_by("user__name")[1]
    skill = SkillFactory.create()
    CertificateFactory.create(agent=first, skill=skill, valid_until=NEXT_MONDAY)
    CertificateFactory.create(agent=second, skill=skill, valid_from=NEXT_MONDAY + DAY)
    require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(4): 1})
    made = compiled(roster)
    counting = {
        start: {made.problem.people[number].key for number in row.members}
        for row in made.problem.cover
        for start, _kind in row.cells
    }
    assert (counting[0], counting[1]) == ({str(first.pk)}, {str(second.pk)})


def test_who_is_there_from_the_night_before_counts_by_its_day(roster, first):
    skill = SkillFactory.create()
    CertificateFactory.create(agent=first, skill=skill, valid_until=NEXT_MONDAY - DAY)
    ShiftTypeFactory.create(code="E", name="凌晨班", starts="02:00", ends="10:00")
    of(first, NEXT_MONDAY - DAY, "N")
    require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(4, 8): 2})
    rows = [row for row in compiled(roster, Weights(cover=1)).problem.cover if row.label[0] == "cover"]
    assert [row.unders for row in rows][:2] == [((1, 4),), ((2, 4),)]


def test_lines_of_several_skills_share_their_people(roster, first):
    for skill in (SkillFactory.create(), SkillFactory.create()):
        CertificateFactory.create(agent=first, skill=skill)
        require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(16, 32): 1})
    made = compiled(roster)
    assert made.problem.cover == ()
    assert [len(row.needs) for row in made.problem.shared] == [2] * 7


def test_the_months_overtime_bounds_the_weeks_of_a_long_holiday():
    roster = plannable(1, codes="A", days=28, first_on=date(2026, 2, 2))
    agent = roster.team.agents.get()
    ShiftType.objects.update(break_minutes=0)
    made = compiling.compile_problem(facts.material_of(roster, at=NOW - timedelta(days=60)), Weights())
    days = [span.max_days for span in person(made, agent).spans if span.label[0] == "week_hours"]
    # Of 16 to 22 February all days are off: whatever is worked then is overtime, 36 hours at most.
    assert days == [5, 5, 4, 5]


def test_shifts_of_unlike_length_are_counted_in_minutes_too(roster, first):
    ShiftTypeFactory.create(code="X", name="长班", starts="08:00", ends="20:00")
    spans = [span for span in person(compiled(roster), first).spans if span.label[0] == "week_hours"]
    assert [(span.max_days, span.max_minutes) for span in spans] == [(5, None), (None, 40 * 60)]


def test_the_same_facts_give_the_same_problem(roster):
    minimum(roster, "A", 1)
    assert compiled(roster).problem == compiled(roster).problem


@pytest.mark.parametrize("pattern", range(1, 6))
def test_alternatives_keep_the_same_rules_so_that_their_costs_compare(pattern):
    weights = Weights(pattern=pattern)
    assert {weights.leaning(name).wants_pairs for name in ("cover", "wishes")} == {weights.wants_pairs}


def test_half_a_contract_is_half_the_week_and_half_the_burden(roster, first):
    minimum(roster, "N", 2)

    def read():
        made = compiled(roster)
        number = made.problem.people.index(person(made, first))
        shares = {
            tally.label[0]: tally.unders[0][0]
            for tally in made.problem.tallies
            if tally.person == number and tally.unders
        }
        week = next(span for span in person(made, first).spans if span.label[0] == "week_hours")
        return week.max_days, shares["hours"], shares["nights"]

    assert read() == (5, 6, 5)  # Of 40 hours, by shifts of seven.
    Agent.objects.filter(pk=first.pk).update(weekly_hours=20)
    assert read() == (2, 3, 3)
