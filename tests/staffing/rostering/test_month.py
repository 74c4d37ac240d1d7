"""S8: a month for sixty people with five skills, within the time that a supervisor waits."""

from staffing.rostering import checking
from staffing.rostering.solving import solve
from tests.staffing.rostering.months import month


def test_a_month_of_sixty_keeps_every_hard_rule_however_short_the_search():
    """How good it gets in two minutes is measured by `benchmarks.roster_month`."""
    problem = month(agents=60, days=31)
    solution = solve(problem, seconds=15)
    assert solution.loosened == ()
    assert checking.breaches(problem, solution.roster) == []
    assert checking.shortfalls(problem, solution.roster) == []
    assert checking.value(problem, solution.roster).total == solution.value <= solution.first_value
