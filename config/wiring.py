"""From the operator's environment to Django's settings: what is plugged in where."""

from typing import Any

import environ

from config.environment import Environment

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
POSTGRES_LIMITS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
"""A request that waits longer than this is answered 503; it would hold its locks over the next one."""


def settings_from(env: Environment) -> dict[str, Any]:
    """The settings that differ between installations, the same way in every profile."""
    env.data_dir.mkdir(parents=True, exist_ok=True)
    return {
        "SECRET_KEY": env.secret_key,
        "FIELD_KEY": env.field_key,
        "AUDIT_KEY": env.audit_key,
        "BASE_URL": env.base_url,
        "ALLOWED_HOSTS": env.allowed_hosts,
        "CSRF_TRUSTED_ORIGINS": [env.base_url],
        "DATA_DIR": env.data_dir,
        "MEDIA_ROOT": env.data_dir / "media",
        "DATABASES": {"default": database(env.database_url)},
        "CACHES": {"default": cache(env.cache_url)},
        "AUDIT_HEAD_FILE": env.data_dir / "audit-head",
        "CELERY_BEAT_SCHEDULE_FILENAME": str(env.data_dir / "beat-schedule"),
        "SMS_URL": env.sms_url,
        "ALLOW_PRIVATE_ADDRESSES": env.allow_private_addresses,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": env.email_from,
        "SERVER_EMAIL": env.email_from,
        "TRUSTED_PROXIES": env.trusted_proxies,
        "METRICS_TOKEN": env.metrics_token,
        **environ.Env.email_url_config(env.email_url),
        **broker(env),
    }


def database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = environ.Env.db_url_config(url)
    return sqlite(config["NAME"]) if config["ENGINE"].endswith("sqlite3") else postgresql(config)


def sqlite(path: str, *, pragmas: str = SQLITE_PRAGMAS) -> dict[str, Any]:
    """SQLite for many processes: the write lock is taken at BEGIN, so that no reader is upgraded in vain.

    Source: WAL alone with deferred transactions fails at once under load, whatever the timeout.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
    }


def postgresql(config: dict[str, Any]) -> dict[str, Any]:
    """Connections live for a minute and are tried before use, so that a restart costs nobody an error."""
    options = {"options": POSTGRES_LIMITS} | config.get("OPTIONS", {})
    return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def cache(url: str) -> dict[str, Any]:
    config: dict[str, Any] = environ.Env.cache_url_config(url or "locmemcache://")
    return config


def broker(env: Environment) -> dict[str, Any]:
    """The broker that was named, or a folder of files: then the default needs no service at all."""
    if env.broker_url:
        # Longer than the longest task: what is not acknowledged by then is given to another worker.
        return {
            "CELERY_BROKER_URL": env.broker_url,
            "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 3600},
        }
    folder = env.data_dir / "broker"
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "CELERY_BROKER_URL": "filesystem://localhost",
        "CELERY_WORKER_ENABLE_REMOTE_CONTROL": False,  # Nobody asks, and each question would stay a file.
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"),
        },
    }
