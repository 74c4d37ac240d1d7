"""A look into the search: why a question finds what it finds, and what another synonym group would change."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from portal.models import User
from training import rights
from training.choices import PhraseState
from training.models import Article, SearchTerm, SynonymGroup
from training.querysets import ArticleQuerySet
from training.search import index, synonyms, table, tokens
from training.search.normalising import asked
from training.search.ranking import Question, Statistics
from training.search.searching import Answer, search, terms_of

FEWEST_FOR_WORDS = 2
"""Characters of a term from which on it is shown to people; single ones only fill the page."""


@dataclass(frozen=True)
class Term:
    """A term of a question: in how many articles it stands, and its share of all that was asked."""

    words: str
    articles: int
    percent: int
    is_concept: bool


@dataclass(frozen=True)
class Comparison:
    """The same question before and after a group. `is_partly`: not every article it touches was indexed."""

    before: Answer
    after: Answer
    is_partly: bool


def terms(question: str) -> list[Term]:
    """How a question is read, what counts most first."""
    told = terms_of(asked(question), table.in_force())
    n = dict(SearchTerm.objects.filter(term__in=[*told, index.ARTICLES]).values_list("term", "n"))
    read = Question(told, Statistics(n.get(index.ARTICLES, 0), 1, n))
    names = {tokens.concept(group.code): str(group) for group in SynonymGroup.objects.in_force()}
    rows = [
        Term(
            words=names.get(term, term),
            articles=n.get(term, 0),
            percent=round(100 * read.worth[term] / (read.whole or 1)),
            is_concept=term.startswith(tokens.CONCEPT),
        )
        for term in told
        if len(term) >= FEWEST_FOR_WORDS or len(told) < FEWEST_FOR_WORDS
    ]
    return sorted(rows, key=lambda one: (-one.percent, one.words))


def compare(
    question: str, group: SynonymGroup, *, within: ArticleQuerySet, by: User | None, at: datetime
) -> Comparison:
    """What the question finds now, and what it would find if the group were published. Nothing of it stays.

    Raises: NotAllowed.
    """
    rights.require(by, rights.KEEP_SYNONYMS)
    before = search(question, within=within, at=at)
    try:
        with transaction.atomic():
            held = SynonymGroup.objects.filter(pk=group.pk)
            held.update(state=PhraseState.PUBLISHED, revision=F("revision") + 1)
            touched = synonyms.touched_by(group, group.phrases)
            index.put_many([Article(pk=key) for key in touched[: synonyms.AT_ONCE]])
            after = search(question, within=within, at=at)
            transaction.set_rollback(True)
    finally:
        table.forget()
    return Comparison(before, after, is_partly=len(touched) > synonyms.AT_ONCE)
