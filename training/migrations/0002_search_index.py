"""The index proper, beside the table of entries: FTS5 kept by triggers, or a tsvector with GIN.

The database keeps it itself, so that whatever writes an entry, the index follows in the same transaction. On
SQLite without FTS5 nothing is made: search reads the entries then, and a check says so (training.W001).
"""

from django.db import migrations

ENTRIES = "training_searchentry"
INDEX = "training_searchindex"

SQLITE_TABLE = f"""
    CREATE VIRTUAL TABLE {INDEX} USING fts5(
        head_terms, body_terms, content='{ENTRIES}', content_rowid='article_id', tokenize="ascii tokenchars '_'"
    )
"""
PUT = f"INSERT INTO {INDEX}(rowid, head_terms, body_terms) VALUES (new.article_id, new.head_terms, new.body_terms);"
TAKE = (
    f"INSERT INTO {INDEX}({INDEX}, rowid, head_terms, body_terms) "
    "VALUES ('delete', old.article_id, old.head_terms, old.body_terms);"
)
SQLITE_TRIGGERS = {
    f"{INDEX}_put": f"AFTER INSERT ON {ENTRIES} BEGIN {PUT} END",
    f"{INDEX}_take": f"AFTER DELETE ON {ENTRIES} BEGIN {TAKE} END",
    f"{INDEX}_change": f"AFTER UPDATE ON {ENTRIES} BEGIN {TAKE} {PUT} END",
}

# `terms` is looked in, `heads` is ranked by: small enough to stand in the row itself.
LEXEMES = "array_to_tsvector(string_to_array({}, ' '))"
POSTGRES = (
    f"ALTER TABLE {ENTRIES} "
    f"ADD COLUMN heads tsvector GENERATED ALWAYS AS ({LEXEMES.format('head_terms')}) STORED, "
    "ADD COLUMN terms tsvector GENERATED ALWAYS AS "
    f"({LEXEMES.format('head_terms')} || {LEXEMES.format('body_terms')}) STORED",
    f"CREATE INDEX {INDEX} ON {ENTRIES} USING gin (terms)",
)


def has_fts5(cursor):
    cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
    return cursor.fetchone() is not None


def make(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            for statement in POSTGRES:
                cursor.execute(statement)
        elif has_fts5(cursor):
            cursor.execute(SQLITE_TABLE)
            for name, rule in SQLITE_TRIGGERS.items():
                cursor.execute(f"CREATE TRIGGER {name} {rule}")
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")


def drop(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {ENTRIES} DROP COLUMN IF EXISTS terms, DROP COLUMN IF EXISTS heads")
            return
        for name in SQLITE_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [migrations.RunPython(make, drop, elidable=False)]
