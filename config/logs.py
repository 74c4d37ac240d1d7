"""What is logged, and how: lines for people at a desk, JSON for machines in production.

A traceback tells the places a fault went through, never the values there: a step holds phones and passwords.
"""

import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

from portal import request_context

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.StackInfoRenderer(),
]
AS_JSON: list[structlog.typing.Processor] = [
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


def add_address(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """From where the request comes, as the outermost trusted proxy saw it."""
    if address := request_context.address():
        event["address"] = address
    return event


def logging_config(level: str, *, as_json: bool) -> dict[str, Any]:
    """Send structlog's and everybody else's lines through one formatter to standard error."""
    shared = [*SHARED, add_address]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = AS_JSON if as_json else [_for_people()]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # The request is logged once, by portal.middleware; these would log it again, query included.
            "django.server": {"level": "ERROR", "propagate": True, "handlers": []},
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
            # Likewise a task, by django-structlog.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def _for_people() -> structlog.typing.Processor:
    """With rich installed, structlog's own choice of traceback would print the values, too."""
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
