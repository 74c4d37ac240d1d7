# Views are `Any` here: importing APIView would import its default permissions, which are these.

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.models import ApiClient


class HasScope(BasePermission):
    """The token carries a scope that the view names, one or several; a view that names none is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, ApiClient) and not _named(view, "scope", request).isdisjoint(
            request.auth.scopes
        )


class HasScopeOrRight(HasScope):
    """A connected system by its scope; a signed-in person by one of the rights that the view names.

    What a person may see and do with which object is asked of `visible_to` and of the steps, as everywhere.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, ApiClient):
            return super().has_permission(request, view)
        return any(request.user.has_perm(right) for right in _named(view, "right", request))


def _named(view: Any, what: str, request: Request) -> frozenset[str]:
    """What the view names for reading or for writing: one, several, or nothing."""
    kind = "read" if request.method in SAFE_METHODS else "write"
    named = getattr(view, f"{kind}_{what}", ())
    return frozenset({named} if isinstance(named, str) else named)
