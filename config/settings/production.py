"""An installation that people rely on: nothing has a default that would be wrong to keep."""

from config.environment import read
from config.logs import logging_config
from config.settings.base import *  # noqa: F403
from config.wiring import settings_from

ENVIRONMENT = read()
globals().update(settings_from(ENVIRONMENT))

DEBUG = False
ALLOWED_HOSTS = [*ENVIRONMENT.allowed_hosts, "127.0.0.1"]  # Probes of the machine itself.
LOGGING = logging_config(ENVIRONMENT.log_level, as_json=True)

# The proxy in front speaks TLS and says so; without one nothing may claim it does.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # Asked by the machine itself.
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
