"""Endpoints that signed-in people may use beside connected systems."""

from collections.abc import Sequence
from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from portal.api.authentication import TokenAuthentication
from portal.api.permissions import HasScopeOrRight


class ForPeopleToo:
    """Mixin of a view, left of the view class: tokens by scope, sessions by right and with CSRF protection.

    A view names `read_right` and `write_right` (permissions, one of which is enough) beside its scopes.
    """

    # The first one words the refusal: without credentials it is 401 and asks for a token.
    authentication_classes: Sequence[type[BaseAuthentication]] = (TokenAuthentication, SessionAuthentication)
    permission_classes: Sequence[Any] = (HasScopeOrRight,)
