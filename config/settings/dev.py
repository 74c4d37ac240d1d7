"""A developer's machine and the demo: everything has a default, nothing needs a service."""

from config.environment import read
from config.settings.base import *  # noqa: F403
from config.wiring import settings_from

ENVIRONMENT = read(
    defaults={
        "SECRET_KEY": "development-only-" + "x" * 40,
        "FIELD_KEY": "development-only-field-key",
        "BASE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    }
)
globals().update(settings_from(ENVIRONMENT))

DEBUG = True
