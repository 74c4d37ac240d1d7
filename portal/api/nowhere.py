from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView


class Nowhere(APIView):
    """What no endpoint answers to is not found, and told as a problem like everything below /api/."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
