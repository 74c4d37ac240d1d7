"""What the API tells: tickets, their ledger, clocks and hand-overs, callbacks. Personal data is masked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints import measures
from complaints.choices import IdentityKind
from complaints.models import (
    Callback,
    CallbackAttempt,
    Clock,
    Customer,
    Message,
    OwnershipEntry,
    SurveyAnswer,
    SurveyInvitation,
    Ticket,
    TicketEvent,
)
from portal import privacy
from portal.api.schema import AnyOf
from portal.models import User


class MaskedNameField(serializers.CharField):
    def to_representation(self, value: Any) -> str:
        return privacy.mask_name(value)


class CustomerRowSerializer(serializers.ModelSerializer[Customer]):
    name = MaskedNameField(read_only=True)

    class Meta:
        model = Customer
        fields = ["id", "name", "level", "province"]


class CustomerSerializer(CustomerRowSerializer):
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    class Meta(CustomerRowSerializer.Meta):
        fields = [*CustomerRowSerializer.Meta.fields, "phone", "email"]

    def get_phone(self, customer: Customer) -> str:
        return privacy.mask_phone(_identity(customer, IdentityKind.PHONE))

    def get_email(self, customer: Customer) -> str:
        return privacy.mask_email(_identity(customer, IdentityKind.EMAIL))


def _identity(customer: Customer, kind: IdentityKind) -> str:
    return next((one.value for one in customer.identities.all() if one.kind == kind), "")


class SurveySerializer(serializers.ModelSerializer[SurveyInvitation]):
    is_answered = serializers.SerializerMethodField()

    class Meta:
        model = SurveyInvitation
        fields = ["id", "cycle", "invited_at", "expires_at", "is_answered"]

    def get_is_answered(self, invitation: SurveyInvitation) -> bool:
        return hasattr(invitation, "answer")


class TicketRowSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket in a list."""

    number = serializers.CharField(read_only=True)
    category = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)
    customer = CustomerRowSerializer(read_only=True)
    owner = serializers.SlugRelatedField[Any](
        "staff_no", source="first_responsible", read_only=True, allow_null=True
    )
    handler = serializers.SlugRelatedField[Any]("staff_no", read_only=True, allow_null=True)
    team = serializers.SlugRelatedField[Any]("name", read_only=True, allow_null=True)

    class Meta:
        model = Ticket
        fields = [
            "number", "version", "status", "cycle", "kind", "channel", "external_id", "category", "severity",
            "subject", "customer", "order_no", "product", "shop", "owner", "handler", "team",
            "occurred_at", "received_at", "next_due_at", "resolved_at", "closed_at",
        ]  # fmt: skip


class TicketSerializer(TicketRowSerializer):
    """A ticket in full."""

    customer = CustomerSerializer(read_only=True)
    surveys = SurveySerializer(many=True, read_only=True)

    class Meta(TicketRowSerializer.Meta):
        fields = [
            *TicketRowSerializer.Meta.fields, "description", "carrier", "remedy_sought", "waiting_until",
            "parked_at", "outcome", "cause", "responsible", "surveys",
        ]  # fmt: skip


class ReceiptSerializer(serializers.ModelSerializer[Ticket]):
    """What a write answers to whoever may not read tickets."""

    number = serializers.CharField(read_only=True)

    class Meta:
        model = Ticket
        fields = ["number", "version", "status"]


TICKET_OR_RECEIPT = AnyOf("TicketOrReceipt", TicketSerializer, ReceiptSerializer)


@extend_schema_field(OpenApiTypes.STR)
class ActorField(serializers.Field[Any, Any, Any, Any]):
    """Who did it: an agent by staff number, another account by name; null for the system itself."""

    def to_representation(self, value: User) -> str:
        agent = getattr(value, "agent", None)
        return agent.staff_no if agent else str(value)


class EventSerializer(serializers.ModelSerializer[TicketEvent]):
    by = ActorField(read_only=True, allow_null=True)

    class Meta:
        model = TicketEvent
        fields = ["sequence", "act", "at", "by", "from_status", "to_status", "cycle", "reason", "data"]


