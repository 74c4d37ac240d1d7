"""The one reader of the environment: every variable the portal understands, typed, with its default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """What the operator decided. See deploy/env.example for the words to the operator."""

    secret_key: str
    field_key: str
    audit_key: str
    base_url: str
    allowed_hosts: list[str]
    database_url: str
    broker_url: str
    cache_url: str
    data_dir: Path
    email_url: str
    email_from: str
    sms_url: str
    allow_private_addresses: bool
    trusted_proxies: int
    metrics_token: str
    log_level: str


def read(
    *, source: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None
) -> Environment:
    """Read the environment; a variable without a default must be set, and not empty.

    `source` stands in for the process's own environment.
    Raises: django.core.exceptions.ImproperlyConfigured, naming the variable.
    """
    env = environ.Env()
    env.ENVIRON = os.environ if source is None else source
    fallback = defaults or {}

    def needed(name: str) -> str:
        value = str(env.str(name, default=fallback.get(name, env.NOTSET)))
        if not value:
            raise ImproperlyConfigured(f"The environment variable {name} is empty.")
        return value

    data_dir = Path(env.str("DATA_DIR", default=str(ROOT / "var")))
    return Environment(
        secret_key=needed("SECRET_KEY"),
        field_key=needed("FIELD_KEY"),
        audit_key=needed("AUDIT_KEY"),
        base_url=needed("BASE_URL").rstrip("/"),
        allowed_hosts=[host.strip() for host in needed("ALLOWED_HOSTS").split(",") if host.strip()],
        database_url=env.str("DATABASE_URL", default=f"sqlite:///{data_dir / 'portal.sqlite3'}"),
        broker_url=env.str("CELERY_BROKER_URL", default=""),
        cache_url=env.str("CACHE_URL", default=""),
        data_dir=data_dir,
        email_url=env.str("EMAIL_URL", default="consolemail://"),
        email_from=env.str("EMAIL_FROM", default="portal@localhost"),
        sms_url=env.str("SMS_URL", default=""),
        allow_private_addresses=env.bool("ALLOW_PRIVATE_ADDRESSES", default=False),
        trusted_proxies=env.int("TRUSTED_PROXIES", default=0),
        metrics_token=env.str("METRICS_TOKEN", default=""),
        log_level=env.str("LOG_LEVEL", default="INFO"),
    )
