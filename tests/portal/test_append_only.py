"""PostgreSQL itself refuses to alter what is only ever added to. # X3"""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from config.environment import ROOT
from portal.append_only import forbid_changes

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TABLES = ("portal_auditentry", "portal_auditseal", "complaints_ticketevent", "training_articleversion")


def run(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def guarded():
    """As in an installation: the tests' own sessions may empty tables, since Django does between them."""
    run("SET LOCAL portal.allow_truncate = off")


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("table", TABLES)
def test_no_table_of_what_happened_can_be_emptied(table):
    with pytest.raises(DatabaseError, match=f"{table} is only ever added to"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("said", ["", "true", "ON"])
def test_only_the_very_word_lets_a_session_empty_a_table(said):
    run(f"SET LOCAL portal.allow_truncate = '{said}'")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        run("TRUNCATE portal_auditseal")


def test_every_table_that_may_not_change_may_not_be_emptied_either():
    found = run("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert {table for table, name in found if name == "append_only"} == set(TABLES)
    assert {table for table, name in found if name == "never_emptied"} == set(TABLES)


def test_the_guard_is_taken_off_and_put_on_again_by_the_migration():
    operation = forbid_changes("portal_auditseal")
    with connection.schema_editor() as editor:
        operation.reverse_code(apps, editor)
    run("TRUNCATE portal_auditseal")
    with connection.schema_editor() as editor:
        operation.code(apps, editor)
    run("SET LOCAL portal.allow_truncate = off")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        run("TRUNCATE portal_auditseal")


def test_nothing_but_the_tests_settings_lets_a_table_be_emptied():
    saying = {
        path.relative_to(ROOT)
        for folder in ("config", "portal", "staffing", "training", "complaints", "deploy")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "allow_truncate" in path.read_text("utf-8", "replace")
    }
    assert {path for path in saying if path.suffix != ".pyc"} == {
        Path("config/settings/test.py"),
        Path("portal/append_only.py"),
    }
