"""D6: the text format of the public shift-scheduling instances."""

import pytest

from staffing.rostering import benchmark, checking
from staffing.rostering.problem import OFF
from staffing.rostering.solving import solve
from tests.staffing.rostering.instance import TEXT


@pytest.fixture
def problem():
    return benchmark.read(TEXT)


def test_an_instance_is_read_with_its_rules(problem):
    first, second = problem.people
    assert (problem.days, [kind.code for kind in problem.kinds], problem.kinds[1].minutes) == (
        7,
        ["E", "L"],
        600,
    )
    assert problem.forbidden == {(1, 0)}
    assert problem.weekends == ((5, 6),)
    assert (first.key, first.max_shifts, first.min_minutes, first.max_minutes) == (
        "A",
        {0: 7, 1: 2},
        960,
        2400,
    )
    assert (second.max_run, second.min_run, second.min_off, second.max_weekends) == (4, 2, 2, 0)
    assert {cell for bar in second.bars for cell in bar.cells} == {(2, 0), (2, 1)}
    assert problem.is_whole()


def test_requests_and_cover_cost_what_the_instance_says(problem):
    nobody = ((OFF,) * 7,) * 2
    # a shift asked for and not given, and nobody where two and one are needed
    assert checking.value(problem, nobody).total == 3 + 2 * 100 + 100
    given = ((0, 0, OFF, OFF, OFF, OFF, OFF), (OFF, 1, OFF, OFF, OFF, OFF, OFF))
    # what was asked for is given, so is what was not wanted; one of two is there, and one too many
    assert checking.value(problem, given).total == 2 + 100 + 1


def test_runs_cut_off_by_the_horizon_count_as_long_enough(problem):
    def labels(row):
        return {breach.label[0] for breach in checking.person_breaches(problem, problem.people[1], row)}

    assert "min_run" not in labels((0, OFF, OFF, OFF, OFF, OFF, OFF))
    assert "min_run" in labels((OFF, 0, OFF, OFF, OFF, OFF, OFF))
    assert "min_off" not in labels((OFF, 0, OFF, OFF, 0, 0, OFF))
    assert "min_off" in labels((OFF, 0, OFF, 0, 0, OFF, OFF))


def test_what_is_written_is_read_back(problem):
    roster = solve(problem, seconds=10).roster
    text = "".join(f"{line}\n" for line in benchmark.lines(problem, roster))
    assert benchmark.parse_lines(problem, text) == roster
    assert all(len(line.split("\t")) == 3 for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    ["", "SECTION_HORIZON\nsoon\n", TEXT.replace("L,600,E", "L,600"), TEXT.replace("B,2\n", "C,2,x\n")],
)
def test_another_file_is_refused(text):
    with pytest.raises(benchmark.UnreadableInstance):
        benchmark.read(text)
