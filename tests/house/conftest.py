"""The tree as the house's tests see it: the project's own files, whatever git knows of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.environment import ROOT
from tests.house import crawling
from tests.house.crawling import Answer

STOREYS = ("portal", "staffing", "training", "complaints", "config")
"""From the ground up."""
MADE_HERE = {"var", "__pycache__"}


def is_ours(path: Path) -> bool:
    """Neither made by running the project nor in a tool's hidden folder."""
    parts = path.relative_to(ROOT).parts
    return not MADE_HERE.intersection(parts) and (parts[0] == ".ci" or not parts[0].startswith("."))


def files(pattern: str, *, under: Path = ROOT) -> Iterator[Path]:
    return (path for path in sorted(under.rglob(pattern)) if path.is_file() and is_ours(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="session")
def code() -> dict[str, ast.Module]:
    """The product's modules, parsed; migrations and tests apart."""
    return {
        name_of(path): ast.parse(path.read_text(encoding="utf-8"))
        for storey in STOREYS
        for path in files("*.py", under=ROOT / storey)
        if "migrations" not in path.parts
    }


@dataclass(frozen=True)
class Crawl:
    """What one person found on all pages of the admin."""

    who: str
    answers: dict[str, Answer] = field(repr=False)


@pytest.fixture(scope="session", params=crawling.WHO)
def crawl(request, django_db_setup, django_db_blocker) -> Crawl:  # noqa: ARG001
    """Each page of the admin as one person sees it, opened once for all tests that look at it."""
    with django_db_blocker.unblock():
        return Crawl(request.param, crawling.crawl(request.param))
