"""What may stand in the tree: sizes, names, addresses, locked libraries."""

import ast
import re

import pytest

from config.environment import ROOT
from tests.house.conftest import STOREYS, files, name_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc", "core", "services", "managers", "base"}
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".html",
    ".css",
    ".js",
    ".yaml",
    ".yml",
    ".conf",
    ".service",
    "",
}

# Spelt in halves, so that this file does not find itself.
OUT_OF_PLACE = re.compile(
    "|".join(
        [
            r"/wo" + r"rk/",
            r"/ro" + r"ot/",
            r"/ho" + r"me/\w",
            r"pyp" + r"i\.org",
            r"pythonhosted\." + r"org",
            r"--(?:extra-)?index-" + r"url",
            r"find-" + r"links",
            r"registry\." + r"npm",
        ]
    )
)
LOADS_FROM_ELSEWHERE = re.compile(r"""(?:src|href)=["']https?://|url\(["']?https?://|@import ["']https?://""")


def long_functions(module, tree):
    return [
        f"{module}:{node.lineno} {node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


def test_no_file_is_too_long_to_be_read_at_once():
    found = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in found.items() if lines > LONGEST_FILE} == {}


def python_files():
    return (path for path in files("*.py") if "migrations" not in path.parts and "tests" not in path.parts)


def test_no_function_is_too_long_to_be_understood_at_once(code):
    assert [found for module, tree in code.items() for found in long_functions(module, tree)] == []


def test_a_rooms_name_says_what_is_in_it():
    empty = [
        name_of(path)
        for storey in STOREYS
        for path in files("*.py", under=ROOT / storey)
        if NAMES_THAT_SAY_NOTHING.intersection({path.stem, path.parent.name})
    ]
    assert empty == ["config/settings/base.py"]  # Django's own name for it.


def test_nothing_in_the_tree_knows_a_machine_or_a_registry():
    found = {
        name_of(path): hits
        for path in files("*")
        if path.suffix in TEXTS and (hits := OUT_OF_PLACE.findall(path.read_text("utf-8", "replace")))
    }
    assert found == {}


def test_no_page_loads_anything_from_elsewhere():
    found = [
        name_of(path)
        for suffix in ("html", "css", "js")
        for path in files(f"*.{suffix}")
        if "tests" not in path.parts and LOADS_FROM_ELSEWHERE.search(links_left_out(path.read_text("utf-8")))
    ]
    assert found == []


def links_left_out(page: str) -> str:
    """A link that a person may follow loads nothing."""
    return re.sub(r"<a\s[^>]*>", "", page)


# --- Locked libraries

LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==\S+")


def locked(name):
    """Library -> its whole entry, with hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    return {LOCKED.match(entry)[1].lower(): entry for entry in entries}


def wanted(name):
    lines = (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return [
        re.match(r"[A-Za-z0-9_.-]+", line)[0].lower() for line in lines if line and not line.startswith("-")
    ]


@pytest.mark.parametrize("name", ["base", "test", "dev"])
def test_every_library_is_locked_to_a_version_and_its_hashes(name):
    entries = locked(name)
    assert set(wanted(name)) <= set(entries)
    assert [library for library, entry in entries.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", ["test", "dev"])
def test_tools_are_locked_to_the_same_versions_as_the_product(name):
    product, tools = locked("base"), locked(name)
    version = re.compile(r"==(\S+)")
    shared = product.keys() & tools.keys()
    assert [x for x in shared if version.search(product[x])[1] != version.search(tools[x])[1]] == []


def test_the_framework_is_one_without_known_holes():
    django = tuple(int(part) for part in re.search(r"==([\d.]+)", locked("base")["django"])[1].split("."))
    assert (5, 2, 19) <= django < (5, 3)
