"""How an act on a ticket is asked for over HTTP: version, body, step, and the ticket as it is then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from complaints.api.answers import TICKET_OR_RECEIPT
from complaints.api.bodies import Body
from complaints.models import Ticket
from portal.api import preconditions
from portal.errors import DomainError

B = TypeVar("B", bound=BaseSerializer[Any])

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=_("The version that was read, in quotes, as ETag gives it."),
)

Step = Callable[..., object]


def act(body: type[Body]) -> Callable[[Step], Callable[..., Response]]:
    """Makes an endpoint of a method that calls the act's step with the ticket and the facts of the body."""

    def decorated(step: Step) -> Callable[..., Response]:
        @extend_schema(request=body, responses=TICKET_OR_RECEIPT, parameters=[IF_MATCH])
        @action(detail=True, methods=["post"], serializer_class=body)
        @wraps(step)
        def endpoint(view: Any, request: Request, **_path: str) -> Response:
            version = preconditions.expected_version(request)
            ticket: Ticket = view.get_object()
            given = told(body, view, request)
            with in_words_of(given):
                step(
                    view, ticket, by=request.user, at=timezone.now(), version=version, **given.validated_data
                )
            return cast("Response", view.answer(ticket.pk))

        return endpoint

    return decorated


def told(body: type[B], view: GenericAPIView[Any], request: Request) -> B:
    """The body of a request, understood. Raises: ValidationError."""
    given = body(data=request.data, context=view.get_serializer_context())
    given.is_valid(raise_exception=True)
    return given


@contextmanager
def in_words_of(body: Body) -> Iterator[None]:
    """What a step refuses, told by the names of the body instead of its own."""
    try:
        yield
    except DomainError as refusal:
        words = body.words
        refusal.fields = {words.get(name, name): text for name, text in refusal.fields.items()}
        raise
