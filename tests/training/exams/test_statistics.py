"""What answers tell of a question. # T4"""

from statistics import correlation

import pytest

from training.choices import Finding
from training.exams.statistics import Answered, bands, has_idle_option, item, options


def people(*facts):
    """(share of the question, share of the whole paper) of each; the rest of the paper is alike."""
    return [Answered(share=share, paper=paper, rest=paper) for share, paper in facts]


TEN = people(*((1 if n >= 4 else 0, n / 10) for n in range(10)))
"""The weaker four of ten got it wrong."""


def test_difficulty_is_the_mean_share_of_marks():
    assert item(people((1, 1), (0.5, 0.8), (0, 0.2))).difficulty == pytest.approx(0.5)
    assert item([]).difficulty is None


def test_discrimination_is_the_best_27_per_cent_against_the_weakest():
    assert item(TEN).discrimination == 1
    assert item(people(*((n % 2, n / 10) for n in range(10)))).discrimination == pytest.approx(2 / 3 - 1 / 3)


def test_people_of_the_same_mark_at_the_border_count_as_they_do_on_average():
    """Whoever is read first must not decide: three are in a group, four share the third place."""
    rows = [
        (1, 0.9),
        (1, 0.9),
        *((share, 0.5) for share in (1, 1, 0, 0)),
        (0, 0.1),
        (0, 0.1),
        (1, 0.2),
        (0, 0.2),
    ]
    expected = (1 + 1 + 0.5) / 3 - (0 + 0 + 0.5) / 3
    assert item(people(*rows)).discrimination == pytest.approx(expected)
    assert item(people(*reversed(rows))).discrimination == pytest.approx(expected)


def test_too_few_people_discriminate_nothing():
    few = item(TEN[:8])
    assert few.difficulty is not None
    assert few.discrimination is None
    assert item(people((1, 0.5), (0, 0.4))).correlation is None


def test_people_who_all_reached_the_same_are_told_apart_by_nothing():
    alike = item(people(*((n % 2, 0.5) for n in range(12))))
    assert (alike.discrimination, alike.correlation) == (None, None)


def test_the_correlation_is_that_with_the_rest_of_the_paper():
    answers = [Answered(share=n % 3 / 2, paper=0.5, rest=n * n / 100) for n in range(10)]
    expected = correlation([one.share for one in answers], [one.rest for one in answers])
    assert item(answers).correlation == pytest.approx(expected)


@pytest.mark.parametrize("count", range(20, 40))
def test_what_never_varies_correlates_with_nothing(count):
    """Though the mean of equal fractions is a little beside them."""
    alike = [Answered(share=1 / 3, paper=n / 40, rest=n / 40) for n in range(count)]
    assert item(alike).correlation is None
    assert item([Answered(share=n % 2, paper=n / 40, rest=0.7) for n in range(count)]).correlation is None


def test_a_paper_of_one_question_has_no_rest_to_compare_with():
    assert item([Answered(share=n % 2, paper=n % 2, rest=None) for n in range(10)]).correlation is None


@pytest.mark.parametrize(
    ("answers", "findings"),
    [
        ([(1, n / 20) for n in range(20)], (Finding.TOO_EASY,)),
        ([(n >= 18, n / 20) for n in range(20)], (Finding.TOO_HARD,)),
        ([(n < 12, n / 20) for n in range(20)], (Finding.KEY_DOUBTED,)),
        ([(n < 4, n / 20) for n in range(20)], (Finding.TOO_HARD, Finding.KEY_DOUBTED)),
        ([(n % 2, n // 2 / 20) for n in range(20)], (Finding.TELLS_LITTLE,)),
        ([(n >= 8, n / 20) for n in range(20)], ()),
        ([(n < 12, n / 20) for n in range(19)], ()),
    ],
    ids=["easy", "hard", "wrong key", "hard for the best", "chance", "fine", "too few to say"],
)
def test_figures_warn_once_enough_have_answered(answers, findings):
    assert item(people(*answers)).findings == findings


def test_options_are_counted_in_all_and_by_the_best_and_the_weakest():
    on_paper = ("甲", "乙", "丙", "旧")
    answers = [
        Answered(n >= 5, n / 20, None, on_paper[:1] if n >= 5 else ("乙", "旧"), on_paper) for n in range(20)
    ]
    first, second, third = options(answers, {"甲": True, "乙": False, "丙": False})
    assert (first.chosen, first.offered, first.by_best, first.by_weakest) == (15, 20, 5, 0)
    assert (second.chosen, second.by_best, second.by_weakest, second.share) == (5, 0, 5, 0.25)
    assert (third.text, third.chosen) == ("丙", 0)
    assert has_idle_option([first, second, third])
    assert not has_idle_option([first, second])


def test_a_right_option_that_nobody_chooses_is_not_called_idle():
    assert not has_idle_option(options([Answered(0, 0.1, None, ("乙",))], {"甲": True, "乙": False}))


def test_scores_are_counted_by_tenths_with_the_full_mark_in_the_last():
    assert bands([0, 0.05, 0.1, 0.799, 0.8, 1]) == [2, 1, 0, 0, 0, 0, 0, 1, 1, 1]
