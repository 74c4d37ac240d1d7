from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from complaints import classification, closing, handling, intake, ownership
from complaints.api import bodies
from complaints.api.acts import act, told
from complaints.api.answers import (
    TICKET_OR_RECEIPT,
    ClockSerializer,
    EventSerializer,
    MessageSerializer,
    OwnershipSerializer,
    ReceiptSerializer,
    TicketRowSerializer,
    TicketSerializer,
    ownership_of,
)
from complaints.api.filters import MessageFilter, TicketFilter
from complaints.models import SurveyInvitation, Ticket
from portal.api import preconditions
from portal.api.filters import KnownFilters
from portal.api.idempotency import IdempotentWrites
from portal.api.pagination import KeysetPagination
from portal.api.people import ForPeopleToo
from portal.api.permissions import may_read
from portal.choices import Scope
from portal.models import User
from staffing.models import Agent

LOADED = ("category", "customer", "first_responsible", "handler", "team")


class Chronicle(KeysetPagination):
    """Pages of one ticket's own rows, the oldest first."""

    ordering = "id"


class TicketViewSet(IdempotentWrites, ForPeopleToo, ListModelMixin, GenericViewSet[Ticket]):
    read_scope = Scope.TICKETS_READ
    write_scope = Scope.TICKETS_WRITE
    read_right = "complaints.view_ticket"
    queryset = Ticket.objects.none()
    serializer_class = TicketRowSerializer
    filter_backends = [KnownFilters]
    filterset_class: type[FilterSet] | None = TicketFilter
    lookup_field = "number"

    @property
    def write_right(self) -> tuple[str, ...]:
        if self.action == "create":
            return ("complaints.add_ticket",)
        return ("complaints.change_ticket", "complaints.override_ticket")

    def get_queryset(self) -> QuerySet[Ticket]:
        return Ticket.objects.visible_to(_user(self.request)).select_related(*LOADED)

    def get_object(self) -> Ticket:
        return get_object_or_404(
            Ticket.objects.visible_to(_user(self.request)).numbered(self.kwargs["number"])
        )

    def answer(
        self, pk: int, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
    ) -> Response:
        """A ticket as it is now, with its version. Whoever acted may have just given it out of his sight.

        Who may write but not read tickets gets a receipt: else he would read one by each act.
        """
        answered = SurveyInvitation.objects.select_related("answer").order_by("id")
        ticket = (
            Ticket.objects.select_related(*LOADED)
            .prefetch_related("customer__identities", Prefetch("surveys", answered))
            .get(pk=pk)
        )
        etag = {"ETag": preconditions.etag(ticket.version)}
        shape = TicketSerializer if may_read(self.request, self) else ReceiptSerializer
        return Response(shape(ticket).data, status=status, headers={**(headers or {}), **etag})

    def rows(self, rows: QuerySet[Any]) -> Response:
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    # Coming in

    @extend_schema(
        request=bodies.IntakeBody,
        responses={HTTPStatus.CREATED: TICKET_OR_RECEIPT, HTTPStatus.OK: TICKET_OR_RECEIPT},
    )
    def create(self, request: Request) -> Response:
        """Raise a ticket: 201; or 200 with the same ticket when the channel's number is known."""
        body = told(bodies.IntakeBody, self, request)
        received = intake.receive(body.draft(), by=_user(request), at=timezone.now())
        is_new = received.result == intake.Result.CREATED
        path = reverse("ticket-detail", args=[received.ticket.number])
        return self.answer(
            received.ticket.pk,
            status=HTTPStatus.CREATED if is_new else HTTPStatus.OK,
            headers={"Location": f"{settings.BASE_URL}{path}"},
        )

    @extend_schema(responses=TicketSerializer)
    def retrieve(self, request: Request, number: str) -> Response:
        return self.answer(self.get_object().pk)

    # What happened

    @extend_schema(responses=EventSerializer(many=True))
    @action(detail=True, serializer_class=EventSerializer, pagination_class=Chronicle, filterset_class=None)
    def events(self, request: Request, number: str) -> Response:
        """The ledger: every act, the oldest first."""
        return self.rows(self.get_object().events.select_related("by__agent"))

    @extend_schema(responses=ClockSerializer(many=True))
    @action(detail=True, serializer_class=ClockSerializer, pagination_class=Chronicle, filterset_class=None)
    def clocks(self, request: Request, number: str) -> Response:
        """Each clock with start, target, due and pauses, met or missed and by how much."""
        return self.rows(self.get_object().clocks.select_related("calendar").prefetch_related("pauses"))

    @extend_schema(responses=OwnershipSerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def ownership(self, request: Request, number: str) -> Response:
        """Who answers for the ticket, who handled it and how long, and every hand-over."""
        ticket = self.get_object()
        entries = ticket.ownership.select_related("giver", "receiver", "by__agent").order_by("id")
        return Response(OwnershipSerializer(ownership_of(ticket, list(entries), at=timezone.now())).data)

    @extend_schema(responses=MessageSerializer(many=True))
    @action(
        detail=True,
        serializer_class=MessageSerializer,
        pagination_class=Chronicle,
        filterset_class=MessageFilter,
    )
    def messages(self, request: Request, number: str) -> Response:
        """The conversation. `internal` messages are notes among colleagues: never show them to a customer."""
        return self.rows(self.get_object().messages.select_related("author__agent"))

    @extend_schema(request=bodies.HeardBody, responses=TICKET_OR_RECEIPT)
    @messages.mapping.post
    def hear(self, request: Request, number: str) -> Response:
        """What the customer wrote. Told again under the channel's own number, it is kept once."""
        ticket = self.get_object()
        body = told(bodies.HeardBody, self, request)
        handling.hear(ticket, by=_user(request), at=timezone.now(), **body.validated_data)
        return self.answer(ticket.pk)

    # Whose it is

    @act(bodies.TakerBody)
    def claim(self, ticket: Ticket, **facts: Any) -> None:
        """Take a ticket from the queue for an agent. One wins, the others get 409."""
        ownership.claim(ticket, **facts)

    @act(bodies.AssignBody)
    def assign(self, ticket: Ticket, *, agent: Agent, **facts: Any) -> None:
        """Give a ticket to an agent who is qualified and on duty."""
        ownership.assign(ticket, agent, **facts)

    @act(bodies.TransferBody)
    def transfer(self, ticket: Ticket, *, to: Agent, **facts: Any) -> None:
        """Ask another agent to take it over; it stays with the handler until the other accepts."""
        ownership.transfer(ticket, to, **facts)

    @act(bodies.TakerBody)
    def accept(self, ticket: Ticket, **facts: Any) -> None:
        """Take what was assigned or offered."""
        ownership.accept(ticket, **facts)

    @act(bodies.TakerReasonBody)
    def decline(self, ticket: Ticket, **facts: Any) -> None:
        """Refuse what was assigned or offered."""
        ownership.decline(ticket, **facts)

    @act(bodies.TakerReasonBody)
    def take_over(self, ticket: Ticket, **facts: Any) -> None:
        """Become the handler at once: a supervisor, or the first-responsible agent."""
        ownership.take_over(ticket, **facts)

    # Working on it

    @act(bodies.ClassifyBody)
    def classify(self, ticket: Ticket, **facts: Any) -> None:
        """Set kind, category, severity or responsible party."""
        classification.classify(ticket, **facts)

    @act(bodies.ReplyBody)
    def reply(self, ticket: Ticket, **facts: Any) -> None:
        """Answer the customer."""
        handling.reply(ticket, **facts)

    @act(bodies.NoteBody)
    def note(self, ticket: Ticket, **facts: Any) -> None:
        """Write something down for colleagues."""
        handling.note(ticket, **facts)

    @act(bodies.PromiseBody)
    def promise(self, ticket: Ticket, **facts: Any) -> None:
        """Promise the customer an answer by a time."""
        handling.promise(ticket, **facts)

    @act(bodies.WaitBody)
    def wait(self, ticket: Ticket, **facts: Any) -> None:
        """Wait for the customer or a third party."""
        handling.wait(ticket, **facts)

    @act(bodies.NoBody)
    def resume(self, ticket: Ticket, **facts: Any) -> None:
        """Go on with a ticket that waited."""
        handling.resume(ticket, **facts)

    # Its end

    @act(bodies.ResolveBody)
    def resolve(self, ticket: Ticket, **facts: Any) -> None:
        """The matter is solved as far as we can tell."""
        closing.resolve(ticket, **facts)

    @act(bodies.NoBody)
    def close(self, ticket: Ticket, **facts: Any) -> None:
        """Confirm the end; the customer is asked how it was."""
        closing.close(ticket, **facts)

    @act(bodies.ReasonBody)
    def reopen(self, ticket: Ticket, **facts: Any) -> None:
        """Begin a new cycle."""
        closing.reopen(ticket, **facts)

    @act(bodies.ReasonBody)
    def cancel(self, ticket: Ticket, **facts: Any) -> None:
        """End a ticket that was raised in error, or withdrawn."""
        closing.cancel(ticket, **facts)


def _user(request: Request) -> User:
    return cast("User", request.user)
