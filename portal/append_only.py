"""Tables that are only ever added to: PostgreSQL refuses UPDATE, DELETE and TRUNCATE by triggers.

Of some it is only the rows that have come to their end; these change no more, and the table is never emptied.

SQLite is left out: there the test runner empties tables row by row, and whoever holds the file holds all.

On PostgreSQL the test runner empties them by TRUNCATE, so that one is let through in a session that says
`portal.allow_truncate = on`. Only the settings of the tests say so (config/settings/test.py). It gives an
intruder nothing: whoever may truncate a table owns it and could drop its triggers.
"""

from itertools import product

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

FUNCTION = """
CREATE OR REPLACE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('portal.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END $$
"""
TRIGGERS = {
    "append_only": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {when} "
    "EXECUTE FUNCTION portal_append_only()",
    "never_emptied": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION portal_append_only()",
}


def forbid_changes(*tables: str, when: str = "") -> RunPython:
    """A reversible migration operation. `when` is SQL about OLD, the row as it is: others may change."""

    def forbid(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(FUNCTION, params=None)
            for name, table in product(TRIGGERS, tables):
                condition = f"WHEN ({when})" if when else ""
                rule = TRIGGERS[name].format(table=editor.quote_name(table), when=condition)
                editor.execute(f"CREATE TRIGGER {name} {rule}")

    def allow(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            for name, table in product(TRIGGERS, tables):
                editor.execute(f"DROP TRIGGER {name} ON {editor.quote_name(table)}")

    return RunPython(forbid, allow)
