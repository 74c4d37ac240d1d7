from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal import clients
from portal.models import ApiClient, User

KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token <token>` of a connected system."""

    def authenticate(self, request: Request) -> tuple[User, ApiClient] | None:
        words = request.headers.get("Authorization", "").split()
        if not words or words[0].lower() != KEYWORD.lower():
            return None
        client = None
        if len(words) == len((KEYWORD, "token")):
            client = clients.authenticate(words[1], on=timezone.localdate())
        if client is None:
            raise AuthenticationFailed(_("The token is not valid."))
        return client.user, client

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD
