from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.models import ApiClient


class HasScope(BasePermission):
    """The token carries the scope that the view names; a view that names none is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        kind = "read_scope" if request.method in SAFE_METHODS else "write_scope"
        needed = getattr(view, kind, None)
        return isinstance(request.auth, ApiClient) and needed in request.auth.scopes
