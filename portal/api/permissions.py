# Views are `Any` here: importing APIView would import its default permissions, which are these.

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.models import ApiClient


class HasScope(BasePermission):
    """The token carries a scope that the view names, one or several; a view that names none is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, ApiClient) and _may(request, view, _verb(request))


class HasScopeOrRight(BasePermission):
    """A connected system by its scope; a signed-in person by one of the rights that the view names.

    What a person may see and do with which object is asked of `visible_to` and of the steps, as everywhere.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        return _may(request, view, _verb(request))


def may_read(request: Request, view: Any) -> bool:
    """Whether whoever writes here may also read: else a write answers with no more than a receipt."""
    return _may(request, view, "read")


def _verb(request: Request) -> str:
    return "read" if request.method in SAFE_METHODS else "write"


def _may(request: Request, view: Any, verb: str) -> bool:
    if isinstance(request.auth, ApiClient):
        return not _named(view, f"{verb}_scope").isdisjoint(request.auth.scopes)
    return any(request.user.has_perm(right) for right in _named(view, f"{verb}_right"))


def _named(view: Any, what: str) -> frozenset[str]:
    """What the view names: one, several, or nothing."""
    named = getattr(view, what, ())
    return frozenset({named} if isinstance(named, str) else named)
