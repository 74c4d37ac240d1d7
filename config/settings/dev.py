"""A developer's machine and the demo: everything has a default, nothing needs a service."""

from config.environment import read
from config.logs import logging_config
from config.settings.base import *  # noqa: F403
from config.wiring import settings_from

ENVIRONMENT = read(
    defaults={
        "SECRET_KEY": "development-only-" + "x" * 40,
        "FIELD_KEY": "development-only-field-key",
        "AUDIT_KEY": "development-only-audit-key",
        "BASE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    }
)
globals().update(settings_from(ENVIRONMENT))

DEBUG = True
# Without a gateway, text messages are written to a file, so that a person can see what would have been sent.
SMS_URL = ENVIRONMENT.sms_url or (ENVIRONMENT.data_dir / "sms.log").absolute().as_uri()
LOGGING = logging_config(ENVIRONMENT.log_level, as_json=False)
