"""Imports and relations run downwards only."""

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey

from config.environment import ROOT
from tests.house.conftest import STOREYS

# Rules as functions: they may know choices and errors, but nothing that asks a database.
PURE = (
    "complaints/calling_hours.py",
    "complaints/limits.py",
    "complaints/states.py",
    "portal/errors.py",
    "staffing/demand/backtesting.py",
    "staffing/demand/erlang.py",
    "staffing/demand/forecasting.py",
    "staffing/demand/requirement.py",
    "staffing/holidays.py",
    "staffing/peaks/uplift.py",
    "staffing/rotation.py",
    "staffing/shifts.py",
    "staffing/windows.py",
    "staffing/worktime.py",
)


def test_imports_keep_their_contracts():
    """In a process of its own: the linter's command switches off every logger that it finds."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = [sys.executable, "-c", command, "--no-cache"]
    told = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_package_of_the_tree_is_a_storey():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages == set(STOREYS)


OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in STOREYS]


def storey_of(model) -> int:
    """The number of the model's storey; what Django and libraries bring lies below the ground."""
    label = model._meta.app_label
    return STOREYS.index(label) if label in STOREYS else -1


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_a_models_relations_lead_downwards(model):
    upward = [
        field.name
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and storey_of(field.related_model) > storey_of(model)
    ]
    assert upward == []


def test_no_model_relates_to_just_anything():
    generic = [
        field for model in OUR_MODELS for field in model._meta.private_fields if is_generic_relation(field)
    ]
    assert generic == []


def is_generic_relation(field) -> bool:
    return isinstance(field, GenericForeignKey)


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_knows_no_database(code, module):
    assert [name for name in imports(code[module]) if name.startswith("django.db")] == []


def imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_an_import_within_a_function_is_seen():
    hidden = ast.parse("def f():\n    from django.db import connection\n")
    assert imports(hidden) == ["django.db.connection"]
