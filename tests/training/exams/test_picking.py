"""Which questions go on a paper: at random, none twice, as far as the bank suffices. # T4"""

from random import Random

import pytest

from training.exams.picking import TooFewError, Want, pick


def test_the_same_seed_picks_the_same_questions():
    wants = [Want(3, range(20)), Want(4, range(10, 30))]
    assert pick(wants, Random(5)) == pick(wants, Random(5))
    assert pick(wants, Random(5)) != pick(wants, Random(6))


def test_no_question_is_picked_twice_though_parts_overlap():
    wants = [Want(5, range(10)), Want(5, range(10))]
    for seed in range(20):
        first, second = pick(wants, Random(seed))
        assert len(first) == len(second) == 5
        assert not set(first) & set(second)


def test_a_part_gives_back_what_another_part_needs_more():
    """The wide part comes first and may take what alone fits the narrow one."""
    wants = [Want(2, [1, 2, 3]), Want(1, [1]), Want(0, [])]
    for seed in range(20):
        wide, narrow, none = pick(wants, Random(seed))
        assert (sorted(wide), narrow, none) == ([2, 3], [1], [])


def test_what_is_given_back_may_pass_through_several_parts():
    wants = [Want(1, [1, 2]), Want(1, [2, 3]), Want(1, [3, 4]), Want(1, [1])]
    for seed in range(20):
        assert pick(wants, Random(seed)) == [[2], [3], [4], [1]]


def test_every_question_of_a_pool_comes_up_sometime():
    seen = {one for seed in range(60) for one in pick([Want(2, range(8))], Random(seed))[0]}
    assert seen == set(range(8))


def test_parts_that_ask_together_for_more_than_is_there_are_named():
    wants = [Want(2, [7, 8, 9]), Want(1, [1, 2]), Want(2, [1, 2])]
    with pytest.raises(TooFewError) as refused:
        pick(wants, Random(1))
    assert (refused.value.parts, refused.value.held, refused.value.wanted) == ((1, 2), 2, 3)


def test_a_part_that_asks_alone_for_more_than_is_there_is_named_alone():
    with pytest.raises(TooFewError) as refused:
        pick([Want(1, [1, 2]), Want(3, [5])], Random(1))
    assert (refused.value.parts, refused.value.held, refused.value.wanted) == ((1,), 1, 3)