class MessageSerializer(serializers.ModelSerializer[Message]):
    author = ActorField(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = ["id", "direction", "via", "author", "text", "at", "external_id"]


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """Seconds are those of the clock's own calendar, without its pauses; those paused are on the wall."""

    calendar = serializers.SlugRelatedField[Any]("code", read_only=True)
    target_seconds = serializers.SerializerMethodField()
    used_seconds = serializers.SerializerMethodField(help_text=_("Null where the calendar lacks the year."))
    left_seconds = serializers.SerializerMethodField(
        help_text=_("What was or is left of the target; negative by how much it was missed.")
    )
    paused_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Clock
        fields = [
            "kind", "cycle", "round", "outcome", "calendar", "target_seconds", "started_at", "due_at",
            "stopped_at", "paused_at", "paused_seconds", "used_seconds", "left_seconds",
        ]  # fmt: skip

    def to_representation(self, clock: Clock) -> dict[str, Any]:
        pauses = [(pause.starts_at, pause.ends_at) for pause in clock.pauses.all()]
        self._run = measures.run_of(clock, pauses, at=timezone.now())
        return super().to_representation(clock)

    def get_target_seconds(self, clock: Clock) -> int:
        return int(clock.limit.total_seconds())

    def get_used_seconds(self, _clock: Clock) -> int | None:
        return _seconds(self._run.used)

    def get_left_seconds(self, _clock: Clock) -> int | None:
        return _seconds(self._run.left)

    def get_paused_seconds(self, _clock: Clock) -> int:
        return int(self._run.paused.total_seconds())


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())


class HandOverSerializer(serializers.ModelSerializer[OwnershipEntry]):
    giver = serializers.SlugRelatedField[Any]("staff_no", read_only=True, allow_null=True)
    receiver = serializers.SlugRelatedField[Any]("staff_no", read_only=True, allow_null=True)
    by = ActorField(read_only=True, allow_null=True)
    held_seconds = serializers.SerializerMethodField(help_text=_("Null where the receiver never held it."))

    class Meta:
        model = OwnershipEntry
        fields = [
            "kind", "state", "giver", "receiver", "reason", "by", "at", "respond_by", "accepted_at",
            "ended_at", "held_seconds",
        ]  # fmt: skip

    def get_held_seconds(self, entry: OwnershipEntry) -> int | None:
        return _seconds(measures.held_for(entry, at=timezone.now()))


class HandlerSerializer(serializers.Serializer[Any]):
    agent = serializers.CharField()
    held_seconds = serializers.IntegerField()


class OwnershipSerializer(serializers.Serializer[Any]):
    """Who answers for the matter, who had it in hand how long, and every hand-over."""

    first_responsible = serializers.CharField(allow_null=True)
    handler = serializers.CharField(allow_null=True)
    handlers = HandlerSerializer(many=True)
    hand_overs = HandOverSerializer(many=True)


def ownership_of(ticket: Ticket, entries: list[OwnershipEntry], *, at: datetime) -> Mapping[str, Any]:
    """The facts of `OwnershipSerializer`; handlers in the order in which they first had the matter."""
    held: dict[str, timedelta] = {}
    for entry in entries:
        span = measures.held_for(entry, at=at)
        if entry.receiver and span is not None:
            held[entry.receiver.staff_no] = held.get(entry.receiver.staff_no, measures.NOTHING) + span
    return {
        "first_responsible": ticket.first_responsible and ticket.first_responsible.staff_no,
        "handler": ticket.handler and ticket.handler.staff_no,
        "handlers": [{"agent": agent, "held_seconds": _seconds(span)} for agent, span in held.items()],
        "hand_overs": entries,
    }


class AttemptSerializer(serializers.ModelSerializer[CallbackAttempt]):
    by = ActorField(read_only=True, allow_null=True)
    satisfied = serializers.BooleanField(source="is_satisfied", allow_null=True, read_only=True)

    class Meta:
        model = CallbackAttempt
        fields = ["number", "at", "by", "result", "satisfied", "note", "next_at"]


class CallbackSerializer(serializers.ModelSerializer[Callback]):
    ticket = serializers.SlugRelatedField[Any]("number", read_only=True, allow_null=True)
    customer = CustomerSerializer(read_only=True)
    agent = serializers.SlugRelatedField[Any]("staff_no", read_only=True, allow_null=True)
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Callback
        fields = [
            "id", "ticket", "customer", "purpose", "agent", "due_at", "next_attempt_at", "state", "note",
            "created_at", "done_at", "attempts",
        ]  # fmt: skip


class SurveyAnswerSerializer(serializers.ModelSerializer[SurveyAnswer]):
    class Meta:
        model = SurveyAnswer
        fields = ["score", "recommend", "effort", "reasons", "comment", "via", "answered_at"]
