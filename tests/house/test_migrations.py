"""The database's history is whole and can be walked back."""

import pytest
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

from tests.house.conftest import STOREYS

pytestmark = pytest.mark.django_db


def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", check_changes=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


def test_each_app_has_one_newest_migration():
    assert MigrationLoader(connection).detect_conflicts() == {}


def test_every_migration_can_be_walked_back():
    one_way = [
        f"{app}.{name}"
        for (app, name), migration in MigrationLoader(connection).disk_migrations.items()
        if app in STOREYS and not all(operation.reversible for operation in migration.operations)
    ]
    assert one_way == []


def test_schema_and_data_are_changed_apart():
    mixed = [
        f"{app}.{name}"
        for (app, name), migration in MigrationLoader(connection).disk_migrations.items()
        if app in STOREYS and len({is_about_data(operation) for operation in migration.operations}) > 1
    ]
    assert mixed == []


def is_about_data(operation) -> bool:
    return isinstance(operation, migrations.RunPython)
