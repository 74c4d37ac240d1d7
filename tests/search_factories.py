"""The small department store on which the search is tuned and tested: its articles and questions."""

import json
from pathlib import Path

from tests.factories import NOW
from training.knowledge.loading import load_many

FOLDER = Path(__file__).parent / "training" / "search"
FOREIGN = "-"


def article(code: str, title: str, body: str = "", **facts: object) -> None:
    """Published, and in the index."""
    told = {"id": code, "title": title, "body": body, "category": "测试"} | facts
    _counts, faults = load_many([json.dumps(told)], at=NOW)
    assert not faults, faults


def store() -> None:
    """The sixty articles of the store."""
    with (FOLDER / "articles.jsonl").open(encoding="utf-8") as lines:
        load_many(lines, at=NOW)


def questions() -> list[tuple[str, str]]:
    """Each with the article that answers it, FOREIGN for one of another field."""
    lines = (FOLDER / "questions.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(question, answer) for question, answer in rows]
