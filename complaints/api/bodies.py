"""What the API is told: the bodies of intake and of each act, in the words of the contract.

A field's `source` is the name the step knows it by.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints import policy, surveys
from complaints.api.fields import AgentField, CategoryField, CustomerField, TicketField
from complaints.choices import (
    AttemptResult,
    CallbackPurpose,
    Channel,
    CustomerLevel,
    Kind,
    Responsible,
    Severity,
    WaitingFor,
)
from complaints.customers import LONGEST_PROVINCE
from complaints.identities import CustomerFacts, written_email, written_phone
from complaints.intake import Draft
from complaints.models import Ticket
from portal.api.instants import InstantField
from portal.errors import MissingInformation

REASON = 500
TEXT = 20_000
NAME = 80


class Body(serializers.Serializer[Any]):
    """The facts of one step, under the names that it takes."""

    @property
    def words(self) -> Mapping[str, str]:
        """The step's names for the fields -> ours, to name what a step refuses."""
        return {field.source or name: name for name, field in self.fields.items()}


class CustomerBody(Body):
    name = serializers.CharField(max_length=NAME, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    external_id = serializers.CharField(
        max_length=100,
        source="account",
        required=False,
        allow_blank=True,
        help_text=_("The customer's account on the channel."),
    )
    province = serializers.CharField(max_length=LONGEST_PROVINCE, required=False, allow_blank=True)
    level = serializers.ChoiceField(CustomerLevel.choices, required=False)

    def validate_phone(self, text: str) -> str:
        return _written(written_phone, text)

    def validate_email(self, text: str) -> str:
        return _written(written_email, text)


def _written(rule: Any, text: str) -> str:
    try:
        return str(rule(text)) if text else ""
    except MissingInformation as refusal:
        raise serializers.ValidationError([str(refusal)]) from refusal


class IntakeBody(serializers.ModelSerializer[Ticket]):
    """A matter as a channel tells it."""

    external_id = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text=_("The channel's own number: told again, it is the same ticket."),
    )
    category = CategoryField(required=False, allow_null=True)
    customer = CustomerBody(required=False)
    occurred_at = InstantField(required=False, help_text=_("Now, if left out."))
    attachments = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        max_length=0,
        error_messages={"max_length": _("Files are not taken here yet. Leave the list empty.")},
    )

    class Meta:
        model = Ticket
        fields = [
            "channel", "kind", "subject", "description", "external_id", "occurred_at", "severity", "category",
            "order_no", "product", "carrier", "shop", "customer", "remedy_sought", "attachments",
        ]  # fmt: skip
        extra_kwargs = {"description": {"max_length": TEXT}}
        # That the channel's number is known already is an answer, not an error.
        validators: list[Any] = []

    def draft(self) -> Draft:
        given = dict(self.validated_data)
        given.pop("attachments", None)
        given.setdefault("occurred_at", timezone.now())
        given["customer"] = CustomerFacts(**given.get("customer", {}))
        return Draft(**given)


class NoBody(Body):
    """Nothing besides the ticket."""


class TakerBody(Body):
    agent = AgentField(
        required=False,
        help_text=_("For whom a connected system acts; a person acts in the own name."),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.context["request"].user.is_system and "agent" not in attrs:
            raise serializers.ValidationError({"agent": [_("Name the agent for whom you act.")]})
        return attrs


class AssignBody(Body):
    agent = AgentField()
    reason = serializers.CharField(max_length=REASON, required=False)


class TransferBody(Body):
    to = AgentField()
    reason = serializers.CharField(max_length=REASON)


class ReasonBody(Body):
    reason = serializers.CharField(max_length=REASON)


class TakerReasonBody(TakerBody, ReasonBody):
    pass


class ReplyBody(Body):
    text = serializers.CharField(max_length=TEXT)
    via = serializers.ChoiceField(
        Channel.choices, required=False, help_text=_("The ticket's own, if left out.")
    )
    override_reason = serializers.CharField(
        max_length=REASON,
        required=False,
        allow_blank=True,
        help_text=_("Why a supervisor sends forbidden words all the same; it is recorded."),
    )


class NoteBody(Body):
    text = serializers.CharField(max_length=TEXT)


class PromiseBody(Body):
    at = InstantField(source="due_at", help_text=_("By when the customer gets an answer."))


class WaitBody(Body):
    reason = serializers.CharField(max_length=REASON)
    until = InstantField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A field cannot be written as an attribute named like a keyword.
        return {"for": serializers.ChoiceField(WaitingFor.choices, source="for_")} | super().get_fields()


class ClassifyBody(Body):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    category = CategoryField(required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)
    responsible = serializers.ChoiceField(Responsible.choices, required=False)


class ResolveBody(Body):
    outcome = serializers.CharField(max_length=TEXT)
    cause = serializers.CharField(max_length=TEXT, required=False)
    responsible = serializers.ChoiceField(Responsible.choices, required=False)


class HeardBody(Body):
    text = serializers.CharField(max_length=TEXT)
    via = serializers.ChoiceField(
        Channel.choices, required=False, help_text=_("The ticket's own, if left out.")
    )
    external_id = serializers.CharField(
        max_length=100,
        required=False,
        help_text=_("The channel's own number: told again, it is the same message."),
    )


class CallbackBody(Body):
    ticket = TicketField(required=False)
    customer = CustomerField(required=False, help_text=_("The ticket's own, if left out."))
    purpose = serializers.ChoiceField(CallbackPurpose.choices)
    due_at = InstantField()
    agent = AgentField(required=False, help_text=_("The first-responsible agent, if left out."))
    note = serializers.CharField(max_length=REASON, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "customer" not in attrs and "ticket" not in attrs:
            raise serializers.ValidationError({"customer": [_("Say whom to call: a ticket or a customer.")]})
        return attrs if "customer" in attrs else attrs | {"customer": attrs["ticket"].customer}


class AttemptBody(Body):
    result = serializers.ChoiceField(AttemptResult.choices)
    satisfied = serializers.BooleanField(source="is_satisfied", required=False, allow_null=True)
    note = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
    next_at = InstantField(required=False, allow_null=True)


class SurveyBody(Body):
    score = serializers.IntegerField(min_value=surveys.SCORES[0], max_value=surveys.SCORES[-1])
    recommend = serializers.IntegerField(
        min_value=surveys.RECOMMENDATIONS[0],
        max_value=surveys.RECOMMENDATIONS[-1],
        required=False,
        allow_null=True,
    )
    effort = serializers.IntegerField(
        min_value=surveys.SCORES[0], max_value=surveys.SCORES[-1], required=False, allow_null=True
    )
    reasons = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=surveys.REASONS_AT_MOST
    )
    comment = serializers.CharField(
        max_length=policy.SURVEY_COMMENT_CHARACTERS, required=False, allow_blank=True
    )

    def answer(self) -> surveys.Answer:
        given = self.validated_data
        return surveys.Answer(**given | {"reasons": tuple(given.get("reasons", ()))})
