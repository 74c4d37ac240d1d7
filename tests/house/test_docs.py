"""The documentation tells of what is there."""

import re

import pytest

from config.environment import ROOT
from tests.house.conftest import files, name_of
from tests.house.test_tree import wanted

LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PAGES = [path for path in files("*.md") if "tests" not in path.parts]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_link_leads_to_something(page):
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_stands_in_the_index():
    decisions = ROOT / "docs" / "decisions"
    index = (decisions / "README.md").read_text("utf-8")
    assert [path.name for path in decisions.glob("0*.md") if f"({path.name})" not in index] == []


@pytest.mark.parametrize("name", ["base", "test", "dev"])
def test_every_library_was_decided_for(name):
    page = (ROOT / "docs" / "decisions" / "0001-libraries.md").read_text("utf-8").lower()
    assert [library for library in wanted(name) if library not in page] == []


def test_every_command_of_the_makefile_is_told_of():
    told = "".join((ROOT / page).read_text("utf-8") for page in ("README.md", "docs/adding-a-model.md"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) - {"help"}
    assert {command for command in commands if f"make {command}" not in told} == set()
