"""A write that is sent twice is done once: the second is answered as the first.

The answer is stored in the transaction of the write itself, so a crash leaves both or neither. A refused
write (any error) is not stored: it changed nothing, and the same key may try again.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import locks
from portal.api.problems import InFlight, KeyReused
from portal.models import IdempotentReply, User

KEPT_HEADERS = ("ETag", "Location")
LONGEST_KEY = 120

Handler = Callable[..., Response]


class IdempotentWrites:
    """Mixin of a view, left of the view class: honours `Idempotency-Key` on everything that writes.

    The key belongs to the caller. With another method, path, If-Match or body it is answered 422; while the
    first request still runs 409 with Retry-After (on SQLite the second simply waits for the first).
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        method = str(request.method)
        key = request.headers.get("Idempotency-Key", "")
        if not key or method in SAFE_METHODS or not hasattr(self, method.lower()):
            return
        if len(key) > LONGEST_KEY:
            raise ParseError(_("An Idempotency-Key has at most 120 characters."))
        handler: Handler = getattr(self, method.lower())
        # DRF looks the handler up after this, so it finds the one that remembers.
        setattr(self, method.lower(), lambda *a, **kw: _once(key, handler, *a, **kw))


@transaction.atomic
def _once(key: str, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Response:
    caller = cast("User", request.user)
    if not locks.try_lock(f"idempotency:{caller.pk}:{key}"):
        raise InFlight(_("The first request with this key is still being worked on."))
    fingerprint = _fingerprint(request)
    first = IdempotentReply.objects.filter(client=caller, key=key).first()
    if first:
        return _again(first, fingerprint)
    response = handler(request, *args, **kwargs)
    IdempotentReply.objects.create(
        client=caller,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=JSONRenderer().render(response.data).decode(),
        created_at=timezone.now(),
    )
    return response


def _again(first: IdempotentReply, fingerprint: str) -> Response:
    if first.fingerprint != fingerprint:
        raise KeyReused(_("This Idempotency-Key was used for another request."))
    body = json.loads(first.body) if first.body else None
    return Response(body, status=first.status, headers=first.headers | {"Idempotent-Replayed": "true"})


def _fingerprint(request: Request) -> str:
    """Method, path with query, the version that was meant, and the exact bytes of the body."""
    head = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""))
    parts = (*(part.encode() for part in head), _body(request))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _body(request: Request) -> bytes:
    body: bytes = request._request.body  # noqa: SLF001 - DRF offers the parsed body only
    return body
