"""The tree as the house's tests see it: the project's own files, whatever git knows of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.environment import ROOT

STOREYS = ("portal", "staffing", "complaints", "config")
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
