"""How well and how fast questions find their articles, with and without the shipped synonyms.

    python -m benchmarks.knowledge_search [--articles 100000] [--data FOLDER]

Two sets of questions to the demonstration's articles: `knowledge_development.jsonl`, which search was tuned
on, and `knowledge_unseen.jsonl`, written by somebody who knew the articles' titles and texts and nothing of
their similar questions, of the synonyms and of the search, and read by nobody who works on these: only its
sums say what a customer may expect. Bare is without synonyms; similar questions are a part of the articles.

FOLDER (or KNOWLEDGE_DATA) may hold another set, `articles.tsv` (id, title) and `queries.tsv` (id, query,
right_id); its questions are of another field, so it also shows what a bot must not answer. Then the own
articles are hidden among made-up ones, and the same is asked by the clock.

Makes a database of its own (SQLite; PostgreSQL where TEST_DATABASE_URL names one) and drops it again.
"""

import argparse
import csv
import json
import os
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import quantiles

HERE = Path(__file__).parent
OWN_ARTICLES = HERE.parent / "config" / "demo" / "knowledge_articles.jsonl"
DEVELOPMENT = HERE / "knowledge_development.jsonl"
OWN_QUESTIONS = {"development": DEVELOPMENT, "unseen": HERE / "knowledge_unseen.jsonl"}
SEED = 7
TIMED = 500
DEEPEST = 10
HIT, CLOSE = 1, 5


@dataclass(frozen=True)
class Asked:
    """A question; `article` is "" for one that nothing here answers."""

    query: str
    article: str
    kind: str = ""


@dataclass(frozen=True)
class Outcome:
    asked: Asked
    found: tuple[str, ...]
    is_confident: bool
    seconds: float
    work: float = 0.0
    """Seconds of this process and of the server's, which others on the machine do not lengthen."""

    @property
    def rank(self) -> int | None:
        return self.found.index(self.asked.article) + 1 if self.asked.article in self.found else None


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=os.environ.get("KNOWLEDGE_DATA"))
    told = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(told.articles, Path(told.data) if told.data else None)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def run(articles: int, data: Path | None) -> None:
    from django.db import connection  # noqa: PLC0415

    foreign = other_set(data)[1] if data else []
    print(f"\nSearch of articles on {connection.vendor}")
    print(f"{'set':<28}{'articles':>9}{'questions':>10}{'recall@1':>10}{'recall@5':>10}{'MRR':>7}")
    load(own_articles())
    for name, file in OWN_QUESTIONS.items():
        with_and_without(name, own_questions(file), [Asked(one.query, "") for one in foreign])
    forget()
    if data:
        rows, asked = other_set(data)
        load(rows)
        with_and_without("other", asked, [])
        forget()
    if articles:
        at_scale(articles)


def own_articles() -> list[dict]:
    return [json.loads(line) for line in OWN_ARTICLES.read_text("utf-8").splitlines()]


def own_questions(file: Path) -> list[Asked]:
    told = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [Asked(one["query"], one["article"] or "", one.get("kind", "")) for one in told]


