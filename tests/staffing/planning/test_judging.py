"""S8: what a plan is worth, by counting; and why a minimum is missed."""

from datetime import timedelta

import pytest

from staffing.models import RosterPin, ShiftType, Wish
from staffing.planning import compiling, explaining, facts, judging, shortages
from staffing.planning.explaining import Names
from staffing.planning.weights import Weights
from tests.demand_factories import ServiceLineFactory
from tests.factories import NOW, CertificateFactory, DutyFactory, SkillFactory
from tests.roster_factories import NEXT_MONDAY, minimum, plannable, require

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def roster():
    return plannable(3, days=2, codes="AN")


@pytest.fixture
def people(roster):
    return list(roster.team.agents.order_by("user__name"))


def material(roster):
    return facts.material_of(roster, at=NOW, offered=("A", "N"))


def judged(roster, plan):
    """`plan`: (agent, day) -> codes; all other cells are off."""
    told = material(roster)
    grid = {(member.agent_id, on): () for member in told.members for on in told.days}
    grid |= {(agent.pk, NEXT_MONDAY + day * DAY): tuple(codes) for (agent, day), codes in plan.items()}
    return judging.judge(told, grid, base={})


def test_cover_counts_heads_up_to_what_is_required(roster, people):
    require(ServiceLineFactory.create(team=roster.team), roster, {range(16, 20): 2})
    one, two, three = people
    assert judged(roster, {(one, 0): "A"}).cover == 0.25
    full = judged(roster, {(each, day): "A" for each in (one, two, three) for day in (0, 1)})
    assert (full.cover, full.missing_hours) == (1, 0)


def test_a_night_covers_the_morning_after(roster, people):
    require(ServiceLineFactory.create(team=roster.team), roster, {range(8, 12): 1})
    assert judged(roster, {(people[0], 0): "N"}).cover == 0.5


def test_whoever_holds_two_skills_serves_one_line_at_a_time(roster, people):
    for skill in (SkillFactory.create(), SkillFactory.create()):
        CertificateFactory.create(agent=people[0], skill=skill)
        require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(16, 32): 1})
    assert judged(roster, {(people[0], day): "A" for day in (0, 1)}).cover == 0.5


def test_a_skill_counts_by_the_day_on_which_the_shift_starts(roster, people):
    ending, beginning, _other = people
    skill = SkillFactory.create()
    CertificateFactory.create(agent=ending, skill=skill, valid_until=NEXT_MONDAY)
    CertificateFactory.create(agent=beginning, skill=skill, valid_from=NEXT_MONDAY + DAY)
    require(ServiceLineFactory.create(team=roster.team, skill=skill), roster, {range(8, 12): 1})
    assert judged(roster, {(ending, 0): "N"}).cover == 0.5
    assert judged(roster, {(beginning, 0): "N"}).cover == 0


def test_lines_take_whom_the_others_cannot_use():
    both, first_only = (True, True), (True, False)
    assert judging.served([1, 1], [both, first_only]) == 2
    assert judging.served([2, 1], [first_only, first_only]) == 2
    assert judging.served([0, 3], [both, first_only, both]) == 2


def test_wishes_minimums_and_changes_are_counted(roster, people):
    one, two, _three = people
    minimum(roster, "A", 2)
    Wish.objects.create(agent=one, on=NEXT_MONDAY, is_wanted=False)
    Wish.objects.create(agent=two, on=NEXT_MONDAY, is_wanted=True)
    figures = judged(roster, {(one, 0): "A", (two, 0): "A"})
    assert (figures.wishes_met, figures.wishes) == (1, 2)
    assert (figures.unmet, figures.changes) == (2, 2)


def test_the_spread_counts_the_months_before(roster, people):
    for number in range(1, 4):
        DutyFactory.create(agent=people[0], shift_type=roster_shift("N"), on=NEXT_MONDAY - number * 7 * DAY)
    assert judged(roster, {}).night_spread == 3
    assert judged(roster, {(people[1], 0): "N", (people[2], 0): "N"}).night_spread == 2


def roster_shift(code):
    return ShiftType.objects.get(code=code)


# Why a minimum is missed


def explained(roster, plan=()):
    """Of the plan in the tables."""
    for agent, day, code in plan:
        DutyFactory.create(
            agent=agent, shift_type=roster_shift(code), on=NEXT_MONDAY + day * DAY, roster=roster
        )
    made = compiling.compile_problem(material(roster), Weights(pattern=1))
    return shortages.explain(made, made.roster())


def test_everybody_is_accounted_for_with_what_stands_in_the_way(roster, people):
    one, two, three = people
    minimum(roster, "A", 3, weekdays="1")
    RosterPin.objects.create(roster=roster, agent=three, on=NEXT_MONDAY)
    DutyFactory.create(agent=one, shift_type=roster_shift("N"), on=NEXT_MONDAY - DAY)
    (fact,) = explained(roster, [(two, 0, "N")])
    (day,) = fact["days"]
    assert day["obstacles"] == {"rest_between": [one.pk], "elsewhere": [two.pk], "fixed": [three.pk]}
    assert [way["agent"] for way in day["ways"]] == [two.pk, three.pk, one.pk]  # The cheapest first.


def test_the_sum_tells_whether_it_can_be_met_at_all(roster):
    minimum(roster, "A", 4)
    (fact,) = explained(roster)
    assert (fact["needed"], fact["possible"], fact["missing"]) == (8, 6, 8)


def test_in_words_it_names_date_numbers_and_ways(roster, people):
    minimum(roster, "A", 4, weekdays="1")
    facts_told = explained(roster, [(people[1], 0, "N")])
    names = Names({each.pk: each.user.name for each in people}, {"A": "早班"}, {})
    (told,) = explaining.shortages(facts_told, names)
    assert "早班" in told.title
    assert "4" in told.arithmetic
    assert "3" in told.arithmetic
    assert any(people[1].user.name in text for text in told.days[0].ways)


def test_who_may_not_know_reads_no_protection():
    fact = {"rule": "conflict", "rules": [["no_nights"]], "needed": 2, "available": 1, "ways": []}
    agents, shifts, skills = {1: "组员"}, {}, {}
    (told,) = explaining.rule_sentences([fact], Names(agents, shifts, skills))
    (known,) = explaining.rule_sentences([fact], Names(agents, shifts, skills, with_protections=True))
    assert "夜班" not in told
    assert "不安排夜班" in known
