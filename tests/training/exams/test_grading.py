"""What answers are worth, and what passes. # T4"""

from decimal import Decimal

import pytest

from training.choices import QuestionKind
from training.exams import grading

MARKS = Decimal(2)
SINGLE, MULTIPLE, FILL_IN, SHORT = (
    QuestionKind.SINGLE,
    QuestionKind.MULTIPLE,
    QuestionKind.FILL_IN,
    QuestionKind.SHORT,
)


@pytest.mark.parametrize("kind", [SINGLE, QuestionKind.TRUE_FALSE])
@pytest.mark.parametrize(
    ("answer", "awarded"), [(["b"], 2), (["a"], 0), (["a", "b"], 0), ([], 0), ([""], 0), (None, 0)]
)
def test_one_right_option_gives_all_or_nothing(kind: QuestionKind, answer: list[str] | None, awarded: int):
    assert grading.grade(kind, ["b"], answer, MARKS) == awarded


@pytest.mark.parametrize(
    ("answer", "awarded"),
    [(["a", "c"], 2), (["c", "a"], 2), (["a"], 0), (["a", "b", "c"], 0), (["a", "b"], 0), (None, 0)],
)
def test_of_several_all_right_options_and_no_other(answer: list[str] | None, awarded: int):
    assert grading.grade(MULTIPLE, ["a", "c"], answer, MARKS) == awarded


def test_a_question_without_a_key_gives_nothing():
    assert grading.grade(SINGLE, [], ["a"], MARKS) == 0
    assert grading.grade(MULTIPLE, [], [], MARKS) == 0


@pytest.mark.parametrize(
    ("answer", "awarded"),
    [
        (["七天", "签收"], "2"),
        (["7天", "签收"], "2"),
        (["７　天", " 签 收 "], "2"),  # Wide digits, a wide space.
        (["七\u200b天\ufeff", "签收"], "2"),  # Copied from a page, with what nobody sees.
        (["七天", "下单"], "1"),
        (["", "签收"], "1"),
        (["签收", "七天"], "0"),
        (["七天"], "1"),
        (["", ""], "0"),
        (None, "0"),
    ],
)
def test_each_blank_has_its_share_whatever_width_case_and_spaces(answer: list[str] | None, awarded: str):
    assert grading.grade(FILL_IN, [["七天", "7天"], ["签收"]], answer, MARKS) == Decimal(awarded)


def test_case_does_not_count():
    assert grading.grade(FILL_IN, [["VIP"]], ["ｖｉｐ"], MARKS) == MARKS


def test_a_part_of_the_marks_is_never_rounded_up():
    key = [["a"], ["b"], ["c"]]
    assert grading.grade(FILL_IN, key, ["a", "x", "x"], MARKS) == Decimal("0.66")
    assert grading.grade(FILL_IN, key, ["a", "b", "x"], MARKS) == Decimal("1.33")
    assert grading.grade(FILL_IN, key, ["a", "b", "c"], MARKS) == MARKS


def test_a_short_answer_waits_for_a_person_unless_it_is_empty():
    assert grading.grade(SHORT, [], ["先致歉"], MARKS) is None
    assert grading.grade(SHORT, [], ["  "], MARKS) == 0
    assert grading.grade(SHORT, [], None, MARKS) == 0


@pytest.mark.parametrize(
    ("score", "total", "mark", "is_passed"),
    [
        ("80", "100", "80", True),
        ("79.5", "100", "80", False),
        ("79.99", "100", "80", False),
        ("799.99", "1000", "80", False),  # 79.999 per cent.
        ("800", "1000", "80", True),
        ("2", "3", "66.67", False),
        ("2", "3", "66.66", True),
        ("0", "100", "0.01", False),
        ("100", "100", "100", True),
        ("0", "0", "80", False),
    ],
)
def test_the_pass_mark_is_compared_unrounded(score: str, total: str, mark: str, *, is_passed: bool):
    found = grading.is_passed(Decimal(score), total=Decimal(total), pass_mark_percent=Decimal(mark))
    assert found is is_passed


@pytest.mark.parametrize(
    ("marks", "written"), [("16.50", "16.5"), ("100", "100"), ("20.00", "20"), ("0", "0")]
)
def test_marks_are_written_as_people_write_them(marks: str, written: str):
    assert grading.plain(Decimal(marks)) == written