def other_set(folder: Path) -> tuple[list[dict], list[Asked]]:
    with (folder / "articles.tsv").open(encoding="utf-8") as file:
        rows = [
            {"id": row["id"], "title": row["title"], "body": "", "category": "other"}
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    with (folder / "queries.tsv").open(encoding="utf-8") as file:
        asked = [
            Asked(row["query"], row["right_id"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    return rows, asked


def load(rows: Iterable[dict]) -> None:
    from django.utils.timezone import now  # noqa: PLC0415

    from training.knowledge.loading import load_many  # noqa: PLC0415

    _counts, faults = load_many((json.dumps(row) for row in rows), at=now())
    if faults:
        raise SystemExit(f"{len(faults)} articles were not taken: {faults[0]}")


def forget() -> None:
    from django.db import connection  # noqa: PLC0415

    from training.models import Article, ArticleVersion, SearchEntry, SearchTerm  # noqa: PLC0415

    def guard(verb: str) -> None:
        """What was approved, PostgreSQL lets nobody delete."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE training_articleversion {verb} TRIGGER append_only")

    SearchEntry.objects.all().delete()
    SearchTerm.objects.all().delete()
    Article.objects.update(current=None, state="draft")
    guard("DISABLE")
    ArticleVersion.objects.all().delete()
    guard("ENABLE")
    Article.objects.all().delete()


def set_synonyms(*, are_on: bool) -> None:
    from django.utils.timezone import now  # noqa: PLC0415

    from training.models import SynonymGroup  # noqa: PLC0415
    from training.search import index  # noqa: PLC0415

    SynonymGroup.objects.update(state="published" if are_on else "retired", changed_at=now())
    index.rebuild()


def with_and_without(label: str, asked: list[Asked], foreign: list[Asked]) -> None:
    for name, are_on in ((f"{label}, bare", False), (f"{label}, with synonyms", True)):
        set_synonyms(are_on=are_on)
        outcomes = [ask(one) for one in asked]
        show(name, outcomes)
        show_bot([*outcomes, *(ask(one) for one in foreign)])
    kinds = sorted({one.kind for one in asked if one.kind and one.article})
    for kind in kinds:
        show(f"  {kind}", [one for one in outcomes if one.asked.kind == kind])


def ask(asked: Asked) -> Outcome:
    from django.utils.timezone import localdate  # noqa: PLC0415

    from training.models import Article  # noqa: PLC0415
    from training.search.searching import search  # noqa: PLC0415

    begun, busy = time.perf_counter(), working_seconds()
    answer = search(asked.query, within=Article.objects.published(localdate()), limit=DEEPEST)
    seconds = time.perf_counter() - begun
    found = tuple(hit.article.code for hit in answer.results)
    return Outcome(asked, found, answer.is_confident, seconds, working_seconds() - busy)


def working_seconds() -> float:
    """Of processors, of this process and of the server's that works for it (if it is on this machine)."""
    served = server_statistics()
    return time.process_time() + (int(served.read_text().split()[0]) / 1e9 if served else 0)


@cache
def server_statistics() -> Path | None:
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        file = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return file if file.exists() else None


def show(name: str, outcomes: Sequence[Outcome]) -> None:
    from training.models import Article  # noqa: PLC0415

    ranks = [one.rank for one in outcomes if one.asked.article]
    recall = {depth: sum(rank is not None and rank <= depth for rank in ranks) for depth in (HIT, CLOSE)}
    reciprocal = sum(1 / rank for rank in ranks if rank)
    print(
        f"{name:<28}{Article.objects.count():>9}{len(ranks):>10}"
        f"{recall[HIT] / len(ranks):>10.3f}{recall[CLOSE] / len(ranks):>10.3f}{reciprocal / len(ranks):>7.3f}"
    )


def show_bot(outcomes: Sequence[Outcome]) -> None:
    own = [one for one in outcomes if one.asked.article]
    foreign = [one for one in outcomes if not one.asked.article]
    answered = [one for one in own if one.is_confident]
    right = sum(one.rank == HIT for one in answered)
    wrong = sum(one.is_confident for one in foreign)
    share, precision = len(answered) / max(len(own), 1), right / max(len(answered), 1)
    print(
        f"    a bot answers {share:.0%}, {precision:.1%} rightly; "
        f"of {len(foreign)} questions that nothing here answers it answers {wrong}"
    )


def at_scale(articles: int) -> None:
    from benchmarks.knowledge_padding import articles as padding  # noqa: PLC0415

    rows = own_articles()
    set_synonyms(are_on=True)
    begun = time.perf_counter()
    load(rows)
    load(padding(articles - len(rows), seed=SEED))
    seconds = time.perf_counter() - begun
    print(f"\nThe own articles among {articles}: published and indexed in {seconds:.0f} s")
    analyze()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"index {index_megabytes()}; most memory of this process {peak:.0f} MB")
    for name, file in OWN_QUESTIONS.items():
        outcomes = [ask(one) for one in own_questions(file)]
        show(f"{name}, among many", outcomes)
        show_bot(outcomes)
    timed = [ask(one) for one in (own_questions(DEVELOPMENT) * TIMED)[:TIMED]]
    for name, times in (
        ("by the clock", [one.seconds * 1000 for one in timed]),
        ("of processors", [one.work * 1000 for one in timed]),
    ):
        middle, late = quantiles(times, n=20)[9], quantiles(times, n=20)[18]
        print(f"{TIMED} questions, ms {name}: p50 {middle:.1f}, p95 {late:.1f}, slowest {max(times):.1f}")


def analyze() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


SIZES = {
    "postgresql": {
        "GIN": "SELECT pg_relation_size('training_searchindex')",
        "entries with it": "SELECT pg_total_relation_size('training_searchentry')",
        "counts": "SELECT pg_total_relation_size('training_searchterm')",
    },
    "sqlite": {
        "FTS5": "SELECT SUM(LENGTH(block)) FROM training_searchindex_data",
        "entries": "SELECT SUM(LENGTH(CAST(head_terms || body_terms AS BLOB))) FROM training_searchentry",
        "counts": "SELECT SUM(LENGTH(CAST(term AS BLOB)) + 8) FROM training_searchterm",
    },
}


def index_megabytes() -> str:
    from django.db import connection  # noqa: PLC0415

    told = []
    with connection.cursor() as cursor:
        for name, statement in SIZES[connection.vendor].items():
            cursor.execute(statement)
            told.append(f"{cursor.fetchone()[0] / 1e6:.0f} MB {name}")
    return ", ".join(told)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
