"""Two people at once: one wins, the other is told. # T6

Each race has its control: with the lock off both have read before either writes, and both believe they won.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection

from portal.choices import Role
from portal.errors import AlreadyTaken, DomainError, Stale, WrongState
from tests.factories import NOW, UserFactory
from tests.knowledge_factories import content, handed_in, revised, revision_in_review
from tests.training_factories import ArticleFactory, TopicFactory
from training.knowledge import drafting, reviewing, versions, voting
from training.models import Article, ArticleFlag, ArticleVersion, ArticleVote

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PATIENCE_SECONDS = 30
racing = threading.local()


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Let all begin at one moment; what each returned or was refused with, in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            racing.here = True
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            return act()
        except (DomainError, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def won(outcomes: list[Any]) -> list[Any]:
    return [one for one in outcomes if not isinstance(one, Exception)]


@pytest.fixture
def without_lock(monkeypatch) -> None:
    """While they race, steps lock nothing, and neither writes before both have read."""
    both = threading.Barrier(2)
    locked, fresh = versions.locked, versions.fresh

    def read_only(article: Article) -> Article:
        if not hasattr(racing, "here"):
            return locked(article)
        return Article.objects.select_related("current", "topic", "owner").get(pk=article.pk)

    def read_by_both(version: ArticleVersion) -> ArticleVersion:
        found = fresh(version)
        if hasattr(racing, "here"):
            both.wait(PATIENCE_SECONDS)
        return found

    monkeypatch.setattr(versions, "locked", read_only)
    monkeypatch.setattr(versions, "fresh", read_by_both)


def reviewers() -> list[Any]:
    return [UserFactory.create(roles=[Role.TRAINER]) for _number in range(2)]


def approve_twice() -> list[Any]:
    author = UserFactory.create(roles=[Role.HANDLER])
    version = handed_in(author, TopicFactory.create())
    return race(
        *(
            lambda by=by: reviewing.approve(version, revision=version.revision, by=by, at=NOW)
            for by in reviewers()
        )
    )


def test_of_two_who_approve_the_same_one_does():
    outcomes = approve_twice()
    assert len(won(outcomes)) == 1
    assert any(isinstance(one, WrongState) for one in outcomes)


@pytest.mark.usefixtures("without_lock")
def test_control_without_the_lock_both_try_and_the_database_refuses_the_second():
    outcomes = approve_twice()
    assert [type(one) for one in outcomes if one not in won(outcomes)] == [ProgrammingError]


def approve_two_versions() -> tuple[list[Any], Article]:
    article = ArticleFactory.create()
    found = [
        revision_in_review(article, UserFactory.create(roles=[Role.HANDLER]), body=body)
        for body in ("甲的", "乙的")
    ]
    outcomes = race(
        *(
            lambda version=version, by=by: reviewing.approve(
                version, revision=version.revision, by=by, at=NOW
            )
            for version, by in zip(found, reviewers(), strict=True)
        )
    )
    article.refresh_from_db()
    return outcomes, article


def test_of_two_versions_on_the_same_base_one_is_published_and_the_other_meets_it():
    outcomes, article = approve_two_versions()
    [winner] = won(outcomes)
    assert any(isinstance(one, Stale) for one in outcomes)
    assert article.current_id == winner.current_id
    assert article.versions.filter(state="approved").count() == 2  # The first one, and the winner.


@pytest.mark.usefixtures("without_lock")
def test_control_without_the_lock_one_is_published_over_the_other():
    outcomes, article = approve_two_versions()
    assert len(won(outcomes)) == 2
    assert article.versions.filter(state="approved").count() == 3


def save_twice() -> tuple[list[Any], ArticleVersion]:
    author = UserFactory.create(roles=[Role.HANDLER])
    draft = revised(ArticleFactory.create(), author, body="开头")
    outcomes = race(
        *(
            lambda body=body: drafting.save(
                draft, content(body=body), revision=draft.revision, by=author, at=NOW
            )
            for body in ("一个窗口", "另一个窗口")
        )
    )
    draft.refresh_from_db()
    return outcomes, draft


def test_of_two_windows_that_save_the_same_draft_one_does():
    outcomes, draft = save_twice()
    assert len(won(outcomes)) == 1
    assert any(isinstance(one, Stale) for one in outcomes)
    assert draft.revision == 3


@pytest.mark.usefixtures("without_lock")
def test_control_without_the_lock_one_window_overwrites_the_other():
    outcomes, draft = save_twice()
    assert len(won(outcomes)) == 2
    assert draft.revision == 3


def flag_twice() -> list[Any]:
    reader = UserFactory.create(roles=[Role.HANDLER])
    version = ArticleFactory.create().current
    return race(*[lambda: voting.flag(version, comment="错了", by=reader, at=NOW)] * 2)


def test_who_clicks_twice_has_said_once_what_is_wrong():
    outcomes = flag_twice()
    assert len(won(outcomes)) == ArticleFlag.objects.count() == 1
    assert any(isinstance(one, AlreadyTaken) for one in outcomes)


@pytest.mark.usefixtures("without_lock")
def test_control_without_the_lock_it_is_said_twice():
    assert len(won(flag_twice())) == ArticleFlag.objects.count() == 2


def test_who_votes_in_two_windows_has_one_word():
    reader = UserFactory.create(roles=[Role.HANDLER])
    version = ArticleFactory.create().current
    outcomes = race(
        *(
            lambda useful=useful: voting.vote(version, is_useful=useful, by=reader, at=NOW)
            for useful in (True, False)
        )
    )
    assert len(won(outcomes)) == 2
    assert ArticleVote.objects.count() == 1


def test_of_two_sweeps_at_once_one_tells():
    owner = UserFactory.create(roles=[Role.SUPERVISOR])
    ArticleFactory.create(owner=owner, review_on=NOW.date())
    told = race(lambda: reviewing.tell_due(NOW), lambda: reviewing.tell_due(NOW))
    assert sorted(told) == [0, 1]
