"""The tests: nothing of the operator's environment, files in a folder that goes with the process.

TEST_DATABASE_URL names a PostgreSQL for the tests that ask the database, TEST_REDIS_URL a Redis for those
marked `redis`. Without the first the database is SQLite in a file, so that threads can race on it.
"""

import os
import tempfile
from pathlib import Path

from config.environment import read
from config.logs import logging_config
from config.settings.base import *  # noqa: F403
from config.wiring import database, settings_from, sqlite

_FOLDER = tempfile.TemporaryDirectory(prefix="portal-test-")
_HOME = Path(_FOLDER.name)

globals().update(
    settings_from(
        read(
            source={
                "SECRET_KEY": "test-only-" + "x" * 50,
                "FIELD_KEY": "test-only-field-key",
                "AUDIT_KEY": "test-only-audit-key",
                "BASE_URL": "http://testserver",
                "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
                "DATA_DIR": _FOLDER.name,
                "EMAIL_URL": "memorymail://",
            }
        )
    )
)
TEST_REDIS_URL = os.environ.get("TEST_REDIS_URL", "")

DEBUG = False
# Tests roll the log back, the file would not follow; the audit's own tests name one.
AUDIT_HEAD_FILE = None
DATABASES = {
    "default": database(os.environ["TEST_DATABASE_URL"])
    if os.environ.get("TEST_DATABASE_URL")
    # A power failure cannot hurt a database that nobody keeps.
    else sqlite(str(_HOME / "portal.sqlite3"), pragmas="PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
    | {"TEST": {"NAME": str(_HOME / "test.sqlite3")}}
}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Django empties tables by TRUNCATE between tests that commit: see portal/append_only.py.
    DATABASES["default"]["OPTIONS"]["options"] += " -c portal.allow_truncate=on"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
LOGGING = logging_config("WARNING", as_json=False)
