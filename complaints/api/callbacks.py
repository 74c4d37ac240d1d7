from http import HTTPStatus
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from complaints import callbacks
from complaints.api import bodies
from complaints.api.acts import in_words_of, told
from complaints.api.answers import CallbackSerializer
from complaints.api.filters import CallbackFilter
from complaints.models import Callback
from portal.api.filters import KnownFilters
from portal.api.idempotency import IdempotentWrites
from portal.api.instants import InstantField
from portal.api.pagination import KeysetPagination
from portal.api.people import ForPeopleToo
from portal.choices import Scope
from portal.models import User


class CallList(KeysetPagination):
    """The soonest call first."""

    ordering = ("next_attempt_at", "id")
    position = InstantField()


class CallbackViewSet(
    IdempotentWrites, ForPeopleToo, ListModelMixin, RetrieveModelMixin, GenericViewSet[Callback]
):
    read_scope = (Scope.TICKETS_READ, Scope.CALLBACKS_WRITE)
    write_scope = Scope.CALLBACKS_WRITE
    read_right = "complaints.view_callback"
    write_right = ("complaints.add_callback", "complaints.change_callback")
    queryset = Callback.objects.none()
    serializer_class = CallbackSerializer
    pagination_class = CallList
    filter_backends = [KnownFilters]
    filterset_class = CallbackFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Callback]:
        visible = Callback.objects.visible_to(cast("User", self.request.user))
        return visible.select_related("ticket", "customer", "agent").prefetch_related(
            "customer__identities", "attempts__by__agent"
        )

    @extend_schema(request=bodies.CallbackBody, responses={HTTPStatus.CREATED: CallbackSerializer})
    def create(self, request: Request) -> Response:
        """Owe a customer a call."""
        body = told(bodies.CallbackBody, self, request)
        callback = callbacks.schedule(by=cast("User", request.user), at=timezone.now(), **body.validated_data)
        return self._answer(callback)

    @extend_schema(request=bodies.AttemptBody, responses={HTTPStatus.CREATED: CallbackSerializer})
    @action(detail=True, methods=["post"])
    def attempts(self, request: Request, pk: int) -> Response:
        """Write one call down. What nobody answered is planned again."""
        callback = self.get_object()
        body = told(bodies.AttemptBody, self, request)
        with in_words_of(body):
            callbacks.log_attempt(
                callback, by=cast("User", request.user), at=timezone.now(), **body.validated_data
            )
        return self._answer(callback)

    def _answer(self, callback: Callback) -> Response:
        now: Any = self.get_serializer(Callback.objects.get(pk=callback.pk))
        return Response(now.data, status=HTTPStatus.CREATED)
