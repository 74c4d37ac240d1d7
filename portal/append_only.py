"""Tables that are only ever added to: PostgreSQL refuses UPDATE and DELETE by a trigger.

SQLite is left out: there the test runner empties tables row by row, and whoever holds the file holds all.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

FUNCTION = """
CREATE OR REPLACE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$
"""
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION portal_append_only()
"""


def forbid_changes(*tables: str) -> RunPython:
    """A reversible migration operation."""

    def forbid(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(FUNCTION, params=None)
            for table in tables:
                editor.execute(TRIGGER.format(table=editor.quote_name(table)))

    def allow(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            for table in tables:
                editor.execute(f"DROP TRIGGER append_only ON {editor.quote_name(table)}")

    return RunPython(forbid, allow)
