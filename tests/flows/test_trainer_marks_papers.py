"""T4: a trainer marks without the mouse, and the candidate has the result."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from portal.choices import Role
from portal.models import User
from tests.exam_factories import exam_with, sat
from tests.factories import NOW, UserFactory
from tests.flows.conftest import zh
from training.choices import AttemptState, QuestionKind

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]


def test_marks_are_given_by_keys_and_the_next_paper_comes(
    page: Page, sign_in: Callable[[Page, User], Page]
) -> None:
    exam = exam_with(QuestionKind.SINGLE, QuestionKind.SHORT)
    first, second = (sat(exam, at=NOW - timedelta(minutes=minutes)) for minutes in (20, 10))
    sign_in(page, UserFactory.create(roles=[Role.TRAINER])).goto("/admin/training/examattempt/marking/")
    page.locator(f"a[href$='/{first.pk}/mark/']").click()

    expect(page.get_by_label(zh("Marks"))).to_be_focused()
    page.keyboard.type("7.5")
    expect(page.locator("#mark-sum")).to_have_text("17.5")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(f"**/{second.pk}/mark/**")
    first.refresh_from_db()
    assert (first.state, first.score) == (AttemptState.PASSED, Decimal("17.5"))
