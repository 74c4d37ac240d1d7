"""The synonym table: shipped, proposed, published, in force at once. # T7"""

import pytest

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from portal.transfers.importers import Result
from tests.factories import NOW, TODAY, UserFactory
from tests.search_factories import article
from training.choices import PhraseState
from training.models import Article, SynonymGroup
from training.search import index, synonyms, trial
from training.search.concepts import key_of
from training.search.searching import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return UserFactory.create(roles=[Role.TRAINER])


def found(question: str) -> list[str]:
    answer = search(question, within=Article.objects.published(TODAY))
    return [hit.article.code for hit in answer.results]


@pytest.mark.usefixtures("shipped")
def test_the_shipped_table_is_broad_and_says_nothing_twice_in_a_group():
    groups = list(SynonymGroup.objects.filter(is_shipped=True))
    assert len(groups) >= 300
    for group in groups:
        keys = [key_of(phrase) for phrase in group.phrases]
        assert len(keys) >= 2
        assert sorted(keys) == sorted(set(keys)), group.code


@pytest.mark.usefixtures("shipped")
def test_shipped_groups_are_taken_in_once_and_what_people_made_of_them_stays():
    group = SynonymGroup.objects.get(code="refund")
    synonyms.retire(group, reason="不用了", by=None, at=NOW)
    assert synonyms.take_shipped() == 0
    assert SynonymGroup.objects.get(code="refund").state == PhraseState.RETIRED


def test_a_draft_changes_nothing_and_a_published_group_all_at_once(trainer):
    article("a", "星耀卡说明")
    group = synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW)
    assert found("黑金本怎么办") == []
    synonyms.publish(group, by=trainer, at=NOW)
    assert found("黑金本怎么办") == ["a"]
    assert not index.differences()
    assert AuditEntry.objects.filter(object_type="training.synonymgroup").count() == 2


def test_a_retired_group_is_forgotten_at_once(trainer):
    article("a", "星耀卡说明")
    group = synonyms.publish(synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW), by=trainer, at=NOW)
    synonyms.retire(group, reason="不再使用", by=trainer, at=NOW)
    assert found("黑金本怎么办") == []
    assert not index.differences()


def test_other_phrases_of_a_published_group_are_in_force_at_once(trainer):
    article("a", "星耀卡说明")
    article("b", "银月卡说明")
    group = synonyms.publish(synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW), by=trainer, at=NOW)
    synonyms.amend(group, phrases=["银月卡", "黑金本"], by=trainer, at=NOW)
    assert found("黑金本怎么办") == ["b"]
    assert not index.differences()


def test_what_touches_many_articles_is_caught_up_with_later(trainer, monkeypatch):
    monkeypatch.setattr(synonyms, "AT_ONCE", 0)
    article("a", "星耀卡说明")
    group = synonyms.publish(synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW), by=trainer, at=NOW)
    assert (group.is_indexed, found("黑金本怎么办")) == (False, [])
    assert synonyms.catch_up() == 1
    assert found("黑金本怎么办") == ["a"]
    assert synonyms.catch_up() == 0


@pytest.mark.parametrize("phrases", [[], ["星耀卡"], ["星耀卡", "星耀卡！"], ["星耀卡", "星 " * 30]])
def test_a_group_needs_two_phrases_that_say_something(phrases: list[str], trainer):
    with pytest.raises(MissingInformation):
        synonyms.propose(phrases, by=trainer, at=NOW)


def test_a_phrase_that_another_group_has_is_noticed_in_either_script(trainer):
    first = synonyms.propose(["星耀卡", "雙喜本"], by=trainer, at=NOW)
    assert synonyms.conflicts(["双喜本！", "黑金本"], but=None) == {"双喜本！": first}
    assert synonyms.conflicts(["双喜本"], but=first) == {}


def test_who_may_not_publish_may_not_change_what_is_published(trainer):
    handler = UserFactory.create(roles=[Role.HANDLER])
    with pytest.raises(NotAllowed):
        synonyms.propose(["星耀卡", "黑金本"], by=handler, at=NOW)
    group = synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW)
    for act in (
        lambda: synonyms.publish(group, by=handler, at=NOW),
        lambda: synonyms.amend(group, phrases=["星耀卡", "白金本"], by=handler, at=NOW),
        lambda: synonyms.retire(group, reason="不要", by=handler, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_done_is_not_done_twice(trainer):
    group = synonyms.publish(synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW), by=trainer, at=NOW)
    with pytest.raises(WrongState):
        synonyms.publish(group, by=trainer, at=NOW)
    with pytest.raises(MissingInformation):
        synonyms.retire(group, reason=" ", by=trainer, at=NOW)
    group = synonyms.retire(group, reason="不要", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        synonyms.amend(group, phrases=["星耀卡", "白金本"], by=trainer, at=NOW)


def test_an_import_changes_what_it_knows_and_drafts_what_it_does_not(trainer):
    facts = {"by": trainer, "at": NOW}
    assert synonyms.define("star", phrases=["星耀卡", "黑金本"], **facts)[1] == Result.CREATED
    assert synonyms.define("star", phrases=["黑金本 ", "星耀卡"], **facts)[1] == Result.UNCHANGED
    assert synonyms.define("star", phrases=["星耀卡", "白金本"], **facts)[1] == Result.UPDATED


@pytest.mark.parametrize("code", ["Star Card", "star_card", "星耀卡", "a" * 60])
def test_an_import_told_again_is_the_same_group_however_its_code_is_written(trainer, code: str):
    facts = {"by": trainer, "at": NOW}
    synonyms.define(code, phrases=["星耀卡", "黑金本"], **facts)
    assert synonyms.define(code, phrases=["黑金本", "星耀卡"], **facts)[1] == Result.UNCHANGED
    assert SynonymGroup.objects.filter(is_shipped=False).count() == 1


def test_a_trial_shows_before_and_after_and_leaves_nothing(trainer):
    article("a", "星耀卡说明")
    group = synonyms.propose(["星耀卡", "黑金本"], by=trainer, at=NOW)
    within = Article.objects.published(TODAY)
    told = trial.compare("黑金本怎么办", group, within=within, by=trainer, at=NOW)
    assert ([*told.before.results], [hit.article.code for hit in told.after.results]) == ([], ["a"])
    assert found("黑金本怎么办") == []
    assert SynonymGroup.objects.get(pk=group.pk).state == PhraseState.DRAFT
    assert not index.differences()


@pytest.mark.usefixtures("shipped")
def test_a_trial_says_how_a_question_is_read():
    article("a", "如何开具发票")
    told = trial.terms("发票怎么开")
    assert told[0].is_concept
    assert sum(term.percent for term in told) <= 110
