"""The index holds what is published, and counts it rightly. # T7"""

import pytest
from django.db import connection

from tests.factories import NOW, TODAY
from tests.search_factories import article
from training.choices import ArticleState
from training.models import Article, SearchEntry, SearchTerm, SynonymGroup
from training.search import index
from training.search.searching import search

pytestmark = pytest.mark.django_db


def found(question: str) -> list[str]:
    answer = search(question, within=Article.objects.published(TODAY))
    return [hit.article.code for hit in answer.results]


def counts() -> dict[str, int]:
    return dict(SearchTerm.objects.filter(n__gt=0).values_list("term", "n"))


def test_terms_are_counted_once_for_each_article():
    article("a", "退货退货", "退货")
    article("b", "退货")
    assert (counts()["退货"], counts()[index.ARTICLES]) == (2, 2)


def test_a_new_text_takes_the_place_of_the_old_one():
    article("a", "蓝鲸说明")
    article("a", "雪豹说明")
    assert (found("蓝鲸"), found("雪豹")) == ([], ["a"])
    assert "蓝鲸" not in counts()
    assert not index.differences()


def test_put_twice_is_put_once():
    article("a", "退货流程")
    before = counts()
    index.put(Article.objects.get())
    assert counts() == before


def test_what_is_removed_is_found_no_more_and_leaves_nothing_behind():
    article("a", "退货流程")
    index.remove(Article.objects.get())
    index.remove(Article.objects.get())
    assert (found("退货流程"), counts()) == ([], {})


def test_an_article_that_is_no_longer_published_is_forgotten_by_put():
    article("a", "退货流程")
    Article.objects.update(state=ArticleState.RETIRED)
    index.put(Article.objects.get())
    assert counts() == {}


def test_the_index_made_anew_is_the_same_index():
    article("a", "退货流程", "寄回")
    article("b", "发票", keywords=["电子票"])
    before = counts()
    assert index.rebuild() == 2
    assert counts() == before
    assert index.rebuild() == 2
    assert counts() == before


def test_a_difference_is_noticed_whatever_it_is():
    article("a", "退货流程")
    article("b", "发票")
    assert not index.differences()
    SearchTerm.objects.filter(term="退货").update(n=7)
    SearchEntry.objects.filter(article__code="b").delete()
    told = index.differences()
    assert told.missing == ("b",)
    assert "退货" in told.miscounted
    index.rebuild()
    Article.objects.filter(code="a").update(state=ArticleState.RETIRED)
    assert index.differences().surplus == ("a",)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_fts5_agrees_with_the_entries_whatever_writes_them():
    article("a", "退货流程", "寄回")
    SearchEntry.objects.update(head_terms="火星")
    SearchEntry.objects.all().delete()
    article("b", "发票")
    with connection.cursor() as cursor:
        # It raises where the index and its table are not the same.
        cursor.execute(
            "INSERT INTO training_searchindex(training_searchindex, rank) VALUES ('integrity-check', 1)"
        )


def test_an_article_without_terms_is_no_article_less():
    article("a", "？！", "。")
    assert not index.differences()
    assert counts()[index.ARTICLES] == 1


def test_while_it_is_made_anew_what_is_published_is_found_at_every_moment(monkeypatch):
    article("a", "退货流程")
    article("b", "发票")
    monkeypatch.setattr(index, "CHUNK", 1)
    seen = []
    step = index.put_many

    def put_many(articles: list[Article]) -> None:
        seen.append((found("退货流程"), found("发票")))
        step(articles)

    monkeypatch.setattr(index, "put_many", put_many)
    index.rebuild()
    assert seen == [(["a"], ["b"])] * 2


def test_made_anew_it_mends_whatever_was_wrong():
    article("a", "退货流程")
    article("b", "发票")
    article("c", "保修")
    before = counts()
    SearchTerm.objects.filter(term="退货").update(n=7)
    SearchTerm.objects.filter(term="发票").delete()
    SearchTerm.objects.create(term="雪豹", n=3)
    SearchEntry.objects.filter(article__code="b").update(head_terms="雪豹")
    SearchEntry.objects.filter(article__code="c").delete()
    told = index.differences()
    assert (told.missing, told.outdated) == (("c",), ("b",))
    index.rebuild()
    assert not index.differences()
    assert counts() == before


def test_what_another_synonym_table_would_cut_otherwise_is_outdated():
    article("a", "星耀卡说明")
    SynonymGroup.objects.create(code="star", phrases=["星耀卡", "黑金本"], changed_at=NOW)
    assert index.differences().outdated == ("a",)
    index.rebuild()
    assert not index.differences()
