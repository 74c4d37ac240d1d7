"""Questions asked in vain: counted once each, without anybody's contacts, settled once. # T10"""

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from tests.factories import NOW, UserFactory
from tests.search_factories import article
from training import policy
from training.choices import ArticleState, AskedIn, MissingState, VersionState
from training.knowledge import drafting, reviewing
from training.models import Article, ArticleVersion, MissingAnswer
from training.search import missing
from training.search.suggestions import suggest

pytestmark = pytest.mark.django_db


def noted(question: str, asked_in: AskedIn = AskedIn.SEARCH) -> MissingAnswer | None:
    return missing.note(question, asked_in=asked_in, at=NOW)


@pytest.fixture
def supervisor():
    return UserFactory.create(roles=[Role.SUPERVISOR])


def test_the_same_question_is_counted_and_not_listed_twice():
    for question in ("飞船票怎么改签", "飛船票怎麼改簽？", "你好，请问飞船票怎么改签"):
        noted(question)
    assert MissingAnswer.objects.get().times == 3


def test_contacts_and_numbers_are_taken_out():
    noted("飞船票改签，打我电话13800138000，邮箱a@example.com，单号202603110012345")
    kept = MissingAnswer.objects.get().question
    assert "13800138000" not in kept
    assert "example.com" not in kept
    assert "202603110012345" not in kept


@pytest.mark.parametrize("question", ["", "？", "啊", "13800138000"])
def test_what_is_no_question_is_not_listed(question: str):
    noted(question)
    assert not MissingAnswer.objects.exclude(question="13800138000").exists()


def test_a_question_that_was_settled_is_counted_and_stays_settled(supervisor):
    row = noted("飞船票怎么改签")
    missing.dismiss(row, by=supervisor, at=NOW)
    noted("飞船票怎么改签")
    row.refresh_from_db()
    assert (row.state, row.times) == (MissingState.DISMISSED, 2)


def test_the_list_is_bounded(monkeypatch):
    monkeypatch.setattr(missing, "MOST_OPEN", 1)
    noted("飞船票怎么改签")
    assert noted("潜艇票怎么改签") is None
    assert noted("飞船票怎么改签").times == 2


def test_it_is_answered_by_an_article_that_can_be_read(supervisor):
    article("a", "飞船票改签")
    found = Article.objects.get()
    row = missing.answer(noted("飞船票怎么改签"), article=found, by=supervisor, at=NOW)
    assert (row.state, row.article, row.settled_by) == (MissingState.ANSWERED, found, supervisor)
    with pytest.raises(WrongState):
        missing.dismiss(row, by=supervisor, at=NOW)
    assert missing.reopen(row, by=supervisor, at=NOW).settled_by is None
    found.state = ArticleState.RETIRED
    with pytest.raises(MissingInformation):
        missing.answer(row, article=found, by=supervisor, at=NOW)


def test_a_question_is_added_to_an_article_and_seen_once_somebody_else_has_looked_it_over(supervisor):
    article("a", "飞船票改签", "可以改签。", questions=["飞船改期"])
    row = noted("坐飞船改天走行吗")
    draft = missing.add_to(row, article=Article.objects.get(), by=supervisor, at=NOW)
    row.refresh_from_db()
    assert (row.state, draft.state) == (MissingState.ANSWERED, VersionState.IN_REVIEW)
    assert draft.questions == ["飞船改期", "坐飞船改天走行吗"]
    assert Article.objects.get().current.questions == ["飞船改期"]
    with pytest.raises(NotAllowed):
        reviewing.approve(draft, revision=draft.revision, by=supervisor, at=NOW)
    other = UserFactory.create(roles=[Role.SUPERVISOR])
    reviewing.approve(draft, revision=draft.revision, by=other, at=NOW)
    assert Article.objects.get().current.questions == ["飞船改期", "坐飞船改天走行吗"]


def test_a_question_is_written_into_the_draft_one_has_and_that_is_not_handed_in(supervisor):
    article("a", "飞船票改签", "可以改签。")
    own = drafting.revise(Article.objects.get(), by=supervisor, at=NOW)
    draft = missing.add_to(noted("坐飞船改天走行吗"), article=Article.objects.get(), by=supervisor, at=NOW)
    assert (draft.pk, draft.state, draft.questions) == (own.pk, VersionState.DRAFT, ["坐飞船改天走行吗"])


@pytest.mark.parametrize("held", ["坐飛船改天走行嗎？", "请问坐飞船改天走行吗"])
def test_a_question_that_the_article_has_in_another_spelling_is_not_added_twice(supervisor, held: str):
    article("a", "飞船票改签", "可以改签。", questions=[held])
    row = noted("坐飞船改天走行吗")
    with pytest.raises(AlreadyTaken):
        missing.add_to(row, article=Article.objects.get(), by=supervisor, at=NOW)
    row.refresh_from_db()
    assert (row.state, ArticleVersion.objects.count()) == (MissingState.OPEN, 1)


def test_an_article_takes_no_more_questions_than_it_may_and_nothing_is_left_behind(supervisor):
    article("a", "飞船票改签", "可以改签。", questions=[f"飞船{n}" for n in range(policy.MOST_QUESTIONS)])
    row = noted("坐飞船改天走行吗")
    with pytest.raises(MissingInformation):
        missing.add_to(row, article=Article.objects.get(), by=supervisor, at=NOW)
    row.refresh_from_db()
    assert (row.state, ArticleVersion.objects.count()) == (MissingState.OPEN, 1)


def test_who_only_writes_does_not_settle():
    handler = UserFactory.create(roles=[Role.HANDLER])
    with pytest.raises(NotAllowed):
        missing.dismiss(noted("飞船票怎么改签"), by=handler, at=NOW)


def test_a_search_without_a_sure_answer_is_noted_and_a_ticket_is_not():
    user = UserFactory.create(roles=[Role.HANDLER])
    for asked_in in (AskedIn.TICKET, AskedIn.SEARCH, AskedIn.SELF_SERVICE):
        suggest("飞船票怎么改签", user=user, asked_in=asked_in, at=NOW)
    row = MissingAnswer.objects.get()
    assert (row.times, row.asked_in) == (2, AskedIn.SEARCH)


def test_self_service_and_bots_are_told_nothing_that_is_for_agents_or_due_for_review():
    user = UserFactory.create(roles=[Role.HANDLER])
    article("agents", "飞船票改签", audience="agents")
    article("due", "飞船票改签规则")
    Article.objects.filter(code="due").update(review_on=NOW.date())
    for asked_in, codes in (
        (AskedIn.SELF_SERVICE, []),
        (AskedIn.BOT, []),
        (AskedIn.TICKET, ["agents", "due"]),
    ):
        told = suggest("飞船票改签", user=user, asked_in=asked_in, at=NOW)
        assert sorted(hit.article.code for hit in told.results) == codes
