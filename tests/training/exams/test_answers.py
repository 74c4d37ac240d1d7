"""What is kept of an answer as it was written. # T4"""

from datetime import timedelta

import pytest

from staffing.models import Agent
from tests.exam_factories import exam_with, sit
from tests.factories import NOW
from training import policy
from training.choices import QuestionKind
from training.exams import sitting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [QuestionKind.FILL_IN, QuestionKind.SHORT])
@pytest.mark.parametrize("text", ["七\0天", "七天\ud800"], ids=["nul", "half a character"])
def test_what_no_database_keeps_and_no_page_shows_is_left_out(agent: Agent, kind: QuestionKind, text: str):
    attempt = sit(exam_with(kind), agent)
    assert sitting.answer(attempt, 1, [text], by=agent.user, at=NOW).answer == ["七天"]


def test_a_line_ends_alike_whichever_way_it_was_sent(agent: Agent):
    """By two characters from a form, by one from a script: neither too long by that, nor changed too late."""
    attempt = sit(exam_with(QuestionKind.SHORT), agent)
    text = "\n".join(["长" * 99] * 40)
    assert len(text) == policy.LONGEST_SHORT_ANSWER - 1
    sitting.answer(attempt, 1, [text], by=agent.user, at=NOW)
    late = attempt.deadline_at + timedelta(hours=1)
    kept = sitting.answer(attempt, 1, [text.replace("\n", "\r\n")], by=agent.user, at=late)
    assert (kept.answer, kept.late_answer) == ([text], None)
