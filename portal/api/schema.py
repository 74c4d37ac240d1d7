"""What the OpenAPI document says of every operation without the views repeating it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers

from portal.api.idempotency import IdempotentWrites
from portal.api.problems import CONTENT_TYPE

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READ_PROBLEMS = ("400", "401", "403", "404", "429")
WRITE_PROBLEMS = (*READ_PROBLEMS, "409", "412", "415", "422", "428")


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(required=False, help_text=_("By field."))  # type: ignore[assignment]


class HouseSchema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = list(super().get_override_parameters())
        if self.method in WRITES and isinstance(self.view, IdempotentWrites):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description=str(_("The same key with the same request is answered as the first time.")),
                )
            )
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in WRITE_PROBLEMS if self.method in WRITES else READ_PROBLEMS:
            if status not in bodies:
                bodies[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    ProblemSerializer, status, [CONTENT_TYPE], direction
                )
        return bodies


class AnyOf(PolymorphicProxySerializer):
    """An answer in one of several shapes, of which one may hold all that another does."""

    def __init__(self, name: str, *serializers: type[Any]) -> None:
        super().__init__(component_name=name, serializers=[*serializers], resource_type_field_name=None)


class AnyOfShapes(PolymorphicProxySerializerExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.schema.AnyOf"
    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        shapes: dict[str, Any] = super().map_serializer(auto_schema, direction)  # type: ignore[no-untyped-call]
        return {"anyOf": shapes["oneOf"]}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": str(_("“Token” and the token of a connected system, with a space between.")),
        }
