"""How the API names things: agents, categories and tickets by what people call them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.models import Category, Customer, Ticket
from staffing.models import Agent


@extend_schema_field(OpenApiTypes.STR)
class AgentField(serializers.SlugRelatedField[Agent]):
    """Somebody who works here, by staff number."""

    default_error_messages = {"does_not_exist": _("Nobody with the staff number “{value}” works here.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="staff_no", **kwargs)

    def get_queryset(self) -> Any:
        return Agent.objects.employed(timezone.localdate()).select_related("user", "team")


@extend_schema_field(OpenApiTypes.STR)
class CategoryField(serializers.SlugRelatedField[Category]):
    """A category in use, by its code."""

    default_error_messages = {"does_not_exist": _("There is no category “{value}” in use.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", **kwargs)

    def get_queryset(self) -> Any:
        return Category.objects.filter(is_active=True)


@extend_schema_field(OpenApiTypes.STR)
class TicketField(serializers.Field[Ticket, str, str, Any]):
    """A ticket that the caller may see, by its number."""

    default_error_messages = {"does_not_exist": _("There is no ticket “{value}”.")}

    def to_internal_value(self, data: Any) -> Ticket:
        visible = Ticket.objects.visible_to(self.context["request"].user)
        ticket = visible.numbered(data).select_related("customer").first() if isinstance(data, str) else None
        if ticket is None:
            self.fail("does_not_exist", value=data)
        return ticket

    def to_representation(self, value: Ticket) -> str:
        return value.number


@extend_schema_field(OpenApiTypes.INT)
class CustomerField(serializers.PrimaryKeyRelatedField[Customer]):
    """A customer of whom the caller may see a ticket, by id."""

    def get_queryset(self) -> Any:
        return Customer.objects.visible_to(self.context["request"].user)
