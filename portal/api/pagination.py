from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.fields import Field, IntegerField
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class KeysetPagination(CursorPagination):
    """Pages by the last row seen: no count, no deep offset, nothing twice while rows arrive.

    The order must be a unique column with an index; a subclass may name another than the key, and then says
    by `position` what a cursor may hold.
    """

    ordering: str | tuple[str, ...] = "-id"
    position: Field[Any, Any, Any, Any] = IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT)
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    page_size_query_description = "How many results at most, up to 200."
    cursor_query_description = "Where to go on; taken from `next`."

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        page: list[Any] | None = super().paginate_queryset(queryset, request, view)
        # Links name the configured address, never what the caller wrote as Host.
        self.base_url = f"{settings.BASE_URL}{request.get_full_path()}"
        return page

    def decode_cursor(self, request: Request) -> Any:
        """Raises: ParseError for a cursor that was never ours."""
        cursor: Any = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        try:
            return cursor._replace(position=str(self.position.run_validation(cursor.position)))
        except ValidationError as error:
            raise ParseError(self.invalid_cursor_message) from error

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri"},
            },
        }
