"""How much of a course is done, by plain values. # T1"""

from fractions import Fraction

from training.courses.parts import Parts, Progress, circle, measure


def test_only_what_is_asked_for_counts():
    asked = Parts(lessons=frozenset({1, 2}), exams=frozenset({9}), needs_session=True)
    done = measure(asked, lessons={1, 5}, exams={8}, was_there=True)
    assert (done, done.share, done.percent) == (Progress(done=2, asked=4), Fraction(1, 2), 50)
    assert measure(asked, lessons={1, 2}, exams={9}, was_there=True).is_all_done
    assert not measure(asked, lessons={1, 2}, exams={9}, was_there=False).is_all_done


def test_presence_does_not_count_where_no_session_is_asked_for():
    assert measure(Parts(lessons=frozenset({1})), lessons=set(), exams=set(), was_there=True).done == 0


def test_a_course_that_asks_for_nothing_is_never_done():
    nothing = measure(Parts(), lessons=set(), exams=set(), was_there=True)
    assert (nothing.is_all_done, nothing.percent) == (False, 0)


def test_a_hundred_per_cent_is_all_of_it():
    assert Progress(done=199, asked=200).percent == 99


def test_a_circle_is_found_however_long_and_told_as_a_way():
    assert circle({1: [2], 2: [3, 4], 3: [1]}, 1) == [1, 2, 3, 1]
    assert circle({1: [1]}, 1) == [1, 1]
    assert circle({1: [2, 3], 2: [4], 3: [4]}, 1) == []
    assert circle({1: [2], 2: [3], 3: [2]}, 1) == []  # Somebody else's circle.
