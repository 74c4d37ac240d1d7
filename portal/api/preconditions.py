"""Optimistic locking over HTTP: an act on a ticket names the version that the caller had read."""

import re

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from portal.api.problems import PreconditionRequired

ETAG = re.compile(r'"(\d{1,9})"')


def expected_version(request: Request) -> int:
    """The version in `If-Match: "<version>"`; the step compares it and raises Stale (412).

    Raises: PreconditionRequired (428) without the header, ParseError (400) if it names no version.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired(_("Send If-Match with the version that you have read."))
    found = ETAG.fullmatch(header)
    if not found:
        raise ParseError(_('If-Match must be one version in quotes, such as "3".'))
    return int(found[1])


def etag(version: int) -> str:
    return f'"{version}"'
