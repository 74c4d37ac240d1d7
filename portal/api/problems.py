"""Errors as application/problem+json (RFC 9457): {"type", "title", "status", "detail", "errors"}."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import views
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from portal.errors import (
    AlreadyTaken,
    DomainError,
    MissingInformation,
    NotAllowed,
    Stale,
    TooOften,
    WrongState,
)

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:portal:problem:{}"
REFUSALS: Mapping[type[DomainError], tuple[HTTPStatus, str]] = {
    MissingInformation: (HTTPStatus.BAD_REQUEST, "missing-information"),
    NotAllowed: (HTTPStatus.FORBIDDEN, "not-allowed"),
    WrongState: (HTTPStatus.CONFLICT, "wrong-state"),
    AlreadyTaken: (HTTPStatus.CONFLICT, "already-taken"),
    TooOften: (HTTPStatus.TOO_MANY_REQUESTS, "too-often"),
    Stale: (HTTPStatus.PRECONDITION_FAILED, "stale"),
}


class PreconditionRequired(APIException):
    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_code = "precondition-required"


class KeyReused(APIException):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "idempotency-key-reused"


class InFlight(APIException):
    status_code = HTTPStatus.CONFLICT
    default_code = "in-flight"
    wait = 1
    """Seconds, for Retry-After."""


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: translates what steps and views raise; None leaves it to be a server error."""
    if isinstance(exc, DomainError):
        return _refusal(exc)
    response = views.exception_handler(exc, context)
    if response is None:
        return None
    status = HTTPStatus(response.status_code)
    errors = _by_field(response.data) if isinstance(exc, ValidationError) else {}
    detail = _("Some fields are not right.") if errors else _detail(response.data)
    code = getattr(exc, "default_code", status.phrase.lower().replace(" ", "-"))
    headers = {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if name in response}
    return _problem(status, str(code).replace("_", "-"), detail, errors, headers)


def _refusal(exc: DomainError) -> Response:
    status, code = next(told for kind, told in REFUSALS.items() if isinstance(exc, kind))
    views.set_rollback()
    return _problem(status, code, str(exc), {name: [str(text)] for name, text in exc.fields.items()}, {})


def _problem(
    status: HTTPStatus, code: str, detail: str, errors: Mapping[str, Any], headers: Mapping[str, str]
) -> Response:
    body: dict[str, Any] = {
        "type": TYPE.format(code),
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, headers=dict(headers), content_type=CONTENT_TYPE)


def _by_field(data: Any) -> dict[str, Any]:
    """DRF's error structure with its general errors under the empty name."""
    if isinstance(data, Mapping):
        return {"" if name == "non_field_errors" else str(name): told for name, told in data.items()}
    return {"": data}


def _detail(data: Any) -> str:
    return str(data.get("detail", "")) if isinstance(data, Mapping) else str(data)
