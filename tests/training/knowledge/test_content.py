"""What somebody writes is cleaned and measured. # T6"""

import pytest

from portal.errors import MissingInformation
from training import policy
from training.knowledge.content import Content


def test_blanks_and_repeated_lines_go():
    clean = Content(
        title="  如何 退货\n", body="\r\n一\r\n二\0 \n", questions=("怎么退", " ", "怎么退 ", "能退吗")
    ).cleaned()
    assert (clean.title, clean.body) == ("如何 退货", "一\n二")
    assert clean.questions == ("怎么退", "能退吗")


def test_whatever_ends_a_line_ends_it_alike():
    """Else two texts differ for the reviewer's step, and in nothing on his page."""
    assert Content(title="x", body="一\u2028二\x0b三\r四\x1b").cleaned().body == "一\n二\n三\n四"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", {"title": " \n"}),
        ("title", {"title": "长" * 201}),
        ("body", {"body": "长" * (policy.LONGEST_TEXT + 1)}),
        ("note", {"note": "长" * 201}),
        ("questions", {"questions": tuple(map(str, range(policy.MOST_QUESTIONS + 1)))}),
        ("questions", {"questions": ("长" * 201,)}),
        ("keywords", {"keywords": ("长" * 41,)}),
        ("products", {"products": tuple(map(str, range(policy.MOST_WORDS + 1)))}),
    ],
)
def test_what_is_missing_or_too_much_is_named_by_its_field(field, words):
    with pytest.raises(MissingInformation) as refusal:
        Content(**{"title": "标题", **words}).cleaned()
    assert list(refusal.value.fields) == [field]


def test_the_note_is_no_news_to_a_reader():
    text = Content(title="标题", body="正文")
    assert text.says_the_same_as(Content(title="标题", body="正文", note="改了一处"))
    assert not text.says_the_same_as(Content(title="标题", body="正文", questions=("问",)))
