"""What makes a question of each kind complete. # T4"""

import pytest
from django.utils.translation import override

from training.choices import QuestionKind
from training.exams.questions import (
    Choice,
    Wording,
    blanks_of,
    faults,
    read_answers,
    tidied,
    true_or_false,
    written_answers,
)

RIGHT, WRONG, OTHER = Choice("签收次日", True), Choice("下单当日", False), Choice("发货当日", False)


def choice(*options, kind=QuestionKind.SINGLE):
    return Wording(kind=kind, stem="从哪天起算？", options=options)


@pytest.mark.parametrize(
    "wording",
    [
        choice(RIGHT, WRONG),
        choice(RIGHT, Choice("三天", True), OTHER, kind=QuestionKind.MULTIPLE),
        choice(RIGHT, WRONG, kind=QuestionKind.MULTIPLE),
        choice(*true_or_false(is_true=False), kind=QuestionKind.TRUE_FALSE),
        Wording(kind="fill_in", stem="签收后___天内可退，运费由___承担。", answers=(("7", "七"), ("客户",))),
        Wording(kind="short", stem="客户情绪激动怎么办？", model_answer="先倾听，再致歉。"),
    ],
    ids=lambda wording: wording.kind,
)
def test_a_complete_question_has_no_fault(wording):
    assert faults(tidied(wording)) == {}


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording(kind="short", stem=" ", model_answer="要点"), "stem"),
        (Wording(kind="short", stem="长" * 2001, model_answer="要点"), "stem"),
        (Wording(kind="essay", stem="问"), "kind"),
        (choice(RIGHT), "options"),
        (choice(RIGHT, Choice("  ", False)), "options"),
        (choice(WRONG, OTHER), "options"),
        (choice(RIGHT, Choice("三天", True), OTHER), "options"),
        (choice(RIGHT, RIGHT), "options"),
        (choice(RIGHT, Choice(" 签收次日 ", False)), "options"),
        (choice(RIGHT, Choice("长" * 301, False)), "options"),
        (choice(RIGHT, *(Choice(str(n), False) for n in range(8))), "options"),
        (choice(WRONG, OTHER, kind=QuestionKind.MULTIPLE), "options"),
        (Wording(kind="fill_in", stem="几天内可退？", answers=(("7",),)), "stem"),
        (Wording(kind="fill_in", stem="___天内，由___承担", answers=(("7",),)), "answers"),
        (Wording(kind="fill_in", stem="___天内", answers=((" ",),)), "answers"),
        (Wording(kind="short", stem="怎么办？"), "model_answer"),
    ],
)
def test_what_is_missing_is_told_at_its_field(wording, field):
    assert set(faults(tidied(wording))) == {field}


def test_what_a_kind_has_no_use_for_is_dropped():
    """Somebody who changes the kind in the form leaves the fields of the other kind filled."""
    full = Wording("single", " 问？ ", (RIGHT, WRONG, Choice(" ", True)), (("7",),), "要点", " 因为 ")
    assert tidied(full) == Wording("single", "问？", (RIGHT, WRONG), (), "", "因为")
    assert tidied(Wording("short", "问？", (RIGHT,), (("7",),), "要点")).options == ()


def test_accepted_spellings_are_read_and_written_alike():
    answers = (("7", "七", "７"), ("退货",))
    assert read_answers("7| 七 ｜７|7\n\n退货") == answers
    assert read_answers("7|七|７；退货") == answers
    assert read_answers(written_answers(answers)) == answers


def test_a_gap_is_three_low_lines_or_more_of_either_width():
    assert blanks_of("签收后___天内，______承担，＿＿＿处理，a_b，__") == 3


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_a_statement_has_the_words_of_the_house_whoever_writes_it(settings, language):
    with override(language):
        written = true_or_false(is_true=True)
    with override(settings.LANGUAGE_CODE):
        assert written == true_or_false(is_true=True)
    assert [option.is_correct for option in written] == [True, False]
