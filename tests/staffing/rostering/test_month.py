"""D6: a month for sixty people with five skills, within the time that a supervisor waits."""

import time

from staffing.rostering import checking
from staffing.rostering.solving import solve
from tests.staffing.rostering.months import month

SECONDS = 15


def test_a_month_for_sixty_people_and_five_skills_keeps_every_hard_rule_soon():
    problem = month(agents=60, days=31)
    started = time.process_time()
    solution = solve(problem, seconds=SECONDS)
    assert time.process_time() - started < SECONDS * 1.5
    assert solution.loosened == ()
    assert checking.breaches(problem, solution.roster) == []
    assert checking.shortfalls(problem, solution.roster) == []
    assert checking.value(problem, solution.roster).total == solution.value < solution.first_value
